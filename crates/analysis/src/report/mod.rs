//! Reports: the figures that an office is asked for, each of which opens into the rows it was counted from.

mod crackdown;
mod figure;
mod nationality;
mod recoveries;

pub use crackdown::{CrackdownPeriod, crackdown};
