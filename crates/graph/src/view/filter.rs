//! Filters on links: those that hold at an instant, and those whose grade is good enough. They lie over a view and
//! change nothing in it: which identities are one entity may still rest on claims that a filter would leave out, and
//! entities and their properties are as the view has them.

use super::View;
use jaal_csr::{LinkHandle, Rows, Run};
use jaal_model::Grade;
use std::ops::ControlFlow;

/// What a reader asks of links beside what the lens admits. The default asks nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Filter {
    /// The instant at which a link must hold, in seconds since 1970 UTC. One without a validity holds from its event
    /// on; one folded from several rows whenever one of them does.
    pub as_of: Option<i64>,
    /// The worst grade that the best of its claims may have.
    pub lowest_grade: Option<Grade>,
}

impl Filter {
    /// Whether it asks nothing.
    pub fn is_open(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a link passes.
    pub fn admits(&self, view: &View, link: LinkHandle) -> bool {
        self.lowest_grade.is_none_or(|lowest| view.link_grade(link).rank() <= lowest.rank())
            && self.as_of.is_none_or(|instant| holds_at(view, link, instant))
    }
}

/// A link folded from several rows holds whenever what one of them says does.
fn holds_at(view: &View, link: LinkHandle, instant: i64) -> bool {
    view.link_times(link).iter().any(|times| match (times.from, times.to) {
        (None, None) => times.event.is_none_or(|event| event <= instant),
        (from, to) => within(from, to, instant),
    })
}

/// Whether an instant lies in a validity, whose end is exclusive.
fn within(from: Option<i64>, to: Option<i64>, instant: i64) -> bool {
    from.is_none_or(|from| from <= instant) && to.is_none_or(|to| instant < to)
}

impl View {
    /// The view with only those links that pass a filter. Counts of all links stay those of the whole view.
    #[must_use]
    pub fn filtered(&self, filter: Filter) -> Self {
        Self { filter, ..self.clone() }
    }

    /// What is asked of links.
    pub fn filter(&self) -> Filter {
        self.filter
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
