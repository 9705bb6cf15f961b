//! The third part of the story: networks, those with people arrested first.

use crate::commands::networks::Grouped;
use crate::output::number::{counted, grouped};
use crate::output::words::{clean, kind, label};
use crate::output::{Column, Grid, Page};
use jaal_engine::model::answer::{EntityRef, NetworkSummary};
use std::io;

/// Networks listed.
const LISTED: usize = 6;
/// How many members and shared things a line names.
const NAMED: usize = 2;

/// The networks in which somebody was arrested, largest first.
pub(super) fn with_arrests(grouped: &Grouped) -> impl Iterator<Item = &NetworkSummary> {
    grouped.summaries.iter().filter(|network| network.arrested > 0)
}

/// The networks with arrests, and how many others there are.
pub(super) fn page(page: &mut Page<'_>, found: &Grouped) -> io::Result<()> {
    let all = found.summaries.len();
    let raided: Vec<&NetworkSummary> = with_arrests(found).collect();
    let listed = raided.get(..LISTED).unwrap_or(&raided);
    page.line(format_args!(
        "  {} with people arrested, largest first:",
        counted(raided.len() as u64, "network")
    ))?;
    page.table(&table(listed), 2)?;
    if raided.len() > listed.len() {
        let more = counted((raided.len() - listed.len()) as u64, "smaller network");
        page.faint(format_args!("  {more} with people arrested not listed"))?;
    }
    let without = counted((all - raided.len()) as u64, "other group");
    page.faint(format_args!(
        "  Left out: {without} of people tied to each other, with nobody arrested in them."
    ))?;
    page.faint(
        "  Most tied: who shares and calls most within the network. It says nothing of anybody's part in it.",
    )
}

fn table(networks: &[&NetworkSummary]) -> Grid {
    let mut grid = Grid::new(&[
        Column::number("network"),
        Column::number("people"),
        Column::number("arrested"),
        Column::text("most tied"),
        Column::text("held together by (people)"),
    ]);
    for network in networks {
        let strongest: Vec<String> = network.members.iter().take(NAMED).map(|m| label(&m.person)).collect();
        let shared: Vec<String> =
            network.shared.iter().take(NAMED).map(|(thing, n)| held_by(thing, *n)).collect();
        grid.row([
            network.number.into(),
            network.size.into(),
            network.arrested.into(),
            strongest.join(", ").into(),
            shared.join(", ").into(),
        ]);
    }
    grid
}

/// A shared thing and how many people share it: `case CCA-LHR-0152/2025 (23 people)`.
fn held_by(thing: &EntityRef, people: u64) -> String {
    format!("{} {} ({})", clean(&kind(thing)).to_lowercase(), label(thing), grouped(people))
}
