//! Deliveries that come again, come twice, fail or are only tried: what is kept, and what is not.

use crate::support::{Desk, assert_sound, head, sizes};
use jaal_engine::model::{DeliveryId, Handover};
use jaal_engine::{EngineError, LoadOptions, LoadRequest, Watch};
use std::path::{Path, PathBuf};

const SPEC: &str = r#"
name = "calls"
format = "csv"

[rows]
comment = "%"

[entities.caller]
key = { scheme = "msisdn", from = "A" }

[entities.callee]
key = { scheme = "msisdn", from = "B" }

[[links]]
type = "CALLED"
from = "caller"
to = "callee"
identity = ["at"]
properties.at = { from = "At", type = "datetime" }

[[links]]
type = "KNOWS"
from = "caller"
to = "callee"
identity = "ends"

[[links]]
type = "IN_ROW_WITH"
from = "caller"
to = "callee"
"#;

const ROWS: &str = "A,B,At
03001234567,03007654321,2025-09-01 10:00
03001234567,03007654321,2025-09-02 11:00
03007654321,03331112223,2025-09-03 12:00
";

#[test]
fn the_same_delivery_again_changes_nothing() {
    let desk = Desk::new();
    let request = || desk.request(SPEC, &[desk.file("a.csv", ROWS)]).unwrap();
    let first = desk.load(request()).unwrap();
    let (before, held) = (head(&desk.database), sizes(&desk.database));
    assert_eq!((first.counts.read, first.counts.accepted), (3, 3));
    // Another name is no other content.
    let renamed = desk.request(SPEC, &[desk.file("b.csv", ROWS)]).unwrap();
    for again in [request(), renamed] {
        let report = desk.load(again).unwrap();
        assert!(report.commit.is_none());
        assert_eq!(report.deliveries[0].duplicate_of, Some(DeliveryId(1)));
        assert_eq!((report.counts.read, report.counts.duplicate, report.counts.accepted), (3, 3, 0));
        assert!(report.counts.add_up());
        assert_eq!((report.entities, report.links), (held.0, held.1));
    }
    assert_eq!(head(&desk.database), before);
    assert_eq!(sizes(&desk.database), held);
    // Twice in one call is once.
    let other = Desk::new();
    let requests = vec![
        other.request(SPEC, &[other.file("a.csv", ROWS)]).unwrap(),
        other.request(SPEC, &[other.file("b.csv", ROWS)]).unwrap(),
    ];
    let report = other.load_as(requests, &LoadOptions::default()).unwrap();
    assert_eq!(report.deliveries[1].duplicate_of, Some(DeliveryId(1)));
    assert_eq!((report.counts.read, report.counts.accepted, report.counts.duplicate), (6, 3, 3));
    assert_eq!(sizes(&other.database), held);
}

#[test]
fn the_same_rows_in_another_file_are_further_evidence() {
    let desk = Desk::new();
    desk.load(desk.request(SPEC, &[desk.file("a.csv", ROWS)]).unwrap()).unwrap();
    let (entities, links, claims) = sizes(&desk.database);
    // Three phones; two calls and a call, two pairs, three rows.
    assert_eq!((entities, links), (3, 3 + 2 + 3));
    let once = desk.database.read().unwrap();
    let fresh = |commented: &str| desk.request(SPEC, &[desk.file("b.csv", commented)]).unwrap();
    let report = desk.load(fresh(&format!("{ROWS}% sent once more\n"))).unwrap();
    assert_eq!(report.deliveries[0].duplicate_of, None);
    assert_eq!((report.counts.accepted, report.counts.skipped), (3, 1));
    assert_eq!(sizes(&desk.database), (entities, links, 2 * claims));
    // Whichever of the two is withdrawn, the other carries the graph alone.
    for gone in [1, 2] {
        let copy = tempfile::tempdir().unwrap();
        let database =
            crate::support::restore(&copy.path().join("store"), &crate::support::dump(&desk.database));
        withdraw(&database, gone);
        assert_eq!(sizes(&database), (entities, links, 2 * claims));
        assert_sound(&database);
        assert!(matches!(
            database.withdraw(
                DeliveryId(gone),
                "again",
                &crate::support::actor(),
                &mut jaal_engine::Unwatched
            ),
            Err(EngineError::AlreadyWithdrawn(_))
        ));
        withdraw(&database, 3 - gone);
        assert_eq!(sizes(&database), (0, 0, 2 * claims));
    }
    // Who began to read before sees what there was then.
    assert_eq!(once.view.commit().0, 1);
    assert_eq!(u64::from(once.view.node_count()), entities);
}

