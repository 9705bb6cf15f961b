//! Charts to draw, made up: a path, a star, clusters, and random ones.
#![allow(dead_code, reason = "each test file uses some of the charts")]

use jaal_model::answer::{Chart, ChartGroup, ChartLink, ChartNode, Emphasis, EntityRef};
use jaal_model::{Certainty, IdentityId, Level, Marking, OpaqueKey};
use std::collections::BTreeSet;

/// A node number `number` of a kind.
pub(crate) fn node(number: u64, kind: &str, label: &str) -> ChartNode {
    ChartNode {
        entity: EntityRef {
            id: OpaqueKey([3; 32]).entity(IdentityId(number)),
            kinds: vec![kind.to_owned()],
            label: label.to_owned(),
            key: None,
        },
        lines: Vec::new(),
        emphasis: Emphasis::Plain,
        group: None,
        degree: 1,
    }
}

/// A link that folds `count` links.
pub(crate) fn link(from: usize, to: usize, link_type: &str, count: u64) -> ChartLink {
    ChartLink {
        from,
        to,
        link_type: link_type.to_owned(),
        count,
        first: (count > 1).then(|| "2025-09-01".to_owned()),
        last: (count > 1).then(|| "2025-10-04".to_owned()),
        note: None,
        certainty: [Certainty::Confirmed, Certainty::Tentative, Certainty::Unconfirmed][from % 3],
        emphasis: Emphasis::Plain,
    }
}

/// A chart without nodes, with everything that a frame shows.
pub(crate) fn blank(title: &str) -> Chart {
    Chart {
        title: title.to_owned(),
        marking: Marking {
            level: Level::Restricted,
            compartments: ["CYBER".to_owned()].into(),
            releasable_to: BTreeSet::default(),
        },
        notes: vec!["2 hubs were reached but not walked through".to_owned()],
        commit: 12,
        image: "0123456789abcdef0123456789abcdef".to_owned(),
        parameters: vec![
            ("hops".to_owned(), "2".to_owned()),
            ("grade".to_owned(), "2C or better".to_owned()),
        ],
        ..Chart::default()
    }
}

/// A path of six steps whose links do not all point the same way.
pub(crate) fn path() -> Chart {
    let mut chart = blank("Shortest path: Bilal Anwar to Zarak Khan");
    let steps = [
        ("Person", "Bilal Anwar"),
        ("Phone", "+923001234567"),
        ("Device", "352099001761481"),
        ("Sim", "8992410123456789012"),
        ("Account", "PK36SCBL0000001123456702"),
        ("Company", "Margalla Traders (Pvt) Ltd"),
        ("Person", "Zarak Khan"),
    ];
    chart.nodes = (0..).zip(steps).map(|(n, (kind, label))| node(n, kind, label)).collect();
    chart.nodes[0].lines = vec!["cnic 61101-1234567-1".to_owned(), "arrested 2025-10-04".to_owned()];
    for end in [0, 6] {
        chart.nodes[end].emphasis = Emphasis::Strong;
    }
    let types = ["USES", "USED_IN", "USED_IN", "REGISTERED_WITH", "HELD_BY", "DIRECTOR_OF"];
    for (at, link_type) in types.iter().enumerate() {
        let (from, to) = if at % 2 == 0 { (at, at + 1) } else { (at + 1, at) };
        let mut link = link(from, to, link_type, if at == 1 { 37 } else { 1 });
        link.emphasis = Emphasis::Strong;
        chart.links.push(link);
    }
    chart.links[3].note = Some("Rs 1,250,000".to_owned());
    chart
}

/// A phone with 40 others around it.
pub(crate) fn star() -> Chart {
    let mut chart = blank("Neighbourhood of +923001234567, 1 hop");
    chart.nodes.push(node(0, "Phone", "+923001234567"));
    chart.nodes[0].emphasis = Emphasis::Strong;
    for leaf in 1..=40 {
        let kind = ["Phone", "Phone", "ShortCode", "Person"][leaf % 4];
        chart.nodes.push(node(leaf as u64, kind, &format!("+9232{:08}", leaf * 104_729)));
        let (from, to) = if leaf % 3 == 0 { (leaf, 0) } else { (0, leaf) };
        chart.links.push(link(from, to, if kind == "Person" { "SUBSCRIBER" } else { "CALLED" }, leaf as u64));
    }
    chart
}

/// 150 nodes in three clusters of 40 and 30 outside, about 190 links.
pub(crate) fn clusters() -> Chart {
    let mut chart = blank("Networks around the Gulberg call centre");
    let kinds =
        ["Person", "Phone", "Device", "Account", "Premises", "Case", "Vehicle", "Arrest", "Company", "Sim"];
    for (number, title) in ["Network 1 (40)", "Network 2 (40)", "Network 3 (40)"].into_iter().enumerate() {
        chart.groups.push(ChartGroup { title: title.to_owned() });
        for member in 0..40_usize {
            let at = chart.nodes.len();
            let kind = kinds[(member * 7 + number) % kinds.len()];
            let mut node = node(at as u64, kind, &format!("{kind} {:05}", (at * 7_919) % 100_000));
            node.group = Some(number);
            node.lines =
                if member % 4 == 0 { vec![format!("since 2025-0{}-11", 1 + member % 9)] } else { vec![] };
            node.emphasis = if member == 0 { Emphasis::Strong } else { Emphasis::Plain };
            chart.nodes.push(node);
            if member > 0 {
                let parent = number * 40 + (member - 1) / 3;
                let mut link =
                    link(parent, at, ["USES", "CALLED", "PAID"][member % 3], 1 + (member as u64 * 5) % 40);
                link.note = (member % 3 == 2).then(|| format!("Rs {},000", 10 * member));
                chart.links.push(link);
            }
            if member > 8 && member % 4 == 0 {
                chart.links.push(link(at, number * 40 + (member * 3) % 8, "SEEN_AT", 2));
            }
        }
    }
    for extra in 0..30_usize {
        let at = chart.nodes.len();
        chart.nodes.push(node(at as u64, kinds[extra % 4], &format!("+9233{:08}", extra * 1_299_709)));
        chart.links.push(link((extra * 11) % 120, at, "CALLED", 1 + extra as u64));
        if extra % 5 == 0 {
            chart.links.push(link(at, (extra * 11 + 47) % 120, "CALLED", 3));
        }
    }
    chart
}
