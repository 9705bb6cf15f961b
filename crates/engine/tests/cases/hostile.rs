//! Files that nobody should have sent: each is an error that says what is wrong, or its bad rows are rejected and the
//! rest is read. Nothing is kept by half, and nothing takes more than its own length.

use crate::support::{Desk, assert_sound, head, sizes};
use flate2::Compression;
use flate2::write::GzEncoder;
use jaal_engine::model::{Counts, ErrorKind, Reject};
use jaal_engine::{EngineError, LoadOptions, LoadRequest};
use rust_xlsxwriter::Workbook;
use std::io::Write as _;
use std::path::PathBuf;

const SPEC: &str = r#"
name = "people"
format = "csv"

[entities.person]
key = { scheme = "cnic", from = "CNIC" }
properties.name = { from = "Name" }
"#;

const HEAD: &str = "CNIC,Name\n";
const GOOD: &str = "3520212345671,Ann\n";

/// A store that holds one person, to see whether a failed load leaves it as it was.
fn desk() -> Desk {
    let desk = Desk::new();
    let file = desk.file("held.csv", format!("{HEAD}3520299999991,Zed\n"));
    desk.load(desk.request(SPEC, &[file]).unwrap()).unwrap();
    desk
}

fn people(desk: &Desk, name: &str, content: impl AsRef<[u8]>) -> LoadRequest {
    desk.request(SPEC, &[desk.file(name, content)]).unwrap()
}

/// Loads a file that must be refused, and sees that the store is as it was.
fn refused(name: &str, content: impl AsRef<[u8]>) -> EngineError {
    let desk = desk();
    let request = people(&desk, name, content);
    refused_by(&desk, request)
}

fn refused_by(desk: &Desk, request: LoadRequest) -> EngineError {
    let (before, held) = (head(&desk.database), sizes(&desk.database));
    let error = desk.load(request).unwrap_err();
    assert_eq!(head(&desk.database), before, "{error}");
    assert_eq!(sizes(&desk.database), held, "{error}");
    assert_sound(&desk.database);
    error
}

/// Loads a file of which all but some rows are taken; gives the counts and the rejected rows.
fn taken(name: &str, content: impl AsRef<[u8]>) -> (Counts, Vec<Reject>) {
    let desk = desk();
    let held = sizes(&desk.database);
    let report = desk.load(people(&desk, name, content)).unwrap();
    let delivery = &report.deliveries[0];
    assert!(delivery.counts.add_up(), "{:?}", delivery.counts);
    let snapshot = desk.database.read().unwrap().sources;
    let rejects = snapshot.snapshot().rejects(delivery.id.unwrap()).unwrap();
    assert_eq!(rejects.len() as u64, delivery.counts.rejected);
    assert_eq!(
        report.entities - held.0,
        delivery.counts.accepted,
        "every good row names a person of its own"
    );
    assert_sound(&desk.database);
    (delivery.counts, rejects)
}

