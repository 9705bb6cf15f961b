//! Paths and neighbourhoods.

use super::{EntityRef, Evidence};
use crate::{Certainty, EntityId, Grade, LinkId, Value};
use serde::Serialize;

/// One link as answers show it.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct LinkLine {
    /// Its opaque id.
    pub id: LinkId,
    /// Its type.
    pub link_type: String,
    /// Where it starts.
    pub from: EntityId,
    /// Where it ends.
    pub to: EntityId,
    /// Its properties, sorted by name.
    pub properties: Vec<(String, Value)>,
    /// The best grade among its claims.
    pub grade: Grade,
    /// The line style that follows from the grade.
    pub certainty: Certainty,
    /// From when it holds, seconds since 1970 UTC.
    pub valid_from: Option<i64>,
    /// Until when it holds.
    pub valid_to: Option<i64>,
    /// Number of claims behind it.
    pub claims: u64,
    /// The rows behind it, when they were asked for.
    pub evidence: Vec<Evidence>,
}

/// One step of a path.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct PathStep {
    /// Whether the shown link is walked from its start to its end.
    pub forward: bool,
    /// The link walked: among parallel ones, the one of the best grade, then the earliest in the ledger.
    pub link: LinkLine,
    /// How many further admissible links join the same two entities.
    pub parallel: u64,
    /// The entity reached.
    pub to: EntityRef,
}

/// One path.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct PathRoute {
    /// Where it starts.
    pub from: EntityRef,
    /// The steps.
    pub steps: Vec<PathStep>,
}

/// The answer to `path`.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct PathAnswer {
    /// One end.
    pub from: EntityRef,
    /// The other end.
    pub to: EntityRef,
    /// Links on each path; `None` when there is no path.
    pub length: Option<u32>,
    /// Shortest paths there are, node sequences counted once; `None` when there is no path.
    pub count: Option<u64>,
    /// The paths, in the stated order, at most as many as asked for.
    pub paths: Vec<PathRoute>,
    /// Links that the search looked at.
    pub searched: u64,
    /// The constraints in words, one a line; empty when there were none.
    pub constraints: Vec<String>,
    /// Why there is no path, if there is none.
    pub none: Option<NoPath>,
    /// A budget stopped the search: what is here may not be all, and no path may only mean not found.
    pub stopped: Option<String>,
}

/// Why there is no path.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct NoPath {
    /// Entities reachable from one end under the constraints.
    pub reached_from: u64,
    /// Entities reachable from the other end.
    pub reached_to: u64,
    /// What stood in the way, one for each constraint whose lifting alone would give a path.
    pub obstacles: Vec<Obstacle>,
    /// One sentence.
    pub summary: String,
}

/// A constraint that stood in the way.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Obstacle {
    /// The constraint as given, for example `--hub-cap 50`.
    pub constraint: String,
    /// Length of the shortest path without it.
    pub length_without: u32,
    /// The entities on that path that it shut out, at most five.
    pub through: Vec<EntityRef>,
}

/// The answer to `around`.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct AroundAnswer {
    /// The entity in the middle.
    pub centre: EntityRef,
    /// Hops asked for.
    pub hops: u32,
    /// Entities found with their distance, nearest first, then in ledger order.
    pub entities: Vec<(EntityRef, u32)>,
    /// Links among the entities listed.
    pub links: Vec<LinkLine>,
    /// Entities beyond the limit, which are not listed.
    pub more: u64,
    /// Links among the listed entities beyond the limit, which are not listed.
    pub more_links: u64,
    /// Hubs that were reached but not walked through because of the hub cap, with the number of entities
    /// they are linked with.
    pub hubs: Vec<(EntityRef, u64)>,
    /// A budget stopped the search.
    pub stopped: Option<String>,
}
