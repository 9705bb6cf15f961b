//! Files as they really arrive: nothing is lost, whatever is in them.

#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up should stop")]

mod common;

use common::{Delivery, check, claims, count_line, counts, rejects};
use jaal_ingest::{Chunk, Intake, SourceInput, Spec};
use proptest::prelude::*;
use std::fmt::Write;

const CALLS: &str = r##"
name = "calls"
format = "csv"
encoding = "utf-8"
[rows]
comment = "#"
[values]
time_zone = "Asia/Karachi"
[entities.a]
key = { scheme = "msisdn", from = "a" }
[entities.b]
key = { scheme = "msisdn", from = "b" }
optional = true
[entities.seen]
kind = "Sighting"
properties.note = { from = "note" }
[[links]]
type = "CALLED"
from = "a"
to = "b"
identity = ["at"]
properties.at = { from = "at", type = "datetime" }
"##;

#[test]
fn rows_that_cannot_be_read_say_why() {
    let mut file = b"a,b,at,note\r\n".to_vec();
    file.extend(b"03001234567,8558,04/10/2025 13:05,ok\r\n");
    file.extend(b"03001234567,8558,04/10/2025 13:05\r\n");
    file.extend(b"03001234567,8558,31/02/2025 13:05,x\r\n");
    file.extend(b"03001234567,8558,04/10/2025 13:05,\xff\r\n");
    file.extend(b"03001234567,8558,04/10/2025 13:05,\0\r\n");
    file.extend(b"\r\n");
    file.extend(b"03001234567,8558,04/10/2025 13:05,\"two\r\nlines\"\r\n");
    file.extend(b"03001234567,8558,04/10/2025 13:05,\"open\r\n");
    file.extend(b"03001234567,8558,04/10/2025 13:05,last");
    let chunks = Delivery::one("c.csv", &file).read(CALLS).unwrap();
    assert_eq!(count_line(&chunks), "9 3 0 1 5");
    assert_eq!(chunks[0].rows.line, [2, 8, 11]);
    assert_eq!(chunks[0].rows.text.get(1), "03001234567,8558,04/10/2025 13:05,\"two\r\nlines\"");
    let bad_byte = file.iter().position(|b| *b == 0xff).unwrap();
    assert_eq!(
        rejects(&chunks),
        [
            "3: -: the row has 3 fields, 4 expected".to_owned(),
            "4: at: `31/02/2025 13:05` is not a date in the order dmy with a time of day".to_owned(),
            format!(
                "5: -: the byte at offset {bad_byte} of the file is not UTF-8; is the encoding right? `encoding = \
                 \"auto\"` in the specification finds it"
            ),
            "6: -: character 34 of the row is NUL; is the encoding right?".to_owned(),
            "10: -: a quote is opened in this line and never closed".to_owned(),
        ]
    );
}

#[test]
fn what_goes_wrong_ahead_does_not_take_the_wave_before_along() {
    // One file is more than a wave, so the next one is begun while its first wave is worked on.
    let row = format!("03001234567,8558,04/10/2025 13:05,{}\n", "y".repeat(10_000));
    let d = Delivery::one("a.csv", format!("a,b,at,note\n{}", row.repeat(1_700))).with("b.csv", "");
    let inputs = ["a.csv", "b.csv"].map(|name| SourceInput::at(d.path().join(name))).to_vec();
    let mut intake = Intake::open(&Spec::parse(CALLS, "calls.toml").unwrap(), inputs).unwrap();
    let first = intake.next_wave().unwrap().unwrap();
    check(&first);
    assert!((1_600..1_700).contains(&counts(&first).accepted));
    assert!(intake.next_wave().unwrap_err().to_string().contains("b.csv"));
}

#[test]
fn a_row_beyond_the_limit_is_one_bad_row() {
    let row = "03001234567,8558,04/10/2025 13:05,x\n";
    let long = "y".repeat(3 << 20);
    for (before, after) in [("", ""), ("\"", ""), ("\"", "\"")] {
        let file = format!("a,b,at,note\n{row}{before}{long}{after}\n{row}{row}");
        let chunks = Delivery::one("c.csv", file).read(CALLS).unwrap();
        assert_eq!(count_line(&chunks), "4 3 0 0 1", "{before:?} {after:?}");
        let lines: Vec<u64> = chunks.iter().flat_map(|c| c.rows.line.clone()).collect();
        assert_eq!(lines, [2, 4, 5]);
        assert!(chunks.iter().flat_map(|c| &c.rejects).all(|r| r.row.len() <= 4_096 && r.line == 3));
    }
    let last = Delivery::one("c.csv", format!("a,b,at,note\n{row}{long}")).read(CALLS).unwrap();
    assert_eq!(count_line(&last), "2 1 0 0 1");
}

