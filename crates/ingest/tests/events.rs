//! Both legs of a call are evidence of one link, however the clocks of the two switches stand.

#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up should stop")]

mod common;

use common::{Delivery, claims, count_line, discriminators};
use jaal_ingest::{Chunk, Spec};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Each row is the record of one party: of the one who calls (O), or of the one who is called (T).
const SPEC: &str = r#"
name = "cdr"
format = "csv"
[entities.own]
key = { scheme = "msisdn", from = "Own" }
[entities.other]
key = { scheme = "msisdn", from = "Other" }
[[links]]
type = "CALLED"
from = "own"
to = "other"
when = [{ column = "Leg", equals = "O" }]
properties.at = { from = "At", type = "datetime" }
properties.kind = { from = "Kind" }
same_event = { at = "at", within_s = 5, on = ["kind"], leg = "Leg" }
[[links]]
type = "CALLED"
from = "other"
to = "own"
when = [{ column = "Leg", equals = "T" }]
properties.at = { from = "At", type = "datetime" }
properties.kind = { from = "Kind" }
same_event = { at = "at", within_s = 5, on = ["kind"], leg = "Leg" }
"#;

#[derive(Clone, Debug)]
struct Leg {
    caller: u32,
    called: u32,
    second: u32,
    is_origin: bool,
    kind: &'static str,
}

fn line(leg: &Leg) -> String {
    let number = |n: u32| format!("0300{:07}", 1_000_000 + n);
    let (own, other) = if leg.is_origin { (leg.caller, leg.called) } else { (leg.called, leg.caller) };
    let (h, m, s) = (leg.second / 3_600, leg.second / 60 % 60, leg.second % 60);
    let word = if leg.is_origin { "O" } else { "T" };
    format!("{},{},04/10/2025 {h:02}:{m:02}:{s:02},{},{word}\n", number(own), number(other), leg.kind)
}

fn file(legs: &[Leg]) -> String {
    legs.iter().fold("Own,Other,At,Kind,Leg\n".to_owned(), |text, leg| text + &line(leg))
}

/// The discriminator of each row, in order of the file.
fn read(legs: &[Leg]) -> Vec<u64> {
    let chunks = Delivery::one("cdr.csv", file(legs)).read(SPEC).unwrap();
    assert_eq!(count_line(&chunks), format!("{0} {0} 0 0 0", legs.len()));
    discriminators(&chunks)
}

fn leg(second: u32, is_origin: bool) -> Leg {
    Leg { caller: 1, called: 2, second, is_origin, kind: "VOICE" }
}

#[test]
fn two_legs_some_seconds_apart_are_one_link_with_two_claims() {
    // Wherever on the clock they stand, in whichever order the file has them.
    for second in 0..130 {
        for apart in 0..=5 {
            let (a, b) = (leg(second, true), leg(second + apart, false));
            assert_eq!(read(&[a.clone(), b.clone()])[0], read(&[b, a])[0], "{second} {apart}");
        }
    }
    let chunks = Delivery::one("cdr.csv", file(&[leg(58, true), leg(61, false)])).read(SPEC).unwrap();
    let lines = claims(&chunks);
    let calls: Vec<&String> = lines.iter().filter(|l| l.contains("CALLED by declared")).collect();
    assert_eq!(calls.len(), 2, "{lines:?}");
    assert!(
        calls[0].contains("(msisdn=+923001000001)") && calls[0].contains("13:") == calls[1].contains("13:")
    );
    assert!(
        calls[0].contains("at=2025-10-04T00:00:58") && calls[1].contains("at=2025-10-04T00:01:01"),
        "{calls:?}"
    );
    let found = discriminators(&chunks);
    assert_eq!(found[0], found[1]);
}

#[test]
fn what_is_not_one_call_stays_apart() {
    let differ = |a: Leg, b: Leg| {
        let found = read(&[a, b]);
        assert_ne!(found[0], found[1]);
    };
    differ(leg(10, true), leg(16, false));
    // Two records of one side are two calls, however near.
    differ(leg(10, true), leg(11, true));
    differ(leg(10, true), Leg { kind: "SMS", ..leg(11, false) });
    // Two calls in a row, each with two legs.
    let found = read(&[leg(10, true), leg(11, false), leg(14, true), leg(15, false)]);
    assert!(found[0] == found[1] && found[2] == found[3] && found[0] != found[2], "{found:?}");
    // A leg that is missing does not shift the others.
    let found = read(&[leg(10, true), leg(14, true), leg(15, false)]);
    assert!(found[0] != found[1] && found[1] == found[2], "{found:?}");
    // The same record twice is one call, as it is by `identity`.
    let found = read(&[leg(10, true), leg(10, true)]);
    assert_eq!(found[0], found[1]);
}

