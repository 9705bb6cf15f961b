//! The specification as TOML has it, before its names are resolved. Unknown members are errors everywhere.

use jaal_model::{Level, Marking};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use toml::Spanned;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a specification")]
pub(super) struct RawSpec {
    pub(super) name: Spanned<String>,
    pub(super) title: Option<String>,
    pub(super) format: Spanned<String>,
    pub(super) delimiter: Option<Spanned<String>>,
    pub(super) quote: Option<Spanned<String>>,
    pub(super) encoding: Option<Spanned<String>>,
    pub(super) grade: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) handover: RawHandover,
    #[serde(default)]
    pub(super) marking: RawMarking,
    #[serde(default)]
    pub(super) rows: RawRows,
    pub(super) sheet: Option<Spanned<RawSheet>>,
    pub(super) fixed: Option<Spanned<RawFixed>>,
    #[serde(default)]
    pub(super) values: RawValues,
    #[serde(default)]
    pub(super) lookups: BTreeMap<String, BTreeMap<String, String>>,
    #[serde(default)]
    pub(super) lookup_files: BTreeMap<String, Spanned<RawLookupFile>>,
    #[serde(default)]
    pub(super) derived: Vec<Spanned<RawDerived>>,
    pub(super) balance: Option<Spanned<RawBalance>>,
    #[serde(default)]
    pub(super) schemes: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    pub(super) entities: BTreeMap<String, Spanned<RawEntity>>,
    #[serde(default)]
    pub(super) links: Vec<RawLink>,
    #[serde(default)]
    pub(super) sames: Vec<RawSame>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table of keys")]
