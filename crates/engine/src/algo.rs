//! Whole-graph algorithms by name, over a projection of the view.

use crate::EngineError;
use crate::database::Reading;
use jaal_algo::AlgoError;
use jaal_algo::communities::{LeidenConfig, Objective, leiden};
use jaal_algo::components::wcc;
use jaal_algo::ranking::{PageRankConfig, pagerank};
use jaal_analysis::entity::entity_ref;
use jaal_analysis::project::{whole, whole_directed};
use jaal_analysis::ties::{TieProfile, ties};
use jaal_csr::{Budget, Csr};
use jaal_graph::View;
use jaal_model::NodeIdx;
use serde::Serialize;
use std::io::Write;
use std::time::Instant;

/// The algorithms there are, with what each answers.
pub const ALGORITHMS: &[(&str, &str)] = &[
    ("leiden", "communities: groups with more links inside than chance would give"),
    ("pagerank", "importance: how often a walk along directed links passes"),
    ("wcc", "components: what hangs together at all"),
];

/// What to compute.
#[derive(Clone, PartialEq, Debug)]
pub struct AlgoRequest {
    /// One of [`ALGORITHMS`].
    pub name: String,
    /// Link types to use; empty for all.
    pub types: Vec<String>,
    /// Run on people tied by what they share instead of on the graph itself.
    pub ties: bool,
    /// `modularity` or `cpm`, for leiden.
    pub objective: String,
    /// Resolution, for leiden.
    pub resolution: f64,
    /// Seed of the order of nodes, for leiden.
    pub seed: u64,
    /// Damping, for pagerank.
    pub damping: f64,
    /// L1 change to stop at, for pagerank.
    pub tolerance: f64,
    /// Rounds at most.
    pub max_iterations: u32,
}

impl Default for AlgoRequest {
    fn default() -> Self {
        Self {
            name: String::new(),
            types: Vec::new(),
            ties: false,
            objective: "modularity".to_owned(),
            resolution: 1.0,
            seed: 0,
            damping: 0.85,
            tolerance: 1e-6,
            max_iterations: 100,
        }
    }
}

/// What was computed, without the value of each entity.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct AlgoAnswer {
    /// The algorithm.
    pub name: String,
    /// Nodes of the projection.
    pub nodes: u64,
    /// Arcs of the projection: an undirected edge is two.
    pub arcs: u64,
    /// Components or communities.
    pub groups: Option<u64>,
    /// Sizes of the ten largest groups.
    pub largest: Vec<u64>,
    /// Modularity or CPM quality, recomputed from the result.
    pub quality: Option<f64>,
    /// Rounds done.
    pub iterations: Option<u32>,
    /// L1 change of the last round.
    pub residual: Option<f64>,
    /// Seconds to build the projection.
    pub project_s: f64,
    /// Seconds to compute.
    pub compute_s: f64,
    #[serde(skip)]
    values: Values,
    #[serde(skip)]
    nodes_of: Vec<NodeIdx>,
}

#[derive(Clone, PartialEq, Debug)]
enum Values {
    Group(Vec<u32>),
    Score(Vec<f64>),
}

/// The projection of a request.
struct Projection {
    graph: Csr,
    nodes: Vec<NodeIdx>,
}

impl Reading {
    /// Computes an algorithm over the graph.
    ///
    /// # Errors
    /// [`EngineError::Unknown`] for a name, link type or objective that is not there; [`EngineError::Stopped`] when
    /// the budget ends.
    pub fn algo(&self, request: &AlgoRequest, budget: &Budget) -> Result<AlgoAnswer, EngineError> {
        let types = self.types(request)?;
        match request.name.as_str() {
            "wcc" => self.run_wcc(request, types.as_deref(), budget),
            "leiden" => self.run_leiden(request, types.as_deref(), budget),
            "pagerank" => self.run_pagerank(request, types.as_deref(), budget),
            _ => {
                let known: Vec<&str> = ALGORITHMS.iter().map(|(name, _)| *name).collect();
                Err(unknown("algorithm", &request.name, &known.join(", ")))
            }
        }
    }

    fn types(&self, request: &AlgoRequest) -> Result<Option<Vec<u16>>, EngineError> {
        if request.types.is_empty() {
            return Ok(None);
        }
        let number = |name: &String| {
            let known = || self.view.link_types().join(", ");
            self.view.link_type(name).ok_or_else(|| unknown("link type", name, &known()))
        };
        request.types.iter().map(number).collect::<Result<_, _>>().map(Some)
    }

    fn projection(
        &self,
        request: &AlgoRequest,
        types: Option<&[u16]>,
        budget: &Budget,
    ) -> Result<Projection, EngineError> {
        if request.ties {
            let ties = ties(&self.view, &TieProfile::default(), budget)?;
            return Ok(Projection { graph: ties.graph, nodes: ties.people });
        }
        let graph = whole(&self.view, types, budget)?;
        Ok(Projection { graph, nodes: (0..self.view.node_count()).map(NodeIdx).collect() })
    }

    fn run_wcc(
        &self,
        request: &AlgoRequest,
        types: Option<&[u16]>,
        budget: &Budget,
    ) -> Result<AlgoAnswer, EngineError> {
        let start = Instant::now();
        let Projection { graph, nodes } = self.projection(request, types, budget)?;
        let projected = Instant::now();
        let found = wcc(&graph, budget)?;
        let mut answer =
            AlgoAnswer::new(request, &graph, Values::Group(found.label), nodes, start, projected);
        answer.groups = Some(u64::from(found.count));
        answer.count_largest();
        Ok(answer)
    }

