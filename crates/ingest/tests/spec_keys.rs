//! Every key of a specification does what `docs/import.md` says.

#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up should stop")]

mod common;

use common::{Delivery, claims, count_line, discriminators, rejects};
use jaal_ingest::Spec;
use jaal_model::{Grade, Level};

const PERSON: &str = r#"
name = "t"
format = "csv"
[entities.p]
key = { scheme = "cnic", from = "id" }
properties.name = { from = "name" }
"#;

const ALI: &str = "35202-1234567-1";

fn person_rows(rows: &str) -> String {
    format!("id,name\n{rows}")
}

fn with_rows(lines: &str) -> String {
    format!("{PERSON}[rows]\n{lines}\n")
}

#[test]
fn the_head_of_a_specification() {
    let spec = Spec::parse(
        &format!(
            "title = \"A title\"\ngrade = \"B2\"\n{PERSON}[handover]\nagency = \"A\"\nletter = \"L/1\"\n\
             received = \"2025-10-06\"\ncase = \"FIR 12/2025\"\n[marking]\nlevel = \"restricted\"\n\
             compartments = [\"CYBER\"]\nreleasable_to = [\"X\"]\n"
        ),
        "t.toml",
    )
    .unwrap();
    assert_eq!((spec.name(), spec.title()), ("t", "A title"));
    assert_eq!(spec.grade(), Grade::parse("B2").unwrap());
    assert_eq!(spec.marking().level, Level::Restricted);
    assert!(spec.marking().compartments.contains("CYBER") && spec.marking().releasable_to.contains("X"));
    assert_eq!(spec.handover().case.as_deref(), Some("FIR 12/2025"));
    assert_eq!(spec.columns(), ["id", "name"]);
    let other = Spec::parse(PERSON, "t.toml").unwrap();
    assert_ne!(spec.sha256(), other.sha256());
    assert_eq!((other.title(), other.grade()), ("t", Grade::UNGRADED));
}

#[test]
fn delimiters_quotes_and_formats() {
    let expect = ["0 (cnic=3520212345671 ) name=A \"B\", C"];
    let semicolon =
        PERSON.replacen("format = \"csv\"", "format = \"csv\"\ndelimiter = \";\"\nquote = \"'\"", 1);
    let d = Delivery::one("a.csv", format!("id;name\n{ALI};'A \"B\", C'\n"));
    assert_eq!(claims(&d.read(&semicolon).unwrap()), expect);
    let tsv = PERSON.replacen("csv", "tsv", 1);
    let d = Delivery::one("a.tsv", format!("id\tname\n{ALI}\t\"A \"\"B\"\", C\"\n"));
    assert_eq!(claims(&d.read(&tsv).unwrap()), expect);
    let bare = PERSON.replacen("csv\"", "tsv\"\nquote = \"\"", 1);
    let d = Delivery::one("a.tsv", format!("id\tname\n{ALI}\tA \"B\", C\n"));
    assert_eq!(claims(&d.read(&bare).unwrap()), expect);
    let json = PERSON.replacen("csv", "ndjson", 1);
    let d = Delivery::one("a.ndjson", format!("{{\"id\":\"{ALI}\",\"name\":\"A \\\"B\\\", C\"}}\n\n[1]\n"));
    let chunks = d.read(&json).unwrap();
    assert_eq!(claims(&chunks), expect);
    assert_eq!(count_line(&chunks), "3 1 0 1 1");
}

#[test]
fn encodings_are_declared_marked_or_found() {
    let text = person_rows(&format!("{ALI},Zoë\n"));
    let expect = ["0 (cnic=3520212345671 ) name=Zoë"];
    let (latin, _, _) = encoding_rs::WINDOWS_1252.encode(&text);
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let bom: Vec<u8> = [0xef, 0xbb, 0xbf].into_iter().chain(text.bytes()).collect();
    for (label, bytes) in [
        ("utf-8", text.as_bytes()),
        ("utf-8", &bom),
        ("utf-8", &utf16),
        ("utf-16le", &utf16[2..]),
        ("windows-1252", &latin),
        ("latin1", &latin),
        ("auto", text.as_bytes()),
        ("auto", &bom),
        ("auto", &utf16),
        ("auto", &latin),
    ] {
        let spec = PERSON.replacen("format", &format!("encoding = \"{label}\"\nformat"), 1);
        assert_eq!(claims(&Delivery::one("a.csv", bytes).read(&spec).unwrap()), expect, "{label}");
    }
}

