//! Phones, handsets and calls of the world.
//!
//! Everyday people call inside their circle and a few services everybody calls. Networks call in tiers:
//! callers to the receptionist of their unit, receptionists to organisers, organisers to each other. Numbers
//! used in a network are mostly registered to straws: registered-to is not used-by.

use super::calendar::{Day, Moment};
use super::numbers;
use super::raids::NETWORKS;
use super::rng::Rng;
use super::world::{Call, Operator, Party, PersonNo, Phone, PhoneNo, Role, World};

/// First day of the delivered call records.
const RECORDS_FIRST: Day = Day::of(2025, 8, 20);
/// Days of the delivered call records.
const RECORDS_DAYS: i64 = 76;
/// Everyday person who answers the courier's number, called by everybody.
const COURIER: PersonNo = 3;
/// Everyday person who answers the power utility's number, called by everybody.
const UTILITY: PersonNo = 5;

/// Who has which phones, for quick drawing.
struct Book {
    of: Vec<Vec<PhoneNo>>,
    circles: Vec<Vec<PersonNo>>,
}

/// Fills the world with phones, then calls.
pub(super) fn stage(world: &mut World) {
    let mut rng = Rng::of("phones");
    for person in 0..world.everyday {
        let registrant = if rng.chance(8) && person > 0 { person - 1 } else { person };
        give_phone(world, &mut rng, person, registrant, None);
        if rng.chance(25) {
            give_phone(world, &mut rng, person, person, None);
        }
    }
    for index in 0..world.members.len() {
        equip(world, &mut rng, index);
    }
    let book = Book::of(world);
    let mut rng = Rng::of("calls");
    everyday_calls(world, &book, &mut rng);
    for network in 0..NETWORKS {
        network_calls(world, &book, &mut rng, network);
    }
    bridge_calls(world, &book, &mut rng);
    let keep = |call: &Call| call.from != call.to;
    world.calls.retain(keep);
}

/// Sorts the calls by time; of two calls between the same ends in the same second only one is kept.
pub(super) fn settle(world: &mut World) {
    world.calls.sort_by_key(|call| (call.at, call.from, call.to));
    world.calls.dedup_by_key(|call| (call.at, call.from, call.to));
}

/// Gives a person a phone, in a new handset unless one is named, and returns it.
pub(super) fn give_phone(
    world: &mut World,
    rng: &mut Rng,
    user: PersonNo,
    registrant: PersonNo,
    handset: Option<usize>,
) -> PhoneNo {
    let number = world.phones.len();
    let operator = if rng.chance(55) { Operator::Alpha } else { Operator::Beta };
    let handset = handset.unwrap_or_else(|| {
        world.handsets.push(numbers::imei(world.handsets.len() as u64 + 1));
        world.handsets.len() - 1
    });
    world.phones.push(Phone {
        digits: numbers::msisdn(number as u64 + 1, operator),
        operator,
        imsi: numbers::imsi(number as u64 + 1),
        registrant,
        user,
        activated: Day::of(2019, 1, 1).plus(rng.between(0, 6 * 365)),
        franchise: rng.below(60),
        handsets: vec![handset],
    });
    number
}

/// Gives a member phones. SIMs registered to a straw come from the network's one franchise, shortly before
/// use.
fn equip(world: &mut World, rng: &mut Rng, index: usize) {
    let (person, network, role) = {
        let member = &world.members[index];
        (member.person, member.network, member.role)
    };
    let phones = match role {
        Role::Organiser => 3,
        Role::Receptionist | Role::Mule | Role::SimSupplier => 2,
        Role::Facilitator | Role::Caller => 1,
    };
    let has_papers = world.people[person].cnic.is_some();
    let mut shared = None;
    for number in 0..phones {
        let own = has_papers && number == 0 && !matches!(role, Role::Organiser | Role::Receptionist);
        let straw = *rng.pick(&world.straws[network]);
        // An organiser's second and third SIM go into one handset by turns.
        let handset = if number == 2 { shared } else { None };
        let phone = give_phone(world, rng, person, if own { person } else { straw }, handset);
        shared = Some(world.phones[phone].handsets[0]);
        if !own {
            world.phones[phone].franchise = 70 + network;
            world.phones[phone].activated = Day::of(2025, 6, 1).plus(rng.between(0, 60));
        }
    }
}

impl Book {
    fn of(world: &World) -> Self {
        let mut of = vec![Vec::new(); world.people.len()];
        for (number, phone) in world.phones.iter().enumerate() {
            of[phone.user].push(number);
        }
        let mut circles = Vec::new();
        for (person, entry) in world.people.iter().enumerate().take(world.everyday) {
            if entry.circle >= circles.len() {
                circles.resize(entry.circle + 1, Vec::new());
            }
            circles[entry.circle].push(person);
        }
        Self { of, circles }
    }

    /// Someone of a person's everyday circle, or anyone where the person has none.
    fn mate(&self, world: &World, rng: &mut Rng, person: PersonNo) -> PersonNo {
        match self.circles.get(world.people[person].circle) {
            Some(mates) => *rng.pick(mates),
            None => rng.below(world.everyday),
        }
    }
}

