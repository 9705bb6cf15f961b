//! Damaged segment files: every single flipped byte is refused, named, or harmless; nothing panics.

#![expect(clippy::unwrap_used, reason = "a test that cannot set itself up should stop")]

use jaal_graph::{GraphError, Segment, View};
use jaal_model::{ErrorKind, OpaqueKey, Value};
use jaal_testkit::{Claim, History, plain_of_view};
use std::panic::catch_unwind;

fn segment_bytes() -> Vec<u8> {
    let history = History::of(vec![
        Claim::entity(
            "cnic",
            "3520212345671",
            &["Suspect"],
            &[("name", Value::from("Ali")), ("n", Value::Int(7))],
        ),
        Claim::entity(
            "cnic",
            "3520212345673",
            &[],
            &[("name", Value::from("Bibi")), ("n", Value::Int(70_000))],
        ),
        Claim::link(
            "KNOWS",
            ("cnic", "3520212345671"),
            ("cnic", "3520212345673"),
            &[("since", Value::Int(3))],
        ),
    ]);
    std::fs::read(history.store().view().segment().path()).unwrap()
}

#[test]
fn a_flipped_byte_is_found() {
    let sound = segment_bytes();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.seg");
    let mut refused = 0;
    for at in 0..sound.len() {
        let mut bytes = sound.clone();
        bytes[at] ^= 0x5a;
        std::fs::write(&path, &bytes).unwrap();
        match Segment::open(&path) {
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}");
                refused += 1;
            }
            Ok(segment) => {
                let found = segment.check_all();
                // What lies between sections is padding, and means nothing.
                assert!(found.is_err() || sound[at] == 0, "byte {at} of {}", sound.len());
                refused += u32::from(found.is_err());
            }
        }
    }
    assert!(refused as usize > sound.len() / 4);
}

#[test]
fn reading_a_damaged_section_is_remembered_and_never_panics() {
    let sound = segment_bytes();
    let folder = tempfile::tempdir().unwrap();
    for at in (64..sound.len()).step_by(3) {
        let path = folder.path().join(format!("{at}.seg"));
        let mut bytes = sound.clone();
        bytes[at] ^= 0xff;
        std::fs::write(&path, &bytes).unwrap();
        let Ok(view) = View::open(&path, OpaqueKey([0; 32])) else { continue };
        // The plain form asserts that the image is whole, so it may fail its own asserts; then the damage must
        // have been noted.
        let whole = catch_unwind(std::panic::AssertUnwindSafe(|| plain_of_view(&view))).is_ok();
        assert!(whole || matches!(view.intact(), Err(GraphError::Damaged { .. })), "byte {at}");
    }
}

#[test]
fn other_files_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.seg");
    let sound = segment_bytes();
    for bytes in [&b""[..], b"hello", &[0; 64], &sound[..64], &sound[..sound.len() - 1]] {
        std::fs::write(&path, bytes).unwrap();
        let error = Segment::open(&path).unwrap_err();
        assert!(error.to_string().contains("x.seg"), "{error}");
    }
    assert_eq!(Segment::open(&folder.path().join("none")).unwrap_err().kind(), ErrorKind::Io);
}
