//! People and their phones, each row its own: deliveries for the tests that need many of them, or large ones.

use std::fmt::Write as _;

/// Their specification.
pub(crate) const SPEC: &str = r#"name = "people"
format = "csv"

[entities.person]
key = { scheme = "cnic", from = "C" }
properties.name = { from = "N" }

[entities.phone]
key = { scheme = "msisdn", from = "P" }

[[links]]
type = "USES"
from = "person"
to = "phone"
"#;

/// The identity number of the `n`-th person.
pub(crate) fn cnic(n: u64) -> String {
    format!("35202{n:07}1")
}

/// The number of their phone.
pub(crate) fn phone(n: u64) -> String {
    format!("0300{n:07}")
}

/// A file of so many people: each row makes two entities and a link.
pub(crate) fn rows(first: u64, count: u64) -> String {
    let mut text = "C,N,P\n".to_owned();
    for n in first..first + count {
        writeln!(text, "{},Person {n},{}", cnic(n), phone(n)).unwrap();
    }
    text
}