#[test]
fn rows_at_top_and_bottom_comments_and_blanks() {
    let spec = with_rows("skip_top = 2\nskip_bottom = 2\ncomment = \"#\"");
    let file =
        format!("Report\n\"period, from\nid,name\n# x\n\n{ALI},A\n,\n#y\n{ALI},B\nTotal,2\nEnd, of \"file");
    let chunks = Delivery::one("a.csv", file).read(&spec).unwrap();
    assert_eq!(claims(&chunks).len(), 2);
    assert_eq!(count_line(&chunks), "10 2 0 8 0");
    assert_eq!(chunks[0].rows.line, [6, 9]);
    let short = Delivery::one("a.csv", "a\nb\nid,name\nx,y\n").read(&spec);
    assert!(short.unwrap_err().to_string().contains("no header row"));
}

#[test]
fn a_file_without_header() {
    let spec = with_rows("header = false\ncolumns = [\"id\", \"name\"]");
    let chunks = Delivery::one("a.csv", format!("{ALI},A\n{ALI},B")).read(&spec).unwrap();
    assert_eq!(count_line(&chunks), "2 2 0 0 0");
}

#[test]
fn rows_are_left_out_by_conditions() {
    let file = person_rows(&format!("{ALI},A\n{ALI},Total\n{ALI},\n{ALI},X\n{ALI},Y\n{ALI},N/A\nTotal 6\n"));
    for (rows, expect) in [
        ("skip_when = [{ column = \"id\", matches = \"^Total\" }]", "7 6 0 1 0"),
        ("skip_when = [{ column = \"name\", matches = \"^Tot\" }]", "7 5 0 1 1"),
        ("skip_when = [{ column = \"name\", empty = true }]", "7 5 0 1 1"),
        ("skip_when = [{ column = \"name\", empty = false }]", "7 1 0 5 1"),
        ("skip_when = [{ column = \"name\", equals = \"X\" }]", "7 5 0 1 1"),
        (
            "skip_when = [{ column = \"name\", one_of = [\"X\", \"Y\"] }, { column = \"name\", equals = \"A\" }]",
            "7 3 0 3 1",
        ),
        (
            "keep_when = [{ column = \"name\", matches = \"^[A-Z]$\" }, { column = \"name\", matches = \"[AX]\" }]",
            "7 2 0 4 1",
        ),
    ] {
        let chunks = Delivery::one("a.csv", &file).read(&with_rows(rows)).unwrap();
        assert_eq!(count_line(&chunks), expect, "{rows}");
    }
    let null = format!(
        "{}[values]\nnull = [\"n/a\"]\n",
        with_rows("skip_when = [{ column = \"name\", empty = true }]")
    );
    assert_eq!(count_line(&Delivery::one("a.csv", &file).read(&null).unwrap()), "7 4 0 2 1");
}

#[test]
fn repeated_rows_are_kept_or_counted() {
    let d = Delivery::one("a.csv", person_rows(&format!("{ALI},A\n{ALI},B\n\"{ALI}\",A\n")))
        .with("b.csv", person_rows(&format!("{ALI},A\n")));
    assert_eq!(count_line(&d.read(&with_rows("repeated = \"keep\"")).unwrap()), "4 4 0 0 0");
    assert_eq!(count_line(&d.read(&with_rows("repeated = \"duplicate\"")).unwrap()), "4 2 2 0 0");
}

