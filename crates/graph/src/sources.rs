//! Sources: from claims back to the rows of the deliveries they were made from.

use crate::view::Filter;
use crate::wording::{self, Wording};
use crate::{GraphError, View};
use jaal_csr::{Adjacency, Direction, LinkHandle};
use jaal_ledger::{BlockRef, Snapshot};
use jaal_model::answer::Evidence;
use jaal_model::claim::{ClaimBlock, ClaimTable, NO_TIME, ShapeClaim};
use jaal_model::value::{Date, LocalDateTime, LocalTime};
use jaal_model::{AssertionId, Delivery, DeliveryId, IdentityId, LinkId, SourceRow, Value};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::ControlFlow;

/// The rows of a ledger, as one snapshot has them.
pub struct Sources {
    snapshot: Snapshot,
}

/// A claim, and the properties it gives.
pub type ClaimedProperties = (AssertionId, Vec<(String, Value)>);

/// Called with a claim's place in the list asked for, its delivery, its table and its row there.
type Visit<'a> = dyn FnMut(usize, DeliveryId, &ClaimTable, usize) -> Result<(), GraphError> + 'a;

/// A claim with the block it is in.
struct Found {
    delivery: DeliveryId,
    record: u64,
    wording: Wording,
    evidence: Evidence,
}

impl Sources {
    /// The sources of a snapshot.
    pub fn new(snapshot: Snapshot) -> Self {
        Self { snapshot }
    }

    /// The snapshot.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// The rows behind claims, in the order given.
    ///
    /// # Errors
    /// [`GraphError::Ledger`] when a claim or its row cannot be read.
    ///
    /// # Complexity
    /// Each block that holds one of the claims, or its row, is decoded once.
    pub fn evidence(&self, claims: &[AssertionId]) -> Result<Vec<Evidence>, GraphError> {
        let mut deliveries: BTreeMap<DeliveryId, Option<Delivery>> = BTreeMap::new();
        let mut found: Vec<Option<Found>> = Vec::with_capacity(claims.len());
        found.resize_with(claims.len(), || None);
        self.each_claim(claims, &mut |at, delivery, table, row| {
            found[at] = Some(Found {
                delivery,
                record: table.record.get(row).copied().unwrap_or(0),
                wording: Wording::of(table, row),
                evidence: describe(delivery, table, row),
            });
            Ok(())
        })?;
        let rows = self.rows_of(&found)?;
        let names = wording::names(&self.snapshot, found.iter().flatten().map(|f| &f.wording))?;
        let mut out = Vec::with_capacity(claims.len());
        for (found, row) in found.into_iter().zip(rows) {
            let Some(Found { delivery, wording, mut evidence, .. }) = found else { continue };
            evidence.claims = wording.sentence(&names);
            let of = match deliveries.entry(delivery) {
                Entry::Occupied(held) => held.into_mut(),
                Entry::Vacant(free) => free.insert(self.snapshot.delivery(delivery)?),
            };
            if let (Some(of), Some(row)) = (of, row) {
                evidence.agency.clone_from(&of.handover.agency);
                evidence.letter.clone_from(&of.handover.letter);
                evidence.file = of.files.get(row.file as usize).map(|f| f.name.clone()).unwrap_or_default();
                evidence.line = row.line;
                evidence.row = row.text;
            }
            out.push(evidence);
        }
        Ok(out)
    }

    /// The properties that claims give, in the order given.
    ///
    /// # Errors
    /// [`GraphError::Ledger`] when a claim cannot be read.
    pub fn claimed_properties(&self, claims: &[AssertionId]) -> Result<Vec<ClaimedProperties>, GraphError> {
        let mut out: Vec<_> = claims.iter().map(|claim| (*claim, Vec::new())).collect();
        self.each_claim(claims, &mut |at, _, table, row| {
            let values = table.shape.properties.iter().zip(&table.columns);
            out[at].1 = values
                .map(|(name, column)| (name.clone(), column.value(row)))
                .filter(|(_, value)| !value.is_null())
                .collect();
            Ok(())
        })?;
        Ok(out)
    }

    /// Those of some claims that pass a filter, by their grade and validity, in the order given.
    ///
    /// # Errors
    /// [`GraphError::Ledger`] when a claim cannot be read.
    pub fn passing(&self, claims: &[AssertionId], filter: &Filter) -> Result<Vec<AssertionId>, GraphError> {
        if filter.is_open() {
            return Ok(claims.to_vec());
        }
        let mut passes = vec![false; claims.len()];
        self.each_claim(claims, &mut |at, _, table, row| {
            passes[at] = filter.passes(table.shape.grade.rank(), table.validity(row));
            Ok(())
        })?;
        Ok(claims.iter().zip(passes).filter(|(_, passes)| *passes).map(|(claim, _)| *claim).collect())
    }

