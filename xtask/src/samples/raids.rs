//! Six planted networks, the cases and sealed units they were raided in, and who was arrested.
//!
//! The sums of [`PLANS`] are the figures of the campaign: 537 people involved, 269 of them foreign nationals
//! (all arrested), 268 citizens of whom 55 were not arrested, 54 sealed units.

use super::calendar::CAMPAIGN_FIRST;
use super::people::{CITIES, Registry};
use super::rng::Rng;
use super::world::{Case, Member, PersonNo, Premises, Role, Unit, World};

/// Size and shape of a network.
struct Plan {
    size: usize,
    foreign: usize,
    absent: usize,
    /// Organisers among the absent.
    absent_organisers: usize,
    units: usize,
    cities: &'static [usize],
    /// Units let by the landlord that three networks share.
    shared_lets: usize,
}

const PLANS: [Plan; 6] = [
    Plan {
        size: 110,
        foreign: 60,
        absent: 11,
        absent_organisers: 3,
        units: 11,
        cities: &[0, 1, 2],
        shared_lets: 4,
    },
    Plan {
        size: 108,
        foreign: 70,
        absent: 11,
        absent_organisers: 3,
        units: 11,
        cities: &[2, 1],
        shared_lets: 0,
    },
    Plan {
        size: 104,
        foreign: 30,
        absent: 10,
        absent_organisers: 3,
        units: 10,
        cities: &[0, 3],
        shared_lets: 4,
    },
    Plan {
        size: 98,
        foreign: 52,
        absent: 10,
        absent_organisers: 2,
        units: 10,
        cities: &[4, 0],
        shared_lets: 0,
    },
    Plan {
        size: 89,
        foreign: 45,
        absent: 9,
        absent_organisers: 2,
        units: 9,
        cities: &[3, 5, 0],
        shared_lets: 3,
    },
    Plan { size: 28, foreign: 12, absent: 4, absent_organisers: 1, units: 3, cities: &[5], shared_lets: 0 },
];

/// Planted networks.
pub(super) const NETWORKS: usize = PLANS.len();

const SECTIONS: [&str; 4] = [
    "13, 14 and 16 PECA",
    "14, 16 and 17 PECA; 420 PPC",
    "13, 16 PECA; 109 PPC",
    "14, 17 and 18 PECA; 419, 420 PPC",
];
const BUILDINGS: [&str; 8] = [
    "Kehkashan Plaza",
    "Mehtab Arcade",
    "Sitara Tower",
    "Café Plaza",
    "Roshan Heights",
    "Nagina Centre",
    "Shafaq Business Park",
    "Tara Residency",
];
const CITY_CODES: [&str; 6] = ["LHR", "RWP", "ISB", "FSD", "KHI", "MUX"];

/// Fills the world with networks, cases, units and members.
pub(super) fn stage(world: &mut World, registry: &mut Registry) {
    let mut rng = Rng::of("raids");
    world.shared_lessor = 17;
    let mut next_straw = 40;
    for (network, plan) in PLANS.iter().enumerate() {
        let units = raid(world, &mut rng, network, plan);
        let people = recruit(world, registry, network, plan);
        place(world, &mut rng, network, plan, &people, &units);
        // Straws are poor people from everywhere, so that they share no circle.
        world.straws.push((0..12).map(|n| next_straw + n * 173).map(|n| n % world.everyday).collect());
        next_straw += 13;
    }
    bridge(world);
    keyless(world);
}

/// Makes the cases and sealed units of a network and returns the units.
fn raid(world: &mut World, rng: &mut Rng, network: usize, plan: &Plan) -> Vec<usize> {
    let first = world.units.len();
    for number in 0..plan.units {
        let city = plan.cities[number % plan.cities.len()];
        // Every third unit was sealed in the same raid as an earlier one in the same city.
        let shared = (number % 3 == 2)
            .then(|| world.cases.iter().rposition(|case| case.network == network && case.city == city));
        let case = shared.flatten().unwrap_or_else(|| open_case(world, rng, network, city));
        let premises = world.premises.len();
        world.premises.push(Premises {
            code: format!("PR-{}-{:04}", CITY_CODES[city], 1000 + premises * 7),
            address: format!(
                "Office {}, Floor {}, {}, {}",
                rng.between(1, 40),
                rng.between(1, 9),
                rng.pick(&BUILDINGS),
                CITIES[city]
            ),
            city,
            lessor: Some(if number < plan.shared_lets { world.shared_lessor } else { 100 + premises * 11 }),
            tenant: None,
        });
        world.units.push(Unit { number: format!("U-2025-{:03}", world.units.len() + 1), case, premises });
    }
    (first..world.units.len()).collect()
}

