//! Ties: who of the people is connected with whom, and how strongly, by what they share.
//!
//! The answer is a graph of people alone. Two people are tied by each thing that both reach (a phone, a handset, an
//! account, premises, a company, a case) and by contact between their things (calls, payments). A thing shared by
//! `k` people gives each pair its base weight over `k - 1`, as M. E. J. Newman weights joint papers (*Scientific
//! collaboration networks II*, Phys. Rev. E 64 (2001) 016132, doi:10.1103/PhysRevE.64.016132): a raw projection would
//! give a hub of `k` people `k²` full ties and drown everything else. Beyond a stated number of people a thing ties
//! nobody and is listed as left out.
//!
//! Undirected; no self-ties; weights in fixed point, summed over all that two people share.

mod profile;
mod weights;

pub use profile::{Contact, Route, SharedThing, TieProfile};
pub(crate) use weights::plain;

use std::ops::ControlFlow;

use jaal_csr::{Adjacency, Budget, Csr, CsrBuilder, Direction};
use jaal_graph::View;
use jaal_model::NodeIdx;

use crate::AnalysisError;
use crate::walk::neighbours;
use weights::{Hold, by_thing, contact_weight, fixed, fold_holds, tie_across, tie_all};

/// In the table from nodes to people: not one of the people.
const NOBODY: u32 = u32::MAX;

/// People, and the ties among them.
#[derive(Clone, Debug)]
pub struct Ties {
    /// The people; the nodes of `graph` are positions here.
    pub people: Vec<NodeIdx>,
    /// The ties: undirected, weights in fixed point with [`Csr::UNIT`] for 1.
    pub graph: Csr,
    /// Things left out as hubs, with the number of people or counterparts they had, most first.
    pub hubs: Vec<(NodeIdx, u64)>,
    /// For each person the things reached, hubs left out: `(person, thing)`, sorted.
    pub things: Vec<(u32, NodeIdx)>,
}

impl Ties {
    /// The things that a person, by position in `people`, reaches.
    pub fn things_of(&self, person: u32) -> impl Iterator<Item = NodeIdx> + '_ {
        let first = self.things.partition_point(|(p, _)| *p < person);
        self.things[first..].iter().take_while(move |(p, _)| *p == person).map(|(_, thing)| *thing)
    }

    /// The position of a person; `None` for other entities.
    pub fn position(&self, node: NodeIdx) -> Option<u32> {
        self.people.binary_search(&node).ok().map(|at| at as u32)
    }
}

/// The ties among the people of a view.
///
/// # Errors
/// [`AnalysisError::Stopped`] when the budget ends, [`AnalysisError::Projection`] when the people are tied by more
/// than 2^31 pairs.
///
/// # Complexity
/// The links walked from people to things, plus `k²` for each thing of `k` people with `k` at most
/// [`TieProfile::hub_people`], plus the contacts of their things.
pub fn ties(view: &View, profile: &TieProfile, budget: &Budget) -> Result<Ties, AnalysisError> {
    let mut meter = budget.meter();
    let people: Vec<NodeIdx> =
        view.kind(&profile.people).map(|kind| view.nodes_of_kind(kind).collect()).unwrap_or_default();
    let mut arcs = Vec::new();
    let mut hubs: Vec<(NodeIdx, u64)> = Vec::new();
    let mut things = Vec::new();
    for sort in &profile.things {
        let mut holds = Vec::new();
        for route in &sort.routes {
            meter.spend(people.len() as u64)?;
            follow(view, &people, route, profile.hub_people, &mut holds);
        }
        fold_holds(&mut holds);
        for holders in by_thing(&holds) {
            let thing = NodeIdx(holders[0].thing);
            if holders.len() > profile.hub_people {
                hubs.push((thing, holders.len() as u64));
                continue;
            }
            meter.spend((holders.len() * holders.len()) as u64)?;
            tie_all(fixed(sort.base), holders, &mut arcs);
            things.extend(holders.iter().map(|hold| (hold.person, thing)));
        }
        for contact in profile.contacts.iter().filter(|contact| contact.between == sort.name) {
            meter.spend(holds.len() as u64)?;
            tie_contacts(view, contact, &holds, profile.hub_people, &mut arcs, &mut hubs);
        }
    }
    hubs.sort_unstable_by(|a, b| (b.1, a.0).cmp(&(a.1, b.0)));
    hubs.dedup_by_key(|(node, _)| *node);
    things.sort_unstable();
    things.dedup();
    arcs.retain(|(_, _, weight)| *weight > 0);
    let graph = CsrBuilder::new(people.len() as u32).undirected().from_arcs(arcs).build()?;
    Ok(Ties { people, graph, hubs, things })
}

