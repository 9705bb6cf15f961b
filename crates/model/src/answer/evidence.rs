//! Evidence: the rows that an entity or a link stands on.

use super::EntityRef;
use crate::{DeliveryId, Grade, LinkId, Marking};
use serde::Serialize;

/// One claim with the row it was made from.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Evidence {
    /// The delivery.
    pub delivery: DeliveryId,
    /// The agency that handed it over.
    pub agency: String,
    /// Its letter or memo number.
    pub letter: Option<String>,
    /// The file's name.
    pub file: String,
    /// Line of the row's start, from 1.
    pub line: u64,
    /// The row as it stands in the file.
    pub row: String,
    /// How far it is trusted.
    pub grade: Grade,
    /// Who may see it.
    pub marking: Marking,
    /// What the row claims, in words, for example `Phone CALLED Phone` or `is a Person; name, father_name`.
    pub claims: String,
    /// From when the claim holds, ISO 8601, where it says.
    pub valid_from: Option<String>,
    /// Until when it holds (exclusive), ISO 8601, where it says.
    pub valid_to: Option<String>,
}

/// The answer to `why`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct WhyAnswer {
    /// The entity asked about, if it was one.
    pub entity: Option<EntityRef>,
    /// The link asked about, if it was one.
    pub link: Option<LinkId>,
    /// A line that names what was asked about.
    pub title: String,
    /// The rows, in ledger order.
    pub evidence: Vec<Evidence>,
    /// Where identities were joined to make the entity: the rows that said so.
    pub joined_by: Vec<Evidence>,
    /// Rows beyond the limit asked for, which are not listed.
    pub more: u64,
}
