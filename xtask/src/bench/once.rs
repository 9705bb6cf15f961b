//! One run of ours: loading the case into a fresh store, the questions on it, and small commits on top.

use super::{commits, questions, searches};
use jaal_engine::model::{Handover, Key};
use jaal_engine::{Actor, Database, LoadOptions, LoadRequest, Unwatched};
use serde_json::{Value, json};
use std::error::Error;
use std::io::Write as _;
use std::path::Path;
use std::time::Instant;

/// The files of a case: entities first.
const FILES: [&str; 12] = [
    "person",
    "phone",
    "account",
    "premises",
    "company",
    "uses",
    "holds",
    "occupies",
    "directs",
    "registered_at",
    "called",
    "transferred",
];

/// Loads, measures and asks, and prints a line for each task.
pub(super) fn run(root: &Path, data: &Path, folder: &Path) -> Result<(), Box<dyn Error>> {
    let out = &mut |mut line: Value| {
        line["engine"] = json!("jaal");
        writeln!(std::io::stdout(), "{line}").ok();
    };
    measure(root, data, folder, out)?;
    let database = Database::open(folder)?;
    questions::ask(&database.read()?, &data.join("pairs.csv"), out)?;
    searches::ask(&database.read()?.view, out);
    commits::measure(root, data, &database, out)?;
    out(json!({ "task": "memory", "peak_mb": peak_memory_mb() }));
    Ok(())
}

/// Loads the case into a fresh store and opens it again.
fn measure(
    root: &Path,
    data: &Path,
    folder: &Path,
    out: &mut dyn FnMut(Value),
) -> Result<(), Box<dyn Error>> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    let actor = Actor { name: "bench".to_owned(), now: 0 };
    let start = Instant::now();
    let database = Database::create(folder, &actor)?;
    let report = database.load(requests(root, data)?, &LoadOptions::default(), &actor, &mut Unwatched)?;
    let seconds = start.elapsed().as_secs_f64();
    let (entities, links, rows) = (report.entities, report.links, report.counts.read);
    out(json!({ "task": "load", "s": seconds, "rows": rows, "entities": entities, "links": links }));
    drop(database);
    out(json!({ "task": "disk", "mb": folder_bytes(folder)? as f64 / 1e6 }));
    let start = Instant::now();
    let database = Database::open(folder)?;
    let reading = database.read()?;
    let person = reading.view.find_key(&Key::new("case.person", "7")).ok_or("there is no person 7")?;
    let name = reading.view.name(person);
    out(json!({ "task": "open_first_query", "s": start.elapsed().as_secs_f64(), "name": name }));
    Ok(())
}

fn requests(root: &Path, data: &Path) -> Result<Vec<LoadRequest>, Box<dyn Error>> {
    FILES
        .iter()
        .map(|name| {
            let spec = root.join(format!("samples/specs/casegen/{name}.toml"));
            Ok(LoadRequest::spec(&spec, &[data.join(format!("{name}.csv"))], Handover::default())?)
        })
        .collect()
}

fn folder_bytes(folder: &Path) -> std::io::Result<u64> {
    let mut sum = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        sum +=
            if entry.file_type()?.is_dir() { folder_bytes(&entry.path())? } else { entry.metadata()?.len() };
    }
    Ok(sum)
}

/// The most memory that the process has had resident, where the system tells.
fn peak_memory_mb() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<f64>().ok().map(|kilobytes| kilobytes / 1e3)
}
