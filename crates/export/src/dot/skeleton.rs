//! The skeleton: a chart as DOT with sizes but without any text, for Graphviz to place.

use super::{Engine, attribute, bodies, downwards, layout_attributes, node_id, plain, print, quoted, ranks};
use crate::geometry::{Point, Sizes};
use crate::style::Shape;
use crate::words;
use graphviz_rust::dot_structures::{Attribute, Edge, EdgeTy, GraphAttributes, Id, Node, Stmt, Vertex};
use jaal_model::answer::Chart;

/// The skeleton with every node in a given place, for lines to be led around the nodes.
pub(crate) fn fixed_skeleton(
    chart: &Chart,
    sizes: &Sizes,
    places: &[Point],
) -> (String, Vec<(usize, usize, bool)>) {
    write(chart, sizes, Engine::Neato, |index| {
        let (x, y) = places[index];
        Some(attribute("pos", quoted(&format!("{x:.2},{:.2}", -y))))
    })
}

/// The skeleton and, for each of its edges in order, the link and whether its ends were exchanged.
pub(crate) fn skeleton(chart: &Chart, sizes: &Sizes, engine: Engine) -> (String, Vec<(usize, usize, bool)>) {
    write(chart, sizes, engine, |_| None)
}

fn write(
    chart: &Chart,
    sizes: &Sizes,
    engine: Engine,
    place: impl Fn(usize) -> Option<Attribute>,
) -> (String, Vec<(usize, usize, bool)>) {
    let mut stmts = vec![Stmt::GAttribute(GraphAttributes::Graph(layout_attributes(engine)))];
    stmts.push(Stmt::GAttribute(GraphAttributes::Edge(vec![attribute("arrowhead", plain("none"))])));
    stmts.extend(bodies(chart, |index, node| {
        let (width, height) = sizes.nodes[index];
        let shape = if words::shape_of(node) == Shape::Ellipse { "ellipse" } else { "box" };
        let mut attributes = vec![
            attribute("label", quoted("")),
            attribute("shape", plain(shape)),
            attribute("fixedsize", plain("true")),
            attribute("width", inches(width)),
            attribute("height", inches(height)),
        ];
        attributes.extend(place(index));
        Node::new(node_id(index), attributes)
    }));
    // Cluster titles are data too; a box of their size keeps their place.
    for stmt in &mut stmts {
        if let Stmt::Subgraph(cluster) = stmt {
            cluster.stmts.retain(|inner| !matches!(inner, Stmt::Attribute(a) if a.0 == plain("label")));
            cluster
                .stmts
                .insert(0, Stmt::Attribute(attribute("label", blank(60.0, words::GROUP_SIZE * 1.5))));
        }
    }
    let ranks = ranks(chart);
    let mut ends = Vec::with_capacity(chart.links.len());
    for (index, link) in chart.links.iter().enumerate() {
        let (tail, head, turned) = downwards(link, &ranks);
        ends.push((tail, head, turned));
        let mut attributes = Vec::new();
        // Only the ranked layout keeps room for labels; elsewhere they are placed afterwards.
        if engine == Engine::Dot {
            let (width, height) = sizes.links[index];
            // Graphviz sets a label hard beside its line; the extra width keeps it clear of it.
            attributes.push(attribute("label", blank(width + 12.0, height)));
        } else {
            attributes.push(attribute("len", plain("1.9")));
        }
        stmts.push(Stmt::Edge(Edge {
            ty: EdgeTy::Pair(Vertex::N(node_id(tail)), Vertex::N(node_id(head))),
            attributes,
        }));
    }
    (print(stmts), ends)
}

fn inches(points: f64) -> Id {
    Id::Plain(format!("{:.4}", points / 72.0))
}

/// A label without text that takes this much room, in points.
fn blank(width: f64, height: f64) -> Id {
    Id::Html(format!(
        "<<TABLE BORDER=\"0\" CELLBORDER=\"0\" FIXEDSIZE=\"TRUE\" WIDTH=\"{:.0}\" HEIGHT=\"{:.0}\"><TR><TD></TD></TR></TABLE>>",
        width.ceil(),
        height.ceil()
    ))
}
