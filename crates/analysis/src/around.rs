//! What is around an entity: its neighbourhood by hops, and the links among what was found.

use jaal_algo::AlgoError;
use jaal_algo::paths::{NeighbourhoodLimits, Workspace, bfs_levels};
use jaal_csr::Budget;
use jaal_graph::View;
use jaal_model::NodeIdx;
use jaal_model::answer::AroundAnswer;

use crate::AnalysisError;
use crate::entity::{entity_ref, link_line};
use crate::path::{Avoid, Constraints, PathQuestion, with_filters};
use crate::walk::links_among;

/// A question for a neighbourhood.
#[derive(Clone, PartialEq, Debug)]
pub struct AroundQuestion {
    /// The entity in the middle, exempt from all that is avoided.
    pub centre: NodeIdx,
    /// How many hops.
    pub hops: u32,
    /// Link types that may be walked, either way; empty means all.
    pub types: Vec<String>,
    /// What is neither listed nor gone through.
    pub avoid: Vec<Avoid>,
    /// Entities linked with more than this many others are listed but not gone through. Parallel links count once.
    pub hub_cap: Option<u64>,
    /// The most entities listed, the middle included.
    pub limit: usize,
    /// The most links listed.
    pub link_limit: usize,
}

impl AroundQuestion {
    /// One hop around an entity, at most 1,000 entities and 10,000 links.
    pub fn of(centre: NodeIdx) -> Self {
        Self {
            centre,
            hops: 1,
            types: Vec::new(),
            avoid: Vec::new(),
            hub_cap: None,
            limit: 1_000,
            link_limit: 200_000,
        }
    }
}

/// The neighbourhood of an entity. Links among the listed entities are listed if their type is admitted, whether the
/// walk used them or not. A budget that ends gives an answer that says so.
///
/// # Errors
/// [`AnalysisError::UnknownLinkType`] with the nearest types.
///
/// # Complexity
/// The links of the entities walked through, and those among the listed.
pub fn around(
    view: &View,
    question: &AroundQuestion,
    workspace: &mut Workspace,
    budget: &Budget,
) -> Result<AroundAnswer, AnalysisError> {
    let constraints = Constraints::of(
        view,
        &PathQuestion {
            types: question.types.clone(),
            avoid: question.avoid.clone(),
            ..PathQuestion::between(question.centre, question.centre)
        },
    )?;
    let mut answer = AroundAnswer {
        centre: entity_ref(view, question.centre),
        hops: question.hops,
        entities: Vec::new(),
        links: Vec::new(),
        more: 0,
        more_links: 0,
        hubs: Vec::new(),
        stopped: None,
    };
    let limits = NeighbourhoodLimits { max_hops: question.hops, hub_cap: question.hub_cap, max_nodes: None };
    let found = with_filters(view, &constraints, &|_| true, |filters| {
        bfs_levels(view, question.centre.0, &limits, filters, workspace, budget)
    });
    let found = match found {
        Ok(found) => found,
        Err(AlgoError::Stopped(stopped)) => {
            answer.entities.push((answer.centre.clone(), 0));
            answer.stopped = Some(stopped.to_string());
            return Ok(answer);
        }
        Err(error) => return Err(error.into()),
    };
    let all =
        found.levels.iter().zip(0_u32..).flat_map(|(level, hops)| level.iter().map(move |n| (*n, hops)));
    let mut listed = Vec::new();
    for (node, hops) in all {
        if listed.len() < question.limit {
            listed.push((NodeIdx(node), hops));
        } else {
            answer.more += 1;
        }
    }
    let nodes: Vec<NodeIdx> = listed.iter().map(|(node, _)| *node).collect();
    answer.entities = listed.into_iter().map(|(node, hops)| (entity_ref(view, node), hops)).collect();
    let mut links = links_among(view, &nodes);
    links.retain(|link| constraints.admits_link(view, *link));
    if links.len() > question.link_limit {
        answer.more_links = (links.len() - question.link_limit) as u64;
        links.truncate(question.link_limit);
    }
    answer.links = links.into_iter().map(|link| link_line(view, link)).collect();
    answer.hubs =
        found.hubs_skipped.iter().map(|(node, others)| (entity_ref(view, NodeIdx(*node)), *others)).collect();
    Ok(answer)
}
