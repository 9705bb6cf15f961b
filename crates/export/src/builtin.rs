//! The built-in layout, for machines without Graphviz.
//!
//! A narrow chart is set in ranks from its highlighted end, as paths are read. Any other is placed by forces in two
//! steps: the members of each cluster among themselves, then the clusters and the nodes outside them as boxes, so
//! that no cluster overlaps another or a stranger.

use crate::dot::{Engine, ranks};
use crate::draw;
use crate::fold::sound;
use crate::force::{arrange, draw_together, separate};
use crate::geometry::{Curve, GROUP_MARGIN, GROUP_TITLE, Geometry, Point, Rect, Sizes, cubic};
use crate::joint::joined;
use crate::metrics::{Weight, width};
use crate::place::{Taken, place_labels};
use crate::style::Shape;
use crate::words;
use jaal_model::answer::Chart;
use std::collections::BTreeMap;

/// What a picture says about this layout.
pub(crate) const WORDS: &str = "built-in layout (Graphviz not installed)";

/// The chart as SVG, placed by the built-in layout.
///
/// # Complexity
/// O(nodes²) for each of at most 300 rounds; above 2,000 nodes in rows, O(nodes).
pub fn svg(chart: &Chart) -> String {
    let (chart, labels) = joined(&sound(chart));
    let (chart, sizes) = (&chart, Sizes::of(&chart, labels));
    let mut geometry = place(chart, &sizes);
    let without = place_labels(chart, &mut geometry, &sizes);
    draw::svg(chart, &geometry, &sizes, WORDS, without)
}

/// Room between clusters, for two nodes outside them with a line each.
const CLUSTER_GAP: f64 = 230.0;
/// Room between nodes.
const NODE_GAP: f64 = 30.0;
/// Room between linked nodes, for the line and its label.
const LINE_ROOM: f64 = 88.0;

/// Places nodes and lines; labels come later.
fn place(chart: &Chart, sizes: &Sizes) -> Geometry {
    let grouped = chart.nodes.iter().any(|node| node.group.is_some());
    let nodes = if Engine::for_chart(chart) == Engine::Dot && !grouped {
        in_ranks(chart, sizes)
    } else {
        by_forces(chart, sizes)
    };
    let links = lines(chart, sizes, &nodes);
    Geometry { nodes, links }
}

/// Rows by rank, each row ordered by the mean place of its neighbours above and below.
fn in_ranks(chart: &Chart, sizes: &Sizes) -> Vec<Point> {
    let ranks = ranks(chart);
    let count = ranks.iter().max().map_or(0, |last| last + 1);
    let mut rows: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (node, &rank) in ranks.iter().enumerate() {
        rows[rank].push(node);
    }
    let mut places = vec![(0.0, 0.0); chart.nodes.len()];
    for _ in 0..4 {
        let before = places.clone();
        let mut top = 0.0;
        for row in &mut rows {
            row.sort_by(|&a, &b| {
                mean_x(chart, &before, a).total_cmp(&mean_x(chart, &before, b)).then(a.cmp(&b))
            });
            let room =
                row.iter().map(|&node| sizes.nodes[node].0).sum::<f64>() + 60.0 * (row.len() - 1) as f64;
            let tallest = row.iter().map(|&node| sizes.nodes[node].1).fold(0.0, f64::max);
            let mut left = -room / 2.0;
            for &node in row.iter() {
                let width = sizes.nodes[node].0;
                places[node] = (left + width / 2.0, top + tallest / 2.0);
                left += width + 60.0;
            }
            top += tallest + 70.0;
        }
    }
    places
}

fn mean_x(chart: &Chart, places: &[Point], node: usize) -> f64 {
    let others = chart.links.iter().filter_map(|link| match (link.from == node, link.to == node) {
        (true, false) => Some(link.to),
        (false, true) => Some(link.from),
        _ => None,
    });
    let (sum, count) = others.fold((0.0, 0.0), |(sum, count), other| (sum + places[other].0, count + 1.0));
    if count > 0.0 { sum / count } else { places[node].0 }
}

