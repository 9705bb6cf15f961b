//! A layout of boxes by their lines: where Graphviz is not installed, and inside clusters.
//!
//! 1. Parts that no line joins are placed by themselves and packed side by side ([`pack`]).
//! 2. A part begins on a circle in the order of its boxes, so that the same input gives the same picture, and is drawn
//!    into shape by forces (T. Fruchterman, E. Reingold, *Graph drawing by force-directed placement*, Software:
//!    Practice and Experience 21(11), 1991): every two boxes repel each other with k²/d, linked ones attract with d²/k,
//!    and the step is limited by a temperature that falls to zero.
//! 3. Stress majorization evens it out ([`relax`]).
//! 4. It is turned to the angle at which it fills a page best, and boxes that overlap are pushed apart.

use crate::geometry::{Point, Rect};
use crate::pack::pack;
use crate::stress::relax;

/// Boxes above this number are set in rows: the forces between all pairs would take minutes.
const FORCE_LIMIT: usize = 2_000;

/// How much farther apart boxes stand sideways than they would: labels are wider than high.
const SIDEWAYS: f64 = 1.15;

/// The middles of boxes of these sizes, linked by these pairs; no two boxes come nearer than `gap`, and a line has
/// about `room` between the boxes that it joins.
///
/// # Complexity
/// O(boxes²) for each of at most 500 rounds, fewer rounds for more boxes.
pub(crate) fn arrange(sizes: &[(f64, f64)], pairs: &[(usize, usize)], gap: f64, room: f64) -> Vec<Point> {
    if sizes.len() > FORCE_LIMIT {
        return rows(sizes, gap);
    }
    let parts = parts(sizes.len(), pairs);
    let mut part_of = vec![(0, 0); sizes.len()];
    for (part, members) in parts.iter().enumerate() {
        for (at, &member) in members.iter().enumerate() {
            part_of[member] = (part, at);
        }
    }
    let mut pairs_of: Vec<Vec<(usize, usize)>> = vec![Vec::new(); parts.len()];
    for &(a, b) in pairs {
        pairs_of[part_of[a].0].push((part_of[a].1, part_of[b].1));
    }
    let mut places = vec![(0.0, 0.0); sizes.len()];
    let mut boxes = Vec::with_capacity(parts.len());
    for (members, pairs) in parts.iter().zip(&pairs_of) {
        let own: Vec<(f64, f64)> = members.iter().map(|&member| sizes[member]).collect();
        let inside = connected(&own, pairs, gap, room);
        let hull = hull(&inside, &own);
        let middle = (f64::midpoint(hull.left, hull.right), f64::midpoint(hull.top, hull.bottom));
        for (&member, at) in members.iter().zip(inside) {
            places[member] = (at.0 - middle.0, at.1 - middle.1);
        }
        boxes.push((hull.width(), hull.height()));
    }
    for (members, middle) in parts.iter().zip(pack(&boxes, gap)) {
        for &member in members {
            places[member] = (places[member].0 + middle.0, places[member].1 + middle.1);
        }
    }
    // Rounding alone can have moved boxes nearer; this ends at once when it has not.
    separate(&mut places, sizes, gap * 0.99);
    places
}

/// The parts that lines hold together, each ascending, in the order of their first boxes.
fn parts(count: usize, pairs: &[(usize, usize)]) -> Vec<Vec<usize>> {
    let mut near = vec![Vec::new(); count];
    for &(a, b) in pairs {
        near[a].push(b);
        near[b].push(a);
    }
    let mut seen = vec![false; count];
    let mut parts = Vec::new();
    for start in 0..count {
        if seen[start] {
            continue;
        }
        seen[start] = true;
        let mut part = vec![start];
        let mut next = 0;
        while let Some(&at) = part.get(next) {
            next += 1;
            for &other in &near[at] {
                if !seen[other] {
                    seen[other] = true;
                    part.push(other);
                }
            }
        }
        part.sort_unstable();
        parts.push(part);
    }
    parts
}

fn connected(sizes: &[(f64, f64)], pairs: &[(usize, usize)], gap: f64, room: f64) -> Vec<Point> {
    let mut places = circle(sizes, gap);
    settle(&mut places, sizes, pairs, gap);
    relax(&mut places, sizes, pairs, room);
    turn(&mut places, sizes);
    separate(&mut places, sizes, gap);
    places
}

/// The smallest rectangle that holds all boxes.
fn hull(places: &[Point], sizes: &[(f64, f64)]) -> Rect {
    let rects = places.iter().zip(sizes).map(|(&at, &size)| Rect::around(at, size));
    rects.reduce(Rect::union).unwrap_or(Rect { left: 0.0, top: 0.0, right: 0.0, bottom: 0.0 })
}

/// Turns the whole, in steps of fifteen degrees, to where the page of four to three that holds it is smallest.
fn turn(places: &mut [Point], sizes: &[(f64, f64)]) {
    const STEPS: usize = 12;
    let turned = |step: usize| -> Vec<Point> {
        let (sin, cos) = (std::f64::consts::PI * step as f64 / STEPS as f64).sin_cos();
        places.iter().map(|&(x, y)| ((x * cos - y * sin) * SIDEWAYS, x * sin + y * cos)).collect()
    };
    let page = |places: &[Point]| {
        let hull = hull(places, sizes);
        (hull.width() * 0.75).max(hull.height())
    };
    let best = (0..STEPS).map(turned).min_by(|a, b| page(a).total_cmp(&page(b)));
    if let Some(best) = best {
        places.copy_from_slice(&best);
    }
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
/// with different middles are apart in a picture that is large enough. At first it is spread hardly at all, so that
/// pushing alone has its chance and the picture stays small.
pub(crate) fn separate(places: &mut [Point], sizes: &[(f64, f64)], gap: f64) {
    for round in 0..600 {
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
        let spread = if round < 200 { 1.001 } else { 1.01 };
        for place in places.iter_mut() {
            *place = (place.0 * spread, place.1 * spread);
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
            let places = arrange(&sizes, &pairs, 8.0, 40.0);
            prop_assert_eq!(places.len(), count);
            for a in 0..count {
                prop_assert!(places[a].0.is_finite() && places[a].1.is_finite());
                for b in a + 1..count {
                    let shared = Rect::around(places[a], sizes[a]).shared(Rect::around(places[b], sizes[b]));
                    prop_assert_eq!(shared, 0.0, "{} and {}", a, b);
                }
            }
            prop_assert_eq!(arrange(&sizes, &pairs, 8.0, 40.0), places);
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
        let places = arrange(&sizes, &[], 5.0, 40.0);
        assert!(places.windows(2).all(|pair| pair[0].1 < pair[1].1 || pair[1].0 - pair[0].0 >= 35.0));
    }
}
