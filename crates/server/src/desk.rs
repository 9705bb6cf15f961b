//! Where one question is worked on: the reading it is asked of, what it may spend, and how its parameters become the
//! constraints that the engine knows.

use crate::app::Store;
use crate::params::Params;
use crate::problem::Problem;
use jaal_engine::algorithms::paths::Workspace;
use jaal_engine::analysis::address;
use jaal_engine::analysis::path::{Avoid, parse_avoid};
use jaal_engine::model::{ErrorKind, NodeIdx};
use jaal_engine::{Budget, Lens, Reading};

/// What a question has in hand.
pub(crate) struct Desk<'a> {
    /// One state of the graph, and the rows behind it.
    pub(crate) reading: &'a Reading,
    /// The lens that it is read through.
    pub(crate) lens: &'a Lens,
    /// The service's settings.
    pub(crate) store: &'a Store,
    /// What the question may spend.
    pub(crate) budget: &'a Budget,
    /// Memory for searches.
    pub(crate) workspace: &'a mut Workspace,
}

impl Desk<'_> {
    /// The entity that a text names.
    pub(crate) fn resolve(&self, text: &str) -> Result<NodeIdx, Problem> {
        Ok(address::resolve(&self.reading.view, text, &self.store.country)?)
    }

    /// Stops a question that has several parts when its time is up between two of them.
    pub(crate) fn go_on(&self) -> Result<(), Problem> {
        self.budget.meter().poll().map_err(|stopped| out_of_budget(&stopped.to_string()))
    }
}

/// A search was stopped before it knew anything.
pub(crate) fn out_of_budget(stopped: &str) -> Problem {
    Problem::of(ErrorKind::LimitExceeded, format!("{stopped}; narrow the question"))
}

/// What a walk may and may not use, as it was asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Filter {
    /// Link types; empty means all.
    pub(crate) types: Vec<String>,
    avoid: Vec<String>,
    /// Entities with more links are not walked through.
    pub(crate) hub_cap: Option<u64>,
}

impl Filter {
    /// The parameters it is read from.
    pub(crate) const NAMES: &[&str] = &["types", "avoid", "hub_cap"];

    /// Reads it.
    pub(crate) fn read(params: &Params) -> Result<Self, Problem> {
        Ok(Self {
            types: params.list("types"),
            avoid: params.all("avoid"),
            hub_cap: params.number("hub_cap", 0..=u64::MAX)?,
        })
    }

    /// What is to be avoided, looked up.
    pub(crate) fn avoided(&self, desk: &Desk<'_>) -> Result<Vec<Avoid>, Problem> {
        let look_up = |text: &String| Ok(parse_avoid(&desk.reading.view, text, &desk.store.country)?);
        self.avoid.iter().map(look_up).collect()
    }
}