#[test]
fn every_type_of_property() {
    let spec = r#"
name = "t"
format = "csv"
delimiter = "|"
[values]
date_order = "dmy"
time_zone = "Asia/Karachi"
null = ["-", "NULL"]
thousands = "."
decimal = ","
[lookups.how]
MO = "outgoing"
one = "1"
[schemes]
x = "Thing"
[entities.e]
key = { scheme = "x", value = "k" }
properties.bool = { from = "v", type = "bool", on_error = "null" }
properties.date = { from = "v", type = "date", on_error = "null" }
properties.mdy = { from = "v", type = "date", date_order = "mdy", on_error = "null" }
properties.packed = { from = "v", type = "date", format = "%d%m%y", on_error = "null" }
properties.at = { from = "v", type = "datetime", on_error = "null" }
properties.local = { from = "v", type = "local_datetime", on_error = "null" }
properties.time = { from = "v", type = "time", on_error = "null" }
properties.float = { from = "v", type = "float", on_error = "null" }
properties.int = { from = "v", type = "int", on_error = "null", lookup = "how" }
properties.long = { from = "v", type = "duration", on_error = "null" }
properties.money = { from = "v", type = "money", on_error = "null" }
properties.s = { from = "v", lookup = "how" }
properties.both = { from = ["v", "v", "w"], sep = "+" }
properties.fixed = { value = "F" }
properties.number = { value = 7 }
properties.day = { value = "05/10/2025", type = "date" }
"#;
    let lines = |cell: &str| {
        let chunks = Delivery::one("a.csv", format!("v|w\n{cell}|-\n")).read(spec).unwrap();
        let line = claims(&chunks).remove(0).replace("0 (x=k )", "");
        for constant in [" day=2025-10-05", " fixed=F", " number=7"] {
            assert!(line.contains(constant), "{line}");
        }
        line.replace(" day=2025-10-05 fixed=F", "")
            .replace(" number=7", "")
            .replace(" day=2025-10-05", "")
            .replace(" fixed=F", "")
    };
    for (cell, expect) in [
        ("yes", " bool=true both=yes+yes s=yes"),
        ("04/10/2025", " both=04/10/2025+04/10/2025 date=2025-10-04 mdy=2025-04-10 s=04/10/2025"),
        ("NULL", ""),
        ("1.234,5", " both=1.234,5+1.234,5 float=1234.5 money=1234.5 s=1.234,5"),
        ("Rs 5", " both=Rs 5+Rs 5 money=5 s=Rs 5"),
        ("1:15", " both=1:15+1:15 long=75 s=1:15 time=01:15:00"),
        ("MO", " both=MO+MO s=outgoing"),
        ("one", " both=one+one int=1 s=1"),
    ] {
        assert_eq!(lines(cell), expect, "{cell}");
    }
    assert!(lines("04/10/2025 13:05").contains("at=2025-10-04T13:05"));
    assert!(lines("041025").contains("packed=2025-10-04"));
}

#[test]
fn a_value_of_the_wrong_type_rejects_the_row() {
    let spec = format!("{PERSON}properties.born = {{ from = \"born\", type = \"date\" }}\n");
    let d = Delivery::one("a.csv", format!("id,name,born\n{ALI},A,31/02/2025\n,B,01/02/2025\n{ALI},C,\n"));
    let chunks = d.read(&spec).unwrap();
    assert_eq!(
        rejects(&chunks),
        [
            "2: born: `31/02/2025` is not a date in the order dmy",
            "3: id: empty, and without it the entity `p` has no key"
        ]
    );
    assert_eq!(chunks[0].rejects[0].row, format!("{ALI},A,31/02/2025"));
}

#[test]
fn keys_have_schemes_prefixes_countries_and_normalisers() {
    let spec = r#"
name = "t"
format = "csv"
[schemes]
fir = "Case"
"net.phone" = "Handle"
[entities.case]
key = { scheme = "fir", from = ["ps", "no"], sep = "/", prefix = "FIR " }
[entities.handle]
key = { scheme = "net.phone", from = "tel", normaliser = "msisdn" }
[entities.person]
key = { scheme = "passport", from = "pass", country_from = "nat" }
[entities.office]
kind = "Office"
key = { scheme = "office", value = "hq" }
"#;
    let chunks = Delivery::one("a.csv", "ps,no,tel,pass,nat\nSaddar,12,0300 1234567,E1234567,CHN\n")
        .read(spec)
        .unwrap();
    let lines = claims(&chunks);
    for part in
        ["(fir=FIR Saddar/12 )", "(net.phone=+923001234567 )", "(passport=CHN:E1234567 )", "(office=hq )"]
    {
        assert!(lines.iter().any(|l| l.contains(part)), "{part} in {lines:?}");
    }
    let kinds: Vec<Option<&str>> = chunks[0].keys.schemes().iter().map(|s| s.kind.as_deref()).collect();
    assert_eq!(kinds, [Some("Case"), Some("Handle"), Some("Office"), Some("Person")]);
}