/// Registers a case.
fn open_case(world: &mut World, rng: &mut Rng, network: usize, city: usize) -> usize {
    let serial = world.cases.len();
    // Raids lie inside the campaign with room for the nominations that follow within three days.
    let raided = CAMPAIGN_FIRST.plus(rng.between(1, 56));
    let police = matches!(city, 0 | 1);
    world.cases.push(Case {
        number: format!("CCA-{}-{:04}/2025", CITY_CODES[city], 101 + serial * 3),
        network,
        city,
        station: format!("Cyber Crime Office {}", CITIES[city]),
        raided,
        sections: SECTIONS[serial % SECTIONS.len()],
        police,
        police_only: police && serial.is_multiple_of(5),
    });
    serial
}

/// Makes the people of a network: absent citizens first, then arrested citizens, then foreign nationals.
fn recruit(world: &mut World, registry: &mut Registry, network: usize, plan: &Plan) -> Vec<PersonNo> {
    let first = world.people.len();
    let circles = world.people[world.everyday - 1].circle;
    for number in 0..plan.size {
        let city = plan.cities[number % plan.cities.len()];
        // A citizen keeps everyday ties in a circle of ordinary people; foreign nationals have one of their
        // own.
        let person = if number < plan.size - plan.foreign {
            registry.citizen(city, (number * 7 + network * 11) % circles)
        } else {
            registry.foreigner(city, 10_000 + network)
        };
        world.people.push(person);
    }
    (first..world.people.len()).collect()
}

/// Gives each person of a network a role, a case and, if caught, a unit.
fn place(
    world: &mut World,
    rng: &mut Rng,
    network: usize,
    plan: &Plan,
    people: &[PersonNo],
    units: &[usize],
) {
    let citizens = plan.size - plan.foreign;
    for (number, &person) in people.iter().enumerate() {
        let role = if number < plan.absent {
            absent_role(number, plan)
        } else if number < citizens {
            match number - plan.absent {
                0 => Role::SimSupplier,
                n if n % 5 == 1 => Role::Mule,
                n if n % 11 == 2 => Role::Receptionist,
                _ => Role::Caller,
            }
        } else {
            match number - citizens {
                0 => Role::Organiser,
                n if n % 10 == 4 => Role::Receptionist,
                _ => Role::Caller,
            }
        };
        let unit = units[number % units.len()];
        let case =
            if number < plan.absent { world.units[*rng.pick(units)].case } else { world.units[unit].case };
        let unit = (number >= plan.absent).then_some(unit);
        world.members.push(Member { person, network, role, case, unit, further_case: None });
    }
}

fn absent_role(number: usize, plan: &Plan) -> Role {
    match number.checked_sub(plan.absent_organisers) {
        None => Role::Organiser,
        Some(0) => Role::SimSupplier,
        Some(1..=4) if number + 1 < plan.absent => Role::Mule,
        Some(_) => Role::Facilitator,
    }
}

/// Names two members in cases of other networks: an organiser of the second in one of the fifth, and an
/// arrested mule of the first in one of the fourth.
fn bridge(world: &mut World) {
    for (network, role, caught, other) in [(1, Role::Organiser, false, 4), (0, Role::Mule, true, 3)] {
        let further = world.cases.iter().position(|case| case.network == other);
        let chosen = world
            .members
            .iter_mut()
            .find(|m| m.network == network && m.role == role && m.unit.is_some() == caught);
        if let Some(member) = chosen {
            member.further_case = further;
        }
    }
}

/// Takes the papers of the last absent facilitator of four networks: known by name only.
fn keyless(world: &mut World) {
    for network in 0..4 {
        let last = world.members.iter().rfind(|m| m.network == network && m.unit.is_none()).map(|m| m.person);
        if let Some(person) = last {
            world.people[person].cnic = None;
        }
    }
}
