//! Projections: a view, or the links of some types of it, as a plain graph for the algorithms that look at all of it.
//!
//! Node numbers stay those of the view. Parallel links fold into one arc whose weight is their number.

use std::ops::ControlFlow;

use jaal_csr::{Adjacency, Budget, Csr, CsrBuilder, Digraph, Direction};
use jaal_graph::View;

use crate::AnalysisError;

/// Links read between two looks at the budget.
const CHUNK: u64 = 4_096;

/// The view without directions, of all link types or of these.
///
/// # Errors
/// [`AnalysisError::Stopped`] when the budget ends, [`AnalysisError::Projection`] beyond 2^31 links.
///
/// # Complexity
/// O(n + m) time and memory.
pub fn whole(view: &View, types: Option<&[u16]>, budget: &Budget) -> Result<Csr, AnalysisError> {
    Ok(collect(view, types, CsrBuilder::new(view.node_count()).undirected(), budget)?.build()?)
}

/// The view with directions, of all link types or of these.
///
/// # Errors
/// As for [`whole`].
///
/// # Complexity
/// O(n + m) time and memory, twice that of [`whole`] because both directions are kept.
pub fn whole_directed(view: &View, types: Option<&[u16]>, budget: &Budget) -> Result<Digraph, AnalysisError> {
    Ok(Digraph::new(collect(view, types, CsrBuilder::new(view.node_count()).directed(), budget)?.build()?))
}

fn collect(
    view: &View,
    types: Option<&[u16]>,
    mut builder: CsrBuilder,
    budget: &Budget,
) -> Result<CsrBuilder, AnalysisError> {
    let mut meter = budget.meter();
    let mut unpaid = 0;
    for node in 0..view.node_count() {
        let _ = view.runs(node, Direction::Out, &mut |run| {
            if types.is_none_or(|wanted| wanted.contains(&run.link_type)) {
                unpaid += run.neighbours.len() as u64;
                for other in run.neighbours {
                    builder.push(node, *other);
                }
            }
            ControlFlow::Continue(())
        });
        if unpaid >= CHUNK {
            meter.spend(unpaid)?;
            unpaid = 0;
        }
    }
    meter.spend(unpaid)?;
    Ok(builder)
}
