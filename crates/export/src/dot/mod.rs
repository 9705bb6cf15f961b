//! DOT: a chart as Graphviz's language, built as a syntax tree and printed.
//!
//! Two texts are made of a chart. [`render`] gives the complete one, with labels, colours, legend and banner, which
//! any Graphviz draws. The skeleton holds only sizes and is what the layout of our own pictures is asked for, so
//! that no text of the data decides how its answer is read.

mod quote;
mod skeleton;

pub use quote::{html, quote, unquote};
pub(crate) use skeleton::{fixed_skeleton, skeleton};

use crate::fold::{distances, sound};
use crate::style;
use crate::words::{self, Legend, Line};
use graphviz_rust::dot_structures::{
    Attribute, Edge, EdgeTy, Graph, GraphAttributes, Id, Node, NodeId, Stmt, Subgraph, Vertex,
};
use graphviz_rust::printer::{DotPrinter, PrinterContext};
use jaal_model::answer::{Chart, ChartLink, ChartNode, Emphasis};
use std::fmt::Write as _;

/// The font families asked for, first to last; Verdana is nearly as wide as DejaVu Sans.
pub const FONT: &str = "DejaVu Sans,Verdana,Helvetica,sans-serif";

/// Graphviz's layout engines that suit charts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Engine {
    /// In ranks, for paths and small charts.
    Dot,
    /// By forces, with clusters.
    Fdp,
    /// By stress, without clusters.
    Neato,
    /// By forces on several scales, for large charts without clusters.
    Sfdp,
}

impl Engine {
    /// Graphviz's name for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Dot => "dot",
            Self::Fdp => "fdp",
            Self::Neato => "neato",
            Self::Sfdp => "sfdp",
        }
    }

    /// The engine that reads best for a chart: ranks where the chart is narrow in every rank, as paths are, else
    /// clusters by forces, else stress.
    pub fn for_chart(chart: &Chart) -> Self {
        let chart = &sound(chart);
        let widest = widest_rank(chart);
        if widest <= 7 && chart.nodes.len() <= 60 {
            Self::Dot
        } else if chart.nodes.iter().any(|node| node.group.is_some()) {
            Self::Fdp
        } else if chart.nodes.len() <= 200 {
            Self::Neato
        } else {
            Self::Sfdp
        }
    }
}

/// How to write DOT.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct DotOptions {
    /// The engine named in the text; `None` chooses by [`Engine::for_chart`].
    pub engine: Option<Engine>,
}

/// The chart as DOT text.
///
/// # Complexity
/// O(nodes + links), and the length of the text.
pub fn render(chart: &Chart, options: &DotOptions) -> String {
    let chart = &sound(chart);
    let engine = options.engine.unwrap_or_else(|| Engine::for_chart(chart));
    let mut stmts = defaults(engine);
    stmts.push(Stmt::Attribute(attribute("label", Id::Html(heading(chart)))));
    stmts.push(Stmt::Attribute(attribute("labelloc", plain("t"))));
    stmts.extend(bodies(chart, node));
    let ranks = ranks(chart);
    stmts.extend(chart.links.iter().map(|link| edge(link, &ranks)));
    stmts.push(Stmt::Node(sheet(chart)));
    print(stmts)
}

/// Reads DOT text into its syntax tree.
///
/// # Errors
/// A message with line and column when the text is not DOT as the parser knows it.
pub fn parse(text: &str) -> Result<Graph, String> {
    graphviz_rust::parse(text)
}

fn print(stmts: Vec<Stmt>) -> String {
    let graph = Graph::DiGraph { id: Id::Plain("chart".to_owned()), strict: false, stmts };
    let mut text = graph.print(&mut PrinterContext::default());
    text.push('\n');
    text
}

fn plain(word: &str) -> Id {
    Id::Plain(word.to_owned())
}

fn quoted(text: &str) -> Id {
    Id::Escaped(quote(text))
}

fn attribute(name: &str, value: Id) -> Attribute {
    Attribute(plain(name), value)
}

fn node_id(index: usize) -> NodeId {
    NodeId(Id::Plain(format!("n{index}")), None)
}

