//! The second step of Leiden: every community is built up anew from single nodes, and may come out as several parts.
//!
//! `RefinePartition` and `MergeNodesSubset` of the paper: only a node that is still alone joins a part, only if it
//! and the part are well connected to the rest of the community, and only if that does not lose. So every part is
//! connected. Deviation: of the parts it may join a node takes the best, as the authors' own leidenalg does by
//! default, not one at random in proportion to exp(gain / θ); the random order of nodes remains.

use jaal_csr::{Bitmap, Meter, Stopped};

use super::level::{Gain, Level, Tally};

/// The parts found so far. A part bears the number of a node in it that has never moved.
struct Parts {
    of_node: Vec<u32>,
    masses: Vec<u64>,
    /// Weight between a part and the rest of its community.
    outward: Vec<u64>,
    /// Nodes that share their part.
    merged: Bitmap,
}

/// Divides each community into well-connected parts and gives each node's.
pub(super) fn refine(
    level: &Level,
    gain: Gain,
    order: &[u32],
    community: &[u32],
    meter: &mut Meter,
) -> Result<Vec<u32>, Stopped> {
    let node_count = level.node_count();
    let mut community_masses = vec![0u64; node_count as usize];
    for (&own, mass) in community.iter().zip(&level.masses) {
        community_masses[own as usize] += mass;
    }
    let inward = |node: u32| {
        let own = community[node as usize];
        level.arcs(node).filter(|arc| community[arc.0 as usize] == own).map(|arc| arc.1).sum()
    };
    let mut parts = Parts {
        of_node: (0..node_count).collect(),
        masses: level.masses.clone(),
        outward: (0..node_count).map(inward).collect(),
        merged: Bitmap::new(node_count as usize),
    };
    let mut tally = Tally::new(node_count);
    for &node in order {
        meter.spend(level.degree(node) + 1)?;
        let whole = community_masses[community[node as usize] as usize];
        if parts.merged.get(node as usize) || !parts.well_connected(gain, node, whole) {
            continue;
        }
        tally.clear();
        for (other, weight) in level.arcs(node) {
            if community[other as usize] == community[node as usize] {
                tally.add(parts.of_node[other as usize], weight);
            }
        }
        if let Some(part) = parts.best(gain, node, whole, &tally) {
            parts.merge(node, part, tally.get(part));
        }
    }
    Ok(parts.of_node)
}

impl Parts {
    /// Whether a part would not gain by leaving its community, whose mass is `whole`.
    fn well_connected(&self, gain: Gain, part: u32, whole: u64) -> bool {
        let (mass, outward) = (self.masses[part as usize], self.outward[part as usize]);
        gain.of(outward, mass, whole - mass) >= 0
    }

    /// The part that a lone node gains most by joining, if any.
    fn best(&self, gain: Gain, node: u32, whole: u64, tally: &Tally) -> Option<u32> {
        let mut best: Option<(u32, i128)> = None;
        for &part in tally.keys() {
            let (mass, other) = (self.masses[node as usize], self.masses[part as usize]);
            let gained = gain.of(tally.get(part), mass, other);
            let better = gained >= 0 && best.is_none_or(|(_, most)| gained > most);
            if better && self.well_connected(gain, part, whole) {
                best = Some((part, gained));
            }
        }
        best.map(|(part, _)| part)
    }

    fn merge(&mut self, node: u32, part: u32, between: u64) {
        self.of_node[node as usize] = part;
        self.masses[part as usize] += self.masses[node as usize];
        let outward = self.outward[part as usize] + self.outward[node as usize];
        self.outward[part as usize] = outward - 2 * between;
        self.merged.insert(node as usize);
        self.merged.insert(part as usize);
    }
}
