//! Workbooks: cells become what they show, rows are counted as those of text files are, and hostile ones are refused.

#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up should stop")]

mod common;

use common::{Delivery, claims, count_line, rejects};
use jaal_ingest::{Chunk, IngestError};
use jaal_model::ErrorKind;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};
use std::io::{Cursor, Read, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

const SPEC: &str = r#"
name = "arrests"
format = "xlsx"
[values]
time_zone = "UTC"
[entities.person]
keys = [{ scheme = "cnic", from = "CNIC" }]
properties.name = { from = "Name" }
[entities.phone]
key = { scheme = "msisdn", from = "Phone" }
optional = true
[[links]]
type = "USES"
from = "person"
to = "phone"
properties.on = { from = "Arrested", type = "date" }
properties.at = { from = "At", type = "datetime" }
properties.clock = { from = "Clock", type = "time" }
properties.fine = { from = "Fine", type = "money" }
properties.held = { from = "Held", type = "bool" }
"#;

const HEADER: [&str; 8] = ["CNIC", "Name", "Phone", "Arrested", "At", "Clock", "Fine", "Held"];

fn header(sheet: &mut Worksheet, row: u32) {
    for (column, name) in HEADER.iter().enumerate() {
        sheet.write(row, column as u16, *name).unwrap();
    }
}

/// A row with cells of every type.
fn row(sheet: &mut Worksheet, row: u32, cnic: f64) {
    let date = |format: &str| Format::new().set_num_format(format);
    let at = ExcelDateTime::parse_from_str("2025-10-04T13:05:22").unwrap();
    sheet.write(row, 0, cnic).unwrap();
    sheet.write(row, 1, "Gul, \"Khan\"").unwrap();
    sheet.write(row, 2, 3_001_234_567.0).unwrap();
    sheet
        .write_with_format(row, 3, ExcelDateTime::from_ymd(2025, 10, 4).unwrap(), &date("dd/mm/yyyy"))
        .unwrap();
    sheet.write_with_format(row, 4, &at, &date("dd/mm/yyyy hh:mm:ss")).unwrap();
    sheet.write_with_format(row, 5, ExcelDateTime::from_hms(6, 30, 0).unwrap(), &date("hh:mm")).unwrap();
    sheet.write(row, 6, 0.1 + 0.2).unwrap();
    sheet.write(row, 7, true).unwrap();
}

fn one_sheet(fill: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(book.add_worksheet());
    book.save_to_buffer().unwrap()
}

fn read(bytes: &[u8], spec: &str) -> Result<Vec<Chunk>, IngestError> {
    Delivery::one("arrests.xlsx", bytes).read(spec)
}

fn refusal(bytes: &[u8], spec: &str) -> String {
    let error = read(bytes, spec).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UserData, "{error}");
    error.to_string()
}

#[test]
fn cells_become_what_they_show() {
    let bytes = one_sheet(|sheet| {
        header(sheet, 0);
        row(sheet, 1, 3_520_212_345_671.0);
    });
    let chunks = read(&bytes, SPEC).unwrap();
    assert_eq!(count_line(&chunks), "1 1 0 0 0");
    let lines = claims(&chunks);
    assert!(
        lines[0].starts_with("0 (cnic=3520212345671 )") && lines[0].contains("Gul, \"Khan\""),
        "{lines:?}"
    );
    assert!(lines[1].contains("->(msisdn=+923001234567)"), "{lines:?}");
    for part in ["on=2025-10-04", "at=2025-10-04T13:05:22", "clock=06:30", "fine=0.3", "held=true"] {
        assert!(lines[1].contains(part), "{part}: {lines:?}");
    }
    assert_eq!(
        chunks.iter().find_map(|c| c.rows.text.get(0).into()),
        Some(
            "3520212345671,\"Gul, \"\"Khan\"\"\",3001234567,2025-10-04,2025-10-04 13:05:22,06:30:00,0.3,true"
        )
    );
}

#[test]
fn numbers_that_lost_digits_name_nobody() {
    let bytes = one_sheet(|sheet| {
        header(sheet, 0);
        // Typed into a narrow column, saved as shown, and opened again.
        row(sheet, 1, 3.52e12);
        // More digits than a sheet keeps.
        row(sheet, 2, 35_202_123_456_712_345.0);
        row(sheet, 3, 3_520_212_345_671.0);
        sheet.write(4, 0, "3.52021E+12").unwrap();
    });
    let lines = claims(&read(&bytes, SPEC).unwrap());
    let people: Vec<&String> = lines.iter().filter(|l| l.contains("cnic_flags=damaged")).collect();
    assert_eq!(people.len(), 3, "{lines:?}");
    assert!(people[0].contains("cnic_raw=3520000000000") && people[1].contains("E+16"), "{people:?}");
    assert!(lines.iter().any(|l| l.contains("(cnic=3520212345671 )")), "{lines:?}");
}

