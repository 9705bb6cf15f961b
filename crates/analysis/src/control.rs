//! Control: which members of a network direct companies and rent or let premises, and which of the network's cases
//! lead back to them through those.
//!
//! It counts what registers say, no more: somebody who directs much may be a figurehead, and somebody who directs
//! nothing may decide everything.
//!
//! | what | reached from a person by |
//! |---|---|
//! | companies | DIRECTS |
//! | premises | RENTS, LETS |
//! | cases | SEALED_IN from those premises, or from where a directed company is REGISTERED_AT |
//!
//! Of the cases only those count in which a member of the network is INVOLVED_IN or ARRESTED_IN. Each thing counts
//! once, whatever the number of links to it; link types that a graph does not have are passed over.

use jaal_csr::Direction;
use jaal_graph::View;
use jaal_model::NodeIdx;
use jaal_model::answer::EntityRef;
use rustc_hash::FxHashSet;
use std::cmp::Reverse;

use crate::AnalysisError;
use crate::entity::{entity_ref, entity_refs};
use crate::networks::Networks;
use crate::ties::Ties;
use crate::walk::neighbours;

/// What a member of a network controls by the registers.
#[derive(Clone, PartialEq, Debug)]
pub struct Control {
    /// The member.
    pub person: EntityRef,
    /// Companies that the person directs.
    pub companies: Vec<EntityRef>,
    /// Premises that the person rents or lets.
    pub premises: Vec<EntityRef>,
    /// The network's cases in which these premises, or those of the companies, were sealed.
    pub cases: Vec<EntityRef>,
    /// Whether an arrest of the person is on record.
    pub arrested: bool,
    /// Sum of the person's ties inside the network, in the fixed point of [`Ties::graph`].
    pub strength: u64,
}

impl Control {
    /// How many distinct things it is.
    pub fn things(&self) -> usize {
        self.companies.len() + self.premises.len() + self.cases.len()
    }
}

/// The members of a network who control anything: most things first, then people not arrested before those arrested,
/// then the more strongly tied, then the earlier in the ledger.
///
/// # Errors
/// [`AnalysisError::NoSuchNetwork`].
///
/// # Complexity
/// The links of the members and of what they control.
pub fn control(
    view: &View,
    ties: &Ties,
    networks: &Networks,
    number: u32,
) -> Result<Vec<Control>, AnalysisError> {
    let members = networks.members_of(number)?;
    let nodes: Vec<NodeIdx> = members.iter().map(|person| ties.people[*person as usize]).collect();
    let raids: FxHashSet<NodeIdx> =
        reached(view, &nodes, &["INVOLVED_IN", "ARRESTED_IN"]).into_iter().collect();
    let mut found: Vec<(Control, u32)> = Vec::new();
    for (person, node) in members.iter().zip(nodes) {
        let companies = reached(view, &[node], &["DIRECTS"]);
        let premises = reached(view, &[node], &["RENTS", "LETS"]);
        let mut places = reached(view, &companies, &["REGISTERED_AT"]);
        places.extend(&premises);
        let cases = reached(view, &places, &["SEALED_IN"]).into_iter().filter(|case| raids.contains(case));
        let control = Control {
            person: entity_ref(view, node),
            cases: entity_refs(view, cases),
            companies: entity_refs(view, companies),
            premises: entity_refs(view, premises),
            arrested: !reached(view, &[node], &["ARRESTED_IN"]).is_empty(),
            strength: strength(ties, networks, *person, number),
        };
        if control.things() > 0 {
            found.push((control, *person));
        }
    }
    found.sort_by_key(|(one, person)| (Reverse(one.things()), one.arrested, Reverse(one.strength), *person));
    Ok(found.into_iter().map(|(control, _)| control).collect())
}

/// The distinct entities at the other end of links of these types, ascending.
fn reached(view: &View, from: &[NodeIdx], types: &[&str]) -> Vec<NodeIdx> {
    let types: Vec<u16> = types.iter().filter_map(|name| view.link_type(name)).collect();
    let mut found: Vec<NodeIdx> = from
        .iter()
        .flat_map(|node| types.iter().flat_map(|one| neighbours(view, *node, *one, Direction::Out)))
        .map(NodeIdx)
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

fn strength(ties: &Ties, networks: &Networks, person: u32, number: u32) -> u64 {
    let own = ties.graph.weighted_neighbours(person);
    own.filter(|(other, _)| networks.number[*other as usize] == number).map(|(_, weight)| weight).sum()
}
