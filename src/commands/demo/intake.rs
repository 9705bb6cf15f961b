//! The first part of the story: the deliveries come in, and every row is accounted for.

use super::say;
use crate::failure::Failure;
use crate::output::number::{counted, grouped};
use crate::output::words::cut;
use crate::output::{Cell, Column, Grid};
use crate::session::Session;
use jaal_engine::model::{Counts, Reject};
use jaal_engine::{CaseManifest, Database, LoadOptions, LoadReport};

/// Rejected rows shown.
const REJECTS: usize = 6;

/// Loads the case and tells what came of it.
pub(super) fn run(session: &Session, database: &Database, manifest: &CaseManifest) -> Result<(), Failure> {
    let options =
        LoadOptions { purpose: Some(format!("load case {}", manifest.name)), ..LoadOptions::default() };
    let report = database.load(manifest.requests()?, &options, &session.actor(), &mut session.progress())?;
    say(|page| {
        page.table(&deliveries(&report), 2)?;
        page.line(format_args!(
            "  From them: {} people, numbers, accounts and other things, and {} links among them",
            grouped(report.entities),
            grouped(report.links)
        ))?;
        let shown = one_each(&report);
        if shown.is_empty() {
            return Ok(());
        }
        page.gap()?;
        page.line(format_args!(
            "  {} rejected, each kept with its reason; some of them:",
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

/// The deliveries with their counts, and the sums.
fn deliveries(report: &LoadReport) -> Grid {
    let mut grid = Grid::new(&[
        Column::text("agency"),
        Column::text("file"),
        Column::number("read"),
        Column::number("accepted"),
        Column::number("duplicate"),
        Column::number("skipped"),
        Column::number("rejected"),
    ]);
    let mut row = |agency: &str, files: String, counts: Counts| {
        let Counts { read, accepted, duplicate, skipped, rejected } = counts;
        let figures = [read, accepted, duplicate, skipped, rejected].map(Cell::from);
        grid.row([agency.into(), files.into()].into_iter().chain(figures));
    };
    for delivery in &report.deliveries {
        let files = match delivery.files.as_slice() {
            [] => String::new(),
            [one] => one.clone(),
            [one, rest @ ..] => format!("{one} + {} more", rest.len()),
        };
        row(&delivery.agency, files, delivery.counts);
    }
    row("all", String::new(), report.counts);
    grid
}

/// The first reject of each delivery, then the second of each, and so on: different faults, not one many times.
fn one_each(report: &LoadReport) -> Vec<&Reject> {
    let most = report.deliveries.iter().map(|delivery| delivery.rejects.len()).max().unwrap_or(0);
    let by_turn =
        (0..most).flat_map(|turn| report.deliveries.iter().filter_map(move |d| d.rejects.get(turn)));
    by_turn.take(REJECTS).collect()
}
