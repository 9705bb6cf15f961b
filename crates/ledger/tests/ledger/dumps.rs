//! Dumps: restoring gives the same ledger, and a changed dump is refused.

use crate::fixture::{Twin, compare, deliveries, load, note};
use jaal_ledger::{Ledger, LedgerError, dump, is_store, restore, verify};
use jaal_model::{Decision, DeliveryId, Marking};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

fn dumped(ledger: &Ledger) -> Vec<u8> {
    let mut bytes = Vec::new();
    dump(&ledger.snapshot().unwrap(), &mut bytes, &mut |_, _| {}).unwrap();
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_restored_ledger_is_the_same(plans in deliveries(3)) {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::create(&folder.path().join("a"), -5).unwrap();
        let mut twin = Twin::default();
        load(&ledger, &plans, &mut twin).unwrap();
        let mut writer = ledger.writer().unwrap();
        writer.judge(Decision::Withdraw(DeliveryId(1)), "زیرِ غور", &Marking::public()).unwrap();
        writer.commit(note(-1)).unwrap();
        let bytes = dumped(&ledger);

        let mut last = (0, 0);
        let restored =
            restore(&folder.path().join("b"), &mut bytes.as_slice(), &mut |done, all| last = (done, all)).unwrap();
        compare(&restored, &twin).unwrap();
        let (a, b) = (ledger.snapshot().unwrap(), restored.snapshot().unwrap());
        prop_assert_eq!(a.commits().unwrap(), b.commits().unwrap());
        prop_assert_eq!(a.judgements().unwrap(), b.judgements().unwrap());
        prop_assert_eq!(ledger.opaque_key(), restored.opaque_key());
        prop_assert_eq!(ledger.created_at(), restored.created_at());
        let verdict = verify(&b, None, &mut |_, _| {}).unwrap();
        prop_assert!(verdict.is_sound(), "{:?}", verdict.problems);
        prop_assert_eq!(dumped(&restored), bytes.clone());
        // The text without compression restores just as well.
        let text = zstd::decode_all(bytes.as_slice()).unwrap();
        let plain = restore(&folder.path().join("c"), &mut text.as_slice(), &mut |_, _| {}).unwrap();
        prop_assert_eq!(dumped(&plain), bytes);
    }
}

/// The text of the dump of a ledger with something of everything.
fn text() -> String {
    let mut runner = TestRunner::deterministic();
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::create(&folder.path().join("a"), 0).unwrap();
    let plans = loop {
        let plans = deliveries(2).new_tree(&mut runner).unwrap().current();
        let rich = |plan: &crate::fixture::DeliveryPlan| {
            !plan.rejects.is_empty()
                && plan.chunks.iter().any(|c| !c.rows.is_empty() && c.tables.iter().any(|t| t.rows.len() > 1))
        };
        if plans.len() == 2 && plans.iter().all(rich) {
            break plans;
        }
    };
    load(&ledger, &plans, &mut Twin::default()).unwrap();
    let mut writer = ledger.writer().unwrap();
    writer.judge(Decision::Withdraw(DeliveryId(1)), "order", &Marking::public()).unwrap();
    writer.commit(note(9)).unwrap();
    String::from_utf8(zstd::decode_all(dumped(&ledger).as_slice()).unwrap()).unwrap()
}

fn refused(text: &str) -> LedgerError {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("b");
    let error = restore(&path, &mut text.as_bytes(), &mut |_, _| {}).err().unwrap();
    assert!(!is_store(&path), "a failed restore leaves a store: {error}");
    error
}

#[test]
fn a_changed_dump_is_refused_at_its_line() {
    let text = text();
    let lines: Vec<&str> = text.lines().collect();
    let joined = |lines: &[&str]| lines.iter().flat_map(|line| [*line, "\n"]).collect::<String>();
    for at in 0..lines.len() {
        let mut fewer = lines.clone();
        fewer.remove(at);
        let error = refused(&joined(&fewer));
        assert!(matches!(error, LedgerError::Dump { .. }), "without line {at}: {error}");
        if at + 1 < lines.len() && !lines[at].contains("\"salt\"") && !lines[at + 1].contains("\"salt\"") {
            let mut swapped = lines.clone();
            swapped.swap(at, at + 1);
            refused(&joined(&swapped));
        }
        refused(&joined(&lines[..at]));
        let mut twice = lines.clone();
        twice.insert(at, lines[at]);
        refused(&joined(&twice));
    }
    for (from, to) in [
        ("not a number", "not a nomber"),
        ("PTA", "PTB"),
        ("order", "Order"),
        ("tester", "testes"),
        ("Restricted", "Official"),
        ("restricted", "official"),
        ("+", "-"),
    ] {
        let Some(at) = lines.iter().position(|line| line.contains(from) && !line.contains("jaal_dump"))
        else {
            continue;
        };
        let mut edited: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        edited[at] = edited[at].replacen(from, to, 1);
        let edited: Vec<&str> = edited.iter().map(String::as_str).collect();
        match refused(&joined(&edited)) {
            LedgerError::Dump { line, .. } => assert_eq!(line, at as u64 + 1, "{from}"),
            other => panic!("{from}: {other}"),
        }
    }
}

#[test]
fn what_is_no_dump_is_refused() {
    for text in ["", "{", "{}\n", "{\"jaal_dump\":3}\n", "rows of something else\n", "\u{1}\u{2}"] {
        let error = refused(text);
        let expected = matches!(error, LedgerError::Dump { .. } | LedgerError::DumpIo { .. });
        assert!(expected, "{text:?}: {error}");
    }
    let whole = text();
    let newer = whole.replacen("\"jaal_dump\":2", "\"jaal_dump\":3", 1);
    assert!(refused(&newer).to_string().contains("version 3"));
    let mut bytes = zstd::encode_all(whole.as_bytes(), 3).unwrap();
    bytes.truncate(bytes.len() / 2);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("b");
    let error = restore(&path, &mut bytes.as_slice(), &mut |_, _| {}).err().unwrap();
    assert!(matches!(error, LedgerError::DumpIo { .. }), "{error}");
    assert!(!is_store(&path));
}
