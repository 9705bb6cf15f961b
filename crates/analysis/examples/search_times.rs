//! How long searches take: `search_times STORE QUESTIONS`, where each line of the file is a kind of question, a tab
//! and a text. Prints the median, the 99th percentile and the longest time of each kind in milliseconds.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a tool of developers: it prints, and stops on any error"
)]

use jaal_analysis::find::find;
use jaal_graph::View;
use jaal_ledger::Ledger;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

/// How often each question is asked; the best time counts, as other work on the machine only adds to it.
const ROUNDS: usize = 5;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let store = arguments.next().unwrap();
    let questions = std::fs::read_to_string(arguments.next().unwrap()).unwrap();
    let ledger = Ledger::open(Path::new(&store)).unwrap();
    let mut segments: Vec<_> = std::fs::read_dir(Path::new(&store).join("segments"))
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    segments.sort();
    let view = View::open(segments.last().unwrap(), ledger.opaque_key()).unwrap();
    // Sections are checked when they are first read, which is not what is measured.
    view.segment().check_all().unwrap();
    let mut times: BTreeMap<&str, Vec<(f64, &str, usize)>> = BTreeMap::new();
    for (kind, text) in questions.lines().filter_map(|line| line.split_once('\t')) {
        let mut best = f64::INFINITY;
        let mut hits = 0;
        for _ in 0..ROUNDS {
            let start = Instant::now();
            hits = find(&view, text, "PK", 20).len();
            best = best.min(start.elapsed().as_secs_f64() * 1e3);
        }
        times.entry(kind).or_default().push((best, text, hits));
    }
    println!("{:<10} {:>6} {:>8} {:>8} {:>8}  longest", "kind", "asked", "p50 ms", "p99 ms", "max ms");
    for (kind, mut times) in times {
        times.sort_by(|a, b| a.0.total_cmp(&b.0));
        let at = |part: f64| times[((times.len() - 1) as f64 * part).round() as usize].0;
        let (max, text, hits) = times[times.len() - 1];
        let found = times.iter().filter(|(_, _, hits)| *hits > 0).count();
        println!(
            "{kind:<10} {:>6} {:>8.3} {:>8.3} {max:>8.3}  {text} ({hits} hits); {found} found something",
            times.len(),
            at(0.5),
            at(0.99)
        );
    }
}
