//! Why there is no path: how far one gets from either end, whether anything connects the ends at all, and which
//! constraint alone, when lifted, opens a path.

use jaal_algo::AlgoError;
use jaal_algo::paths::{NeighbourhoodLimits, Outcome, Want, Workspace, bfs_levels, neighbour_count};
use jaal_csr::{Budget, Stopped};
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
    none.reached_from = reachable(view, constraints, constraints.from, workspace, budget)?;
    none.reached_to = reachable(view, constraints, constraints.to, workspace, budget)?;
    let bare = constraints.lifted();
    let Outcome::Found { length: bare_length, .. } =
        search(view, &bare, &|_| true, Want::One, workspace, budget)?
    else {
        none.summary = format!(
            "nothing in this graph connects the two: without any constraint {} entities are reachable from one end, {} \
             from the other",
            reachable(view, &bare, bare.from, workspace, budget)?,
            reachable(view, &bare, bare.to, workspace, budget)?
        );
        return Ok(());
    };
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
    let list: Vec<String> = constraints.list().into_iter().map(|c| constraints.words(view, c)).collect();
    let list = list.join(" ");
    none.summary = if reasons.is_empty() {
        format!(
            "no path under {list}; lifting a single constraint opens none; without all of them there is one of \
             {bare_length} links"
        )
    } else {
        format!("no path under {list}; {}", reasons.join("; "))
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
                through.iter().take(NAMED).map(|node| with_neighbours(view, *node)).collect();
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

fn with_neighbours(view: &View, node: NodeIdx) -> String {
    format!("{} linked with {} others", in_words(&entity_ref(view, node)), neighbour_count(view, node.0))
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
