//! Twelve people arrested after the campaign: eight tied to networks, two known already, two strangers.

use super::calendar::{Day, Moment};
use super::people::Registry;
use super::rng::Rng;
use super::telecom;
use super::world::{Holder, Newcomer, Party, PersonNo, Role, Tie, World};

/// The day of the arrests.
pub(super) const ARRESTED: Day = Day::of(2025, 11, 5);

const PLAN: [(Tie, Option<usize>); 12] = [
    (Tie::Phone, Some(0)),
    (Tie::Handset, Some(1)),
    (Tie::Account, Some(2)),
    (Tie::Known, Some(3)),
    (Tie::None, None),
    (Tie::Handset, Some(3)),
    (Tie::Premises, Some(0)),
    (Tie::Account, Some(4)),
    (Tie::Phone, Some(5)),
    (Tie::Known, Some(0)),
    (Tie::Subscriber, Some(1)),
    (Tie::None, None),
];

/// Fills the world with the newcomers and the calls that two of them made.
pub(super) fn stage(world: &mut World, registry: &mut Registry) {
    let mut rng = Rng::of("newcomers");
    for (number, (tie, network)) in PLAN.into_iter().enumerate() {
        let person = if let (Tie::Known, Some(network)) = (tie, network) {
            known(world, network)
        } else {
            let foreign = matches!(tie, Tie::Handset | Tie::Phone) && number % 2 == 0;
            let person =
                if foreign { registry.foreigner(0, 20_000) } else { registry.citizen(number, 20_000) };
            world.people.push(person);
            world.people.len() - 1
        };
        let mut newcomer =
            Newcomer { person, network, tie, phone: None, handset: None, account: None, unit: None };
        if let Some(network) = network {
            tie_to(world, &mut rng, &mut newcomer, network, number);
        }
        world.newcomers.push(newcomer);
    }
}

/// A member with papers who was named in a case of the campaign but not arrested.
fn known(world: &World, network: usize) -> PersonNo {
    world
        .members
        .iter()
        .rfind(|m| m.network == network && m.unit.is_none() && world.people[m.person].cnic.is_some())
        .map_or(0, |m| m.person)
}

fn tie_to(world: &mut World, rng: &mut Rng, newcomer: &mut Newcomer, network: usize, number: usize) {
    match newcomer.tie {
        Tie::Phone => {
            // Registered to somebody unrelated: only the calls tell.
            let phone = telecom::give_phone(world, rng, newcomer.person, 600 + number, None);
            newcomer.phone = Some(phone);
            newcomer.handset = Some(world.phones[phone].handsets[0]);
            let contacts =
                [world.role(network, Role::Receptionist), world.role(network, Role::Organiser)].concat();
            for turn in 0..8 {
                let to = world.phones_of(contacts[turn % contacts.len()])[0];
                let at = Moment::of(Day::of(2025, 9, 10).plus(turn as i64 * 4), rng.between(30_000, 80_000));
                telecom::push_call(world, rng, Party::Phone(phone), Party::Phone(to), at);
            }
        }
        Tie::Handset => {
            let organisers = world.role(network, Role::Organiser);
            let phone = world.phones_of(organisers[0])[1];
            newcomer.handset = Some(world.phones[phone].handsets[0]);
        }
        Tie::Account => {
            let mules = world.role(network, Role::Mule);
            newcomer.account = world.accounts.iter().rposition(|a| a.holder == Holder::Person(mules[0]));
        }
        Tie::Premises => {
            newcomer.unit = world.units.iter().position(|u| world.cases[u.case].network == network);
        }
        Tie::Subscriber => {
            let straw = world.straws[network][0];
            newcomer.phone = Some(telecom::give_phone(world, rng, newcomer.person, straw, None));
        }
        Tie::Known | Tie::None => {}
    }
}
