//! Claims taken in: tables of admitted claims, and a tally of what they bear.

use crate::GraphError;
use crate::admission::Admission;
use crate::error::narrow;
use jaal_model::claim::{ClaimBlock, ClaimTable};
use jaal_model::{AssertionId, DeliveryId, Marking};
use std::collections::{BTreeMap, BTreeSet};

/// A table of admitted claims.
pub(crate) struct Fed {
    /// Which claims they are.
    ids: Ids,
    pub(crate) delivery: u64,
    pub(crate) table: ClaimTable,
}

/// The numbers of a table's claims.
enum Ids {
    /// Consecutive ones from this.
    From(u32),
    /// One a row, ascending.
    List(Vec<u32>),
}

impl Fed {
    /// Some rows of a table, their claims ascending.
    pub(crate) fn some(delivery: u64, claims: Vec<u32>, table: ClaimTable) -> Self {
        Self { ids: Ids::List(claims), delivery, table }
    }

    /// The claim in a row.
    pub(crate) fn claim(&self, row: usize) -> u32 {
        match &self.ids {
            Ids::From(first) => first + row as u32,
            Ids::List(claims) => claims[row],
        }
    }

    /// All claims, ascending.
    pub(crate) fn claims(&self) -> impl Iterator<Item = u32> + '_ {
        (0..self.table.len()).map(|row| self.claim(row))
    }

    /// The table without some claims; `None` when none is left.
    pub(crate) fn without(self, claims: &BTreeSet<u32>) -> Option<Self> {
        let rows: Vec<usize> =
            (0..self.table.len()).filter(|row| !claims.contains(&self.claim(*row))).collect();
        if rows.len() == self.table.len() {
            return Some(self);
        }
        let left = rows.iter().map(|row| self.claim(*row)).collect();
        (!rows.is_empty()).then(|| Self::some(self.delivery, left, self.table.pick(&rows)))
    }
}

/// How many admitted claims bear what: what an image says of all its claims together, and can be counted on and off.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Tally {
    /// Claims by the marking that they bear with what was added to it.
    pub(crate) markings: BTreeMap<Marking, u64>,
    /// Claims by the properties of their shape.
    pub(crate) properties: BTreeMap<String, u64>,
}

impl Tally {
    /// The number of claims.
    pub(crate) fn claims(&self) -> u64 {
        self.markings.values().sum()
    }

    /// The join of all markings.
    pub(crate) fn marking(&self) -> Marking {
        let mut all = self.markings.keys();
        let first = all.next().cloned().unwrap_or_default();
        all.fold(first, |sum, marking| sum.join(marking))
    }

    /// Counts claims of a shape in.
    pub(crate) fn add(&mut self, marking: &Marking, properties: &[String], claims: u64) {
        if claims == 0 {
            return;
        }
        match self.markings.get_mut(marking) {
            Some(count) => *count += claims,
            None => {
                self.markings.insert(marking.clone(), claims);
            }
        }
        for property in properties {
            match self.properties.get_mut(property) {
                Some(count) => *count += claims,
                None => {
                    self.properties.insert(property.clone(), claims);
                }
            }
        }
    }

    /// Counts out what another tally has.
    pub(crate) fn subtract(&mut self, other: &Self) {
        for (marking, claims) in &other.markings {
            take(&mut self.markings, marking, *claims);
        }
        for (property, claims) in &other.properties {
            take(&mut self.properties, property, *claims);
        }
    }

    /// Counts in what another tally has.
    pub(crate) fn join(&mut self, other: &Self) {
        for (marking, claims) in &other.markings {
            *self.markings.entry(marking.clone()).or_default() += claims;
        }
        for (property, claims) in &other.properties {
            *self.properties.entry(property.clone()).or_default() += claims;
        }
    }
}

fn take<K: Ord>(counts: &mut BTreeMap<K, u64>, key: &K, by: u64) {
    if let Some(count) = counts.get_mut(key) {
        *count = count.saturating_sub(by);
        if *count == 0 {
            counts.remove(key);
        }
    }
}

/// What an admission makes of the claims of one table.
pub(crate) struct Seen<'a> {
    admission: &'a Admission,
    /// The marking that they bear with what was added to all of the delivery.
    effective: Marking,
    /// The markings of those to which one was added by itself.
    remarks: BTreeMap<u64, Marking>,
}

impl<'a> Seen<'a> {
    /// Looks at the claims of a table from `first` on; `None` where none of them counts.
    pub(crate) fn of(
        admission: &'a Admission,
        delivery: DeliveryId,
        table: &ClaimTable,
        first: u64,
    ) -> Option<Self> {
        if table.is_empty() || !admission.admits(delivery, &table.shape.marking) {
            return None;
        }
        let effective = admission.effective(delivery, &table.shape.marking);
        let added = admission.remarked(first, first + table.len() as u64);
        let remarks = added.map(|(claim, added)| (claim, effective.join(added))).collect();
        Some(Self { admission, effective, remarks })
    }

    /// Whether a claim of the table counts.
    pub(crate) fn has(&self, claim: u64) -> bool {
        let clearance = &self.admission.lens().clearance;
        self.remarks.get(&claim).is_none_or(|marking| clearance.admits(marking))
    }
}

/// The claims of a block that an admission admits, with their tally.
///
/// # Errors
/// [`GraphError::TooLarge`] when claims outgrow what an image holds.
pub(crate) fn admitted(
    admission: &Admission,
    first: AssertionId,
    delivery: DeliveryId,
    block: ClaimBlock,
) -> Result<(Vec<Fed>, Tally), GraphError> {
    let (mut out, mut tally) = (Vec::new(), Tally::default());
    let mut next = first.0;
    for table in block.tables {
        let (start, len) = (next, table.len() as u64);
        next += len;
        narrow("claims", next)?;
        let Some(seen) = Seen::of(admission, delivery, &table, start) else { continue };
        let properties = &table.shape.properties;
        tally.add(&seen.effective, properties, len - seen.remarks.len() as u64);
        for (claim, marking) in &seen.remarks {
            tally.add(marking, properties, u64::from(seen.has(*claim)));
        }
        if seen.remarks.is_empty() {
            out.push(Fed { ids: Ids::From(start as u32), delivery: delivery.0, table });
            continue;
        }
        let rows: Vec<usize> = (0..table.len()).filter(|row| seen.has(start + *row as u64)).collect();
        if !rows.is_empty() {
            let claims = rows.iter().map(|row| (start + *row as u64) as u32).collect();
            out.push(Fed::some(delivery.0, claims, table.pick(&rows)));
        }
    }
    Ok((out, tally))
}
