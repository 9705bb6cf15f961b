//! Accounts and payments of the world.
//!
//! Ordinary money: salaries, shops, the power bill, friends. A network's money: cheated people pay a mule's
//! account, the mule passes nearly all of it on within hours to a collecting front, and fronts pay
//! organisers.

use super::calendar::{Day, Moment};
use super::companies::{COURIER, EMPLOYERS, FRONTS, ORDINARY, SHOPS, UTILITY};
use super::numbers;
use super::raids::NETWORKS;
use super::rng::Rng;
use super::world::{Account, Bank, Holder, Payment, PersonNo, PhoneNo, Role, World};

/// First day of the delivered statements.
const STATEMENTS_FIRST: Day = Day::of(2025, 8, 25);
/// Days of the delivered statements.
const STATEMENTS_DAYS: i64 = 70;

const CHANNELS: [&str; 4] = ["IBFT", "RAAST", "MOBILE APP", "OTC"];

/// Fills the world with accounts, then payments.
pub(super) fn stage(world: &mut World) {
    let mut rng = Rng::of("accounts");
    for company in (0..28).chain(ORDINARY..world.companies.len()) {
        open(world, &mut rng, Holder::Company(company), None);
    }
    for person in 0..world.everyday {
        if rng.chance(60) {
            let own = world.phones_of(person).first().copied();
            open(world, &mut rng, Holder::Person(person), own);
        }
    }
    member_accounts(world, &mut rng);
    let held = Held::of(world);
    let mut rng = Rng::of("payments");
    ordinary_payments(world, &held, &mut rng);
    for network in 0..NETWORKS {
        mule_payments(world, &held, &mut rng, network);
        front_payments(world, &held, &mut rng, network);
    }
    world.payments.sort_by_key(|p| (p.at, p.from, p.to, p.amount));
    for (number, payment) in world.payments.iter_mut().enumerate() {
        payment.reference = format!("SN{:08}", 31_000_000 + number * 7);
    }
}

/// Opens accounts for citizens of the networks. All mule accounts of a network name one contact number.
fn member_accounts(world: &mut World, rng: &mut Rng) {
    for index in 0..world.members.len() {
        let (person, network, role) = {
            let member = &world.members[index];
            (member.person, member.network, member.role)
        };
        if world.people[person].cnic.is_none() {
            continue;
        }
        let herder =
            world.role(network, Role::SimSupplier).first().and_then(|&p| world.phones_of(p).first().copied());
        let own = world.phones_of(person).first().copied();
        match role {
            Role::Mule => {
                open(world, rng, Holder::Person(person), herder);
                open(world, rng, Holder::Person(person), herder);
            }
            Role::Organiser | Role::Receptionist => open(world, rng, Holder::Person(person), own),
            _ if rng.chance(30) => open(world, rng, Holder::Person(person), own),
            _ => {}
        }
    }
}

fn open(world: &mut World, rng: &mut Rng, holder: Holder, contact: Option<PhoneNo>) {
    let bank = *rng.pick(&Bank::ALL);
    world.accounts.push(Account {
        iban: numbers::iban(world.accounts.len() as u64 + 1, bank),
        bank,
        holder,
        contact,
        opened: Day::of(2016, 1, 1).plus(rng.between(0, 3400)),
    });
}

/// Accounts by holder.
struct Held {
    people: Vec<Vec<usize>>,
    companies: Vec<Vec<usize>>,
    /// Accounts of everyday people.
    everyday: Vec<usize>,
}

impl Held {
    fn of(world: &World) -> Self {
        let mut held = Self {
            people: vec![Vec::new(); world.people.len()],
            companies: vec![Vec::new(); world.companies.len()],
            everyday: Vec::new(),
        };
        for (number, account) in world.accounts.iter().enumerate() {
            match account.holder {
                Holder::Person(person) => {
                    held.people[person].push(number);
                    if person < world.everyday {
                        held.everyday.push(number);
                    }
                }
                Holder::Company(company) => held.companies[company].push(number),
            }
        }
        held
    }

    /// The accounts of a network's fronts.
    fn fronts(&self, network: usize) -> Vec<usize> {
        let first = ORDINARY + network * FRONTS;
        (first..first + FRONTS).filter_map(|company| self.companies[company].first().copied()).collect()
    }