fn withdraw(database: &jaal_engine::Database, delivery: u64) {
    let commit = database.withdraw(
        DeliveryId(delivery),
        "sent in error",
        &crate::support::actor(),
        &mut jaal_engine::Unwatched,
    );
    assert_eq!(Some(commit.unwrap().hash), head(database));
}

#[test]
fn a_withdrawn_delivery_that_comes_again_is_another() {
    let desk = Desk::new();
    let request = || desk.request(SPEC, &[desk.file("a.csv", ROWS)]).unwrap();
    desk.load(request()).unwrap();
    let (entities, links, claims) = sizes(&desk.database);
    withdraw(&desk.database, 1);
    let tried = LoadOptions { dry_run: true, ..LoadOptions::default() };
    let tried = desk.load_as(vec![request()], &tried).unwrap();
    assert!(tried.deliveries[0].withdrawn && tried.counts.accepted == 3);
    let report = desk.load_as(vec![request(), request()], &LoadOptions::default()).unwrap();
    let [first, second] = &report.deliveries[..] else { panic!("{report:?}") };
    assert!(first.withdrawn && first.duplicate_of.is_none() && first.id == Some(DeliveryId(2)));
    assert!(!second.withdrawn && second.duplicate_of == Some(DeliveryId(2)));
    assert_eq!(sizes(&desk.database), (entities, links, 2 * claims));
    // It is held now, and only what was withdrawn does not count.
    let again = desk.load(request()).unwrap();
    assert!(again.commit.is_none() && !again.deliveries[0].withdrawn);
    assert_eq!(again.deliveries[0].duplicate_of, Some(DeliveryId(2)));
    let withdrawn: Vec<bool> =
        desk.database.info().unwrap().deliveries.iter().map(|line| line.withdrawn).collect();
    assert_eq!(withdrawn, [true, false]);
    assert_sound(&desk.database);
    withdraw(&desk.database, 2);
    assert_eq!(desk.load(request()).unwrap().deliveries[0].id, Some(DeliveryId(3)));
}

/// A request in the name of an agency.
fn from(desk: &Desk, agency: &str, files: &[PathBuf]) -> LoadRequest {
    let handover = Handover { agency: agency.to_owned(), ..Handover::default() };
    LoadRequest::spec(&desk.file("spec.toml", SPEC), files, handover).unwrap()
}

#[test]
fn the_same_bytes_from_another_agency_are_further_evidence() {
    let desk = Desk::new();
    let file = desk.file("a.csv", ROWS);
    desk.load(from(&desk, "Cyber Crime Agency", std::slice::from_ref(&file))).unwrap();
    let (entities, links, claims) = sizes(&desk.database);
    let report = desk.load(from(&desk, "Tax Authority", std::slice::from_ref(&file))).unwrap();
    assert_eq!((report.deliveries[0].id, report.counts.accepted), (Some(DeliveryId(2)), 3));
    assert_eq!(sizes(&desk.database), (entities, links, 2 * claims));
    for (agency, held) in [("Cyber Crime Agency ", 1), ("Tax Authority", 2)] {
        let report = desk.load(from(&desk, agency, std::slice::from_ref(&file))).unwrap();
        assert_eq!(report.deliveries[0].duplicate_of, Some(DeliveryId(held)), "{agency}");
    }
}

#[test]
fn the_order_of_files_makes_no_other_delivery() {
    let desk = Desk::new();
    let (a, b) = (desk.file("a.csv", ROWS), desk.file("b.csv", ROWS.replace("09-0", "08-0")));
    desk.load(desk.request(SPEC, &[a.clone(), b.clone()]).unwrap()).unwrap();
    let report = desk.load(desk.request(SPEC, &[b.clone(), a.clone()]).unwrap()).unwrap();
    assert_eq!(report.deliveries[0].duplicate_of, Some(DeliveryId(1)));
    // One of the files alone is another delivery.
    let report = desk.load(desk.request(SPEC, &[b]).unwrap()).unwrap();
    assert_eq!(report.deliveries[0].id, Some(DeliveryId(2)));
    let before = head(&desk.database);
    let copy = desk.file("copy-of-a.csv", ROWS);
    let error = desk.load(desk.request(SPEC, &[a, copy]).unwrap()).unwrap_err();
    assert!(matches!(error, EngineError::SameFileTwice { .. }), "{error}");
    let text = error.to_string();
    assert!(text.contains("`a.csv`") && text.contains("`copy-of-a.csv`"), "{text}");
    assert_eq!(head(&desk.database), before);
}

