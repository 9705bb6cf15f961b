//! How load time, and the time until a small commit is shown, grow with the case.

use super::{BenchArguments, once_in_a_process};
use crate::say;
use serde_json::{Value, json};
use std::error::Error;
use std::path::Path;
use std::process::Command;

/// Loads a generated case of each size asked for; tells each, then the exponent of load time over the number of
/// persons, fitted by least squares over the logarithms.
pub(super) fn measure(
    root: &Path,
    arguments: &BenchArguments,
    out: &mut dyn FnMut(Value),
) -> Result<(), Box<dyn Error>> {
    if arguments.sizes.is_empty() {
        return Ok(());
    }
    let Some(script) = arguments.script(root, "casegen.py") else { return Ok(()) };
    let mut points = Vec::new();
    for persons in &arguments.sizes {
        let folder = tempfile::Builder::new().prefix("jaal-growth").tempdir()?;
        let data = folder.path().join("case");
        let mut command = Command::new(&arguments.python);
        command.arg(&script).arg(&data).args(["--persons", &persons.to_string(), "--seed", "1"]);
        let output = command.output()?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            say(&format!("not run: casegen.py failed: {}", said.lines().last().unwrap_or("")));
            return Ok(());
        }
        let lines = once_in_a_process(&data, &folder.path().join("store"))?;
        let of = |task: &str, unit: &str| {
            lines.iter().find(|line| line["task"] == task).and_then(|line| line[unit].as_f64())
        };
        if let Some(seconds) = of("load", "s") {
            points.push(((*persons as f64).ln(), seconds.ln()));
        }
        out(json!({
            "engine": "jaal", "task": "growth", "persons": persons, "load_s": of("load", "s"),
            "disk_mb": of("disk", "mb"), "peak_mb": of("memory", "peak_mb"),
            "commit_1_ms": of("commit_1", "p50_ms"), "publish_1_ms": of("commit_1", "publish_p50_ms"),
            "commit_1000_ms": of("commit_1000", "p50_ms"),
            "publish_1000_ms": of("commit_1000", "publish_p50_ms"),
        }));
    }
    out(json!({ "engine": "jaal", "task": "growth_exponent", "of": "load_s", "exponent": slope(&points) }));
    Ok(())
}

/// The slope of the line through points that leaves the least squares; none through fewer than two.
fn slope(points: &[(f64, f64)]) -> Option<f64> {
    if points.len() < 2 {
        return None;
    }
    let count = points.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
    let (x, y) = (mean(|p| p.0), mean(|p| p.1));
    let above: f64 = points.iter().map(|p| (p.0 - x) * (p.1 - y)).sum();
    let below: f64 = points.iter().map(|p| (p.0 - x).powi(2)).sum();
    (below > 0.0).then(|| above / below)
}

#[cfg(test)]
mod tests {
    use super::slope;

    #[test]
    fn fits_a_line() {
        assert_eq!(slope(&[(1.0, 5.0)]), None);
        let exact = slope(&[(0.0, 1.0), (1.0, 3.0), (2.0, 5.0)]).unwrap();
        assert!((exact - 2.0).abs() < 1e-12);
        let noisy = slope(&[(0.0, 0.0), (1.0, 2.0), (2.0, 1.0)]).unwrap();
        assert!((noisy - 0.5).abs() < 1e-12);
    }
}
