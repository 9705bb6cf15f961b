//! Loading: deliveries become one commit of the ledger, and the graph of it.
//!
//! 1. Each request's files are digested; a delivery already held changes nothing and is counted as duplicate. It is
//!    the same delivery when specification, files and agency are the same: the same files in another order are,
//!    those of another agency are further evidence. One that was withdrawn is taken in again, as a new delivery.
//! 2. Waves of rows are parsed in parallel while the wave before is being appended.
//! 3. A load that is large beside what is there hands its claims to a deriver as it appends them, so that the new
//!    segment is written straight from them and the ledger is not read again for them. A small one changes what the
//!    graph has of it.
//! 4. The commit is made durable; only then is the graph published, and then the files of rejected rows get their
//!    names. Errors after the commit say that it is kept.

mod pipeline;
mod rejects;
mod report;
mod request;
mod same;

pub use report::{DeliveryReport, LoadReport};
pub use request::LoadRequest;

use crate::database::{Actor, Watch};
use crate::images::Making;
use crate::info::withdrawn;
use crate::{Database, EngineError, conflicts, images};
use jaal_graph::{Admission, Deriver, Draft, Identities, Lens};
use jaal_ledger::{NewKeys, Ready, Snapshot, Writer};
use jaal_model::{Commit, CommitId, CommitNote, Delivery, DeliveryId, Digest};
use rejects::RejectFiles;
use request::Incoming;
use same::{Held, fingerprint};
use std::collections::BTreeSet;
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
    /// [`EngineError::Ingest`] when a file or specification cannot be read, [`EngineError::SameFileTwice`] when a
    /// delivery has a file twice, [`EngineError::Io`] when rejected rows cannot be written: nothing is kept then.
    /// [`EngineError::NotDerived`] when the commit stands but its graph could not be made, and
    /// [`EngineError::NoRejectsFile`] when a file of rejected rows did not get its name.
    ///
    /// # Complexity
    /// `O(c log c)` in the claims of the whole store where the graph is derived anew; in those of the load and of what
    /// they speak of where it is small beside the store.
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
        let purpose = options.purpose.clone().unwrap_or_else(|| purpose_of(&requests));
        let bytes = requests.iter().map(LoadRequest::bytes).sum();
        let mut load = Load::begin(self, options, bytes)?;
        for request in requests {
            load.take(request.open()?, watch)?;
        }
        if load.report.deliveries.iter().all(|delivery| delivery.duplicate_of.is_some()) {
            let Load { mut report, writer, .. } = load;
            drop(writer);
            let reading = self.read_watched(watch)?;
            report.count_graph(&reading.view);
            return Ok(report);
        }
        if watch.cancelled() {
            return Err(EngineError::Cancelled);
        }
        load.commit(self, CommitNote { at: actor.now, actor: actor.name.clone(), purpose }, watch)
    }

    /// Reads and counts; keeps nothing.
    fn dry_run(
        &self,
        requests: Vec<LoadRequest>,
        options: &LoadOptions,
        watch: &mut dyn Watch,
    ) -> Result<LoadReport, EngineError> {
        let snapshot = self.ledger().snapshot()?;
        let withdrawn = withdrawn(&snapshot)?;
        let mut rejects = RejectFiles::new(options.rejects.as_deref());
        let mut report = LoadReport { dry_run: true, ..LoadReport::default() };
        for request in requests {
            let mut incoming = request.open()?;
            let fingerprint = fingerprint(&incoming)?;
            let held = Held::of(&snapshot, &withdrawn, snapshot.known(&fingerprint)?, &fingerprint)?;
            if let Held::As(held) = held {
                report.add(duplicate(&incoming, held, &snapshot, &report)?);
                continue;
            }
            let mut taken = DeliveryReport::of(&incoming);
            taken.withdrawn = held == Held::Withdrawn;
            watch.stage(&incoming.title(), incoming.total_bytes());
            pipeline::each_wave(&mut incoming, watch, &mut |chunks| {
                for chunk in &chunks {
                    taken.count(chunk);
                    rejects.add(report.deliveries.len(), &chunk.rejects)?;
                }
                Ok(())
            })?;
            report.add(taken);
        }
        rejects.name(&mut report)?;
        let reading = self.read_watched(watch)?;
        report.count_graph(&reading.view);
        Ok(report)
    }
}

