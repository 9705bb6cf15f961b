//! A view written out whole, numbers of nodes included and numbers of links not: two views are the same image when
//! their portraits are equal.

use jaal_csr::{Adjacency, Direction, LinkHandle};
use jaal_graph::View;
use jaal_model::NodeIdx;
use std::fmt::Write;
use std::ops::ControlFlow;

/// A view as text, one fact a line.
pub fn portrait(view: &View) -> String {
    let mut out = String::new();
    let (nodes, links) = (view.node_count(), view.link_count());
    writeln!(out, "{nodes} nodes {links} links digest {} marking {}", view.digest(), view.marking()).unwrap();
    writeln!(out, "kinds {:?} types {:?}", view.kinds(), view.link_types()).unwrap();
    writeln!(out, "properties {:?}", view.property_names().collect::<Vec<_>>()).unwrap();
    writeln!(out, "schemes {:?}", view.schemes().collect::<Vec<_>>()).unwrap();
    writeln!(out, "conflicts {} {:?}", view.conflict_count(), view.conflicts()).unwrap();
    for kind in 0..view.kinds().len() as u16 {
        let of: Vec<u32> = view.nodes_of_kind(kind).map(|node| node.0).collect();
        writeln!(out, "kind {kind} {} {of:?}", view.count_of_kind(kind)).unwrap();
    }
    for link_type in 0..view.link_types().len() as u16 {
        writeln!(out, "type {link_type} {}", view.link_count_of(link_type)).unwrap();
    }
    (0..nodes).for_each(|node| write_node(&mut out, view, NodeIdx(node)));
    out
}

fn write_node(out: &mut String, view: &View, node: NodeIdx) {
    let identities = view.identities(node);
    writeln!(out, "node {} {} kinds {:?}", node.0, view.entity_id(node), view.kinds_of(node)).unwrap();
    writeln!(out, "  identities {identities:?} keys {:?}", view.keys(node)).unwrap();
    writeln!(out, "  claims {:?} joins {:?}", view.node_claims(node), view.join_claims(node)).unwrap();
    writeln!(out, "  count {} properties {:?}", view.node_claim_count(node), view.properties(node)).unwrap();
    for identity in identities {
        assert_eq!(view.node_of_identity(identity), Some(node));
    }
    for key in view.keys(node) {
        assert_eq!(view.find_key(&key), Some(node), "{key:?}");
        if key.scheme != jaal_model::ROW_SCHEME {
            let hits = view.find_key_suffix(&key.value, 9);
            assert!(hits.contains(&(key.clone(), node)), "{key:?}");
            writeln!(out, "  suffix {hits:?}").unwrap();
        }
        assert!(view.find_key_prefix(Some(&key.scheme), &key.value, 9).contains(&(key.clone(), node)));
    }
    for name in ["name", "a", "b"].iter().filter_map(|name| view.text_property(node, name)) {
        let hits: Vec<_> = view.find_names(&name, 5).iter().map(|hit| (hit.node, hit.how)).collect();
        writeln!(out, "  find {name:?} {hits:?}").unwrap();
    }
    for direction in [Direction::Out, Direction::In, Direction::Both] {
        let mut degree = 0;
        let _ = view.runs(node.0, direction, &mut |run| {
            assert!(run.neighbours.is_sorted() && !run.neighbours.is_empty());
            degree += run.neighbours.len() as u64;
            writeln!(out, "  {direction:?} {} {} {:?}", run.link_type, run.out, run.neighbours).unwrap();
            for at in 0..run.neighbours.len() {
                write_link(out, view, run.link(at));
            }
            ControlFlow::Continue(())
        });
        assert_eq!(degree, view.degree(node.0, direction), "node {} {direction:?}", node.0);
    }
}

fn write_link(out: &mut String, view: &View, link: LinkHandle) {
    let (claims, ends) = (view.link_claims(link), view.ends(link));
    write!(out, "    {ends:?} {} {claims:?} {}", view.link_id(link), view.link_grade(link)).unwrap();
    write!(out, " {:?} {:?}", view.link_order(link), view.link_claim_count(link)).unwrap();
    let times = view.link_times(link);
    writeln!(out, " {:?} {:?} {times:?}", view.link_properties(link), view.link_validity(link)).unwrap();
}
