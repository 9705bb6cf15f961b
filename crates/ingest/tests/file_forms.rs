//! Files of another form than their specification says: the error names the file, what it seems to be, and what to say.

#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up should stop")]

mod common;

use common::{Delivery, claims, count_line};
use jaal_ingest::{Intake, SourceInput, Spec};
use jaal_model::ErrorKind;
use jaal_model::identifier::Country;

const CALLS: &str = r#"
name = "calls"
format = "csv"
[entities.caller]
key = { scheme = "msisdn", from = "A" }
[entities.callee]
key = { scheme = "msisdn", from = "B" }
[[links]]
type = "CALLED"
from = "caller"
to = "callee"
identity = "ends"
"#;

const TEXT: &str = "A,B\r\n03001234567,03007654321\r\n";

fn with(line: &str) -> String {
    CALLS.replace("format = \"csv\"", &format!("format = \"csv\"\n{line}"))
}

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(unit).collect()
}

#[test]
fn utf_16_without_its_mark_is_told_by_its_zeros() {
    for (bytes, label) in
        [(utf16(TEXT, u16::to_le_bytes), "utf-16le"), (utf16(TEXT, u16::to_be_bytes), "utf-16be")]
    {
        let file = Delivery::one("calls.csv", bytes);
        let error = file.read(&with("encoding = \"utf-8\"")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UserData);
        let said = error.to_string();
        assert!(said.contains("`calls.csv`") && said.contains(&format!("encoding = \"{label}\"")), "{said}");
        let named = file.read(&with(&format!("encoding = \"{label}\""))).unwrap();
        let found = file.read(&with("encoding = \"auto\"")).unwrap();
        assert_eq!(claims(&named), claims(&found));
        assert_eq!(claims(&named), claims(&file.read(CALLS).unwrap()));
        assert_eq!(count_line(&named), "1 1 0 0 0");
    }
}

#[test]
fn a_file_that_is_not_packed_as_its_name_says_is_named() {
    for (name, packing) in [("calls.csv.gz", "gzip"), ("calls.csv.zst", "zstd")] {
        let error = Delivery::one(name, TEXT).read(CALLS).unwrap_err();
        let said = error.to_string();
        assert!(said.contains(name) && said.contains(&format!("{packing} but it is not")), "{said}");
        assert_eq!(error.kind(), ErrorKind::UserData);
    }
}

#[test]
fn a_header_that_another_delimiter_parts_says_which() {
    for (sign, word) in [(";", ";"), ("\t", "\\t"), ("|", "|")] {
        let file = Delivery::one("calls.csv", TEXT.replace(',', sign));
        let said = file.read(CALLS).unwrap_err().to_string();
        let hint = format!("delimiter = \"{word}\"");
        assert!(said.contains("has no column") && said.contains(&hint), "{said}");
        assert_eq!(count_line(&file.read(&with(&hint)).unwrap()), "1 1 0 0 0", "what is suggested works");
    }
    let other = Delivery::one("calls.csv", "X,Y\r\n1,2\r\n").read(CALLS).unwrap_err().to_string();
    assert!(!other.contains("delimiter"), "{other}");
}

#[test]
fn the_country_counts_where_the_specification_names_none() {
    let file = Delivery::one("calls.csv", "A,B\r\n0501234567,0507654321\r\n");
    let read = |spec: &str, country: Option<&str>| {
        let spec = Spec::parse(spec, "calls.toml").unwrap();
        let spec = match country {
            Some(code) => spec.in_country(Country::new(code).unwrap()),
            None => spec,
        };
        let mut intake = Intake::open(&spec, vec![SourceInput::at(file.path().join("calls.csv"))]).unwrap();
        claims(&intake.next_wave().unwrap().unwrap())
    };
    let emirates = read(CALLS, Some("AE"));
    assert!(emirates.iter().any(|claim| claim.contains("+971501234567")), "{emirates:?}");
    let named = with("[values]\ncountry = \"AE\"");
    for country in [None, Some("PK"), Some("AE")] {
        assert_eq!(read(&named, country), emirates, "the specification's own word stands: {country:?}");
    }
    assert_ne!(read(CALLS, None), emirates);
    assert!(Spec::parse(&with("[values]\ncountry = \"XX\""), "s.toml").is_err());
}

#[test]
fn a_day_that_does_not_exist_is_no_day_of_receipt() {
    for day in ["31/02/2025", "2025-02-31"] {
        let error = Spec::parse(&with(&format!("[handover]\nreceived = \"{day}\"")), "s.toml").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UserQuery);
        let said = error.to_string();
        assert!(said.starts_with("s.toml:5:12:") && said.contains(day), "{said}");
    }
    let good = Spec::parse(&with("[handover]\nreceived = \"2025-02-28\""), "s.toml").unwrap();
    assert_eq!(good.handover().received.as_deref(), Some("2025-02-28"));
}
