//! What a search may walk on, and the one loop that walks a node's links under it.

use std::ops::ControlFlow;

use jaal_csr::{Adjacency, Bitmap, Direction, LinkHandle, Meter, Run, Stopped};

/// A test on nodes.
pub(super) type NodeTest<'a> = &'a (dyn Fn(u32) -> bool + Sync);
/// A test on links.
pub(super) type LinkTest<'a> = &'a (dyn Fn(LinkHandle) -> bool + Sync);

/// What a search may walk on. The default is everything, either way.
#[derive(Clone, Copy)]
pub struct Filters<'a> {
    /// Which way links are followed, from the first node towards the last.
    pub direction: Direction,
    /// The link types that may be used, or all.
    pub link_types: Option<&'a Bitmap>,
    /// Whether a node may be the interior of a path. The ends of a path are never asked about. Must give the same
    /// answer every time.
    pub node_ok: &'a (dyn Fn(u32) -> bool + Sync),
    /// Whether a link may be used, or all. Without it whole slices of neighbours are walked at once.
    pub link_ok: Option<&'a (dyn Fn(LinkHandle) -> bool + Sync)>,
}

impl Default for Filters<'_> {
    fn default() -> Self {
        Self { direction: Direction::Both, link_types: None, node_ok: &|_| true, link_ok: None }
    }
}

/// A link at hand in a walk.
pub(super) struct Step<'r> {
    run: &'r Run<'r>,
    index: usize,
    link_ok: Option<LinkTest<'r>>,
}

impl Step<'_> {
    /// Whether the link may be used. Asked last, after what is cheaper to know.
    #[inline]
    pub(super) fn allowed(&self) -> bool {
        self.link_ok.is_none_or(|ok| ok(self.run.link(self.index)))
    }
}

impl Filters<'_> {
    /// Calls `visit` with each neighbour of a node by links of the types in use, and charges for them.
    #[inline]
    pub(super) fn walk<G: Adjacency + ?Sized>(
        &self,
        graph: &G,
        node: u32,
        direction: Direction,
        meter: &mut Meter,
        mut visit: impl FnMut(u32, &Step<'_>),
    ) -> Result<(), Stopped> {
        let mut spent = Ok(());
        let _ = graph.runs(node, direction, &mut |run| {
            if self.link_types.is_some_and(|types| !types.get(usize::from(run.link_type))) {
                return ControlFlow::Continue(());
            }
            spent = meter.spend(run.neighbours.len() as u64);
            if spent.is_err() {
                return ControlFlow::Break(());
            }
            for (index, &other) in run.neighbours.iter().enumerate() {
                visit(other, &Step { run: &run, index, link_ok: self.link_ok });
            }
            ControlFlow::Continue(())
        });
        spent
    }
}

/// The direction in which what was found in `direction` leads back.
pub(super) fn reverse(direction: Direction) -> Direction {
    match direction {
        Direction::Out => Direction::In,
        Direction::In => Direction::Out,
        Direction::Both => Direction::Both,
    }
}
