//! Hostile files of every text format: an error that says what is wrong, or rejects; counts that add up; no panic; and
//! memory that does not grow with the file.

#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up should stop")]

mod common;

use common::{Delivery, claims, count_line, rejects};
use flate2::Compression;
use flate2::write::GzEncoder;
use jaal_ingest::{Chunk, Intake, SourceInput, Spec};
use jaal_model::ErrorKind;
use std::io::{Read, Write};

fn spec(format: &str) -> String {
    let places = if format == "fixed" {
        "[fixed]\nruler = \"aaaaaaaaaaabbbbbbbbbbbddddddddddmmmmmmmm\"\nnames = [\"a\", \"b\", \"on\", \"amount\"]\n"
    } else {
        ""
    };
    format!(
        "name = \"h\"\nformat = \"{format}\"\n{places}[entities.a]\nkey = {{ scheme = \"msisdn\", from = \"a\" }}\n\
         [entities.b]\nkey = {{ scheme = \"msisdn\", from = \"b\" }}\n[[links]]\ntype = \"PAID\"\nfrom = \"a\"\nto = \"b\"\n\
         properties.on = {{ from = \"on\", type = \"date\" }}\nproperties.amount = {{ from = \"amount\", type = \"money\" }}\n"
    )
}

/// A header, where the format has one, and a row.
fn good(format: &str) -> (&'static str, String) {
    let values = ["03001234567", "03007654321", "04/10/2025", "500"];
    match format {
        "csv" => ("a,b,on,amount\n", values.join(",") + "\n"),
        "tsv" => ("a\tb\ton\tamount\n", values.join("\t") + "\n"),
        "fixed" => ("", values.concat() + "\n"),
        _ => {
            let [a, b, on, amount] = values;
            ("", format!("{{\"a\":\"{a}\",\"b\":\"{b}\",\"on\":\"{on}\",\"amount\":\"{amount}\"}}\n"))
        }
    }
}

const FORMATS: [&str; 4] = ["csv", "tsv", "fixed", "ndjson"];

fn read(format: &str, bytes: &[u8]) -> Vec<Chunk> {
    Delivery::one("h.txt", bytes).read(&spec(format)).unwrap()
}

/// A stretch of one line, over and over: what a file of that size unpacks from.
struct Endless<'a> {
    before: &'a [u8],
    left: u64,
    after: &'a [u8],
}

impl Read for Endless<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if !self.before.is_empty() {
            return self.before.read(buffer);
        }
        if self.left > 0 {
            let len = buffer.len().min(self.left as usize);
            buffer[..len].fill(b'y');
            self.left -= len as u64;
            return Ok(len);
        }
        self.after.read(buffer)
    }
}

/// The most memory that this process has had, in MiB.
fn peak_mib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib / 1_024)
}

#[test]
fn a_line_of_a_gigabyte_is_one_reject_and_takes_no_memory() {
    // Packed on its way to the disk, which then holds a megabyte; it is unpacked piece by piece.
    let (header, row) = good("csv");
    let before = format!("{header}{row}03001234567,");
    let after = format!("\n{row}");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.csv.gz");
    let mut packed = GzEncoder::new(std::fs::File::create(&path).unwrap(), Compression::fast());
    let mut endless = Endless { before: before.as_bytes(), left: 1 << 30, after: after.as_bytes() };
    std::io::copy(&mut endless, &mut packed).unwrap();
    packed.finish().unwrap().flush().unwrap();
    assert!(std::fs::metadata(&path).unwrap().len() < 16 << 20);
    let earlier = peak_mib();
    let named = spec("csv").replace("format", "encoding = \"utf-8\"\nformat");
    let mut intake = Intake::open(&Spec::parse(&named, "t").unwrap(), vec![SourceInput::at(&path)]).unwrap();
    let mut chunks = Vec::new();
    while let Some(wave) = intake.next_wave().unwrap() {
        chunks.extend(wave);
    }
    common::check(&chunks);
    assert_eq!(count_line(&chunks), "3 2 0 0 1");
    assert!(rejects(&chunks)[0].contains("longer than 1048576 bytes"));
    assert_eq!(chunks.iter().flat_map(|c| c.rows.line.clone()).collect::<Vec<u64>>(), [2, 4]);
    if let (Some(earlier), Some(now)) = (earlier, peak_mib()) {
        assert!(now < earlier + 128, "{earlier} MiB before, {now} MiB after");
    }
}