/// A load on its way: nothing of it is kept until [`Load::commit`].
struct Load<'a> {
    writer: Writer,
    /// The ledger before.
    before: Snapshot,
    /// The deliveries withdrawn before.
    withdrawn: BTreeSet<DeliveryId>,
    /// Takes the claims of a load that is not small; none where what is there is changed instead.
    deriver: Option<Deriver>,
    /// Whether the deriver has the claims that the ledger held before.
    has_fed: bool,
    rejects: RejectFiles<'a>,
    report: LoadReport,
}

impl<'a> Load<'a> {
    /// Begins a load of so many bytes.
    fn begin(database: &Database, options: &'a LoadOptions, bytes: u64) -> Result<Self, EngineError> {
        let writer = database.ledger().writer()?;
        // Taken after the writer, so that nothing can be committed between the two, which the graph would lack.
        let before = database.ledger().snapshot()?;
        Ok(Self {
            writer,
            withdrawn: withdrawn(&before)?,
            deriver: deriver(database, &before, bytes)?,
            before,
            has_fed: false,
            rejects: RejectFiles::new(options.rejects.as_deref()),
            report: LoadReport::default(),
        })
    }

    /// Appends one delivery to the open transaction and feeds its claims to the deriver, unless it is held already.
    fn take(&mut self, mut incoming: Incoming, watch: &mut dyn Watch) -> Result<(), EngineError> {
        let fingerprint = fingerprint(&incoming)?;
        let held = Held::of(&self.before, &self.withdrawn, self.writer.known(&fingerprint)?, &fingerprint)?;
        if let Held::As(held) = held {
            self.report.add(duplicate(&incoming, held, &self.before, &self.report)?);
            return Ok(());
        }
        if !self.has_fed
            && let Some(deriver) = &mut self.deriver
        {
            watch.stage("reading the ledger", 0);
            deriver.feed_snapshot(&self.before, &mut |done, _| watch.advance(done, 0))?;
            self.has_fed = true;
        }
        let mut taken = self.append(&mut incoming, &fingerprint, watch)?;
        taken.withdrawn = held == Held::Withdrawn;
        self.report.add(taken);
        Ok(())
    }

    fn append(
        &mut self,
        incoming: &mut Incoming,
        fingerprint: &Digest,
        watch: &mut dyn Watch,
    ) -> Result<DeliveryReport, EngineError> {
        let Self { writer, deriver, rejects, report, .. } = self;
        let place = report.deliveries.len();
        let mut taken = DeliveryReport::of(incoming);
        let id = writer.begin_delivery()?;
        watch.stage(&incoming.title(), incoming.total_bytes());
        pipeline::each_wave(incoming, watch, &mut |chunks| {
            for chunk in &chunks {
                taken.count(chunk);
                rejects.add(place, &chunk.rejects)?;
            }
            pipeline::append(writer, deriver.as_mut(), id, chunks)
        })?;
        let delivery = Delivery {
            id,
            commit: CommitId(0),
            handover: incoming.handover().clone(),
            spec: incoming.spec_name().to_owned(),
            spec_sha256: incoming.spec_sha256(),
            files: incoming.files().to_vec(),
            counts: taken.counts,
            grade: incoming.grade(),
            marking: incoming.marking(),
            // The writer knows them.
            markings: Vec::new(),
        };
        writer.finish_delivery(delivery, fingerprint)?;
        taken.id = Some(id);
        Ok(taken)
    }