pub(super) struct RawHandover {
    #[serde(default)]
    pub(super) agency: String,
    pub(super) letter: Option<String>,
    pub(super) received: Option<Spanned<String>>,
    pub(super) case: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table of keys")]
pub(super) struct RawRows {
    #[serde(default)]
    pub(super) skip_top: u32,
    pub(super) header: Option<bool>,
    pub(super) columns: Option<Spanned<Vec<String>>>,
    pub(super) skip_bottom: Option<Spanned<u32>>,
    pub(super) comment: Option<String>,
    #[serde(default)]
    pub(super) skip_when: Vec<Spanned<RawTest>>,
    #[serde(default)]
    pub(super) keep_when: Vec<Spanned<RawTest>>,
    pub(super) repeated: Option<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table such as { column = \"COLUMN\", equals = \"TEXT\" }")]
pub(super) struct RawTest {
    pub(super) column: String,
    pub(super) matches: Option<String>,
    pub(super) empty: Option<bool>,
    pub(super) equals: Option<String>,
    pub(super) one_of: Option<Vec<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table of keys")]
pub(super) struct RawValues {
    pub(super) date_order: Option<Spanned<String>>,
    pub(super) time_zone: Option<Spanned<String>>,
    pub(super) null: Option<Vec<String>>,
    pub(super) thousands: Option<Spanned<String>>,
    pub(super) decimal: Option<Spanned<String>>,
    pub(super) country: Option<Spanned<String>>,
}

/// One column, or several.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "a column's name or a list of names expected")]
pub(super) enum RawColumns {
    One(String),
    Many(Vec<String>),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table of keys")]
pub(super) struct RawEntity {
    pub(super) kind: Option<String>,
    pub(super) key: Option<Spanned<RawKey>>,
    pub(super) keys: Option<Vec<Spanned<RawKey>>>,
    #[serde(default)]
    pub(super) optional: bool,
    #[serde(default)]
    pub(super) kinds: Vec<String>,
    #[serde(default)]
    pub(super) when: Vec<Spanned<RawTest>>,
    #[serde(default)]
    pub(super) properties: BTreeMap<String, Spanned<RawProperty>>,
    pub(super) valid_from: Option<Spanned<RawProperty>>,
    pub(super) valid_to: Option<Spanned<RawProperty>>,
    pub(super) grade: Option<RawGrade>,
    pub(super) marking: Option<RawMarking>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table such as { scheme = \"cnic\", from = \"COLUMN\" }")]
pub(super) struct RawKey {
    pub(super) scheme: String,
    pub(super) from: Option<RawColumns>,
    pub(super) sep: Option<String>,
    pub(super) value: Option<String>,
    pub(super) country_from: Option<String>,
    pub(super) normaliser: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) prefix: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table such as { from = \"COLUMN\" }")]
pub(super) struct RawProperty {
    pub(super) from: Option<RawColumns>,
    pub(super) sep: Option<String>,
    pub(super) value: Option<toml::Value>,
    #[serde(rename = "type")]
    pub(super) cell_type: Option<Spanned<String>>,
    pub(super) date_order: Option<Spanned<String>>,
    pub(super) format: Option<String>,
    pub(super) lookup: Option<Spanned<String>>,
    pub(super) on_error: Option<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table such as { from = \"COLUMN\" }")]
pub(super) struct RawGrade {
    pub(super) from: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table of keys")]
pub(super) struct RawLink {
    #[serde(rename = "type")]
    pub(super) link_type: Spanned<String>,
    pub(super) from: Spanned<String>,
    pub(super) to: Spanned<String>,
    pub(super) identity: Option<Spanned<RawIdentity>>,
    pub(super) same_event: Option<Spanned<RawEvent>>,
    #[serde(default)]
    pub(super) when: Vec<Spanned<RawTest>>,
    #[serde(default)]
    pub(super) properties: BTreeMap<String, Spanned<RawProperty>>,
    pub(super) valid_from: Option<Spanned<RawProperty>>,
    pub(super) valid_to: Option<Spanned<RawProperty>>,
    pub(super) grade: Option<RawGrade>,
    pub(super) marking: Option<RawMarking>,
}

/// What tells links apart: `"ends"`, or names of properties.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "\"ends\" or a list of property names expected")]
pub(super) enum RawIdentity {
    Word(String),
    Properties(Vec<String>),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table of keys")]
pub(super) struct RawSame {
    pub(super) a: Spanned<String>,
    pub(super) b: Spanned<String>,
}

/// A marking, and the column that has a row's own.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table of keys")]
pub(super) struct RawMarking {
    pub(super) from: Option<String>,
    pub(super) level: Level,
    pub(super) compartments: BTreeSet<String>,
    pub(super) releasable_to: BTreeSet<String>,
}

impl RawMarking {
    /// The marking of rows that have none of their own.
    pub(super) fn marking(&self) -> Marking {
        Marking {
            level: self.level,
            compartments: self.compartments.clone(),
            releasable_to: self.releasable_to.clone(),
        }
    }
}

/// Which sheet of a workbook.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table of keys")]
pub(super) struct RawSheet {
    pub(super) name: Option<String>,
    pub(super) number: Option<u32>,
    pub(super) header_row: Option<u32>,
}

/// Columns at fixed places: listed, or drawn.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table of keys")]
pub(super) struct RawFixed {
    pub(super) columns: Option<Vec<Spanned<RawFixedColumn>>>,
    pub(super) ruler: Option<Spanned<String>>,
    pub(super) names: Option<Vec<String>>,
    pub(super) short_rows: Option<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table of keys")]
pub(super) struct RawFixedColumn {
    pub(super) name: String,
    pub(super) start: usize,
    pub(super) length: usize,
}

/// A file beside the specification that says what texts stand for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table of keys")]
pub(super) struct RawLookupFile {
    pub(super) path: String,
    pub(super) key: String,
    pub(super) value: String,
    pub(super) encoding: Option<Spanned<String>>,
    pub(super) delimiter: Option<Spanned<String>>,
}

/// A column worked out from others.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table of keys")]
pub(super) struct RawDerived {
    pub(super) name: String,
    pub(super) from: RawColumns,
    pub(super) concat: Option<String>,
    pub(super) substring: Option<RawSubstring>,
    pub(super) capture: Option<Spanned<String>>,
    pub(super) replace: Option<RawReplace>,
    #[serde(rename = "case")]
    pub(super) letters: Option<Spanned<String>>,
    pub(super) part: Option<Spanned<String>>,
    pub(super) date_order: Option<Spanned<String>>,
    pub(super) format: Option<String>,
    pub(super) arithmetic: Option<Spanned<String>>,
    pub(super) lookup: Option<Spanned<String>>,
    pub(super) unlisted: Option<Spanned<String>>,
    pub(super) on_error: Option<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table of keys")]
pub(super) struct RawSubstring {
    pub(super) start: i64,
    pub(super) length: Option<usize>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table of keys")]
pub(super) struct RawReplace {
    pub(super) matches: Spanned<String>,
    pub(super) with: String,
}

/// The check of balances.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table of keys")]
pub(super) struct RawBalance {
    pub(super) account: Option<RawColumns>,
    pub(super) amount: Option<RawColumns>,
    pub(super) credit: Option<RawColumns>,
    pub(super) debit: Option<RawColumns>,
    pub(super) balance: String,
    pub(super) tolerance: Option<Spanned<String>>,
    pub(super) order: Option<Spanned<String>>,
    pub(super) on_break: Spanned<String>,
    pub(super) column: Option<String>,
}

/// When rows some seconds apart are one link.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table of keys")]
pub(super) struct RawEvent {
    pub(super) at: String,
    pub(super) within_s: u32,
    #[serde(default)]
    pub(super) on: Vec<String>,
    pub(super) leg: Option<String>,
}
