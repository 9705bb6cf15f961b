//! The third step of Leiden: each part becomes a node of the next level; and the numbering of communities.

use std::cmp::Reverse;

use super::level::{Level, Tally};

/// Numbers labels densely in the order in which they first appear. Labels are below `labels.len()`.
pub(super) fn number(labels: &[u32]) -> (Vec<u32>, u32) {
    let mut number_of = vec![u32::MAX; labels.len()];
    let mut count = 0;
    let numbers = labels
        .iter()
        .map(|&label| {
            let number = &mut number_of[label as usize];
            if *number == u32::MAX {
                *number = count;
                count += 1;
            }
            *number
        })
        .collect();
    (numbers, count)
}

/// Numbers communities by descending size, then by smallest node. Labels are below `labels.len()`.
pub(super) fn canonical(labels: &[u32]) -> (Vec<u32>, u32) {
    let (numbers, count) = number(labels);
    let mut sizes = vec![0u32; count as usize];
    for &number in &numbers {
        sizes[number as usize] += 1;
    }
    let mut by_size: Vec<u32> = (0..count).collect();
    by_size.sort_by_key(|&number| Reverse(sizes[number as usize]));
    let mut place = vec![0; count as usize];
    for (&number, rank) in by_size.iter().zip(0..) {
        place[number as usize] = rank;
    }
    (numbers.iter().map(|&number| place[number as usize]).collect(), count)
}

/// Builds the next level from parts that are numbered densely.
pub(super) fn aggregate(level: &Level, parts: &[u32], count: u32) -> Level {
    let members = members(parts, count);
    let mut next = Level {
        offsets: vec![0],
        targets: Vec::new(),
        weights: Vec::new(),
        masses: Vec::with_capacity(count as usize),
    };
    let mut tally = Tally::new(count);
    for (part, nodes) in members.iter().enumerate() {
        tally.clear();
        for (other, weight) in nodes.iter().flat_map(|&node| level.arcs(node)) {
            let to = parts[other as usize];
            if to as usize != part {
                tally.add(to, weight);
            }
        }
        tally.sort();
        next.targets.extend_from_slice(tally.keys());
        next.weights.extend(tally.keys().iter().map(|&to| tally.get(to)));
        next.offsets.push(next.targets.len());
        next.masses.push(nodes.iter().map(|&node| level.masses[node as usize]).sum());
    }
    next
}

/// Divides communities that do not hang together into their connected pieces. Labels are below `labels.len()`.
///
/// Leiden's communities hang together once it is stable; when it is ended earlier a node that moved last may have
/// been what held two pieces together. Taking them apart never loses.
pub(super) fn split(level: &Level, labels: &[u32]) -> Vec<u32> {
    let mut pieces = vec![u32::MAX; labels.len()];
    let mut stack = Vec::new();
    for start in 0..level.node_count() {
        if pieces[start as usize] != u32::MAX {
            continue;
        }
        pieces[start as usize] = start;
        stack.push(start);
        while let Some(node) = stack.pop() {
            for (other, _) in level.arcs(node) {
                let same = labels[other as usize] == labels[start as usize];
                if same && pieces[other as usize] == u32::MAX {
                    pieces[other as usize] = start;
                    stack.push(other);
                }
            }
        }
    }
    pieces
}

/// The nodes of each part, ascending, by a counting sort.
struct Members {
    offsets: Vec<usize>,
    nodes: Vec<u32>,
}

impl Members {
    fn iter(&self) -> impl Iterator<Item = &[u32]> {
        self.offsets.windows(2).map(|row| &self.nodes[row[0]..row[1]])
    }
}

fn members(parts: &[u32], count: u32) -> Members {
    let mut offsets = vec![0usize; count as usize + 1];
    for &part in parts {
        offsets[part as usize + 1] += 1;
    }
    for index in 1..offsets.len() {
        offsets[index] += offsets[index - 1];
    }
    let mut cursor = offsets.clone();
    let mut nodes = vec![0; parts.len()];
    for (&part, node) in parts.iter().zip(0..) {
        nodes[cursor[part as usize]] = node;
        cursor[part as usize] += 1;
    }
    Members { offsets, nodes }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow_size_then_smallest_node() {
        assert_eq!(number(&[4, 4, 0, 4, 1]), (vec![0, 0, 1, 0, 2], 3));
        assert_eq!(canonical(&[3, 1, 1, 0, 0]), (vec![2, 0, 0, 1, 1], 3));
        assert_eq!(canonical(&[]), (vec![], 0));
    }

    #[test]
    fn parts_become_nodes() {
        // A square 0-1-2-3 whose opposite ends 0 and 2 are one part.
        let level = Level {
            offsets: vec![0, 2, 4, 6, 8],
            targets: vec![1, 3, 0, 2, 1, 3, 0, 2],
            weights: vec![1, 2, 1, 3, 3, 4, 2, 4],
            masses: vec![1, 10, 100, 1000],
        };
        let next = aggregate(&level, &[0, 1, 0, 2], 3);
        assert_eq!((next.offsets, next.targets), (vec![0, 2, 3, 4], vec![1, 2, 0, 0]));
        assert_eq!((next.weights, next.masses), (vec![4, 6, 4, 6], vec![101, 10, 1000]));
        assert_eq!(split(&level, &[0, 1, 0, 1]), [0, 1, 2, 3]);
        assert_eq!(split(&level, &[0, 0, 0, 1]), [0, 0, 0, 3]);
    }
}