    fn of_people(&self, people: &[PersonNo]) -> Vec<usize> {
        people.iter().flat_map(|&p| self.people[p].iter().copied()).collect()
    }
}

fn pay(world: &mut World, rng: &mut Rng, from: usize, to: usize, at: Moment, amount: i64) {
    if from != to {
        let channel = rng.pick(&CHANNELS);
        world.payments.push(Payment { from, to, at, amount, channel, reference: String::new() });
    }
}

fn moment(rng: &mut Rng) -> Moment {
    Moment::of(STATEMENTS_FIRST.plus(rng.between(0, STATEMENTS_DAYS - 1)), rng.between(9 * 3600, 21 * 3600))
}

/// Salaries, shopping, the power bill, the courier and gifts between friends.
fn ordinary_payments(world: &mut World, held: &Held, rng: &mut Rng) {
    for number in 0..held.everyday.len() {
        let account = held.everyday[number];
        if number % 4 == 0 {
            let employer = held.companies[EMPLOYERS.start + number / 4 % EMPLOYERS.len()][0];
            let salary = rng.between(35, 180) * 1000;
            for payday in [Day::of(2025, 9, 1), Day::of(2025, 10, 1)] {
                pay(world, rng, employer, account, Moment::of(payday, 36_000 + number as i64), salary);
            }
        }
        for _ in 0..rng.between(0, 2) {
            let shop = held.companies[SHOPS.start + rng.below(SHOPS.len())][0];
            let (at, amount) = (moment(rng), rng.between(3, 160) * 50);
            pay(world, rng, account, shop, at, amount);
        }
        if rng.chance(55) {
            let hub = if rng.chance(85) { UTILITY } else { COURIER };
            let (at, amount) = (moment(rng), rng.between(12, 240) * 100);
            pay(world, rng, account, held.companies[hub][0], at, amount);
        }
        if rng.chance(60) {
            // Accounts of neighbours in the list belong to the same circle more often than not.
            let friend = held.everyday[(number + 1 + rng.below(25)) % held.everyday.len()];
            let (at, amount) = (moment(rng), rng.between(5, 400) * 100);
            pay(world, rng, account, friend, at, amount);
        }
    }
}

/// Cheated people pay mules; mules keep 3 to 8 per cent and pass the rest on within six hours.
fn mule_payments(world: &mut World, held: &Held, rng: &mut Rng, network: usize) {
    let collectors = held.fronts(network);
    let bridged: Vec<(PersonNo, usize)> = world
        .members
        .iter()
        .filter_map(|m| m.further_case.map(|case| (m.person, world.cases[case].network)))
        .collect();
    for mule in world.role(network, Role::Mule) {
        for &account in &held.people[mule] {
            for _ in 0..rng.between(4, 8) {
                let start = moment(rng);
                let mut received = 0;
                for victim in 0..rng.between(1, 3) {
                    let from = *rng.pick(&held.everyday);
                    let amount = rng.between(8, 240) * 500;
                    received += amount;
                    pay(world, rng, from, account, start.plus(victim * 900), amount);
                }
                let later = start.plus(3600 + rng.between(0, 5 * 3600));
                let passed = received * rng.between(92, 97) / 100;
                let other =
                    bridged.iter().find(|(person, _)| *person == mule).map(|(_, other)| held.fronts(*other));
                let collector = match other {
                    Some(fronts) if rng.chance(40) => *rng.pick(&fronts),
                    _ => *rng.pick(&collectors),
                };
                pay(world, rng, account, collector, later, passed);
            }
        }
    }
}

/// Fronts pay organisers, and one another.
fn front_payments(world: &mut World, held: &Held, rng: &mut Rng, network: usize) {
    let fronts = held.fronts(network);
    let organisers = held.of_people(&world.role(network, Role::Organiser));
    for &front in &fronts {
        for &organiser in &organisers {
            for _ in 0..3 {
                let (at, amount) = (moment(rng), rng.between(100, 900) * 1000);
                pay(world, rng, front, organiser, at, amount);
            }
        }
        let (at, amount) = (moment(rng), rng.between(200, 700) * 1000);
        let other = *rng.pick(&fronts);
        pay(world, rng, front, other, at, amount);
    }
}
