//! The questions, with the meanings of the peers' Cypher: no link is used twice in one match.

use jaal_engine::Reading;
use jaal_engine::algorithms::paths::Workspace;
use jaal_engine::analysis::path::{PathQuestion, path};
use jaal_engine::csr::{Adjacency, Budget, Direction, LinkHandle};
use jaal_engine::graph::View;
use jaal_engine::model::{Key, NodeIdx, Value as Property};
use serde_json::{Value, json};
use std::error::Error;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Instant;

/// The longest path asked for, as the peers' queries have it.
const MAX_HOPS: u32 = 30;

/// Asks everything about the persons of `pairs.csv`.
pub(super) fn ask(reading: &Reading, pairs: &Path, out: &mut dyn FnMut(Value)) -> Result<(), Box<dyn Error>> {
    let rows = read_pairs(pairs)?;
    let view = &reading.view;
    let firsts: Vec<i64> = rows.iter().map(|[a, _, _]| *a).collect();
    let members: Vec<i64> = rows.iter().map(|[_, _, m]| *m).collect();
    timed("point", &firsts, out, |id| born(view, *id));
    timed("ego2", &firsts, out, |id| ego2(view, *id));
    timed("shared_phone", &members, out, |id| shared_phone(view, *id));
    let mut workspace = Workspace::new();
    timed("shortest", &rows, out, |[a, b, _]| shortest(view, *a, *b, &mut workspace));
    reading.view.intact()?;
    Ok(())
}

/// Times one question over all its subjects and tells the sum of the answers.
pub(super) fn timed<T>(
    task: &str,
    subjects: &[T],
    out: &mut dyn FnMut(Value),
    mut question: impl FnMut(&T) -> i64,
) {
    let mut times: Vec<f64> = Vec::with_capacity(subjects.len());
    let mut check = 0;
    for subject in subjects {
        let start = Instant::now();
        check += question(subject);
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times.get(((times.len() as f64 * share) as usize).min(times.len() - 1)).copied();
    out(json!({ "task": task, "n": times.len(), "p50_ms": at(0.5), "p99_ms": at(0.99), "check": check }));
}

fn person(view: &View, id: i64) -> Option<NodeIdx> {
    view.find_key(&Key::new("case.person", id.to_string()))
}

fn number(view: &View, node: NodeIdx, property: &str) -> i64 {
    if let Property::Int(number) = view.property(node, property) { number } else { 0 }
}

fn born(view: &View, id: i64) -> i64 {
    person(view, id).map_or(0, |node| number(view, node, "born"))
}

/// Calls `visit` with every link of a node and the node at its other end.
fn each_link(view: &View, node: u32, direction: Direction, visit: &mut dyn FnMut(LinkHandle, u32)) {
    let _ = view.runs(node, direction, &mut |run| {
        run.neighbours.iter().enumerate().for_each(|(at, other)| visit(run.link(at), *other));
        ControlFlow::Continue(())
    });
}

/// How many entities are two links away.
fn ego2(view: &View, id: i64) -> i64 {
    let Some(start) = person(view, id) else { return 0 };
    let mut found = Vec::new();
    each_link(view, start.0, Direction::Both, &mut |first, middle| {
        each_link(view, middle, Direction::Both, &mut |second, end| {
            if first != second {
                found.push(end);
            }
        });
    });
    found.sort_unstable();
    found.dedup();
    found.len() as i64
}

/// The sum of the ids of the people who use a phone that the person uses.
fn shared_phone(view: &View, id: i64) -> i64 {
    let (Some(start), Some(uses)) = (person(view, id), view.link_type("USES")) else { return 0 };
    let mut found = Vec::new();
    each_link(view, start.0, Direction::Out, &mut |link, phone| {
        if link.link_type == uses {
            each_link(view, phone, Direction::In, &mut |link, other| {
                if link.link_type == uses && other != start.0 {
                    found.push(other);
                }
            });
        }
    });
    found.sort_unstable();
    found.dedup();
    found.into_iter().map(|node| number(view, NodeIdx(node), "id")).sum()
}

/// The length of the shortest path, with the whole answer that an investigator gets; -1 where there is none.
fn shortest(view: &View, a: i64, b: i64, workspace: &mut Workspace) -> i64 {
    let (Some(from), Some(to)) = (person(view, a), person(view, b)) else { return -1 };
    let question = PathQuestion { max_hops: MAX_HOPS, ..PathQuestion::between(from, to) };
    match path(view, &question, workspace, &Budget::default()) {
        Ok(answer) => answer.length.map_or(-1, i64::from),
        Err(_) => -1,
    }
}

/// The rows of `pairs.csv`: two persons, and a member of a planted network.
fn read_pairs(path: &Path) -> Result<Vec<[i64; 3]>, Box<dyn Error>> {
    let text = std::fs::read_to_string(path)?;
    let rows = text.lines().skip(1).filter(|line| !line.trim().is_empty());
    rows.map(|line| {
        let numbers: Vec<i64> =
            line.split(',').map(|field| field.trim().parse()).collect::<Result<_, _>>()?;
        <[i64; 3]>::try_from(numbers).map_err(|_| format!("three numbers expected, found `{line}`").into())
    })
    .collect()
}
