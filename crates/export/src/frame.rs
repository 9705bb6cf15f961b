//! The frame around a picture: the marking above and below, title, legend, footer.

use crate::draw::write_text;
use crate::geometry::Rect;
use crate::metrics::{Weight, width};
use crate::outline;
use crate::style;
use crate::text::{escape_xml, wrap};
use crate::words::{self, Legend, Line};
use jaal_model::Certainty;
use jaal_model::answer::Chart;
use std::fmt::Write as _;

/// Width of a picture at least, in points, so that a small chart still has room for its footer.
const WIDTH_MIN: f64 = 560.0;

/// An entry of the legend.
enum Entry {
    Kind(String),
    Line(Certainty),
    Words(&'static str),
}

/// The frame of a picture of a given width.
pub(crate) struct Frame {
    pub(crate) width: f64,
    /// Enlargement of the frame's texts: a large picture is printed small.
    scale: f64,
    banner: String,
    title: Vec<String>,
    /// Rows of the legend, each entry with the room it takes.
    legend: Vec<Vec<(Entry, f64)>>,
    footer: Vec<String>,
}

impl Frame {
    pub(crate) fn new(chart: &Chart, body: f64, layout: &str, notes: &[String]) -> Self {
        let width_all = (body + 24.0).max(WIDTH_MIN);
        let scale = (width_all / 900.0).clamp(1.0, 2.6);
        let inner = width_all - 24.0;
        let columns = |size: f64| ((inner / (size * scale * 0.58)) as usize).max(20);
        let mut paragraphs = words::footer(chart, Some(layout));
        paragraphs.extend(notes.iter().cloned());
        Self {
            width: width_all,
            scale,
            banner: words::banner(chart),
            title: wrap(&words::title(chart), ((inner / (15.0 * scale * 0.68)) as usize).max(20), 3),
            legend: legend_rows(&Legend::of(chart), inner, scale),
            footer: paragraphs.iter().flat_map(|text| wrap(text, columns(8.0), 6)).collect(),
        }
    }

    fn banner_height(&self) -> f64 {
        self.banner_lines().len() as f64 * 14.0 * self.scale + 8.0 * self.scale
    }

    fn banner_lines(&self) -> Vec<String> {
        wrap(&self.banner, ((self.width - 24.0) / (11.0 * self.scale * 0.76)).max(10.0) as usize, 12)
    }

    /// Where the body begins.
    pub(crate) fn top(&self) -> f64 {
        self.banner_height() + self.title.len() as f64 * 19.0 * self.scale + 14.0 * self.scale
    }

    fn footer_height(&self) -> f64 {
        (self.legend.len() as f64 * 18.0 + self.footer.len() as f64 * 10.5 + 26.0) * self.scale
    }

    /// Height of the whole picture around a body.
    pub(crate) fn height(&self, body: f64) -> f64 {
        self.top() + body + self.footer_height() + self.banner_height()
    }

    /// Banner and title.
    pub(crate) fn write_top(&self, out: &mut String) {
        self.write_banner(out, 0.0);
        let mut y = self.banner_height() + 18.0 * self.scale;
        for text in &self.title {
            let line = Line::new(text.clone(), 15.0 * self.scale, Weight::Bold);
            write_text(out, &line, self.width / 2.0, y, true);
            y += 19.0 * self.scale;
        }
    }

    fn write_banner(&self, out: &mut String, top: f64) {
        let _ = writeln!(
            out,
            "<rect x=\"0\" y=\"{top:.2}\" width=\"{:.2}\" height=\"{:.2}\" fill=\"#111111\"/>\n<g fill=\"#ffffff\">",
            self.width,
            self.banner_height()
        );
        for (at, text) in self.banner_lines().into_iter().enumerate() {
            let y = top + (14.0 * (at + 1) as f64 + 1.0) * self.scale;
            write_text(out, &Line::new(text, 11.0 * self.scale, Weight::Bold), self.width / 2.0, y, true);
        }
        out.push_str("</g>\n");
    }