    /// The values that claims give to one property, in the order given; claims that give none are left out.
    ///
    /// # Errors
    /// [`GraphError::Ledger`] when a claim cannot be read.
    pub fn claimed_values(
        &self,
        claims: &[AssertionId],
        property: &str,
    ) -> Result<Vec<(AssertionId, Value)>, GraphError> {
        let all = self.claimed_properties(claims)?;
        let pick = |(claim, properties): (AssertionId, Vec<(String, Value)>)| {
            let value = properties.into_iter().find(|(name, _)| name == property)?.1;
            Some((claim, value))
        };
        Ok(all.into_iter().filter_map(pick).collect())
    }

    /// The delivery of each claim, in the order given.
    ///
    /// # Errors
    /// [`GraphError::Ledger`] when there is no such claim.
    pub fn deliveries_of(&self, claims: &[AssertionId]) -> Result<Vec<DeliveryId>, GraphError> {
        claims.iter().map(|claim| Ok(self.snapshot.block_of(*claim)?.delivery)).collect()
    }

    /// The link that an opaque id names in a view, if the view has it.
    ///
    /// # Errors
    /// [`GraphError::Ledger`] when the ledger cannot be read.
    pub fn link_of(&self, view: &View, id: LinkId) -> Result<Option<LinkHandle>, GraphError> {
        let claim = view.claim_of(id);
        if self.snapshot.head()?.is_none_or(|head| claim >= head.next_assertion) {
            return Ok(None);
        }
        let mut ends = None;
        self.each_claim(&[claim], &mut |_, _, table, row| {
            if let ShapeClaim::Link { link_type, .. } = &table.shape.claim {
                ends =
                    Some((link_type.clone(), IdentityId(table.subject[row]), IdentityId(table.object[row])));
            }
            Ok(())
        })?;
        let Some((link_type, from, to)) = ends else { return Ok(None) };
        let (Some(from), Some(to)) = (view.node_of_identity(from), view.node_of_identity(to)) else {
            return Ok(None);
        };
        let wanted = view.link_type(&link_type);
        let mut link = None;
        let _ = view.runs(from.0, Direction::Out, &mut |run| {
            if Some(run.link_type) != wanted {
                return ControlFlow::Continue(());
            }
            let start = run.neighbours.partition_point(|node| *node < to.0);
            let end = run.neighbours.partition_point(|node| *node <= to.0);
            link = (start..end).map(|at| run.link(at)).find(|link| view.link_claims(*link).contains(&claim));
            ControlFlow::Break(())
        });
        Ok(link)
    }

    /// Calls `visit` with place in `claims`, delivery, table and row of each claim, block by block.
    fn each_claim(&self, claims: &[AssertionId], visit: &mut Visit<'_>) -> Result<(), GraphError> {
        let mut order: Vec<usize> = (0..claims.len()).collect();
        order.sort_by_key(|at| claims[*at]);
        let mut held: Option<(BlockRef, ClaimBlock)> = None;
        for at in order {
            let claim = claims[at];
            let inside = |(block, content): &(BlockRef, ClaimBlock)| {
                claim >= block.first && claim.0 < block.first.0 + content.len() as u64
            };
            if !held.as_ref().is_some_and(inside) {
                let block = self.snapshot.block_of(claim)?;
                let content = self.snapshot.read_block(&block)?;
                held = Some((block, content));
            }
            if let Some((block, content)) = &held
                && let Some((table, row)) = content.locate((claim.0 - block.first.0) as usize)
            {
                visit(at, block.delivery, table, row)?;
            }
        }
        Ok(())
    }

    /// The source rows of found claims, in their order.
    fn rows_of(&self, found: &[Option<Found>]) -> Result<Vec<Option<SourceRow>>, GraphError> {
        let mut wanted: BTreeMap<DeliveryId, Vec<u64>> = BTreeMap::new();
        for found in found.iter().flatten() {
            wanted.entry(found.delivery).or_default().push(found.record);
        }
        let mut rows: BTreeMap<(DeliveryId, u64), SourceRow> = BTreeMap::new();
        for (delivery, mut records) in wanted {
            records.sort_unstable();
            records.dedup();
            let read = self.snapshot.source_rows(delivery, &records)?;
            let read = records.into_iter().zip(read).filter_map(|(r, row)| Some(((delivery, r), row?)));
            rows.extend(read);
        }
        Ok(found
            .iter()
            .map(|f| f.as_ref().and_then(|f| rows.get(&(f.delivery, f.record)).cloned()))
            .collect())
    }
}

/// What a claim itself says of its evidence; the row is filled in later.
fn describe(delivery: DeliveryId, table: &ClaimTable, row: usize) -> Evidence {
    let (from, to) = table.validity(row);
    Evidence {
        delivery,
        agency: String::new(),
        letter: None,
        file: String::new(),
        line: 0,
        row: String::new(),
        grade: table.shape.grade,
        marking: table.shape.marking.clone(),
        claims: String::new(),
        valid_from: time_text(from),
        valid_to: time_text(to),
    }
}

/// A bound of validity in ISO 8601: a date where it is midnight UTC, else date and time.
fn time_text(seconds: i64) -> Option<String> {
    if seconds == NO_TIME {
        return None;
    }
    let local = LocalDateTime { seconds, nanos: 0 };
    Some(if local.time() == LocalTime::default() {
        Date::to_string(&local.date())
    } else {
        format!("{local}Z")
    })
}
