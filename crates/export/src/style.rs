//! Styles: one table that says how each kind of entity looks, and how sure a line is drawn.
//!
//! Every kind is told apart by its shape and by its name printed in the node; the fill is a light tint that turns
//! near white on a black-and-white printer, so nothing depends on colour.

use jaal_model::Certainty;

/// The outlines that nodes have, each one known to Graphviz and to the SVG writer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Shape {
    /// A box with round corners.
    Rounded,
    /// A plain box.
    Square,
    /// An ellipse.
    Ellipse,
    /// A drum, as databases are drawn.
    Cylinder,
    /// A box with a roof.
    House,
    /// A box with two teeth on its left side.
    Component,
    /// A box with a tab on its upper edge.
    Folder,
    /// A box with a folded corner.
    Note,
    /// A box with cut corners.
    Octagon,
    /// A box that narrows left and right.
    Hexagon,
    /// A box with a depth.
    Box3d,
    /// A box that leans.
    Parallelogram,
}

impl Shape {
    /// Graphviz's name for it.
    pub fn graphviz(self) -> &'static str {
        match self {
            Self::Rounded | Self::Square => "box",
            Self::Ellipse => "ellipse",
            Self::Cylinder => "cylinder",
            Self::House => "house",
            Self::Component => "component",
            Self::Folder => "folder",
            Self::Note => "note",
            Self::Octagon => "octagon",
            Self::Hexagon => "hexagon",
            Self::Box3d => "box3d",
            Self::Parallelogram => "parallelogram",
        }
    }

    /// Width and height of the outline around a text of this width and height, in points.
    pub(crate) fn around(self, width: f64, height: f64) -> (f64, f64) {
        match self {
            Self::Rounded | Self::Square => (width + 16.0, height + 10.0),
            Self::Ellipse => (width * 1.22 + 16.0, height * 1.32 + 6.0),
            Self::Cylinder => (width + 16.0, height + 22.0),
            Self::House => (width + 16.0, height + 22.0),
            Self::Component => (width + 30.0, height + 10.0),
            Self::Folder => (width + 16.0, height + 18.0),
            Self::Note => (width + 24.0, height + 10.0),
            Self::Octagon => (width + 22.0, height + 12.0),
            Self::Hexagon => (width + 32.0, height + 10.0),
            Self::Box3d => (width + 22.0, height + 16.0),
            Self::Parallelogram => (width + 38.0, height + 10.0),
        }
    }

    /// How far below the middle of the outline the text sits, and how far right, in points.
    pub(crate) fn text_shift(self) -> (f64, f64) {
        match self {
            Self::Cylinder => (0.0, 4.0),
            Self::House => (0.0, 5.0),
            Self::Folder => (0.0, 4.0),
            Self::Component => (5.0, 0.0),
            Self::Note => (-2.0, 0.0),
            Self::Box3d => (-2.5, 2.5),
            _ => (0.0, 0.0),
        }
    }
}

/// How a kind looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KindStyle {
    /// The kind.
    pub kind: &'static str,
    /// The outline.
    pub shape: Shape,
    /// The fill, `#rrggbb`.
    pub fill: &'static str,
    /// The outline's colour, `#rrggbb`.
    pub line: &'static str,
}

const fn style(kind: &'static str, shape: Shape, fill: &'static str, line: &'static str) -> KindStyle {
    KindStyle { kind, shape, fill, line }
}

/// The look of a kind that the table does not name.
pub const OTHER: KindStyle = style("", Shape::Ellipse, "#f4f4f4", "#444444");

