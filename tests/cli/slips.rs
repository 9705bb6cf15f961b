//! Slips of the pen and of the hand: what is said of them, with which status, and that nothing is left behind.

use crate::run::{CALLS, Run, case, jaal, sample};
use std::path::{Path, PathBuf};

const SPEC: &str = "specs/cca-cases.toml";
const FILE: &str = "deliveries/cca/cases.csv";

/// A folder with a specification of calls, one file of one call, and a store to be made.
struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let desk = Self { folder: tempfile::tempdir().unwrap() };
        desk.write("calls.toml", CALLS);
        desk.write("calls.csv", "A,B\n0501234567,0507654321\n");
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), text).unwrap();
    }

    fn load(&self, file: &str, more: &[&str]) -> Run {
        let (spec, file) = (self.text("calls.toml"), self.text(file));
        let load = ["load", "--spec", &spec, &file];
        jaal(&self.path("s.jaal"), &[&load[..], more].concat())
    }

    #[track_caller]
    fn has_no_store(&self) {
        assert!(!self.path("s.jaal").exists(), "no store is left behind");
    }
}

#[test]
fn the_country_counts_for_numbers_without_one() {
    let desk = Desk::new();
    desk.load("calls.csv", &["--country", "AE"]).expect(0);
    let store = desk.path("s.jaal");
    jaal(&store, &["show", "Phone:+971501234567"]).expect(0);
    let begun = jaal(&store, &["find", "050-12", "--country", "ae", "--format", "csv"]).expect(0);
    assert!(begun.out.contains("+971501234567") && begun.out.contains("key prefix"), "{}", begun.out);
    for bad in ["XX", "P", "Pakistan"] {
        let run = jaal(&store, &["info", "--country", bad]).expect(2);
        assert!(run.err.contains("ISO 3166"), "{}", run.err);
    }
}

#[test]
fn a_load_that_fails_leaves_no_store() {
    let desk = Desk::new();
    let missing = desk.load("no-such.csv", &[]).expect(1);
    assert!(missing.err.contains("no-such.csv"), "{}", missing.err);
    desk.has_no_store();
    desk.write("header.csv", "A;B\n0501234567;0507654321\n");
    let header = desk.load("header.csv", &[]).expect(1);
    assert!(header.err.contains("delimiter = \";\""), "{}", header.err);
    desk.has_no_store();
    for day in ["31/02/2025", "2025-02-31"] {
        assert!(desk.load("calls.csv", &["--received", day]).expect(2).err.contains("2025-11-02"));
    }
    desk.write("calls.toml", CALLS.replace("format", "fromat"));
    desk.load("calls.csv", &[]).expect(2);
    desk.has_no_store();
    desk.write("dump.ndjson", "{\"format\":1");
    jaal(&desk.path("s.jaal"), &["restore", &desk.text("dump.ndjson")]).expect(1);
    desk.has_no_store();
    let folder = jaal(&desk.path("s.jaal"), &["load", "--neo4j-csv", &desk.text("no-such")]).expect(1);
    assert!(folder.err.contains("no-such"), "{}", folder.err);
    desk.has_no_store();
}

#[test]
fn a_dump_replaces_nothing_unasked() {
    let desk = Desk::new();
    desk.load("calls.csv", &["--received", "2025-11-02"]).expect(0);
    let (store, file) = (desk.path("s.jaal"), desk.text("dump.zst"));
    desk.write("dump.zst", "kept");
    assert!(jaal(&store, &["dump", "--output", &file]).expect(2).err.contains("--force"));
    assert_eq!(std::fs::read(&file).unwrap(), b"kept");
    jaal(&store, &["dump", "--output", &file, "--force"]).expect(0);
    jaal(&desk.path("copy.jaal"), &["restore", &file]).expect(0);
}

#[test]
fn a_search_says_when_it_was_cut() {
    let ask = |more: &[&str]| jaal(case(), &[&["find", "0308"][..], more].concat()).expect(0);
    let all = ask(&["--limit", "100000", "--format", "ndjson"]);
    let count = all.out.lines().count();
    assert!(count > 1 && !all.err.contains("raise"), "{}", all.err);
    let exactly = ask(&["--limit", &count.to_string(), "--format", "csv"]);
    assert!(exactly.out.lines().count() == count + 1 && exactly.err.is_empty(), "{}", exactly.err);
    let less = ask(&["--limit", &(count - 1).to_string(), "--format", "csv"]);
    assert!(less.out.lines().count() == count && less.err.contains("raise --limit"), "{}", less.err);
    assert!(ask(&["--limit", "1"]).out.ends_with("more than 1 match; raise --limit\n"));
}

