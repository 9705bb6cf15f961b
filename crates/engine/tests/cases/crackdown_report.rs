//! The crackdown report counts what was delivered: exact figures of the sample, and what a row less does to them.

use crate::support::sample::sample;
use crate::support::{actor, assert_sound, case_folder, dump, head, restore};
use jaal_engine::analysis::report::{CrackdownPeriod, crackdown};
use jaal_engine::model::value::Date;
use jaal_engine::model::{DeliveryId, Handover};
use jaal_engine::{Database, LoadOptions, LoadRequest, Reading, Unwatched};
use std::collections::BTreeMap;
use std::path::Path;
use tempfile::TempDir;

/// The deliveries that the report reads.
const READ: [(&str, &[&str]); 7] = [
    ("cca-cases", &["cca/cases.csv"]),
    ("cca-sealed-units", &["cca/sealed_units.csv"]),
    ("cca-arrests", &["cca/arrests_2025-09.csv", "cca/arrests_2025-10.csv"]),
    ("cca-recoveries", &["cca/recoveries.csv"]),
    ("police-arrests", &["police/arrests.csv"]),
    ("police-recoveries", &["police/recoveries.tsv"]),
    ("treasury-recoveries", &["treasury/recoveries.csv"]),
];

/// The files that report arrests.
const ARRESTS: [&str; 3] = ["cca/arrests_2025-09.csv", "cca/arrests_2025-10.csv", "police/arrests.csv"];

/// The files that report recoveries.
const RECOVERIES: [&str; 3] = ["cca/recoveries.csv", "police/recoveries.tsv", "treasury/recoveries.csv"];

type Figures = BTreeMap<String, i64>;

/// The figures, and with `rows` whether each opens into rows that add up to it.
fn figures_of(reading: &Reading, rows: bool) -> Figures {
    let day = |month, day| Date::from_ymd(2025, month, day).unwrap().days();
    let period = CrackdownPeriod { from: day(9, 1), to: day(10, 31), since: day(1, 1) };
    let report = crackdown(&reading.view, &reading.sources, &period, rows).unwrap();
    for figure in report.figures.iter().filter(|_| rows) {
        let added: i64 = figure.rows.iter().map(|row| row.adds).sum();
        assert_eq!(added, figure.value, "{} opens into rows that do not add up to it", figure.name);
        assert!(figure.rows.iter().all(|row| !row.evidence.is_empty()), "{}", figure.name);
    }
    reading.view.intact().unwrap();
    report.figures.into_iter().map(|figure| (figure.name, figure.value)).collect()
}

fn figures(database: &Database) -> Figures {
    figures_of(&database.read().unwrap(), false)
}

/// A copy of the part of the case that the report reads, for rows to be taken out of.
struct Copy {
    folder: TempDir,
}

impl Copy {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for file in READ.iter().flat_map(|(_, files)| *files) {
            let to = folder.path().join(file);
            std::fs::create_dir_all(to.parent().unwrap()).unwrap();
            std::fs::copy(case_folder().join("deliveries").join(file), to).unwrap();
        }
        Self { folder }
    }

    fn lines(&self, file: &str) -> Vec<Vec<u8>> {
        let bytes = std::fs::read(self.folder.path().join(file)).unwrap();
        bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
    }

    /// Takes the one line of a file out that has this text.
    fn take_out(&self, file: &str, text: &str) {
        let mut lines = self.lines(file);
        let before = lines.len();
        lines.retain(|line| !String::from_utf8_lossy(line).contains(text));
        assert_eq!(before - lines.len(), 1, "{file} has {text} not once");
        std::fs::write(self.folder.path().join(file), lines.concat()).unwrap();
    }

    /// Loads all but some deliveries into a store.
    fn load(&self, store: &Path, without: &[&str]) -> Database {
        let database = Database::create(store, &actor()).unwrap();
        let request = |(spec, files): &(&str, &[&str])| {
            let files: Vec<_> = files.iter().map(|file| self.folder.path().join(file)).collect();
            let spec = case_folder().join(format!("specs/{spec}.toml"));
            LoadRequest::spec(&spec, &files, Handover::default()).unwrap()
        };
        let wanted = READ.iter().filter(|(spec, _)| !without.contains(spec));
        let requests = wanted.map(request).collect();
        database.load(requests, &LoadOptions::default(), &actor(), &mut Unwatched).unwrap();
        database
    }

    fn figures(&self, without: &[&str]) -> Figures {
        let folder = tempfile::tempdir().unwrap();
        figures(&self.load(&folder.path().join("store"), without))
    }
}

/// The CNICs of a line, digits only.
fn cnics(line: &[u8]) -> Vec<String> {
    let line = String::from_utf8_lossy(line);
    let digits = |field: &str| field.trim().replace('-', "");
    let is_cnic = |field: &String| field.len() == 13 && field.bytes().all(|b| b.is_ascii_digit());
    line.split([',', ';']).map(digits).filter(is_cnic).collect()
}

/// Arrested citizens with the files that name them, once for each row.
fn reported(copy: &Copy) -> BTreeMap<String, Vec<&'static str>> {
    let mut reported: BTreeMap<String, Vec<&'static str>> = BTreeMap::new();
    for file in ARRESTS {
        for cnic in copy.lines(file).iter().flat_map(|line| cnics(line)) {
            reported.entry(cnic).or_default().push(file);
        }
    }
    reported
}