#[test]
fn rows_that_are_cut_short_are_rejected() {
    for format in FORMATS {
        let (header, row) = good(format);
        for cut in 1..row.len() - 1 {
            let file = format!("{header}{row}{}", &row[..cut]);
            let chunks = read(format, file.as_bytes());
            let counts = common::counts(&chunks);
            assert!(counts.add_up() && counts.read == 2 && counts.accepted >= 1, "{format} {cut}");
            // Only the end of the last value can be missing without anybody seeing it.
            let seen = cut + 4 < row.len().min(file.len());
            assert!(counts.rejected == 1 || !seen, "{format} {cut}: {:?}", claims(&chunks));
        }
    }
}

#[test]
fn nul_and_bytes_of_another_encoding_are_rejected() {
    for format in FORMATS {
        let (header, row) = good(format);
        for bad in [b"\0".as_slice(), b"\xff\xfe"] {
            let mut broken = row.clone().into_bytes();
            broken.splice(3..3, bad.iter().copied());
            let names = "\"نام\"\n".repeat(40);
            let mut file = format!("{header}{row}").into_bytes();
            file.extend(&broken);
            file.extend(row.bytes());
            // Enough sound text that a few bad bytes are just that.
            let text = spec(format).replace("[entities.a]", "[rows]\ncomment = \"\\\"\"\n[entities.a]");
            file.extend(names.bytes());
            let chunks = Delivery::one("h.txt", &file).read(&text).unwrap();
            assert_eq!(count_line(&chunks), "43 2 0 40 1", "{format} {bad:?} {:?}", rejects(&chunks));
        }
    }
}

#[test]
fn quotes_within_quotes_stay_within_their_line() {
    let (header, row) = good("csv");
    for bad in ["\"a\"b\"c,\"d\"\"\"\"e,f,g", "\"\"\"\"\"\"\",b,c,d", "\"open,b,c,d", "a,\"b\",c\",\"d"] {
        let chunks = read("csv", format!("{header}{row}{bad}\n{row}{row}").as_bytes());
        let counts = common::counts(&chunks);
        assert_eq!((counts.accepted, counts.rejected), (3, 1), "{bad} {:?}", rejects(&chunks));
    }
    let deep = format!("{{\"a\":{}1{}}}\n", "[".repeat(100_000), "]".repeat(100_000));
    let (_, row) = good("ndjson");
    assert_eq!(count_line(&read("ndjson", format!("{row}{deep}{row}").as_bytes())), "3 2 0 0 1");
}

#[test]
fn headers_may_repeat_names_and_may_not_be_lost() {
    let (_, row) = good("csv");
    let twice = format!("a,b,on,amount,a\n{},03331234567\n", row.trim());
    let chunks = read("csv", twice.as_bytes());
    assert!(claims(&chunks)[0].contains("(msisdn=+923001234567)"), "{:?}", claims(&chunks));
    let second = spec("csv").replace("from = \"a\" }", "from = \"a#2\" }");
    let chunks = Delivery::one("h.csv", &twice).read(&second).unwrap();
    assert!(claims(&chunks)[0].contains("(msisdn=+923331234567)"));
    let wide = "c,".repeat(60_000);
    for header in [wide.as_str(), "", "\n\n", "\"a,b", "a;b;on;amount"] {
        let error = Delivery::one("h.csv", header.to_owned() + "\n" + &row).read(&spec("csv")).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::UserQuery | ErrorKind::UserData), "{error}");
    }
}

#[test]
fn days_to_come_and_amounts_below_nothing_are_what_was_delivered() {
    for format in FORMATS {
        let (header, row) = good(format);
        let later = row.replace("2025", "2999");
        let minus = if format == "fixed" { row.replace("500", "-500") } else { row.replace("500", "(500)") };
        let never = row.replace("04/10", "32/13");
        let chunks = read(format, format!("{header}{later}{minus}{never}").as_bytes());
        assert_eq!(count_line(&chunks), "3 2 0 0 1", "{format}");
        let lines = claims(&chunks);
        assert!(lines[0].contains("on=2999-10-04") && lines[1].contains("amount=-500"), "{format} {lines:?}");
    }
}

#[test]
fn a_packed_file_that_is_cut_short_keeps_nothing() {
    let (header, row) = good("csv");
    let file = format!("{header}{}", row.repeat(5_000));
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(file.as_bytes()).unwrap();
    let gz = packer.finish().unwrap();
    let zst = zstd::encode_all(file.as_bytes(), 1).unwrap();
    for (name, whole) in [("h.csv.gz", gz), ("h.csv.zst", zst)] {
        assert_eq!(count_line(&Delivery::one(name, &whole).read(&spec("csv")).unwrap()), "5000 5000 0 0 0");
        for len in [3, 10, whole.len() / 2, whole.len() - 1] {
            let error = Delivery::one(name, &whole[..len]).read(&spec("csv")).unwrap_err();
            assert!(error.to_string().contains(name), "{error}");
        }
    }
}
