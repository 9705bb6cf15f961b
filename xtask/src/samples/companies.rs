//! Companies, their directors, premises and licences, and who lets and rents the premises.

use super::calendar::Day;
use super::numbers;
use super::people::CITIES;
use super::raids::NETWORKS;
use super::rng::Rng;
use super::world::{Company, PersonNo, Premises, Role, World};

/// Ordinary companies: employers first, then shops, then the courier and the power utility.
pub(super) const ORDINARY: usize = 84;
/// Employers among the ordinary companies.
pub(super) const EMPLOYERS: std::ops::Range<usize> = 0..20;
/// Shops among the ordinary companies.
pub(super) const SHOPS: std::ops::Range<usize> = 20..26;
/// The courier.
pub(super) const COURIER: usize = 26;
/// The power utility.
pub(super) const UTILITY: usize = 27;
/// Front companies of each network.
pub(super) const FRONTS: usize = 3;

const ORDINARY_PREMISES: usize = 120;
const WORDS: [&str; 14] = [
    "Zarq", "Noorani", "Kohsar", "Margalla", "Sahil", "Shaheen", "Markhor", "Chenab", "Bolan", "Deosai",
    "Tirich", "Gulrang", "Naran", "Hingol",
];
const TRADES: [&str; 8] =
    ["Textiles", "Software House", "Traders", "Foods", "Technologies", "Builders", "Solutions", "Logistics"];
const FRONT_TRADES: [&str; 3] = ["IT Services", "Digital Marketing", "BPO Solutions"];

/// Fills the world with ordinary premises and companies and with the networks' fronts.
pub(super) fn stage(world: &mut World) {
    let mut rng = Rng::of("companies");
    let first = world.premises.len();
    for number in 0..ORDINARY_PREMISES {
        let city = rng.below(CITIES.len());
        world.premises.push(Premises {
            code: format!("PR-ORD-{:04}", 5000 + number * 3),
            address: format!("Plot {}, Industrial Block {}, {}", 10 + number, 1 + number % 9, CITIES[city]),
            city,
            lessor: rng.chance(60).then(|| rng.below(world.everyday)),
            tenant: Some(rng.below(world.everyday)),
        });
    }
    for number in 0..ORDINARY {
        let directors = (0..rng.between(1, 3)).map(|_| rng.below(world.everyday)).collect();
        let name = match number {
            COURIER => "Qasid Couriers (Pvt) Ltd".to_owned(),
            UTILITY => "Roshni Power Utility Ltd".to_owned(),
            _ => format!("{} {} (Pvt) Ltd", WORDS[number % WORDS.len()], TRADES[(number / 3) % TRADES.len()]),
        };
        let licensed = (28..78).contains(&number);
        add(world, &mut rng, name, first + number, directors, licensed.then_some(900));
    }
    for network in 0..NETWORKS {
        fronts(world, &mut rng, network);
    }
}

/// Registers the fronts of a network at its first units. An organiser directs each, with a straw for cover.
fn fronts(world: &mut World, rng: &mut Rng, network: usize) {
    let organisers = citizens(world, &world.role(network, Role::Organiser));
    let facilitators = citizens(world, &world.role(network, Role::Facilitator));
    let units: Vec<usize> =
        world.units.iter().filter(|u| world.cases[u.case].network == network).map(|u| u.premises).collect();
    for number in 0..FRONTS {
        let straw = world.straws[network][number];
        let mut directors = vec![organisers[number % organisers.len()], straw];
        if let Some(&facilitator) = facilitators.get(number) {
            directors.push(facilitator);
        }
        let name =
            format!("{} {} (Pvt) Ltd", WORDS[(network * 5 + number * 3) % WORDS.len()], FRONT_TRADES[number]);
        let premises = units[number % units.len()];
        // Only one front in the whole story was ever registered as a software exporter, and it let that
        // lapse.
        let licence = (network == 2 && number == 0).then_some(200);
        add(world, rng, name, premises, directors, licence);
        world.premises[premises].tenant = Some(straw);
    }
}

fn citizens(world: &World, people: &[PersonNo]) -> Vec<PersonNo> {
    people.iter().copied().filter(|&p| world.people[p].cnic.is_some()).collect()
}

fn add(
    world: &mut World,
    rng: &mut Rng,
    name: String,
    premises: usize,
    mut directors: Vec<PersonNo>,
    licence_days: Option<i64>,
) {
    let number = world.companies.len();
    directors.dedup();
    let incorporated = Day::of(2015, 1, 1).plus(rng.between(0, 3700));
    world.companies.push(Company {
        number: numbers::company(number as u64 + 1),
        name,
        incorporated,
        premises,
        directors,
        licence: licence_days.map(|days| {
            let issued = Day::of(2024, 1, 1).plus(rng.between(0, 360));
            (format!("SEB-{:05}", 20_000 + number * 17), issued, issued.plus(days))
        }),
    });
}