#[test]
fn several_keys_are_the_same_entity() {
    let spec = r#"
name = "t"
format = "csv"
[entities.p]
keys = [{ scheme = "cnic", from = "id" }, { scheme = "passport", from = "pass" }, { scheme = "email", from = "mail" }]
kinds = ["Suspect", "Person"]
"#;
    let d =
        Delivery::one("a.csv", format!("id,pass,mail\n{ALI},CHN:E1234567,a@b.example\n,CHN:E1234567,\n,,\n"));
    let chunks = d.read(spec).unwrap();
    assert_eq!(
        claims(&chunks),
        [
            "0 (cnic=3520212345671 Suspect)",
            "0 (cnic=3520212345671)=(email=a@b.example)",
            "0 (cnic=3520212345671)=(passport=CHN:E1234567)",
            "1 (passport=CHN:E1234567 Suspect)",
        ]
    );
    assert_eq!(count_line(&chunks), "3 2 0 1 0");
}

#[test]
fn optional_entities_and_conditions_take_their_links_along() {
    let spec = r#"
name = "t"
format = "csv"
[entities.a]
key = { scheme = "msisdn", from = "a" }
[entities.b]
key = { scheme = "msisdn", from = "b" }
optional = true
[entities.c]
key = { scheme = "imei", from = "c" }
optional = true
when = [{ column = "t", equals = "call" }]
[[links]]
type = "CALLED"
from = "a"
to = "b"
[[links]]
type = "USED"
from = "a"
to = "c"
identity = "ends"
when = [{ column = "b", empty = false }]
"#;
    let d = Delivery::one(
        "a.csv",
        "a,b,c,t\n03001234567,03007654321,49015420323751,call\n03001234567,,49015420323751,call\n03001234567,8558,49015420323751,sms\n",
    );
    assert_eq!(
        claims(&d.read(spec).unwrap()),
        [
            "0 (msisdn=+923001234567)-[CALLED by row]->(msisdn=+923007654321)",
            "0 (msisdn=+923001234567)-[USED by ends]->(imei=49015420323751)",
            "1 (imei=49015420323751 )",
            "1 (msisdn=+923001234567 )",
            "2 (msisdn=+923001234567)-[CALLED by row]->(shortcode=8558)",
        ]
    );
}

#[test]
fn links_are_told_apart_as_declared() {
    let spec = |identity: &str| {
        format!(
            "name = \"t\"\nformat = \"csv\"\n[entities.a]\nkey = {{ scheme = \"msisdn\", from = \"a\" }}\n\
             [entities.b]\nkey = {{ scheme = \"msisdn\", from = \"b\" }}\n[[links]]\ntype = \"CALLED\"\nfrom = \"a\"\n\
             to = \"b\"\n{identity}\nproperties.at = {{ from = \"at\", type = \"datetime\" }}\n\
             properties.note = {{ from = \"note\" }}\n"
        )
    };
    let head = "a,b,at,note\n";
    let first = "03001234567,03007654321,2025-10-04 13:05,x\n";
    let other_leg = "03001234567,03007654321,04/10/2025 1:05 pm,y\n";
    let no_time = "03001234567,03007654321,,y\n";
    let d = Delivery::one("a.csv", format!("{head}{first}{other_leg}{first}{no_time}"))
        .with("b.csv", format!("{head}{first}{no_time}"));
    let rows = discriminators(&d.read(&spec("")).unwrap());
    assert!(rows[0] != rows[1] && rows[0] == rows[2] && rows[0] == rows[4] && rows[3] == rows[5]);
    let declared = discriminators(&d.read(&spec("identity = [\"at\"]")).unwrap());
    assert!(declared[0] == declared[1] && declared[0] == declared[4]);
    assert_eq!(declared[3], rows[3], "nothing declared is there, so the row tells");
    assert!(discriminators(&d.read(&spec("identity = \"ends\"")).unwrap()).iter().all(|d| *d == 0));
}

