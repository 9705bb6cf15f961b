//! Killing: a process that loads, withdraws, expunges and compacts is killed at moments drawn from a seed, again and
//! again on the same store. After each kill the store opens, verifies, and has every commit that was acknowledged.
//!
//! `JAAL_CRASH_ROUNDS` and `JAAL_CRASH_SEED` set the number of rounds and the seed; `cargo xtask crash` does. The moments
//! are what the seed says; where in its work they find the process is up to the machine.
#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up should stop")]

use jaal_ledger::{Ledger, Prepared, SourceRows, is_store, verify};
use jaal_model::claim::{ClaimBlock, ClaimTable, KeyList, Shape, ShapeClaim};
use jaal_model::{
    Commit, CommitId, CommitNote, Counts, Decision, Delivery, Digest, Grade, Handover, Marking, Scheme,
};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// The test that the killed process runs.
const VICTIM: &str = "works_until_it_is_killed";
/// Where its store is; without it that test has nothing to do.
const STORE: &str = "JAAL_CRASH_STORE";
/// A store is worked on for so many rounds, so that it stays small.
const ROUNDS_A_STORE: u64 = 50;
/// The longest that a process is let work, in milliseconds.
const LONGEST_MS: u64 = 250;

/// The `n`-th number of a seed (G. L. Steele, D. Lea and C. H. Flood, *Fast splittable pseudorandom number
/// generators*, OOPSLA 2014).
fn random(seed: u64, n: u64) -> u64 {
    let mut z = seed.wrapping_add(n.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn note(purpose: &str) -> CommitNote {
    CommitNote { at: 0, actor: "victim".to_owned(), purpose: purpose.to_owned() }
}

/// A key that only this delivery names.
fn own_key(delivery: u64) -> String {
    format!("+92-of-delivery-{delivery};")
}

fn load(ledger: &Ledger, size: u64) -> jaal_ledger::Result<Commit> {
    let mut writer = ledger.writer()?;
    let id = writer.begin_delivery()?;
    let mut keys = KeyList::new();
    let scheme = keys.scheme(&Scheme { name: "msisdn".to_owned(), kind: Some("Phone".to_owned()) });
    keys.push(scheme, &own_key(id.0));
    for n in 0..size {
        keys.push(scheme, &format!("+92{:07}", n % 500));
    }
    let ids = writer.identities(id, &keys)?;
    let shape = Shape {
        claim: ShapeClaim::Entity { kinds: Vec::new() },
        properties: vec!["name".to_owned()],
        grade: Grade::UNGRADED,
        marking: Marking::default(),
    };
    let mut table = ClaimTable::new(shape);
    let mut rows = SourceRows::default();
    for (record, identity) in (0_u64..).zip(&ids) {
        table.record.push(record);
        table.subject.push(*identity);
        table.columns[0].push_str(&format!("name {record}"));
        rows.file.push(0);
        rows.line.push(record + 2);
        rows.text.push(&format!("{record},{:x}", random(id.0, record)));
    }
    let accepted = ids.len() as u64;
    writer.append(id, &[Prepared { claims: ClaimBlock { tables: vec![table] }, rows }])?;
    let delivery = Delivery {
        id,
        commit: CommitId(0),
        handover: Handover::default(),
        spec: "calls".to_owned(),
        spec_sha256: Digest::default(),
        files: Vec::new(),
        counts: Counts { read: accepted, accepted, ..Counts::default() },
        grade: Grade::UNGRADED,
        marking: Marking::default(),
        markings: Vec::new(),
    };
    writer.finish_delivery(delivery, &Digest([id.0 as u8; 32]))?;
    writer.commit(note("load"))
}

/// One piece of work; its commit, if it makes one.
fn work(ledger: &Ledger, draw: u64) -> jaal_ledger::Result<Option<Commit>> {
    let standing = ledger.snapshot()?.deliveries()?;
    let some = standing.get((draw >> 8) as usize % standing.len().max(1)).map(|delivery| delivery.id);
    match (draw % 10, some) {
        (5 | 6, Some(delivery)) => {
            let mut writer = ledger.writer()?;
            writer.judge(Decision::Withdraw(delivery), "sent in error", &Marking::public())?;
            writer.commit(note("withdraw")).map(Some)
        }
        (7 | 8, Some(delivery)) => {
            let mut writer = ledger.writer()?;
            writer.expunge(delivery, "order of the court", &Marking::public())?;
            writer.commit(note("expunge")).map(Some)
        }
        (9, _) => ledger.compact(&mut |_, _| {}).map(|_| None),
        _ => load(ledger, 100 + (draw >> 16) % 2_000).map(Some),
    }
}

/// Works on the store until somebody ends it, and acknowledges each commit on standard output.
#[test]
fn works_until_it_is_killed() {
    let (Some(store), Some(seed)) = (std::env::var_os(STORE), setting("JAAL_CRASH_SEED")) else { return };
    let store = Path::new(&store);
    let ledger = if is_store(store) { Ledger::open(store) } else { Ledger::create(store, 0) }.unwrap();
    for n in 0.. {
        if let Some(commit) = work(&ledger, random(seed, n)).unwrap() {
            writeln!(std::io::stdout(), "\ncommit {} {}", commit.id, commit.hash).unwrap();
        }
    }
}

/// Lets a process work for a time, kills it, and gives the commits that it acknowledged.
fn kill_after(store: &Path, seed: u64, time: Duration) -> Vec<(u64, String)> {
    let mut victim = Command::new(std::env::current_exe().unwrap())
        .args([VICTIM, "--exact", "--nocapture"])
        .env(STORE, store)
        .env("JAAL_CRASH_SEED", seed.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(time);
    victim.kill().unwrap();
    let out = BufReader::new(victim.stdout.take().unwrap());
    let lines = out.lines().map_while(Result::ok);
    // A line that the kill cut short has no whole hash.
    let acknowledged = lines.filter_map(|line| {
        let (id, hash) = line.strip_prefix("commit ")?.split_once(' ')?;
        Some((id.parse().ok()?, hash.to_owned())).filter(|_| hash.len() == 64)
    });
    let acknowledged = acknowledged.collect();
    assert!(!victim.wait().unwrap().success());
    acknowledged
}

/// Checks a store after a kill; gives the number of commits and of expunged deliveries in it.
fn check(store: &Path, acknowledged: &[(u64, String)], reader_first: bool) -> (usize, usize) {
    if !is_store(store) {
        assert!(acknowledged.is_empty());
        return (0, 0);
    }
    if reader_first {
        Ledger::open_read_only(store).unwrap().snapshot().unwrap().head().unwrap();
    }
    let ledger = Ledger::open(store).unwrap();
    let snapshot = ledger.snapshot().unwrap();
    let verdict = verify(&snapshot, None, &mut |_, _| {}).unwrap();
    assert!(verdict.is_sound(), "{:?}", verdict.problems);
    let commits = snapshot.commits().unwrap();
    for (id, hash) in acknowledged {
        let held = commits.get(*id as usize - 1).map(|commit| commit.hash.to_string());
        assert_eq!(held.as_ref(), Some(hash), "commit {id} was acknowledged");
    }
    if let Some(gone) = verdict.gone.last() {
        let (bytes, trace) = (std::fs::read(store.join("ledger.redb")).unwrap(), own_key(gone.delivery.0));
        assert!(!bytes.windows(trace.len()).any(|window| window == trace.as_bytes()), "{trace} is left");
    }
    assert!(!store.join("ledger.redb.new").exists());
    (commits.len(), verdict.gone.len())
}

#[test]
fn nothing_acknowledged_is_lost_to_a_kill() {
    let rounds = setting("JAAL_CRASH_ROUNDS");
    let seed = setting("JAAL_CRASH_SEED").unwrap_or(1);
    let folder = tempfile::tempdir().unwrap();
    let mut acknowledged: Vec<(u64, String)> = Vec::new();
    let (mut commits, mut gone) = (0, 0);
    for round in 0..rounds.unwrap_or(50) {
        let store = folder.path().join(format!("{}.jaal", round / ROUNDS_A_STORE));
        if round % ROUNDS_A_STORE == 0 {
            acknowledged.clear();
        }
        let draw = random(seed, round);
        let time = Duration::from_millis(draw % LONGEST_MS);
        let new = kill_after(&store, draw, time);
        let count = new.len();
        acknowledged.extend(new);
        let held = check(&store, &acknowledged, draw & 1024 == 0);
        (commits, gone) = (commits.max(held.0), gone.max(held.1));
        if rounds.is_some() {
            let text = format!(
                "round {round}: killed after {} ms, {count} commits acknowledged; {} held, {} deliveries expunged",
                time.as_millis(),
                held.0,
                held.1
            );
            writeln!(std::io::stdout(), "{text}").unwrap();
        }
    }
    // Were the process killed before it did anything, nothing would be tested.
    assert!(commits > 10 && gone > 1, "{commits} commits, {gone} expunged");
}
