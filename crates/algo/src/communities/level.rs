//! The graph of one level of Leiden, and the gain of putting two parts together, in exact integers.
//!
//! A part (a node, a community) has a *mass*: its strength for modularity, its size for the constant Potts model.
//! Both qualities grow by `weight between − c · mass · mass` when two parts are put together, with c = γ / 2m or γ.
//! The comparison is made in 128-bit integers scaled by a power of two, so that no sum depends on an order and no
//! rounding can make a node move to and fro.

use jaal_csr::Csr;

use super::leiden::{LeidenConfig, Objective};

/// Bits that the total strength may have. Heavier graphs (more than 2^28 in units of links) lose low bits of their
/// weights, but none falls to zero.
const STRENGTH_BITS: u32 = 48;
/// Bits of a product that is compared; two of them must not overflow when subtracted.
const PRODUCT_BITS: i32 = 124;
/// Bits that the sum of node weights may have under the constant Potts model.
pub(super) const SIZE_BITS: u32 = 40;

/// An undirected weighted graph without self-links, whose nodes have masses.
pub(super) struct Level {
    pub(super) offsets: Vec<usize>,
    pub(super) targets: Vec<u32>,
    pub(super) weights: Vec<u64>,
    pub(super) masses: Vec<u64>,
}

impl Level {
    pub(super) fn node_count(&self) -> u32 {
        self.masses.len() as u32
    }

    pub(super) fn degree(&self, node: u32) -> u64 {
        (self.offsets[node as usize + 1] - self.offsets[node as usize]) as u64
    }

    #[inline]
    pub(super) fn arcs(&self, node: u32) -> impl Iterator<Item = (u32, u64)> + '_ {
        let row = self.offsets[node as usize]..self.offsets[node as usize + 1];
        self.targets[row.clone()].iter().copied().zip(self.weights[row].iter().copied())
    }

    /// The first level, and the gain to compare with. Links without weight are left out: they bind nothing.
    pub(super) fn first(graph: &Csr, config: &LeidenConfig) -> (Self, Gain) {
        let nodes = 0..graph.node_count();
        let twice = |node, (other, weight): (u32, u64)| u128::from(weight) << u32::from(other == node);
        let strength = |node: u32| graph.weighted_neighbours(node).map(|arc| twice(node, arc)).sum::<u128>();
        let total: u128 = nodes.clone().map(strength).sum();
        let shift = (u128::BITS - total.leading_zeros()).saturating_sub(STRENGTH_BITS);
        let scaled = |weight: u64| {
            let low = if shift < u64::BITS { weight >> shift } else { 0 };
            low.max(u64::from(weight > 0))
        };
        let mut level = Self {
            offsets: vec![0],
            targets: Vec::with_capacity(graph.arc_count() as usize),
            weights: Vec::with_capacity(graph.arc_count() as usize),
            masses: Vec::with_capacity(graph.node_count() as usize),
        };
        for node in nodes {
            let mut strength = 0;
            for (other, weight) in graph.weighted_neighbours(node) {
                let weight = scaled(weight);
                strength += weight << u32::from(other == node);
                if other != node && weight > 0 {
                    level.targets.push(other);
                    level.weights.push(weight);
                }
            }
            level.offsets.push(level.targets.len());
            level.masses.push(strength);
        }
        let total: u64 = level.masses.iter().sum();
        let gain = match config.objective {
            Objective::Modularity => Gain::modularity(total, config.resolution),
            Objective::Cpm => {
                level.masses = match &config.node_weights {
                    Some(sizes) => sizes.clone(),
                    None => vec![1; graph.node_count() as usize],
                };
                let size = level.masses.iter().sum();
                Gain::cpm(total, size, config.resolution * (Csr::UNIT as f64) / 2f64.powi(shift as i32))
            }
        };
        (level, gain)
    }
}

/// The gain of putting two parts together, up to a positive factor.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gain {
    per_weight: i128,
    per_mass: i128,
}

impl Gain {
    /// `2m · weight − γ · mass · mass`, scaled.
    fn modularity(total: u64, resolution: f64) -> Self {
        let bits = (u64::BITS - total.leading_zeros()) as i32;
        let scale = (PRODUCT_BITS - 2 * bits - bits_of(resolution)).clamp(0, 40);
        Self { per_weight: i128::from(total) << scale, per_mass: scaled(resolution, scale) }
    }

    /// `weight − γ · mass · mass`, scaled; `resolution` is in the unit of the weights.
    fn cpm(total: u64, size: u64, resolution: f64) -> Self {
        let weight_bits = (u64::BITS - total.leading_zeros()) as i32;
        let size_bits = (u64::BITS - size.leading_zeros()) as i32;
        let room = (PRODUCT_BITS - weight_bits).min(PRODUCT_BITS - 2 * size_bits - bits_of(resolution));
        let scale = room.clamp(0, 80);
        Self { per_weight: 1 << scale, per_mass: scaled(resolution, scale) }
    }

    /// The gain of putting together parts of two masses with a weight between them. Above 0 is better than apart.
    #[inline]
    pub(super) fn of(self, weight: u64, mass: u64, other: u64) -> i128 {
        self.per_weight * i128::from(weight) - self.per_mass * (i128::from(mass) * i128::from(other))
    }
}

/// Bits before the point of a number, 0 if it is below 1.
fn bits_of(number: f64) -> i32 {
    number.max(1.0).log2().ceil() as i32
}

fn scaled(number: f64, bits: i32) -> i128 {
    (number * 2f64.powi(bits)).round() as i128
}

/// Weights to the communities around one node; cleared in time proportional to what was added.
pub(super) struct Tally {
    weights: Vec<u64>,
    touched: Vec<u32>,
}

impl Tally {
    pub(super) fn new(len: u32) -> Self {
        Self { weights: vec![0; len as usize], touched: Vec::new() }
    }

    #[inline]
    pub(super) fn add(&mut self, key: u32, weight: u64) {
        let sum = &mut self.weights[key as usize];
        if *sum == 0 {
            self.touched.push(key);
        }
        *sum += weight;
    }

    #[inline]
    pub(super) fn get(&self, key: u32) -> u64 {
        self.weights[key as usize]
    }

    /// The keys added, in the order of their first weight.
    pub(super) fn keys(&self) -> &[u32] {
        &self.touched
    }

    pub(super) fn sort(&mut self) {
        self.touched.sort_unstable();
    }

    pub(super) fn clear(&mut self) {
        for &key in &self.touched {
            self.weights[key as usize] = 0;
        }
        self.touched.clear();
    }
}