/// Adds what people reach by one route. What an entity on the way leads to is passed over when it leads to more
/// things than a hub has people: such an entity tells nothing about who holds what.
fn follow(view: &View, people: &[NodeIdx], route: &Route, hub: usize, holds: &mut Vec<Hold>) {
    let steps: Option<Vec<(u16, Direction)>> = route
        .steps
        .iter()
        .map(|(name, direction)| view.link_type(name).map(|link_type| (link_type, *direction)))
        .collect();
    let Some(steps) = steps.filter(|steps| !steps.is_empty()) else { return };
    let share = fixed(route.share.min(1.0));
    for (person, node) in people.iter().enumerate() {
        let mut front = vec![node.0];
        for (step, (link_type, direction)) in steps.iter().enumerate() {
            let mut next = Vec::new();
            for at in front {
                let found = neighbours(view, NodeIdx(at), *link_type, *direction);
                if step == 0 || found.len() <= hub {
                    next.extend(found);
                }
            }
            front = next;
        }
        holds.extend(front.into_iter().filter(|thing| *thing != node.0).map(|thing| Hold {
            thing,
            person: person as u32,
            share,
        }));
    }
}

/// Adds the ties by contact between things that people hold. `holds` is folded.
fn tie_contacts(
    view: &View,
    contact: &Contact,
    holds: &[Hold],
    hub: usize,
    arcs: &mut Vec<(u32, u32, u64)>,
    hubs: &mut Vec<(NodeIdx, u64)>,
) {
    let Some(link_type) = view.link_type(&contact.link_type) else { return };
    let groups: Vec<&[Hold]> = by_thing(holds).filter(|holders| holders.len() <= hub).collect();
    // Position of each thing's holders, so that a counterpart is found in one step.
    let mut group_of = vec![NOBODY; view.node_count() as usize];
    for (at, holders) in groups.iter().enumerate() {
        group_of[holders[0].thing as usize] = at as u32;
    }
    let counterparts: Vec<Vec<(u32, u64)>> = groups
        .iter()
        .map(|holders| counted_counterparts(view, holders[0].thing, link_type, &group_of))
        .collect();
    for (at, holders) in groups.iter().enumerate() {
        let here = &counterparts[at];
        if here.len() > hub {
            hubs.push((NodeIdx(holders[0].thing), here.len() as u64));
            continue;
        }
        for (other, contacts) in here.iter().filter(|(other, _)| *other as usize > at) {
            let there = *other as usize;
            if counterparts[there].len() <= hub {
                let weight = contact_weight(fixed(contact.base), *contacts);
                tie_across(weight, holders, groups[there], arcs);
            }
        }
    }
}

/// The other held things that a thing is in contact with, by position, each with the number of contacts either way.
fn counted_counterparts(view: &View, thing: u32, link_type: u16, group_of: &[u32]) -> Vec<(u32, u64)> {
    let mut met = Vec::new();
    let _ = view.runs(thing, Direction::Both, &mut |run| {
        if run.link_type == link_type {
            let held = run.neighbours.iter().filter(|other| **other != thing);
            met.extend(held.map(|other| group_of[*other as usize]).filter(|group| *group != NOBODY));
        }
        ControlFlow::Continue(())
    });
    met.sort_unstable();
    met.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as u64)).collect()
}
