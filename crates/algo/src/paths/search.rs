//! One end of a two-ended breadth-first search: its levels so far, and what the next one would cost.

use jaal_csr::{Adjacency, Direction, Meter, Stopped};

use super::filters::Filters;
use super::hubs::{Gate, Verdict};
use super::workspace::Marks;

/// What was reached from one end, level by level.
pub(super) struct Side<'w> {
    pub(super) marks: Marks<'w>,
    pub(super) direction: Direction,
    /// The open nodes of each level; the last is the frontier.
    pub(super) levels: Vec<Vec<u32>>,
    /// For each level the links of its nodes in the side's direction.
    pub(super) volumes: Vec<u64>,
    /// Nodes reached and admitted, hubs included, the end itself too.
    pub(super) reached: u64,
}

impl<'w> Side<'w> {
    pub(super) fn new<G: Adjacency + ?Sized>(
        graph: &G,
        end: u32,
        direction: Direction,
        mut marks: Marks<'w>,
    ) -> Self {
        marks.reserve(0);
        marks.mark_new(end, marks.of_level(0));
        let volumes = vec![graph.degree(end, direction)];
        Self { marks, direction, levels: vec![vec![end]], volumes, reached: 1 }
    }

    /// The level of the frontier.
    pub(super) fn level(&self) -> u32 {
        self.levels.len() as u32 - 1
    }

    /// The nodes last reached.
    pub(super) fn frontier(&self) -> &[u32] {
        self.levels.last().map_or(&[], Vec::as_slice)
    }

    /// The links that the next level would look at.
    pub(super) fn volume(&self) -> u64 {
        self.volumes.last().copied().unwrap_or(0)
    }

    /// Reaches and marks the nodes of the next level, without judging them.
    pub(super) fn reach<G: Adjacency + ?Sized>(
        &mut self,
        graph: &G,
        filters: &Filters<'_>,
        meter: &mut Meter,
    ) -> Result<Vec<u32>, Stopped> {
        let next = self.level() + 1;
        self.marks.reserve(next);
        let mark = self.marks.of_level(next);
        let (marks, direction) = (&mut self.marks, self.direction);
        let mut reached = Vec::new();
        for &node in self.levels.last().map_or(&[][..], Vec::as_slice) {
            filters.walk(graph, node, direction, meter, |other, step| {
                if marks.is_new(other) && step.allowed() {
                    marks.mark_new(other, mark);
                    reached.push(other);
                }
            })?;
        }
        Ok(reached)
    }

    /// Makes the open ones of the nodes just reached the frontier. A node that `other` side has turned down was
    /// counted there.
    pub(super) fn advance<G: Adjacency + ?Sized>(
        &mut self,
        reached: Vec<u32>,
        gate: &mut Gate<'_, G>,
        other: &Marks<'_>,
        meter: &mut Meter,
    ) -> Result<(), Stopped> {
        let mut volume: u64 = 0;
        let mut open = Vec::with_capacity(reached.len());
        for node in reached {
            match gate.judge(node, self.direction, !other.is_turned_down(node), meter)? {
                Verdict::Open(degree) => {
                    self.reached += 1;
                    volume = volume.saturating_add(degree);
                    open.push(node);
                }
                verdict => {
                    self.reached += u64::from(verdict == Verdict::Hub);
                    self.marks.turn_down(node);
                }
            }
        }
        self.levels.push(open);
        self.volumes.push(volume);
        Ok(())
    }
}