/// Attributes of the whole graph for an engine.
fn layout_attributes(engine: Engine) -> Vec<Attribute> {
    let mut out = vec![attribute("layout", plain(engine.word()))];
    match engine {
        Engine::Dot => out.extend([
            attribute("rankdir", plain("TB")),
            attribute("ranksep", plain("0.45")),
            attribute("nodesep", plain("0.4")),
            attribute("splines", plain("true")),
        ]),
        Engine::Fdp => out.extend([
            attribute("K", plain("0.9")),
            attribute("sep", quoted("+10")),
            attribute("overlap", plain("prism")),
            attribute("splines", plain("true")),
        ]),
        Engine::Neato | Engine::Sfdp => out.extend([
            attribute("sep", quoted("+12")),
            attribute("overlap", plain("prism")),
            // Parts that no line joins are laid out by themselves and set side by side.
            attribute("pack", plain("24")),
            attribute("splines", plain("true")),
        ]),
    }
    out
}

fn defaults(engine: Engine) -> Vec<Stmt> {
    let mut graph = layout_attributes(engine);
    graph.extend([
        attribute("fontname", quoted(FONT)),
        attribute("fontsize", plain("12")),
        attribute("forcelabels", plain("true")),
        attribute("bgcolor", plain("white")),
        attribute("outputorder", plain("edgesfirst")),
    ]);
    let node = vec![
        attribute("fontname", quoted(FONT)),
        attribute("fontsize", plain("11")),
        attribute("margin", quoted("0.1,0.06")),
        attribute("color", quoted(style::OTHER.line)),
    ];
    let edge = vec![
        attribute("fontname", quoted(FONT)),
        attribute("fontsize", plain("8.5")),
        attribute("color", quoted("#333333")),
        attribute("arrowsize", plain("0.7")),
    ];
    vec![
        Stmt::GAttribute(GraphAttributes::Graph(graph)),
        Stmt::GAttribute(GraphAttributes::Node(node)),
        Stmt::GAttribute(GraphAttributes::Edge(edge)),
    ]
}

/// The nodes, those of a cluster inside its subgraph.
fn bodies(chart: &Chart, node: impl Fn(usize, &ChartNode) -> Node) -> Vec<Stmt> {
    let mut out = Vec::new();
    for (number, group) in chart.groups.iter().enumerate() {
        let members: Vec<Stmt> = chart
            .nodes
            .iter()
            .enumerate()
            .filter(|(_, member)| member.group == Some(number))
            .map(|(index, member)| Stmt::Node(node(index, member)))
            .collect();
        if members.is_empty() {
            continue;
        }
        let mut stmts = vec![
            Stmt::Attribute(attribute("label", quoted(&words::group_title(&group.title)))),
            Stmt::Attribute(attribute("style", quoted("rounded,filled"))),
            Stmt::Attribute(attribute("color", quoted("#999999"))),
            Stmt::Attribute(attribute("fillcolor", quoted("#fafafa"))),
            Stmt::Attribute(attribute("margin", plain("14"))),
        ];
        stmts.extend(members);
        out.push(Stmt::Subgraph(Subgraph { id: Id::Plain(format!("cluster_{number}")), stmts }));
    }
    let outside = chart.nodes.iter().enumerate().filter(|(_, member)| member.group.is_none());
    out.extend(outside.map(|(index, member)| Stmt::Node(node(index, member))));
    out
}

fn html_lines(lines: &[Line]) -> String {
    let mut out = String::new();
    for (at, line) in lines.iter().enumerate() {
        if at > 0 {
            out.push_str("<BR/>");
        }
        let (open, close) =
            if line.weight == crate::metrics::Weight::Bold { ("<B>", "</B>") } else { ("", "") };
        // An empty element is a syntax error in some versions of Graphviz.
        let text = if line.text.is_empty() { " ".to_owned() } else { html(&line.text) };
        let _ = write!(out, "<FONT POINT-SIZE=\"{}\">{open}{text}{close}</FONT>", line.size);
    }
    out
}

fn node(index: usize, node: &ChartNode) -> Node {
    let look = style::of_kind(&words::kind_of(node));
    let strong = node.emphasis == Emphasis::Strong;
    let style = match (look.shape == style::Shape::Rounded, strong) {
        (true, true) => "rounded,filled,bold",
        (true, false) => "rounded,filled",
        (false, true) => "filled,bold",
        (false, false) => "filled",
    };
    let mut attributes = vec![
        attribute("label", Id::Html(format!("<{}>", html_lines(&words::node_lines(node))))),
        attribute("shape", plain(look.shape.graphviz())),
        attribute("style", quoted(style)),
        attribute("fillcolor", quoted(look.fill)),
        attribute("color", quoted(if strong { "#000000" } else { look.line })),
        attribute(
            "tooltip",
            quoted(&format!("{} {}", node.entity.id, words::group_title(&node.entity.label))),
        ),
    ];
    if strong {
        attributes.push(attribute("penwidth", plain("3")));
    }
    Node::new(node_id(index), attributes)
}