/// Places clusters as boxes, the nodes outside them near what they are linked to; no box overlaps another.
pub(crate) fn by_forces(chart: &Chart, sizes: &Sizes) -> Vec<Point> {
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); chart.groups.len()];
    let mut outside = Vec::new();
    for (node, entry) in chart.nodes.iter().enumerate() {
        match entry.group {
            Some(group) => members[group].push(node),
            None => outside.push(node),
        }
    }
    members.retain(|members| !members.is_empty());
    if members.is_empty() {
        let pairs: Vec<(usize, usize)> = chart.links.iter().map(|link| (link.from, link.to)).collect();
        return arrange(&sizes.nodes, &pairs, NODE_GAP, LINE_ROOM);
    }
    // Boxes: first the clusters, then the nodes outside.
    let mut box_of = vec![None; chart.nodes.len()];
    let mut inner = vec![(0.0, 0.0); chart.nodes.len()];
    let mut boxes = Vec::new();
    for members in &members {
        let (size, places) = cluster(chart, sizes, members);
        for (&node, place) in members.iter().zip(places) {
            box_of[node] = Some(boxes.len());
            inner[node] = place;
        }
        boxes.push(size);
    }
    let pairs: Vec<(usize, usize)> =
        chart.links.iter().filter_map(|link| Some((box_of[link.from]?, box_of[link.to]?))).collect();
    let mut middles = arrange(&boxes, &pairs, CLUSTER_GAP, CLUSTER_GAP);
    draw_together(&mut middles, &boxes, CLUSTER_GAP);
    let rects: Vec<Rect> = middles.iter().zip(&boxes).map(|(&at, &size)| Rect::around(at, size)).collect();
    let mut places: Vec<Option<Point>> = (0..chart.nodes.len())
        .map(|node| box_of[node].map(|at| (middles[at].0 + inner[node].0, middles[at].1 + inner[node].1)))
        .collect();
    settle_outside(chart, &outside, &rects, &mut places);
    for &node in &outside {
        box_of[node] = Some(boxes.len());
        boxes.push(sizes.nodes[node]);
        middles.push(places[node].unwrap_or_default());
    }
    separate(&mut middles, &boxes, 30.0);
    (0..chart.nodes.len())
        .map(|node| {
            let (middle, shift) = (middles[box_of[node].unwrap_or_default()], inner[node]);
            (middle.0 + shift.0, middle.1 + shift.1)
        })
        .collect()
}

/// The box of a cluster and the places of its members around the box's middle.
fn cluster(chart: &Chart, sizes: &Sizes, members: &[usize]) -> ((f64, f64), Vec<Point>) {
    let local: BTreeMap<usize, usize> = members.iter().enumerate().map(|(at, &node)| (node, at)).collect();
    let own: Vec<(f64, f64)> = members.iter().map(|&node| sizes.nodes[node]).collect();
    let pairs: Vec<(usize, usize)> = chart
        .links
        .iter()
        .filter_map(|link| Some((*local.get(&link.from)?, *local.get(&link.to)?)))
        .collect();
    let places = arrange(&own, &pairs, NODE_GAP, LINE_ROOM);
    let hull = places.iter().zip(&own).map(|(&at, &size)| Rect::around(at, size)).reduce(Rect::union);
    let hull = hull.unwrap_or(Rect { left: 0.0, top: 0.0, right: 0.0, bottom: 0.0 });
    let group = chart.nodes[members[0]].group.and_then(|group| chart.groups.get(group));
    let title =
        group.map_or(0.0, |group| width(&words::group_title(&group.title), words::GROUP_SIZE, Weight::Bold));
    let size =
        (hull.width().max(title) + 2.0 * GROUP_MARGIN, hull.height() + 2.0 * GROUP_MARGIN + GROUP_TITLE);
    let shift =
        (GROUP_MARGIN - hull.left - size.0 / 2.0, GROUP_MARGIN + GROUP_TITLE - hull.top - size.1 / 2.0);
    (size, places.into_iter().map(|(x, y)| (x + shift.0, y + shift.1)).collect())
}

