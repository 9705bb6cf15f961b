//! The fourth part of the story: a path between two networks, with the rows it stands on.
//!
//! The ends are those whom an investigator would ask about: in each network the member who by the registers directs
//! most companies and rents or lets most premises, counted with the network's cases that lead to them. Where several
//! control as much, one who was not arrested comes first. Nothing of it says who leads anything.

use super::groups::with_arrests;
use crate::commands::networks::Grouped;
use crate::failure::Failure;
use crate::output::number::{counted, grouped};
use crate::output::words::{address, label};
use crate::output::{Page, route};
use jaal_engine::algorithms::paths::Workspace;
use jaal_engine::analysis::control::{Control, control};
use jaal_engine::analysis::path::{PathQuestion, path as search, with_evidence};
use jaal_engine::model::NodeIdx;
use jaal_engine::model::answer::{EntityRef, NetworkSummary, PathAnswer};
use jaal_engine::{Budget, Reading};
use std::io;

/// Networks tried against each other, largest first.
const TRIED: usize = 6;
/// Entities linked with more others than this connect everybody with everybody: a courier's number, a bank's own account.
pub(super) const HUB_CAP: u64 = 200;

/// A path between members of two networks.
pub(super) struct Connection {
    pub(super) question: PathQuestion,
    pub(super) answer: PathAnswer,
    /// What is said of each end.
    ends: [[String; 2]; 2],
}

/// A member of a network to ask about.
struct End {
    node: NodeIdx,
    /// Who it is, and what they control.
    words: [String; 2],
}

impl Connection {
    /// The two ends as one would type them.
    pub(super) fn addresses(&self) -> (String, String) {
        (address(&self.answer.from), address(&self.answer.to))
    }
}

/// The shortest path between the two largest networks with arrests that one connects.
pub(super) fn find(reading: &Reading, grouped: &Grouped) -> Result<Option<Connection>, Failure> {
    let mut ends: Vec<End> = Vec::new();
    let mut workspace = Workspace::new();
    for network in with_arrests(grouped).take(TRIED) {
        let Some(second) = end(reading, grouped, network)? else { continue };
        for first in &ends {
            if let Some(connection) = between(reading, [first, &second], &mut workspace)? {
                return Ok(Some(connection));
            }
        }
        ends.push(second);
    }
    Ok(None)
}

/// The member of a network who controls most, else the most strongly tied one.
fn end(reading: &Reading, grouped: &Grouped, network: &NetworkSummary) -> Result<Option<End>, Failure> {
    let number = network.number;
    let controls = control(&reading.view, &grouped.ties, &grouped.networks, number)?;
    let (person, words) = match (controls.first(), network.members.first()) {
        (Some(most), _) => {
            let state = if most.arrested { "arrested" } else { "not arrested" };
            (
                &most.person,
                [format!("{} of network {number}, {state}", label(&most.person)), controlling(most)],
            )
        }
        (None, Some(tied)) => {
            let who = format!("{} of network {number}", label(&tied.person));
            (&tied.person, [who, "controls nothing by the registers, nor does any other member".to_owned()])
        }
        (None, None) => return Ok(None),
    };
    Ok(reading.view.node_of(person.id).map(|node| End { node, words }))
}

/// What they control: `directs 3 companies and rents or lets 4 premises; 2 of the network's cases lead there`.
fn controlling(most: &Control) -> String {
    let count = |things: &[EntityRef]| things.len() as u64;
    let mut does = Vec::new();
    if !most.companies.is_empty() {
        does.push(format!("directs {}", counted(count(&most.companies), "company")));
    }
    if !most.premises.is_empty() {
        does.push(format!("rents or lets {} premises", grouped(count(&most.premises))));
    }
    let cases = match count(&most.cases) {
        0 => String::new(),
        1 => "; 1 of the network's cases leads there".to_owned(),
        more => format!("; {} of the network's cases lead there", grouped(more)),
    };
    format!("{}{cases}", does.join(" and "))
}

fn between(
    reading: &Reading,
    ends: [&End; 2],
    workspace: &mut Workspace,
) -> Result<Option<Connection>, Failure> {
    let question =
        PathQuestion { hub_cap: Some(HUB_CAP), ..PathQuestion::between(ends[0].node, ends[1].node) };
    let mut answer = search(&reading.view, &question, workspace, &Budget::default())?;
    if answer.length.is_none() {
        return Ok(None);
    }
    with_evidence(&reading.view, &reading.sources, &mut answer, 1)?;
    let answer = reading.check(answer)?;
    Ok(Some(Connection { question, answer, ends: ends.map(|end| end.words.clone()) }))
}

/// The path and its rows.
pub(super) fn page(page: &mut Page<'_>, connection: Option<&Connection>) -> io::Result<()> {
    let Some(Connection { answer, ends: [first, second], .. }) = connection else {
        return page.line("  No path connects the networks with people arrested.");
    };
    page.faint("  Asked of each network: who, by the registers, directs most companies and rents or lets most premises?")?;
    for (word, [who, controls]) in [("from", first), ("to", second)] {
        page.line(format_args!("  {word:4}  {who}"))?;
        page.line(format_args!("        {controls}"))?;
    }
    page.faint(format_args!(
        "  {} apart; ways through anything linked with more than {HUB_CAP} others, such as a courier's number, do not count",
        counted(answer.length.unwrap_or(0).into(), "link")
    ))?;
    page.gap()?;
    for path in answer.paths.iter().take(1) {
        route::page(page, path, 2, true)?;
    }
    match answer.count.unwrap_or(0).saturating_sub(1) {
        0 => Ok(()),
        1 => page.faint("  1 further path is as short."),
        more => page.faint(format_args!("  {} further paths are as short.", grouped(more))),
    }
}
