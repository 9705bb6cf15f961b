//! The planted truth, for tests alone: members, joiners, organiser pairs, new arrests and rows of evidence.
//!
//! Nothing of it is ever loaded into a database.

use super::raids::NETWORKS;
use super::sheet::{Evidence, Output, PLAIN, Sheet};
use super::world::{Role, Tie, World};

/// Rows of evidence kept for each type of link.
const KEPT: usize = 8;

/// Writes the truth files.
pub(super) fn write(world: &World, out: &mut Output) {
    members(world, out);
    joiners(world, out);
    paths(world, out);
    newcomers(world, out);
    evidence(out);
}

fn members(world: &World, out: &mut Output) {
    let mut sheet = Sheet::new("truth/members.csv", PLAIN);
    sheet.row(&["person", "network", "role", "name"]);
    for member in &world.members {
        let person = &world.people[member.person];
        sheet.row(&[&person.key(), &network_name(member.network), member.role.word(), &person.name]);
    }
    out.take(sheet);
}

/// Persons who join networks: the shared landlord, and members named in cases of two networks.
fn joiners(world: &World, out: &mut Output) {
    let mut sheet = Sheet::new("truth/joiners.csv", PLAIN);
    sheet.row(&["person", "kind", "networks"]);
    sheet.row(&[world.people[world.shared_lessor].key().as_str(), "shared_lessor", "N1;N3;N5"]);
    for member in &world.members {
        if let Some(case) = member.further_case {
            let both =
                format!("{};{}", network_name(member.network), network_name(world.cases[case].network));
            sheet.row(&[world.people[member.person].key().as_str(), "bridge", &both]);
        }
    }
    out.take(sheet);
}

/// Pairs of organisers and a number of links within which a path surely joins them: person, phone, phone,
/// person inside a network; by company, premises and landlord between the networks that share the landlord.
fn paths(world: &World, out: &mut Output) {
    let mut sheet = Sheet::new("truth/paths.csv", PLAIN);
    sheet.row(&["from", "to", "networks", "links_at_most"]);
    let organiser = |network, place: usize| {
        world.role(network, Role::Organiser).get(place).map(|&p| world.people[p].key()).unwrap_or_default()
    };
    for network in 0..NETWORKS - 1 {
        sheet.row(&[organiser(network, 0), organiser(network, 1), network_name(network), "3".to_owned()]);
    }
    for (one, other) in [(0, 2), (0, 4), (2, 4)] {
        let both = format!("{};{}", network_name(one), network_name(other));
        sheet.row(&[organiser(one, 0), organiser(other, 0), both, "6".to_owned()]);
    }
    out.take(sheet);
}

fn newcomers(world: &World, out: &mut Output) {
    let mut sheet = Sheet::new("truth/new_arrests.csv", PLAIN);
    sheet.row(&["person", "tie", "network"]);
    for newcomer in &world.newcomers {
        let tie = match newcomer.tie {
            Tie::Phone => "phone",
            Tie::Handset => "handset",
            Tie::Account => "account",
            Tie::Premises => "premises",
            Tie::Subscriber => "subscriber",
            Tie::Known => "known",
            Tie::None => "none",
        };
        let network = newcomer.network.map(network_name).unwrap_or_default();
        sheet.row(&[&world.people[newcomer.person].key(), tie, &network]);
    }
    out.take(sheet);
}

/// A few rows for each type of link, spread over all that were noted.
fn evidence(out: &mut Output) {
    let mut noted: Vec<Evidence> = std::mem::take(&mut out.evidence);
    noted.sort_by(|a, b| (a.link, &a.file, a.line, &a.to).cmp(&(b.link, &b.file, b.line, &b.to)));
    let mut sheet = Sheet::new("truth/evidence.csv", PLAIN);
    sheet.row(&["link_type", "from_key", "to_key", "file", "line"]);
    for rows in noted.chunk_by(|a, b| a.link == b.link) {
        let step = rows.len().div_ceil(KEPT).max(1);
        for row in rows.iter().step_by(step) {
            sheet.row(&[row.link, &row.from, &row.to, &row.file, &row.line.to_string()]);
        }
    }
    out.take(sheet);
}

fn network_name(network: usize) -> String {
    format!("N{}", network + 1)
}
