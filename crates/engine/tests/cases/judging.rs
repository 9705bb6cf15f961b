//! Judgements and what the live images make of them: taken back at any time, followed without a new segment, the same
//! after reopening and after compaction, and nothing to those who may not see them.

use crate::support::{Desk, actor, assert_sound, sizes, whole_graph};
use jaal_engine::model::{Clearance, CommitId, Decision, DeliveryId, JudgementId, Level, Marking, Remarked};
use jaal_engine::{Database, EngineError, Judged, LIVE_IMAGES, Lens, Unwatched};
use std::collections::BTreeSet;
use std::path::PathBuf;

const SPEC: &str = r#"
name = "calls"
format = "csv"

[entities.caller]
key = { scheme = "msisdn", from = "A" }

[entities.called]
key = { scheme = "msisdn", from = "B" }

[[links]]
type = "CALLED"
from = "caller"
to = "called"
"#;

/// The number of a phone.
fn number(phone: u32) -> String {
    format!("+92300{:07}", 2_345_610 + phone)
}

/// A store of a ring of calls among these many phones.
fn ring(phones: u32) -> Desk {
    let desk = Desk::new();
    load(&desk, 0..phones, phones);
    desk
}

fn load(desk: &Desk, phones: std::ops::Range<u32>, ring: u32) {
    let row = |n: u32| format!("{},{}\n", number(n), number((n + 1) % ring));
    let content = format!("A,B\n{}", phones.map(row).collect::<String>());
    let request = desk.request(SPEC, &[desk.file("calls.csv", content)]).unwrap();
    desk.load(request).unwrap();
}

fn judge(database: &Database, decision: Decision, marking: &Marking) -> Result<Judged, EngineError> {
    database.judge(decision, "a test", marking, &actor(), &mut Unwatched)
}

/// The decision that two of the phones are one.
fn same(database: &Database, a: u32, b: u32) -> Decision {
    let reading = database.read().unwrap();
    let phone = |n: u32| reading.identity(&format!("Phone:{}", number(n)), "PK").unwrap().1;
    Decision::Same(phone(a), phone(b))
}

fn segments(database: &Database) -> Vec<PathBuf> {
    let files = std::fs::read_dir(database.folder().join("segments")).unwrap();
    let mut paths: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    paths.sort();
    paths
}

fn graph(database: &Database) -> String {
    whole_graph(&database.read().unwrap().view)
}

fn cleared(level: Level) -> Lens {
    let clearance =
        Clearance { level, compartments: Some(BTreeSet::new()), member_of: Some(BTreeSet::new()) };
    Lens { clearance, as_known: None }
}

#[test]
fn a_judgement_is_followed_without_a_segment_and_taken_back_without_a_trace() {
    let desk = ring(50);
    let database = &desk.database;
    let (before, files) = (graph(database), segments(database));
    let judged = judge(database, same(database, 3, 9), &Marking::default()).unwrap();
    assert_eq!((judged.entities, judged.links), ([50, 49], [50, 50]));
    assert_eq!(segments(database), files, "a small commit wrote a segment");
    assert!(database.read().unwrap().view.changed_claims() > 0);
    assert_sound(database);
    let merged = graph(database);
    // Another process sees the same, and so does one that opens the store later.
    let reader = Database::open_read_only(database.folder()).unwrap();
    assert_eq!(graph(&reader).replace("row: ", ""), merged.replace("row: ", ""));
    let undone = judge(database, Decision::Undo(judged.judgement), &Marking::default()).unwrap();
    assert_eq!(undone.entities, [49, 50]);
    assert_sound(database);
    database.compact(&mut Unwatched).unwrap();
    assert_eq!(database.read().unwrap().view.changed_claims(), 0);
    assert_eq!(graph(database), before, "something is left of a judgement that was taken back");
    assert_sound(database);
}

#[test]
fn what_cannot_be_judged_is_refused_and_keeps_nothing() {
    let desk = ring(5);
    let database = &desk.database;
    let commits = database.info().unwrap().commits;
    let marking = Marking::default();
    let Decision::Same(a, _) = same(database, 0, 1) else { unreachable!() };
    let refused = |decision| judge(database, decision, &marking).unwrap_err();
    assert!(matches!(refused(Decision::Same(a, a)), EngineError::Itself));
    assert!(matches!(refused(Decision::Undo(JudgementId(7))), EngineError::NoJudgement(JudgementId(7))));
    assert!(matches!(refused(Decision::Withdraw(DeliveryId(7))), EngineError::NoDelivery(DeliveryId(7))));
    let error = database.judge(same(database, 0, 1), " ", &marking, &actor(), &mut Unwatched).unwrap_err();
    assert!(matches!(error, EngineError::NoReason));
    assert_eq!(database.info().unwrap().commits, commits);
    let first = judge(database, same(database, 0, 1), &marking).unwrap().judgement;
    judge(database, Decision::Undo(first), &marking).unwrap();
    assert!(matches!(refused(Decision::Undo(first)), EngineError::AlreadyUndone(_)));
    database.expunge(DeliveryId(1), "an order", &actor(), &mut Unwatched).unwrap();
    let last = database.judgements(&Lens::everything(), &mut Unwatched).unwrap().pop().unwrap().judgement.id;
    assert!(matches!(refused(Decision::Undo(last)), EngineError::Irrevocable(_)));
}

