//! The chart of a list of entities: they and the links among them.

use jaal_csr::LinkHandle;
use jaal_graph::View;
use jaal_model::NodeIdx;
use jaal_model::answer::{Chart, Emphasis, LinkLine};
use rustc_hash::FxHashSet;

use super::{empty, fold, node, positions};
use crate::entity::link_line;
use crate::walk::links_among;

/// The chart of these entities, each once, in the given order.
///
/// # Complexity
/// The links of the entities, or for hubs the number of entities times a search.
pub fn list_chart(view: &View, title: &str, nodes: &[NodeIdx], parameters: Vec<(String, String)>) -> Chart {
    let mut seen = FxHashSet::default();
    let nodes: Vec<NodeIdx> = nodes.iter().copied().filter(|n| seen.insert(*n)).collect();
    let mut chart = empty(view, title.to_owned(), parameters);
    chart.nodes = nodes.iter().map(|n| node(view, *n, Emphasis::Plain, None)).collect();
    chart.links =
        fold::fold(&lines(view, &links_among(view, &nodes)), &positions(&chart.nodes), |_| Emphasis::Plain);
    chart
}

/// Links as lines.
pub(super) fn lines(view: &View, links: &[LinkHandle]) -> Vec<LinkLine> {
    links.iter().map(|link| link_line(view, *link)).collect()
}
