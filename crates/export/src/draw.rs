//! Drawing: a placed chart as SVG. The one writer behind both layouts, so that a chart looks the same with and
//! without Graphviz.

use crate::frame;
use crate::geometry::{Curve, Detail, Geometry, Point, Rect, Sizes, label_size};
use crate::metrics::Weight;
use crate::outline;
use crate::style;
use crate::text::escape_xml;
use crate::words::{self, LEADING, Line};
use jaal_model::answer::{Chart, ChartLink, ChartNode, Emphasis};
use std::fmt::Write as _;

/// Length of an arrow head for a line of width 1, in points.
const ARROW: f64 = 7.0;

/// The whole picture: banner, title, body, legend, footer, banner. `unlabelled` is the number of links whose label
/// found no room.
pub(crate) fn svg(
    chart: &Chart,
    geometry: &Geometry,
    sizes: &Sizes,
    layout: &str,
    unlabelled: usize,
) -> String {
    let bounds = geometry.bounds(chart, sizes).grown(8.0);
    let mut notes = Vec::new();
    match unlabelled {
        0 => {}
        1 => notes.push("1 line has no label in this picture for want of room".to_owned()),
        more => notes.push(format!("{more} lines have no label in this picture for want of room")),
    }
    let frame = frame::Frame::new(chart, bounds.width(), layout, &notes);
    let mut out = String::with_capacity(16_384 + 1_024 * (chart.nodes.len() + chart.links.len()));
    let (width, height) = (frame.width, frame.height(bounds.height()));
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}pt\" height=\"{height:.0}pt\" \
         viewBox=\"0 0 {width:.0} {height:.0}\" role=\"img\" aria-labelledby=\"chart-title chart-marking\" \
         font-family=\"{}\">",
        font_family()
    );
    let _ = writeln!(out, "<title id=\"chart-title\">{}</title>", escape_xml(&words::title(chart)));
    let _ = writeln!(out, "<desc id=\"chart-marking\">{}</desc>", escape_xml(&words::banner(chart)));
    let _ = writeln!(out, "<rect width=\"{width:.0}\" height=\"{height:.0}\" fill=\"#ffffff\"/>");
    frame.write_top(&mut out);
    let (left, top) = ((width - bounds.width()) / 2.0 - bounds.left, frame.top() - bounds.top);
    let _ = writeln!(out, "<g transform=\"translate({left:.2} {top:.2})\">");
    for (group, rect) in chart.groups.iter().zip(geometry.groups(chart, sizes)) {
        if let Some(rect) = rect {
            write_group(&mut out, &group.title, rect);
        }
    }
    for (link, curve) in chart.links.iter().zip(&geometry.links) {
        write_line(&mut out, link, curve);
    }
    for (index, curve) in geometry.links.iter().enumerate() {
        write_label(&mut out, curve, sizes, index);
    }
    for (index, node) in chart.nodes.iter().enumerate() {
        write_node(&mut out, node, Rect::around(geometry.nodes[index], sizes.nodes[index]));
    }
    out.push_str("</g>\n");
    frame.write_bottom(&mut out, frame.top() + bounds.height());
    out.push_str("</svg>\n");
    out
}

/// The font families as SVG wants them.
fn font_family() -> &'static str {
    "'DejaVu Sans',Verdana,Helvetica,sans-serif"
}

/// Writes a line of text whose middle is at `x` (or that begins there) and whose base line is at `y`.
pub(crate) fn write_text(out: &mut String, line: &Line, x: f64, y: f64, middle: bool) {
    let anchor = if middle { " text-anchor=\"middle\"" } else { "" };
    let bold = if line.weight == Weight::Bold { " font-weight=\"bold\"" } else { "" };
    let _ = writeln!(
        out,
        "<text x=\"{x:.2}\" y=\"{y:.2}\" font-size=\"{:.2}\"{anchor}{bold}>{}</text>",
        line.size,
        escape_xml(&line.text)
    );
}

/// Writes lines of text one under another, centred on a point.
fn write_lines(out: &mut String, lines: &[Line], middle: Point) {
    let (_, height) = words::extent(lines);
    let mut top = middle.1 - height / 2.0;
    for line in lines {
        // The base line lies below the top of the line by the ascent, about 0.95 of the size with half the leading.
        write_text(out, line, middle.0, top + line.size * 0.95, true);
        top += line.size * LEADING;
    }
}

