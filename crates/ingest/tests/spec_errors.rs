//! What is wrong with a specification is said with its place and with what would be right.

#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up should stop")]

use jaal_ingest::{IngestError, Spec};
use jaal_model::ErrorKind;

const GOOD: &str = r#"name = "t"
format = "csv"
[entities.caller]
key = { scheme = "msisdn", from = "A" }
[entities.callee]
key = { scheme = "msisdn", from = "B" }
[[links]]
type = "CALLED"
from = "caller"
to = "callee"
identity = ["at"]
properties.at = { from = "T", type = "datetime" }
"#;

fn error(from: &str, to: &str) -> String {
    assert!(GOOD.contains(from), "{from}");
    let error = Spec::parse(&GOOD.replacen(from, to, 1), "s.toml").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UserQuery);
    assert!(matches!(error, IngestError::Spec { .. }));
    error.to_string()
}

#[test]
fn the_good_one_is_good() {
    assert!(Spec::parse(GOOD, "s.toml").is_ok());
}

/// What of the good one is replaced, by what, and what the error says.
const SLIPS: &[(&str, &str, [&str; 3])] = &[
    ("format =", "fromat =", ["s.toml:2:1:", "`fromat`", "did you mean `format`?"]),
    ("from = \"A\"", "form = \"A\"", ["s.toml:4:", "`form`", "did you mean `from`?"]),
    ("identity =", "identtiy =", ["s.toml:11:1:", "`identtiy`", "did you mean `identity`?"]),
    ("\"csv\"", "\"cvs\"", ["s.toml:2:10:", "`cvs` is not a known format", "did you mean `csv`?"]),
    (
        "\"msisdn\", from = \"A\"",
        "\"msidn\", from = \"A\"",
        ["s.toml:4:", "`msidn`", "did you mean `msisdn`?"],
    ),
    (
        "to = \"callee\"",
        "to = \"calee\"",
        ["s.toml:10:6:", "`calee` is not a known entity", "did you mean `callee`?"],
    ),
    ("[\"at\"]", "[\"att\"]", ["s.toml:11:12:", "`att`", "did you mean `at`?"]),
    ("[\"at\"]", "\"end\"", ["s.toml:11:12:", "`end` is not a known identity", "did you mean `ends`?"]),
    ("\"datetime\"", "\"date-time\"", ["s.toml:12:", "`date-time`", "did you mean `datetime`?"]),
    (
        "{ from = \"T\", type = \"datetime\" }",
        "\"T\"",
        ["s.toml:12:17:", "string \"T\"", "{ from = \"COLUMN\" }"],
    ),
    (
        "{ scheme = \"msisdn\", from = \"A\" }",
        "\"A\"",
        ["s.toml:4:7:", "string \"A\"", "{ scheme = \"cnic\", from = \"COLUMN\" }"],
    ),
    ("name = \"t\"", "name = \"T 1\"", ["s.toml:1:8:", "`T 1`", "lower case letters"]),
    ("name = \"t\"", "name = \"t\"\ngrade = \"9Z\"", ["s.toml:2:9:", "`9Z` is not a grade", "2B"]),
    ("name = \"t\"", "name = \"t\"\nencoding = \"utf8x\"", ["s.toml:2:", "`utf8x`", "did you mean `utf-8`?"]),
    ("name = \"t\"", "name = \"t\"\ndelimiter = \",,\"", ["s.toml:2:", "`,,`", "one ASCII character"]),
    ("name = \"t\"", "name = \"t\"\nquote = \",\"", ["s.toml:2:", "quote and delimiter", "same character"]),
    (
        "[entities.caller]",
        "[values]\ntime_zone = \"Asia/Karachy\"\n[entities.caller]",
        ["s.toml:4:", "`Asia/Karachy`", "IANA"],
    ),
    (
        "[entities.caller]",
        "[values]\ndate_order = \"ddmm\"\n[entities.caller]",
        ["s.toml:4:", "`ddmm`", "dmy"],
    ),
    (
        "[entities.caller]",
        "[values]\ncountry = \"Pakistan\"\n[entities.caller]",
        ["s.toml:4:", "`Pakistan`", "two letters"],
    ),
    (
        "[entities.caller]",
        "[rows]\nskip_when = [{ column = \"A\" }]\n[entities.caller]",
        ["s.toml:4:", "exactly one of", "`matches`"],
    ),
    (
        "[entities.caller]",
        "[rows]\nskip_when = [{ column = \"A\", matches = \"(\" }]\n[entities.caller]",
        ["s.toml:4:", "`(`", "not a pattern"],
    ),
    (
        "[entities.caller]",
        "[rows]\nheader = false\n[entities.caller]",
        ["s.toml", "`columns`", "header = false"],
    ),
    (
        "[entities.caller]",
        "[rows]\nheader = false\ncolumns = [\"A\", \"BB\", \"T\"]\n[entities.caller]",
        ["s.toml:5:", "`B`", "did you mean `BB`?"],
    ),
    ("[entities.caller]", "[schemes]\nmsisdn = \"X\"\n[entities.caller]", ["s.toml:4:", "built in", "Phone"]),
    ("[entities.caller]\n", "[entities.caller]\nkeys = []\n", ["s.toml", "`key` and `keys`", "`caller`"]),
    (
        "key = { scheme = \"msisdn\", from = \"A\" }",
        "optional = true",
        ["s.toml", "neither a key nor a `kind`", "`caller`"],
    ),
    (", from = \"A\" }", " }", ["s.toml:4:", "`from`", "`value`"]),
    ("{ from = \"T\"", "{ value = \"x\"", ["s.toml:12:", "`x` is not of type datetime", "expected"]),
    (
        "{ from = \"T\"",
        "{ lookup = \"x\", from = \"T\"",
        ["s.toml:12:", "`x` is not a known lookup", "no lookup is declared"],
    ),
    (
        "[[links]]",
        "[[sames]]\na = \"caller\"\nb = \"caller\"\n[[links]]",
        ["s.toml:9:", "`caller`", "same as itself"],
    ),
    (
        "to = \"callee\"",
        "to = \"callee\"\nvalid_from = { from = \"T\", type = \"int\" }",
        ["s.toml:11:", "`valid_from` is of type int", "`date`"],
    ),
];

#[test]
fn slips_are_named_with_place_and_remedy() {
    for (from, to, parts) in SLIPS {
        let message = error(from, to);
        for part in parts {
            assert!(message.contains(part), "{to}: {message}");
        }
    }
}

#[test]
fn one_scheme_names_one_kind() {
    let text = "name = \"t\"\nformat = \"csv\"\n[entities.a]\nkind = \"A\"\nkey = { scheme = \"x\", from = \"a\" }\n\
                [entities.b]\nkind = \"B\"\nkey = { scheme = \"x\", from = \"b\" }\n";
    let message = Spec::parse(text, "s.toml").unwrap_err().to_string();
    assert!(
        message.contains("names a A in one entity and a B here") && message.contains("[schemes]"),
        "{message}"
    );
    assert!(Spec::parse(&format!("{text}[schemes]\nx = \"A\"\n"), "s.toml").is_ok());
}
