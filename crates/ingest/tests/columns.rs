//! Where columns stand and what they are worked out from: fixed places, derived columns, lookups, a row's own marking,
//! and the arithmetic of balances.

#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up should stop")]

mod common;

use common::{Delivery, claims, count_line, rejects};
use encoding_rs::WINDOWS_1256;
use jaal_ingest::{Chunk, Spec};
use std::collections::BTreeSet;

const FIXED: &str = r#"
name = "cdr"
format = "fixed"
encoding = "ENCODING"
[rows]
skip_top = 1
[fixed]
PLACES
[entities.a]
key = { scheme = "msisdn", from = "A" }
properties.name = { from = "Name" }
[entities.b]
key = { scheme = "msisdn", from = "B" }
[[links]]
type = "CALLED"
from = "a"
to = "b"
"#;

const LISTED: &str = r#"columns = [
  { name = "A", start = 1, length = 11 },
  { name = "B", start = 12, length = 11 },
  { name = "Name", start = 24, length = 8 },
]"#;

const DRAWN: &str = "ruler = \"aaaaaaaaaaabbbbbbbbbbb nnnnnnnn\"\nnames = [\"A\", \"B\", \"Name\"]";

#[test]
fn fixed_places_are_listed_or_drawn_in_any_encoding() {
    let text = "A          B           NAME\n0300123456703007654321 محمد گل \n0300123456803007654321 Zoë\n\
                03001234569030\n0300123456903007654321 Too long a name\n";
    let arabic = text.replace("Zoë", "Zoe");
    let files: [(&str, Vec<u8>); 3] = [
        ("utf-8", text.as_bytes().to_vec()),
        ("windows-1256", WINDOWS_1256.encode(&arabic).0.into_owned()),
        ("utf-16le", text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
    ];
    for (label, bytes) in files {
        for places in [LISTED, DRAWN] {
            let spec = FIXED.replace("PLACES", places).replace("ENCODING", label);
            let chunks = Delivery::one("cdr.txt", &bytes).read(&spec).unwrap();
            assert_eq!(count_line(&chunks), "5 2 0 1 2", "{label}");
            let lines = claims(&chunks);
            assert!(lines.iter().any(|l| l.contains("(msisdn=+923001234567 ) name=محمد گل")), "{lines:?}");
            let said = rejects(&chunks);
            assert!(
                said[0].starts_with("4: -: the row has 14 characters") && said[1].contains("`a name`"),
                "{said:?}"
            );
        }
    }
}

#[test]
fn places_that_overlap_are_errors_of_the_specification() {
    let bad = |places: &str| {
        let spec = FIXED.replace("PLACES", places).replace("ENCODING", "auto");
        Spec::parse(&spec, "t.toml").unwrap_err().to_string()
    };
    let said = bad(&LISTED.replace("start = 12", "start = 11"));
    assert!(said.contains("t.toml:10:") && said.contains("`start` of 12 or more"), "{said}");
    assert!(bad(&LISTED.replace("length = 8", "length = 0")).contains("no place of its own"));
    assert!(bad(&DRAWN.replace(", \"Name\"", "")).contains("draws 3 columns, and `names` has 2"));
    assert!(bad(&LISTED.replace("\"Name\"", "\"Nme\"")).contains("did you mean `Nme`?"));
    let csv = FIXED.replace("PLACES", LISTED).replace("ENCODING", "auto").replace("\"fixed\"", "\"csv\"");
    assert!(Spec::parse(&csv, "t").unwrap_err().to_string().contains("for the format fixed only"));
}

const DERIVED: &str = r##"
name = "d"
format = "csv"
[values]
null = ["-"]
[lookups.towns]
L = "Lahore"
[[derived]]
name = "Cell"
from = ["LAC", "CID"]
concat = "-"
[[derived]]
name = "Net"
from = "IMSI"
substring = { start = 1, length = 5 }
[[derived]]
name = "Last"
from = "IMSI"
substring = { start = -4 }
[[derived]]
name = "Site"
from = "Note"
capture = "site ([A-Z]+)"
[[derived]]
name = "Clean"
from = "Note"
replace = { matches = "[0-9]+", with = "#" }
[[derived]]
name = "Loud"
from = "Clean"
case = "upper"
[[derived]]
name = "Day"
from = "When"
part = "weekday"
[[derived]]
name = "Hour"
from = "When"
part = "hour"
[[derived]]
name = "Net amount"
from = ["Credit", "Debit"]
arithmetic = "subtract"
[[derived]]
name = "Town"
from = "T"
lookup = "towns"
unlisted = "reject"
[entities.x]
kind = "Row"
properties.cell = { from = "Cell" }
properties.net = { from = "Net" }
properties.last = { from = "Last" }
properties.site = { from = "Site" }
properties.loud = { from = "Loud" }
properties.day = { from = "Day" }
properties.hour = { from = "Hour", type = "int" }
properties.amount = { from = "Net amount", type = "money" }
properties.town = { from = "Town" }
when = [{ column = "Town", empty = false }]
"##;

#[test]
fn columns_are_derived_in_order() {
    let file = "LAC,CID,IMSI,Note,When,Credit,Debit,T\n\
                12,345,410011234567890,at site AB 7,04/10/2025 13:05,\"1,000.10\",0.20,L\n\
                12,-,41001,none,04/10/2025,-,5,L\n\
                1,2,3,x,soon,1,1,L\n\
                1,2,3,x,04/10/2025,1,1,Q\n\
                1,2,3,x,04/10/2025,one,1,L\n\
                1,2,3,x,04/10/2025,-,-,-\n";
    let chunks = Delivery::one("d.csv", file).read(DERIVED).unwrap();
    assert_eq!(count_line(&chunks), "6 2 0 1 3");
    let lines = claims(&chunks);
    for part in [
        "cell=12-345",
        "net=41001",
        "last=7890",
        "site=AB",
        "loud=AT SITE AB #",
        "day=saturday",
        "hour=13",
        "amount=999.9",
        "town=Lahore",
    ] {
        assert!(lines[0].contains(part), "{part}: {lines:?}");
    }
    for part in ["cell=12 ", "last=1001", "hour=0", "amount=-5", "loud=NONE"] {
        assert!(lines[1].contains(part), "{part}: {lines:?}");
    }
    assert!(!lines[1].contains("site="));
    assert_eq!(
        rejects(&chunks),
        [
            "4: Day: `soon` is not a date in the order dmy with a time of day",
            "5: Town: `Q` is not in the lookup",
            "6: Net amount: `one` is not an amount",
        ]
    );
}

#[test]
fn a_derived_column_is_one_step_and_comes_before_its_use() {
    let bad = |from: &str, to: &str| {
        assert!(DERIVED.contains(from));
        Spec::parse(&DERIVED.replacen(from, to, 1), "t.toml").unwrap_err().to_string()
    };
    assert!(bad("concat = \"-\"", "concat = \"-\"\ncase = \"upper\"").contains("exactly one of"));
    assert!(bad("concat = \"-\"", "").contains("exactly one of"));
    assert!(bad("site ([A-Z]+)", "site [A-Z]+").contains("exactly one group"));
    assert!(bad("from = [\"LAC\", \"CID\"]", "from = [\"Cell\"]").contains("before its place"));
    assert!(bad("from = [\"LAC\", \"CID\"]", "from = [\"Clean\"]").contains("before its place"));
    assert!(bad("\"weekday\"", "\"weekdy\"").contains("did you mean `weekday`?"));
    assert!(bad("lookup = \"towns\"", "lookup = \"town\"").contains("did you mean `towns`?"));
}

#[test]
fn derived_columns_do_not_change_what_a_row_is() {
    let plain =
        "name = \"p\"\nformat = \"csv\"\n[entities.x]\nkind = \"X\"\nproperties.a = { from = \"A\" }\n";
    let derived = format!(
        "{plain}properties.b = {{ from = \"B\" }}\n[[derived]]\nname = \"B\"\nfrom = \"A\"\ncase = \"upper\"\n"
    );
    let file = Delivery::one("p.csv", "A\nx\ny\n");
    let keys = |spec: &str| -> Vec<String> {
        let chunks = file.read(spec).unwrap();
        chunks.iter().flat_map(|c| (0..c.keys.len()).map(|i| c.keys.get(i).1.to_owned())).collect()
    };
    assert_eq!(keys(plain), keys(&derived));
}

#[test]
fn a_lookup_may_be_a_file_that_counts_in_the_digest() {
    let folder = tempfile::tempdir().unwrap();
    let spec = "name = \"l\"\nformat = \"csv\"\n[lookup_files.sites]\npath = \"sites.csv\"\nkey = \"Cell\"\nvalue = \"Address\"\n\
                [entities.x]\nkind = \"X\"\nproperties.site = { from = \"Cell\", lookup = \"sites\" }\n";
    let path = folder.path().join("l.toml");
    std::fs::write(&path, spec).unwrap();
    let sites = folder.path().join("sites.csv");
    let mut digests = BTreeSet::new();
    for (content, want) in
        [("Cell,Address\nA1,Mall Road\n", "Mall Road"), ("Cell,Address\nA1,Ring Road\n", "Ring Road")]
    {
        std::fs::write(&sites, content).unwrap();
        let read = Spec::open(&path).unwrap();
        digests.insert(read.sha256().to_string());
        let file = Delivery::one("c.csv", "Cell\nA1\nB2\n");
        let chunks = file.read_by(&read).unwrap();
        let lines = claims(&chunks);
        assert!(lines[0].contains(&format!("site={want}")) && lines[1].contains("site=B2"), "{lines:?}");
    }
    assert_eq!(digests.len(), 2);
    for (content, word) in [
        ("Cell,Address\nA1,x\nA1,y\n", "line 3: `A1` stands for `y` and for `x`"),
        ("Cell,Adress\nA1,x\n", "no column `Address`; its header is: Cell | Adress"),
        ("Cell,Address\nA1\n", "lookup `sites.csv`"),
    ] {
        std::fs::write(&sites, content).unwrap();
        let said = Spec::open(&path).unwrap_err().to_string();
        assert!(said.contains(word) && said.contains("l.toml:3:"), "{said}");
    }
    std::fs::remove_file(&sites).unwrap();
    assert!(Spec::open(&path).unwrap_err().to_string().contains("sites.csv"));
    assert!(
        Spec::parse(spec, "t").unwrap_err().to_string().contains("is a file, and this specification is none")
    );
}

fn markings(chunks: &[Chunk]) -> Vec<String> {
    let tables = chunks.iter().flat_map(|c| &c.block.tables);
    let all: BTreeSet<String> = tables.map(|t| format!("{:?} {}", t.shape.claim, t.shape.marking)).collect();
    all.into_iter().collect()
}

#[test]
fn a_row_has_its_own_marking() {
    let spec = "name = \"m\"\nformat = \"csv\"\n[marking]\nfrom = \"Class\"\nlevel = \"restricted\"\n\
                [entities.p]\nkeys = [{ scheme = \"cnic\", from = \"C\" }, { scheme = \"ntn\", from = \"N\" }]\n\
                properties.name = { from = \"Name\" }\n[entities.q]\nkey = { scheme = \"msisdn\", from = \"P\" }\n\
                [[links]]\ntype = \"USES\"\nfrom = \"p\"\nto = \"q\"\nmarking = { level = \"public\" }\n";
    let file = "C,N,Name,P,Class\n3520212345671,1234567-8,A,03001234567,SECRET // CYBER\n\
                3520212345673,1234568-6,B,03001234568,\n3520212345675,1234569-4,C,03001234569,top secret\n";
    let chunks = Delivery::one("m.csv", file).read(spec).unwrap();
    assert_eq!(count_line(&chunks), "3 2 0 0 1");
    assert!(rejects(&chunks)[0].starts_with("4: Class: `top secret` is not a marking: public, official"));
    let found = markings(&chunks);
    assert_eq!(found.len(), 5, "{found:?}");
    for part in [
        "Entity { kinds: [] } RESTRICTED",
        "Entity { kinds: [] } SECRET // CYBER",
        "Same RESTRICTED",
        "Same SECRET // CYBER",
    ] {
        assert!(found.iter().any(|f| f == part), "{part}: {found:?}");
    }
    assert!(found.iter().any(|f| f.starts_with("Link") && f.ends_with("PUBLIC")), "{found:?}");
}

const BALANCE: &str = r#"
name = "b"
format = "csv"
[balance]
account = "Account"
debit = "Debit"
credit = "Credit"
balance = "Balance"
tolerance = "0.01"
on_break = "flag"
[entities.account]
key = { scheme = "account", from = "Account" }
[[links]]
type = "ENTRY"
from = "account"
to = "account"
properties.balance = { from = "Balance", type = "money" }
properties.broken = { from = "balance_break" }
"#;

/// Two accounts in turn, right to the paisa, with one wrong balance among them.
fn statement(rows: usize, wrong: usize) -> Vec<String> {
    let mut balances = [100_000_i64, 500_000];
    let mut lines = Vec::new();
    for i in 0..rows {
        let paisa = (i as i64 * 7_919) % 100_000;
        let (debit, credit) = if i % 3 == 0 { (paisa, 0) } else { (0, paisa) };
        balances[i % 2] += credit - debit + i64::from(i == wrong) * 100;
        let text = |n: i64| if n == 0 { String::new() } else { format!("{}.{:02}", n / 100, n % 100) };
        let balance = balances[i % 2];
        let sign = if balance < 0 { "-" } else { "" };
        lines.push(format!(
            "{},{},{},{sign}{}.{:02}",
            100_001 + i % 2,
            text(debit),
            text(credit),
            balance.abs() / 100,
            balance.abs() % 100
        ));
    }
    lines
}

fn breaks(chunks: &[Chunk]) -> u64 {
    chunks.iter().map(|c| c.balance_breaks).sum()
}

#[test]
fn a_balance_that_does_not_follow_is_flagged_or_rejected() {
    let file = |lines: &[String]| {
        Delivery::one("b.csv", format!("Account,Debit,Credit,Balance\n{}\n", lines.join("\n")))
    };
    // More than one chunk, so that the chain crosses from one into the next.
    let lines = statement(9_000, 5_001);
    let chunks = file(&lines).read(BALANCE).unwrap();
    assert!(chunks.len() > 2);
    assert_eq!((breaks(&chunks), count_line(&chunks)), (1, "9000 9000 0 0 0".to_owned()));
    let flagged: Vec<String> = claims(&chunks).into_iter().filter(|l| l.contains("broken=")).collect();
    assert!(flagged.len() == 1 && flagged[0].starts_with("5001 "), "{flagged:?}");
    let rejecting = BALANCE.replace("\"flag\"", "\"reject\"");
    let chunks = file(&lines).read(&rejecting).unwrap();
    assert_eq!((breaks(&chunks), count_line(&chunks)), (1, "9000 8999 0 0 1".to_owned()));
    assert!(rejects(&chunks)[0].starts_with("5003: Balance: the balance is "), "{:?}", rejects(&chunks));
    // The same from the newest on.
    let newest: Vec<String> = lines.iter().rev().cloned().collect();
    let order = BALANCE.replace("on_break", "order = \"newest_first\"\non_break");
    assert_eq!(breaks(&file(&newest).read(&order).unwrap()), 1);
    assert!(breaks(&file(&newest).read(BALANCE).unwrap()) > 1_000);
    assert_eq!(breaks(&file(&statement(500, 9_999)).read(BALANCE).unwrap()), 0);
}

#[test]
fn what_cannot_be_read_begins_a_balance_anew() {
    let rows = "1,,,100\n1,5,,95\nTotal,,,\n1,x,,90\n1,,10,500\n1,,1,\n1,,1,502\n1,,1,504\n";
    let spec = BALANCE.replace(
        "[balance]",
        "[rows]\nskip_when = [{ column = \"Account\", equals = \"Total\" }]\n[balance]",
    );
    let chunks = Delivery::one("b.csv", format!("Account,Debit,Credit,Balance\n{rows}")).read(&spec).unwrap();
    let flagged: Vec<String> = claims(&chunks).into_iter().filter(|l| l.contains("broken=")).collect();
    assert_eq!(flagged.len(), 1, "{flagged:?}");
    assert!(flagged[0].contains("the balance is 504, and 503 follows from the row before"), "{flagged:?}");
    let bad = |from: &str, to: &str| Spec::parse(&BALANCE.replace(from, to), "t").unwrap_err().to_string();
    assert!(bad("debit = \"Debit\"\ncredit = \"Credit\"\n", "").contains("either `amount`"));
    assert!(bad("\"0.01\"", "\"a bit\"").contains("is not an amount"));
    assert!(bad("\"flag\"", "\"flog\"").contains("did you mean `flag`?"));
}
