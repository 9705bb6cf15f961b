//! Fault injection: whatever write, sync, change of length or renaming fails, what was acknowledged is there when the
//! store is opened again on a sound medium, it verifies, and it is as some commit left it.
//!
//! The medium is memory. A *crash* fails the chosen operation and everything after it; it may keep what was written
//! and not synced, or lose it, or keep half of the write that failed. A *hiccup* fails one operation only.

use super::{claims, note};
use crate::block::{Prepared, SourceRows};
use crate::medium::{FileId, Medium, builder};
use crate::store::Ledger;
use crate::verify::verify;
use crate::{LedgerError, Result};
use jaal_model::claim::KeyList;
use jaal_model::{Commit, Counts, Decision, Delivery, DeliveryId, Digest, Grade, Handover, Marking, Scheme};
use redb::{BackendError, Database, DatabaseError, ReadOnlyDatabase, StorageBackend};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// How an operation fails.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fault {
    /// It and all later ones; what was written before stays.
    Crash,
    /// It and all later ones; what was not synced is lost.
    PowerCut,
    /// It and all later ones; half of it is done.
    Torn,
    /// It alone.
    Hiccup,
}

/// Counts operations and fails the chosen one.
struct Faults {
    fault: Fault,
    at: u64,
    done: u64,
}

/// A file: what it holds, and how to undo what was done since it was synced last.
#[derive(Default, Debug)]
struct Content {
    bytes: Vec<u8>,
    undo: Vec<(usize, Vec<u8>, usize)>,
}

impl Content {
    /// Remembers a range and the length before a change.
    fn remember(&mut self, at: usize, length: usize) {
        let end = (at + length).min(self.bytes.len());
        let old = self.bytes.get(at..end).unwrap_or_default().to_vec();
        self.undo.push((at, old, self.bytes.len()));
    }

    fn resize(&mut self, length: usize) {
        let kept = length.min(self.bytes.len());
        self.remember(kept, usize::MAX - kept);
        self.bytes.resize(length, 0);
    }

    fn write(&mut self, at: usize, data: &[u8]) {
        self.remember(at, data.len());
        self.bytes[at..at + data.len()].copy_from_slice(data);
    }

    /// Undoes what was not synced.
    fn lose(&mut self) {
        for (at, old, length) in std::mem::take(&mut self.undo).into_iter().rev() {
            self.bytes.resize(length, 0);
            self.bytes[at..at + old.len()].copy_from_slice(&old);
        }
    }
}

type File = Arc<Mutex<Content>>;

/// Files in memory, and what is to fail on them.
#[derive(Clone)]
struct Memory {
    /// Whether it says that it has synced and has not.
    lies: bool,
    files: Arc<Mutex<BTreeMap<PathBuf, (u64, File)>>>,
    faults: Arc<Mutex<Faults>>,
}

impl Memory {
    fn new() -> Self {
        let faults = Faults { fault: Fault::Crash, at: u64::MAX, done: 0 };
        Self { lies: false, files: Arc::default(), faults: Arc::new(Mutex::new(faults)) }
    }

    /// The same files on a medium that fails otherwise; what was not synced is lost after a power cut.
    fn again(&self, fault: Fault, at: u64) -> Self {
        let before = self.faults.lock().unwrap();
        if before.fault == Fault::PowerCut && before.done > before.at {
            self.files.lock().unwrap().values().for_each(|(_, file)| file.lock().unwrap().lose());
        }
        let faults = Faults { fault, at, done: 0 };
        Self { lies: self.lies, files: Arc::clone(&self.files), faults: Arc::new(Mutex::new(faults)) }
    }

    fn sound(&self) -> Self {
        self.again(Fault::Crash, u64::MAX)
    }

