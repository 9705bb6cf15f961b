//! Identity by hand through the command line: what a judgement does, who sees it, and that it can be taken back.

use crate::run::{Run, jaal};
use std::path::PathBuf;

const SPEC: &str = r#"name = "people"
format = "csv"
grade = "2B"

[entities.holder]
kind = "Person"
key = { scheme = "cnic", from = "C" }
properties.name = { from = "N" }

[entities.phone]
kind = "Phone"
key = { scheme = "msisdn", from = "P" }

[[links]]
type = "USES"
from = "holder"
to = "phone"
"#;

const ONE: &str = "Person:3520212345671";
const OTHER: &str = "Person:3520276543212";

/// A store with two people and a phone each.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        std::fs::write(desk.path("people.toml"), SPEC).unwrap();
        let rows = "C,N,P\n3520212345671,Hamza Qureshi,03001234567\n3520276543212,H. Qureshi,03007654321\n";
        std::fs::write(desk.path("people.csv"), rows).unwrap();
        let (spec, file) = (desk.path("people.toml"), desk.path("people.csv"));
        desk.run(&["load", "--spec", spec.to_str().unwrap(), file.to_str().unwrap()]).expect(0);
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn run(&self, arguments: &[&str]) -> Run {
        jaal(&self.path("case.jaal"), arguments)
    }

    fn judge(&self, arguments: &[&str]) -> u64 {
        let answer = self.run(&[arguments, &["--format", "json"]].concat()).expect(0).json();
        answer["judgement"].as_u64().unwrap()
    }

    /// Identities, notes and phones of a person, as the card says.
    fn card(&self, person: &str, more: &[&str]) -> (u64, Vec<String>, u64) {
        let card = self.run(&[&["show", person, "--format", "json"], more].concat()).expect(0).json();
        let notes = card["notes"].as_array().unwrap();
        let notes = notes.iter().map(|note| note["text"].as_str().unwrap().to_owned()).collect();
        (card["identities"].as_u64().unwrap(), notes, card["links"][0]["entities"].as_u64().unwrap())
    }
}

#[test]
fn a_merge_joins_what_both_have_and_can_be_taken_back() {
    let desk = Desk::new();
    let apart = desk.run(&["show", OTHER, "--format", "json"]).expect(0).out;
    let path = ["path", "Phone:03001234567", "Phone:03007654321"];
    desk.run(&path).expect(3);
    desk.run(&["same", ONE, OTHER]).expect(2);
    // Two valid identity cards are two people, whoever says otherwise.
    let refused = desk.judge(&["same", ONE, OTHER, "--reason", "one photograph"]);
    assert_eq!(desk.card(ONE, &[]).0, 1);
    let conflicts = desk.run(&["conflicts"]).expect(0).out;
    assert!(conflicts.contains("CNIC"), "{conflicts}");
    desk.judge(&["undo", &refused.to_string(), "--reason", "seen again"]);
    let phones = ["Phone:03001234567", "Phone:03007654321"];
    let joined = desk.judge(&["same", phones[0], phones[1], "--reason", "one SIM, two numbers"]);
    assert_eq!(desk.card(phones[0], &[]).0, 2);
    desk.run(&["path", ONE, OTHER]).expect(0);
    desk.judge(&["undo", &joined.to_string(), "--reason", "the operator erred"]);
    assert_eq!(desk.run(&["show", OTHER, "--format", "json"]).expect(0).out, apart, "ids included");
    desk.run(&["path", ONE, OTHER]).expect(3);
    assert!(desk.run(&["verify"]).expect(0).out.contains("equals"));
}

#[test]
fn a_judgement_against_is_kept_to_and_listed() {
    let desk = Desk::new();
    let phones = ["Phone:03001234567", "Phone:03007654321"];
    desk.judge(&["not-same", phones[0], phones[1], "--reason", "two handsets"]);
    desk.judge(&["undecided", ONE, OTHER, "--reason", "photograph asked for"]);
    let same = desk.judge(&["same", phones[0], phones[1], "--reason", "an informer"]);
    assert_eq!(desk.card(phones[0], &[]).0, 1, "what is held apart stays apart");
    let list = desk.run(&["conflicts", "--judgements", "--format", "json"]).expect(0).json();
    let list = list["judgements"].as_array().unwrap();
    assert_eq!(list.len(), 3);
    assert_eq!(list[2]["id"].as_u64(), Some(same));
    assert!(desk.run(&["conflicts"]).expect(0).out.contains("+923001234567"));
}

#[test]
fn a_note_is_shown_to_who_may_see_it() {
    let desk = Desk::new();
    let note = ["note", ONE, "--reason", "handset seized, bag 14"];
    desk.judge(&note);
    let secret = desk.judge(&[
        "note",
        ONE,
        "--reason",
        "talks to the desk",
        "--marking",
        "secret",
        "--actor",
        "desk 4",
    ]);
    let notes = |more: &[&str]| desk.card(ONE, more).1;
    assert_eq!(notes(&[]), ["handset seized, bag 14", "talks to the desk"]);
    assert_eq!(notes(&["--clearance", "official"]), ["handset seized, bag 14"]);
    assert_eq!(desk.card(OTHER, &[]).1, [""; 0]);
    let page = desk.run(&["show", ONE]).expect(0).out;
    assert!(page.contains("talks to the desk") && page.contains("SECRET"), "{page}");
    desk.judge(&["undo", &secret.to_string(), "--reason", "written on the wrong card"]);
    assert_eq!(notes(&[]), ["handset seized, bag 14"]);
}

#[test]
fn an_added_marking_hides_and_can_be_taken_back() {
    let desk = Desk::new();
    let hidden = desk.judge(&["remark", "1", "--add", "secret", "--reason", "source at risk"]);
    let official = ["--clearance", "official"];
    let find = [&["find", "Hamza"][..], &official].concat();
    desk.run(&find).expect(3);
    desk.run(&["find", "Hamza"]).expect(0);
    desk.judge(&["undo", &hidden.to_string(), "--reason", "released"]);
    desk.run(&find).expect(0);
    desk.run(&["find", "Hamza", "--lowest-grade", "1A"]).expect(3);
    desk.run(&["find", "Hamza", "--lowest-grade", "2B"]).expect(0);
    desk.run(&["find", "03001234567", "--lowest-grade", "1A"]).expect(3);
}
