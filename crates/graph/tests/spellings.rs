//! How many spellings of one name find each other, and how many names of two people are told apart.
//!
//! The tables are of real spellings, and the rules were made with them at hand, so the figures are of what is known to
//! occur and no forecast. They are printed; the floors are a little below, so that a change which loses spellings is seen.

#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up should stop")]

use jaal_graph::{NameMatch, View};
use jaal_model::{Key, Value};
use jaal_testkit::{Claim, History};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

const SAME: &str = include_str!("spellings/same.txt");
const DIFFERENT: &str = include_str!("spellings/different.txt");

fn pairs(table: &str) -> Vec<(&str, &str)> {
    table.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('|')).collect()
}

/// An image of one person for each of the names.
fn people<'a>(names: impl Iterator<Item = &'a str>) -> View {
    let person = |(at, name): (usize, &str)| {
        Claim::entity("cnic", &at.to_string(), &[], &[("name", Value::from(name))])
    };
    History::of(names.enumerate().map(person).collect()).store().view()
}

/// How the `at`th person is found by a name, among at most `limit`.
fn found(view: &View, text: &str, at: usize, limit: usize) -> Option<NameMatch> {
    let node = view.find_key(&Key::new("cnic", at.to_string())).unwrap();
    view.find_names(text, limit).into_iter().find(|hit| hit.node == node).map(|hit| hit.how)
}

/// Prints past the harness, which shows what tests print only when they fail.
fn say(text: &str) {
    std::io::stderr().write_all(format!("{text}\n").as_bytes()).ok();
}

#[test]
fn spellings_of_one_name_find_each_other() {
    let pairs = pairs(SAME);
    assert!(pairs.len() >= 150);
    let there = people(pairs.iter().map(|(_, name)| *name));
    let back = people(pairs.iter().map(|(name, _)| *name));
    let mut missed = Vec::new();
    for (at, (one, other)) in pairs.iter().enumerate() {
        for (view, text) in [(&there, one), (&back, other)] {
            if found(view, text, at, 50).is_none() {
                missed.push(format!("{text} of {one}|{other}"));
            }
        }
    }
    let asked = 2 * pairs.len();
    let recall = 1.0 - missed.len() as f64 / asked as f64;
    say(&format!("recall of spellings: {recall:.3} of {asked}; missed: {missed:?}"));
    assert!(recall >= 0.98, "{missed:?}");
}

#[test]
fn names_of_two_people_are_told_apart() {
    let pairs = pairs(DIFFERENT);
    assert!(pairs.len() >= 150);
    let mut taken = Vec::new();
    let mut edits = 0;
    for (one, other) in &pairs {
        for (asked, has) in [(one, other), (other, one)] {
            let how = found(&people([*has].into_iter()), asked, 0, 5);
            // A beginning or a slip is shown as such, and is what it says.
            match how {
                Some(NameMatch::Exact | NameMatch::Order) => panic!("{asked} is taken for {has}"),
                Some(NameMatch::Sound) => taken.push(format!("{asked}|{has}")),
                Some(_) => edits += 1,
                None => {}
            }
        }
    }
    let asked = 2 * pairs.len();
    let told = 1.0 - taken.len() as f64 / asked as f64;
    say(&format!(
        "names told apart by sound: {told:.3} of {asked}; beginnings and slips: {edits}; same sound: {taken:?}"
    ));
    assert!(told >= 0.94, "{taken:?}");
}

/// Names of made-up Australians with slips of all kinds, which no rule here was made for.
#[test]
fn names_with_slips_find_their_originals() {
    let file = "er_febrl/dataset4b.csv";
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/er_febrl");
    let read = |name: &str| std::fs::read_to_string(folder.join(name));
    let (Ok(originals), Ok(slipped)) = (read("dataset4a.csv"), read("dataset4b.csv")) else {
        jaal_testkit::needs(&format!("shared data {file}"), "names_with_slips_find_their_originals");
        return;
    };
    let originals = full_names(&originals);
    let slipped = full_names(&slipped);
    let numbers: Vec<&u32> = originals.keys().collect();
    let view = people(originals.values().map(String::as_str));
    let (mut asked, mut exact, mut all) = (0, 0, 0);
    for (number, name) in &slipped {
        let Some(at) = numbers.iter().position(|other| *other == number) else { continue };
        asked += 1;
        match found(&view, name, at, 50) {
            Some(NameMatch::Exact) => exact += 1,
            Some(_) => all += 1,
            None => {}
        }
    }
    all += exact;
    let recall = f64::from(all) / f64::from(asked);
    say(&format!("recall of names with slips: {recall:.3} of {asked}, {exact} of them exact"));
    assert!(recall >= 0.78, "{recall}");
}

/// Given names and surnames by the number of the person; those without one of the two are left out.
fn full_names(file: &str) -> BTreeMap<u32, String> {
    let person = |line: &str| {
        let fields: Vec<&str> = line.split(',').map(str::trim).collect();
        let number = fields.first()?.split('-').nth(1)?.parse().ok()?;
        let (given, surname) = (*fields.get(1)?, *fields.get(2)?);
        (!given.is_empty() && !surname.is_empty()).then(|| (number, format!("{given} {surname}")))
    };
    file.lines().skip(1).filter_map(person).collect()
}