/// Gives the nodes outside clusters a place near their neighbours but outside the clusters' boxes; those linked to
/// nothing placed go below everything.
fn settle_outside(chart: &Chart, outside: &[usize], rects: &[Rect], places: &mut [Option<Point>]) {
    let mut near = vec![Vec::new(); chart.nodes.len()];
    for link in &chart.links {
        near[link.from].push(link.to);
        near[link.to].push(link.from);
    }
    let mut waiting = outside.to_vec();
    loop {
        let before = waiting.len();
        waiting.retain(|&node| {
            let known: Vec<Point> = near[node].iter().filter_map(|&other| places[other]).collect();
            if known.is_empty() {
                return true;
            }
            let sum = known.iter().fold((0.0, 0.0), |sum, at| (sum.0 + at.0, sum.1 + at.1));
            let mean = (sum.0 / known.len() as f64, sum.1 / known.len() as f64);
            // Nodes with the same only neighbour must not stand in one point, or nothing says which way to part.
            let aside = 3.0 * (node % 7) as f64;
            places[node] = Some(out_of(rects, (mean.0 + aside, mean.1 + aside)));
            false
        });
        if waiting.len() == before {
            break;
        }
    }
    let below = rects.iter().map(|rect| rect.bottom).fold(0.0, f64::max) + 100.0;
    for (at, node) in waiting.into_iter().enumerate() {
        places[node] = Some((150.0 * at as f64, below));
    }
}

/// The point moved out of the boxes over their nearest sides.
fn out_of(rects: &[Rect], mut at: Point) -> Point {
    const CLEAR: f64 = 75.0;
    for rect in rects {
        if rect.shared(Rect::around(at, (1.0, 1.0))) == 0.0 {
            continue;
        }
        let ways = [
            (at.0 - rect.left, (rect.left - CLEAR - 30.0, at.1)),
            (rect.right - at.0, (rect.right + CLEAR + 30.0, at.1)),
            (at.1 - rect.top, (at.0, rect.top - CLEAR)),
            (rect.bottom - at.1, (at.0, rect.bottom + CLEAR)),
        ];
        at = ways.into_iter().min_by(|a, b| a.0.total_cmp(&b.0)).map_or(at, |way| way.1);
    }
    at
}

/// The lines of the links: straight ones, bent where several join the same two nodes or a node stands in the way.
fn lines(chart: &Chart, sizes: &Sizes, nodes: &[Point]) -> Vec<Curve> {
    let mut parallel: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for link in &chart.links {
        *parallel.entry((link.from.min(link.to), link.from.max(link.to))).or_default() += 1;
    }
    let mut boxes = Taken::default();
    for (&middle, &size) in nodes.iter().zip(&sizes.nodes) {
        boxes.add(Rect::around(middle, size).grown(2.0));
    }
    let mut drawn: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    let line = |link: &jaal_model::answer::ChartLink| {
        let pair = (link.from.min(link.to), link.from.max(link.to));
        let number = drawn.entry(pair).or_default();
        let bend = (*number as f64 - (parallel[&pair] - 1) as f64 / 2.0) * 30.0;
        let points = if link.from == link.to {
            loop_at(nodes[link.from], sizes.nodes[link.from], *number)
        } else {
            // The bend is measured from the lower number, so that opposite links do not lie on each other.
            let bend = if link.from < link.to { bend } else { -bend };
            let outline = |node: usize| (nodes[node], sizes.nodes[node], words::shape_of(&chart.nodes[node]));
            clearest(outline(link.from), outline(link.to), bend, &boxes)
        };
        *number += 1;
        Curve { points, label: None }
    };
    chart.links.iter().map(line).collect()
}

