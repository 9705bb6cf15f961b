//! What each agency writes down of the world, one file of this folder an agency.

mod cca;
mod finmon;
mod newcomers;
mod police;
mod registers;
mod telecom;

use super::sheet::Output;
use super::world::{Member, Person, World};

/// Writes the deliveries of all agencies, and the later list of new arrests.
pub(super) fn all(world: &World, out: &mut Output) {
    cca::deliver(world, out);
    police::deliver(world, out);
    telecom::deliver(world, out);
    finmon::deliver(world, out);
    registers::deliver(world, out);
    newcomers::deliver(world, out);
}

/// An arrest or a nomination: a member named in a case.
struct Naming<'a> {
    member: &'a Member,
    person: &'a Person,
    /// Index of the case.
    case: usize,
    on: super::calendar::Day,
    arrested: bool,
}

/// Every naming of the campaign, in order of day. A member named in a further case is nominated there.
fn namings(world: &World) -> Vec<Naming<'_>> {
    let mut all = Vec::new();
    for (place, member) in world.members.iter().enumerate() {
        let person = &world.people[member.person];
        let arrested = member.unit.is_some();
        let later = if arrested { 0 } else { place as i64 % 4 };
        all.push(Naming {
            member,
            person,
            case: member.case,
            on: world.cases[member.case].raided.plus(later),
            arrested,
        });
        if let Some(case) = member.further_case {
            all.push(Naming { member, person, case, on: world.cases[case].raided.plus(1), arrested: false });
        }
    }
    all.sort_by_key(|naming| (naming.on, naming.case, naming.member.person));
    all
}

/// `fir=...`.
fn fir_key(world: &World, case: usize) -> String {
    format!("fir={}", world.cases[case].number)
}

/// A text, or nothing.
fn or_blank(text: Option<&str>) -> &str {
    text.unwrap_or_default()
}
