//! The same deliveries give the same graph and the same answers, byte for byte, at any number of threads.
//!
//! The size of the pool is fixed for the life of a program, so the test starts its own program again for each size
//! (then with [`DUMP`] set) and compares what those runs write.

use crate::support::files::table;
use crate::support::sample::sample;
use crate::support::{actor, case_folder, dump, node, restore, whole_graph};
use jaal_engine::algorithms::paths::Workspace;
use jaal_engine::analysis::chart::{NetworkChart, network_chart, path_chart};
use jaal_engine::analysis::find::find;
use jaal_engine::analysis::networks::{NetworkConfig, networks, summaries};
use jaal_engine::analysis::path::{PathQuestion, path, with_evidence};
use jaal_engine::analysis::report::{CrackdownPeriod, crackdown};
use jaal_engine::analysis::ties::{TieProfile, ties};
use jaal_engine::analysis::{card, why};
use jaal_engine::export::{RenderOptions, render};
use jaal_engine::model::answer::Chart;
use jaal_engine::model::value::Date;
use jaal_engine::{AlgoRequest, Budget, CaseManifest, Database, LoadOptions, Reading, Unwatched};
use serde::Serialize;
use std::fmt::{Display, Write as _};
use std::path::Path;
use std::process::Command;

/// Names the dump to answer from, in a program started by the test.
const DUMP: &str = "JAAL_TEST_DUMP";
/// Names the file for the answers.
const ANSWERS: &str = "JAAL_TEST_ANSWERS";

#[test]
fn threads_change_nothing() {
    if let Some(dump) = std::env::var_os(DUMP) {
        let answers = all_answers(&std::fs::read(dump).unwrap());
        std::fs::write(std::env::var_os(ANSWERS).unwrap(), answers).unwrap();
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let dump_file = folder.path().join("dump");
    std::fs::write(&dump_file, dump(&sample().database)).unwrap();
    let run = |threads: &str| {
        let answers = folder.path().join(format!("answers-{threads}"));
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "determinism::threads_change_nothing"])
            .env("RAYON_NUM_THREADS", threads)
            .env(DUMP, &dump_file)
            .env(ANSWERS, &answers)
            .output()
            .unwrap();
        assert!(output.status.success(), "{threads} threads: {}", String::from_utf8_lossy(&output.stdout));
        std::fs::read_to_string(answers).unwrap()
    };
    let one = run("1");
    assert!(one.starts_with("threads 1\n") && one.lines().count() > 10_000, "{} lines", one.lines().count());
    for threads in ["2", "8"] {
        let other = run(threads);
        let differs = one.lines().zip(other.lines()).skip(1).find(|(a, b)| a != b);
        assert_eq!(differs, None, "with {threads} threads");
        assert_eq!(one.lines().count(), other.lines().count(), "with {threads} threads");
    }
}

/// The answers to one of each question, a line each, from a store restored from the dump, and what loading the case
/// afresh gives as far as it does not hang on the secrets of the new store.
fn all_answers(dump: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let database = restore(&folder.path().join("restored"), dump);
    let mut out = Lines(format!("threads {}\n", rayon::current_num_threads()));
    let reading = database.read().unwrap();
    out.text("digest", &reading.view.digest());
    out.text("checksum", &reading.view.segment().content_checksum());
    entities(&reading, &mut out);
    paths(&reading, &mut out);
    groups(&reading, &mut out);
    report(&reading, &mut out);
    algorithms(&reading, &mut out);
    reading.view.intact().unwrap();
    fresh(&folder.path().join("fresh"), &mut out);
    out.0
}

struct Lines(String);

impl Lines {
    fn json(&mut self, name: &str, answer: &impl Serialize) {
        self.text(name, &serde_json::to_string(answer).unwrap());
    }

    fn text(&mut self, name: &str, text: &impl Display) {
        writeln!(self.0, "{name} {text}").unwrap();
    }

    fn picture(&mut self, name: &str, chart: &Chart) {
        let options = RenderOptions { use_graphviz: false, ..RenderOptions::default() };
        self.json(name, chart);
        self.text(name, &String::from_utf8(render(chart, &options).unwrap().bytes).unwrap());
    }
}

fn entities(reading: &Reading, out: &mut Lines) {
    let (view, sources) = (&reading.view, &reading.sources);
    for text in ["Kiran", "raza", "0308-0763318", "39901", "U-2025-001", "nobody of this name"] {
        out.json("find", &find(view, text, "PK", 50));
    }
    for member in table(&case_folder().join("truth/members.csv")).iter().step_by(60) {
        let Some((scheme, value)) = member[0].split_once('=') else { continue };
        let Some(node) = view.find_key(&jaal_engine::model::Key::new(scheme, value)) else { continue };
        out.json("show", &card::show(view, sources, node).unwrap());
        out.json("why", &why::why_entity(view, sources, node, 20).unwrap());
    }
}

fn paths(reading: &Reading, out: &mut Lines) {
    let (view, sources) = (&reading.view, &reading.sources);
    let mut workspace = Workspace::new();
    for row in table(&case_folder().join("truth/paths.csv")) {
        let (from, to) = (node(view, &row[0]), node(view, &row[1]));
        let question = PathQuestion { all: true, limit: 20, ..PathQuestion::between(from, to) };
        let mut answer = path(view, &question, &mut workspace, &Budget::unlimited()).unwrap();
        with_evidence(view, sources, &mut answer, 3).unwrap();
        out.json("path", &answer);
        out.picture("path chart", &path_chart(view, &question, &answer).unwrap());
    }
}

fn groups(reading: &Reading, out: &mut Lines) {
    let view = &reading.view;
    let config = NetworkConfig::default();
    let ties = ties(view, &TieProfile::default(), &Budget::unlimited()).unwrap();
    let networks = networks(&ties, &config, &Budget::unlimited()).unwrap();
    for summary in summaries(view, &ties, &networks, &config) {
        out.json("network", &summary);
    }
    let chart = network_chart(view, &ties, &networks, &NetworkChart::of(vec![1, 2])).unwrap();
    out.picture("network chart", &chart);
}

fn report(reading: &Reading, out: &mut Lines) {
    let day = |month, day| Date::from_ymd(2025, month, day).unwrap().days();
    let period = CrackdownPeriod { from: day(9, 1), to: day(10, 31), since: day(1, 1) };
    out.json("report", &crackdown(&reading.view, &reading.sources, &period, true).unwrap());
}

fn algorithms(reading: &Reading, out: &mut Lines) {
    for name in ["wcc", "leiden", "pagerank"] {
        let request = AlgoRequest { name: name.to_owned(), ..AlgoRequest::default() };
        let answer = reading.algo(&request, &Budget::unlimited()).unwrap();
        let mut csv = Vec::new();
        answer.write_csv(&reading.view, &mut csv).unwrap();
        out.text(name, &String::from_utf8(csv).unwrap());
        out.text(name, &format!("{:?} {:?} {:?}", answer.groups, answer.quality, answer.residual));
    }
}

fn fresh(folder: &Path, out: &mut Lines) {
    let database = Database::create(folder, &actor()).unwrap();
    let requests = CaseManifest::open(&case_folder()).unwrap().requests().unwrap();
    let report = database.load(requests, &LoadOptions::default(), &actor(), &mut Unwatched).unwrap();
    out.json("loaded", &report.deliveries);
    // The checksum of a segment covers the hash of the commit, and in that the salts of the store.
    out.text("fresh", &whole_graph(&database.read().unwrap().view));
}