#[test]
fn keyless_entities_are_named_by_their_rows() {
    let spec = "name = \"t\"\nformat = \"csv\"\n[entities.s]\nkind = \"Sighting\"\nproperties.p = { from = \"p\" }\n";
    let names = |file: &str| -> Vec<String> {
        let chunks = Delivery::one("a.csv", file).read(spec).unwrap();
        assert!(chunks[0].keys.schemes()[0].kind.is_none());
        claims(&chunks).iter().map(|l| l.split_whitespace().nth(1).unwrap().to_owned()).collect()
    };
    let (one, two) = (names("p\nx\ny\nx\n"), names("p\nx\n"));
    assert!(one[0].starts_with("(row=") && one[0].ends_with("-s-1") && one[2].ends_with("-s-2"));
    assert_eq!(one[0], two[0]);
    assert_ne!(one[0], one[1]);
}

#[test]
fn grades_markings_and_validity_of_claims() {
    let spec = r#"
name = "t"
format = "csv"
grade = "2B"
[values]
time_zone = "Asia/Karachi"
[entities.p]
key = { scheme = "cnic", from = "id" }
kind = "Suspect"
grade = { from = "grade" }
marking = { level = "secret", compartments = ["X"] }
valid_from = { from = "start" }
valid_to = { from = "end" }
"#;
    let d = Delivery::one(
        "a.csv",
        format!("id,grade,start,end\n{ALI},1A,01/10/2025,01/10/2025\n{ALI},,,\n{ALI},Z9,,\n{ALI},,x,\n"),
    );
    let chunks = d.read(spec).unwrap();
    let shapes: Vec<String> =
        chunks[0].block.tables.iter().map(|t| format!("{} {}", t.shape.grade, t.shape.marking)).collect();
    assert_eq!(shapes, ["1A SECRET // X", "2B SECRET // X"]);
    // The day itself, not the midnight of the zone.
    let start = 1_759_276_800;
    assert_eq!(
        claims(&chunks)[0],
        format!("0 (cnic=3520212345671 Suspect) valid {start}..{}", start + 86_400)
    );
    assert_eq!(rejects(&chunks).len(), 2);
}

#[test]
fn slots_said_to_be_the_same() {
    let spec = format!(
        "{PERSON}[entities.q]\nkey = {{ scheme = \"email\", from = \"name\" }}\noptional = true\n[[sames]]\na = \"p\"\nb = \"q\"\n"
    );
    let lines = claims(
        &Delivery::one("a.csv", person_rows(&format!("{ALI},a@b.example\n{ALI},\n"))).read(&spec).unwrap(),
    );
    assert!(lines.contains(&"0 (cnic=3520212345671)=(email=a@b.example)".to_owned()), "{lines:?}");
    assert_eq!(lines.iter().filter(|l| l.contains(")=(")).count(), 1);
}

#[test]
fn what_is_odd_about_a_key_is_kept() {
    let spec = "name = \"t\"\nformat = \"csv\"\n[entities.a]\nkind = \"Phone\"\nkey = { scheme = \"msisdn\", from = \"a\" }\n";
    let chunks = Delivery::one("a.csv", "a\n3.00123E+11\n03001234567\n12345678\n").read(spec).unwrap();
    let lines = claims(&chunks);
    assert!(lines[0].starts_with("0 (row=") && lines[0].contains("-a-1 Phone)"), "{lines:?}");
    assert!(lines[0].ends_with(" msisdn_raw=3.00123E+11 msisdn_flags=damaged"), "{lines:?}");
    assert_eq!(lines[1], "1 (msisdn=+923001234567 )");
    assert_eq!(lines[2], "2 (msisdn=12345678 ) msisdn_raw=12345678 msisdn_flags=not_e164");
    assert_eq!(count_line(&chunks), "3 3 0 0 0");
}

#[test]
fn compressed_files_are_read() {
    use std::io::Write;
    let text = person_rows(&format!("{ALI},A\n"));
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(text.as_bytes()).unwrap();
    let zst = zstd::encode_all(text.as_bytes(), 1).unwrap();
    let d = Delivery::one("a.csv.gz", gz.finish().unwrap()).with("b.csv.zst", &zst).with("c.csv", &text);
    let lines = claims(&d.read(PERSON).unwrap());
    assert_eq!(lines.len(), 3);
    assert!(lines.iter().all(|l| l.ends_with("(cnic=3520212345671 ) name=A")));
    let damaged = Delivery::one("a.csv.zst", &zst[..zst.len() - 4]).read(PERSON).unwrap_err();
    assert!(damaged.to_string().contains("a.csv.zst"), "{damaged}");
}