#[test]
fn the_beginning_of_a_number_is_found_as_people_write_it() {
    let first = |text: &str| {
        let hits = jaal(case(), &["find", text, "--format", "json", "--limit", "5000"]).expect(0).json();
        let mut keys: Vec<String> =
            hits.as_array().unwrap().iter().map(|hit| hit["text"].as_str().unwrap().to_owned()).collect();
        keys.sort();
        keys
    };
    let known = first("+92308").into_iter().next().unwrap();
    let digits = known.trim_start_matches("msisdn=+92");
    for text in [
        format!("0{}", &digits[..6]),
        format!("0{}-{}", &digits[..3], &digits[3..6]),
        format!("92{}", &digits[..6]),
        format!("0092 {}", &digits[..6]),
    ] {
        assert!(first(&text).contains(&known), "{text}");
    }
    assert!(first("PK3").iter().any(|key| key.starts_with("iban=PK3")));
    assert_eq!(first("pk3"), first("PK3"));
}

#[test]
fn an_address_is_told_from_a_name() {
    let hits = jaal(case(), &["find", "lahore", "--format", "json"]).expect(0).json();
    let hits = hits.as_array().unwrap();
    let at_home: Vec<_> = hits.iter().filter(|hit| hit["matched"] == "address").collect();
    assert!(!at_home.is_empty());
    assert!(at_home.iter().all(|hit| hit["text"].as_str().unwrap().contains("Lahore")), "{at_home:?}");
}

#[test]
fn people_without_ties_are_told_why() {
    let desk = Desk::new();
    desk.load("calls.csv", &[]).expect(0);
    let store = desk.path("s.jaal");
    let none = jaal(&store, &["networks"]).expect(3);
    assert!(none.err.contains("Person"), "{}", none.err);
    assert!(jaal(&store, &["algo", "wcc", "--ties"]).expect(0).err.contains("no ties"));
    // The case says which people there are, and nothing of what they share.
    let people = desk.path("people.jaal");
    desk.write(
        "people.toml",
        "name = \"people\"\nformat = \"csv\"\n[entities.person]\nkey = { scheme = \"cnic\", from = \"A\" }\n",
    );
    desk.write("people.csv", "A\n3520212345671\n");
    jaal(&people, &["load", "--spec", &desk.text("people.toml"), &desk.text("people.csv")]).expect(0);
    let none = jaal(&people, &["networks"]).expect(3);
    assert!(none.err.contains("USES") && none.err.contains("none of them"), "{}", none.err);
}

#[test]
fn an_entity_that_links_alone_name_says_where_its_rows_are() {
    let desk = Desk::new();
    desk.load("calls.csv", &["--country", "AE"]).expect(0);
    let page = jaal(&desk.path("s.jaal"), &["why", "Phone:+971501234567"]).expect(0).out;
    assert!(page.contains("1 link names it too") && page.contains("around Phone:msisdn=+971501234567 --why"));
    assert!(!page.contains("stands on"), "{page}");
    let run = jaal(&desk.path("s.jaal"), &["why", "Phone:+971501234567", "--type", "CALLED"]).expect(2);
    assert!(run.err.contains("two entities") && run.err.contains("--types CALLED"), "{}", run.err);
}

#[test]
fn numbers_out_of_range_say_the_range() {
    let nowhere = Path::new("no-such.jaal");
    for arguments in [
        &["around", "Phone:1", "--hub-cap", "-1"][..],
        &["around", "Phone:1", "--hops", "-2"],
        &["find", "x", "--limit", "0"],
        &["path", "a", "b", "--paths", "-1"],
        &["networks", "--smallest", "many"],
    ] {
        let run = jaal(nowhere, arguments).expect(2);
        assert!(run.err.contains("a whole number from") && !run.err.contains("-- -"), "{}", run.err);
    }
    let report =
        ["report", "crackdown", "--from", "2025-09-01", "--to", "2025-10-31", "--since", "2025-09-02"];
    assert!(jaal(case(), &report).expect(2).err.contains("--since 2025-09-02 is after --from 2025-09-01"));
    assert!(jaal(nowhere, &["find", "--help"]).expect(0).out.contains("Global options:"));
}

#[test]
fn several_paths_and_kinds_are_asked_for_in_one_option() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("s.jaal");
    let spec = sample(SPEC);
    jaal(&store, &["load", "--spec", &spec, &sample(FILE)]).expect(0);
    let hits = jaal(case(), &["find", "+92308", "--format", "json", "--limit", "2"]).expect(0).json();
    let end = |at: usize| hits[at]["entity"]["id"].as_str().unwrap().to_owned();
    let ask =
        |more: &[&str]| jaal(case(), &[&["path", &end(0), &end(1), "--format", "json"][..], more].concat());
    assert_eq!(ask(&["--paths", "3"]).json()["paths"], ask(&["--all", "--paths", "3"]).json()["paths"]);
    let listed = ask(&["--avoid", "Case,Person"]).json();
    let repeated = ask(&["--avoid", "Case", "--avoid", "Person"]).json();
    assert_eq!(listed, repeated);
}
