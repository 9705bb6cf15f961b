//! Why there is no path: how far one gets from either end, and which constraint alone, when lifted, opens one.

use jaal_algo::AlgoError;
use jaal_algo::paths::{NeighbourhoodLimits, Outcome, Want, Workspace, bfs_levels};
use jaal_csr::{Adjacency, Budget, Direction, Stopped};
use jaal_graph::View;
use jaal_model::NodeIdx;
use jaal_model::answer::{NoPath, Obstacle};

use super::constraints::{Constraint, Constraints};
use super::route::shown;
use super::{search, with_filters};
use crate::AnalysisError;
use crate::entity::{entity_ref, entity_refs, in_words, type_name};

/// How many entities an obstacle names.
const NAMED: usize = 5;

/// Why no path keeps to the constraints; and, if the budget ended before that was known, the word of the budget.
///
/// # Errors
/// [`AnalysisError::Algorithm`] when a search refuses its input.
pub(super) fn no_path(
    view: &View,
    constraints: &Constraints,
    workspace: &mut Workspace,
    budget: &Budget,
) -> Result<(NoPath, Option<Stopped>), AnalysisError> {
    let mut none = NoPath { reached_from: 1, reached_to: 1, obstacles: Vec::new(), summary: String::new() };
    let told = explain(view, constraints, &mut none, workspace, budget);
    match told {
        Ok(()) => Ok((none, None)),
        Err(AlgoError::Stopped(stopped)) => {
            none.summary = format!("no path under the constraints; why was not found out: {stopped}");
            Ok((none, Some(stopped)))
        }
        Err(error) => Err(error.into()),
    }
}

fn explain(
    view: &View,
    constraints: &Constraints,
    none: &mut NoPath,
    workspace: &mut Workspace,
    budget: &Budget,
) -> Result<(), AlgoError> {
    let mut reasons = Vec::new();
    for constraint in constraints.list() {
        let lifted = constraints.without(constraint);
        let outcome = search(view, &lifted, &|_| true, Want::One, workspace, budget)?;
        let Outcome::Found { length, paths, .. } = outcome else { continue };
        let path = paths.first().map_or(&[][..], Vec::as_slice);
        let through = constraints.shut_out(view, constraint, path);
        reasons.push(reason(view, constraints, constraint, length, path, &through));
        none.obstacles.push(Obstacle {
            constraint: constraints.words(view, constraint),
            length_without: length,
            through: entity_refs(view, through.into_iter().take(NAMED)),
        });
    }
    none.reached_from = reachable(view, constraints, constraints.from, workspace, budget)?;
    none.reached_to = reachable(view, constraints, constraints.to, workspace, budget)?;
    none.summary = if reasons.is_empty() {
        nothing_alone(view, constraints, none, workspace, budget)?
    } else {
        format!("no path under the constraints; {}", reasons.join("; "))
    };
    Ok(())
}

/// What lifting one constraint opens, in words.
fn reason(
    view: &View,
    constraints: &Constraints,
    constraint: Constraint,
    length: u32,
    path: &[u32],
    through: &[NodeIdx],
) -> String {
    let without = format!("without {} there is one of {length} links", constraints.words(view, constraint));
    match constraint {
        Constraint::Types => {
            let mut others = refused_types(view, constraints, path);
            others.sort();
            others.dedup();
            format!("{without}, which uses {}", others.join(", "))
        }
        Constraint::HubCap | Constraint::Avoid(_) => {
            let names: Vec<String> =
                through.iter().take(NAMED).map(|node| with_degree(view, *node)).collect();
            format!("{without}, through {}", names.join(", "))
        }
        Constraint::MaxHops | Constraint::AsOf | Constraint::LowestGrade => without,
    }
}

/// The types of the links shown along a path where no admitted type joins the two entities.
fn refused_types(view: &View, constraints: &Constraints, path: &[u32]) -> Vec<String> {
    let pairs = path.windows(2).map(|pair| (NodeIdx(pair[0]), NodeIdx(pair[1])));
    pairs
        .filter(|(a, b)| shown(view, *a, *b, &|link| constraints.admits_link(view, link)).is_none())
        .filter_map(|(a, b)| shown(view, a, b, &|link| constraints.admits_claims(view, link)))
        .map(|(link, _)| type_name(view, link.link_type))
        .collect()
}

fn with_degree(view: &View, node: NodeIdx) -> String {
    format!("{} with {} links", in_words(&entity_ref(view, node)), view.degree(node.0, Direction::Both))
}

/// How many entities can be reached from an end under the constraints, itself included.
fn reachable(
    view: &View,
    constraints: &Constraints,
    end: NodeIdx,
    workspace: &mut Workspace,
    budget: &Budget,
) -> Result<u64, AlgoError> {
    let limits =
        NeighbourhoodLimits { max_hops: constraints.max_hops, hub_cap: constraints.hub_cap, max_nodes: None };
    let found = with_filters(view, constraints, &|_| true, |filters| {
        bfs_levels(view, end.0, &limits, filters, workspace, budget)
    })?;
    Ok(found.levels.iter().map(|level| level.len() as u64).sum())
}

/// The sentence for when no constraint alone is to blame.
fn nothing_alone(
    view: &View,
    constraints: &Constraints,
    none: &NoPath,
    workspace: &mut Workspace,
    budget: &Budget,
) -> Result<String, AlgoError> {
    let bare = search(view, &constraints.lifted(), &|_| true, Want::One, workspace, budget)?;
    Ok(match bare {
        Outcome::Found { length, .. } => format!(
            "no path under the constraints, and lifting any one of them opens none; without all of them there is one \
             of {length} links"
        ),
        Outcome::None { .. } => format!(
            "nothing in this graph connects the two: {} entities are reachable from one end, {} from the other",
            none.reached_from, none.reached_to
        ),
    })
}
