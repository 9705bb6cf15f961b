//! Keys that name nobody: rows do not meet in them, and nothing of the rows is lost.

#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up should stop")]

mod common;

use common::{Delivery, claims, count_line};
use jaal_ingest::Chunk;
use std::fmt::Write;

const CALLS: &str = r#"
name = "t"
format = "csv"
[entities.caller]
key = { scheme = "msisdn", from = "a" }
[entities.handset]
key = { scheme = "imei", from = "imei" }
optional = true
[[links]]
type = "USED_HANDSET"
from = "caller"
to = "handset"
identity = "ends"
"#;

const HEAD: &str = "a,imei,note\n";
const ONE: &str = "03001234567,000000000000000,x\n";
const TWO: &str = "03007654321,000000000000000,x\n";
const GOOD: &str = "03007654321,490154203237518,x\n";

fn read(spec: &str, rows: &[&str]) -> Vec<Chunk> {
    Delivery::one("a.csv", format!("{HEAD}{}", rows.concat())).read(spec).unwrap()
}

/// The keys of scheme `row` at the end of links, in order of record.
fn handsets(chunks: &[Chunk]) -> Vec<String> {
    let end = |line: &String| Some(line.rsplit_once("->(row=")?.1.trim_end_matches(')').to_owned());
    claims(chunks).iter().filter_map(end).collect()
}

#[test]
fn rows_do_not_meet_in_a_filler() {
    let chunks = read(CALLS, &[ONE, TWO, GOOD]);
    assert_eq!(count_line(&chunks), "3 3 0 0 0");
    let named = handsets(&chunks);
    assert_eq!(named.len(), 2);
    assert_ne!(named[0], named[1]);
    assert_eq!(
        claims(&chunks),
        [
            format!("0 (msisdn=+923001234567)-[USED_HANDSET by ends]->(row={})", named[0]),
            format!("0 (row={} Device) imei_raw=000000000000000 imei_flags=junk", named[0]),
            format!("1 (msisdn=+923007654321)-[USED_HANDSET by ends]->(row={})", named[1]),
            format!("1 (row={} Device) imei_raw=000000000000000 imei_flags=junk", named[1]),
            "2 (msisdn=+923007654321)-[USED_HANDSET by ends]->(imei=49015420323751)".to_owned(),
        ]
    );
}

#[test]
fn the_same_row_names_the_same_identity_in_another_delivery() {
    let first = handsets(&read(CALLS, &[ONE, TWO, GOOD]));
    let second = handsets(&read(CALLS, &[GOOD, TWO]));
    assert_eq!(second, first[1..]);
}

#[test]
fn equal_rows_are_told_apart_as_those_of_keyless_entities_are() {
    // A keyless entity beside makes the reader count all rows before; the names must be the same.
    let counted = format!("{CALLS}[entities.seen]\nkind = \"Sighting\"\n");
    let mut rows = vec![ONE, TWO, ONE, GOOD, ONE];
    let filler: Vec<String> = (0..9_000).map(|i| format!("0300{i:07},49015420323751,x\n")).collect();
    rows.extend(filler.iter().map(String::as_str));
    rows.extend([TWO, ONE]);
    let chunks = read(CALLS, &rows);
    assert!(chunks.len() > 2);
    let named = handsets(&chunks);
    assert_eq!(named, handsets(&read(&counted, &rows)));
    let endings: Vec<&str> = named.iter().map(|n| n.split_once('-').unwrap().1).collect();
    assert_eq!(endings, ["handset-1", "handset-1", "handset-2", "handset-3", "handset-2", "handset-4"]);
}

#[test]
fn names_do_not_depend_on_the_number_of_threads() {
    let mut file = HEAD.to_owned();
    for i in 0..10_000 {
        writeln!(file, "0300{:07},{},{}", i % 700, if i % 3 == 0 { "N/A" } else { "0" }, i % 11).unwrap();
    }
    let d = Delivery::one("a.csv", file);
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        claims(&pool.install(|| d.read(CALLS).unwrap()))
    };
    assert_eq!(with(1), with(3));
}

#[test]
fn among_several_keys_the_others_name() {
    let spec = r#"
name = "t"
format = "csv"
[entities.p]
keys = [{ scheme = "imei", from = "imei" }, { scheme = "msisdn", from = "a" }, { scheme = "email", from = "note" }]
kinds = ["Suspect"]
"#;
    let chunks = read(spec, &["03001234567,111111111111111,a@b.example\n", "N/A,0,none\n"]);
    let lines = claims(&chunks);
    assert_eq!(
        lines[..2],
        [
            "0 (msisdn=+923001234567 Suspect) imei_raw=111111111111111 imei_flags=junk",
            "0 (msisdn=+923001234567)=(email=a@b.example)",
        ]
    );
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert!(lines[2].starts_with("1 (row=") && lines[2].contains("-p-1 Device:Suspect)"), "{lines:?}");
    for part in ["imei_raw=0", "msisdn_raw=N/A", "email_raw=none"] {
        assert!(lines[2].contains(part), "{lines:?}");
    }
}

#[test]
fn objects_are_named_by_all_that_they_say() {
    let spec = CALLS.replacen("\"csv\"", "\"ndjson\"", 1);
    let names = |lines: &str| handsets(&Delivery::one("a.ndjson", lines).read(&spec).unwrap());
    let one = r#"{"a":"03001234567","imei":"0","seen":1}"#;
    let reordered = r#"{"seen":1, "imei":"0","a":"03001234567"}"#;
    let other = r#"{"a":"03001234567","imei":"0","seen":2}"#;
    let all = names(&format!("{one}\n{other}\n{reordered}\n"));
    assert!(all[0].ends_with("-1") && all[2].ends_with("-2") && all[0] != all[1]);
    assert_eq!(names(reordered), all[..1]);
}
