//! The sample case, loaded once for all tests that only read it.

use super::{actor, case_folder};
use jaal_engine::model::answer::Evidence;
use jaal_engine::model::{DeliveryId, Reject};
use jaal_engine::{CaseManifest, Database, LoadOptions, LoadReport, Reading, Unwatched, Verification};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::OnceLock;

/// The sample case as loaded.
pub(crate) struct Sample {
    pub(crate) database: Database,
    pub(crate) report: LoadReport,
    pub(crate) verification: Verification,
    /// The rows of each delivery's rejects file; deliveries without one are not in it.
    pub(crate) rejects: BTreeMap<DeliveryId, Vec<Reject>>,
    /// The files of each delivery, relative to the case, with their format.
    pub(crate) files: BTreeMap<DeliveryId, Vec<PathBuf>>,
}

impl Sample {
    pub(crate) fn read(&self) -> Reading {
        self.database.read().unwrap()
    }

    /// The file of a row, relative to the case. Names alone are not enough: two agencies have a `recoveries.csv`.
    pub(crate) fn file_of(&self, evidence: &Evidence) -> PathBuf {
        let files = &self.files[&evidence.delivery];
        files.iter().find(|file| file.ends_with(&evidence.file)).unwrap().clone()
    }
}

/// The sample case.
pub(crate) fn sample() -> &'static Sample {
    static SAMPLE: OnceLock<Sample> = OnceLock::new();
    SAMPLE.get_or_init(load)
}

fn load() -> Sample {
    // The folder goes when this function returns, since nothing is left to remove it at the end of the program;
    // files that are open stay readable.
    let folder = tempfile::tempdir().unwrap();
    let database = Database::create(&folder.path().join("store"), &actor()).unwrap();
    let requests = CaseManifest::open(&case_folder()).unwrap().requests().unwrap();
    let options = LoadOptions { rejects: Some(folder.path().join("rejects")), ..LoadOptions::default() };
    let report = database.load(requests, &options, &actor(), &mut Unwatched).unwrap();
    let verification = database.verify(None, &mut Unwatched).unwrap();
    let written = report.deliveries.iter().filter_map(|d| Some((d.id?, d.rejects_file.as_ref()?)));
    let rejects = written.map(|(id, file)| (id, read_rejects(file))).collect();
    let files = report.deliveries.iter().map(|d| d.id.unwrap()).zip(manifest_files()).collect();
    Sample { database, report, verification, rejects, files }
}

fn read_rejects(file: &std::path::Path) -> Vec<Reject> {
    let mut reader = csv::Reader::from_path(file).unwrap();
    assert_eq!(reader.headers().unwrap(), vec!["file", "line", "column", "reason", "row"]);
    let reject = |row: csv::StringRecord| Reject {
        file: row[0].to_owned(),
        line: row[1].parse().unwrap(),
        column: Some(row[2].to_owned()).filter(|column| !column.is_empty()),
        reason: row[3].to_owned(),
        row: row[4].to_owned(),
    };
    reader.records().map(|row| reject(row.unwrap())).collect()
}

/// The files of each delivery as the manifest lists them.
fn manifest_files() -> Vec<Vec<PathBuf>> {
    let text = std::fs::read_to_string(case_folder().join("case.toml")).unwrap();
    let manifest: toml::Table = text.parse().unwrap();
    let deliveries = manifest["deliveries"].as_array().unwrap();
    let files = |delivery: &toml::Value| {
        delivery["files"].as_array().unwrap().iter().map(|file| file.as_str().unwrap().into()).collect()
    };
    deliveries.iter().map(files).collect()
}
