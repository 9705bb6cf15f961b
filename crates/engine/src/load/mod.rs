//! Loading: deliveries become one commit of the ledger, and the graph of it.
//!
//! 1. Each request's files are digested; a delivery already held changes nothing and is counted as duplicate.
//! 2. Waves of rows are parsed in parallel while the wave before is being appended.
//! 3. Claims are handed to the deriver as they are appended, so that the new segment is written straight from
//!    them and the ledger is not read again for them.
//! 4. The commit is made durable; only then is the segment published.

mod pipeline;
mod rejects;
mod report;
mod request;

pub use report::{DeliveryReport, LoadReport};
pub use request::LoadRequest;

use crate::database::{Actor, Watch};
use crate::{Database, EngineError};
use jaal_graph::{Deriver, Lens};
use jaal_ledger::Writer;
use jaal_model::{CommitId, CommitNote, Delivery, DeliveryId, Digest};
use rayon::prelude::*;
use request::Incoming;
use sha2::{Digest as _, Sha256};
use std::path::PathBuf;

/// How to load.
#[derive(Clone, Debug, Default)]
pub struct LoadOptions {
    /// Read and count everything, keep nothing.
    pub dry_run: bool,
    /// The folder for files of rejected rows; none are written when it is not given.
    pub rejects: Option<PathBuf>,
    /// What the commit says it is for; by default the names of the files.
    pub purpose: Option<String>,
}

impl Database {
    /// Takes deliveries in, all in one commit. With `dry_run` everything is read and counted and nothing is kept.
    ///
    /// # Errors
    /// [`EngineError::Ingest`] when a file or specification cannot be read: nothing is kept then.
    /// [`EngineError::NotDerived`] when the commit stands but its graph could not be made.
    ///
    /// # Complexity
    /// `O(c log c)` in the claims of the whole store, because the graph is derived anew.
    pub fn load(
        &self,
        requests: Vec<LoadRequest>,
        options: &LoadOptions,
        actor: &Actor,
        watch: &mut dyn Watch,
    ) -> Result<LoadReport, EngineError> {
        if options.dry_run {
            return self.dry_run(requests, options, watch);
        }
        let before = self.ledger().snapshot()?;
        let mut writer = self.ledger().writer()?;
        let mut deriver = Deriver::new(&before, &Lens::everything())?;
        let mut fed_before = false;
        let mut report = LoadReport::default();
        let purpose = options.purpose.clone().unwrap_or_else(|| purpose_of(&requests));
        for request in requests {
            let mut incoming = request.open()?;
            let fingerprint = fingerprint(&incoming);
            if let Some(held) = writer.known(&fingerprint)? {
                report.add(self.duplicate(&incoming, held, &report)?);
                continue;
            }
            if !fed_before {
                feed_held(&mut deriver, &before, watch)?;
                fed_before = true;
            }
            let taken = take_in(&mut writer, &mut deriver, &mut incoming, &fingerprint, watch)?;
            report.add(taken);
        }
        if report.deliveries.iter().all(|d| d.duplicate_of.is_some()) {
            drop(writer);
            let reading = self.read_watched(watch)?;
            report.count_graph(&reading.view);
            return Ok(report);
        }
        if watch.cancelled() {
            return Err(EngineError::Cancelled);
        }
        watch.stage("committing", 0);
        let commit = writer.commit(CommitNote { at: actor.now, actor: actor.name.clone(), purpose })?;
        rejects::write(&mut report, options.rejects.as_deref(), Some(commit.id))?;
        self.derive_committed(deriver, commit.id, &mut report, watch)?;
        report.commit = Some(commit);
        Ok(report)
    }

    /// Makes the graph of a commit that has just been written, from the claims in hand.
    fn derive_committed(
        &self,
        deriver: Deriver,
        commit: CommitId,
        report: &mut LoadReport,
        watch: &mut dyn Watch,
    ) -> Result<(), EngineError> {
        watch.stage("deriving the graph", 0);
        let after = self.ledger().snapshot()?;
        self.images().prepare_folder()?;
        let not_derived = |source| EngineError::NotDerived { commit, source };
        deriver.finish(&after, &self.images().path(commit)).map_err(not_derived)?;
        let view = self.images().publish(self.ledger(), commit)?;
        report.count_graph(&view);
        Ok(())
    }

