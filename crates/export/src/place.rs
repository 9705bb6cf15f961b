//! Label placement: finds for the label of each line a place on or beside it where it covers no node, no other
//! label and no cluster title.
//!
//! Each label tries places along its line, from the middle outwards, on the line and beside it, and takes the
//! first free one; with all its lines if it can, else with its first line alone, else it is left out. Labels of
//! highlighted lines come first and always stay. This is the greedy variant of the labelling problem (J.
//! Christensen, J. Marks, S. Shieber, *An empirical study of algorithms for point-feature label placement*, ACM
//! Trans. Graph. 14(3), 1995): optimal placement is NP-hard, and what a greedy one leaves out is counted.

use crate::geometry::{Detail, Geometry, Point, Rect, Sizes, label_size};
use jaal_model::answer::{Chart, Emphasis};
use std::collections::BTreeMap;

/// Edge of a cell of the index of taken places, in points.
const CELL: f64 = 120.0;

/// The taken places, found by cell.
#[derive(Default)]
pub(crate) struct Taken {
    rects: Vec<Rect>,
    cells: BTreeMap<(i64, i64), Vec<usize>>,
}

impl Taken {
    fn cells(rect: Rect) -> impl Iterator<Item = (i64, i64)> {
        let cell = |value: f64| (value / CELL).floor() as i64;
        let (top, bottom) = (cell(rect.top), cell(rect.bottom));
        (cell(rect.left)..=cell(rect.right)).flat_map(move |x| (top..=bottom).map(move |y| (x, y)))
    }

    pub(crate) fn add(&mut self, rect: Rect) {
        for cell in Self::cells(rect) {
            self.cells.entry(cell).or_default().push(self.rects.len());
        }
        self.rects.push(rect);
    }

    /// The area of a rectangle that is taken; areas seen from several cells count several times.
    pub(crate) fn covered(&self, rect: Rect) -> f64 {
        Self::cells(rect)
            .filter_map(|cell| self.cells.get(&cell))
            .flatten()
            .map(|&index| self.rects[index].shared(rect))
            .sum()
    }
}

/// Gives every link without a label place one, where there is room. Returns how many got none.
///
/// # Complexity
/// O(nodes + links) as long as places are spread evenly.
pub(crate) fn place_labels(chart: &Chart, geometry: &mut Geometry, sizes: &Sizes) -> usize {
    let mut taken = Taken::default();
    for (&middle, &size) in geometry.nodes.iter().zip(&sizes.nodes) {
        taken.add(Rect::around(middle, size).grown(1.0));
    }
    for rect in geometry.groups(chart, sizes).into_iter().flatten() {
        taken.add(Rect { bottom: rect.top + crate::geometry::GROUP_TITLE, ..rect });
    }
    for (index, curve) in geometry.links.iter().enumerate() {
        if let Some((middle, detail)) = curve.label {
            taken.add(Rect::around(middle, label_size(sizes, index, detail)));
        }
    }
    let mut order: Vec<usize> = (0..chart.links.len()).collect();
    order.sort_by_key(|&index| (chart.links[index].emphasis != Emphasis::Strong, index));
    let mut without = 0;
    for index in order {
        let curve = &mut geometry.links[index];
        if curve.label.is_some() {
            continue;
        }
        let along = curve.along(16);
        let full = best(&along, sizes.links[index], &taken);
        let (place, detail) = if full.1 == 0.0 {
            (full, Detail::Full)
        } else {
            (best(&along, sizes.heads[index], &taken), Detail::Head)
        };
        if place.1 > 0.0 && chart.links[index].emphasis != Emphasis::Strong {
            without += 1;
            continue;
        }
        curve.label = Some((place.0, detail));
        taken.add(Rect::around(place.0, label_size(sizes, index, detail)));
    }
    without
}

/// The first free place for a label, or the least covered one with the area covered.
fn best(along: &[Point], size: (f64, f64), taken: &Taken) -> (Point, f64) {
    let mut found = ((0.0, 0.0), f64::INFINITY);
    let shifts = [
        (0.0, 0.0),
        (0.0, size.1 / 2.0 + 2.0),
        (0.0, -size.1 / 2.0 - 2.0),
        (size.0 / 2.0 + 3.0, 0.0),
        (-size.0 / 2.0 - 3.0, 0.0),
    ];
    // From the middle of the line outwards, keeping off its ends, where it could seem to belong to another.
    let last = along.len().saturating_sub(1);
    for step in 0..=last {
        let (half, back) = (step.div_ceil(2), step % 2 == 1);
        let middle = last / 2;
        let at = if back { middle.checked_sub(half) } else { Some(middle + half) };
        let Some(&(x, y)) =
            at.filter(|&at| at * 10 >= last && at * 10 <= last * 9).and_then(|at| along.get(at))
        else {
            continue;
        };
        for shift in shifts {
            let middle = (x + shift.0, y + shift.1);
            let covered = taken.covered(Rect::around(middle, size));
            if covered < found.1 {
                found = (middle, covered);
            }
            if covered == 0.0 {
                return found;
            }
        }
    }
    found
}
