//! Networks: groups of people who are tied among themselves more than with others.
//!
//! Communities of the tie graph by the Leiden algorithm with the constant Potts model, whose resolution is a density:
//! a group holds together when its pairs are tied by more than the resolution on average, whatever the size of the
//! whole graph (V. A. Traag, P. Van Dooren, Y. Nesterov, *Narrow scope for resolution-limit-free community
//! detection*, Phys. Rev. E 84 (2011) 016114, doi:10.1103/PhysRevE.84.016114). Modularity would merge small
//! groups as the background grows, which is why it is not the default here.

use jaal_algo::communities::{LeidenConfig, Objective, leiden};
use jaal_csr::{Budget, Direction};
use jaal_graph::View;
use jaal_model::NodeIdx;
use jaal_model::answer::{NetworkMember, NetworkSummary};

use crate::AnalysisError;
use crate::entity::entity_ref;
use crate::ties::{Ties, plain};
use crate::walk::neighbours;

/// How networks are found.
#[derive(Clone, PartialEq, Debug)]
pub struct NetworkConfig {
    /// The least mean tie weight over all pairs of a network. A thing gives each of its people the same total however
    /// many there are, so the mean over the pairs of a network of a hundred people who are tied to the like of three
    /// things each is a few hundredths, and less where there are mere acquaintances among them. On the synthetic sample
    /// the default and anything from 0.001 to 0.003 gives the planted networks whole (adjusted Rand index 1.00 over
    /// their members), 0.005 still 0.95, and 0.01 breaks them up (0.73). That sample is made, so for a real case try
    /// several, and trust what stays.
    pub resolution: f64,
    /// The smallest number of people that is called a network.
    pub smallest: usize,
    /// The seed of the order in which people are looked at.
    pub seed: u64,
    /// How many shared things a summary lists.
    pub shared: usize,
}

impl Default for NetworkConfig {
    fn default() -> Self {
        Self { resolution: 0.002, smallest: 3, seed: 1, shared: 10 }
    }
}

/// Groups of people, largest first, then in the order of their first members.
#[derive(Clone, PartialEq, Debug)]
pub struct Networks {
    /// The members of each as ascending positions in [`Ties::people`].
    pub members: Vec<Vec<u32>>,
    /// For each person the number of the network, from 1; 0 for people in none.
    pub number: Vec<u32>,
}

impl Networks {
    /// The number of the network that a person, by node, belongs to.
    pub fn of(&self, ties: &Ties, node: NodeIdx) -> Option<u32> {
        let number = self.number.get(ties.position(node)? as usize).copied()?;
        (number > 0).then_some(number)
    }

    /// The members of a network by its number, from 1.
    ///
    /// # Errors
    /// [`AnalysisError::NoSuchNetwork`].
    pub fn members_of(&self, number: u32) -> Result<&[u32], AnalysisError> {
        number
            .checked_sub(1)
            .and_then(|at| self.members.get(at as usize))
            .map(Vec::as_slice)
            .ok_or(AnalysisError::NoSuchNetwork { number, count: self.members.len() })
    }

    /// The groups of a partition that have at least `smallest` people.
    fn from_communities(community: &[u32], smallest: usize) -> Self {
        let count = community.iter().max().map_or(0, |c| *c as usize + 1);
        let mut members: Vec<Vec<u32>> = vec![Vec::new(); count];
        for (person, group) in community.iter().enumerate() {
            members[*group as usize].push(person as u32);
        }
        members.retain(|group| group.len() >= smallest.max(1));
        members.sort_by(|a, b| (b.len(), a).cmp(&(a.len(), b)));
        let mut number = vec![0; community.len()];
        for (at, group) in members.iter().enumerate() {
            for person in group {
                number[*person as usize] = at as u32 + 1;
            }
        }
        Self { members, number }
    }
}

/// Finds the networks among tied people.
///
/// # Errors
/// [`AnalysisError::Stopped`] when the budget ends.
///
/// # Complexity
/// That of Leiden on the tie graph: near linear in the ties for each level.
pub fn networks(ties: &Ties, config: &NetworkConfig, budget: &Budget) -> Result<Networks, AnalysisError> {
    let leiden_config = LeidenConfig {
        objective: Objective::Cpm,
        resolution: config.resolution,
        seed: config.seed,
        ..LeidenConfig::default()
    };
    let partition = leiden(&ties.graph, &leiden_config, budget)?;
    Ok(Networks::from_communities(&partition.community, config.smallest))
}

/// A summary of each network, largest first.
pub fn summaries(
    view: &View,
    ties: &Ties,
    networks: &Networks,
    config: &NetworkConfig,
) -> Vec<NetworkSummary> {
    let numbered = networks.members.iter().zip(1_u32..);
    numbered.map(|(members, number)| summary(view, ties, networks, members, number, config)).collect()
}

