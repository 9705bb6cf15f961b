//! What a load did, in counts that add up.

use super::request::Incoming;
use crate::info::NameCount;
use jaal_graph::View;
use jaal_ingest::Chunk;
use jaal_model::claim::ShapeClaim;
use jaal_model::{Commit, Counts, DeliveryId, Reject};
use serde::Serialize;
use std::path::PathBuf;

/// How many rejects a report itself shows; all are in the ledger and in the rejects file.
const SHOWN: usize = 20;

/// What became of one delivery.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
pub struct DeliveryReport {
    /// Its number; none in a dry run, and for one that was held already.
    pub id: Option<DeliveryId>,
    /// Name of the specification.
    pub spec: String,
    /// The agency that handed it over.
    pub agency: String,
    /// Names of its files.
    pub files: Vec<String>,
    /// What became of the rows.
    pub counts: Counts,
    /// Rows whose balance does not follow from the row before, where the specification checks that. They are flagged
    /// or rejected, as it says.
    pub balance_breaks: u64,
    /// The delivery that it is again, if it was held already; nothing of it was taken in then.
    pub duplicate_of: Option<DeliveryId>,
    /// Whether it was held before and had been withdrawn, so that it was taken in again, as another delivery. The
    /// claims of the delivery withdrawn still do not count.
    pub withdrawn: bool,
    /// Claims made, by kind and link type.
    pub claims: Vec<NameCount>,
    /// The first rejected rows.
    pub rejects: Vec<Reject>,
    /// Where all rejected rows were written.
    pub rejects_file: Option<PathBuf>,
}

/// What a load did.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
pub struct LoadReport {
    /// Deliveries in the order of the requests.
    pub deliveries: Vec<DeliveryReport>,
    /// Counts of all deliveries together.
    pub counts: Counts,
    /// The commit; none when nothing changed.
    pub commit: Option<Commit>,
    /// Entities in the graph now.
    pub entities: u64,
    /// Links in the graph now.
    pub links: u64,
    /// Same-as that the graph skips now, because something forbids it.
    pub conflicts: u64,
    /// Up to five of them in words, the latest first; none when nothing was taken in.
    pub conflict_notes: Vec<String>,
    /// Whether nothing was to be kept.
    pub dry_run: bool,
}

impl DeliveryReport {
    pub(super) fn of(incoming: &Incoming) -> Self {
        Self {
            spec: incoming.spec_name().to_owned(),
            agency: incoming.handover().agency.clone(),
            files: incoming.files().iter().map(|file| file.name.clone()).collect(),
            ..Self::default()
        }
    }

    /// Adds a chunk's rows and claims, and its rejects while there is room for them.
    pub(super) fn count(&mut self, chunk: &Chunk) {
        self.counts = self.counts.plus(chunk.counts);
        self.balance_breaks += chunk.balance_breaks;
        let room = SHOWN.saturating_sub(self.rejects.len());
        self.rejects.extend(chunk.rejects.iter().take(room).cloned());
        for table in &chunk.block.tables {
            let count = table.len() as u64;
            match &table.shape.claim {
                ShapeClaim::Entity { kinds } if kinds.is_empty() => self.claim("entity", count),
                ShapeClaim::Entity { kinds } => kinds.iter().for_each(|kind| self.claim(kind, count)),
                ShapeClaim::Link { link_type, .. } => self.claim(link_type, count),
                ShapeClaim::Same => self.claim("same", count),
            }
        }
    }

    fn claim(&mut self, name: &str, count: u64) {
        match self.claims.binary_search_by(|line| line.name.as_str().cmp(name)) {
            Ok(at) => self.claims[at].count += count,
            Err(at) => self.claims.insert(at, NameCount { name: name.to_owned(), count }),
        }
    }
}

impl LoadReport {
    pub(super) fn add(&mut self, delivery: DeliveryReport) {
        self.counts = self.counts.plus(delivery.counts);
        self.deliveries.push(delivery);
    }

    pub(super) fn count_graph(&mut self, view: &View) {
        self.entities = u64::from(view.node_count());
        self.links = view.link_count();
        self.conflicts = view.conflict_count();
    }
}
