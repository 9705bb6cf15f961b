//! Short walks over a view: the links of an entity, and the links between two.

use std::ops::ControlFlow;

use jaal_csr::{Adjacency, Direction, LinkHandle};
use jaal_graph::View;
use jaal_model::NodeIdx;

/// One link as met from an entity.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Met {
    /// The link.
    pub(crate) link: LinkHandle,
    /// The entity at the other end.
    pub(crate) other: NodeIdx,
    /// Whether the link starts here.
    pub(crate) out: bool,
}

/// Calls `visit` with every link of an entity in a direction; with [`Direction::Both`] a self-link comes twice.
pub(crate) fn each_link(view: &View, node: NodeIdx, direction: Direction, mut visit: impl FnMut(Met)) {
    let _ = view.runs(node.0, direction, &mut |run| {
        for (index, other) in run.neighbours.iter().enumerate() {
            visit(Met { link: run.link(index), other: NodeIdx(*other), out: run.out });
        }
        ControlFlow::Continue(())
    });
}

/// The distinct entities at the other end of an entity's links of one type, ascending.
pub(crate) fn neighbours(view: &View, node: NodeIdx, link_type: u16, direction: Direction) -> Vec<u32> {
    let mut found = Vec::new();
    let _ = view.runs(node.0, direction, &mut |run| {
        if run.link_type == link_type {
            found.extend_from_slice(run.neighbours);
        }
        ControlFlow::Continue(())
    });
    found.sort_unstable();
    found.dedup();
    found
}

/// The links between two entities in either direction, by type, then ledger order.
///
/// # Complexity
/// The runs of the end with fewer links, each searched by halving.
pub(crate) fn links_between(view: &View, a: NodeIdx, b: NodeIdx) -> Vec<LinkHandle> {
    let (here, there) =
        if view.degree(a.0, Direction::Both) <= view.degree(b.0, Direction::Both) { (a, b) } else { (b, a) };
    let mut links = Vec::new();
    let _ = view.runs(here.0, Direction::Both, &mut |run| {
        let first = run.neighbours.partition_point(|n| *n < there.0);
        for index in first..run.neighbours.len() {
            if run.neighbours[index] != there.0 {
                break;
            }
            links.push(run.link(index));
        }
        ControlFlow::Continue(())
    });
    // A self-link is met from both ends.
    links.sort_unstable();
    links.dedup();
    view.sort_links(&mut links);
    links
}

/// All links whose two ends are among `nodes`, each once, by start in the given order, then type, then ledger order.
///
/// # Complexity
/// For each entity the smaller of its degree and the number of entities times a halving of its runs.
pub(crate) fn links_among(view: &View, nodes: &[NodeIdx]) -> Vec<LinkHandle> {
    let mut sorted: Vec<u32> = nodes.iter().map(|n| n.0).collect();
    sorted.sort_unstable();
    sorted.dedup();
    let mut links = Vec::new();
    for node in nodes {
        let _ = view.runs(node.0, Direction::Out, &mut |run| {
            if run.neighbours.len() <= sorted.len() {
                for (index, other) in run.neighbours.iter().enumerate() {
                    if sorted.binary_search(other).is_ok() {
                        links.push(run.link(index));
                    }
                }
            } else {
                for wanted in &sorted {
                    let first = run.neighbours.partition_point(|n| n < wanted);
                    let alike = run.neighbours[first..].iter().take_while(|n| *n == wanted).count();
                    links.extend((first..first + alike).map(|index| run.link(index)));
                }
            }
            ControlFlow::Continue(())
        });
    }
    links
}
