//! Charts: what a diagram shows, before any layout or format. Analysis makes them, export draws them.

use super::EntityRef;
use crate::{Certainty, Marking};
use serde::Serialize;

/// How a node stands out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Emphasis {
    /// Like the others.
    #[default]
    Plain,
    /// What the chart is about: the ends of a path, the middle of a neighbourhood, a strong member.
    Strong,
}

/// A node of a chart.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ChartNode {
    /// The entity.
    pub entity: EntityRef,
    /// Further lines under the label, for example a key or `arrested 2025-10-04`.
    pub lines: Vec<String>,
    /// How it stands out.
    pub emphasis: Emphasis,
    /// Index in [`Chart::groups`] of the cluster it belongs to.
    pub group: Option<usize>,
    /// How many links it has in the graph, shown or not.
    pub degree: u64,
}

/// A line of a chart: all parallel links of one type in one direction between two nodes, folded.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ChartLink {
    /// Index of the start in [`Chart::nodes`].
    pub from: usize,
    /// Index of the end.
    pub to: usize,
    /// The type.
    pub link_type: String,
    /// How many links are folded.
    pub count: u64,
    /// First date of the folded links (ISO date), where they have one.
    pub first: Option<String>,
    /// Last date.
    pub last: Option<String>,
    /// A sum worth showing, for example `Rs 1,250,000`.
    pub note: Option<String>,
    /// The best certainty among the folded links.
    pub certainty: Certainty,
    /// Part of what the chart is about, for example of the path.
    pub emphasis: Emphasis,
}

/// A cluster of a chart.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ChartGroup {
    /// Its title.
    pub title: String,
}

/// A chart.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
pub struct Chart {
    /// The title.
    pub title: String,
    /// The nodes, in a fixed order.
    pub nodes: Vec<ChartNode>,
    /// The lines, in a fixed order.
    pub links: Vec<ChartLink>,
    /// The clusters.
    pub groups: Vec<ChartGroup>,
    /// The join of the markings of all evidence that may be behind it.
    pub marking: Marking,
    /// What was left out or folded before, in words, for the footer.
    pub notes: Vec<String>,
    /// Position (commit) of the image.
    pub commit: u64,
    /// Digest of the image, hexadecimal.
    pub image: String,
    /// The parameters it was made with, for the footer.
    pub parameters: Vec<(String, String)>,
}
