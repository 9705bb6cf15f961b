//! A force-directed layout of boxes: where Graphviz is not installed, and inside clusters.
//!
//! Source: T. Fruchterman, E. Reingold, *Graph drawing by force-directed placement*, Software: Practice and
//! Experience 21(11), 1991: every two boxes repel each other with k²/d, linked ones attract with d²/k, and the step
//! is limited by a temperature that falls to zero. Deviations: a weak pull to the middle keeps unlinked parts
//! together; the start is a circle in the order of the boxes instead of a random one, so that the same input gives
//! the same picture; afterwards boxes that overlap are pushed apart.

use crate::geometry::Point;

/// Boxes above this number are set in rows: the forces between all pairs would take minutes.
const FORCE_LIMIT: usize = 2_000;

/// Strength of the pull to the middle, as a share of the distance from it.
const GRAVITY: f64 = 0.3;

/// The middles of boxes of these sizes, linked by these pairs; no two boxes come nearer than `gap`.
///
/// # Complexity
/// O(boxes²) for each of at most 300 rounds, fewer rounds for more boxes.
pub(crate) fn arrange(sizes: &[(f64, f64)], pairs: &[(usize, usize)], gap: f64) -> Vec<Point> {
    if sizes.len() > FORCE_LIMIT {
        return rows(sizes, gap);
    }
    let mut places = circle(sizes, gap);
    settle(&mut places, sizes, pairs, gap);
    separate(&mut places, sizes, gap);
    places
}

/// Rows of equal cells, from left to right and top to bottom.
fn rows(sizes: &[(f64, f64)], gap: f64) -> Vec<Point> {
    let columns = (sizes.len() as f64).sqrt().ceil() as usize;
    let width = sizes.iter().map(|size| size.0).fold(0.0, f64::max) + gap;
    let height = sizes.iter().map(|size| size.1).fold(0.0, f64::max) + gap;
    (0..sizes.len()).map(|at| ((at % columns) as f64 * width, (at / columns) as f64 * height)).collect()
}

fn circle(sizes: &[(f64, f64)], gap: f64) -> Vec<Point> {
    let round: f64 = sizes.iter().map(|size| size.0.max(size.1) + gap).sum();
    let radius = if sizes.len() > 1 { round / std::f64::consts::TAU } else { 0.0 };
    let turn = std::f64::consts::TAU / sizes.len().max(1) as f64;
    (0..sizes.len())
        .map(|at| (radius * (turn * at as f64).cos(), radius * (turn * at as f64).sin()))
        .collect()
}

fn settle(places: &mut [Point], sizes: &[(f64, f64)], pairs: &[(usize, usize)], gap: f64) {
    let count = places.len();
    if count < 2 {
        return;
    }
    let rounds = (40_000_000 / (count * count)).clamp(20, 300);
    let extent: f64 = sizes.iter().map(|size| f64::midpoint(size.0, size.1)).sum::<f64>() / count as f64;
    let k = extent + gap;
    let start = k * (count as f64).sqrt();
    let mut push = vec![(0.0, 0.0); count];
    for round in 0..rounds {
        push.fill((0.0, 0.0));
        for a in 0..count {
            for b in a + 1..count {
                let (x, y, distance) = between(places[a], places[b], a);
                let force = k * k / distance / distance;
                push[a].0 -= x * force;
                push[a].1 -= y * force;
                push[b].0 += x * force;
                push[b].1 += y * force;
            }
            push[a].0 -= places[a].0 * GRAVITY;
            push[a].1 -= places[a].1 * GRAVITY;
        }
        for &(a, b) in pairs.iter().filter(|(a, b)| a != b) {
            let (x, y, distance) = between(places[a], places[b], a);
            let force = distance / k;
            push[a].0 += x * force;
            push[a].1 += y * force;
            push[b].0 -= x * force;
            push[b].1 -= y * force;
        }
        let limit = start * (1.0 - round as f64 / rounds as f64) / 4.0 + 0.1;
        for (place, push) in places.iter_mut().zip(&push) {
            let length = push.0.hypot(push.1).max(1e-9);
            let step = length.min(limit) / length;
            *place = (place.0 + push.0 * step, place.1 + push.1 * step);
        }
    }
}

/// The way from `a` to `b` and its length; two boxes in the same place are told apart by their number.
fn between(a: Point, b: Point, number: usize) -> (f64, f64, f64) {
    let (x, y) = (b.0 - a.0, b.1 - a.1);
    let distance = x.hypot(y);
    if distance > 1e-3 { (x, y, distance) } else { (1e-3, 1e-3 * (number as f64 + 1.0), 1.0) }
}

