//! Geometry: where everything of a chart stands, in points, the vertical axis pointing down.

use crate::joint::Label;
use crate::words;
use jaal_model::answer::Chart;

/// A point, x then y.
pub(crate) type Point = (f64, f64);

/// Widths and heights of what is to be placed.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Sizes {
    /// Outlines of nodes.
    pub(crate) nodes: Vec<(f64, f64)>,
    /// Labels of links.
    pub(crate) links: Vec<(f64, f64)>,
    /// The types and counts in the labels of links alone.
    pub(crate) heads: Vec<(f64, f64)>,
    /// What the labels of links say.
    pub(crate) labels: Vec<Label>,
}

impl Sizes {
    /// The sizes in a chart whose links have these labels.
    pub(crate) fn of(chart: &Chart, labels: Vec<Label>) -> Self {
        let nodes = chart.nodes.iter().map(|node| {
            let (width, height) = words::extent(&words::node_lines(node));
            words::shape_of(node).around(width, height)
        });
        Self {
            nodes: nodes.collect(),
            links: labels.iter().map(|label| padded(words::extent(&label.full))).collect(),
            heads: labels.iter().map(|label| padded(words::extent(&label.head))).collect(),
            labels,
        }
    }
}

fn padded((width, height): (f64, f64)) -> (f64, f64) {
    (width + 6.0, height + 2.0)
}

/// How much of a link's label is drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Detail {
    /// All its lines.
    Full,
    /// The types and counts alone.
    Head,
}

/// The line of a link: a chain of cubic Bézier curves from the link's start to its end.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Curve {
    /// One point, then three for each curve.
    pub(crate) points: Vec<Point>,
    /// The middle of its label, if there is room for one.
    pub(crate) label: Option<(Point, Detail)>,
}

impl Curve {
    /// Points along the line, `pieces` to each of its curves, both ends included.
    pub(crate) fn along(&self, pieces: usize) -> Vec<Point> {
        let mut out: Vec<Point> = self.points.first().copied().into_iter().collect();
        for start in (0..self.points.len().saturating_sub(3)).step_by(3) {
            let [a, b, c, d] = [0, 1, 2, 3].map(|i| self.points[start + i]);
            out.extend((1..=pieces).map(|piece| cubic(a, b, c, d, piece as f64 / pieces as f64)));
        }
        out
    }
}

/// A point of a cubic Bézier curve.
pub(crate) fn cubic(a: Point, b: Point, c: Point, d: Point, t: f64) -> Point {
    let s = 1.0 - t;
    let mix = |a: f64, b: f64, c: f64, d: f64| {
        s * s * s * a + 3.0 * s * s * t * b + 3.0 * s * t * t * c + t * t * t * d
    };
    (mix(a.0, b.0, c.0, d.0), mix(a.1, b.1, c.1, d.1))
}

/// An upright rectangle.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Rect {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) right: f64,
    pub(crate) bottom: f64,
}

impl Rect {
    pub(crate) fn around(middle: Point, (width, height): (f64, f64)) -> Self {
        Self {
            left: middle.0 - width / 2.0,
            top: middle.1 - height / 2.0,
            right: middle.0 + width / 2.0,
            bottom: middle.1 + height / 2.0,
        }
    }

    pub(crate) fn width(self) -> f64 {
        self.right - self.left
    }

    pub(crate) fn height(self) -> f64 {
        self.bottom - self.top
    }

    pub(crate) fn grown(self, by: f64) -> Self {
        Self { left: self.left - by, top: self.top - by, right: self.right + by, bottom: self.bottom + by }
    }

    pub(crate) fn union(self, other: Self) -> Self {
        Self {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }

    /// The area that both cover; 0 when they only touch.
    pub(crate) fn shared(self, other: Self) -> f64 {
        let width = self.right.min(other.right) - self.left.max(other.left);
        let height = self.bottom.min(other.bottom) - self.top.max(other.top);
        if width > 0.0 && height > 0.0 { width * height } else { 0.0 }
    }
}

/// A placed chart.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Geometry {
    /// The middles of the nodes.
    pub(crate) nodes: Vec<Point>,
    /// The lines of the links.
    pub(crate) links: Vec<Curve>,
}

/// Room around the members of a cluster, and above them for the title.
pub(crate) const GROUP_MARGIN: f64 = 14.0;
/// Room for a cluster's title.
pub(crate) const GROUP_TITLE: f64 = words::GROUP_SIZE * 1.5;

impl Geometry {
    /// The boxes of the clusters, `None` for one without members.
    pub(crate) fn groups(&self, chart: &Chart, sizes: &Sizes) -> Vec<Option<Rect>> {
        let mut out: Vec<Option<Rect>> = vec![None; chart.groups.len()];
        for (index, node) in chart.nodes.iter().enumerate() {
            if let Some(group) = node.group {
                let rect = Rect::around(self.nodes[index], sizes.nodes[index]);
                out[group] = Some(out[group].map_or(rect, |other| other.union(rect)));
            }
        }
        for (rect, group) in out.iter_mut().zip(&chart.groups) {
            if let Some(rect) = rect {
                let title = words::group_title(&group.title);
                let wanted = crate::metrics::width(&title, words::GROUP_SIZE, crate::metrics::Weight::Bold);
                let missing = (wanted - rect.width()).max(0.0);
                rect.right += missing;
                *rect = rect.grown(GROUP_MARGIN);
                rect.top -= GROUP_TITLE;
            }
        }
        out
    }

    /// The smallest rectangle that holds everything.
    pub(crate) fn bounds(&self, chart: &Chart, sizes: &Sizes) -> Rect {
        let nodes = self.nodes.iter().zip(&sizes.nodes).map(|(&middle, &size)| Rect::around(middle, size));
        let groups = self.groups(chart, sizes).into_iter().flatten();
        let lines = self.links.iter().flat_map(|curve| curve.along(8)).map(|at| Rect::around(at, (0.0, 0.0)));
        let labels = self.links.iter().enumerate().filter_map(|(index, curve)| {
            let (middle, detail) = curve.label?;
            Some(Rect::around(middle, label_size(sizes, index, detail)))
        });
        nodes.chain(groups).chain(lines).chain(labels).reduce(Rect::union).unwrap_or(Rect {
            left: 0.0,
            top: 0.0,
            right: 0.0,
            bottom: 0.0,
        })
    }
}

/// Size of a link's label.
pub(crate) fn label_size(sizes: &Sizes, link: usize, detail: Detail) -> (f64, f64) {
    match detail {
        Detail::Full => sizes.links[link],
        Detail::Head => sizes.heads[link],
    }
}
