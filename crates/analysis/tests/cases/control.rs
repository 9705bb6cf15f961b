//! What members of a network control by the registers, and which members a chart of it shows.

use crate::common::{Case, CaseBuilder, on};
use jaal_analysis::chart::{NetworkChart, network_chart};
use jaal_analysis::control::control;
use jaal_analysis::networks::{NetworkConfig, Networks, networks};
use jaal_analysis::ties::{TieProfile, Ties, ties};
use jaal_csr::Budget;
use std::collections::BTreeSet;

fn person(n: u32) -> String {
    format!("cnic=35202000{n:05}")
}

fn phone(n: u32) -> String {
    format!("msisdn=+92300{n:07}")
}

fn grouped(case: &Case) -> (Ties, Networks) {
    let ties = ties(&case.view, &TieProfile::default(), &Budget::default()).unwrap();
    let found = networks(&ties, &NetworkConfig::default(), &Budget::default()).unwrap();
    (ties, found)
}

/// Five people of one case, four of them arrested in it.
fn raided() -> CaseBuilder {
    let mut case = CaseBuilder::new();
    case.delivery("Agency");
    for n in 1..=5 {
        case.link(&person(n), "INVOLVED_IN", "fir=1", &[]);
        if n != 3 {
            case.link(&person(n), "ARRESTED_IN", "fir=1", &[("at", on(9, 17))]);
        }
    }
    case
}

#[test]
fn control_counts_each_thing_once_and_puts_those_not_arrested_first() {
    let mut case = raided();
    // 1 rents one unit in two rows, and it was sealed; 2 directs a company at the other unit, sealed too; 3 controls as
    // much as 2 and was not arrested; 4 lets a unit that was sealed in a case of other people.
    case.link(&person(1), "RENTS", "unit=1", &[]).link(&person(1), "RENTS", "unit=1", &[]);
    case.link("unit=1", "SEALED_IN", "fir=1", &[]);
    case.link(&person(2), "DIRECTS", "secp=1", &[]).link(&person(2), "DIRECTS", "secp=2", &[]);
    case.link("secp=1", "REGISTERED_AT", "unit=2", &[]).link("unit=2", "SEALED_IN", "fir=1", &[]);
    case.link(&person(3), "LETS", "unit=2", &[]).link(&person(3), "RENTS", "unit=3", &[]);
    case.link(&person(4), "LETS", "unit=4", &[]).link("unit=4", "SEALED_IN", "fir=9", &[]);
    let case = case.build();
    let (ties, found) = grouped(&case);
    assert_eq!(found.members.len(), 1);
    let controls = control(&case.view, &ties, &found, 1).unwrap();
    let counted: Vec<(String, usize, usize, usize, bool)> = controls
        .iter()
        .map(|one| {
            let number = one.person.key.as_ref().unwrap().value[12..].to_owned();
            (number, one.companies.len(), one.premises.len(), one.cases.len(), one.arrested)
        })
        .collect();
    let row = |n: u32, c, p, f, held| (n.to_string(), c, p, f, held);
    let expected =
        [row(3, 0, 2, 1, false), row(2, 2, 0, 1, true), row(1, 0, 1, 1, true), row(4, 0, 1, 0, true)];
    assert_eq!(counted, expected);
    assert!(control(&case.view, &ties, &found, 2).is_err());
}

#[test]
fn a_network_chart_prefers_members_whom_something_shown_joins() {
    let mut case = raided();
    // 6 to 8 are tied to the others by calls alone, and strongly, over phones that nobody shares.
    for n in 6..=8 {
        case.link(&person(n), "USES", &phone(n), &[]);
        for other in 1..=5 {
            case.link(&person(other), "USES", &phone(100 + other), &[]);
            for day in 1..=20 {
                case.link(&phone(n), "CALLED", &phone(100 + other), &[("at", on(9, day))]);
            }
        }
    }
    let case = case.build();
    let (ties, found) = grouped(&case);
    assert_eq!(found.members[0].len(), 8);
    let shown = |members: usize, strong: usize| {
        let what = NetworkChart { members, strong, ..NetworkChart::of(vec![1]) };
        let chart = network_chart(&case.view, &ties, &found, &what).unwrap();
        let joined: BTreeSet<usize> = chart.links.iter().flat_map(|link| [link.from, link.to]).collect();
        let people = chart.nodes.iter().filter(|node| node.entity.kinds[0] == "Person").count();
        assert_eq!(people, members);
        let lone = (0..people).filter(|at| !joined.contains(at)).count();
        let said = chart.notes.iter().find(|note| note.contains("no link to anything else shown"));
        assert_eq!(lone == 0, said.is_none(), "{:?}", chart.notes);
        assert!(said.is_none_or(|note| note.starts_with(&lone.to_string())));
        lone
    };
    assert_eq!(shown(5, 0), 0, "five can be joined, so five joined ones are shown");
    assert_eq!(shown(8, 0), 3, "all are asked for, so the three are shown too");
}
