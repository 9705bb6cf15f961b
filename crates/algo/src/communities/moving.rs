//! The first step of Leiden: nodes move to the neighbouring community that gains most, until none can.
//!
//! `MoveNodesFast` of the paper: nodes wait in a queue; when one moves, its neighbours outside its new community
//! wait again. Weights are added up per neighbouring community in one pass over the node's links. At the end no
//! single move of a node gains anything.

use std::collections::VecDeque;

use jaal_csr::{Bitmap, Meter, Stopped};

use super::level::{Gain, Level, Tally};

/// What each community adds up to, and which numbers are free.
struct Communities {
    masses: Vec<u64>,
    sizes: Vec<u32>,
    free: Vec<u32>,
}

impl Communities {
    fn new(level: &Level, community: &[u32]) -> Self {
        let (mut masses, mut sizes) = (vec![0; community.len()], vec![0u32; community.len()]);
        for (&own, mass) in community.iter().zip(&level.masses) {
            masses[own as usize] += mass;
            sizes[own as usize] += 1;
        }
        let free = (0..community.len() as u32).rev().filter(|&own| sizes[own as usize] == 0).collect();
        Self { masses, sizes, free }
    }

    fn leave(&mut self, community: u32, mass: u64) {
        self.masses[community as usize] -= mass;
        self.sizes[community as usize] -= 1;
    }

    fn join(&mut self, community: u32, mass: u64) {
        self.masses[community as usize] += mass;
        self.sizes[community as usize] += 1;
    }
}

/// Moves nodes, first in the order given, until no move gains. Community numbers are below the number of nodes.
pub(super) fn move_nodes(
    level: &Level,
    gain: Gain,
    order: Vec<u32>,
    community: &mut [u32],
    meter: &mut Meter,
) -> Result<(), Stopped> {
    let mut communities = Communities::new(level, community);
    let mut tally = Tally::new(level.node_count());
    let mut waiting = Bitmap::full(order.len());
    let mut queue = VecDeque::from(order);
    while let Some(node) = queue.pop_front() {
        waiting.remove(node as usize);
        meter.spend(level.degree(node) + 1)?;
        let old = community[node as usize];
        let new = best(level, gain, node, community, &mut communities, &mut tally);
        if new == old {
            continue;
        }
        community[node as usize] = new;
        for (other, _) in level.arcs(node) {
            if community[other as usize] != new && waiting.insert(other as usize) {
                queue.push_back(other);
            }
        }
    }
    Ok(())
}

/// Takes a node out of its community and puts it where it gains most: it stays if nothing is better, and goes alone
/// if everything is worse than that. Among equals the community met first in the row wins.
fn best(
    level: &Level,
    gain: Gain,
    node: u32,
    community: &[u32],
    communities: &mut Communities,
    tally: &mut Tally,
) -> u32 {
    let (old, mass) = (community[node as usize], level.masses[node as usize]);
    tally.clear();
    for (other, weight) in level.arcs(node) {
        tally.add(community[other as usize], weight);
    }
    communities.leave(old, mass);
    let gain_of = |to: u32| gain.of(tally.get(to), mass, communities.masses[to as usize]);
    let (mut new, mut most) = (old, gain_of(old));
    for &to in tally.keys() {
        let gained = gain_of(to);
        if gained > most {
            (new, most) = (to, gained);
        }
    }
    if most < 0 {
        // Being alone gains 0. A node of negative gain shares its community, so fewer numbers than nodes are in use.
        new = communities.free.pop().unwrap_or(old);
    }
    if new != old && communities.sizes[old as usize] == 0 {
        communities.free.push(old);
    }
    communities.join(new, mass);
    new
}