/// The look of every kind that Jaal knows by name.
pub const KINDS: &[KindStyle] = &[
    style("Person", Shape::Rounded, "#fdf1d6", "#7a5200"),
    style("Phone", Shape::Ellipse, "#e3f0fb", "#1f5f99"),
    style("ShortCode", Shape::Ellipse, "#eef5fb", "#1f5f99"),
    style("Sender", Shape::Ellipse, "#eef5fb", "#1f5f99"),
    style("Sim", Shape::Note, "#e3f0fb", "#1f5f99"),
    style("Device", Shape::Square, "#e6e9ef", "#3b4a66"),
    style("Account", Shape::Cylinder, "#e4f4e4", "#2a6b2a"),
    style("Wallet", Shape::Cylinder, "#eef7e4", "#4f6b1a"),
    style("Transaction", Shape::Parallelogram, "#eef7e4", "#2a6b2a"),
    style("Company", Shape::Component, "#f0e8f7", "#5b3a83"),
    style("Organisation", Shape::Component, "#f0e8f7", "#5b3a83"),
    style("Agency", Shape::Component, "#ececec", "#444444"),
    style("Taxpayer", Shape::Note, "#f0e8f7", "#5b3a83"),
    style("Premises", Shape::House, "#fbe9df", "#8a3d12"),
    style("Address", Shape::House, "#fdf3ec", "#8a3d12"),
    style("Location", Shape::House, "#fdf3ec", "#8a3d12"),
    style("Tower", Shape::House, "#eef5fb", "#1f5f99"),
    style("Case", Shape::Folder, "#fff7c9", "#6b5d00"),
    style("Complaint", Shape::Note, "#fff7c9", "#6b5d00"),
    style("Document", Shape::Note, "#f7f7f0", "#555544"),
    style("Arrest", Shape::Octagon, "#fbe0e0", "#8f1d1d"),
    style("Raid", Shape::Octagon, "#fbe0e0", "#8f1d1d"),
    style("Seizure", Shape::Box3d, "#fbe6e0", "#8f1d1d"),
    style("Vehicle", Shape::Hexagon, "#e2f3f1", "#1b625a"),
    style("Network", Shape::Octagon, "#ece6fa", "#4b2f91"),
    style("Email", Shape::Parallelogram, "#e3f0fb", "#1f5f99"),
    style("Domain", Shape::Parallelogram, "#e2f3f1", "#1b625a"),
    style("Website", Shape::Parallelogram, "#e2f3f1", "#1b625a"),
];

/// How a kind looks; kinds compare without regard to case, an unknown one is a grey ellipse.
pub fn of_kind(kind: &str) -> KindStyle {
    KINDS.iter().find(|style| style.kind.eq_ignore_ascii_case(kind)).copied().unwrap_or(OTHER)
}

/// Graphviz's word for the line of a certainty.
pub fn line_word(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Confirmed => "solid",
        Certainty::Tentative => "dashed",
        Certainty::Unconfirmed => "dotted",
    }
}

/// The dash pattern of a certainty for SVG, in multiples of the line's width; `None` is solid.
pub(crate) fn dashes(certainty: Certainty) -> Option<(f64, f64)> {
    match certainty {
        Certainty::Confirmed => None,
        Certainty::Tentative => Some((5.0, 3.0)),
        Certainty::Unconfirmed => Some((1.2, 2.6)),
    }
}

/// What a legend says of a certainty.
pub fn line_meaning(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Confirmed => "confirmed",
        Certainty::Tentative => "tentative",
        Certainty::Unconfirmed => "unconfirmed",
    }
}

/// Width of a line that stands for this many links, in points: 1 for one, growing by a third with every doubling,
/// at most 4.
pub fn line_width(count: u64) -> f64 {
    (1.0 + f64::from(count.max(1).ilog2()) / 3.0).min(4.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_stands_once_and_tints_are_light() {
        for (at, style) in KINDS.iter().enumerate() {
            assert!(KINDS[..at].iter().all(|other| !other.kind.eq_ignore_ascii_case(style.kind)));
            let channel = |from: usize| u32::from_str_radix(&style.fill[from..from + 2], 16).unwrap();
            // Rec. 601 luma: black text needs a background near white, also when printed grey.
            let luma = channel(1) * 299 + channel(3) * 587 + channel(5) * 114;
            assert!(luma > 220_000, "{} is too dark", style.kind);
        }
        assert_eq!(of_kind("PHONE").shape, Shape::Ellipse);
        assert_eq!(of_kind("no such kind"), OTHER);
    }

    #[test]
    fn outlines_hold_their_text() {
        for style in KINDS {
            let (width, height) = style.shape.around(80.0, 30.0);
            assert!(width >= 80.0 && height >= 30.0, "{:?}", style.shape);
        }
        let (width, height) = Shape::Ellipse.around(80.0, 30.0);
        // The corner of the text box lies inside the ellipse.
        assert!((80.0 / width).powi(2) + (30.0 / height).powi(2) < 1.0);
    }

    #[test]
    fn widths_grow_slowly() {
        assert_eq!(line_width(0), 1.0);
        assert_eq!(line_width(1), 1.0);
        assert!(line_width(37) > line_width(5));
        assert_eq!(line_width(u64::MAX), 4.0);
    }
}