#[test]
fn rows_and_lines_are_those_of_the_sheet() {
    let bytes = one_sheet(|sheet| {
        sheet.write(0, 0, "LIST OF ARRESTS").unwrap();
        header(sheet, 2);
        row(sheet, 3, 3_520_212_345_671.0);
        // Row 5 holds nothing; row 6 has a cell beyond the header, row 7 a bad date.
        row(sheet, 5, 3_520_212_345_672.0);
        sheet.write(5, 8, "stray").unwrap();
        row(sheet, 6, 3_520_212_345_673.0);
        sheet.write(6, 3, "31/02/2025").unwrap();
        sheet.write(7, 0, "Total").unwrap();
    });
    let spec = SPEC.replace("[values]", "[sheet]\nheader_row = 3\n[rows]\nskip_bottom = 1\n[values]");
    let chunks = read(&bytes, &spec).unwrap();
    assert_eq!(count_line(&chunks), "5 1 0 2 2");
    assert_eq!(chunks[0].rows.line, [4]);
    assert_eq!(
        rejects(&chunks),
        [
            "6: -: the row has 9 fields, 8 expected",
            "7: Arrested: `31/02/2025` is not a date in the order dmy"
        ]
    );
}

#[test]
fn a_sheet_is_named_or_the_only_one() {
    let mut book = Workbook::new();
    let first = book.add_worksheet().set_name("Cover").unwrap();
    first.write(0, 0, "nothing here").unwrap();
    let second = book.add_worksheet().set_name("Arrests").unwrap();
    header(second, 0);
    row(second, 1, 3_520_212_345_671.0);
    let bytes = book.save_to_buffer().unwrap();
    let said = refusal(&bytes, SPEC);
    assert!(said.contains("`Cover`, `Arrests`") && said.contains("[sheet]"), "{said}");
    for sheet in ["name = \"Arrests\"", "name = \" arrests\"", "number = 2"] {
        let spec = SPEC.replace("[values]", &format!("[sheet]\n{sheet}\n[values]"));
        assert_eq!(count_line(&read(&bytes, &spec).unwrap()), "1 1 0 0 0");
    }
    for (sheet, word) in [("name = \"Arrest\"", "no sheet `Arrest`"), ("number = 3", "no sheet number 3")] {
        let said = refusal(&bytes, &SPEC.replace("[values]", &format!("[sheet]\n{sheet}\n[values]")));
        assert!(said.contains(word) && said.contains("`Arrests`"), "{said}");
    }
    let hidden = SPEC.replace("[values]", "[sheet]\nnumber = 1\n[values]");
    let said = read(&bytes, &hidden).unwrap_err().to_string();
    assert!(said.contains("no column `CNIC`") && said.contains("nothing here"), "{said}");
}

#[test]
fn many_rows_are_those_of_the_same_csv() {
    let mut csv = HEADER.join(",") + "\n";
    let bytes = one_sheet(|sheet| {
        header(sheet, 0);
        for i in 0..9_000_u32 {
            use std::fmt::Write;
            let (cnic, phone) = (3_520_210_000_001_u64 + u64::from(i), format!("0300{i:07}"));
            sheet.write(i + 1, 0, cnic).unwrap();
            sheet.write(i + 1, 1, format!("Name {}", i % 50)).unwrap();
            sheet.write(i + 1, 2, &phone).unwrap();
            writeln!(csv, "{cnic},Name {},{phone},,,,,", i % 50).unwrap();
        }
    });
    let sheet = read(&bytes, SPEC).unwrap();
    let text = Delivery::one("a.csv", &csv).read(&SPEC.replace("xlsx", "csv")).unwrap();
    assert!(sheet.len() > 2, "several chunks");
    assert_eq!(claims(&sheet), claims(&text));
    assert_eq!(count_line(&sheet), "9000 9000 0 0 0");
    let lines = |chunks: &[Chunk]| -> Vec<u64> { chunks.iter().flat_map(|c| c.rows.line.clone()).collect() };
    assert_eq!(lines(&sheet), lines(&text));
}

/// The workbook with some of its parts replaced, and a part more.
fn tampered(bytes: &[u8], change: impl Fn(&str, Vec<u8>) -> Vec<u8>, more: Option<(&str, u64)>) -> Vec<u8> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut content = Vec::new();
        part.read_to_end(&mut content).unwrap();
        writer.start_file(name.as_str(), options).unwrap();
        writer.write_all(&change(&name, content)).unwrap();
    }
    if let Some((name, megabytes)) = more {
        writer.start_file(name, options.large_file(true)).unwrap();
        let piece = "<c r=\"A1\"/>".repeat(1 << 17).into_bytes();
        for _ in 0..megabytes {
            writer.write_all(&piece[..1 << 20]).unwrap();
        }
    }
    writer.finish().unwrap().into_inner()
}

