//! Components the plain way: one breadth-first search after another, arcs taken both ways. For tests.

use std::collections::VecDeque;

use jaal_csr::Csr;

/// The smallest node of each node's component.
///
/// # Complexity
/// O(n + m).
pub fn wcc(graph: &Csr) -> Vec<u32> {
    let turned = graph.transpose();
    let mut label = vec![u32::MAX; graph.node_count() as usize];
    for start in 0..graph.node_count() {
        if label[start as usize] != u32::MAX {
            continue;
        }
        label[start as usize] = start;
        let mut queue = VecDeque::from([start]);
        while let Some(node) = queue.pop_front() {
            for &other in graph.neighbours(node).iter().chain(turned.neighbours(node)) {
                if label[other as usize] == u32::MAX {
                    label[other as usize] = start;
                    queue.push_back(other);
                }
            }
        }
    }
    label
}
