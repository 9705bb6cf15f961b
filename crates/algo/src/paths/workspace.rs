//! The marks of a search, kept between searches so that a small search on a large graph costs no clearing.
//!
//! A mark is a number that grows from search to search: what is below the base of the present search is not marked.
//! The base itself marks a node that was reached and turned down, base + 1 + d one reached and open at level d.

/// The deepest level a search goes to. A path of that length needs a thousand million nodes.
pub(super) const MAX_LEVEL: u32 = 1 << 30;

/// Memory for searches, to be reused: 8 bytes a node of the largest graph searched, taken at the first search.
#[derive(Clone, Default, Debug)]
pub struct Workspace {
    marks: [Vec<u32>; 2],
    next_base: u32,
}

impl Workspace {
    /// An empty workspace.
    pub fn new() -> Self {
        Self::default()
    }

    /// Starts a search: fresh marks from each of the two ends.
    ///
    /// # Complexity
    /// O(1), but O(n) when the graph has grown and after some 2^31 levels in all.
    pub(super) fn begin(&mut self, node_count: u32) -> [Marks<'_>; 2] {
        if self.next_base == 0 || self.next_base > u32::MAX - MAX_LEVEL - 2 {
            for marks in &mut self.marks {
                marks.fill(0);
            }
            self.next_base = 1;
        }
        let base = self.next_base;
        for marks in &mut self.marks {
            if marks.len() < node_count as usize {
                marks.resize(node_count as usize, 0);
            }
        }
        // Searches are short, so a step of this size is seldom used up; `deepest` moves it on when it is.
        self.next_base = base + 1;
        let [from, to] = &mut self.marks;
        let deepest = std::cell::Cell::from_mut(&mut self.next_base);
        [from, to].map(|of_node| Marks { of_node, base, next_base: deepest })
    }
}

/// The marks from one end of the present search.
pub(super) struct Marks<'w> {
    of_node: &'w mut [u32],
    base: u32,
    next_base: &'w std::cell::Cell<u32>,
}

impl Marks<'_> {
    /// The mark of an open node at a level.
    #[inline]
    pub(super) fn of_level(&self, level: u32) -> u32 {
        self.base + 1 + level
    }

    /// Tells that a level is being marked, so that the next search starts above it.
    pub(super) fn reserve(&self, level: u32) {
        self.next_base.set(self.next_base.get().max(self.of_level(level) + 1));
    }

    /// Marks a node if it has no mark in this search, and says whether it did.
    #[inline]
    pub(super) fn mark_new(&mut self, node: u32, mark: u32) -> bool {
        let slot = &mut self.of_node[node as usize];
        let new = *slot < self.base;
        if new {
            *slot = mark;
        }
        new
    }

    #[inline]
    pub(super) fn is_new(&self, node: u32) -> bool {
        self.of_node[node as usize] < self.base
    }

    /// Marks a node as reached and turned down.
    pub(super) fn turn_down(&mut self, node: u32) {
        self.of_node[node as usize] = self.base;
    }

    pub(super) fn is_turned_down(&self, node: u32) -> bool {
        self.of_node[node as usize] == self.base
    }

    /// Whether a node was reached and is open.
    #[inline]
    pub(super) fn is_open(&self, node: u32) -> bool {
        self.of_node[node as usize] > self.base
    }

    #[inline]
    pub(super) fn is_at(&self, node: u32, mark: u32) -> bool {
        self.of_node[node as usize] == mark
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_sees_nothing_of_the_one_before() {
        let mut workspace = Workspace::new();
        for _ in 0..3 {
            let [mut from, to] = workspace.begin(4);
            assert!((0..4).all(|node| from.is_new(node) && to.is_new(node)));
            from.reserve(7);
            assert!(from.mark_new(2, from.of_level(7)) && !from.mark_new(2, from.of_level(1)));
            from.turn_down(1);
            assert!(from.is_open(2) && from.is_turned_down(1) && !from.is_open(1) && !to.is_open(2));
        }
    }

    #[test]
    fn marks_are_cleared_before_they_run_out() {
        let mut workspace = Workspace::new();
        let [mut from, _] = workspace.begin(2);
        from.reserve(MAX_LEVEL);
        let mark = from.of_level(MAX_LEVEL);
        from.mark_new(0, mark);
        for _ in 0..5 {
            let [mut from, _] = workspace.begin(2);
            assert!(from.is_new(0));
            from.reserve(MAX_LEVEL);
            let mark = from.of_level(MAX_LEVEL);
            from.mark_new(0, mark);
        }
    }
}