#[test]
fn an_empty_file_is_an_error_and_a_header_alone_is_not() {
    let error = Delivery::one("c.csv", "").read(CALLS).unwrap_err();
    assert!(error.to_string().contains("`c.csv` has no header row"), "{error}");
    assert_eq!(count_line(&Delivery::one("c.csv", "a,b,at,note").read(CALLS).unwrap()), "0 0 0 0 0");
    let error = Delivery::one("c.csv", "a,b,att,note\n").read(CALLS).unwrap_err().to_string();
    assert!(
        error.contains("no column `at` (did you mean `") && error.contains("a | b | att | note"),
        "{error}"
    );
    assert!(Intake::open(&Spec::parse(CALLS, "t").unwrap(), Vec::new()).is_err());
}

#[test]
fn the_order_of_columns_and_the_file_do_not_change_what_is_said() {
    let d = Delivery::one("a.csv", "a,b,at,note\n03001234567,8558,04/10/2025 13:05,x\n")
        .with("b.csv", "note,at,b,a,more\nx,04/10/2025 13:05,8558,03001234567,\n");
    let lines = claims(&d.read(CALLS).unwrap());
    let of = |record: &str| -> Vec<String> {
        let lines = lines.iter().filter(|l| l.starts_with(record) && !l.contains("row="));
        lines.map(|l| l[2..].to_owned()).collect()
    };
    assert_eq!(of("0"), of("1"));
    assert!(of("0").iter().any(|l| l.contains("CALLED by declared")));
}

/// A file of many rows with everything that splitting must get right, and the line at which each begins.
fn large_file(rows: usize) -> (String, Vec<u64>) {
    let mut file = String::from("a,b,at,note\n");
    let mut lines = vec![2];
    for i in 0..rows {
        let note = match i % 7 {
            0 => "\"quoted, with \"\"quotes\"\"\"".to_owned(),
            1 => format!("\"over\n{i}\r\nlines\""),
            2 => format!("é{}", "x".repeat(i % 300)),
            3 => String::new(),
            _ => format!("5\" pipe {}", i % 11),
        };
        let end = if i % 3 == 0 { "\r\n" } else { "\n" };
        write!(file, "0300{:07},0321{:07},{:02}/10/2025 13:05,{note}{end}", i % 999, i, i % 33).unwrap();
        lines.push(lines[i] + if i % 7 == 1 { 3 } else { 1 });
    }
    lines.pop();
    (file, lines)
}

fn read_with(threads: usize, spec: &str, file: &str) -> Vec<Chunk> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| Delivery::one("a.csv", file).with("b.csv", file).read(spec).unwrap())
}

#[test]
fn any_number_of_threads_gives_the_same() {
    let (file, _) = large_file(12_000);
    let (one, four) = (read_with(1, CALLS, &file), read_with(4, CALLS, &file));
    assert!(one.len() >= 6);
    assert_eq!(one.len(), four.len());
    for (a, b) in one.iter().zip(&four) {
        assert!(a.keys == b.keys && a.block == b.block && a.rows == b.rows && a.rejects == b.rejects);
        assert_eq!((a.counts, a.first_record), (b.counts, b.first_record));
    }
}