#[test]
fn without_legs_a_call_goes_on_while_rows_follow() {
    let spec = SPEC.replace(", leg = \"Leg\"", "");
    let d = Delivery::one("cdr.csv", file(&[leg(10, true), leg(14, false), leg(18, true), leg(24, false)]));
    let found = discriminators(&d.read(&spec).unwrap());
    assert!(found[0] == found[1] && found[1] == found[2] && found[2] != found[3], "{found:?}");
}

#[test]
fn deliveries_meet_in_the_time_of_the_first_row() {
    // What one delivery folds to the first time is what another with `identity` has for it.
    let plain = SPEC.replace(
        "same_event = { at = \"at\", within_s = 5, on = [\"kind\"], leg = \"Leg\" }",
        "identity = [\"at\", \"kind\"]",
    );
    let folded = read(&[leg(10, true), leg(12, false)]);
    let other = discriminators(&Delivery::one("cdr.csv", file(&[leg(10, true)])).read(&plain).unwrap());
    assert_eq!(folded[1], other[0]);
}

#[test]
fn it_does_not_depend_on_chunks_threads_or_the_order_of_rows() {
    let mut legs = Vec::new();
    for i in 0..6_000_u32 {
        let (caller, called) = (i % 7, 100 + i % 3);
        legs.push(Leg { caller, called, second: i * 11, is_origin: true, kind: "VOICE" });
        legs.push(Leg { caller, called, second: i * 11 + i % 5, is_origin: false, kind: "VOICE" });
    }
    // All first legs, then all second ones: a pair's legs are in chunks far apart.
    let mut apart = legs.clone();
    apart.sort_by_key(|leg| !leg.is_origin);
    let run = |threads: usize, legs: &[Leg]| -> Vec<Chunk> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let text = file(legs);
        pool.install(|| Delivery::one("cdr.csv", &text).read(SPEC).unwrap())
    };
    let (one, four) = (run(1, &apart), run(4, &apart));
    assert!(one.len() > 2 && one.iter().zip(&four).all(|(a, b)| a.block == b.block));
    let of = |legs: &[Leg], chunks: &[Chunk]| -> BTreeMap<String, u64> {
        legs.iter().map(line).zip(discriminators(chunks)).collect()
    };
    assert_eq!(of(&legs, &run(2, &legs)), of(&apart, &one));
    let links: BTreeSet<u64> = discriminators(&one).into_iter().collect();
    assert_eq!(links.len(), 6_000);
}

#[test]
fn the_form_is_checked() {
    let bad = |from: &str, to: &str| Spec::parse(&SPEC.replacen(from, to, 1), "t").unwrap_err().to_string();
    assert!(bad("at = \"at\", within", "at = \"att\", within").contains("did you mean `at`?"));
    assert!(bad("type = \"datetime\"", "type = \"string\"").contains("needs a time"));
    assert!(bad("within_s = 5", "within_s = 5000000").contains("at most 86400"));
    assert!(bad("same_event =", "identity = \"ends\"\nsame_event =").contains("not both"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Against a plain search: rows of different legs within the tolerance whose events have nothing else near
    /// are one; rows further apart than any chain reaches never are.
    #[test]
    fn agrees_with_a_plain_search(seconds in prop::collection::vec((0_u32..400, any::<bool>(), 0_u32..2), 1..40)) {
        let legs: Vec<Leg> =
            seconds.iter().map(|(second, o, p)| Leg { caller: *p, called: 9, second: *second, is_origin: *o, kind: "V" }).collect();
        let found = read(&legs);
        for (a, x) in legs.iter().zip(&found) {
            for (b, y) in legs.iter().zip(&found) {
                if a.caller != b.caller {
                    continue;
                }
                if a.second.abs_diff(b.second) > 5 && a.is_origin != b.is_origin {
                    prop_assert_ne!(x, y, "{:?} {:?}", a, b);
                }
                if a.is_origin == b.is_origin && a.second != b.second {
                    prop_assert_ne!(x, y, "{:?} {:?}", a, b);
                }
                let mut said = String::new();
                let alone = legs.iter().all(|c| {
                    c.caller != a.caller
                        || c.second == a.second && c.is_origin == a.is_origin
                        || c.second == b.second && c.is_origin == b.is_origin
                        || (c.second.abs_diff(a.second) > 5 && c.second.abs_diff(b.second) > 5)
                });
                write!(said, "{a:?} {b:?}").unwrap();
                if alone && a.is_origin != b.is_origin && a.second.abs_diff(b.second) <= 5 {
                    prop_assert_eq!(x, y, "{}", said);
                }
            }
        }
    }
}
