//! Words: the texts of a chart's nodes, links, legend and frame, the same in every format.

use crate::metrics::{Weight, width};
use crate::style::{self, Shape};
use crate::text::{grouped, one_line, short, wrap};
use jaal_model::Certainty;
use jaal_model::answer::{Chart, ChartLink, ChartNode};
use std::collections::BTreeSet;

/// Font size of the kind above a label, in points.
pub(crate) const KIND_SIZE: f64 = 7.5;
/// Font size of a label.
pub(crate) const NAME_SIZE: f64 = 11.0;
/// Font size of the lines under a label.
pub(crate) const LINE_SIZE: f64 = 9.0;
/// Font size of the first line of a link's label.
pub(crate) const LINK_SIZE: f64 = 8.5;
/// Font size of the further lines of a link's label.
pub(crate) const LINK_LINE_SIZE: f64 = 7.5;
/// Font size of a cluster's title.
pub(crate) const GROUP_SIZE: f64 = 15.0;
/// Distance of base lines in multiples of the font size.
pub(crate) const LEADING: f64 = 1.22;

/// One line of text with its look.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Line {
    pub(crate) text: String,
    pub(crate) size: f64,
    pub(crate) weight: Weight,
}

impl Line {
    pub(crate) fn new(text: impl Into<String>, size: f64, weight: Weight) -> Self {
        Self { text: text.into(), size, weight }
    }

    pub(crate) fn width(&self) -> f64 {
        width(&self.text, self.size, self.weight)
    }
}

/// Width and height of lines set one under another.
pub(crate) fn extent(lines: &[Line]) -> (f64, f64) {
    let width = lines.iter().map(Line::width).fold(0.0, f64::max);
    (width, lines.iter().map(|line| line.size * LEADING).sum())
}

/// The kind that a node is drawn as: the most telling one.
pub(crate) fn kind_of(node: &ChartNode) -> String {
    node.entity.kinds.first().map(|kind| short(kind, 24)).filter(|kind| !kind.is_empty()).unwrap_or_default()
}

/// The outline of a node.
pub(crate) fn shape_of(node: &ChartNode) -> Shape {
    style::of_kind(&kind_of(node)).shape
}

/// What stands in a node: its kind, its label, then its lines.
pub(crate) fn node_lines(node: &ChartNode) -> Vec<Line> {
    let kind = kind_of(node);
    let mut out = Vec::new();
    if !kind.is_empty() {
        out.push(Line::new(kind.to_uppercase(), KIND_SIZE, Weight::Regular));
    }
    let mut name = wrap(&node.entity.label, 26, 3);
    if name.is_empty() {
        name.push(node.entity.id.to_string());
    }
    out.extend(name.into_iter().map(|text| Line::new(text, NAME_SIZE, Weight::Bold)));
    for line in node.lines.iter().take(5) {
        out.extend(wrap(line, 34, 2).into_iter().map(|text| Line::new(text, LINE_SIZE, Weight::Regular)));
    }
    if node.lines.len() > 5 {
        let more = format!("… {} more lines", node.lines.len() - 5);
        out.push(Line::new(more, LINE_SIZE, Weight::Regular));
    }
    out
}

/// What stands beside a link: its type with how many are folded, their dates, a note.
pub(crate) fn link_lines(link: &ChartLink) -> Vec<Line> {
    let head = Line::new(link_head(link), LINK_SIZE, Weight::Bold);
    std::iter::once(head).chain(link_details(link)).collect()
}

/// A link's type, with how many are folded when there are several.
pub(crate) fn link_head(link: &ChartLink) -> String {
    let mut head = short(&link.link_type, 32);
    if link.count > 1 {
        head.push_str(" ×");
        head.push_str(&grouped(link.count));
    }
    head
}

/// A link's dates, and its note.
pub(crate) fn link_details(link: &ChartLink) -> Vec<Line> {
    let first = link.first.as_deref().map(|date| short(date, 25)).filter(|date| !date.is_empty());
    let last = link.last.as_deref().map(|date| short(date, 25)).filter(|date| !date.is_empty());
    let dates = match (first, last) {
        (Some(first), Some(last)) if first == last => Some(first),
        (Some(first), Some(last)) => Some(format!("{first} – {last}")),
        (Some(first), None) => Some(format!("from {first}")),
        (None, Some(last)) => Some(format!("until {last}")),
        (None, None) => None,
    };
    let note = link.note.as_deref().map(|note| short(note, 40)).filter(|note| !note.is_empty());
    dates.into_iter().chain(note).map(|text| Line::new(text, LINK_LINE_SIZE, Weight::Regular)).collect()
}

/// A cluster's title.
pub(crate) fn group_title(title: &str) -> String {
    short(title, 60)
}

/// What a legend explains: only what occurs in the chart.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Legend {
    /// Kinds in alphabetical order, without the nameless one.
    pub(crate) kinds: Vec<String>,
    /// Certainties, surest first.
    pub(crate) lines: Vec<Certainty>,
    /// Whether some line stands for several links.
    pub(crate) counted: bool,
}

impl Legend {
    pub(crate) fn of(chart: &Chart) -> Self {
        let kinds: BTreeSet<String> =
            chart.nodes.iter().map(kind_of).filter(|kind| !kind.is_empty()).collect();
        let lines: BTreeSet<Certainty> = chart.links.iter().map(|link| link.certainty).collect();
        Self {
            kinds: kinds.into_iter().collect(),
            lines: lines.into_iter().collect(),
            counted: chart.links.iter().any(|link| link.count > 1),
        }
    }
}

/// The banner, the marking in words.
pub(crate) fn banner(chart: &Chart) -> String {
    short(&chart.marking.to_string(), 300)
}

/// The title, or a plain one where the chart has none.
pub(crate) fn title(chart: &Chart) -> String {
    let title = short(&chart.title, 160);
    if title.is_empty() { "Chart".to_owned() } else { title }
}

/// The footer's paragraphs: parameters, origin, notes. `layout` names what placed the nodes.
pub(crate) fn footer(chart: &Chart, layout: Option<&str>) -> Vec<String> {
    let mut out = Vec::new();
    let parameters: Vec<String> = chart
        .parameters
        .iter()
        .map(|(name, value)| format!("{} = {}", one_line(name), short(value, 200)))
        .collect();
    if !parameters.is_empty() {
        out.push(parameters.join("; "));
    }
    let mut origin = format!(
        "entities: {} · lines: {} · commit {}",
        grouped(chart.nodes.len() as u64),
        grouped(chart.links.len() as u64),
        chart.commit
    );
    let image: String = one_line(&chart.image).chars().take(16).collect();
    if !image.is_empty() {
        origin.push_str(" · image ");
        origin.push_str(&image);
    }
    if let Some(layout) = layout {
        origin.push_str(" · ");
        origin.push_str(layout);
    }
    out.push(origin);
    out.extend(chart.notes.iter().map(|note| short(note, 400)).filter(|note| !note.is_empty()));
    out
}
