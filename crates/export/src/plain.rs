//! Reads Graphviz's plain output (<https://graphviz.org/docs/outputs/plain/>) into the geometry of a chart.
//!
//! The text is checked as data from outside is: node names must be ours, numbers finite, and everything that was
//! asked for must be there.

use crate::ExportError;
use crate::geometry::{Curve, Detail, Geometry, Point};
use std::collections::{BTreeMap, VecDeque};

const POINTS_PER_INCH: f64 = 72.0;

/// The geometry of a skeleton. `ends` gives, for each link, tail and head as written and whether they were
/// exchanged.
///
/// # Errors
/// [`ExportError::GraphvizAnswer`] when the text is not a layout of the skeleton.
pub(crate) fn read(text: &str, nodes: usize, ends: &[(usize, usize, bool)]) -> Result<Geometry, ExportError> {
    // Graphviz lists edges by node, but those with the same tail and head in the order in which they were written.
    let mut waiting: BTreeMap<(usize, usize), VecDeque<usize>> = BTreeMap::new();
    for (link, &(tail, head, _)) in ends.iter().enumerate() {
        waiting.entry((tail, head)).or_default().push_back(link);
    }
    let mut height = 0.0;
    let mut middles: Vec<Option<Point>> = vec![None; nodes];
    let mut curves: Vec<Option<Curve>> = vec![None; ends.len()];
    for (number, line) in text.lines().enumerate() {
        let mut fields =
            Fields { words: line.split_ascii_whitespace().collect(), at: 0, line: number + 1, height };
        match fields.next() {
            Some("graph") => {
                fields.next();
                fields.next();
                height = fields.number("a height")? * POINTS_PER_INCH;
            }
            Some("node") => {
                let index = fields.node()?;
                let middle = fields.point()?;
                *middles.get_mut(index).ok_or_else(|| fields.bad("a node of the chart"))? = Some(middle);
            }
            Some("edge") => {
                let pair = (fields.node()?, fields.node()?);
                let link = waiting.get_mut(&pair).and_then(VecDeque::pop_front);
                let link = link.ok_or_else(|| fields.bad("an edge of the chart"))?;
                curves[link] = Some(fields.curve(ends[link].2)?);
            }
            _ => {}
        }
    }
    let missing = |expected| ExportError::GraphvizAnswer { line: 0, expected };
    Ok(Geometry {
        nodes: middles.into_iter().collect::<Option<_>>().ok_or_else(|| missing("a place for every node"))?,
        links: curves.into_iter().collect::<Option<_>>().ok_or_else(|| missing("a line for every link"))?,
    })
}

/// The words of a line, read one after another.
struct Fields<'a> {
    words: Vec<&'a str>,
    at: usize,
    line: usize,
    /// Height of the page, to turn the vertical axis round.
    height: f64,
}

impl<'a> Fields<'a> {
    fn next(&mut self) -> Option<&'a str> {
        let word = self.words.get(self.at).copied();
        self.at += 1;
        word
    }

    fn bad(&self, expected: &'static str) -> ExportError {
        ExportError::GraphvizAnswer { line: self.line, expected }
    }

    fn number(&mut self, expected: &'static str) -> Result<f64, ExportError> {
        let number = self.next().and_then(|word| word.parse::<f64>().ok());
        number.filter(|number| number.abs() < 1e7).ok_or_else(|| self.bad(expected))
    }

    fn node(&mut self) -> Result<usize, ExportError> {
        let name = self.next().and_then(|word| word.strip_prefix('n')).and_then(|digits| digits.parse().ok());
        name.ok_or_else(|| self.bad("the name of a node"))
    }

    fn point(&mut self) -> Result<Point, ExportError> {
        let (x, y) = (self.number("an x coordinate")?, self.number("a y coordinate")?);
        Ok((x * POINTS_PER_INCH, self.height - y * POINTS_PER_INCH))
    }

    /// `n x1 y1 .. xn yn [label x y] style colour`.
    fn curve(&mut self, turned: bool) -> Result<Curve, ExportError> {
        let count = self.next().and_then(|word| word.parse::<usize>().ok());
        let count = count.filter(|&count| count >= 4 && count % 3 == 1 && count <= self.words.len());
        let count = count.ok_or_else(|| self.bad("a number of points, three for each curve and one"))?;
        let mut points = (0..count).map(|_| self.point()).collect::<Result<Vec<_>, _>>()?;
        if turned {
            points.reverse();
        }
        let mut label = None;
        if self.words.len() > self.at + 2 {
            // The label itself is markup with spaces; its place is counted from the end of the line.
            self.at = self.words.len() - 4;
            label = Some((self.point()?, Detail::Full));
        }
        Ok(Curve { points, label })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_nodes_edges_and_label_places() {
        let text = "graph 1 3 2\nnode n0 1 1.5 1 0.5 \"\" solid box black lightgrey\n\
                    node n1 1 0.5 1 0.5 \"\" solid box black lightgrey\n\
                    edge n0 n1 4 1 1.25 1 1 1 1 1 0.75 <<TABLE BORDER=\"0\"></TABLE>> 2 1 solid black\n\
                    edge n0 n1 4 1 1.25 1 1 1 1 1 0.75 solid black\nstop\n";
        let geometry = read(text, 2, &[(0, 1, true), (0, 1, false)]).unwrap();
        assert_eq!(geometry.nodes, [(72.0, 36.0), (72.0, 108.0)]);
        assert_eq!(geometry.links[0].label, Some(((144.0, 72.0), Detail::Full)));
        assert_eq!(geometry.links[0].points[0], (72.0, 90.0), "exchanged ends are turned back");
        assert_eq!(geometry.links[1].points[0], (72.0, 54.0));
        assert_eq!(geometry.links[1].label, None);
        assert!(read(text, 3, &[(0, 1, true), (0, 1, false)]).is_err(), "a node is missing");
        assert!(read(text, 2, &[(0, 1, true)]).is_err(), "an edge too many");
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "(graph|node|edge| n0| n9| 4| -1e9| nan|\n| 0.5|.){0,60}") {
            let _ = read(&text, 1, &[(0, 0, false)]);
        }
    }
}
