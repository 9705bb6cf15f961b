//! A sequence of entities as a route: between each two the link that is shown, and how many more there are.

use jaal_csr::LinkHandle;
use jaal_graph::View;
use jaal_model::NodeIdx;
use jaal_model::answer::{PathRoute, PathStep};

use crate::entity::{entity_ref, link_line};
use crate::walk::links_between;

/// The route along a sequence of entities, by links that `admit` lets pass. A step without any such link, which no
/// search gives, ends the route.
///
/// # Complexity
/// The links between the entities.
pub(crate) fn route(view: &View, nodes: &[u32], admit: &dyn Fn(LinkHandle) -> bool) -> Option<PathRoute> {
    let (first, rest) = nodes.split_first()?;
    let mut here = NodeIdx(*first);
    let mut steps = Vec::with_capacity(rest.len());
    for next in rest {
        let there = NodeIdx(*next);
        let Some((link, parallel)) = shown(view, here, there, admit) else { break };
        steps.push(PathStep {
            forward: view.ends(link).0 == here,
            link: link_line(view, link),
            parallel,
            to: entity_ref(view, there),
        });
        here = there;
    }
    Some(PathRoute { from: entity_ref(view, NodeIdx(*first)), steps })
}

/// The link to show between two entities (of the best grade, among these the earliest in the ledger) and how many
/// other admitted ones there are.
pub(crate) fn shown(
    view: &View,
    from: NodeIdx,
    to: NodeIdx,
    admit: &dyn Fn(LinkHandle) -> bool,
) -> Option<(LinkHandle, u64)> {
    let admitted: Vec<LinkHandle> = links_between(view, from, to).into_iter().filter(|l| admit(*l)).collect();
    let best = admitted.iter().map(|link| view.link_grade(*link).rank()).min()?;
    let link = admitted
        .iter()
        .filter(|link| view.link_grade(**link).rank() == best)
        .min_by_key(|link| (view.link_order(**link), **link))
        .copied()?;
    Some((link, admitted.len() as u64 - 1))
}