fn small() -> Vec<u8> {
    one_sheet(|sheet| {
        header(sheet, 0);
        row(sheet, 1, 3_520_212_345_671.0);
    })
}

#[test]
fn a_zip_bomb_is_refused_by_what_it_declares() {
    let bomb = tampered(&small(), |_, content| content, Some(("xl/media/a.xml", 300)));
    assert!(bomb.len() < 2 << 20, "{}", bomb.len());
    let said = refusal(&bomb, SPEC);
    assert!(said.contains("declares 31") && said.contains("268435456 are allowed"), "{said}");
}

#[test]
fn a_zip_bomb_that_declares_little_is_refused_by_what_comes_out() {
    let mut bomb = tampered(&small(), |_, content| content, Some(("xl/media/a.xml", 300)));
    // The sizes of the last entry of the central directory are at its bytes 24 to 27.
    let at = bomb.windows(4).rposition(|w| w == b"PK\x01\x02").unwrap();
    bomb[at + 24..at + 28].copy_from_slice(&1_000_u32.to_le_bytes());
    let said = refusal(&bomb, SPEC);
    assert!(said.contains("unpacks to") || said.contains("damaged"), "{said}");
}

#[test]
fn a_part_that_claims_ten_gigabytes_is_refused() {
    let mut huge = small();
    let at = huge.windows(4).rposition(|w| w == b"PK\x01\x02").unwrap();
    huge[at + 24..at + 28].copy_from_slice(&0xffff_fff0_u32.to_le_bytes());
    let said = refusal(&huge, SPEC);
    assert!(said.contains("declares 42949"), "{said}");
    // A claim of shared texts for which a reader would make room at once.
    let claim = tampered(
        &small(),
        |name, content| {
            if name != "xl/sharedStrings.xml" {
                return content;
            }
            let text = String::from_utf8(content).unwrap();
            let from = text.find("uniqueCount=\"").unwrap() + 13;
            let to = from + text[from..].find('"').unwrap();
            format!("{}400000000{}", &text[..from], &text[to..]).into_bytes()
        },
        None,
    );
    let said = refusal(&claim, SPEC);
    assert!(said.contains("claims 400000000 texts"), "{said}");
    // A sheet that claims to be full holds what it holds.
    let wide = tampered(
        &small(),
        |name, content| {
            let text = String::from_utf8_lossy(&content).into_owned();
            if name.contains("sheet1") {
                text.replace("A1:H2", "A1:XFD1048576").into_bytes()
            } else {
                content
            }
        },
        None,
    );
    assert_eq!(count_line(&read(&wide, SPEC).unwrap()), "1 1 0 0 0");
}

#[test]
fn cells_out_of_the_sheet_and_other_damage_are_refused() {
    let change = |from: &'static str, to: &'static str| {
        tampered(
            &small(),
            move |name, content| {
                let text = String::from_utf8_lossy(&content).into_owned();
                if name.contains("sheet1.xml") { text.replace(from, to).into_bytes() } else { content }
            },
            None,
        )
    };
    for (from, to) in [
        ("r=\"B2\"", "r=\"B4294967295\""),
        ("r=\"B2\"", "r=\"ZZZZZZZ2\""),
        ("r=\"B2\"", "r=\"A1\""),
        ("</sheetData>", "<row"),
        ("<sheetData>", "<sheetDat>"),
        ("<v>0</v>", "<v>99999</v>"),
    ] {
        let found = read(&change(from, to), SPEC);
        let said = found.map(|chunks| claims(&chunks)).expect_err(to).to_string();
        assert!(said.contains("`arrests.xlsx`"), "{said}");
    }
}

#[test]
fn files_cut_short_or_of_another_form_are_refused() {
    let whole = small();
    for len in [0, 1, 4, 30, whole.len() / 2, whole.len() - 1] {
        let said = refusal(&whole[..len], SPEC);
        assert!(said.contains("`arrests.xlsx`"), "{said}");
    }
    assert!(refusal(b"CNIC,Name\n1,2\n", SPEC).contains("no workbook"));
    assert!(refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old", SPEC).contains(".xls"));
    let said = refusal(&whole, &SPEC.replace("xlsx", "csv"));
    assert!(said.contains("format = \"xlsx\""), "{said}");
    let empty = one_sheet(|_| {});
    assert!(refusal(&empty, SPEC).contains("no header row"));
}

#[test]
fn any_byte_of_a_workbook_may_be_wrong() {
    let whole = small();
    let step = whole.len() / 150;
    for at in (0..whole.len()).step_by(step.max(1)) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x55;
        // Read or refused, and never a panic that the test would see.
        if let Err(error) = read(&bytes, SPEC) {
            assert!(!error.to_string().contains("that its reader does not take"), "byte {at}: {error}");
        }
    }
}
