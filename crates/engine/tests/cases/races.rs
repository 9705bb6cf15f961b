//! Several threads, and several handles, on one store.

use crate::support::{Desk, actor, assert_sound, sizes, whole_graph};
use jaal_engine::model::{DeliveryId, ErrorKind, NodeIdx};
use jaal_engine::{Database, EngineError, LoadOptions, LoadReport, LoadRequest, Unwatched};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const SPEC: &str = r#"
name = "people"
format = "csv"

[entities.person]
key = { scheme = "cnic", from = "C" }
"#;

/// Deliveries of one new person each.
fn people(desk: &Desk, first: usize, count: usize) -> Vec<LoadRequest> {
    let person = |at: usize| {
        let file = desk.file(&format!("{at}.csv"), format!("C\n35202{at:07}1\n"));
        desk.request(SPEC, &[file]).unwrap()
    };
    (first..first + count).map(person).collect()
}

/// Loads, waiting while another does.
fn load(database: &Database, request: &LoadRequest) -> LoadReport {
    loop {
        match database.load(vec![request.clone()], &LoadOptions::default(), &actor(), &mut Unwatched) {
            Err(error) if error.kind() == ErrorKind::Conflict => std::thread::yield_now(),
            report => return report.unwrap(),
        }
    }
}

#[test]
fn two_threads_that_load_at_once_lose_nothing() {
    const EACH: usize = 12;
    let desk = Desk::new();
    let database = &desk.database;
    let halves = [people(&desk, 0, EACH), people(&desk, 100, EACH)];
    std::thread::scope(|scope| {
        for half in &halves {
            scope.spawn(move || {
                for request in half {
                    let report = load(database, request);
                    // One commit a person: a graph that lacks what the other committed has fewer.
                    assert_eq!(report.entities, report.commit.unwrap().id.0);
                }
            });
        }
    });
    assert_eq!(sizes(&desk.database), (2 * EACH as u64, 0, 2 * EACH as u64));
    assert_sound(&desk.database);
}

#[test]
fn a_second_handle_may_read_and_not_write() {
    let desk = Desk::new();
    let requests = people(&desk, 0, 2);
    load(&desk.database, &requests[0]);
    let second = Database::open(desk.database.folder()).err().unwrap();
    assert_eq!(second.kind(), ErrorKind::Conflict, "{second}");
    let reader = Database::open_read_only(desk.database.folder()).unwrap();
    let refused = reader.load(requests, &LoadOptions::default(), &actor(), &mut Unwatched).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::NotSupported, "{refused}");
    let refused = reader.withdraw(DeliveryId(1), "no", &actor(), &mut Unwatched).unwrap_err();
    assert!(matches!(refused, EngineError::Ledger(_)), "{refused}");
    assert_eq!(sizes(&reader), (1, 0, 1));
}

/// Reads until the other threads are done, and once more. Each state has one person a commit, and none is older than
/// one seen before.
fn watch(database: &Database, is_done: &AtomicBool) -> u64 {
    let mut last = 0;
    loop {
        let was_done = is_done.load(Ordering::Acquire);
        let reading = database.read().unwrap();
        let commit = reading.view.commit().0;
        assert!(commit >= last, "commit {commit} after {last}");
        assert_eq!(u64::from(reading.view.node_count()), commit);
        let text = whole_graph(&reading.view);
        assert_eq!(reading.check(text).unwrap().lines().count() as u64, commit);
        let claims: Vec<_> =
            (0..reading.view.node_count()).flat_map(|node| reading.view.node_claims(NodeIdx(node))).collect();
        assert_eq!(reading.sources.evidence(&claims).unwrap().len() as u64, commit);
        last = commit;
        if was_done {
            return last;
        }
    }
}

#[test]
fn readers_see_one_consistent_state_after_another() {
    const LOADS: u64 = 20;
    let desk = Desk::new();
    let requests = people(&desk, 0, LOADS as usize);
    let other = Database::open_read_only(desk.database.folder()).unwrap();
    let is_done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let same = scope.spawn(|| watch(&desk.database, &is_done));
        let other = scope.spawn(|| watch(&other, &is_done));
        for (at, request) in requests.iter().enumerate() {
            assert_eq!(load(&desk.database, request).entities, at as u64 + 1);
        }
        is_done.store(true, Ordering::Release);
        assert_eq!(same.join().unwrap(), LOADS);
        assert!(other.join().unwrap() <= LOADS);
    });
    // Whoever only reads catches up a second later.
    let begun = Instant::now();
    while other.read().unwrap().view.commit().0 < LOADS {
        assert!(begun.elapsed() < Duration::from_mins(1), "the reader never catches up");
        std::thread::sleep(Duration::from_millis(50));
    }
}