/// A CNIC as a file writes it.
fn as_written(copy: &Copy, file: &str, cnic: &str) -> String {
    let dashed = format!("{}-{}-{}", &cnic[..5], &cnic[5..12], &cnic[12..]);
    let has = |text: &str| copy.lines(file).iter().any(|line| String::from_utf8_lossy(line).contains(text));
    if has(&dashed) { dashed } else { cnic.to_owned() }
}

#[test]
fn the_sample_gives_the_exact_figures() {
    let expected = [
        ("sealed", 54),
        ("involved", 537),
        ("involved.citizens", 268),
        ("involved.foreign", 269),
        ("arrested", 482),
        ("arrested.citizens", 213),
        ("arrested.foreign", 269),
        ("recovered", 62_270_000),
        ("recovered.since", 1_405_000_000),
    ];
    let expected: Figures = expected.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    assert_eq!(figures_of(&sample().read(), true), expected);
    // The deliveries that the other tests change give them alone.
    assert_eq!(Copy::new().figures(&[]), expected);
}

#[test]
fn an_arrest_row_less_is_one_person_less() {
    let copy = Copy::new();
    let before = copy.figures(&[]);
    let once = reported(&copy).into_iter().find(|(cnic, files)| {
        let is_arrest = || {
            let lines = copy.lines(files[0]);
            let line = lines.iter().find(|line| cnics(line).contains(cnic)).unwrap();
            String::from_utf8_lossy(line).contains(",Arrested,")
        };
        files.len() == 1 && files[0].starts_with("cca/") && is_arrest()
    });
    let (cnic, files) = once.unwrap();
    copy.take_out(files[0], &as_written(&copy, files[0], &cnic));
    let mut expected = before;
    for name in ["involved", "involved.citizens", "arrested", "arrested.citizens"] {
        *expected.get_mut(name).unwrap() -= 1;
    }
    assert_eq!(copy.figures(&[]), expected);
}

#[test]
fn a_person_whom_two_agencies_report_counts_until_neither_does() {
    let copy = Copy::new();
    let before = copy.figures(&[]);
    let twice = reported(&copy).into_iter().find(|(_, files)| {
        files.len() == 2 && files[0].starts_with("cca/") && files[1].starts_with("police/")
    });
    let (cnic, files) = twice.unwrap();
    copy.take_out(files[0], &as_written(&copy, files[0], &cnic));
    assert_eq!(copy.figures(&[]), before);
    copy.take_out(files[1], &as_written(&copy, files[1], &cnic));
    let after = copy.figures(&[]);
    assert_eq!(after["arrested.citizens"], before["arrested.citizens"] - 1);
    assert_eq!(after["involved"], before["involved"] - 1);
}

#[test]
fn a_memo_counts_once_until_the_last_agency_that_reports_it_is_gone() {
    let copy = Copy::new();
    let before = copy.figures(&[]);
    let memo_of = |line: &[u8]| {
        let line = String::from_utf8_lossy(line);
        line.split([',', '\t', '|']).next().unwrap().to_owned()
    };
    let in_file =
        |file: &str, memo: &str| copy.lines(file).iter().filter(|line| memo_of(line) == memo).count();
    let everywhere = |line: &&Vec<u8>| RECOVERIES.iter().all(|file| in_file(file, &memo_of(line)) == 1);
    let row = copy.lines(RECOVERIES[1]).iter().skip(1).find(everywhere).unwrap().clone();
    let memo = memo_of(&row);
    let amount: i64 =
        String::from_utf8(row).unwrap().split('\t').nth(4).unwrap().replace(',', "").parse().unwrap();
    copy.take_out(RECOVERIES[0], &memo);
    assert_eq!(copy.figures(&[]), before);
    copy.take_out(RECOVERIES[1], &memo);
    assert_eq!(copy.figures(&[]), before);
    copy.take_out(RECOVERIES[2], &memo);
    let mut expected = before;
    *expected.get_mut("recovered").unwrap() -= amount;
    *expected.get_mut("recovered.since").unwrap() -= amount;
    assert_eq!(copy.figures(&[]), expected);
}

#[test]
fn a_delivery_withdrawn_is_as_if_it_had_never_come() {
    let copy = Copy::new();
    let folder = tempfile::tempdir().unwrap();
    let database = copy.load(&folder.path().join("store"), &[]);
    let mut gone = Vec::new();
    for spec in ["police-arrests", "cca-arrests", "treasury-recoveries"] {
        let before = figures(&database);
        let number = READ.iter().position(|(name, _)| *name == spec).unwrap() as u64 + 1;
        database.withdraw(DeliveryId(number), "sent in error", &actor(), &mut Unwatched).unwrap();
        gone.push(spec);
        let after = figures(&database);
        assert_ne!(after, before, "{spec} tells nothing that the others do not");
        assert_eq!(after, copy.figures(&gone), "without {gone:?}");
    }
    assert_sound(&database);
    let restored = restore(&folder.path().join("restored"), &dump(&database));
    assert_eq!(head(&restored), head(&database));
    assert_eq!(figures(&restored), figures(&database));
    assert_sound(&restored);
}
