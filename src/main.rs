//! jaal
fn main() {}
