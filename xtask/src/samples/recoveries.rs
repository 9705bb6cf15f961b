//! Money recovered: in the campaign, earlier in the same year, and before.

use super::calendar::Day;
use super::rng::Rng;
use super::world::{Recovery, World};

/// Recovered in the campaign, in rupees.
pub(super) const CAMPAIGN: i64 = 62_270_000;
/// Recovered since the first day of 2025, the campaign included, in rupees.
pub(super) const SINCE_2025: i64 = 1_405_000_000;

const KINDS: [&str; 5] =
    ["cash", "prize bonds", "foreign currency (rupee value)", "bank balance frozen", "gold"];

/// Fills the world with recoveries, campaign first.
pub(super) fn stage(world: &mut World) {
    let mut rng = Rng::of("recoveries");
    for (number, amount) in split(&mut rng, CAMPAIGN, 72).into_iter().enumerate() {
        let unit = number * 5 % world.units.len();
        let on = world.cases[world.units[unit].case].raided.plus(rng.between(0, 2));
        add(world, &mut rng, format!("RM/2025/{:04}", 4001 + number), amount, on, Some(unit));
    }
    for (number, amount) in split(&mut rng, SINCE_2025 - CAMPAIGN, 160).into_iter().enumerate() {
        let on = Day::of(2025, 1, 1).plus(number as i64 * 242 / 159);
        add(world, &mut rng, format!("RM/2025/{:04}", 1001 + number), amount, on, None);
    }
    for (number, amount) in split(&mut rng, 96_400_000, 40).into_iter().enumerate() {
        let on = Day::of(2024, 7, 1).plus(number as i64 * 183 / 39);
        add(world, &mut rng, format!("RM/2024/{:04}", 2001 + number), amount, on, None);
    }
}

fn add(world: &mut World, rng: &mut Rng, memo: String, amount: i64, on: Day, unit: Option<usize>) {
    let what = rng.pick(&KINDS);
    world.recoveries.push(Recovery { memo, amount, on, what, unit });
}

/// Splits a total into parts of whole thousands; the last part takes what rounding left over.
fn split(rng: &mut Rng, total: i64, parts: usize) -> Vec<i64> {
    let weights: Vec<i64> = (0..parts).map(|_| rng.between(20, 400)).collect();
    let sum: i64 = weights.iter().sum();
    let mut amounts: Vec<i64> = weights.iter().map(|w| total * w / sum / 1000 * 1000).collect();
    let rest = total - amounts.iter().sum::<i64>();
    if let Some(last) = amounts.last_mut() {
        *last += rest;
    }
    amounts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_positive_and_add_up() {
        let parts = split(&mut Rng::of("t"), CAMPAIGN, 72);
        assert_eq!(parts.iter().sum::<i64>(), CAMPAIGN);
        assert!(parts.iter().all(|&part| part > 0));
    }
}
