//! Folding: a chart brought under a number of nodes that a reader can take in.
//!
//! 1. Leaves (nodes with one line in the chart) that hang on the same neighbour by lines of the same type and
//!    direction, and are of the same kind and cluster, become one node such as `+37 Phone`; the largest bundles
//!    first, until the budget is met.
//! 2. If that does not suffice, the nodes farthest from the highlighted ones are left out, those with the fewest
//!    links first.
//!
//! Highlighted nodes are never folded and never left out. What was done is said in the chart's notes.

use crate::words::kind_of;
use jaal_model::answer::{Chart, ChartLink, ChartNode, Emphasis};
use std::collections::{BTreeMap, VecDeque};

/// How far to fold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FoldOptions {
    /// The most nodes to show.
    pub node_budget: usize,
}

impl Default for FoldOptions {
    fn default() -> Self {
        Self { node_budget: 150 }
    }
}

/// A folded chart, with where its nodes went. Nodes shown by themselves, folded and left out add up to the nodes
/// of the chart before.
#[derive(Clone, PartialEq, Debug)]
pub struct Folded {
    /// The chart.
    pub chart: Chart,
    /// Nodes that are shown by themselves.
    pub shown: usize,
    /// Nodes that are shown as part of a bundle.
    pub folded: usize,
    /// Bundles shown.
    pub bundles: usize,
    /// Nodes that are not shown at all.
    pub left_out: usize,
}

/// A node of the chart being made: one node of the old chart, or a bundle of leaves.
struct Item {
    node: ChartNode,
    /// Old nodes that it stands for.
    holds: usize,
}

/// The chart with at most `node_budget` nodes, highlighted ones apart.
pub fn fold(chart: &Chart, options: &FoldOptions) -> Chart {
    fold_counted(chart, options).chart
}

/// The same as [`fold`], with the counts. Links whose ends are not nodes of the chart are dropped.
///
/// # Complexity
/// O((nodes + links) log nodes).
pub fn fold_counted(chart: &Chart, options: &FoldOptions) -> Folded {
    let mut chart = sound(chart);
    let total = chart.nodes.len();
    if total <= options.node_budget {
        return Folded { chart, shown: total, folded: 0, bundles: 0, left_out: 0 };
    }
    let mut notes = std::mem::take(&mut chart.notes);
    let (items, links, note_lost) = bundle(&chart, options.node_budget);
    let keep = kept(&items, &links, options.node_budget);

    let mut new_index = vec![None; items.len()];
    let mut nodes = Vec::new();
    let (mut shown, mut folded, mut bundles, mut left_out) = (0, 0, 0, 0);
    for (at, item) in items.into_iter().enumerate() {
        if !keep[at] {
            left_out += item.holds;
            continue;
        }
        if item.holds > 1 {
            folded += item.holds;
            bundles += 1;
        } else {
            shown += 1;
        }
        new_index[at] = Some(nodes.len());
        nodes.push(item.node);
    }
    let before: u64 = links.iter().map(|link| link.count).sum();
    let links: Vec<ChartLink> = links
        .into_iter()
        .filter_map(|link| Some(ChartLink { from: new_index[link.from]?, to: new_index[link.to]?, ..link }))
        .collect();
    let lost = before - links.iter().map(|link| link.count).sum::<u64>();

    if folded > 0 {
        notes.push(format!("{folded} entities with a single line are folded into {bundles} (shown as +n)"));
    }
    if note_lost {
        notes.push("sums on folded lines are not shown".to_owned());
    }
    if left_out > 0 {
        notes.push(format!(
            "{left_out} entities farthest from the highlighted ones are left out with {lost} links (limit {})",
            options.node_budget
        ));
    }
    if nodes.len() > options.node_budget {
        notes.push(format!("all highlighted entities are kept, above the limit of {}", options.node_budget));
    }
    Folded { chart: Chart { nodes, links, notes, ..chart }, shown, folded, bundles, left_out }
}

/// The chart without links whose ends are not nodes and without clusters that do not exist, so that what follows
/// may index freely.
pub(crate) fn sound(chart: &Chart) -> Chart {
    let mut chart = chart.clone();
    let (nodes, groups) = (chart.nodes.len(), chart.groups.len());
    chart.links.retain(|link| link.from < nodes && link.to < nodes);
    for node in &mut chart.nodes {
        node.group = node.group.filter(|&group| group < groups);
    }
    chart
}

/// What leaves must have in common to be folded: neighbour, kind, link type, whether the line leaves the leaf, cluster.
type BundleKey = (usize, String, String, bool, Option<usize>);