#[test]
fn a_withdrawal_needs_a_delivery_and_a_reason() {
    let desk = Desk::new();
    desk.load(desk.request(SPEC, &[desk.file("a.csv", ROWS)]).unwrap()).unwrap();
    let before = head(&desk.database);
    let actor = crate::support::actor();
    let watch = &mut jaal_engine::Unwatched;
    let missing = desk.database.withdraw(DeliveryId(7), "wrong", &actor, watch).unwrap_err();
    assert!(matches!(missing, EngineError::NoDelivery(DeliveryId(7))), "{missing}");
    let silent = desk.database.withdraw(DeliveryId(1), " ", &actor, watch).unwrap_err();
    assert!(matches!(silent, EngineError::NoReason), "{silent}");
    assert_eq!(head(&desk.database), before);
}

#[test]
fn a_dry_run_counts_and_keeps_nothing() {
    let desk = Desk::new();
    let bad = format!("{ROWS}03001234567,03007654321,yesterday\n");
    let request = || desk.request(SPEC, &[desk.file("a.csv", &bad)]).unwrap();
    let options = LoadOptions { dry_run: true, rejects: Some(desk.path("tried")), ..LoadOptions::default() };
    let tried = desk.load_as(vec![request()], &options).unwrap();
    assert!(tried.dry_run && tried.commit.is_none() && tried.deliveries[0].id.is_none());
    assert_eq!((tried.entities, tried.links), (0, 0));
    assert_eq!(head(&desk.database), None);
    assert_one_reject(tried.deliveries[0].rejects_file.as_deref().unwrap());
    let options = LoadOptions { rejects: Some(desk.path("kept")), ..LoadOptions::default() };
    let kept = desk.load_as(vec![request()], &options).unwrap();
    assert_eq!(kept.counts, tried.counts);
    assert_eq!(kept.deliveries[0].claims, tried.deliveries[0].claims);
    assert_one_reject(kept.deliveries[0].rejects_file.as_deref().unwrap());
    assert_eq!(kept.deliveries[0].rejects, tried.deliveries[0].rejects);
}

/// The rejects file has the row that names no time, and nothing else.
fn assert_one_reject(file: &Path) {
    let rows = crate::support::files::table(file);
    assert_eq!(rows.len(), 1);
    let [name, line, column, reason, row] = &rows[0][..] else { panic!("{rows:?}") };
    assert_eq!((name.as_str(), line.as_str(), column.as_str()), ("a.csv", "5", "At"));
    assert!(reason.contains("yesterday"), "{reason}");
    assert_eq!(row, "03001234567,03007654321,yesterday");
}

#[test]
fn of_requests_of_which_one_fails_none_is_kept() {
    let desk = Desk::new();
    desk.load(desk.request(SPEC, &[desk.file("first.csv", ROWS)]).unwrap()).unwrap();
    let (before, held) = (head(&desk.database), sizes(&desk.database));
    let good = "A,B,At\n03009998887,03008887776,2025-09-05 09:00\n";
    let good = || desk.request(SPEC, &[desk.file("good.csv", good)]).unwrap();
    let failing = [
        desk.request(SPEC, &[desk.file("bad.csv", "A,At\n1,2\n")]).unwrap(),
        desk.request(SPEC, &[desk.path("is-not-there.csv")]).unwrap(),
        desk.request(
            SPEC,
            &[desk.file("fine.csv", ROWS.replace("09-0", "08-0")), desk.file("empty.csv", "")],
        )
        .unwrap(),
    ];
    for bad in failing {
        let error = desk.load_as(vec![good(), bad], &LoadOptions::default()).unwrap_err();
        assert!(matches!(error, EngineError::Ingest(_)), "{error}");
        assert_eq!(head(&desk.database), before);
        assert_eq!(sizes(&desk.database), held);
    }
    assert_sound(&desk.database);
    // What failed with the others is new when it comes alone.
    let report = desk.load(good()).unwrap();
    assert_eq!((report.deliveries[0].id, report.counts.accepted), (Some(DeliveryId(2)), 1));
}

/// Asks to stop as soon as rows have been read.
struct Impatient {
    rows: u64,
}

impl Watch for Impatient {
    fn advance(&mut self, _done: u64, rows: u64) {
        self.rows += rows;
    }

    fn cancelled(&self) -> bool {
        self.rows > 0
    }
}

#[test]
fn a_load_that_is_stopped_keeps_nothing() {
    let desk = Desk::new();
    let request = || desk.request(SPEC, &[desk.file("a.csv", ROWS)]).unwrap();
    let (options, actor) = (LoadOptions::default(), crate::support::actor());
    let error =
        desk.database.load(vec![request()], &options, &actor, &mut Impatient { rows: 0 }).unwrap_err();
    assert!(matches!(error, EngineError::Cancelled), "{error}");
    assert_eq!(head(&desk.database), None);
    assert_eq!(desk.load(request()).unwrap().counts.accepted, 3);
}
