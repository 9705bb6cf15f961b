//! The chart of paths: their entities, and all links between neighbours on them.

use jaal_csr::LinkHandle;
use jaal_graph::View;
use jaal_model::answer::{Chart, Emphasis, LinkLine, PathAnswer};
use jaal_model::{EntityId, LinkId, NodeIdx};
use rustc_hash::FxHashSet;

use super::{empty, fold, label, node, positions};
use crate::AnalysisError;
use crate::entity::link_line;
use crate::path::{Constraints, PathQuestion};
use crate::walk::links_between;

/// The chart of an answer to a path question. Between neighbours on a path every link that the question admits is
/// drawn, folded by type and direction; the lines with the links that the answer shows stand out, and so do the ends.
///
/// # Errors
/// [`AnalysisError::UnknownLinkType`] when the question names a type that the view does not have.
pub fn path_chart(view: &View, question: &PathQuestion, answer: &PathAnswer) -> Result<Chart, AnalysisError> {
    let constraints = Constraints::of(view, question)?;
    let mut parameters =
        vec![("from".to_owned(), answer.from.id.to_string()), ("to".to_owned(), answer.to.id.to_string())];
    parameters.extend(answer.constraints.iter().map(|words| match words.split_once(' ') {
        Some((name, value)) => (name.trim_start_matches('-').to_owned(), value.to_owned()),
        None => (words.clone(), String::new()),
    }));
    let title = format!("Path from {} to {}", label(&answer.from), label(&answer.to));
    let mut chart = empty(view, title, parameters);
    let mut seen: FxHashSet<EntityId> = FxHashSet::default();
    let mut pairs: Vec<(NodeIdx, NodeIdx)> = Vec::new();
    let mut shown: FxHashSet<LinkId> = FxHashSet::default();
    for route in &answer.paths {
        let ids = [route.from.id].into_iter().chain(route.steps.iter().map(|step| step.to.id));
        let mut before: Option<NodeIdx> = None;
        for id in ids {
            let Some(at) = view.node_of(id) else { continue };
            if seen.insert(id) {
                let end = id == answer.from.id || id == answer.to.id;
                chart.nodes.push(node(view, at, if end { Emphasis::Strong } else { Emphasis::Plain }, None));
            }
            // One pair, whichever way a path goes through it.
            pairs.extend(before.map(|earlier| (earlier.min(at), earlier.max(at))));
            before = Some(at);
        }
        shown.extend(route.steps.iter().map(|step| step.link.id));
    }
    pairs.sort_unstable();
    pairs.dedup();
    let admit = |link: &LinkHandle| constraints.admits_link(view, *link);
    let links: Vec<LinkLine> = pairs
        .into_iter()
        .flat_map(|(a, b)| links_between(view, a, b))
        .filter(admit)
        .map(|link| link_line(view, link))
        .collect();
    chart.links = fold::fold(&links, &positions(&chart.nodes), |link| {
        if shown.contains(&link.id) { Emphasis::Strong } else { Emphasis::Plain }
    });
    let count = answer.count.unwrap_or(0);
    if count > answer.paths.len() as u64 {
        chart.notes.push(format!("{} of {count} shortest paths are shown", answer.paths.len()));
    }
    chart.notes.extend(answer.none.as_ref().map(|none| none.summary.clone()));
    chart.notes.extend(answer.stopped.clone());
    Ok(chart)
}