fn write_group(out: &mut String, title: &str, rect: Rect) {
    let _ = writeln!(
        out,
        "<rect x=\"{:.2}\" y=\"{:.2}\" width=\"{:.2}\" height=\"{:.2}\" rx=\"10\" fill=\"#fafafa\" stroke=\"#888888\"/>",
        rect.left,
        rect.top,
        rect.width(),
        rect.height()
    );
    let line = Line::new(words::group_title(title), words::GROUP_SIZE, Weight::Bold);
    write_text(out, &line, rect.left + 10.0, rect.top + words::GROUP_SIZE * 1.4, false);
}

fn write_node(out: &mut String, node: &ChartNode, rect: Rect) {
    let look = style::of_kind(&words::kind_of(node));
    let (stroke, width) = if node.emphasis == Emphasis::Strong { ("#000000", 3.0) } else { (look.line, 1.1) };
    let _ = writeln!(out, "<g id=\"{}\">", escape_xml(&node.entity.id.to_string()));
    let _ = writeln!(out, "<title>{}</title>", escape_xml(&node.entity.label));
    let paint = format!(r#"fill="{}" stroke="{stroke}" stroke-width="{width}""#, look.fill);
    outline::write(out, look.shape, rect, &paint);
    let shift = look.shape.text_shift();
    let middle =
        (f64::midpoint(rect.left, rect.right) + shift.0, f64::midpoint(rect.top, rect.bottom) + shift.1);
    write_lines(out, &words::node_lines(node), middle);
    out.push_str("</g>\n");
}

/// Width of a link's line.
fn stroke_width(link: &ChartLink) -> f64 {
    style::line_width(link.count) + if link.emphasis == Emphasis::Strong { 1.2 } else { 0.0 }
}

fn write_line(out: &mut String, link: &ChartLink, curve: &Curve) {
    let mut points = curve.points.clone();
    let [.., before, tip] = points.as_slice() else { return };
    let (before, tip) = (*before, *tip);
    let width = stroke_width(link);
    let length = ARROW + width * 1.6;
    // The direction at the tip, from farther back where the last control point lies on it.
    let along = curve.along(8);
    let from = if distance(before, tip) > 0.5 {
        before
    } else {
        along.get(along.len() - 2).copied().unwrap_or(before)
    };
    let reach = distance(from, tip).max(1e-6);
    let (x, y) = ((tip.0 - from.0) / reach, (tip.1 - from.1) / reach);
    let foot = (tip.0 - x * length, tip.1 - y * length);
    // The line ends inside the head, so that a wide line does not blunt it.
    if let Some(last) = points.last_mut() {
        *last = (tip.0 - x * length * 0.7, tip.1 - y * length * 0.7);
    }
    let colour = if link.emphasis == Emphasis::Strong { "#000000" } else { "#444444" };
    let _ = write!(out, "<path fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width:.2}\"");
    if let Some((dash, gap)) = style::dashes(link.certainty) {
        let unit = width.max(1.2);
        let _ = write!(out, " stroke-dasharray=\"{:.2} {:.2}\"", dash * unit, gap * unit);
    }
    out.push_str(" d=\"");
    for (at, (px, py)) in points.iter().enumerate() {
        let mark = match at {
            0 => "M",
            1 => "C",
            _ => " ",
        };
        let _ = write!(out, "{mark}{px:.2} {py:.2}");
    }
    let half = length * 0.42;
    let _ = writeln!(
        out,
        "\"/>\n<path fill=\"{colour}\" d=\"M{:.2} {:.2}L{:.2} {:.2}L{:.2} {:.2}Z\"/>",
        tip.0,
        tip.1,
        foot.0 - y * half,
        foot.1 + x * half,
        foot.0 + y * half,
        foot.1 - x * half
    );
}

fn distance(a: Point, b: Point) -> f64 {
    (a.0 - b.0).hypot(a.1 - b.1)
}

fn write_label(out: &mut String, curve: &Curve, sizes: &Sizes, index: usize) {
    let Some((middle, detail)) = curve.label else { return };
    let rect = Rect::around(middle, label_size(sizes, index, detail));
    let _ = writeln!(
        out,
        "<rect x=\"{:.2}\" y=\"{:.2}\" width=\"{:.2}\" height=\"{:.2}\" rx=\"2\" fill=\"#ffffff\" fill-opacity=\"0.88\"/>",
        rect.left,
        rect.top,
        rect.width(),
        rect.height()
    );
    let label = &sizes.labels[index];
    let lines = if detail == Detail::Full { &label.full } else { &label.head };
    write_lines(out, lines, middle);
}
