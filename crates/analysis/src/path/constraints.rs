//! The constraints of a path question against one view: what they admit, how they read, and what remains when one of
//! them is lifted.

use jaal_algo::paths::is_hub;
use jaal_csr::LinkHandle;
use jaal_graph::{Filter, View};
use jaal_model::{Grade, NodeIdx};

use super::question::{Avoid, MAX_HOPS, PathQuestion};
use crate::entity::{kind_name, type_name};
use crate::when::{day_of_seconds, iso_day};
use crate::{AnalysisError, near};

/// The constraints of a question, names resolved.
#[derive(Clone, Debug)]
pub(crate) struct Constraints {
    pub(crate) from: NodeIdx,
    pub(crate) to: NodeIdx,
    /// Admitted link types, sorted; empty means all.
    pub(crate) types: Vec<u16>,
    pub(crate) avoid: Vec<Avoid>,
    pub(crate) max_hops: u32,
    pub(crate) hub_cap: Option<u64>,
    pub(crate) as_of: Option<i64>,
    pub(crate) lowest_grade: Option<Grade>,
}

/// One constraint.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Constraint {
    Types,
    /// By position in the list of what is avoided.
    Avoid(usize),
    MaxHops,
    HubCap,
    AsOf,
    LowestGrade,
}

impl Constraints {
    /// # Errors
    /// [`AnalysisError::UnknownLinkType`] with the nearest names.
    pub(crate) fn of(view: &View, question: &PathQuestion) -> Result<Self, AnalysisError> {
        let types: Result<Vec<u16>, _> =
            question.types.iter().map(|name| near::link_type(view, name)).collect();
        let mut types = types?;
        types.sort_unstable();
        types.dedup();
        Ok(Self {
            from: question.from,
            to: question.to,
            types,
            avoid: question.avoid.clone(),
            max_hops: question.max_hops,
            hub_cap: question.hub_cap,
            as_of: question.as_of,
            lowest_grade: question.lowest_grade,
        })
    }

    /// The constraints that there are, in the order in which they are explained.
    pub(crate) fn list(&self) -> Vec<Constraint> {
        let mut list = Vec::new();
        if !self.types.is_empty() {
            list.push(Constraint::Types);
        }
        list.extend((0..self.avoid.len()).map(Constraint::Avoid));
        if self.hub_cap.is_some() {
            list.push(Constraint::HubCap);
        }
        if self.as_of.is_some() {
            list.push(Constraint::AsOf);
        }
        if self.lowest_grade.is_some() {
            list.push(Constraint::LowestGrade);
        }
        list.push(Constraint::MaxHops);
        list
    }

    /// The constraints without one of them.
    pub(crate) fn without(&self, constraint: Constraint) -> Self {
        let mut rest = self.clone();
        match constraint {
            Constraint::Types => rest.types.clear(),
            Constraint::Avoid(at) => {
                rest.avoid.remove(at);
            }
            Constraint::MaxHops => rest.max_hops = u32::MAX,
            Constraint::HubCap => rest.hub_cap = None,
            Constraint::AsOf => rest.as_of = None,
            Constraint::LowestGrade => rest.lowest_grade = None,
        }
        rest
    }

    /// No constraints at all between the same ends.
    pub(crate) fn lifted(&self) -> Self {
        Self {
            types: Vec::new(),
            avoid: Vec::new(),
            max_hops: u32::MAX,
            hub_cap: None,
            as_of: None,
            lowest_grade: None,
            ..self.clone()
        }
    }

    /// A constraint as it is given on the command line.
    pub(crate) fn words(&self, view: &View, constraint: Constraint) -> String {
        match constraint {
            Constraint::Types => {
                let names: Vec<String> = self.types.iter().map(|ty| type_name(view, *ty)).collect();
                format!("--types {}", names.join(","))
            }
            Constraint::Avoid(at) => match self.avoid.get(at) {
                Some(Avoid::Kind(kind)) => format!("--avoid {}", kind_name(view, *kind)),
                Some(Avoid::Entity(node)) => format!("--avoid {}", view.entity_id(*node)),
                None => String::new(),
            },
            Constraint::MaxHops => format!("--max-hops {}", self.max_hops),
            Constraint::HubCap => format!("--hub-cap {}", self.hub_cap.unwrap_or(u64::MAX)),
            Constraint::AsOf => format!("--as-of {}", iso_day(day_of_seconds(self.as_of.unwrap_or(0)))),
            Constraint::LowestGrade => {
                format!("--lowest-grade {}", self.lowest_grade.unwrap_or(Grade::UNGRADED))
            }
        }
    }

    /// All constraints in words; the default length is none.
    pub(crate) fn all_words(&self, view: &View) -> Vec<String> {
        let said = |c: &Constraint| *c != Constraint::MaxHops || self.max_hops != MAX_HOPS;
        self.list().into_iter().filter(said).map(|c| self.words(view, c)).collect()
    }

    /// Whether a path may go through an entity, apart from the hub cap. The ends are exempt.
    pub(crate) fn admits_node(&self, view: &View, node: NodeIdx) -> bool {
        node == self.from || node == self.to || !self.avoid.iter().any(|avoid| avoids(view, *avoid, node))
    }

    /// Whether links must be looked at one by one.
    pub(crate) fn looks_at_links(&self) -> bool {
        self.as_of.is_some() || self.lowest_grade.is_some()
    }

    /// Whether a path may use a link, its type apart.
    pub(crate) fn admits_claims(&self, view: &View, link: LinkHandle) -> bool {
        let filter = Filter { as_of: self.as_of, lowest_grade: self.lowest_grade };
        filter.admits(view, link)
    }

    /// Whether a path may use a link.
    pub(crate) fn admits_link(&self, view: &View, link: LinkHandle) -> bool {
        (self.types.is_empty() || self.types.contains(&link.link_type)) && self.admits_claims(view, link)
    }

    /// The entities between the ends of a path that a constraint on entities shuts out.
    pub(crate) fn shut_out(&self, view: &View, constraint: Constraint, path: &[u32]) -> Vec<NodeIdx> {
        let refused = |node: NodeIdx| match constraint {
            Constraint::Avoid(at) => self.avoid.get(at).is_some_and(|avoid| avoids(view, *avoid, node)),
            Constraint::HubCap => self.hub_cap.is_some_and(|cap| is_hub(view, node.0, cap)),
            _ => false,
        };
        let inside = path.get(1..path.len().saturating_sub(1)).unwrap_or_default();
        inside.iter().map(|node| NodeIdx(*node)).filter(|node| refused(*node)).collect()
    }
}

fn avoids(view: &View, avoid: Avoid, node: NodeIdx) -> bool {
    match avoid {
        Avoid::Kind(kind) => view.has_kind(node, kind),
        Avoid::Entity(entity) => entity == node,
    }
}
