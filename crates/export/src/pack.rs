//! Packing: the parts of a chart that no line joins, set side by side as boxes, so that a lone node does not stand at
//! the far end of an empty page.
//!
//! Largest first, each box goes to the corner of those already set where the page of four to three that holds all
//! grows least. Of very many parts the smaller ones are set in rows first and packed as one.

use crate::geometry::{Point, Rect};

/// Width over height of the page aimed at.
const ASPECT: f64 = 4.0 / 3.0;
/// Boxes packed one by one; beyond them rows are good enough.
const SINGLY: usize = 40;

/// The middles of boxes of these sizes, at least `gap` apart, in about the room of a page of four to three.
///
/// # Complexity
/// O(boxes log boxes), and a constant for the largest ones.
pub(crate) fn pack(sizes: &[(f64, f64)], gap: f64) -> Vec<Point> {
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    let area = |at: usize| sizes[at].0 * sizes[at].1;
    order.sort_by(|&a, &b| area(b).total_cmp(&area(a)).then(a.cmp(&b)));
    let mut middles = vec![(0.0, 0.0); sizes.len()];
    let (singly, rest) = order.split_at(order.len().min(SINGLY));
    let (block, inside) = in_rows(rest, sizes, gap);
    let mut set: Vec<Rect> = Vec::new();
    for &at in singly {
        let rect = best_place(&set, sizes[at], gap);
        middles[at] = middle(rect);
        set.push(rect);
    }
    if !rest.is_empty() {
        let rect = best_place(&set, block, gap);
        for (&at, place) in rest.iter().zip(inside) {
            middles[at] = (rect.left + place.0, rect.top + place.1);
        }
    }
    middles
}

fn middle(rect: Rect) -> Point {
    (f64::midpoint(rect.left, rect.right), f64::midpoint(rect.top, rect.bottom))
}

/// The place for a box beside those already set: where the page grows least, then nearest to the upper left corner.
fn best_place(set: &[Rect], size: (f64, f64), gap: f64) -> Rect {
    let at = |left: f64, top: f64| Rect { left, top, right: left + size.0, bottom: top + size.1 };
    let mut best: Option<(f64, f64, Rect)> = None;
    let lefts = || std::iter::once(0.0).chain(set.iter().map(|rect| rect.right + gap));
    let tops = || std::iter::once(0.0).chain(set.iter().map(|rect| rect.bottom + gap));
    for left in lefts() {
        for top in tops() {
            let rect = at(left, top);
            // A hair less than the gap, so that rounding cannot bar the place right beside a box.
            let clear = rect.grown(gap * 0.999);
            if set.iter().any(|other| clear.shared(*other) > 0.0) {
                continue;
            }
            let page = set.iter().copied().fold(rect, Rect::union);
            let cost = (page.right.max(page.bottom * ASPECT), left + top);
            if best.is_none_or(|(first, second, _)| cost < (first, second)) {
                best = Some((cost.0, cost.1, rect));
            }
        }
    }
    best.map_or_else(|| at(0.0, 0.0), |(_, _, rect)| rect)
}

/// Rows of the boxes from left to right and top to bottom: the size of the whole, and the middle of each in it.
fn in_rows(boxes: &[usize], sizes: &[(f64, f64)], gap: f64) -> ((f64, f64), Vec<Point>) {
    let area: f64 = boxes.iter().map(|&at| (sizes[at].0 + gap) * (sizes[at].1 + gap)).sum();
    let wide = (area * ASPECT).sqrt();
    let (mut left, mut top, mut tallest, mut right) = (0.0_f64, 0.0, 0.0_f64, 0.0_f64);
    let mut places = Vec::with_capacity(boxes.len());
    for &at in boxes {
        let (width, height) = sizes[at];
        if left > 0.0 && left + width > wide {
            top += tallest + gap;
            (left, tallest) = (0.0, 0.0);
        }
        places.push((left + width / 2.0, top + height / 2.0));
        right = right.max(left + width);
        tallest = tallest.max(height);
        left += width + gap;
    }
    ((right, top + tallest), places)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn page(sizes: &[(f64, f64)], places: &[Point]) -> Rect {
        let rects = places.iter().zip(sizes).map(|(&at, &size)| Rect::around(at, size));
        rects.reduce(Rect::union).unwrap()
    }

    #[test]
    fn a_lone_box_stands_beside_the_large_one() {
        let sizes = [(60.0, 40.0), (900.0, 800.0)];
        let places = pack(&sizes, 20.0);
        let all = page(&sizes, &places);
        assert_eq!((all.width(), all.height()), (980.0, 800.0));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]
        #[test]
        fn boxes_keep_apart_and_the_page_is_no_strip(
            sizes in proptest::collection::vec((10.0..200.0_f64, 10.0..80.0_f64), 1..90),
        ) {
            let places = pack(&sizes, 10.0);
            for a in 0..sizes.len() {
                for b in a + 1..sizes.len() {
                    let (one, two) = (Rect::around(places[a], sizes[a]), Rect::around(places[b], sizes[b]));
                    prop_assert_eq!(one.grown(4.9).shared(two.grown(4.9)), 0.0, "{} and {}", a, b);
                }
            }
            let all = page(&sizes, &places);
            let filled: f64 = sizes.iter().map(|size| (size.0 + 10.0) * (size.1 + 10.0)).sum();
            prop_assert!(all.width() * all.height() < 4.0 * filled + 300.0 * 300.0);
            if sizes.len() > 20 {
                let aspect = all.width() / all.height();
                prop_assert!((0.6..2.4).contains(&aspect), "{}", aspect);
            }
        }
    }
}
