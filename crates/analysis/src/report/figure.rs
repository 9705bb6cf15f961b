//! A figure being counted: distinct entities with what each adds, and the claims it stands on.

use jaal_graph::{Sources, View};
use jaal_model::answer::{Evidence, Figure, ReportRow};
use jaal_model::{AssertionId, NodeIdx};

use crate::AnalysisError;
use crate::entity::entity_ref;
use crate::when::iso_day;

/// One entity that a figure counts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Counted {
    /// The entity; no figure counts one twice.
    pub(super) node: NodeIdx,
    /// What it adds.
    pub(super) adds: i64,
    /// The day it counts under.
    pub(super) day: Option<i64>,
    /// The claims that it counts by.
    pub(super) claims: Vec<AssertionId>,
}

/// What a figure is called and how it is counted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heading {
    /// The stable name.
    pub(super) name: &'static str,
    /// What it says.
    pub(super) title: &'static str,
    /// `count` or `PKR`.
    pub(super) unit: &'static str,
    /// How it is counted.
    pub(super) method: &'static str,
}

/// The figure over the counted entities, with rows and their evidence where there are sources to read them from.
///
/// # Errors
/// [`AnalysisError::Graph`] when rows cannot be read.
pub(super) fn figure(
    view: &View,
    rows_from: Option<&Sources>,
    heading: Heading,
    counted: &[Counted],
) -> Result<Figure, AnalysisError> {
    let rows = match rows_from {
        Some(sources) => rows(view, sources, counted)?,
        None => Vec::new(),
    };
    Ok(Figure {
        name: heading.name.to_owned(),
        title: heading.title.to_owned(),
        value: total(counted),
        unit: heading.unit,
        method: heading.method.to_owned(),
        rows,
    })
}

/// The sum of what the entities add; a sum beyond what the figure can hold stays at the largest value.
pub(super) fn total(counted: &[Counted]) -> i64 {
    let sum: i128 = counted.iter().map(|c| i128::from(c.adds)).sum();
    sum.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64
}

/// One row an entity; the evidence of all is read at once, because neighbouring claims lie in the same blocks.
fn rows(view: &View, sources: &Sources, counted: &[Counted]) -> Result<Vec<ReportRow>, AnalysisError> {
    let claims: Vec<AssertionId> = counted.iter().flat_map(|c| c.claims.iter().copied()).collect();
    let mut evidence = sources.evidence(&claims)?.into_iter();
    let row = |c: &Counted| ReportRow {
        entity: entity_ref(view, c.node),
        adds: c.adds,
        date: c.day.map(iso_day),
        evidence: evidence.by_ref().take(c.claims.len()).collect::<Vec<Evidence>>(),
    };
    Ok(counted.iter().map(row).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_total_never_wraps() {
        let counted = |adds| Counted { node: NodeIdx(0), adds, day: None, claims: Vec::new() };
        assert_eq!(total(&[counted(2), counted(-5)]), -3);
        assert_eq!(total(&[counted(i64::MAX), counted(i64::MAX)]), i64::MAX);
        assert_eq!(total(&[]), 0);
    }
}