/// Records a call between two people on one of their phones, on a working day's hours.
fn call(world: &mut World, book: &Book, rng: &mut Rng, from: PersonNo, to: PersonNo) {
    let (Some(&first), Some(&second)) = (book.of[from].first(), book.of[to].first()) else { return };
    let from_phone = if rng.chance(60) { first } else { *rng.pick(&book.of[from]) };
    let to_phone = if rng.chance(60) { second } else { *rng.pick(&book.of[to]) };
    let at = moment(rng);
    push_call(world, rng, Party::Phone(from_phone), Party::Phone(to_phone), at);
}

/// A moment of the recorded period, between 08:00 and 23:00.
fn moment(rng: &mut Rng) -> Moment {
    Moment::of(RECORDS_FIRST.plus(rng.between(0, RECORDS_DAYS - 1)), rng.between(8 * 3600, 23 * 3600))
}

/// Records a call; one in six is a message.
pub(super) fn push_call(world: &mut World, rng: &mut Rng, from: Party, to: Party, at: Moment) {
    let sms = rng.chance(16);
    let seconds = if sms { 0 } else { rng.between(4, 90) * rng.between(1, 9) };
    world.calls.push(Call { from, to, at, seconds, sms });
}

/// Calls of ordinary people: their circle, some strangers, the courier, the utility, services.
fn everyday_calls(world: &mut World, book: &Book, rng: &mut Rng) {
    for person in 0..world.people.len() {
        let ordinary = person < world.everyday;
        for _ in 0..if ordinary { rng.between(1, 5) } else { rng.between(0, 2) } {
            let mate = if rng.chance(90) { book.mate(world, rng, person) } else { rng.below(world.everyday) };
            call(world, book, rng, person, mate);
        }
        if rng.chance(22) {
            call(world, book, rng, COURIER, person);
        }
        if rng.chance(12) {
            call(world, book, rng, person, UTILITY);
        }
        let Some(&phone) = book.of[person].first() else { continue };
        let at = moment(rng);
        match rng.below(12) {
            0 => push_call(world, rng, Party::Phone(phone), Party::Service("8558"), at),
            1 => world.calls.push(Call {
                from: Party::Service("SYNBANK"),
                to: Party::Phone(phone),
                at,
                seconds: 0,
                sms: true,
            }),
            _ => {}
        }
    }
}

/// Calls inside a network, by tier, and to the people it cheats.
fn network_calls(world: &mut World, book: &Book, rng: &mut Rng, network: usize) {
    let organisers = world.role(network, Role::Organiser);
    let receptionists = world.role(network, Role::Receptionist);
    let suppliers = world.role(network, Role::SimSupplier);
    let facilitators = world.role(network, Role::Facilitator);
    let roster: Vec<(PersonNo, Role, Option<usize>)> =
        world.members.iter().filter(|m| m.network == network).map(|m| (m.person, m.role, m.unit)).collect();
    for (place, &(person, role, unit)) in roster.iter().enumerate() {
        let desk = receptionists[unit.unwrap_or(place) % receptionists.len()];
        match role {
            Role::Caller => {
                for _ in 0..rng.between(2, 4) {
                    call(world, book, rng, person, desk);
                }
                let (colleague, _, _) = roster[(place + roster.len() / 10 + 1) % roster.len()];
                call(world, book, rng, person, colleague);
                for _ in 0..rng.between(2, 4) {
                    let victim = rng.below(world.everyday);
                    call(world, book, rng, person, victim);
                }
            }
            Role::Receptionist | Role::Facilitator => {
                for _ in 0..rng.between(3, 6) {
                    let to = *rng.pick(&organisers);
                    call(world, book, rng, person, to);
                }
                let peer = *rng.pick(&receptionists);
                call(world, book, rng, person, peer);
            }
            Role::Mule => {
                for _ in 0..3 {
                    call(world, book, rng, person, desk);
                }
            }
            Role::Organiser => {
                for &peer in organisers.iter().chain(&suppliers).chain(&facilitators) {
                    for _ in 0..2 {
                        call(world, book, rng, person, peer);
                    }
                }
            }
            Role::SimSupplier => {
                for _ in 0..5 {
                    let to = *rng.pick(&receptionists);
                    call(world, book, rng, person, to);
                }
            }
        }
    }
}

/// Calls that join networks: each bridging member to the organisers of the other network, and the organisers
/// of the three networks that share a landlord to that landlord.
fn bridge_calls(world: &mut World, book: &Book, rng: &mut Rng) {
    let bridges: Vec<(PersonNo, usize)> = world
        .members
        .iter()
        .filter_map(|m| m.further_case.map(|case| (m.person, world.cases[case].network)))
        .collect();
    for (person, other) in bridges {
        for organiser in world.role(other, Role::Organiser) {
            call(world, book, rng, person, organiser);
            call(world, book, rng, organiser, person);
        }
    }
    for network in [0, 2, 4] {
        if let Some(&organiser) = world.role(network, Role::Organiser).first() {
            let lessor = world.shared_lessor;
            call(world, book, rng, organiser, lessor);
            call(world, book, rng, lessor, organiser);
        }
    }
}