#[test]
fn rows_are_those_that_a_csv_reader_finds() {
    let (file, expected) = large_file(12_000);
    let spec = "name = \"t\"\nformat = \"csv\"\n[entities.x]\nkind = \"X\"\nproperties.note = { from = \"note\" }\nproperties.b = { from = \"b\" }\n";
    let wide: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(file.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for bytes in [file.as_bytes(), &wide] {
        let chunks = Delivery::one("a.csv", bytes).read(spec).unwrap();
        let mut ours = Vec::new();
        for chunk in &chunks {
            let table = &chunk.block.tables[0];
            ours.extend((0..table.len()).map(|i| (table.columns[0].value(i), table.columns[1].value(i))));
        }
        let mut reader = csv::Reader::from_reader(file.as_bytes());
        let text = |t: &str| if t.trim().is_empty() { jaal_model::Value::Null } else { t.trim().into() };
        let theirs: Vec<_> =
            reader.records().map(|r| r.unwrap()).map(|r| (text(&r[1]), text(&r[3]))).collect();
        assert!(ours == theirs, "{} {}", ours.len(), theirs.len());
        let lines: Vec<u64> = chunks.iter().flat_map(|c| c.rows.line.clone()).collect();
        assert!(lines == expected);
    }
}

fn mess() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => Just(b"03001234567".to_vec()),
        2 => Just(b"8558".to_vec()),
        2 => Just(b"04/10/2025 13:05".to_vec()),
        6 => Just(b",".to_vec()),
        3 => Just(b"\n".to_vec()),
        1 => Just(b"\r\n".to_vec()),
        1 => Just(b"\r".to_vec()),
        2 => Just(b"\"".to_vec()),
        1 => Just(b"#".to_vec()),
        1 => Just(vec![0]),
        1 => Just(vec![0xff]),
        1 => Just(vec![0xfe]),
        1 => "[{}:\"a-b]{0,6}".prop_map(String::into_bytes),
        1 => proptest::collection::vec(any::<u8>(), 0..5),
    ];
    proptest::collection::vec(piece, 0..120).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn counts_add_up_whatever_is_in_a_file(
        bytes in mess(),
        encoding in prop::sample::select(vec!["utf-8", "auto", "utf-16le", "windows-1252", "shift_jis"]),
        rows in prop::sample::select(vec![
            "", "skip_top = 1\nskip_bottom = 2", "repeated = \"duplicate\"",
            "skip_when = [{ column = \"a\", matches = \"5\" }]", "keep_when = [{ column = \"b\", empty = false }]",
        ]),
        format in prop::sample::select(vec!["csv", "tsv", "ndjson"]),
    ) {
        let spec = CALLS
            .replace("encoding = \"utf-8\"", &format!("encoding = \"{encoding}\""))
            .replace("[rows]", &format!("[rows]\n{rows}"))
            .replace("format = \"csv\"", &format!("format = \"{format}\""));
        let mut file = b"a,b,at,note\n".repeat(1 + usize::from(rows.starts_with("skip_top")));
        file.extend(&bytes);
        let d = Delivery::one("m.csv", &file).with("n.csv", &file);
        // `read` checks every chunk; a header that this encoding cannot read is an error, never a panic.
        if let Ok(chunks) = d.read(&spec) {
            prop_assert!(counts(&chunks).add_up());
            prop_assert_eq!(counts(&chunks).read % 2, 0);
        }
    }

    #[test]
    fn any_text_is_a_specification_or_an_error(text in "[a-z\\[\\]{}=\"\n. ]{0,60}", cut in 0_usize..700) {
        let _ = Spec::parse(&text, "t");
        let mut cut = cut.min(CALLS.len());
        while !CALLS.is_char_boundary(cut) {
            cut -= 1;
        }
        let _ = Spec::parse(&format!("{}{text}{}", &CALLS[..cut], &CALLS[cut..]), "t");
    }

    #[test]
    fn a_folder_of_any_bytes_is_read_or_refused(bytes in mess()) {
        let mut nodes = b":ID,name,n:int,:LABEL\n".to_vec();
        nodes.extend(&bytes);
        let mut links = b":START_ID,:END_ID,:TYPE\n".to_vec();
        links.extend(&bytes);
        let d = Delivery::one("n.csv", &nodes).with("r.csv", &links);
        let mut folder = jaal_ingest::neo4j_csv::Folder::open(&d.path()).unwrap();
        let mut chunks = Vec::new();
        while let Some(wave) = folder.next_wave().unwrap() {
            chunks.extend(wave);
        }
        check(&chunks);
    }
}

#[test]
fn a_file_that_changes_is_not_taken_in() {
    let d = Delivery::one("a.csv", "a,b,at,note\n03001234567,8558,04/10/2025 13:05,x\n");
    let path = d.path().join("a.csv");
    let mut intake = Intake::open(&Spec::parse(CALLS, "t").unwrap(), vec![SourceInput::at(&path)]).unwrap();
    std::fs::write(&path, "a,b,at,note\n03001234567,8558,04/10/2025 13:05,another\n").unwrap();
    let error = intake.next_wave().unwrap_err();
    assert!(error.to_string().contains("changed while it was read"), "{error}");
}
