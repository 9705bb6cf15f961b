//! The lines of a dump, and how records become lines and lines records.

use super::cell::Cell;
use crate::block::{DeliveryRecord, IdentityKeys, KeptKeys, Rejects, SourceRows};
use crate::chain::Entry;
use crate::codec;
use crate::tables::Tag;
use jaal_model::claim::{ClaimBlock, ClaimTable, NO_TIME, Shape, StrColumn};
use jaal_model::{Commit, Delivery, Digest, Judgement, Reject, Scheme};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The version of the dump's text that this program writes and reads.
pub(crate) const VERSION: u32 = 2;

/// The first line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Header {
    /// The version of the text.
    pub(crate) jaal_dump: u32,
    pub(crate) opaque_key: Digest,
    pub(crate) created_at: i64,
    /// The salt of what belongs to no delivery.
    pub(crate) salt: Digest,
    pub(crate) commits: u64,
    pub(crate) records: u64,
}

/// Any further line: an object with one member, which names what it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Line {
    Salt {
        delivery: u64,
        salt: Digest,
    },
    /// In the place of a salt: the delivery was expunged.
    Expunged {
        delivery: u64,
    },
    /// A record of such a delivery.
    Gone {
        table: String,
        id: u64,
        delivery: u64,
        digest: Digest,
    },
    Delivery {
        digest: Digest,
        fingerprint: Digest,
        delivery: Delivery,
    },
    Scheme {
        number: u64,
        delivery: u64,
        digest: Digest,
        name: String,
        kind: Option<String>,
    },
    Identities {
        first: u64,
        delivery: u64,
        digest: Digest,
        keys: Vec<(String, String)>,
    },
    Kept {
        first: u64,
        delivery: u64,
        digest: Digest,
        keys: Vec<(u64, String, String)>,
    },
    Source {
        first: u64,
        delivery: u64,
        digest: Digest,
        rows: Vec<(u32, u64, String)>,
    },
    Claims {
        first: u64,
        delivery: u64,
        digest: Digest,
        tables: Vec<Table>,
    },
    Rejects {
        number: u64,
        delivery: u64,
        digest: Digest,
        rows: Vec<Reject>,
    },
    Judgement {
        digest: Digest,
        judgement: Judgement,
    },
    Commit(Commit),
    End {
        commits: u64,
        records: u64,
    },
}

/// A claim table, row by row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Table {
    shape: Shape,
    /// Whether the table has a column of beginnings, though it may say nothing for any row.
    has_valid_from: bool,
    /// The same for ends.
    has_valid_to: bool,
    rows: Vec<Row>,
}

/// One claim.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    record: u64,
    subject: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    object: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    discriminator: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    valid_from: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    valid_to: Option<i64>,
    /// In the order of the shape's properties; null where the claim gives none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    values: Vec<Cell>,
}

impl Line {
    /// The line of a record, from its canonical bytes.
    ///
    /// # Errors
    /// What is wrong with the record.
    pub(crate) fn of_record(entry: &Entry, canonical: &[u8], schemes: &[Scheme]) -> Result<Self, String> {
        let Entry { tag, id, delivery, digest, .. } = *entry;
        Ok(match tag {
            Tag::Delivery => {
                let DeliveryRecord { delivery, fingerprint } = read(canonical)?;
                Self::Delivery { digest, fingerprint, delivery }
            }
            Tag::Scheme => {
                let Scheme { name, kind } = read(canonical)?;
                Self::Scheme { number: id, delivery, digest, name, kind }
            }
            Tag::Identity => {
                let keys: IdentityKeys = read(canonical)?;
                fits(keys.is_consistent(schemes.len()))?;
                let name = |number: u32| schemes[number as usize].name.clone();
                let keys = keys.scheme.iter().zip(keys.value.iter()).map(|(s, v)| (name(*s), v.to_owned()));
                Self::Identities { first: id, delivery, digest, keys: keys.collect() }
            }
            Tag::Kept => {
                let KeptKeys { identity, keys } = read(canonical)?;
                fits(identity.len() == keys.len() && keys.is_consistent(schemes.len()))?;
                let name = |number: u32| schemes[number as usize].name.clone();
                let named = keys.scheme.iter().zip(keys.value.iter()).map(|(s, v)| (name(*s), v.to_owned()));
                let keys = identity.into_iter().zip(named).map(|(id, (s, v))| (id, s, v)).collect();
                Self::Kept { first: id, delivery, digest, keys }
            }
            Tag::Source => {
                let rows: SourceRows = read(canonical)?;
                fits(rows.is_consistent() && rows.first_record == id)?;
                let places = rows.file.iter().zip(&rows.line);
                let rows = places.zip(rows.text.iter()).map(|((f, l), text)| (*f, *l, text.to_owned()));
                Self::Source { first: id, delivery, digest, rows: rows.collect() }
            }
            Tag::Claim => {
                let block: ClaimBlock = read(canonical)?;
                fits(block.is_consistent())?;
                let tables = block.tables.iter().map(Table::from_claims).collect();
                Self::Claims { first: id, delivery, digest, tables }
            }
            Tag::Reject => {
                let rows: Rejects = read(canonical)?;
                Self::Rejects { number: id, delivery, digest, rows }
            }
            Tag::Judgement => Self::Judgement { digest, judgement: read(canonical)? },
        })
    }
}

fn read<T: DeserializeOwned>(canonical: &[u8]) -> Result<T, String> {
    codec::decode(canonical).map_err(|error| error.to_string())
}

fn fits(consistent: bool) -> Result<(), String> {
    if consistent { Ok(()) } else { Err("its columns do not fit together".to_owned()) }
}

/// Source rows of a line.
pub(crate) fn source_rows(first_record: u64, rows: &[(u32, u64, String)]) -> SourceRows {
    let mut text = StrColumn::new();
    for (.., row) in rows {
        text.push(row);
    }
    let file = rows.iter().map(|(file, ..)| *file).collect();
    let line = rows.iter().map(|(_, line, _)| *line).collect();
    SourceRows { first_record, file, line, text }
}

impl Table {
    fn from_claims(table: &ClaimTable) -> Self {
        let stated = |times: &[i64], at: usize| times.get(at).copied().filter(|time| *time != NO_TIME);
        let rows = (0..table.len())
            .map(|at| Row {
                record: table.record[at],
                subject: table.subject[at],
                object: table.object.get(at).copied(),
                discriminator: table.discriminator.get(at).copied(),
                valid_from: stated(&table.valid_from, at),
                valid_to: stated(&table.valid_to, at),
                values: table.columns.iter().map(|column| Cell(column.value(at))).collect(),
            })
            .collect();
        Self {
            shape: table.shape.clone(),
            has_valid_from: !table.valid_from.is_empty(),
            has_valid_to: !table.valid_to.is_empty(),
            rows,
        }
    }

    /// The claim table. A column is made by adding its values in order, which is how it was made at first, so
    /// it has the same type and the same bytes. The result is not consistent when rows lack what the shape
    /// asks for.
    pub(crate) fn into_claims(self) -> ClaimTable {
        let mut table = ClaimTable::new(self.shape);
        for row in self.rows {
            table.record.push(row.record);
            table.subject.push(row.subject);
            table.object.extend(row.object);
            table.discriminator.extend(row.discriminator);
            if self.has_valid_from {
                table.valid_from.push(row.valid_from.unwrap_or(NO_TIME));
            }
            if self.has_valid_to {
                table.valid_to.push(row.valid_to.unwrap_or(NO_TIME));
            }
            for (column, Cell(value)) in table.columns.iter_mut().zip(row.values) {
                column.push(value);
            }
        }
        table
    }
}
