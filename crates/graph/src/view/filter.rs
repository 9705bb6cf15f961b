//! Filters: what holds at an instant, and what is claimed by a grade that is good enough. They lie over a view and
//! change nothing in it: which identities are one entity may still rest on claims that a filter would leave out.
//!
//! A link passes by its own claims. A property has the value that the best claim which passes gives it, and none if
//! there is none. An entity passes if a claim about it is good enough or a link of it passes; entities are not bound
//! to a time.

use super::{LinkTimes, View};
use jaal_csr::{Adjacency, Direction, LinkHandle, Rows, Run};
use jaal_model::claim::NO_TIME;
use jaal_model::{Grade, NodeIdx};
use std::ops::ControlFlow;

/// What a reader asks of links, properties and entities beside what the lens admits. The default asks nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Filter {
    /// The instant at which a link or the value of a property must hold, in seconds since 1970 UTC. A link without a
    /// validity holds from its event on; one folded from several rows whenever one of them does. A value without a
    /// validity always holds.
    pub as_of: Option<i64>,
    /// The worst grade that the best of its claims may have.
    pub lowest_grade: Option<Grade>,
}

impl Filter {
    /// Whether it asks nothing.
    pub fn is_open(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a value passes, by the rank of its grade and its validity, each bound [`NO_TIME`] where not claimed.
    pub(crate) fn passes(&self, rank: u8, (from, to): (i64, i64)) -> bool {
        let known = |time: i64| (time != NO_TIME).then_some(time);
        self.passes_grade(rank) && self.as_of.is_none_or(|instant| within(known(from), known(to), instant))
    }

    /// Whether the rank of a grade is good enough.
    pub(crate) fn passes_grade(&self, rank: u8) -> bool {
        self.lowest_grade.is_none_or(|lowest| rank <= lowest.rank())
    }

    /// Whether a link passes.
    pub fn admits(&self, view: &View, link: LinkHandle) -> bool {
        self.passes_grade(view.link_grade(link).rank())
            // A link folded from several rows holds whenever what one of them says does, one of a good grade.
            && (self.as_of.is_none()
                || view.link_times(link).iter().any(|times| self.passes_times(times)))
    }

    /// Whether what a claim says of a link's time passes, by that and its grade.
    pub fn passes_times(&self, times: &LinkTimes) -> bool {
        self.as_of.is_none_or(|instant| holds_at(times, instant))
            && times.rank.is_none_or(|rank| self.passes_grade(rank))
    }
}

/// Whether what a claim says of a link's time holds at an instant.
fn holds_at(times: &LinkTimes, instant: i64) -> bool {
    match (times.from, times.to) {
        (None, None) => times.event.is_none_or(|event| event <= instant),
        (from, to) => within(from, to, instant),
    }
}

/// Whether an instant lies in a validity, whose end is exclusive.
fn within(from: Option<i64>, to: Option<i64>, instant: i64) -> bool {
    from.is_none_or(|from| from <= instant) && to.is_none_or(|to| instant < to)
}

impl View {
    /// The view as a filter shows it. Counts of all entities and links stay those of the whole view.
    #[must_use]
    pub fn filtered(&self, filter: Filter) -> Self {
        Self { filter, ..self.clone() }
    }

    /// The filter that the view is seen through.
    pub fn filter(&self) -> Filter {
        self.filter
    }

    /// Whether an entity passes the filter: a claim about it does by its grade, or a link of it passes.
    ///
    /// # Complexity
    /// Constant where a claim about it passes; else up to the first of its links that does.
    pub fn admits_node(&self, node: NodeIdx) -> bool {
        if self.filter.lowest_grade.is_none() || self.filter.passes_grade(self.node_rank(self.place(node))) {
            return true;
        }
        let visit = &mut |_: Run<'_>| ControlFlow::Break(());
        self.runs(node.0, Direction::Both, visit).is_break()
    }

    /// The best rank of the claims about the entity at a place; the worst where only links name it.
    pub(crate) fn node_rank(&self, place: u32) -> u8 {
        match self.record(place) {
            Some(record) => record.rank,
            None => self.segment.bytes(self.fixed.node_grade).get(place as usize).copied().unwrap_or(u8::MAX),
        }
    }

    /// Passes on what of a run passes the filter.
    pub(super) fn pass(
        &self,
        run: Run<'_>,
        visit: &mut dyn FnMut(Run<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let kept: Vec<usize> =
            (0..run.neighbours.len()).filter(|at| self.filter.admits(self, run.link(*at))).collect();
        if kept.is_empty() {
            return ControlFlow::Continue(());
        }
        if kept.len() == run.neighbours.len() {
            return visit(run);
        }
        let neighbours: Vec<u32> = kept.iter().map(|at| run.neighbours[*at]).collect();
        let rows: Vec<u32> = kept.iter().map(|at| run.link(*at).row).collect();
        visit(Run { neighbours: &neighbours, rows: Rows::List(&rows), ..run })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_validity_is_exclusive() {
        assert!(within(Some(5), Some(9), 5) && within(Some(5), Some(9), 8));
        assert!(!within(Some(5), Some(9), 9) && !within(Some(5), None, 4));
        assert!(within(None, Some(9), i64::MIN) && within(Some(5), None, i64::MAX));
    }
}
