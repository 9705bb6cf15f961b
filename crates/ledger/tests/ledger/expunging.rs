//! Expunging and compaction against the twin: what stands is as before, what is gone is listed.

use crate::fixture::{Twin, compare, deliveries, delivery, expunge, fingerprint, load, note, schemes};
use jaal_ledger::{CheckpointVerdict, Ledger, LedgerError, Verdict, dump, restore, verify};
use jaal_model::claim::KeyList;
use jaal_model::{Decision, DeliveryId, Digest, ErrorKind, JudgementId, Marking};
use proptest::prelude::*;

fn check(ledger: &Ledger) -> Verdict {
    let verdict = verify(&ledger.snapshot().unwrap(), None, &mut |_, _| {}).unwrap();
    assert!(verdict.is_sound(), "{:?}", verdict.problems);
    verdict
}

fn dumped(ledger: &Ledger) -> Vec<u8> {
    let mut bytes = Vec::new();
    dump(&ledger.snapshot().unwrap(), &mut bytes, &mut |_, _| {}).unwrap();
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Two of the deliveries go, one after the other with a load between; at each step the ledger is what the twin
    /// says, verifies, keeps the hashes it had, and is the same when it is restored from a dump.
    #[test]
    fn what_stands_is_untouched(
        plans in deliveries(4),
        more in deliveries(2),
        first in 0_usize..4,
        second in 0_usize..6,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::create(&folder.path().join("a"), 5).unwrap();
        let mut twin = Twin::default();
        load(&ledger, &plans, &mut twin).unwrap();
        let before = ledger.snapshot().unwrap();
        let checkpoint = before.checkpoint().unwrap().unwrap();
        let commits = before.commits().unwrap();

        let first = DeliveryId(1 + (first % plans.len()) as u64);
        let commit = expunge(&ledger, first, &mut twin).unwrap();
        compare(&ledger, &twin).unwrap();
        let verdict = check(&ledger);
        prop_assert_eq!(verdict.gone.len(), 1);
        prop_assert_eq!((verdict.gone[0].delivery, verdict.gone[0].commit), (first, commit.id));
        prop_assert_eq!(&verdict.gone[0].order, "order of the court");
        // A snapshot taken before still reads all of it.
        prop_assert!(before.delivery(first).unwrap().is_some());
        drop(before);

        load(&ledger, &more, &mut twin).unwrap();
        compare(&ledger, &twin).unwrap();
        let all = (plans.len() + more.len()) as u64;
        let second = DeliveryId(1 + second as u64 % all);
        if second != first {
            expunge(&ledger, second, &mut twin).unwrap();
        }
        drop(ledger);
        let ledger = Ledger::open(&folder.path().join("a")).unwrap();
        compare(&ledger, &twin).unwrap();
        let verdict = check(&ledger);
        prop_assert_eq!(verdict.gone.len(), if second == first { 1 } else { 2 });
        let snapshot = ledger.snapshot().unwrap();
        prop_assert_eq!(&snapshot.commits().unwrap()[..commits.len()], &commits);
        let checked = verify(&snapshot, Some(&checkpoint), &mut |_, _| {}).unwrap();
        prop_assert_eq!(checked.checkpoint, CheckpointVerdict::Matches);

        let bytes = dumped(&ledger);
        let restored = restore(&folder.path().join("b"), &mut bytes.as_slice(), &mut |_, _| {}).unwrap();
        compare(&restored, &twin).unwrap();
        prop_assert_eq!(check(&restored).gone, verdict.gone);
        prop_assert_eq!(restored.snapshot().unwrap().commits().unwrap(), snapshot.commits().unwrap());
        prop_assert_eq!(dumped(&restored), bytes);
    }

    #[test]
    fn compaction_changes_nothing_but_the_file(plans in deliveries(3)) {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::create(&folder.path().join("a"), 5).unwrap();
        let mut twin = Twin::default();
        load(&ledger, &plans, &mut twin).unwrap();
        let reader = Ledger::open_read_only(ledger.path()).unwrap();
        let held = ledger.snapshot().unwrap();
        let bytes = dumped(&ledger);
        let mut last = (0, 1);
        let done = ledger.compact(&mut |done, all| last = (done, all)).unwrap();
        prop_assert_eq!(last.0, last.1);
        prop_assert!(done.after <= done.before, "{done:?}");
        prop_assert_eq!(done.after, std::fs::metadata(ledger.path().join("ledger.redb")).unwrap().len());
        compare(&ledger, &twin).unwrap();
        prop_assert_eq!(&dumped(&ledger), &bytes);
        prop_assert_eq!(held.commits().unwrap(), ledger.snapshot().unwrap().commits().unwrap());
        // Handles that were open follow, and what is written now goes into the new file.
        load(&ledger, &plans[..1], &mut twin).unwrap();
        compare(&ledger, &twin).unwrap();
        compare(&reader, &twin).unwrap();
        drop((held, ledger));
        compare(&Ledger::open(reader.path()).unwrap(), &twin).unwrap();
    }
}