    fn run_leiden(
        &self,
        request: &AlgoRequest,
        types: Option<&[u16]>,
        budget: &Budget,
    ) -> Result<AlgoAnswer, EngineError> {
        let objective = match request.objective.as_str() {
            "modularity" => Objective::Modularity,
            "cpm" => Objective::Cpm,
            other => return Err(unknown("objective", other, "modularity, cpm")),
        };
        let config = LeidenConfig {
            objective,
            resolution: request.resolution,
            seed: request.seed,
            ..LeidenConfig::default()
        };
        let start = Instant::now();
        let Projection { graph, nodes } = self.projection(request, types, budget)?;
        let projected = Instant::now();
        let found = leiden(&graph, &config, budget).map_err(algo_error)?;
        let values = Values::Group(found.community);
        let mut answer = AlgoAnswer::new(request, &graph, values, nodes, start, projected);
        answer.groups = Some(u64::from(found.count));
        answer.quality = Some(found.quality);
        answer.iterations = Some(found.iterations);
        answer.count_largest();
        Ok(answer)
    }

    fn run_pagerank(
        &self,
        request: &AlgoRequest,
        types: Option<&[u16]>,
        budget: &Budget,
    ) -> Result<AlgoAnswer, EngineError> {
        let config = PageRankConfig {
            damping: request.damping,
            tolerance: request.tolerance,
            max_iterations: request.max_iterations,
            ..PageRankConfig::default()
        };
        let start = Instant::now();
        let graph = whole_directed(&self.view, types, budget)?;
        let projected = Instant::now();
        let found = pagerank(&graph, &config, budget).map_err(algo_error)?;
        let nodes = (0..self.view.node_count()).map(NodeIdx).collect();
        let values = Values::Score(found.scores);
        let mut answer = AlgoAnswer::new(request, graph.out(), values, nodes, start, projected);
        answer.iterations = Some(found.iterations);
        answer.residual = Some(found.residual);
        Ok(answer)
    }
}

impl AlgoAnswer {
    fn new(
        request: &AlgoRequest,
        graph: &Csr,
        values: Values,
        nodes_of: Vec<NodeIdx>,
        start: Instant,
        projected: Instant,
    ) -> Self {
        Self {
            name: request.name.clone(),
            nodes: u64::from(graph.node_count()),
            arcs: graph.arc_count(),
            groups: None,
            largest: Vec::new(),
            quality: None,
            iterations: None,
            residual: None,
            project_s: (projected - start).as_secs_f64(),
            compute_s: projected.elapsed().as_secs_f64(),
            values,
            nodes_of,
        }
    }

    fn count_largest(&mut self) {
        let Values::Group(groups) = &self.values else { return };
        let mut sorted = groups.clone();
        sorted.sort_unstable();
        let mut sizes: Vec<u64> = sorted.chunk_by(|a, b| a == b).map(|group| group.len() as u64).collect();
        sizes.sort_unstable_by(|a, b| b.cmp(a));
        sizes.truncate(10);
        self.largest = sizes;
    }

    /// The entities of a community or component, by its number, in node order.
    pub fn members(&self, group: u32) -> Vec<NodeIdx> {
        match &self.values {
            Values::Group(groups) => {
                let mine = groups.iter().zip(&self.nodes_of).filter(|(g, _)| **g == group);
                mine.map(|(_, node)| *node).collect()
            }
            Values::Score(_) => Vec::new(),
        }
    }

    /// The entities with the highest scores, highest first, ties in node order.
    pub fn top(&self, count: usize) -> Vec<(NodeIdx, f64)> {
        let Values::Score(scores) = &self.values else { return Vec::new() };
        let mut ranked: Vec<(NodeIdx, f64)> =
            self.nodes_of.iter().copied().zip(scores.iter().copied()).collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        ranked.truncate(count);
        ranked
    }

    /// Writes one line an entity, as CSV: id, kind, label, value.
    ///
    /// # Errors
    /// What `out` says.
    pub fn write_csv(&self, view: &View, out: &mut dyn Write) -> std::io::Result<()> {
        let column = if matches!(self.values, Values::Group(_)) { "group" } else { "score" };
        writeln!(out, "id,kind,label,{column}")?;
        for (at, node) in self.nodes_of.iter().enumerate() {
            let entity = entity_ref(view, *node);
            let kind = entity.kinds.first().map_or("", String::as_str);
            let value = match &self.values {
                Values::Group(groups) => groups[at].to_string(),
                Values::Score(scores) => scores[at].to_string(),
            };
            writeln!(out, "{},{},{},{value}", entity.id, quoted(kind), quoted(&entity.label))?;
        }
        Ok(())
    }
}

/// A CSV field.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

fn unknown(what: &'static str, name: &str, known: &str) -> EngineError {
    EngineError::Unknown { what, name: name.to_owned(), known: known.to_owned() }
}

fn algo_error(error: AlgoError) -> EngineError {
    match error {
        AlgoError::Stopped(stopped) => EngineError::Stopped(stopped),
        other => EngineError::Algo(other),
    }
}