/// Folds leaves, largest bundles first, until `budget` is met. Returns the items in the order of the old nodes, a
/// bundle at the place of its first leaf, the links among items, and whether a link's note was lost.
fn bundle(chart: &Chart, budget: usize) -> (Vec<Item>, Vec<ChartLink>, bool) {
    let mut lines = vec![0_usize; chart.nodes.len()];
    for link in &chart.links {
        lines[link.from] += 1;
        lines[link.to] += 1;
    }
    // A self-loop counts twice, so its node is no leaf.
    let foldable = |at: usize| lines[at] == 1 && chart.nodes[at].emphasis == Emphasis::Plain;
    let mut bundles: BTreeMap<BundleKey, Vec<usize>> = BTreeMap::new();
    for link in &chart.links {
        let (leaf, neighbour, leaves) = match (foldable(link.from), foldable(link.to)) {
            (true, false) => (link.from, link.to, true),
            (false, true) => (link.to, link.from, false),
            // Two leaves with one line between them are a pair of their own, not leaves of something.
            _ => continue,
        };
        let node = &chart.nodes[leaf];
        let key = (neighbour, kind_of(node), link.link_type.clone(), leaves, node.group);
        bundles.entry(key).or_default().push(leaf);
    }
    let mut bundles: Vec<(BundleKey, Vec<usize>)> =
        bundles.into_iter().filter(|(_, leaves)| leaves.len() > 1).collect();
    for (_, leaves) in &mut bundles {
        leaves.sort_unstable();
    }
    bundles.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then_with(|| a.1.cmp(&b.1)));

    let mut stands_in: Vec<usize> = (0..chart.nodes.len()).collect();
    let mut left = chart.nodes.len();
    let mut names: BTreeMap<usize, (String, usize)> = BTreeMap::new();
    for (key, leaves) in bundles {
        if left <= budget {
            break;
        }
        left -= leaves.len() - 1;
        for &leaf in &leaves {
            stands_in[leaf] = leaves[0];
        }
        names.insert(leaves[0], (key.1, leaves.len()));
    }
    let mut item_of = vec![0; chart.nodes.len()];
    let mut items: Vec<Item> = Vec::with_capacity(left);
    for (at, node) in chart.nodes.iter().enumerate() {
        if stands_in[at] != at {
            let item = item_of[stands_in[at]];
            item_of[at] = item;
            items[item].node.degree = items[item].node.degree.saturating_add(node.degree);
            continue;
        }
        item_of[at] = items.len();
        items.push(match names.get(&at) {
            Some((kind, holds)) => Item { node: bundle_node(node, kind, *holds), holds: *holds },
            None => Item { node: node.clone(), holds: 1 },
        });
    }
    let (links, note_lost) = bundle_links(chart, &item_of, &items);
    (items, links, note_lost)
}

fn bundle_node(first: &ChartNode, kind: &str, holds: usize) -> ChartNode {
    let mut node = first.clone();
    let word = if kind.is_empty() { "entities" } else { kind };
    node.entity.label = format!("+{holds} {word}");
    node.entity.kinds.truncate(1);
    node.entity.key = None;
    node.lines = Vec::new();
    node
}

fn bundle_links(chart: &Chart, item_of: &[usize], items: &[Item]) -> (Vec<ChartLink>, bool) {
    let mut out: Vec<ChartLink> = Vec::with_capacity(chart.links.len());
    // A leaf has one line, so the bundle's item alone says which line of the new chart it goes to.
    let mut line_of: BTreeMap<usize, usize> = BTreeMap::new();
    let mut note_lost = false;
    for link in &chart.links {
        let mut link = link.clone();
        (link.from, link.to) = (item_of[link.from], item_of[link.to]);
        let Some(item) = [link.from, link.to].into_iter().find(|&item| items[item].holds > 1) else {
            out.push(link);
            continue;
        };
        note_lost |= link.note.take().is_some();
        if let Some(&line) = line_of.get(&item) {
            absorb(&mut out[line], link);
        } else {
            line_of.insert(item, out.len());
            out.push(link);
        }
    }
    (out, note_lost)
}

fn absorb(line: &mut ChartLink, link: ChartLink) {
    line.count = line.count.saturating_add(link.count);
    line.first = match (line.first.take(), link.first) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
    line.last = line.last.take().max(link.last);
    line.certainty = line.certainty.min(link.certainty);
    if link.emphasis == Emphasis::Strong {
        line.emphasis = Emphasis::Strong;
    }
}

/// Which items stay when more than `budget` are there.
fn kept(items: &[Item], links: &[ChartLink], budget: usize) -> Vec<bool> {
    let mut keep = vec![true; items.len()];
    let Some(excess) = items.len().checked_sub(budget).filter(|&excess| excess > 0) else { return keep };
    let starts: Vec<usize> =
        (0..items.len()).filter(|&at| items[at].node.emphasis == Emphasis::Strong).collect();
    let distance = distances(items.len(), links, &starts);
    let mut order: Vec<usize> =
        (0..items.len()).filter(|&at| items[at].node.emphasis == Emphasis::Plain).collect();
    order.sort_by(|&a, &b| {
        distance[b]
            .cmp(&distance[a])
            .then_with(|| items[a].node.degree.cmp(&items[b].node.degree))
            .then_with(|| b.cmp(&a))
    });
    for at in order.into_iter().take(excess) {
        keep[at] = false;
    }
    keep
}

/// Lines from the nearest start to each node, walked in either direction; `usize::MAX` where there is no way.
pub(crate) fn distances(nodes: usize, links: &[ChartLink], starts: &[usize]) -> Vec<usize> {
    let mut next = vec![Vec::new(); nodes];
    for link in links {
        next[link.from].push(link.to);
        next[link.to].push(link.from);
    }
    let mut distance = vec![usize::MAX; nodes];
    let mut queue = VecDeque::new();
    for &start in starts {
        if distance[start] != 0 {
            distance[start] = 0;
            queue.push_back(start);
        }
    }
    while let Some(at) = queue.pop_front() {
        for &to in &next[at] {
            if distance[to] == usize::MAX {
                distance[to] = distance[at] + 1;
                queue.push_back(to);
            }
        }
    }
    distance
}
