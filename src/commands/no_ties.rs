//! Why nobody is tied with anybody: what to say where there are no networks and no arcs.

use jaal_engine::analysis::ties::{TieProfile, Ties};
use jaal_engine::graph::View;
use std::collections::BTreeSet;

/// Why there is no network.
pub(super) fn no_networks(view: &View, ties: &Ties, smallest: usize) -> String {
    if ties.graph.arc_count() == 0 {
        return no_ties(view);
    }
    format!(
        "people are tied, but no group of {smallest} or more holds together; try a lower --resolution or --smallest"
    )
}

/// Why nobody is tied: nobody is there, nothing by which people are tied is there, or nobody shares any of it.
pub(super) fn no_ties(view: &View) -> String {
    let profile = TieProfile::default();
    if view.kind(&profile.people).is_none_or(|kind| view.nodes_of_kind(kind).next().is_none()) {
        return format!(
            "no ties: they join entities of the kind {}, and this store has none; `jaal info` lists its kinds",
            profile.people
        );
    }
    let routes = profile.things.iter().flat_map(|thing| &thing.routes).flat_map(|route| &route.steps);
    let used: BTreeSet<&str> = routes
        .map(|(link_type, _)| link_type.as_str())
        .chain(profile.contacts.iter().map(|contact| contact.link_type.as_str()))
        .collect();
    let here: Vec<&str> = used.iter().copied().filter(|name| view.link_type(name).is_some()).collect();
    let used = used.into_iter().collect::<Vec<_>>().join(", ");
    if here.is_empty() {
        return format!(
            "no ties: people are tied by links of the types {used}, and this store has none of them"
        );
    }
    format!(
        "no ties: people are tied by links of the types {used}; this store has {}, but no two people share a thing \
         by them",
        here.join(", ")
    )
}