    /// Legend, footer and banner under a body that ends at `top`.
    pub(crate) fn write_bottom(&self, out: &mut String, top: f64) {
        let scale = self.scale;
        let mut y = top + 8.0 * scale;
        let _ = writeln!(
            out,
            "<path d=\"M12 {y:.2}H{:.2}\" stroke=\"#999999\" stroke-width=\"{:.2}\"/>",
            self.width - 12.0,
            0.6 * scale
        );
        y += 6.0 * scale;
        for row in &self.legend {
            let mut x = 12.0;
            for (entry, room) in row {
                write_entry(out, entry, x, y, scale);
                x += room;
            }
            y += 18.0 * scale;
        }
        for text in &self.footer {
            y += 10.5 * scale;
            write_text(out, &Line::new(text.clone(), 8.0 * scale, Weight::Regular), 12.0, y, false);
        }
        self.write_banner(out, top + self.footer_height());
    }
}

fn entry_words(entry: &Entry) -> &str {
    match entry {
        Entry::Kind(kind) => kind,
        Entry::Line(certainty) => style::line_meaning(*certainty),
        Entry::Words(text) => text,
    }
}

/// Length of the picture before an entry's words.
fn sample_length(entry: &Entry) -> f64 {
    match entry {
        Entry::Kind(_) => 26.0,
        Entry::Line(_) => 34.0,
        Entry::Words(_) => 0.0,
    }
}

fn legend_rows(legend: &Legend, inner: f64, scale: f64) -> Vec<Vec<(Entry, f64)>> {
    let kinds = legend.kinds.iter().map(|kind| Entry::Kind(kind.clone()));
    let lines = legend.lines.iter().map(|certainty| Entry::Line(*certainty));
    let counted = legend.counted.then_some(Entry::Words("×n: n links in one line, wider for more"));
    let mut rows: Vec<Vec<(Entry, f64)>> = Vec::new();
    let mut left = 0.0;
    for entry in kinds.chain(lines).chain(counted) {
        let words = width(entry_words(&entry), 8.5, Weight::Regular);
        let room = (sample_length(&entry) + 5.0 + words + 16.0) * scale;
        if rows.is_empty() || room > left {
            rows.push(Vec::new());
            left = inner;
        }
        left -= room;
        if let Some(row) = rows.last_mut() {
            row.push((entry, room));
        }
    }
    rows
}

fn write_entry(out: &mut String, entry: &Entry, x: f64, y: f64, scale: f64) {
    let length = sample_length(entry);
    let _ = writeln!(out, "<g transform=\"translate({x:.2} {y:.2}) scale({scale:.3})\">");
    match entry {
        Entry::Kind(kind) => {
            let look = style::of_kind(kind);
            let rect = Rect { left: 1.0, top: 0.0, right: length, bottom: 15.0 };
            // Corners of nodes are cut by fixed lengths; a drawing at half the size keeps them in proportion.
            let large = Rect { left: 2.0, top: 0.0, right: rect.right * 2.0, bottom: 30.0 };
            out.push_str("<g transform=\"scale(0.5)\">");
            outline::write(
                out,
                look.shape,
                large,
                &format!(r#"fill="{}" stroke="{}" stroke-width="2""#, look.fill, look.line),
            );
            out.push_str("</g>\n");
        }
        Entry::Line(certainty) => {
            let dashes = style::dashes(*certainty).map_or(String::new(), |(a, b)| {
                format!(" stroke-dasharray=\"{:.2} {:.2}\"", a * 1.5, b * 1.5)
            });
            let _ = writeln!(
                out,
                "<path d=\"M0 7.5H{length}\" stroke=\"#333333\" stroke-width=\"1.5\"{dashes}/>"
            );
        }
        Entry::Words(_) => {}
    }
    let _ = writeln!(
        out,
        "<text x=\"{:.2}\" y=\"10.6\" font-size=\"8.5\">{}</text>\n</g>",
        length + 5.0,
        escape_xml(entry_words(entry))
    );
}
