//! Networks found by communities of ties, and the people whom a new arrest is nearest to.

use super::{EntityRef, PathRoute};
use serde::Serialize;

/// A member of a network.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct NetworkMember {
    /// The person.
    pub person: EntityRef,
    /// Sum of the person's tie weights inside the network.
    pub strength: f64,
    /// Sum of the person's tie weights to people outside it.
    pub outside: f64,
}

/// One network.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct NetworkSummary {
    /// Rank by size from 1, ties by ledger order.
    pub number: u32,
    /// People.
    pub size: u64,
    /// Sum of tie weights inside over the most there could be at weight 1.
    pub density: f64,
    /// Share of the members' tie weight that leaves the network.
    pub conductance: f64,
    /// The members, strongest first.
    pub members: Vec<NetworkMember>,
    /// What holds it together: things that at least two members share, most shared first, with how many.
    pub shared: Vec<(EntityRef, u64)>,
    /// Members with arrest links, if the graph knows arrests.
    pub arrested: u64,
}

/// A known person near to a new one.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct NearPerson {
    /// The person.
    pub person: EntityRef,
    /// Share of a random walk from the new person that ends there (personalised PageRank), 0 to 1.
    pub score: f64,
    /// The number of the network the person belongs to, if any.
    pub network: Option<u32>,
    /// A shortest path to the person.
    pub path: PathRoute,
}

/// The answer for one new person.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct NearestAnswer {
    /// The new person.
    pub person: EntityRef,
    /// Already known before: other deliveries speak of the same entity.
    pub known_before: bool,
    /// The nearest known people, best first; empty when nothing links the person to anybody.
    pub nearest: Vec<NearPerson>,
}
