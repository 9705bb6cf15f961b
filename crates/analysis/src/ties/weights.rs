//! The arithmetic of ties, in fixed point ([`Csr::UNIT`] is 1), so that sums do not depend on their order.

use jaal_csr::Csr;

/// A person's hold on a thing: the thing's node, the person's position, and the share of the base weight.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Hold {
    pub(crate) thing: u32,
    pub(crate) person: u32,
    /// Fixed point.
    pub(crate) share: u64,
}

/// The weight at which more contacts count no more: `2^7`.
const FULL_CONTACT_LOG2: u64 = 7;

/// A weight in fixed point; negative, infinite and absent weights are 0.
pub(crate) fn fixed(weight: f64) -> u64 {
    if weight.is_finite() { (weight * Csr::UNIT as f64).round().max(0.0) as u64 } else { 0 }
}

/// A fixed-point weight as a number.
pub(crate) fn plain(weight: u64) -> f64 {
    weight as f64 / Csr::UNIT as f64
}

/// What a thing shared by `people` gives each pair of them, of `base` times the smaller share of the two.
pub(crate) fn pair_weight(base: u64, people: usize, share_a: u64, share_b: u64) -> u64 {
    let spread = base / (people.max(2) as u64 - 1);
    times(spread, share_a.min(share_b))
}

/// What `contacts` contacts give, of `base` for one: a seventh more for each doubling, up to twice.
pub(crate) fn contact_weight(base: u64, contacts: u64) -> u64 {
    let doublings = u64::from(contacts.max(1).ilog2()).min(FULL_CONTACT_LOG2);
    base + base * doublings / FULL_CONTACT_LOG2
}

/// The product of two fixed-point numbers.
pub(crate) fn times(a: u64, b: u64) -> u64 {
    (u128::from(a) * u128::from(b) / u128::from(Csr::UNIT)) as u64
}

/// Sorts holds by thing, then person, and keeps of each person's several holds on a thing the largest share.
pub(crate) fn fold_holds(holds: &mut Vec<Hold>) {
    holds.sort_unstable_by(|a, b| (a.thing, a.person, b.share).cmp(&(b.thing, b.person, a.share)));
    holds.dedup_by_key(|hold| (hold.thing, hold.person));
}

/// The holds of each thing, of holds in folded order.
pub(crate) fn by_thing(holds: &[Hold]) -> impl Iterator<Item = &[Hold]> {
    holds.chunk_by(|a, b| a.thing == b.thing)
}

/// The ties among the people of one thing, appended to `arcs`.
pub(crate) fn tie_all(base: u64, holders: &[Hold], arcs: &mut Vec<(u32, u32, u64)>) {
    for (index, a) in holders.iter().enumerate() {
        for b in &holders[index + 1..] {
            arcs.push((a.person, b.person, pair_weight(base, holders.len(), a.share, b.share)));
        }
    }
}

/// The ties between the people of two things in contact, appended to `arcs`: the contact's weight, spread evenly
/// over the pairs of people.
pub(crate) fn tie_across(weight: u64, one: &[Hold], other: &[Hold], arcs: &mut Vec<(u32, u32, u64)>) {
    let pairs = (one.len() * other.len()).max(1) as u64;
    for a in one {
        for b in other.iter().filter(|b| b.person != a.person) {
            let (from, to) = (a.person.min(b.person), a.person.max(b.person));
            arcs.push((from, to, times(weight / pairs, a.share.min(b.share))));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(people: u32) -> Vec<Hold> {
        (0..people).map(|person| Hold { thing: 0, person, share: Csr::UNIT }).collect()
    }

    #[test]
    fn a_thing_gives_each_of_its_people_its_base_at_most() {
        for people in 2..60_u32 {
            let mut arcs = Vec::new();
            tie_all(fixed(3.0), &holds(people), &mut arcs);
            assert_eq!(arcs.len() as u32, people * (people - 1) / 2);
            for person in 0..people {
                let total: u64 =
                    arcs.iter().filter(|(a, b, _)| *a == person || *b == person).map(|(_, _, w)| w).sum();
                assert!(total <= fixed(3.0), "{people} people: {total}");
                // Rounding down loses less than one unit of the fixed point a pair.
                assert!(fixed(3.0) - total < u64::from(people), "{people} people: {total}");
            }
        }
    }

    #[test]
    fn contacts_count_up_to_twice() {
        let base = fixed(0.5);
        assert_eq!(contact_weight(base, 0), base);
        assert_eq!(contact_weight(base, 1), base);
        assert_eq!(contact_weight(base, 128), 2 * base);
        assert_eq!(contact_weight(base, u64::MAX), 2 * base);
        assert!((1..200).all(|n| contact_weight(base, n) <= contact_weight(base, n + 1)));
    }

    #[test]
    fn ties_across_never_exceed_the_contact() {
        let mut arcs = Vec::new();
        tie_across(fixed(1.0), &holds(3), &holds(4), &mut arcs);
        let total: u64 = arcs.iter().map(|(_, _, w)| w).sum();
        assert!(total <= fixed(1.0) && arcs.iter().all(|(a, b, _)| a < b));
    }

    #[test]
    fn the_best_hold_counts() {
        let half = Csr::UNIT / 2;
        let hold = |thing, person, share| Hold { thing, person, share };
        let mut all = vec![hold(2, 0, half), hold(1, 5, half), hold(1, 5, Csr::UNIT), hold(1, 3, half)];
        fold_holds(&mut all);
        assert_eq!(all, [hold(1, 3, half), hold(1, 5, Csr::UNIT), hold(2, 0, half)]);
        assert_eq!(by_thing(&all).map(<[Hold]>::len).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(pair_weight(fixed(3.0), 2, half, Csr::UNIT), fixed(1.5));
    }

    #[test]
    fn bad_weights_are_nothing() {
        for bad in [-1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(fixed(bad), 0);
        }
        assert_eq!(plain(fixed(0.25)), 0.25);
    }
}