    /// Makes the commit durable, and the graph of it. What fails after the commit does not undo it.
    fn commit(
        self,
        database: &Database,
        note: CommitNote,
        watch: &mut dyn Watch,
    ) -> Result<LoadReport, EngineError> {
        let Self { writer, before, deriver, rejects, mut report, .. } = self;
        // Kept until the graph is made, so that nobody in this process derives the same again, or commits before it.
        let mut making = database.images().make();
        database.images().prepare_folder()?;
        watch.stage("committing", 0);
        let (ready, keys) = writer.ready(note)?;
        let (commit, derived) = match deriver {
            None => (ready.commit()?, Ok(None)),
            Some(deriver) => {
                watch.stage("deriving the graph", 0);
                commit_and_derive(ready, || draft(database, deriver, &before, &keys))?
            }
        };
        let derived = derived.and_then(|draft| publish(database, draft, &mut making, &mut report, watch));
        drop(making);
        let named = rejects.name(&mut report);
        derived.map_err(EngineError::not_derived(commit.id))?;
        named.map_err(|source| EngineError::NoRejectsFile { commit: commit.id, source: Box::new(source) })?;
        report.commit = Some(commit);
        Ok(report)
    }
}

/// A deriver for a load of so many bytes; none for one that is small beside an image that is at hand.
fn deriver(database: &Database, before: &Snapshot, bytes: u64) -> Result<Option<Deriver>, EngineError> {
    /// A claim of a delivery takes no fewer bytes of its files than this, by and large.
    const BYTES_OF_CLAIM: u64 = 16;
    let everything = Lens::everything();
    if before.head()?.is_some() {
        let at_hand = database.images().make().at_hand(before, &everything)?;
        if at_hand.is_some_and(|view| bytes / BYTES_OF_CLAIM <= images::limit(&view)) {
            return Ok(None);
        }
    }
    Ok(Some(Deriver::new(Admission::of(before, &everything)?)))
}

/// Makes a commit durable while its graph is made: the one waits for the disk, the other for processors.
fn commit_and_derive(
    ready: Ready,
    derive: impl FnOnce() -> Result<Draft, EngineError>,
) -> Result<(Commit, Result<Option<Draft>, EngineError>), EngineError> {
    std::thread::scope(|scope| {
        let committing = scope.spawn(move || ready.commit());
        let derived = derive();
        let commit = committing.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        Ok((commit, derived.map(Some)))
    })
}

/// The graph of a commit in the making, from the claims in hand.
fn draft(
    database: &Database,
    deriver: Deriver,
    before: &Snapshot,
    keys: &NewKeys,
) -> Result<Draft, EngineError> {
    let mut identities = Identities::read(before)?;
    identities.extend(keys)?;
    Ok(deriver.draft(&identities, database.images().folder())?)
}

/// Makes the graph of the commit that has just been written live, or makes it from what changed.
fn publish(
    database: &Database,
    draft: Option<Draft>,
    making: &mut Making<'_>,
    report: &mut LoadReport,
    watch: &mut dyn Watch,
) -> Result<(), EngineError> {
    let after = database.ledger().snapshot()?;
    let view = if let Some(draft) = draft {
        making.finish(draft, &after)?
    } else {
        making.publish(&after, watch)?
    };
    report.count_graph(&view);
    report.conflict_notes = conflicts::in_words(&after, &view.conflicts())?;
    Ok(())
}

/// The report on a delivery that is held already, whose rows are therefore not read again.
fn duplicate(
    incoming: &Incoming,
    held: DeliveryId,
    before: &Snapshot,
    so_far: &LoadReport,
) -> Result<DeliveryReport, EngineError> {
    let mut taken = DeliveryReport::of(incoming);
    taken.counts = match before.delivery(held)? {
        Some(delivery) => delivery.counts,
        // It came earlier in this very call.
        None => so_far.deliveries.iter().find(|d| d.id == Some(held)).map(|d| d.counts).unwrap_or_default(),
    };
    taken.counts.duplicate += taken.counts.accepted;
    taken.counts.accepted = 0;
    taken.duplicate_of = Some(held);
    Ok(taken)
}

fn purpose_of(requests: &[LoadRequest]) -> String {
    let names: Vec<String> = requests.iter().flat_map(LoadRequest::file_names).collect();
    match names.len() {
        0..=4 => format!("load {}", names.join(", ")),
        more => format!("load {} and {} more files", names[..3].join(", "), more - 3),
    }
}