fn edge(link: &ChartLink, ranks: &[usize]) -> Stmt {
    let strong = link.emphasis == Emphasis::Strong;
    let width = style::line_width(link.count) + if strong { 1.2 } else { 0.0 };
    let mut attributes = vec![
        attribute("label", Id::Html(format!("<{}>", html_lines(&words::link_lines(link))))),
        attribute("style", plain(style::line_word(link.certainty))),
        attribute("penwidth", plain(&format!("{width:.2}"))),
    ];
    if strong {
        attributes.push(attribute("color", quoted("#000000")));
    }
    let (tail, head, turned) = downwards(link, ranks);
    if turned {
        attributes.push(attribute("dir", plain("back")));
    }
    Stmt::Edge(Edge { ty: EdgeTy::Pair(Vertex::N(node_id(tail)), Vertex::N(node_id(head))), attributes })
}

/// Banner and title above the picture.
fn heading(chart: &Chart) -> String {
    format!(
        "<<FONT POINT-SIZE=\"13\"><B>{}</B></FONT><BR/><FONT POINT-SIZE=\"16\"><B>{}</B></FONT><BR/> >",
        html(&words::banner(chart)),
        html(&words::title(chart)),
    )
}

/// Legend, footer and the banner again, as a node of its own.
fn sheet(chart: &Chart) -> Node {
    let legend = Legend::of(chart);
    let mut rows = String::new();
    let mut row = |cell: &str| {
        let _ = write!(rows, "<TR><TD ALIGN=\"LEFT\" COLSPAN=\"2\">{cell}</TD></TR>");
    };
    row("<B>Legend</B>");
    for kind in &legend.kinds {
        let look = style::of_kind(kind);
        let _ = write!(
            rows,
            "<TR><TD BORDER=\"1\" COLOR=\"{}\" BGCOLOR=\"{}\" WIDTH=\"26\"> </TD><TD ALIGN=\"LEFT\">{} ({})</TD></TR>",
            look.line,
            look.fill,
            html(kind),
            if look.shape == style::Shape::Rounded { "rounded box" } else { look.shape.graphviz() },
        );
    }
    let mut row = |cell: &str| {
        let _ = write!(rows, "<TR><TD ALIGN=\"LEFT\" COLSPAN=\"2\">{cell}</TD></TR>");
    };
    for certainty in &legend.lines {
        row(&format!("{} line: {}", style::line_word(*certainty), style::line_meaning(*certainty)));
    }
    if legend.counted {
        row("×n: n links in one line, wider for more");
    }
    for paragraph in words::footer(chart, None) {
        for line in crate::text::wrap(&paragraph, 76, 8) {
            row(&html(&line));
        }
    }
    row(&format!("<B>{}</B>", html(&words::banner(chart))));
    let table = format!(
        "<<FONT POINT-SIZE=\"8\"><TABLE BORDER=\"1\" CELLBORDER=\"0\" CELLSPACING=\"1\" CELLPADDING=\"1\" \
         COLOR=\"#999999\">{rows}</TABLE></FONT>>"
    );
    let attributes = vec![
        attribute("label", Id::Html(table)),
        attribute("shape", plain("plaintext")),
        attribute("margin", plain("0")),
    ];
    Node::new(NodeId(Id::Plain("legend".to_owned()), None), attributes)
}

/// Rank of each node: lines from the first highlighted node, each part of the chart from its own start.
pub(crate) fn ranks(chart: &Chart) -> Vec<usize> {
    let count = chart.nodes.len();
    let first = (0..count).find(|&at| chart.nodes[at].emphasis == Emphasis::Strong).unwrap_or(0);
    let mut out = vec![usize::MAX; count];
    for start in std::iter::once(first).chain(0..count) {
        if out.get(start) == Some(&usize::MAX) {
            for (rank, distance) in out.iter_mut().zip(distances(count, &chart.links, &[start])) {
                *rank = (*rank).min(distance);
            }
        }
    }
    out
}

/// The ends of a link such that the tail has the lower rank, and whether they were exchanged: a path then reads
/// from end to end although some of its links point the other way.
fn downwards(link: &ChartLink, ranks: &[usize]) -> (usize, usize, bool) {
    if ranks[link.from] > ranks[link.to] { (link.to, link.from, true) } else { (link.from, link.to, false) }
}

fn widest_rank(chart: &Chart) -> usize {
    let mut ranks = ranks(chart);
    ranks.sort_unstable();
    ranks.chunk_by(|a, b| a == b).map(<[usize]>::len).max().unwrap_or(0)
}
