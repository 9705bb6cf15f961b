//! Medians over the runs, their ratios to the peers' medians, and the bars that they are held to.

use serde_json::{Value, json};
use std::fmt::Write as _;

/// A bar: our task and its unit, the peer with its name for the task, the ratio that must hold and the one aimed at.
struct Bar {
    task: &'static str,
    unit: &'static str,
    peer: (&'static str, &'static str),
    must: f64,
    aim: f64,
}

const fn bar(task: &'static str, unit: &'static str, must: f64, aim: f64) -> Bar {
    Bar { task, unit, peer: ("ladybug", task), must, aim }
}

/// All bars, in the order of the table.
const BARS: [Bar; 7] = [
    bar("load", "s", 1.0, 0.5),
    bar("disk", "mb", 3.0, 1.5),
    bar("open_first_query", "s", 1.0, 0.25),
    bar("point", "p50_ms", 1.0, 0.3),
    bar("ego2", "p50_ms", 0.5, 0.1),
    bar("shared_phone", "p50_ms", 0.5, 0.1),
    Bar { task: "shortest", unit: "p50_ms", peer: ("networkit", "bidir_path"), must: 1.3, aim: 0.5 },
];

/// What a line may have measured.
const UNITS: [&str; 7] = ["s", "mb", "p50_ms", "p99_ms", "max_ms", "publish_p50_ms", "peak_mb"];

/// A line for each engine, task and unit with the median over the runs, then one for each bar that has a peer.
pub(super) fn of(lines: &[Value]) -> Vec<Value> {
    let mut out: Vec<Value> = Vec::new();
    for line in lines {
        let is_there = |had: &Value| had["engine"] == line["engine"] && had["task"] == line["task"];
        if out.iter().any(is_there) {
            continue;
        }
        let (Some(engine), Some(task)) = (line["engine"].as_str(), line["task"].as_str()) else { continue };
        for unit in UNITS {
            if let Some((median, runs)) = median(lines, engine, task, unit) {
                out.push(
                    json!({ "engine": engine, "task": task, "unit": unit, "median": median, "runs": runs }),
                );
            }
        }
    }
    for bar in &BARS {
        if let Some((ours, theirs)) = medians(lines, bar) {
            out.push(json!({
                "engine": "ratio", "task": bar.task, "unit": bar.unit, "to": bar.peer.0, "ratio": ours / theirs,
                "must": bar.must, "aim": bar.aim, "holds": ours / theirs <= bar.must,
            }));
        }
    }
    out
}

/// The bars as a table for people; tells what ours measured where there is no peer.
pub(super) fn table(lines: &[Value]) -> String {
    let mut text = format!(
        "{:18}{:>12}{:>12}{:>9}{:>7}{:>7}\n",
        "median of runs", "jaal", "peer", "ratio", "must", "aim"
    );
    for bar in &BARS {
        let name = format!("{}, {}", bar.task, bar.unit);
        let Some((ours, _)) = median(lines, "jaal", bar.task, bar.unit) else { continue };
        match medians(lines, bar) {
            Some((_, theirs)) => {
                let (ratio, must, aim) = (ours / theirs, bar.must, bar.aim);
                let word = if ratio <= must { "" } else { "  does not hold" };
                writeln!(text, "{name:18}{ours:>12.4}{theirs:>12.4}{ratio:>9.3}{must:>7}{aim:>7}{word}").ok();
            }
            None => {
                writeln!(text, "{name:18}{ours:>12.4}{:>12}", "not run").ok();
            }
        }
    }
    for (task, unit) in [
        ("search_whole", "p99_ms"),
        ("search_exchanged", "p99_ms"),
        ("search_begun", "p99_ms"),
        ("search_slip", "p99_ms"),
        ("search_first_word", "p99_ms"),
        ("search_digits", "p99_ms"),
        ("memory", "peak_mb"),
        ("commit_1", "p50_ms"),
        ("commit_1", "publish_p50_ms"),
        ("commit_1000", "p50_ms"),
        ("commit_1000", "publish_p50_ms"),
    ] {
        if let Some((ours, _)) = median(lines, "jaal", task, unit) {
            writeln!(text, "{:30}{ours:>10.3}", format!("{task}, {unit}")).ok();
        }
    }
    text.trim_end().to_owned()
}

/// Our median and the peer's.
fn medians(lines: &[Value], bar: &Bar) -> Option<(f64, f64)> {
    let (ours, _) = median(lines, "jaal", bar.task, bar.unit)?;
    let (theirs, _) = median(lines, bar.peer.0, bar.peer.1, bar.unit)?;
    Some((ours, theirs))
}

/// The median of what an engine's runs measured, and how many did.
fn median(lines: &[Value], engine: &str, task: &str, unit: &str) -> Option<(f64, usize)> {
    let mine = lines.iter().filter(|line| line["engine"] == engine && line["task"] == task);
    let mut values: Vec<f64> = mine.filter_map(|line| line[unit].as_f64()).collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    let lower = if values.len().is_multiple_of(2) { *values.get(middle - 1)? } else { upper };
    Some((lower.midpoint(upper), values.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_ratios_and_bars() {
        let line = |engine: &str, s: f64| json!({ "engine": engine, "task": "load", "s": s });
        let lines = [
            line("jaal", 9.0),
            line("ladybug", 4.0),
            line("jaal", 3.0),
            line("ladybug", 2.0),
            line("jaal", 4.0),
        ];
        assert_eq!(median(&lines, "jaal", "load", "s"), Some((4.0, 3)));
        assert_eq!(median(&lines, "ladybug", "load", "s"), Some((3.0, 2)));
        assert_eq!(median(&lines, "jaal", "point", "s"), None);
        let last = of(&lines).pop().unwrap();
        assert_eq!(
            (&last["to"], &last["holds"], &last["must"]),
            (&json!("ladybug"), &json!(false), &json!(1.0))
        );
        assert_eq!(of(&lines).len(), 3, "a median for each engine and one ratio");
        assert!(table(&lines).contains("does not hold"));
    }
}
