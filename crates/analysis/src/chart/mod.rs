//! Charts: what a diagram of an answer shows, before any layout or format.
//!
//! A chart carries what makes it usable as an exhibit: the position and digest of the image, the parameters, notes on
//! what is left out, and a marking. The marking is the join of the markings of *all* claims in the image, not of those
//! drawn: never too low, at times higher than the drawn rows alone would need.

mod around;
mod choice;
mod fold;
mod list;
mod network;
mod path;

pub use around::around_chart;
pub use list::list_chart;
pub use network::{NetworkChart, network_chart};
pub use path::path_chart;

use jaal_csr::{Adjacency, Direction};
use jaal_graph::View;
use jaal_model::answer::{Chart, ChartNode, Emphasis, EntityRef};
use jaal_model::identifier::for_people;
use jaal_model::{EntityId, NodeIdx};
use rustc_hash::FxHashMap;

use crate::entity::entity_ref;
use crate::walk::each_link;
use crate::when::{day, iso_day};

/// A chart without nodes.
fn empty(view: &View, title: String, parameters: Vec<(String, String)>) -> Chart {
    Chart {
        title,
        marking: view.marking().clone(),
        commit: view.commit().0,
        image: view.digest().to_string(),
        parameters,
        ..Chart::default()
    }
}

/// An entity as a node of a chart: under the label its key, where the label is not the key already, and the day of
/// the first arrest. Keys are as people write them.
fn node(view: &View, node: NodeIdx, emphasis: Emphasis, group: Option<usize>) -> ChartNode {
    let mut entity = entity_ref(view, node);
    let mut lines = Vec::new();
    if let Some(key) = &entity.key {
        let written = for_people(&key.scheme, &key.value).into_owned();
        if key.value == entity.label {
            entity.label = written;
        } else {
            lines.push(written);
        }
    }
    if let Some(day) = first_arrest(view, node) {
        lines.push(format!("arrested {}", iso_day(day)));
    }
    ChartNode { entity, lines, emphasis, group, degree: view.degree(node.0, Direction::Both) }
}

fn first_arrest(view: &View, node: NodeIdx) -> Option<i64> {
    let wanted = view.link_type("ARRESTED_IN")?;
    let mut first: Option<i64> = None;
    each_link(view, node, Direction::Out, |met| {
        if met.link.link_type == wanted
            && let Some(at) = day(&view.link_property(met.link, "at"))
        {
            first = Some(first.map_or(at, |earlier| earlier.min(at)));
        }
    });
    first
}

/// The label of an entity as people write it.
fn label(entity: &EntityRef) -> String {
    match &entity.key {
        Some(key) if key.value == entity.label => for_people(&key.scheme, &key.value).into_owned(),
        _ => entity.label.clone(),
    }
}

/// Where each entity stands among the nodes of a chart.
fn positions(nodes: &[ChartNode]) -> FxHashMap<EntityId, usize> {
    nodes.iter().enumerate().map(|(at, node)| (node.entity.id, at)).collect()
}