#[test]
fn a_conflict_is_listed_with_its_row_or_judgement() {
    let desk = ring(6);
    let database = &desk.database;
    let Decision::Same(a, b) = same(database, 1, 4) else { unreachable!() };
    judge(database, Decision::NotSame(a, b), &Marking::default()).unwrap();
    let judged = judge(database, Decision::Same(a, b), &Marking::default()).unwrap();
    assert_eq!((judged.entities, judged.conflicts.len()), ([6, 6], 1));
    let (lines, total) = Database::conflicts(&database.read().unwrap(), 10).unwrap();
    assert_eq!((lines.len(), total), (1, 1));
    assert_eq!(lines[0].judgement, Some(judged.judgement));
    assert_eq!(lines[0].a.as_ref().unwrap().value, number(1));
    assert_sound(database);
}

#[test]
fn images_are_shared_where_lenses_admit_the_same_and_hide_where_they_do_not() {
    let desk = ring(20);
    let database = &desk.database;
    let open = |lens: &Lens| database.read_as(lens, &mut Unwatched).unwrap().view;
    let all = open(&Lens::everything());
    let official = open(&cleared(Level::Official));
    assert_eq!(official.digest(), all.digest());
    assert_eq!(official.segment().path(), all.segment().path(), "the same image was made twice");
    assert_eq!(segments(database).len(), 1);
    assert_eq!(open(&cleared(Level::Public)).node_count(), 0);
    // A secret judgement, and a delivery that becomes secret.
    let secret = Marking { level: Level::Secret, ..Marking::default() };
    judge(database, same(database, 2, 7), &secret).unwrap();
    assert_eq!(
        (open(&Lens::everything()).node_count(), open(&cleared(Level::Official)).node_count()),
        (19, 20)
    );
    let listed = database.judgements(&cleared(Level::Official), &mut Unwatched).unwrap();
    assert!(listed.is_empty(), "{listed:?}");
    let remark = Decision::Remark(Remarked::Delivery(DeliveryId(1)), secret);
    let remarked = judge(database, remark, &Marking::public()).unwrap().judgement;
    assert_eq!(
        (open(&Lens::everything()).node_count(), open(&cleared(Level::Official)).node_count()),
        (19, 0)
    );
    let info = database.info_as(&cleared(Level::Official), &mut Unwatched).unwrap();
    assert_eq!((info.deliveries.len(), info.claims, info.identities, info.ledger_bytes), (0, 0, 0, 0));
    judge(database, Decision::Undo(remarked), &Marking::public()).unwrap();
    assert_eq!(open(&cleared(Level::Official)).node_count(), 20);
    // As it was known at the first commit.
    let known = Lens { as_known: Some(CommitId(1)), ..Lens::everything() };
    assert_eq!(open(&known).node_count(), 20);
    assert_sound(database);
}

#[test]
fn a_marking_that_all_claims_have_already_changes_nothing() {
    let desk = ring(3);
    let database = &desk.database;
    let before = graph(database);
    let remark = Decision::Remark(Remarked::Delivery(DeliveryId(1)), Marking::default());
    judge(database, remark, &Marking::public()).unwrap();
    assert_eq!(graph(database), before);
    assert_sound(database);
    let store = database.folder().to_owned();
    let reader = Database::open_read_only(&store).unwrap();
    assert_sound(&reader);
}

#[test]
fn no_more_images_are_live_than_is_said() {
    let desk = ring(5);
    for compartment in 0..LIVE_IMAGES + 3 {
        let mut lens = cleared(Level::Official);
        lens.clearance.compartments = Some(BTreeSet::from([compartment.to_string()]));
        assert_eq!(desk.database.read_as(&lens, &mut Unwatched).unwrap().view.node_count(), 5);
    }
    assert_eq!(desk.database.live_images(), LIVE_IMAGES);
    assert_eq!(sizes(&desk.database).0, 5);
}

#[test]
fn what_is_expunged_is_in_no_segment() {
    let desk = ring(30);
    load(&desk, 5..6, 40);
    let database = &desk.database;
    database.read_as(&cleared(Level::Public), &mut Unwatched).unwrap();
    database.expunge(DeliveryId(1), "an order", &actor(), &mut Unwatched).unwrap();
    assert_eq!(sizes(database).0, 2);
    let files = segments(database);
    assert_eq!(files.len(), 1);
    let bytes = std::fs::read(&files[0]).unwrap();
    let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(!holds(&number(20)) && holds(&number(6)));
    assert_sound(database);
    assert_eq!(database.expunged().unwrap()[0].order, "an order");
}

#[test]
fn a_segment_is_made_in_the_background_while_commits_go_on() {
    let desk = ring(40);
    let database = &desk.database;
    judge(database, same(database, 0, 20), &Marking::default()).unwrap();
    database.renew().unwrap();
    assert_eq!(database.read().unwrap().view.changed_claims(), 0);
    assert_sound(database);
    judge(database, same(database, 1, 21), &Marking::default()).unwrap();
    let expected = database.info().unwrap().entities;
    // Many small commits, so that the thread finds enough to do at once.
    for n in 2..12 {
        let judged = judge(database, same(database, n, n + 20), &Marking::default()).unwrap().judgement;
        std::thread::scope(|scope| {
            let renewed = scope.spawn(|| database.renew());
            judge(database, Decision::Undo(judged), &Marking::default()).unwrap();
            renewed.join().unwrap().unwrap();
        });
    }
    assert_eq!(database.info().unwrap().entities, expected);
    assert_sound(database);
}
