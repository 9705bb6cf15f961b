//! Paths: how two entities are connected, under constraints, and when they are not, what stood in the way.
//!
//! The search itself is [`jaal_algo::paths::shortest`], straight on the view; the constraints are part of it, so what
//! is found is the shortest path that keeps to them. Links are walked either way. Of several links between two
//! neighbours on a path one is shown: of the best grade, among these the earliest in the ledger.

mod constraints;
mod explain;
mod question;
mod route;

pub(crate) use constraints::Constraints;
pub use question::{Avoid, MAX_HOPS, PathQuestion};

use jaal_algo::AlgoError;
use jaal_algo::paths::{Filters, Outcome, PathLimits, Want, Workspace, shortest};
use jaal_csr::{Bitmap, Budget, Direction, LinkHandle};
use jaal_graph::{Sources, View};
use jaal_model::AssertionId;
use jaal_model::answer::{LinkLine, PathAnswer, PathRoute};

use crate::entity::entity_ref;
use crate::{AnalysisError, near};

/// Reads what must not be gone through: the name of a kind, or an entity as [`crate::address`] reads it.
///
/// # Errors
/// [`AnalysisError::UnknownKind`] with the nearest kinds, or what [`crate::address::resolve`] says.
pub fn parse_avoid(view: &View, text: &str, country: &str) -> Result<Avoid, AnalysisError> {
    if let Ok(kind) = near::kind(view, text.trim()) {
        return Ok(Avoid::Kind(kind));
    }
    match crate::address::resolve(view, text, country) {
        Ok(node) => Ok(Avoid::Entity(node)),
        // Without a colon and no id: a misspelt kind is likelier than a misspelt address.
        Err(AnalysisError::BadAddress { .. }) => near::kind(view, text.trim()).map(Avoid::Kind),
        Err(error) => Err(error),
    }
}

/// The shortest path between two entities, or all of them, or why there is none. A budget that ends gives an answer
/// that says so in [`PathAnswer::stopped`].
///
/// # Errors
/// [`AnalysisError::UnknownLinkType`] with the nearest types.
///
/// # Complexity
/// About the square root of the graph on graphs like social networks, the whole graph at worst; where there is no
/// path, once more for each constraint.
pub fn path(
    view: &View,
    question: &PathQuestion,
    workspace: &mut Workspace,
    budget: &Budget,
) -> Result<PathAnswer, AnalysisError> {
    let constraints = Constraints::of(view, question)?;
    let mut answer = PathAnswer {
        from: entity_ref(view, question.from),
        to: entity_ref(view, question.to),
        length: None,
        count: None,
        paths: Vec::new(),
        searched: 0,
        constraints: constraints.all_words(view),
        none: None,
        stopped: None,
    };
    let want = if question.all { Want::All { limit: question.limit } } else { Want::One };
    match search(view, &constraints, &|_| true, want, workspace, budget) {
        Ok(Outcome::Found { length, count, paths, searched }) => {
            let admit = |link: LinkHandle| constraints.admits_link(view, link);
            answer.length = Some(length);
            answer.count = Some(count);
            answer.paths = paths.iter().filter_map(|nodes| route::route(view, nodes, &admit)).collect();
            answer.searched = searched;
        }
        Ok(Outcome::None { searched, .. }) => {
            answer.searched = searched;
            let (none, stopped) = explain::no_path(view, &constraints, workspace, budget)?;
            answer.none = Some(none);
            answer.stopped = stopped.map(|stopped| stopped.to_string());
        }
        Err(AlgoError::Stopped(stopped)) => {
            answer.searched = stopped.spent;
            answer.stopped = Some(stopped.to_string());
        }
        Err(error) => return Err(error.into()),
    }
    Ok(answer)
}

/// Fills in the rows behind the links shown, at most `per_link` each.
///
/// # Errors
/// [`AnalysisError::Graph`] when rows cannot be read.
pub fn with_evidence(
    view: &View,
    sources: &Sources,
    answer: &mut PathAnswer,
    per_link: usize,
) -> Result<(), AnalysisError> {
    let routes: Vec<&mut PathRoute> = answer.paths.iter_mut().collect();
    routes_evidence(view, sources, routes, per_link)
}

