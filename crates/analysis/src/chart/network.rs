//! The chart of networks: their members in one cluster each, and the things that hold them together.

use jaal_graph::View;
use jaal_model::NodeIdx;
use jaal_model::answer::{Chart, ChartGroup, Emphasis};
use rustc_hash::FxHashSet;

use super::list::lines;
use super::{empty, fold, node, positions};
use crate::AnalysisError;
use crate::networks::{Networks, shared_things};
use crate::ties::Ties;
use crate::walk::links_among;

/// What a chart of networks shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NetworkChart {
    /// The networks by number, each a cluster.
    pub numbers: Vec<u32>,
    /// How many members of each are shown, those with the strongest ties inside first.
    pub members: usize,
    /// How many things that at least two of the members shown share, most shared first, over all networks.
    pub things: usize,
    /// How many members of each stand out as the strongest.
    pub strong: usize,
}

impl NetworkChart {
    /// Networks with the default sizes, which a page still carries.
    pub fn of(numbers: Vec<u32>) -> Self {
        Self { numbers, members: 60, things: 60, strong: 3 }
    }
}

/// The chart of one or several networks.
///
/// # Errors
/// [`AnalysisError::NoSuchNetwork`].
///
/// # Complexity
/// The ties and things of the members, and the links of what is shown.
pub fn network_chart(
    view: &View,
    ties: &Ties,
    networks: &Networks,
    what: &NetworkChart,
) -> Result<Chart, AnalysisError> {
    let listed: Vec<String> = what.numbers.iter().map(ToString::to_string).collect();
    let title = format!("Network {}", listed.join(", "));
    let mut chart = empty(view, title, vec![("networks".to_owned(), listed.join(", "))]);
    let mut shown: Vec<NodeIdx> = Vec::new();
    let mut people: Vec<u32> = Vec::new();
    for number in &what.numbers {
        let members = networks.members_of(*number)?;
        let group = chart.groups.len();
        chart.groups.push(ChartGroup { title: format!("Network {number}: {} people", members.len()) });
        let ranked = by_strength(ties, networks, members, *number);
        if ranked.len() > what.members {
            chart.notes.push(format!(
                "network {number}: {} of {} members are not shown",
                ranked.len() - what.members,
                ranked.len()
            ));
        }
        for (rank, person) in ranked.into_iter().take(what.members).enumerate() {
            let emphasis = if rank < what.strong { Emphasis::Strong } else { Emphasis::Plain };
            let at = ties.people[person as usize];
            chart.nodes.push(node(view, at, emphasis, Some(group)));
            shown.push(at);
            people.push(person);
        }
    }
    let shared = shared_things(ties, &people);
    if shared.len() > what.things {
        chart.notes.push(format!("{} further shared things are not shown", shared.len() - what.things));
    }
    let already: FxHashSet<NodeIdx> = shown.iter().copied().collect();
    for (thing, _) in shared.into_iter().take(what.things).filter(|(thing, _)| !already.contains(thing)) {
        let group = home(ties, networks, &people, thing, &what.numbers);
        chart.nodes.push(node(view, thing, Emphasis::Plain, group));
        shown.push(thing);
    }
    let links = lines(view, &links_among(view, &shown));
    chart.links = fold::fold(&links, &positions(&chart.nodes), |_| Emphasis::Plain);
    Ok(chart)
}

/// The members, strongest ties inside first.
fn by_strength(ties: &Ties, networks: &Networks, members: &[u32], number: u32) -> Vec<u32> {
    let inside = |person: u32| -> u64 {
        ties.graph
            .weighted_neighbours(person)
            .filter(|(other, _)| networks.number[*other as usize] == number)
            .map(|(_, weight)| weight)
            .sum()
    };
    let mut ranked: Vec<(u64, u32)> = members.iter().map(|person| (inside(*person), *person)).collect();
    ranked.sort_unstable_by_key(|(strength, person)| (std::cmp::Reverse(*strength), *person));
    ranked.into_iter().map(|(_, person)| person).collect()
}

/// The cluster of a thing: that of the people who reach it, where they are all of one network; none for a thing
/// between networks, which so stands visibly between them.
fn home(ties: &Ties, networks: &Networks, people: &[u32], thing: NodeIdx, numbers: &[u32]) -> Option<usize> {
    let mut homes: Vec<u32> = people
        .iter()
        .filter(|person| ties.things.binary_search(&(**person, thing)).is_ok())
        .map(|person| networks.number[*person as usize])
        .collect();
    homes.sort_unstable();
    homes.dedup();
    match homes.as_slice() {
        [only] => numbers.iter().position(|number| number == only),
        _ => None,
    }
}
