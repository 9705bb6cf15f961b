//! The fourth part of the story: a path between two networks, with the rows it stands on.

use crate::commands::networks::Grouped;
use crate::commands::path;
use crate::failure::Failure;
use crate::output::Page;
use crate::output::words::{address, label};
use jaal_engine::algorithms::paths::Workspace;
use jaal_engine::analysis::path::{PathQuestion, path as search, with_evidence};
use jaal_engine::model::answer::{NetworkSummary, PathAnswer};
use jaal_engine::{Budget, Reading};
use std::io;

/// Networks tried against each other, largest first.
const TRIED: usize = 6;
/// Entities with more links than this connect everybody with everybody: a courier's number, a bank's own account.
const HUB_CAP: u64 = 200;

/// A path between members of two networks.
pub(super) struct Connection {
    pub(super) question: PathQuestion,
    pub(super) answer: PathAnswer,
    networks: [u32; 2],
}

impl Connection {
    /// The two ends as one would type them.
    pub(super) fn addresses(&self) -> (String, String) {
        (address(&self.answer.from), address(&self.answer.to))
    }
}

/// The shortest path between the most strongly tied members of the two largest networks that one connects.
pub(super) fn find(reading: &Reading, grouped: &Grouped) -> Result<Option<Connection>, Failure> {
    let largest = grouped.summaries.get(..TRIED).unwrap_or(&grouped.summaries);
    let mut workspace = Workspace::new();
    for (at, second) in largest.iter().enumerate() {
        for first in &largest[..at] {
            if let Some(connection) = between(reading, [first, second], &mut workspace)? {
                return Ok(Some(connection));
            }
        }
    }
    Ok(None)
}

fn between(
    reading: &Reading,
    networks: [&NetworkSummary; 2],
    workspace: &mut Workspace,
) -> Result<Option<Connection>, Failure> {
    let strongest = networks.map(|n| n.members.first().and_then(|m| reading.view.node_of(m.person.id)));
    let [Some(from), Some(to)] = strongest else { return Ok(None) };
    let question = PathQuestion { hub_cap: Some(HUB_CAP), ..PathQuestion::between(from, to) };
    let mut answer = search(&reading.view, &question, workspace, &Budget::default())?;
    if answer.length.is_none() {
        return Ok(None);
    }
    with_evidence(&reading.view, &reading.sources, &mut answer, 1)?;
    let answer = reading.check(answer)?;
    Ok(Some(Connection { question, answer, networks: networks.map(|network| network.number) }))
}

/// The path and its rows.
pub(super) fn page(page: &mut Page<'_>, connection: Option<&Connection>) -> io::Result<()> {
    let Some(Connection { answer, networks: [first, second], .. }) = connection else {
        return page.line("  No path connects the largest networks.");
    };
    page.line(format_args!(
        "  {} of network {first} and {} of network {second}, the most strongly tied of each:",
        label(&answer.from),
        label(&answer.to)
    ))?;
    path::page(page, answer, true)
}