/// Pushes overlapping boxes apart. Spreading everything a little after each round makes the end certain: boxes
/// with different middles are apart in a picture that is large enough.
pub(crate) fn separate(places: &mut [Point], sizes: &[(f64, f64)], gap: f64) {
    for _ in 0..400 {
        let mut order: Vec<usize> = (0..places.len()).collect();
        order.sort_by(|&a, &b| (places[a].0).total_cmp(&places[b].0).then(a.cmp(&b)));
        let widest = sizes.iter().map(|size| size.0).fold(0.0, f64::max) + gap;
        let mut moved = false;
        for (at, &a) in order.iter().enumerate() {
            for &b in &order[at + 1..] {
                if places[b].0 - places[a].0 > widest * 2.0 {
                    break;
                }
                moved |= push_apart(places, sizes, gap, a, b);
            }
        }
        if !moved {
            return;
        }
        for place in places.iter_mut() {
            *place = (place.0 * 1.01, place.1 * 1.01);
        }
    }
    // Never seen, but boxes must not overlap: rows cannot.
    let rows = rows(sizes, gap);
    places.copy_from_slice(&rows);
}

/// Draws boxes that are apart together, evenly, as far as `gap` allows.
pub(crate) fn draw_together(places: &mut [Point], sizes: &[(f64, f64)], gap: f64) {
    const STEP: f64 = 0.95;
    let near = |a: usize, b: usize, places: &[Point]| {
        (places[a].0 - places[b].0).abs() * STEP < f64::midpoint(sizes[a].0, sizes[b].0) + gap
            && (places[a].1 - places[b].1).abs() * STEP < f64::midpoint(sizes[a].1, sizes[b].1) + gap
    };
    // At 0.95 a step this many make any picture a point.
    for _ in 0..200 {
        if (0..places.len()).any(|a| (a + 1..places.len()).any(|b| near(a, b, places))) {
            return;
        }
        for place in places.iter_mut() {
            *place = (place.0 * STEP, place.1 * STEP);
        }
    }
}

fn push_apart(places: &mut [Point], sizes: &[(f64, f64)], gap: f64, a: usize, b: usize) -> bool {
    let (x, y) = (places[b].0 - places[a].0, places[b].1 - places[a].1);
    let missing_x = f64::midpoint(sizes[a].0, sizes[b].0) + gap - x.abs();
    let missing_y = f64::midpoint(sizes[a].1, sizes[b].1) + gap - y.abs();
    if missing_x <= 0.0 || missing_y <= 0.0 {
        return false;
    }
    // A little more than half each, so that rounding cannot leave them touching.
    if missing_x < missing_y {
        let step = (missing_x / 2.0 + 0.01) * if x < 0.0 { -1.0 } else { 1.0 };
        places[a].0 -= step;
        places[b].0 += step;
    } else {
        let step = (missing_y / 2.0 + 0.01) * if y < 0.0 { -1.0 } else { 1.0 };
        places[a].1 -= step;
        places[b].1 += step;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Rect;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn boxes_never_overlap(
            sizes in proptest::collection::vec((10.0..200.0_f64, 10.0..80.0_f64), 0..40),
            raw in proptest::collection::vec((0_usize..40, 0_usize..40), 0..60),
        ) {
            let count = sizes.len();
            let pairs: Vec<_> = raw.into_iter().filter(|&(a, b)| a < count && b < count).collect();
            let places = arrange(&sizes, &pairs, 8.0);
            prop_assert_eq!(places.len(), count);
            for a in 0..count {
                prop_assert!(places[a].0.is_finite() && places[a].1.is_finite());
                for b in a + 1..count {
                    let shared = Rect::around(places[a], sizes[a]).shared(Rect::around(places[b], sizes[b]));
                    prop_assert_eq!(shared, 0.0, "{} and {}", a, b);
                }
            }
            prop_assert_eq!(arrange(&sizes, &pairs, 8.0), places);
        }
    }

    #[test]
    fn drawing_together_stops_before_boxes_touch() {
        let sizes = [(100.0, 50.0), (80.0, 80.0), (10.0, 10.0)];
        let mut places = [(0.0, 0.0), (2_000.0, 100.0), (-500.0, 900.0)];
        draw_together(&mut places, &sizes, 20.0);
        assert!(places[1].0 < 200.0, "{places:?}");
        let rect = |at: usize| Rect::around(places[at], sizes[at]).grown(10.0);
        assert!([(0, 1), (0, 2), (1, 2)].iter().all(|&(a, b)| rect(a).shared(rect(b)) == 0.0), "{places:?}");
    }

    #[test]
    fn very_many_boxes_are_set_in_rows_without_overlap() {
        let sizes = vec![(30.0, 20.0); FORCE_LIMIT + 1];
        let places = arrange(&sizes, &[], 5.0);
        assert!(places.windows(2).all(|pair| pair[0].1 < pair[1].1 || pair[1].0 - pair[0].0 >= 35.0));
    }
}
