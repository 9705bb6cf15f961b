//! Small commits on a store: how long one of one row and one of a thousand take until they are durable and the graph
//! shows them, and how much of that is the graph.

use jaal_engine::model::Handover;
use jaal_engine::{Actor, Database, LoadOptions, LoadRequest, Watch};
use serde_json::{Value, json};
use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

/// How often each is done.
const TIMES: usize = 5;

/// Hears when the commit is durable.
#[derive(Default)]
struct Durable(Option<Instant>);

impl Watch for Durable {
    fn stage(&mut self, name: &str, _total: u64) {
        if name == "bringing the graph up" {
            self.0 = Some(Instant::now());
        }
    }
}

/// Commits calls between phones, some of them new, and tells the medians.
pub(super) fn measure(
    root: &Path,
    data: &Path,
    database: &Database,
    out: &mut dyn FnMut(Value),
) -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let phones = std::fs::read_to_string(data.join("phone.csv"))?;
    let phones: Vec<&str> = phones.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    let spec = root.join("samples/specs/casegen/called.toml");
    for rows in [1, 1000] {
        let (mut whole, mut publishing) = (Vec::new(), Vec::new());
        for time in 0..TIMES {
            let file = folder.path().join(format!("calls-{rows}-{time}.csv"));
            std::fs::write(&file, calls(&phones, rows, time))?;
            let mut durable = Durable::default();
            let start = Instant::now();
            let request = LoadRequest::spec(&spec, &[file], Handover::default())?;
            let actor = Actor { name: "bench".to_owned(), now: 0 };
            database.load(vec![request], &LoadOptions::default(), &actor, &mut durable)?;
            whole.push(start.elapsed().as_secs_f64() * 1e3);
            publishing.extend(durable.0.map(|since| since.elapsed().as_secs_f64() * 1e3));
        }
        whole.sort_by(f64::total_cmp);
        publishing.sort_by(f64::total_cmp);
        out(json!({
            "task": format!("commit_{rows}"), "n": TIMES, "p50_ms": whole.get(TIMES / 2),
            "publish_p50_ms": publishing.get(publishing.len() / 2), "max_ms": whole.last(),
        }));
    }
    Ok(())
}

/// Calls as `called.csv` has them, no two alike over all the times.
fn calls(phones: &[&str], rows: usize, time: usize) -> String {
    let mut text = "src,dst,calls,seconds\n".to_owned();
    for row in 0..rows {
        // Spread over the case's phones; one in ten is new to it.
        let number = row * 7919 + time * 104_729 + rows;
        let at = |number: usize| phones.get(number % phones.len().max(1)).copied().unwrap_or("0");
        let new = format!("9{number:09}");
        let callee = if row % 10 == 9 { new.as_str() } else { at(number * 13 + 1) };
        writeln!(text, "{},{callee},{},{}", at(number), time + 1, row + 1).ok();
    }
    text
}
