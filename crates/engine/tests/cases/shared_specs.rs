//! The specifications under `samples/specs` over public data, compared with what a plain reading of the files gives.

use crate::support::files::table;
use crate::support::{Desk, assert_sound, by_name, root, shared_data};
use jaal_engine::csr::{Adjacency, Direction, LinkHandle};
use jaal_engine::graph::View;
use jaal_engine::model::{Handover, Value};
use jaal_engine::{LoadReport, LoadRequest};
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::Path;

fn load(desk: &Desk, spec: &str, file: &Path) -> LoadReport {
    let spec = root().join(format!("samples/specs/{spec}.toml"));
    desk.load(LoadRequest::spec(&spec, &[file.to_owned()], Handover::default()).unwrap()).unwrap()
}

fn distinct<'a, T: Ord>(rows: &'a [Vec<String>], of: impl Fn(&'a [String]) -> T) -> u64 {
    rows.iter().map(|row| of(row)).collect::<BTreeSet<_>>().len() as u64
}

/// The links of a type.
fn links(view: &View, link_type: &str) -> Vec<LinkHandle> {
    let wanted = view.link_type(link_type).unwrap();
    let mut links = Vec::new();
    for node in 0..view.node_count() {
        let _ = view.runs(node, Direction::Out, &mut |run| {
            if run.link_type == wanted {
                links.extend((0..run.neighbours.len()).map(|at| run.link(at)));
            }
            ControlFlow::Continue(())
        });
    }
    links
}

#[test]
fn vast_calls() {
    let Some(folder) = shared_data("vast2008_cell_phone_calls", "vast_calls") else { return };
    let file = folder.join("cdr.csv");
    let desk = Desk::new();
    let report = load(&desk, "vast2008", &file);
    let rows = table(&file);
    let phones = distinct(
        &rows.iter().flat_map(|r| [vec![r[0].clone()], vec![r[1].clone()]]).collect::<Vec<_>>(),
        |r| &r[0],
    );
    assert_eq!((rows.len(), phones), (9_834, 400), "the file is another one");
    assert_eq!((report.counts.read, report.counts.accepted, report.counts.rejected), (9_834, 9_834, 0));
    assert_eq!((report.entities, report.links), (400, 9_834));
    let view = desk.database.read().unwrap().view;
    let seconds: i64 =
        links(&view, "CALLED").iter().filter_map(|l| whole(&view.link_property(*l, "seconds"))).sum();
    assert_eq!(seconds, rows.iter().map(|row| row[3].parse::<i64>().unwrap()).sum::<i64>());
    assert_sound(&desk.database);
}

fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Int(number) => Some(*number),
        _ => None,
    }
}

#[test]
fn fincen_transactions() {
    let Some(folder) = shared_data("icij_fincen_files", "fincen_transactions") else { return };
    let file = folder.join("download_transactions_map.csv");
    let desk = Desk::new();
    let report = load(&desk, "fincen-transactions", &file);
    let rows = table(&file);
    assert_eq!((rows.len() as u64, report.counts.rejected), (report.counts.accepted, 0));
    let info = desk.database.info().unwrap();
    let (kinds, types) = (by_name(&info.kinds), by_name(&info.link_types));
    assert_eq!(types["SENT"], distinct(&rows, |r| &r[0]));
    assert_eq!(types["FILED"], distinct(&rows, |r| (&r[2], &r[1])));
    let mentions =
        rows.iter().flat_map(|r| [vec![r[1].clone(), r[6].clone()], vec![r[1].clone(), r[10].clone()]]);
    assert_eq!(types["MENTIONS"], distinct(&mentions.collect::<Vec<_>>(), |r| (&r[0], &r[1])));
    assert_eq!(kinds["SuspiciousActivityReport"], distinct(&rows, |r| &r[1]));
    let view = desk.database.read().unwrap().view;
    let sent: i64 =
        links(&view, "SENT").iter().filter_map(|l| whole(&view.link_property(*l, "transactions"))).sum();
    assert_eq!(sent, rows.iter().filter_map(|row| row[14].parse::<i64>().ok()).sum::<i64>());
    assert_sound(&desk.database);
}

#[test]
fn fincen_connections() {
    let Some(folder) = shared_data("icij_fincen_files", "fincen_connections") else { return };
    let file = folder.join("download_bank_connections.csv");
    let desk = Desk::new();
    let report = load(&desk, "fincen-connections", &file);
    let rows = table(&file);
    assert_eq!((rows.len() as u64, report.counts.rejected), (report.counts.accepted, 0));
    let info = desk.database.info().unwrap();
    let (kinds, types) = (by_name(&info.kinds), by_name(&info.link_types));
    assert_eq!(types["FILED"], distinct(&rows, |r| (&r[1], &r[0])));
    assert_eq!(types["MENTIONS"], distinct(&rows, |r| (&r[0], &r[3])));
    assert_eq!(types["CONNECTED_TO"], distinct(&rows, |r| (&r[1], &r[3])));
    let banks = rows.iter().flat_map(|r| [vec![r[1].clone()], vec![r[3].clone()]]).collect::<Vec<_>>();
    assert_eq!(kinds["Bank"], distinct(&banks, |r| &r[0]));
    assert_sound(&desk.database);
}
