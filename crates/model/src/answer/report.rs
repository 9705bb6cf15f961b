//! Reports: figures, each of which opens into the rows it was counted from.

use super::{EntityRef, Evidence};
use serde::Serialize;

/// One figure.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Figure {
    /// A stable name, for example `arrested.foreign`.
    pub name: String,
    /// What it says, for people.
    pub title: String,
    /// The number: a count, or an amount in whole rupees where `unit` says so.
    pub value: i64,
    /// `count` or `PKR`.
    pub unit: &'static str,
    /// How it was counted, in one sentence.
    pub method: String,
    /// What was counted; filled only when asked for.
    pub rows: Vec<ReportRow>,
}

/// One thing that a figure counts.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ReportRow {
    /// The entity counted.
    pub entity: EntityRef,
    /// What it adds to the figure: 1, or an amount.
    pub adds: i64,
    /// The date it counts under, ISO 8601, where it has one.
    pub date: Option<String>,
    /// The rows of deliveries that it stands on.
    pub evidence: Vec<Evidence>,
}

/// A report.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ReportAnswer {
    /// The report's name.
    pub name: String,
    /// Its title.
    pub title: String,
    /// The parameters it was made with, in order.
    pub parameters: Vec<(String, String)>,
    /// The figures.
    pub figures: Vec<Figure>,
    /// What the reader must know: conflicts met, amounts missing, things left out.
    pub notes: Vec<String>,
    /// Position of the image it was made from.
    pub commit: u64,
    /// Digest of the image.
    pub image: String,
}
