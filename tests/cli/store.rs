//! The store's life through the command line: made, loaded, told about, taken back, dumped and restored.

use crate::run::{jaal, sample};
use serde_json::Value;

const SPEC: &str = "specs/cca-cases.toml";
const FILE: &str = "deliveries/cca/cases.csv";

#[test]
fn a_delivery_adds_up_and_counts_as_duplicate_the_second_time() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("s.jaal");
    let load = ["load", "--format", "json", "--spec", &sample(SPEC), &sample(FILE)];
    let first = jaal(&store, &load).expect(0).json();
    let second = jaal(&store, &load).expect(0).json();
    let count = |report: &Value, name: &str| report["counts"][name].as_u64().unwrap();
    for report in [&first, &second] {
        let parts = ["accepted", "duplicate", "skipped", "rejected"].map(|name| count(report, name));
        assert_eq!(count(report, "read"), parts.iter().sum::<u64>());
    }
    assert!(count(&first, "accepted") > 0 && count(&first, "rejected") > 0);
    assert_eq!(count(&second, "accepted"), 0);
    assert_eq!(count(&second, "duplicate"), count(&first, "accepted"));
    assert_eq!(second["deliveries"][0]["duplicate_of"], 1);
    assert_eq!((&second["entities"], &second["commit"]), (&first["entities"], &Value::Null));
    let rejects = folder.path().join("s.jaal-rejects");
    assert_eq!(std::fs::read_dir(rejects).unwrap().count(), 1, "one file of rejects beside the store");
}

#[test]
fn a_dry_run_counts_and_keeps_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("s.jaal");
    let load = ["load", "--dry-run", "--format", "json", "--spec", &sample(SPEC), &sample(FILE)];
    let report = jaal(&store, &load).expect(0).json();
    assert_eq!(report["dry_run"], true);
    assert!(report["counts"]["accepted"].as_u64().unwrap() > 0);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing was written");
}

#[test]
fn a_withdrawn_delivery_counts_no_more_and_stays_listed() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("s.jaal");
    jaal(&store, &["load", "--spec", &sample(SPEC), &sample(FILE)]).expect(0);
    jaal(&store, &["withdraw", "7", "--reason", "none such"]).expect(3);
    jaal(&store, &["withdraw", "1", "--reason", " "]).expect(2);
    jaal(&store, &["withdraw", "1", "--reason", "sent in error"]).expect(0);
    let info = jaal(&store, &["info", "--format", "json"]).expect(0).json();
    assert_eq!(info["entities"], 0);
    assert_eq!(info["deliveries"][0]["withdrawn"], true);
    let rows = jaal(&store, &["info", "--format", "csv"]).expect(0).out;
    assert!(rows.lines().nth(1).unwrap().ends_with(",withdrawn"), "{rows}");
}

#[test]
fn a_restored_dump_is_the_same_store_and_a_checkpoint_tells_another() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let text = |name: &str| path(name).to_str().unwrap().to_owned();
    let (store, copy) = (path("s.jaal"), path("copy.jaal"));
    jaal(&store, &["load", "--spec", &sample(SPEC), &sample(FILE), "--actor", "desk 4"]).expect(0);
    let checkpoint = jaal(&store, &["checkpoint"]).expect(0);
    std::fs::write(path("checkpoint.json"), &checkpoint.out).unwrap();
    jaal(&store, &["dump", "--output", &text("dump.zst")]).expect(0);
    jaal(&copy, &["restore", &text("dump.zst")]).expect(0);
    let info = |store| jaal(store, &["info", "--format", "json"]).expect(0).json();
    assert_eq!(info(&copy)["head"], info(&store)["head"]);
    assert_eq!(info(&copy)["image"], info(&store)["image"]);
    assert_eq!(info(&copy)["head"]["note"]["actor"], "desk 4");
    jaal(&copy, &["verify", "--checkpoint", &text("checkpoint.json")]).expect(0);
    jaal(&copy, &["restore", &text("dump.zst")]).expect(1);

    let other = path("other.jaal");
    let renamed = path("renamed.csv");
    let rows = std::fs::read_to_string(sample(FILE)).unwrap();
    std::fs::write(&renamed, rows.lines().take(5).fold(String::new(), |all, line| all + line + "\n"))
        .unwrap();
    jaal(&other, &["load", "--spec", &sample(SPEC), renamed.to_str().unwrap()]).expect(0);
    let verdict = jaal(&other, &["verify", "--format", "json", "--checkpoint", &text("checkpoint.json")]);
    assert_eq!(verdict.expect(1).json()["ok"], false);
    let wrong = jaal(&other, &["verify", "--checkpoint", renamed.to_str().unwrap()]).expect(2);
    assert!(wrong.err.contains("is not a checkpoint"), "{}", wrong.err);
}

#[test]
fn what_is_not_there_or_is_there_already_fails_with_a_hint() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("s.jaal");
    let none = jaal(&store, &["info"]).expect(1);
    assert!(none.err.contains("error: no store at") && none.err.contains("hint: "), "{}", none.err);
    jaal(&store, &["init"]).expect(0);
    jaal(&store, &["init"]).expect(1);
    jaal(&store, &["checkpoint"]).expect(3);
    assert_eq!(
        jaal(&store, &["find", "anybody", "--format", "json"]).expect(3).json(),
        serde_json::json!([])
    );
    jaal(&store, &["load", "--spec", "no-such.toml", "no-such.csv"]).expect(1);
    assert_eq!(jaal(&store, &["info", "--format", "json"]).expect(0).json()["commits"], 0);
}
