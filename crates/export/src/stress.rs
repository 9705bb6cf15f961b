//! Stress majorization: places the boxes of one connected part so that their distances in the picture follow their
//! distances along the lines.
//!
//! Source: E. R. Gansner, Y. Koren, S. North, *Graph drawing by stress majorization*, Graph Drawing 2004, LNCS 3383,
//! doi:10.1007/978-3-540-31843-9_25, section 2.3: each box in turn moves to the mean of where the others want it,
//! weighted by 1/d². It spreads boxes more evenly than forces alone, which crowd the middle and thin out the rim.

use crate::geometry::Point;
use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

/// How much longer a line is drawn for each further neighbour that its two ends do not share.
const CROWDED: f64 = 0.05;
/// The most by which crowded ends lengthen a line.
const LONGEST: f64 = 2.5;

/// Moves the boxes of a connected part. `room` is what a line needs between the boxes that it joins.
///
/// # Complexity
/// O(boxes · pairs · log boxes) for the distances, O(boxes²) for each of at most 200 rounds.
pub(crate) fn relax(places: &mut [Point], sizes: &[(f64, f64)], pairs: &[(usize, usize)], room: f64) {
    let count = places.len();
    if count < 2 {
        return;
    }
    let wanted = distances(sizes, pairs, room);
    let rounds = (40_000_000 / (count * count)).clamp(10, 200);
    for _ in 0..rounds {
        for at in 0..count {
            let here = places[at];
            let (mut x, mut y, mut weights) = (0.0, 0.0, 0.0);
            for (other, &there) in places.iter().enumerate() {
                let want = wanted[at * count + other];
                if other == at || !want.is_finite() {
                    continue;
                }
                let (dx, dy) = (here.0 - there.0, here.1 - there.1);
                let apart = dx.hypot(dy).max(1e-6);
                let weight = 1.0 / (want * want);
                x += weight * (there.0 + want * dx / apart);
                y += weight * (there.1 + want * dy / apart);
                weights += weight;
            }
            if weights > 0.0 {
                places[at] = (x / weights, y / weights);
            }
        }
    }
}

/// The wanted distance of every two boxes: the shortest way along lines, each as long as its ends and its label need.
fn distances(sizes: &[(f64, f64)], pairs: &[(usize, usize)], room: f64) -> Vec<f64> {
    let count = sizes.len();
    let mut near: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); count];
    for &(a, b) in pairs.iter().filter(|(a, b)| a != b) {
        near[a].insert(b);
        near[b].insert(a);
    }
    let half = |at: usize| f64::midpoint(sizes[at].0, sizes[at].1) / 2.0;
    let length = |a: usize, b: usize| {
        let apart = near[a].symmetric_difference(&near[b]).count().saturating_sub(2) as f64;
        half(a) + half(b) + room * (1.0 + CROWDED * apart).min(LONGEST)
    };
    let lines: Vec<Vec<(usize, f64)>> = near
        .iter()
        .enumerate()
        .map(|(a, others)| others.iter().map(|&b| (b, length(a, b))).collect())
        .collect();
    let mut wanted = vec![f64::INFINITY; count * count];
    for (start, row) in wanted.chunks_mut(count).enumerate() {
        shortest(start, &lines, row);
    }
    wanted
}

/// Dijkstra's search. Lengths are positive, so their bits order as they do.
fn shortest(start: usize, lines: &[Vec<(usize, f64)>], row: &mut [f64]) {
    row[start] = 0.0;
    let mut queue = BinaryHeap::from([Reverse((0_u64, start))]);
    while let Some(Reverse((bits, at))) = queue.pop() {
        let so_far = f64::from_bits(bits);
        if so_far > row[at] {
            continue;
        }
        for &(next, length) in &lines[at] {
            let reached = so_far + length;
            if reached < row[next] {
                row[next] = reached;
                queue.push(Reverse((reached.to_bits(), next)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_is_drawn_out_to_its_length() {
        let sizes = [(20.0, 20.0); 5];
        let pairs = [(0, 1), (1, 2), (2, 3), (3, 4)];
        let mut places = [(0.0, 0.0), (9.0, 5.0), (-4.0, 7.0), (3.0, -8.0), (1.0, 2.0)];
        relax(&mut places, &sizes, &pairs, 80.0);
        let wanted = distances(&sizes, &pairs, 80.0);
        for a in 0..5 {
            for b in a + 1..5 {
                let apart = (places[a].0 - places[b].0).hypot(places[a].1 - places[b].1);
                assert!((apart - wanted[a * 5 + b]).abs() < 5.0, "{a} {b}: {apart} {}", wanted[a * 5 + b]);
            }
        }
    }

    #[test]
    fn distances_are_those_of_trying_every_way() {
        let sizes = [(10.0, 10.0), (40.0, 20.0), (10.0, 30.0), (60.0, 20.0), (5.0, 5.0), (9.0, 9.0)];
        let pairs = [(0, 1), (1, 2), (2, 0), (2, 3), (3, 4), (4, 1)];
        let found = distances(&sizes, &pairs, 50.0);
        // Floyd and Warshall, from the direct lengths.
        let mut table = vec![f64::INFINITY; 36];
        for at in 0..6 {
            table[at * 6 + at] = 0.0;
        }
        for (a, b) in pairs {
            (table[a * 6 + b], table[b * 6 + a]) = (found[a * 6 + b], found[b * 6 + a]);
        }
        for k in 0..6 {
            for a in 0..6 {
                for b in 0..6 {
                    table[a * 6 + b] = table[a * 6 + b].min(table[a * 6 + k] + table[k * 6 + b]);
                }
            }
        }
        for (at, (a, b)) in found.iter().zip(&table).enumerate() {
            assert!(a == b || (a - b).abs() < 1e-9, "{at}: {a} {b}");
        }
        assert!(found[5].is_infinite(), "nothing leads to the last");
    }
}
