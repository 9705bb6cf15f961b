//! The choice of what a chart of networks shows: members whom shared things join, and the things that join them.
//!
//! A member to whom no line leads tells a reader nothing, so one who would stand alone makes room for the next by
//! strength, as long as there is a next. The strongest members stay in any case: a reader asks for them first.

use jaal_graph::View;
use jaal_model::NodeIdx;
use rustc_hash::{FxHashMap, FxHashSet};

use super::NetworkChart;
use crate::networks::shared_things;
use crate::ties::Ties;
use crate::walk::{links_among, links_between};

/// What is shown.
pub(super) struct Choice {
    /// The members of each network, strongest first.
    pub(super) people: Vec<Vec<u32>>,
    /// The things, most telling first.
    pub(super) things: Vec<NodeIdx>,
    /// Things that the members shown share and that are not shown.
    pub(super) further: usize,
}

impl Choice {
    /// The members of all networks.
    pub(super) fn all_people(&self) -> Vec<u32> {
        self.people.iter().flatten().copied().collect()
    }

    /// The nodes of all people, then of the things.
    pub(super) fn nodes(&self, ties: &Ties) -> Vec<NodeIdx> {
        let people = self.people.iter().flatten().map(|person| ties.people[*person as usize]);
        people.chain(self.things.iter().copied()).collect()
    }
}

/// Chooses among the members of each network, given strongest first.
///
/// # Complexity
/// For each time that members make room, the things of those shown and the links among what is shown; at most as many
/// times as there are members.
pub(super) fn choose(view: &View, ties: &Ties, ranked: &[Vec<u32>], what: &NetworkChart) -> Choice {
    let mut passed: FxHashSet<u32> = FxHashSet::default();
    loop {
        let people: Vec<Vec<u32>> =
            ranked.iter().map(|members| pick(members, what.members, &passed)).collect();
        let choice = with_things(view, ties, people, what.things);
        let lone = lone_people(view, ties, &choice);
        let before = passed.len();
        for members in ranked {
            // Whoever has no next to make room for stays.
            let mut next = members.iter().filter(|person| !passed.contains(person)).count();
            next = next.saturating_sub(what.members);
            let replaceable = members.iter().skip(what.strong).filter(|person| lone.contains(person));
            passed.extend(replaceable.take(next).copied().collect::<Vec<u32>>());
        }
        if passed.len() == before {
            return choice;
        }
    }
}

/// The first members that were not passed over.
fn pick(members: &[u32], limit: usize, passed: &FxHashSet<u32>) -> Vec<u32> {
    members.iter().filter(|person| !passed.contains(person)).take(limit).copied().collect()
}

fn with_things(view: &View, ties: &Ties, people: Vec<Vec<u32>>, limit: usize) -> Choice {
    let all: Vec<u32> = people.iter().flatten().copied().collect();
    let nodes: FxHashSet<NodeIdx> = all.iter().map(|person| ties.people[*person as usize]).collect();
    let shared: Vec<NodeIdx> = shared_things(ties, &all)
        .into_iter()
        .map(|(thing, _)| thing)
        .filter(|thing| !nodes.contains(thing))
        .collect();
    let holders = holders(view, ties, &all, &shared);
    let mut order: Vec<usize> = (0..shared.len()).collect();
    // Things that lines join to two people shown come before those reached over something that is not shown.
    order.sort_by_key(|at| (holders[*at].len() < 2, *at));
    let mut joined: FxHashSet<u32> = FxHashSet::default();
    let mut chosen: Vec<usize> = Vec::new();
    for at in &order {
        if chosen.len() < limit
            && holders[*at].len() >= 2
            && holders[*at].iter().any(|one| !joined.contains(one))
        {
            joined.extend(&holders[*at]);
            chosen.push(*at);
        }
    }
    let already: FxHashSet<usize> = chosen.iter().copied().collect();
    let room = limit.saturating_sub(chosen.len());
    chosen.extend(order.into_iter().filter(|at| !already.contains(at)).take(room));
    chosen.sort_unstable();
    let further = shared.len() - chosen.len();
    Choice { people, things: chosen.into_iter().map(|at| shared[at]).collect(), further }
}

/// For each thing the people with a link to it.
fn holders(view: &View, ties: &Ties, people: &[u32], things: &[NodeIdx]) -> Vec<Vec<u32>> {
    let place: FxHashMap<NodeIdx, usize> =
        things.iter().enumerate().map(|(at, thing)| (*thing, at)).collect();
    let mut holders = vec![Vec::new(); things.len()];
    for person in people {
        for thing in ties.things_of(*person) {
            if let Some(at) = place.get(&thing)
                && !links_between(view, ties.people[*person as usize], thing).is_empty()
            {
                holders[*at].push(*person);
            }
        }
    }
    holders
}

/// The people to whom no line among what is chosen leads.
fn lone_people(view: &View, ties: &Ties, choice: &Choice) -> FxHashSet<u32> {
    let mut joined: FxHashSet<NodeIdx> = FxHashSet::default();
    for link in links_among(view, &choice.nodes(ties)) {
        let (from, to) = view.ends(link);
        if from != to {
            joined.extend([from, to]);
        }
    }
    choice.all_people().into_iter().filter(|one| !joined.contains(&ties.people[*one as usize])).collect()
}
