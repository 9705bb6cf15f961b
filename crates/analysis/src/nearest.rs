//! Whom of the known people is a new arrest nearest to?
//!
//! A walker starts at the new person, follows links either way, and goes back with a fixed probability at each step:
//! personalised PageRank. Known people are ranked by how often the walker is there, and each comes with a shortest
//! path, because a score alone is no evidence. The walker does not go through hubs (a courier's number, a bank's own
//! account), which would make everybody near to everybody, and not through anybody of the same delivery, known before or
//! not: that two people were arrested together says nothing yet about whom they worked for, and a known person caught
//! in the same raid would draw all the others to a network of his own.

use std::sync::{Mutex, PoisonError};

use jaal_algo::paths::{Workspace, is_hub};
use jaal_algo::ranking::{PprConfig, ppr_push_on};
use jaal_csr::{Adjacency, Budget, Direction};
use jaal_graph::View;
use jaal_model::NodeIdx;
use jaal_model::answer::{NearPerson, NearestAnswer};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::AnalysisError;
use crate::entity::entity_ref;
use crate::path::{PathQuestion, shortest_route};

/// How near people are looked for.
#[derive(Clone, PartialEq, Debug)]
pub struct NearestConfig {
    /// The kind of the people.
    pub people: String,
    /// Entities linked with more than this many others are not walked through. Parallel links count once: a phone that
    /// called one number often connects no more people than one that called it once.
    pub hub_cap: u64,
    /// How many known people each new one gets at most.
    pub top: usize,
    /// How far the walker goes.
    pub walk: PprConfig,
}

impl Default for NearestConfig {
    fn default() -> Self {
        Self { people: "Person".to_owned(), hub_cap: 300, top: 3, walk: PprConfig::default() }
    }
}

/// For each of the people among `new`, in the order of the view, the nearest known people. `known` says which people
/// were known before (other deliveries speak of them); `network_of` gives a known person's network, if there is one.
/// A new person whom nothing links to anybody known outside the delivery gets an empty list.
///
/// # Errors
/// [`AnalysisError::UnknownKind`] when the graph has no people, [`AnalysisError::Stopped`] when the budget ends,
/// [`AnalysisError::Algorithm`] for a walk that cannot be.
///
/// # Complexity
/// For each person the walk, bounded by `1 / (alpha * epsilon)` links whatever the size of the graph, and
/// [`NearestConfig::top`] path searches.
pub fn nearest(
    view: &View,
    new: &[NodeIdx],
    known: &(dyn Fn(NodeIdx) -> bool + Sync),
    network_of: &dyn Fn(NodeIdx) -> Option<u32>,
    config: &NearestConfig,
    workspace: &mut Workspace,
    budget: &Budget,
) -> Result<Vec<NearestAnswer>, AnalysisError> {
    let people = crate::near::kind(view, &config.people)?;
    let mut asked: Vec<NodeIdx> = new.iter().copied().filter(|node| view.has_kind(*node, people)).collect();
    asked.sort_unstable();
    asked.dedup();
    let arrested: FxHashSet<u32> = asked.iter().map(|node| node.0).collect();
    let hubs = Hubs::new(view, config.hub_cap);
    let mut answers = Vec::with_capacity(asked.len());
    for person in asked {
        let admitted = |node: u32| node == person.0 || (!arrested.contains(&node) && !hubs.has(node));
        let scores = ppr_push_on(view, &[(person.0, 1.0)], &config.walk, &admitted, budget)?;
        let mut best = Vec::new();
        for (node, score) in scores {
            let node = NodeIdx(node);
            if best.len() == config.top {
                break;
            }
            if node == person || !view.has_kind(node, people) || !known(node) {
                continue;
            }
            let question = PathQuestion { max_hops: u32::MAX, ..PathQuestion::between(person, node) };
            if let Some(path) = shortest_route(view, &question, &admitted, workspace, budget)? {
                best.push(NearPerson {
                    person: entity_ref(view, node),
                    score,
                    network: network_of(node),
                    path,
                });
            }
        }
        answers.push(NearestAnswer {
            person: entity_ref(view, person),
            known_before: known(person),
            nearest: best,
        });
    }
    Ok(answers)
}

/// Which entities are hubs. Walkers come by the same busy entities over and over, so what was found out is kept.
struct Hubs<'v> {
    view: &'v View,
    cap: u64,
    judged: Mutex<FxHashMap<u32, bool>>,
}

impl<'v> Hubs<'v> {
    fn new(view: &'v View, cap: u64) -> Self {
        Self { view, cap, judged: Mutex::default() }
    }

    fn has(&self, node: u32) -> bool {
        if self.view.degree(node, Direction::Both) <= self.cap {
            return false;
        }
        // What a judgement that panicked left behind is still a list of true judgements.
        let mut judged = self.judged.lock().unwrap_or_else(PoisonError::into_inner);
        *judged.entry(node).or_insert_with(|| is_hub(self.view, node, self.cap))
    }
}