/// Fills in the rows behind the links of some routes. The rows of all are read at once, because neighbouring claims
/// lie in the same blocks.
///
/// # Errors
/// [`AnalysisError::Graph`] when rows cannot be read.
pub fn routes_evidence(
    view: &View,
    sources: &Sources,
    routes: Vec<&mut PathRoute>,
    per_link: usize,
) -> Result<(), AnalysisError> {
    let links = routes.into_iter().flat_map(|route| route.steps.iter_mut()).map(|step| &mut step.link);
    lines_evidence(view, sources, links.collect(), per_link)
}

/// Fills in the rows behind some links, at most `per_link` each.
///
/// # Errors
/// [`AnalysisError::Graph`] when rows cannot be read.
pub fn lines_evidence(
    view: &View,
    sources: &Sources,
    mut links: Vec<&mut LinkLine>,
    per_link: usize,
) -> Result<(), AnalysisError> {
    let mut claims: Vec<AssertionId> = Vec::new();
    let mut counts = Vec::with_capacity(links.len());
    for line in &links {
        let mut behind = sources.link_of(view, line.id)?.map_or_else(Vec::new, |link| view.link_claims(link));
        behind.truncate(per_link);
        counts.push(behind.len());
        claims.append(&mut behind);
    }
    let mut evidence = sources.evidence(&claims)?.into_iter();
    for (line, count) in links.iter_mut().zip(counts) {
        line.evidence = evidence.by_ref().take(count).collect();
    }
    Ok(())
}

/// The shortest path of a question on which every entity but the ends is also admitted by `node_ok`; `None` when there
/// is none.
///
/// # Errors
/// [`AnalysisError::UnknownLinkType`], [`AnalysisError::Stopped`] when the budget ends.
pub(crate) fn shortest_route(
    view: &View,
    question: &PathQuestion,
    node_ok: &(dyn Fn(u32) -> bool + Sync),
    workspace: &mut Workspace,
    budget: &Budget,
) -> Result<Option<PathRoute>, AnalysisError> {
    let constraints = Constraints::of(view, question)?;
    let admit = |link: LinkHandle| constraints.admits_link(view, link);
    match search(view, &constraints, node_ok, Want::One, workspace, budget)? {
        Outcome::Found { paths, .. } => Ok(paths.first().and_then(|nodes| route::route(view, nodes, &admit))),
        Outcome::None { .. } => Ok(None),
    }
}

/// One search under constraints.
fn search(
    view: &View,
    constraints: &Constraints,
    node_ok: &(dyn Fn(u32) -> bool + Sync),
    want: Want,
    workspace: &mut Workspace,
    budget: &Budget,
) -> Result<Outcome, AlgoError> {
    let limits = PathLimits { max_hops: constraints.max_hops, hub_cap: constraints.hub_cap, want };
    with_filters(view, constraints, node_ok, |filters| {
        shortest(view, constraints.from.0, constraints.to.0, &limits, filters, workspace, budget)
    })
}

/// Calls `then` with the filters that constraints amount to.
pub(crate) fn with_filters<T>(
    view: &View,
    constraints: &Constraints,
    node_ok: &(dyn Fn(u32) -> bool + Sync),
    then: impl FnOnce(&Filters<'_>) -> T,
) -> T {
    let types = constraints.type_set(view);
    let nodes = |node: u32| node_ok(node) && constraints.admits_node(view, jaal_model::NodeIdx(node));
    let links = |link: LinkHandle| constraints.admits_claims(view, link);
    let by_link: Option<&(dyn Fn(LinkHandle) -> bool + Sync)> =
        if constraints.looks_at_links() { Some(&links) } else { None };
    then(&Filters {
        direction: Direction::Both,
        link_types: types.as_ref(),
        node_ok: if constraints.avoid.is_empty() { node_ok } else { &nodes },
        link_ok: by_link,
    })
}

impl Constraints {
    /// The admitted link types as a set; `None` for all.
    fn type_set(&self, view: &View) -> Option<Bitmap> {
        if self.types.is_empty() {
            return None;
        }
        let mut set = Bitmap::new(view.link_types().len());
        for link_type in &self.types {
            set.insert(usize::from(*link_type));
        }
        Some(set)
    }
}
