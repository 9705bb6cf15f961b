//! Why: the rows of deliveries that an entity or a link stands on, and the rows that joined identities.

use jaal_csr::LinkHandle;
use jaal_graph::{Filter, Sources, View};
use jaal_model::answer::{Evidence, WhyAnswer};
use jaal_model::{AssertionId, NodeIdx};

use crate::entity::{entity_ref, in_words, type_name};
use crate::walk::links_between;
use crate::{AnalysisError, near};

/// The answers for the links between two entities.
#[derive(Clone, PartialEq, Debug)]
pub struct BetweenAnswer {
    /// One answer a link, by type, then ledger order.
    pub links: Vec<WhyAnswer>,
    /// Links beyond the limit, which have no answer here.
    pub more: u64,
}

/// The rows that an entity stands on, those that pass the view's filter, at most `limit`; and those that joined its
/// identities, which no filter leaves out, at most as many.
///
/// # Errors
/// [`AnalysisError::Graph`] when the rows cannot be read.
pub fn why_entity(
    view: &View,
    sources: &Sources,
    node: NodeIdx,
    limit: usize,
) -> Result<WhyAnswer, AnalysisError> {
    let entity = entity_ref(view, node);
    let claims = sources.passing(&view.node_claims(node), &view.filter())?;
    let (evidence, more) = first_rows(sources, &claims, limit)?;
    let (joined_by, more_joins) = first_rows(sources, &view.join_claims(node), limit)?;
    Ok(WhyAnswer {
        title: in_words(&entity),
        entity: Some(entity),
        link: None,
        evidence,
        joined_by,
        more: more + more_joins,
    })
}

/// The rows that a link stands on, those that pass the view's filter, at most `limit`.
///
/// # Errors
/// [`AnalysisError::Graph`] when the rows cannot be read.
pub fn why_link(
    view: &View,
    sources: &Sources,
    link: LinkHandle,
    limit: usize,
) -> Result<WhyAnswer, AnalysisError> {
    let (from, to) = view.ends(link);
    let (evidence, more) = first_rows(sources, &passing(view, sources, link)?, limit)?;
    Ok(WhyAnswer {
        entity: None,
        link: Some(view.link_id(link)),
        title: format!(
            "{} {} {}",
            in_words(&entity_ref(view, from)),
            type_name(view, link.link_type),
            in_words(&entity_ref(view, to))
        ),
        evidence,
        joined_by: Vec::new(),
        more,
    })
}

/// The rows behind the links between two entities, whichever way they lead, of one type or of all: at most `limit`
/// links with at most `limit` rows each. No link is an empty answer.
///
/// # Errors
/// [`AnalysisError::UnknownLinkType`], or [`AnalysisError::Graph`] when the rows cannot be read.
pub fn why_between(
    view: &View,
    sources: &Sources,
    a: NodeIdx,
    b: NodeIdx,
    link_type: Option<&str>,
    limit: usize,
) -> Result<BetweenAnswer, AnalysisError> {
    let wanted = link_type.map(|name| near::link_type(view, name)).transpose()?;
    let mut links = links_between(view, a, b);
    links.retain(|link| wanted.is_none_or(|ty| ty == link.link_type));
    let more = links.len().saturating_sub(limit) as u64;
    links.truncate(limit);
    let answers: Result<_, _> = links.into_iter().map(|link| why_link(view, sources, link, limit)).collect();
    Ok(BetweenAnswer { links: answers?, more })
}

/// The claims behind a link that pass the view's filter.
fn passing(view: &View, sources: &Sources, link: LinkHandle) -> Result<Vec<AssertionId>, AnalysisError> {
    let filter = view.filter();
    // What a link says happened counts from then on, which its claims' validity does not tell.
    let graded = Filter { as_of: None, ..filter };
    let mut claims = sources.passing(&view.link_claims(link), &graded)?;
    let times = view.link_times(link);
    claims.retain(|claim| {
        let own = times.iter().find(|times| times.claim == Some(*claim));
        own.is_none_or(|times| filter.passes_times(times))
    });
    Ok(claims)
}

/// The rows of the first claims, and how many claims are left.
fn first_rows(
    sources: &Sources,
    claims: &[AssertionId],
    limit: usize,
) -> Result<(Vec<Evidence>, u64), AnalysisError> {
    let shown = &claims[..claims.len().min(limit)];
    Ok((sources.evidence(shown)?, (claims.len() - shown.len()) as u64))
}