    fn file(&self, path: &Path) -> io::Result<File> {
        let files = self.files.lock().unwrap();
        files.get(path).map(|(_, file)| Arc::clone(file)).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn backend(&self, path: &Path) -> io::Result<Backend> {
        Ok(Backend { lies: self.lies, file: self.file(path)?, faults: Arc::clone(&self.faults) })
    }

    fn operations(&self) -> u64 {
        self.faults.lock().unwrap().done
    }
}

/// Whether the next operation is done; if not, whether half of it is.
fn next(faults: &Mutex<Faults>) -> std::result::Result<(), bool> {
    let mut faults = faults.lock().unwrap();
    let turn = faults.done;
    faults.done += 1;
    match faults.fault {
        _ if turn < faults.at => Ok(()),
        Fault::Hiccup if turn > faults.at => Ok(()),
        fault => Err(fault == Fault::Torn && turn == faults.at),
    }
}

fn refused() -> io::Error {
    io::Error::other("the medium fails")
}

struct Backend {
    lies: bool,
    file: File,
    faults: Arc<Mutex<Faults>>,
}

impl std::fmt::Debug for Backend {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("memory")
    }
}

impl StorageBackend for Backend {
    fn len(&self) -> io::Result<u64> {
        Ok(self.file.lock().unwrap().bytes.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let file = self.file.lock().unwrap();
        let at = offset as usize;
        let found = file.bytes.get(at..at + out.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
        out.copy_from_slice(found);
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        next(&self.faults).map_err(|_| refused())?;
        self.file.lock().unwrap().resize(len as usize);
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        next(&self.faults).map_err(|_| refused())?;
        if !self.lies {
            self.file.lock().unwrap().undo.clear();
        }
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let done = next(&self.faults);
        let part = match done {
            Ok(()) => data,
            Err(true) => &data[..data.len() / 2],
            Err(false) => &[],
        };
        self.file.lock().unwrap().write(offset as usize, part);
        done.map_err(|_| refused())
    }

    fn try_lock_range(&self, _: Bound<u64>, _: Bound<u64>) -> std::result::Result<bool, BackendError> {
        Ok(true)
    }

    fn try_lock_shared_range(&self, _: Bound<u64>, _: Bound<u64>) -> std::result::Result<bool, BackendError> {
        Ok(true)
    }

    fn lock_range(&self, _: Bound<u64>, _: Bound<u64>) -> std::result::Result<(), BackendError> {
        Ok(())
    }

    fn lock_shared_range(&self, _: Bound<u64>, _: Bound<u64>) -> std::result::Result<(), BackendError> {
        Ok(())
    }

    fn unlock_range(&self, _: Bound<u64>, _: Bound<u64>) -> std::result::Result<(), BackendError> {
        Ok(())
    }

    fn query_lock_range(&self, _: Bound<u64>, _: Bound<u64>) -> std::result::Result<bool, BackendError> {
        Ok(false)
    }
}

impl Medium for Memory {
    fn exists(&self, file: &Path) -> bool {
        self.file(file).is_ok()
    }

    fn create(&self, file: &Path) -> std::result::Result<Database, DatabaseError> {
        {
            let mut files = self.files.lock().unwrap();
            let id = files.values().map(|(id, _)| *id).max().unwrap_or(0) + 1;
            files.insert(file.to_owned(), (id, File::default()));
        }
        builder().create_with_backend(self.backend(file)?)
    }

    fn open(&self, file: &Path) -> std::result::Result<Database, DatabaseError> {
        builder().create_with_backend(self.backend(file)?)
    }

    fn open_read_only(&self, file: &Path) -> std::result::Result<ReadOnlyDatabase, DatabaseError> {
        builder().open_read_only_with_backend(self.backend(file)?)
    }

    fn id(&self, file: &Path) -> io::Result<FileId> {
        let files = self.files.lock().unwrap();
        files.get(file).map(|(id, _)| FileId(*id, 0)).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn len(&self, file: &Path) -> io::Result<u64> {
        Ok(self.file(file)?.lock().unwrap().bytes.len() as u64)
    }

    fn replace(&self, from: &Path, to: &Path) -> io::Result<()> {
        let done = next(&self.faults);
        // Half of a renaming is one that is done and reported as failed.
        if done != Err(false) {
            let mut files = self.files.lock().unwrap();
            let file = files.remove(from).ok_or(io::ErrorKind::NotFound)?;
            files.insert(to.to_owned(), file);
        }
        done.map_err(|_| refused())
    }

    fn remove(&self, file: &Path) -> io::Result<()> {
        self.files.lock().unwrap().remove(file);
        Ok(())
    }

    fn worth_trimming(&self) -> u64 {
        0
    }
}

fn load(ledger: &Ledger, round: u64) -> Result<Commit> {
    let mut writer = ledger.writer()?;
    let id = writer.begin_delivery()?;
    let mut keys = KeyList::new();
    let scheme = keys.scheme(&Scheme { name: "msisdn".to_owned(), kind: None });
    keys.push(scheme, "+920");
    keys.push(scheme, &format!("+92-of-delivery-{round}"));
    let ids = writer.identities(id, &keys)?;
    let mut rows = SourceRows::default();
    for line in 0..40_u64 {
        rows.file.push(0);
        rows.line.push(line);
        rows.text.push(&format!("{round},{line},{}", blake3::hash(&[line as u8]).to_hex()));
    }
    let parts = ids.iter().map(|id| Prepared { claims: claims(*id), rows: std::mem::take(&mut rows) });
    writer.append(id, &parts.collect::<Vec<_>>())?;
    let delivery = Delivery {
        id,
        commit: jaal_model::CommitId(0),
        handover: Handover::default(),
        spec: "calls".to_owned(),
        spec_sha256: Digest::default(),
        files: Vec::new(),
        counts: Counts { read: 40, accepted: 40, ..Counts::default() },
        grade: Grade::UNGRADED,
        marking: Marking::default(),
        markings: Vec::new(),
    };
    writer.finish_delivery(delivery, &Digest([round as u8; 32]))?;
    writer.commit(note(round as i64))
}

/// One step of the workload; its commit, if it makes one.
fn step(ledger: &Ledger, at: usize) -> Result<Option<Commit>> {
    match at {
        0 | 1 | 5 => load(ledger, at as u64).map(Some),
        2 => {
            let mut writer = ledger.writer()?;
            writer.judge(Decision::Withdraw(DeliveryId(2)), "order", &Marking::public())?;
            writer.commit(note(2)).map(Some)
        }
        3 => {
            let mut writer = ledger.writer()?;
            writer.expunge(DeliveryId(1), "order", &Marking::public())?;
            writer.commit(note(3)).map(Some)
        }
        _ => ledger.compact(&mut |_, _| {}).map(|_| None),
    }
}

const STEPS: usize = 6;

/// Everything that can be read, in words; without what is random.
fn state(ledger: &Ledger) -> String {
    use std::fmt::Write;
    let snapshot = ledger.snapshot().unwrap();
    let mut text = String::new();
    for block in snapshot.claim_blocks().unwrap() {
        write!(text, "{block:?} {:?}", snapshot.read_block(&block).unwrap()).unwrap();
    }
    for block in snapshot.identity_keys().unwrap() {
        write!(text, "{:?}", block.unwrap().iter().collect::<Vec<_>>()).unwrap();
    }
    for delivery in snapshot.deliveries().unwrap() {
        let rows = snapshot.source_rows(delivery.id, &[0, 39]).unwrap();
        write!(text, "{delivery:?} {rows:?}").unwrap();
    }
    write!(text, "{:?} {:?}", snapshot.judgements().unwrap(), snapshot.expunged().unwrap()).unwrap();
    text
}

/// Runs the workload until a step fails; the commits that were acknowledged, and the number of steps.
fn work(medium: &Memory, dir: &Path) -> (Option<usize>, Vec<Commit>) {
    let shared: Arc<dyn Medium> = Arc::new(medium.clone());
    let Ok(ledger) = Ledger::create_on(&shared, dir, 1) else { return (None, Vec::new()) };
    let mut commits = Vec::new();
    for at in 0..STEPS {
        match step(&ledger, at) {
            Ok(commit) => commits.extend(commit),
            Err(_) => return (Some(at), commits),
        }
    }
    (Some(STEPS), commits)
}

/// Checks what a fault at one operation leaves, and gives the number of steps that were acknowledged, if any was begun.
fn check(
    medium: &Memory,
    dir: &Path,
    states: &[String],
    at: u64,
) -> std::result::Result<Option<usize>, String> {
    let (steps, commits) = work(medium, dir);
    let fault = medium.faults.lock().unwrap().fault;
    let wrong = |what: String| Err(format!("{fault:?} at operation {at}, in step {steps:?}: {what}"));
    // Whoever opens it next may be struck too.
    let struck: Arc<dyn Medium> = Arc::new(medium.again(fault, at % 13));
    drop(Ledger::open_on(&struck, dir));
    let sound: Arc<dyn Medium> = Arc::new(medium.sound());
    let ledger = match (Ledger::open_on(&sound, dir), steps) {
        (Ok(ledger), _) => ledger,
        (Err(LedgerError::NoStore { .. }), None) => return Ok(None),
        (Err(error), _) => return wrong(error.to_string()),
    };
    let snapshot = ledger.snapshot().unwrap();
    let verdict = verify(&snapshot, None, &mut |_, _| {}).unwrap();
    if !verdict.is_sound() {
        return wrong(format!("{:?}", verdict.problems));
    }
    if !snapshot.commits().unwrap().starts_with(&commits) {
        return wrong("an acknowledged commit is missing".to_owned());
    }
    let done = steps.unwrap_or(0);
    let now = state(&ledger);
    if states[done] != now && states.get(done + 1).is_none_or(|next| *next != now) {
        return wrong("neither the last state nor the next".to_owned());
    }
    if verdict.gone.len() == 1 {
        let file = medium.file(&dir.join("ledger.redb")).unwrap();
        let trace = b"+92-of-delivery-0";
        if file.lock().unwrap().bytes.windows(trace.len()).any(|window| window == trace) {
            return wrong("the file holds what was expunged".to_owned());
        }
    }
    // It can be written to as before.
    drop(snapshot);
    if let Err(error) = load(&ledger, 9) { wrong(error.to_string()) } else { Ok(steps) }
}

/// Strikes every operation of the workload and tells what was wrong after it.
fn strike(fault: Fault, medium: &Memory) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    let shared: Arc<dyn Medium> = Arc::new(medium.clone());
    let ledger = Ledger::create_on(&shared, dir, 1).unwrap();
    let mut states = vec![state(&ledger)];
    for at in 0..STEPS {
        step(&ledger, at).unwrap();
        states.push(state(&ledger));
    }
    drop(ledger);
    let operations = medium.operations();
    let mut struck = BTreeSet::new();
    let mut wrong = Vec::new();
    for at in 0..operations {
        let fresh = Memory { files: Arc::default(), ..medium.clone() };
        match check(&fresh.again(fault, at), dir, &states, at) {
            Ok(steps) => drop(struck.insert(steps)),
            Err(what) => wrong.push(what),
        }
    }
    let all: BTreeSet<Option<usize>> = (0..STEPS).map(Some).chain([None]).collect();
    assert!(!wrong.is_empty() || struck.is_superset(&all), "only these steps were struck: {struck:?}");
    wrong
}

#[test]
fn a_medium_that_says_it_has_synced_and_has_not_is_found_out() {
    let mut lying = Memory::new();
    lying.lies = true;
    let wrong = strike(Fault::PowerCut, &lying);
    assert!(wrong.len() > 10, "{wrong:?}");
}

#[test]
fn a_crash_at_any_operation_loses_nothing_acknowledged() {
    let wrong = strike(Fault::Crash, &Memory::new());
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_power_cut_at_any_operation_loses_nothing_acknowledged() {
    let wrong = strike(Fault::PowerCut, &Memory::new());
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_torn_write_loses_nothing_acknowledged() {
    let wrong = strike(Fault::Torn, &Memory::new());
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn an_operation_that_fails_once_loses_nothing_acknowledged() {
    let wrong = strike(Fault::Hiccup, &Memory::new());
    assert!(wrong.is_empty(), "{wrong:#?}");
}