    /// Reads and counts; keeps nothing.
    fn dry_run(
        &self,
        requests: Vec<LoadRequest>,
        options: &LoadOptions,
        watch: &mut dyn Watch,
    ) -> Result<LoadReport, EngineError> {
        let snapshot = self.ledger().snapshot()?;
        let mut report = LoadReport { dry_run: true, ..LoadReport::default() };
        for request in requests {
            let mut incoming = request.open()?;
            if let Some(held) = snapshot.known(&fingerprint(&incoming))? {
                report.add(self.duplicate(&incoming, held, &report)?);
                continue;
            }
            let mut taken = DeliveryReport::of(&incoming);
            watch.stage(&incoming.title(), incoming.total_bytes());
            pipeline::each_wave(&mut incoming, watch, &mut |chunks| {
                for chunk in &chunks {
                    taken.count(chunk);
                }
                Ok(())
            })?;
            report.add(taken);
        }
        rejects::write(&mut report, options.rejects.as_deref(), None)?;
        let reading = self.read_watched(watch)?;
        report.count_graph(&reading.view);
        Ok(report)
    }

    /// The report on a delivery that is held already, whose rows are therefore not read again.
    fn duplicate(
        &self,
        incoming: &Incoming,
        held: DeliveryId,
        so_far: &LoadReport,
    ) -> Result<DeliveryReport, EngineError> {
        let mut taken = DeliveryReport::of(incoming);
        let counts = match self.ledger().snapshot()?.delivery(held)? {
            Some(delivery) => delivery.counts,
            // It came earlier in this very call.
            None => {
                so_far.deliveries.iter().find(|d| d.id == Some(held)).map(|d| d.counts).unwrap_or_default()
            }
        };
        taken.counts = counts;
        taken.counts.duplicate += taken.counts.accepted;
        taken.counts.accepted = 0;
        taken.duplicate_of = Some(held);
        taken.withdrawn = self.withdrawn()?.contains(&held);
        Ok(taken)
    }
}

/// Appends one delivery to the open transaction and feeds its claims to the deriver.
fn take_in(
    writer: &mut Writer,
    deriver: &mut Deriver,
    incoming: &mut Incoming,
    fingerprint: &Digest,
    watch: &mut dyn Watch,
) -> Result<DeliveryReport, EngineError> {
    let mut report = DeliveryReport::of(incoming);
    let id = writer.begin_delivery()?;
    watch.stage(&incoming.title(), incoming.total_bytes());
    pipeline::each_wave(incoming, watch, &mut |chunks| {
        for chunk in &chunks {
            report.count(chunk);
        }
        pipeline::append(writer, deriver, id, chunks)
    })?;
    let delivery = Delivery {
        id,
        commit: CommitId(0),
        handover: incoming.handover().clone(),
        spec: incoming.spec_name().to_owned(),
        spec_sha256: incoming.spec_sha256(),
        files: incoming.files().to_vec(),
        counts: report.counts,
        grade: incoming.grade(),
        marking: incoming.marking(),
    };
    writer.finish_delivery(delivery, fingerprint)?;
    report.id = Some(id);
    Ok(report)
}

/// Feeds the claims that the ledger held before.
fn feed_held(
    deriver: &mut Deriver,
    before: &jaal_ledger::Snapshot,
    watch: &mut dyn Watch,
) -> Result<(), EngineError> {
    const WAVE: usize = 256;
    let blocks = before.claim_blocks()?;
    if blocks.is_empty() {
        return Ok(());
    }
    watch.stage("reading the ledger", blocks.len() as u64);
    for (at, refs) in blocks.chunks(WAVE).enumerate() {
        let decoded: Vec<_> = refs.par_iter().map(|block| before.read_block(block)).collect();
        for (block, claims) in refs.iter().zip(decoded) {
            deriver.feed(block.first, block.delivery, claims?)?;
        }
        watch.advance((at * WAVE + refs.len()) as u64, 0);
    }
    Ok(())
}

/// What tells that a delivery is the same again: its specification and its files, byte for byte.
fn fingerprint(incoming: &Incoming) -> Digest {
    let mut hasher = Sha256::new();
    hasher.update(incoming.spec_sha256().0);
    for file in incoming.files() {
        hasher.update(file.sha256.0);
    }
    Digest(hasher.finalize().into())
}

fn purpose_of(requests: &[LoadRequest]) -> String {
    let names: Vec<String> = requests.iter().flat_map(LoadRequest::file_names).collect();
    match names.len() {
        0..=4 => format!("load {}", names.join(", ")),
        more => format!("load {} and {} more files", names[..3].join(", "), more - 3),
    }
}