fn loaded() -> (tempfile::TempDir, Ledger) {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::create(&folder.path().join("case.jaal"), 1).unwrap();
    for round in 1..=2 {
        let mut writer = ledger.writer().unwrap();
        let id = writer.begin_delivery().unwrap();
        let mut keys = KeyList::new();
        let scheme = keys.scheme(&schemes()[1]);
        keys.push(scheme, "+921");
        writer.identities(id, &keys).unwrap();
        writer.finish_delivery(delivery(id, 0, 0), &Digest([9; 32])).unwrap();
        writer.commit(note(round)).unwrap();
    }
    (folder, ledger)
}

#[test]
fn numbers_are_not_given_again() {
    let (_folder, ledger) = loaded();
    expunge(&ledger, DeliveryId(2), &mut Twin::default()).unwrap();
    expunge(&ledger, DeliveryId(1), &mut Twin::default()).unwrap();
    let snapshot = ledger.snapshot().unwrap();
    assert_eq!(snapshot.deliveries().unwrap(), []);
    assert_eq!(snapshot.known(&Digest([9; 32])).unwrap(), None);
    let mut writer = ledger.writer().unwrap();
    let id = writer.begin_delivery().unwrap();
    assert_eq!(id, DeliveryId(3));
    let mut keys = KeyList::new();
    let scheme = keys.scheme(&schemes()[1]);
    keys.push(scheme, "+921");
    assert_eq!(writer.identities(id, &keys).unwrap(), [1]);
    writer.finish_delivery(delivery(id, 0, 0), &fingerprint(id)).unwrap();
    writer.commit(note(9)).unwrap();
    assert_eq!(check(&ledger).gone.len(), 2);
}

#[test]
fn a_fingerprint_leads_to_what_stands() {
    let (_folder, ledger) = loaded();
    expunge(&ledger, DeliveryId(2), &mut Twin::default()).unwrap();
    assert_eq!(ledger.snapshot().unwrap().known(&Digest([9; 32])).unwrap(), Some(DeliveryId(1)));
    check(&ledger);
}

#[test]
fn expunging_is_final_and_done_once() {
    let (_folder, ledger) = loaded();
    let public = Marking::public();
    let judged = |decision: Decision| ledger.writer().unwrap().judge(decision, "", &Marking::public());
    let mere = judged(Decision::Expunge(DeliveryId(1))).unwrap_err();
    assert_eq!(mere.kind(), ErrorKind::Internal, "{mere}");
    let unknown = ledger.writer().unwrap().expunge(DeliveryId(3), "", &public).unwrap_err();
    assert!(matches!(unknown, LedgerError::NotFound { what: "delivery", id: 3 }), "{unknown}");
    let mut both = ledger.writer().unwrap();
    both.begin_delivery().unwrap();
    assert_eq!(both.expunge(DeliveryId(1), "", &public).unwrap_err().kind(), ErrorKind::Internal);
    drop(both);

    expunge(&ledger, DeliveryId(1), &mut Twin::default()).unwrap();
    let again = ledger.writer().unwrap().expunge(DeliveryId(1), "", &public).unwrap_err();
    assert!(matches!(again, LedgerError::Expunged { delivery: DeliveryId(1), .. }), "{again}");
    let withdrawn = judged(Decision::Withdraw(DeliveryId(1))).unwrap_err();
    assert!(matches!(withdrawn, LedgerError::Expunged { .. }), "{withdrawn}");
    let undone = judged(Decision::Undo(JudgementId(1))).unwrap_err();
    assert!(matches!(undone, LedgerError::Final { .. }), "{undone}");
    let expunged = ledger.snapshot().unwrap().expunged().unwrap();
    assert_eq!(expunged.len(), 1);
    assert_eq!((expunged[0].delivery, expunged[0].judgement), (DeliveryId(1), JudgementId(1)));
}

#[test]
fn several_may_go_at_once() {
    let (_folder, ledger) = loaded();
    let mut writer = ledger.writer().unwrap();
    for id in [1, 2] {
        writer.expunge(DeliveryId(id), "order", &Marking::public()).unwrap();
    }
    assert_eq!(writer.begin_delivery().unwrap_err().kind(), ErrorKind::Internal);
    drop(writer);
    let mut writer = ledger.writer().unwrap();
    for id in [1, 2] {
        writer.expunge(DeliveryId(id), "order", &Marking::public()).unwrap();
    }
    writer.commit(note(8)).unwrap();
    assert_eq!(check(&ledger).gone.len(), 2);
}

#[test]
fn a_dump_cannot_hide_records_without_an_order() {
    let (folder, ledger) = loaded();
    expunge(&ledger, DeliveryId(1), &mut Twin::default()).unwrap();
    let text = String::from_utf8(zstd::decode_all(dumped(&ledger).as_slice()).unwrap()).unwrap();
    let without: String =
        text.lines().filter(|line| !line.contains("order of the court")).flat_map(|l| [l, "\n"]).collect();
    let again: String = text.replacen("{\"expunged\":{\"delivery\":1}}\n", "", 1);
    for wrong in [without, again] {
        assert_ne!(wrong, text);
        let target = folder.path().join("b");
        let error = restore(&target, &mut wrong.as_bytes(), &mut |_, _| {}).err().unwrap();
        assert!(matches!(error, LedgerError::Dump { .. }), "{error}");
    }
}
