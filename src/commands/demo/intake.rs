//! The first part of the story: the deliveries come in, and every row is accounted for.

use super::say;
use crate::commands::load::table;
use crate::failure::Failure;
use crate::output::number::{counted, grouped};
use crate::output::words::cut;
use crate::output::{Cell, Column, Grid};
use crate::session::Session;
use jaal_engine::model::Reject;
use jaal_engine::{CaseManifest, Database, LoadOptions, LoadReport};

/// Rejected rows shown.
const REJECTS: usize = 6;

/// Loads the case and tells what came of it.
pub(super) fn run(session: &Session, database: &Database, manifest: &CaseManifest) -> Result<(), Failure> {
    let options =
        LoadOptions { purpose: Some(format!("load case {}", manifest.name)), ..LoadOptions::default() };
    let report = database.load(manifest.requests()?, &options, &session.actor(), &mut session.progress())?;
    say(|page| {
        page.table(&table(&report), 2)?;
        page.line(format_args!(
            "  {} entities, {} links in the graph",
            grouped(report.entities),
            grouped(report.links)
        ))?;
        let shown = one_each(&report);
        if shown.is_empty() {
            return Ok(());
        }
        page.gap()?;
        page.line(format_args!(
            "  {} rejected, each with its reason; some of them:",
            counted(report.counts.rejected, "row")
        ))?;
        let mut grid = Grid::new(&[
            Column::text("file"),
            Column::number("line"),
            Column::text("column"),
            Column::long("reason"),
        ]);
        for reject in shown {
            grid.row([
                reject.file.as_str().into(),
                reject.line.to_string().into(),
                Cell::maybe(reject.column.as_deref()),
                cut(&reject.reason, 120).into(),
            ]);
        }
        page.table(&grid, 2)
    })
}

/// The first reject of each delivery, then the second of each, and so on: different faults, not one many times.
fn one_each(report: &LoadReport) -> Vec<&Reject> {
    let most = report.deliveries.iter().map(|delivery| delivery.rejects.len()).max().unwrap_or(0);
    let by_turn =
        (0..most).flat_map(|turn| report.deliveries.iter().filter_map(move |d| d.rejects.get(turn)));
    by_turn.take(REJECTS).collect()
}
