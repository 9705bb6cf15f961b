//! Outlines: the shapes of nodes as SVG paths.

use crate::geometry::Rect;
use crate::style::Shape;
use std::fmt::Write as _;

/// Writes the outline of a shape that fills a rectangle. `look` holds the attributes for fill and stroke.
pub(crate) fn write(out: &mut String, shape: Shape, rect: Rect, look: &str) {
    let Rect { left: l, top: t, right: r, bottom: b } = rect;
    let (w, h) = (rect.width(), rect.height());
    let (cx, cy) = (f64::midpoint(l, r), f64::midpoint(t, b));
    let path = match shape {
        Shape::Rounded => {
            let _ = writeln!(
                out,
                r#"<rect x="{l:.2}" y="{t:.2}" width="{w:.2}" height="{h:.2}" rx="9" {look}/>"#
            );
            return;
        }
        Shape::Ellipse => {
            let _ = writeln!(
                out,
                r#"<ellipse cx="{cx:.2}" cy="{cy:.2}" rx="{:.2}" ry="{:.2}" {look}/>"#,
                w / 2.0,
                h / 2.0
            );
            return;
        }
        Shape::Square => polygon(&[(l, t), (r, t), (r, b), (l, b)]),
        Shape::House => polygon(&[(cx, t), (r, t + 11.0), (r, b), (l, b), (l, t + 11.0)]),
        Shape::Octagon => octagon(rect, 8.0),
        Shape::Hexagon => {
            polygon(&[(l + 13.0, t), (r - 13.0, t), (r, cy), (r - 13.0, b), (l + 13.0, b), (l, cy)])
        }
        Shape::Parallelogram => polygon(&[(l + 16.0, t), (r, t), (r - 16.0, b), (l, b)]),
        Shape::Folder => polygon(&[
            (l, t + 8.0),
            (r - 34.0, t + 8.0),
            (r - 30.0, t),
            (r - 5.0, t),
            (r, t + 8.0),
            (r, b),
            (l, b),
        ]),
        Shape::Note => {
            let c = 9.0;
            let edge = polygon(&[(l, t), (r - c, t), (r, t + c), (r, b), (l, b)]);
            format!("{edge}M{:.2} {t:.2}V{:.2}H{r:.2}", r - c, t + c)
        }
        Shape::Component => {
            let x = l + 6.0;
            let edge = polygon(&[(x, t), (r, t), (r, b), (x, b)]);
            let tooth = |y: f64| polygon(&[(l, y), (l + 12.0, y), (l + 12.0, y + 6.0), (l, y + 6.0)]);
            format!("{edge}{}{}", tooth(t + 5.0), tooth(b - 11.0))
        }
        Shape::Box3d => {
            let c = 6.0;
            let edge = polygon(&[(l + c, t), (r, t), (r, b - c), (r - c, b), (l, b), (l, t + c)]);
            format!("{edge}M{l:.2} {:.2}H{:.2}V{b:.2}M{:.2} {:.2}L{r:.2} {t:.2}", t + c, r - c, r - c, t + c)
        }
        Shape::Cylinder => {
            let (rx, ry) = (w / 2.0, 5.5);
            let (top, low) = (t + ry, b - ry);
            format!(
                "M{l:.2} {top:.2}A{rx:.2} {ry} 0 0 1 {r:.2} {top:.2}V{low:.2}A{rx:.2} {ry} 0 0 1 {l:.2} {low:.2}Z\
                 M{l:.2} {top:.2}A{rx:.2} {ry} 0 0 0 {r:.2} {top:.2}"
            )
        }
    };
    let _ = writeln!(out, r#"<path d="{path}" {look}/>"#);
}

fn octagon(Rect { left: l, top: t, right: r, bottom: b }: Rect, c: f64) -> String {
    polygon(&[(l + c, t), (r - c, t), (r, t + c), (r, b - c), (r - c, b), (l + c, b), (l, b - c), (l, t + c)])
}

fn polygon(points: &[(f64, f64)]) -> String {
    let mut out = String::new();
    for (at, (x, y)) in points.iter().enumerate() {
        let _ = write!(out, "{}{x:.2} {y:.2}", if at == 0 { 'M' } else { 'L' });
    }
    out.push('Z');
    out
}