fn summary(
    view: &View,
    ties: &Ties,
    networks: &Networks,
    members: &[u32],
    number: u32,
    config: &NetworkConfig,
) -> NetworkSummary {
    let mut listed = Vec::with_capacity(members.len());
    let (mut twice_inside, mut outside) = (0_u64, 0_u64);
    for person in members {
        let (strength, beyond) = tie_sums(ties, networks, *person, number);
        twice_inside += strength;
        outside += beyond;
        listed.push((strength, beyond, *person));
    }
    listed.sort_unstable_by_key(|(strength, _, person)| (std::cmp::Reverse(*strength), *person));
    let pairs = (members.len() * members.len().saturating_sub(1) / 2).max(1);
    let all = twice_inside + outside;
    NetworkSummary {
        number,
        size: members.len() as u64,
        density: plain(twice_inside / 2) / pairs as f64,
        conductance: if all == 0 { 0.0 } else { outside as f64 / all as f64 },
        members: listed
            .into_iter()
            .map(|(strength, beyond, person)| NetworkMember {
                person: entity_ref(view, ties.people[person as usize]),
                strength: plain(strength),
                outside: plain(beyond),
            })
            .collect(),
        shared: shared_things(ties, members)
            .into_iter()
            .take(config.shared)
            .map(|(thing, people)| (entity_ref(view, thing), people))
            .collect(),
        arrested: arrested(view, ties, members),
    }
}

/// The sums of a person's ties inside and outside a network.
fn tie_sums(ties: &Ties, networks: &Networks, person: u32, number: u32) -> (u64, u64) {
    let (mut inside, mut outside) = (0, 0);
    for (other, weight) in ties.graph.weighted_neighbours(person) {
        if networks.number[other as usize] == number { inside += weight } else { outside += weight }
    }
    (inside, outside)
}

/// Things that at least two of these people reach, most shared first, with how many people.
pub(crate) fn shared_things(ties: &Ties, members: &[u32]) -> Vec<(NodeIdx, u64)> {
    let mut reached: Vec<NodeIdx> = members.iter().flat_map(|person| ties.things_of(*person)).collect();
    reached.sort_unstable();
    let mut shared: Vec<(NodeIdx, u64)> = reached
        .chunk_by(|a, b| a == b)
        .filter(|same| same.len() >= 2)
        .map(|same| (same[0], same.len() as u64))
        .collect();
    shared.sort_unstable_by_key(|(thing, people)| (std::cmp::Reverse(*people), *thing));
    shared
}

fn arrested(view: &View, ties: &Ties, members: &[u32]) -> u64 {
    let Some(link_type) = view.link_type("ARRESTED_IN") else { return 0 };
    let held = |person: &&u32| {
        !neighbours(view, ties.people[**person as usize], link_type, Direction::Out).is_empty()
    };
    members.iter().filter(held).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use jaal_csr::{Csr, CsrBuilder};

    fn hand_ties(people: u32, arcs: Vec<(u32, u32, u64)>) -> Ties {
        Ties {
            people: (0..people).map(NodeIdx).collect(),
            graph: CsrBuilder::new(people).undirected().from_arcs(arcs).build().unwrap(),
            hubs: Vec::new(),
            things: vec![(0, NodeIdx(90)), (1, NodeIdx(90)), (1, NodeIdx(91)), (2, NodeIdx(90))],
        }
    }

    #[test]
    fn small_groups_are_no_networks_and_large_ones_come_first() {
        let found = Networks::from_communities(&[0, 1, 1, 2, 2, 2, 0, 0, 3], 3);
        assert_eq!(found.members, [vec![0, 6, 7], vec![3, 4, 5]]);
        assert_eq!(found.number, [1, 0, 0, 2, 2, 2, 1, 1, 0]);
        assert!(matches!(found.members_of(3), Err(AnalysisError::NoSuchNetwork { number: 3, count: 2 })));
        assert!(found.members_of(0).is_err());
        assert_eq!(found.members_of(2).unwrap(), [3, 4, 5]);
        assert!(Networks::from_communities(&[], 3).members.is_empty());
    }

    #[test]
    fn two_cliques_with_a_thin_bridge_are_two_networks() {
        let clique = |first: u32| {
            (first..first + 4).flat_map(move |a| (a + 1..first + 4).map(move |b| (a, b, Csr::UNIT)))
        };
        let arcs = clique(0).chain(clique(4)).chain([(3, 4, Csr::UNIT / 4)]).collect();
        let ties = hand_ties(9, arcs);
        let config = NetworkConfig { resolution: 0.2, ..NetworkConfig::default() };
        let found = networks(&ties, &config, &Budget::default()).unwrap();
        assert_eq!(found.members, [vec![0, 1, 2, 3], vec![4, 5, 6, 7]]);
        assert_eq!(found.of(&ties, NodeIdx(8)), None);
        assert_eq!(found.of(&ties, NodeIdx(5)), Some(2));
        assert_eq!(tie_sums(&ties, &found, 3, 1), (3 * Csr::UNIT, Csr::UNIT / 4));
    }

    #[test]
    fn what_two_people_share_is_counted() {
        let ties = hand_ties(3, Vec::new());
        assert_eq!(shared_things(&ties, &[0, 1, 2]), [(NodeIdx(90), 3)]);
        assert!(shared_things(&ties, &[1]).is_empty());
    }
}