/// The curve that crosses the fewest nodes among some bends around the wanted one, the least bent first.
fn clearest(from: Outline, to: Outline, bend: f64, boxes: &Taken) -> Vec<Point> {
    let mut found: Option<(usize, Vec<Point>)> = None;
    for extra in [0.0, 18.0, -18.0, 36.0, -36.0, 60.0, -60.0, 90.0, -90.0, 130.0, -130.0] {
        let curve = Curve { points: bent(from, to, bend + extra), label: None };
        let along = curve.along(32);
        // Both ends touch their own nodes; what counts is between.
        let inner = along.get(3..along.len().saturating_sub(3)).unwrap_or_default();
        let crossed = inner.iter().filter(|&&at| boxes.covered(Rect::around(at, (2.0, 2.0))) > 0.0).count();
        if found.as_ref().is_none_or(|(least, _)| crossed < *least) {
            found = Some((crossed, curve.points));
        }
        if crossed == 0 {
            break;
        }
    }
    found.map(|(_, points)| points).unwrap_or_default()
}

/// A loop at the right side of a node.
fn loop_at(middle: Point, size: (f64, f64), number: usize) -> Vec<Point> {
    let (right, reach) = (middle.0 + size.0 / 2.0, 34.0 + 22.0 * number as f64);
    let end = |y: f64| (right - 2.0, middle.1 + y);
    vec![end(-5.0), (right + reach, middle.1 - reach), (right + reach, middle.1 + reach), end(5.0)]
}

type Outline = (Point, (f64, f64), Shape);

/// A curve from outline to outline whose middle lies `bend` beside the straight line.
fn bent(from: Outline, to: Outline, bend: f64) -> Vec<Point> {
    let (a, d) = (from.0, to.0);
    let (x, y) = (d.0 - a.0, d.1 - a.1);
    let length = x.hypot(y).max(1e-6);
    // The middle of a cubic curve moves three quarters of the way that its inner points move.
    let side = (-y / length * bend * 4.0 / 3.0, x / length * bend * 4.0 / 3.0);
    let b = (a.0 + x * 0.3 + side.0, a.1 + y * 0.3 + side.1);
    let c = (a.0 + x * 0.7 + side.0, a.1 + y * 0.7 + side.1);
    let steps = 200;
    let at = |step: usize| cubic(a, b, c, d, step as f64 / f64::from(steps));
    let first = (0..steps as usize).find(|&step| !inside(at(step), from)).unwrap_or(0);
    let last =
        (first + 1..=steps as usize).rev().find(|&step| !inside(at(step), to)).unwrap_or(steps as usize);
    part([a, b, c, d], first as f64 / f64::from(steps), last as f64 / f64::from(steps))
}

fn inside(point: Point, (middle, size, shape): Outline) -> bool {
    let (x, y) = ((point.0 - middle.0).abs() / (size.0 / 2.0), (point.1 - middle.1).abs() / (size.1 / 2.0));
    if shape == Shape::Ellipse { x * x + y * y < 1.0 } else { x < 1.0 && y < 1.0 }
}

/// The part of a cubic curve between two parameters (de Casteljau's subdivision, as blossoms).
fn part([a, b, c, d]: [Point; 4], from: f64, to: f64) -> Vec<Point> {
    let mix = |p: Point, q: Point, t: f64| (p.0 + (q.0 - p.0) * t, p.1 + (q.1 - p.1) * t);
    let blossom = |r: f64, s: f64, t: f64| {
        let (ab, bc, cd) = (mix(a, b, r), mix(b, c, r), mix(c, d, r));
        mix(mix(ab, bc, s), mix(bc, cd, s), t)
    };
    vec![blossom(from, from, from), blossom(from, from, to), blossom(from, to, to), blossom(to, to, to)]
}
