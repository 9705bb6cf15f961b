//! The fifth part of the story: people arrested afterwards, and the known people whom each is nearest to.

use super::say;
use crate::commands::networks::Grouped;
use crate::failure::Failure;
use crate::output::number::counted;
use crate::output::words::entity;
use crate::output::{Page, route};
use crate::session::Session;
use jaal_engine::algorithms::paths::Workspace;
use jaal_engine::analysis::nearest::{NearestConfig, nearest};
use jaal_engine::analysis::path::routes_evidence;
use jaal_engine::csr::{Adjacency, Direction};
use jaal_engine::model::answer::NearestAnswer;
use jaal_engine::model::{AssertionId, DeliveryId, NodeIdx};
use jaal_engine::{Budget, CaseManifest, Database, LoadOptions, Reading};
use std::collections::BTreeMap;
use std::io;
use std::ops::ControlFlow;

/// The state after the new arrests, and whom each is nearest to.
pub(super) struct After {
    pub(super) reading: Reading,
    pub(super) people: Vec<NearestAnswer>,
}

/// Takes the new arrests in and tells whom they are nearest to; nothing when the case has none.
pub(super) fn run(
    session: &Session,
    database: &Database,
    manifest: &CaseManifest,
    before: &Reading,
    grouped: &Grouped,
) -> Result<Option<After>, Failure> {
    let Some(request) = manifest.new_arrests()? else {
        say(|page| page.line("  The case has no new arrests."))?;
        return Ok(None);
    };
    let options = LoadOptions { purpose: Some("new arrests".to_owned()), ..LoadOptions::default() };
    let report = database.load(vec![request], &options, &session.actor(), &mut session.progress())?;
    let Some(delivery) = report.deliveries.first().and_then(|delivery| delivery.id) else { return Ok(None) };
    let reading = database.read()?;
    let known = people_of(&reading, delivery)?;
    let new: Vec<NodeIdx> = known.keys().copied().collect();
    let network_of = |node: NodeIdx| {
        let then = before.view.node_of(reading.view.entity_id(node))?;
        grouped.networks.of(&grouped.ties, then)
    };
    let mut people = nearest(
        &reading.view,
        &new,
        // Whoever the new delivery does not speak of was known before.
        &|node| known.get(&node).copied().unwrap_or(true),
        &network_of,
        &NearestConfig::default(),
        &mut Workspace::new(),
        &Budget::default(),
    )?;
    let routes = people.iter_mut().flat_map(|one| &mut one.nearest).map(|near| &mut near.path).collect();
    routes_evidence(&reading.view, &reading.sources, routes, 1)?;
    let people = reading.check(people)?;
    let own: Vec<Option<u32>> =
        people.iter().map(|one| reading.view.node_of(one.person.id).and_then(network_of)).collect();
    say(|page| {
        summary(page, &people)?;
        people.iter().zip(&own).enumerate().try_for_each(|(at, (one, own))| person(page, at + 1, one, *own))
    })?;
    Ok(Some(After { reading, people }))
}

/// How many there are of each sort.
fn summary(page: &mut Page<'_>, people: &[NearestAnswer]) -> io::Result<()> {
    let count = |is: fn(&NearestAnswer) -> bool| people.iter().filter(|one| is(one)).count();
    let known = count(|one| one.known_before);
    let lone = count(|one| !one.known_before && one.nearest.is_empty());
    page.line(format_args!(
        "  {}: {known} known before, {} not known but linked to somebody known, {lone} linked to nobody known",
        counted(people.len() as u64, "new arrest"),
        people.len() - known - lone
    ))?;
    page.faint("  Nearest: whom the links of the new person lead to soonest and by most ways. It is a lead, not a finding.")
}

/// The people whom a delivery speaks of, each with whether another delivery does too.
fn people_of(reading: &Reading, delivery: DeliveryId) -> Result<BTreeMap<NodeIdx, bool>, Failure> {
    let (view, sources) = (&reading.view, &reading.sources);
    let mut people = BTreeMap::new();
    let Some(kind) = view.kind("Person") else { return Ok(people) };
    for node in view.nodes_of_kind(kind) {
        let about = sources.deliveries_of(&view.node_claims(node))?;
        if !about.contains(&delivery) {
            continue;
        }
        let elsewhere = sources.deliveries_of(&link_claims(reading, node))?;
        people.insert(node, about.iter().chain(&elsewhere).any(|other| *other != delivery));
    }
    Ok(people)
}

/// The claims of all links of an entity.
fn link_claims(reading: &Reading, node: NodeIdx) -> Vec<AssertionId> {
    let mut claims = Vec::new();
    let _ = reading.view.runs(node.0, Direction::Both, &mut |run| {
        for index in 0..run.neighbours.len() {
            claims.extend(reading.view.link_claims(run.link(index)));
        }
        ControlFlow::Continue(())
    });
    claims
}

/// One new arrest: known already, or near to whom and by what.
fn person(page: &mut Page<'_>, number: usize, one: &NearestAnswer, own: Option<u32>) -> io::Result<()> {
    page.gap()?;
    let state = match (one.known_before, own) {
        (true, Some(network)) => format!("known before, in network {network}"),
        (true, None) => "known before".to_owned(),
        (false, _) if one.nearest.is_empty() => {
            "not known before; nothing links this person to anybody known".to_owned()
        }
        (false, _) => "not known before".to_owned(),
    };
    page.line(format_args!("  {number:>2}. {}   {state}", entity(&one.person)))?;
    for (rank, near) in one.nearest.iter().enumerate() {
        let network = near.network.map(|number| format!(", network {number}")).unwrap_or_default();
        let lead = if rank == 0 { "nearest to" } else { "then" };
        page.line(format_args!("      {lead} {}{network}", entity(&near.person)))?;
        if rank == 0 {
            route::page(page, &near.path, 9, false)?;
        }
    }
    Ok(())
}
