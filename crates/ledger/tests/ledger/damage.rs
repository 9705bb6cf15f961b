//! Damaged files: an error, never a panic.

use crate::fixture::{Twin, deliveries, load};
use jaal_ledger::{Ledger, LedgerError, dump, verify};
use jaal_model::ErrorKind;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use std::path::Path;

fn sample(dir: &Path) -> Vec<u8> {
    let mut runner = TestRunner::deterministic();
    let plans = deliveries(3).new_tree(&mut runner).unwrap().current();
    let ledger = Ledger::create(dir, 0).unwrap();
    load(&ledger, &plans, &mut Twin::default()).unwrap();
    drop(ledger);
    std::fs::read(dir.join("ledger.redb")).unwrap()
}

/// Opens and reads everything; whatever is wrong must be told, not panicked about.
fn read_all(dir: &Path) -> Result<bool, LedgerError> {
    let ledger = Ledger::open(dir)?;
    let snapshot = ledger.snapshot()?;
    let verdict = verify(&snapshot, None, &mut |_, _| {})?;
    for block in snapshot.claim_blocks()? {
        snapshot.read_block(&block)?;
    }
    dump(&snapshot, &mut Vec::new(), &mut |_, _| {})?;
    Ok(verdict.is_sound())
}

#[test]
fn files_that_are_no_ledger_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let whole = sample(&folder.path().join("whole"));
    let dir = folder.path().join("bad");
    std::fs::create_dir(&dir).unwrap();
    let text = b"this is a text and no ledger\n".repeat(400);
    for bytes in [&b""[..], b"short", &text, &whole[..100], &whole[..4_096], &whole[..whole.len() / 2]] {
        std::fs::write(dir.join("ledger.redb"), bytes).unwrap();
        for error in [Ledger::open(&dir).err().unwrap(), Ledger::open_read_only(&dir).err().unwrap()] {
            assert_eq!(error.kind(), ErrorKind::Corrupt, "{} bytes: {error}", bytes.len());
        }
    }
}

#[test]
fn flipped_bytes_never_panic() {
    let folder = tempfile::tempdir().unwrap();
    let whole = sample(&folder.path().join("whole"));
    let dir = folder.path().join("bad");
    std::fs::create_dir(&dir).unwrap();
    let used: Vec<usize> = (0..whole.len()).filter(|at| whole[*at] != 0).collect();
    let mut told = 0;
    let step = (used.len() / 150).max(1);
    for at in used.iter().step_by(step) {
        let mut bytes = whole.clone();
        bytes[*at] ^= 0x55;
        std::fs::write(dir.join("ledger.redb"), &bytes).unwrap();
        if !matches!(read_all(&dir), Ok(true)) {
            told += 1;
        }
    }
    assert!(told > 0, "no flipped byte was noticed");
}
