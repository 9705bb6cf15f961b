//! The chart of networks: their members in one cluster each, and the things that hold them together.

use jaal_graph::View;
use jaal_model::NodeIdx;
use jaal_model::answer::{Chart, ChartGroup, Emphasis};
use rustc_hash::FxHashSet;

use super::choice::choose;
use super::list::lines;
use super::{empty, fold, node, positions};
use crate::AnalysisError;
use crate::networks::Networks;
use crate::ties::Ties;
use crate::walk::links_among;

/// What a chart of networks shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NetworkChart {
    /// The networks by number, each a cluster.
    pub numbers: Vec<u32>,
    /// How many members of each are shown: those with the strongest ties inside, but one whom nothing shown joins to
    /// the rest makes room for the next, the strongest of all apart.
    pub members: usize,
    /// How many things that at least two of the members shown share, over all networks: those that join a member who
    /// would stand alone first, then the most shared.
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
    let mut ranked = Vec::new();
    for number in &what.numbers {
        let members = networks.members_of(*number)?;
        chart.groups.push(ChartGroup { title: format!("Network {number}: {} people", members.len()) });
        chart.notes.extend(not_shown(members.len(), what.members, *number));
        ranked.push(by_strength(ties, networks, members, *number));
    }
    let chosen = choose(view, ties, &ranked, what);
    for (group, people) in chosen.people.iter().enumerate() {
        for person in people {
            let strong = ranked[group].iter().take(what.strong).any(|one| one == person);
            let emphasis = if strong { Emphasis::Strong } else { Emphasis::Plain };
            chart.nodes.push(node(view, ties.people[*person as usize], emphasis, Some(group)));
        }
    }
    if chosen.further > 0 {
        chart.notes.push(format!("{} further shared things are not shown", chosen.further));
    }
    let people = chosen.all_people();
    for thing in &chosen.things {
        let group = home(ties, networks, &people, *thing, &what.numbers);
        chart.nodes.push(node(view, *thing, Emphasis::Plain, group));
    }
    let links = lines(view, &links_among(view, &chosen.nodes(ties)));
    chart.links = fold::fold(&links, &positions(&chart.nodes), |_| Emphasis::Plain);
    chart.notes.extend(without_link(&chart, people.len()));
    Ok(chart)
}

/// The note on members that are left out.
fn not_shown(members: usize, limit: usize, number: u32) -> Option<String> {
    let left = members.checked_sub(limit).filter(|left| *left > 0)?;
    Some(format!("network {number}: {left} of {members} members are not shown"))
}

/// The note on people, who come first among the nodes, that no line of the chart joins to anything.
fn without_link(chart: &Chart, people: usize) -> Option<String> {
    let joined: FxHashSet<usize> = chart.links.iter().flat_map(|link| [link.from, link.to]).collect();
    match (0..people).filter(|at| !joined.contains(at)).count() {
        0 => None,
        1 => Some("1 member shown has no link to anything else shown".to_owned()),
        lone => Some(format!("{lone} members shown have no link to anything else shown")),
    }
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