fn counts(read: u64, accepted: u64, skipped: u64, rejected: u64) -> Counts {
    Counts { read, accepted, duplicate: 0, skipped, rejected }
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn an_empty_file_is_refused_and_a_header_alone_is_nothing() {
    for content in ["", "\n", "\n\n  \n"] {
        let error = refused("empty.csv", content);
        assert_eq!(error.kind(), ErrorKind::UserData);
        assert!(
            error.to_string().contains("empty.csv") && error.to_string().contains("no header"),
            "{error}"
        );
    }
    assert_eq!(taken("header.csv", HEAD).0, counts(0, 0, 0, 0));
    assert_eq!(taken("header.csv", HEAD.trim_end()).0, counts(0, 0, 0, 0));
}

#[test]
fn bytes_of_another_encoding_reject_their_row_where_one_is_named() {
    let mut content = format!("{HEAD}{GOOD}3520212345672,Jos").into_bytes();
    content.extend(b"\xe9\n3520212345673,Bob\n");
    let at = content.iter().position(|byte| *byte == 0xe9).unwrap();
    let desk = desk();
    let named = format!("encoding = \"utf-8\"\n{SPEC}");
    let report = desk.load(desk.request(&named, &[desk.file("latin.csv", &content)]).unwrap()).unwrap();
    let delivery = &report.deliveries[0];
    assert_eq!(delivery.counts, counts(3, 2, 0, 1));
    assert_eq!(delivery.rejects[0].line, 3);
    assert!(delivery.rejects[0].reason.contains(&at.to_string()), "{}", delivery.rejects[0].reason);
    // Where none is named the file tells: Latin letters, and UTF-16 with and without its mark.
    assert_eq!(taken("latin.csv", &content).0, counts(3, 3, 0, 0));
    let wide: Vec<u8> = format!("{HEAD}{GOOD}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(taken("marked.csv", [b"\xff\xfe".as_slice(), &wide].concat()).0, counts(1, 1, 0, 0));
    assert_eq!(taken("unmarked.csv", &wide).0, counts(1, 1, 0, 0));
}

#[test]
fn a_line_of_twenty_megabytes_is_one_rejected_row() {
    let long = "x".repeat(20 << 20);
    let (found, rejects) =
        taken("long.csv", format!("{HEAD}{GOOD}3520212345672,{long}\n3520212345673,Bob\n"));
    assert_eq!(found, counts(3, 2, 0, 1));
    assert_eq!(rejects[0].line, 3);
    assert!(rejects[0].row.len() < 1 << 16, "{} bytes are kept", rejects[0].row.len());
    let error = refused("header.csv", format!("{long}\n{GOOD}"));
    assert!(error.to_string().len() < 1 << 16, "the message has {} bytes", error.to_string().len());
}

#[test]
fn nuls_reject_their_row() {
    let (found, rejects) =
        taken("nul.csv", format!("{HEAD}{GOOD}3520212345672,A\0n\n\0\0\n3520212345673,Bob\n"));
    assert_eq!(found, counts(4, 2, 0, 2));
    assert_eq!(rejects.iter().map(|r| r.line).collect::<Vec<_>>(), [3, 4]);
}

#[test]
fn a_quote_that_nothing_closes_rejects_one_line() {
    let (found, rejects) =
        taken("quote.csv", format!("{HEAD}{GOOD}3520212345672,\"Ann\n3520212345673,Bob\n"));
    assert_eq!(found, counts(3, 2, 0, 1));
    assert_eq!((rejects[0].line, rejects[0].row.as_str()), (3, "3520212345672,\"Ann"));
    assert!(rejects[0].reason.contains("quote"), "{}", rejects[0].reason);
}

#[test]
fn a_column_that_is_missing_is_named() {
    let error = refused("columns.csv", format!("CNIC,Nme\n{GOOD}"));
    assert_eq!(error.kind(), ErrorKind::UserQuery);
    let text = error.to_string();
    assert!(text.contains("`Name`") && text.contains("`Nme`") && text.contains("columns.csv"), "{text}");
    // In rows it is theirs alone.
    let (found, rejects) = taken("short.csv", format!("{HEAD}{GOOD}3520212345672\n3520212345673,Bob,Carl\n"));
    assert_eq!(found, counts(3, 1, 0, 2));
    assert_eq!(rejects[0].row, "3520212345672");
}

#[test]
fn a_compressed_file_that_swells_is_read_in_pieces() {
    let mut swollen = format!("{HEAD}{GOOD}").into_bytes();
    swollen.resize(swollen.len() + (50 << 20), 0);
    let packed = gzip(&swollen);
    assert!(packed.len() < 1 << 17, "{} bytes", packed.len());
    let (found, rejects) = taken("bomb.csv.gz", &packed);
    assert_eq!(found, counts(2, 1, 0, 1));
    assert!(rejects[0].row.len() < 1 << 16, "{} bytes are kept", rejects[0].row.len());
    let blank = gzip(format!("{HEAD}{GOOD}{}", "\n".repeat(1 << 20)).as_bytes());
    assert_eq!(taken("blank.csv.gz", &blank).0, counts(1 + (1 << 20), 1, 1 << 20, 0));
    // Zeros from the first byte are a header without the columns.
    assert!(refused("zeros.csv.gz", gzip(&vec![0; 50 << 20])).to_string().contains("CNIC"));
}

#[test]
fn compression_that_is_damaged_is_refused_whole() {
    let packed = gzip(format!("{HEAD}{}", GOOD.repeat(1_000)).as_bytes());
    let cut = packed[..packed.len() / 2].to_vec();
    let mut longer = packed.clone();
    let len = longer.len();
    // The last four bytes are the length modulo 2^32: this one claims almost 4 GiB.
    longer[len - 4..].copy_from_slice(&[0xff; 4]);
    let mut flipped = packed.clone();
    flipped[len - 8] ^= 1;
    for (name, content) in [("cut", cut), ("longer", longer), ("flipped", flipped), ("text", GOOD.into())] {
        let name = format!("{name}.csv.gz");
        let error = refused(&name, content);
        assert!(error.to_string().contains(&name), "{error}");
    }
    assert!(refused("text.csv.zst", GOOD).to_string().contains("text.csv.zst"));
}

#[test]
fn a_workbook_that_is_damaged_takes_the_files_beside_it_along() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for row in 0..500_u32 {
        let cnic = if row == 0 { "CNIC".to_owned() } else { format!("35202{row:07}1") };
        sheet.write(row, 0, cnic).unwrap();
        sheet.write(row, 1, if row == 0 { "Name" } else { "Ann" }).unwrap();
    }
    let whole = workbook.save_to_buffer().unwrap();
    let desk = desk();
    let spec = SPEC.replace("\"csv\"", "\"xlsx\"");
    let book = |name: &str, content: &[u8]| desk.request(&spec, &[desk.file(name, content)]).unwrap();
    let mut flipped = whole.clone();
    let middle = flipped.len() / 2;
    flipped[middle..middle + 64].fill(0x5a);
    for (name, content) in [
        ("cut.xlsx", &whole[..whole.len() / 2]),
        ("flipped.xlsx", &flipped),
        ("text.xlsx", GOOD.as_bytes()),
        ("empty.xlsx", &[]),
    ] {
        let (before, held) = (head(&desk.database), sizes(&desk.database));
        let beside = people(&desk, "good.csv", format!("{HEAD}{GOOD}"));
        let requests = vec![beside, book(name, content)];
        let error = desk.load_as(requests, &LoadOptions::default()).unwrap_err();
        assert!(error.to_string().contains(name), "{error}");
        assert_eq!((head(&desk.database), sizes(&desk.database)), (before, held), "{error}");
    }
    assert_sound(&desk.database);
    let report = desk.load(book("whole.xlsx", &whole)).unwrap();
    assert_eq!(report.counts, counts(499, 499, 0, 0));
}

#[test]
fn a_file_that_is_not_there_or_is_a_folder_is_refused() {
    let desk = desk();
    let missing = desk.request(SPEC, &[desk.path("missing.csv")]).unwrap();
    assert_eq!(refused_by(&desk, missing).kind(), ErrorKind::NotFound);
    let folder = desk.request(SPEC, &[desk.path("store")]).unwrap();
    let error = refused_by(&desk, folder);
    assert!(error.to_string().contains("folder"), "{error}");
    let none: [PathBuf; 0] = [];
    let nothing = desk.request(SPEC, &none).unwrap();
    assert_eq!(refused_by(&desk, nothing).kind(), ErrorKind::NotFound);
}

#[test]
fn specifications_that_cannot_be_are_refused_with_their_place() {
    let desk = desk();
    let from = "from = \"Name\"";
    for (spec, expected) in [
        (SPEC.replace("format", "fromat"), "format"),
        (SPEC.replace("\"cnic\"", "\"\""), "spec.toml:"),
        (SPEC.replace(from, "from = 7"), "spec.toml:"),
        ("\0\u{feff}[[[".to_owned(), "spec.toml:"),
        (String::new(), "spec.toml:"),
    ] {
        let error = desk.request(&spec, &[desk.path("held.csv")]).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert_eq!(error.kind(), ErrorKind::UserQuery, "{error}");
    }
    let nowhere = desk.request(&SPEC.replace(from, "from = \"Nmae\""), &[desk.path("held.csv")]).unwrap();
    let text = refused_by(&desk, nowhere).to_string();
    assert!(text.contains("`Nmae`") && text.contains("did you mean `Name`"), "{text}");
}
