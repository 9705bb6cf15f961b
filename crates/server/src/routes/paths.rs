//! `GET /v1/paths?from=A&to=B`: how two entities are connected, or what stands in the way.

use crate::answer::Answer;
use crate::app::App;
use crate::desk::{Desk, Filter, out_of_budget};
use crate::params::Params;
use crate::problem::Problem;
use crate::through::{self, LENS, LINKS};
use axum::extract::State;
use jaal_engine::analysis::path::{MAX_HOPS, PathQuestion, path, with_evidence};
use jaal_engine::graph::Filter as Links;
use jaal_engine::model::answer::PathAnswer;

/// The longest path that may be asked for.
const MOST_HOPS: u64 = 1_000;
const DEFAULT_PATHS: u64 = 10;
const MOST_PATHS: u64 = 1_000;
/// Rows behind each link with `why`.
pub(super) const ROWS_A_LINK: usize = 3;

/// A path as it was asked for.
pub(super) struct Asked {
    from: String,
    to: String,
    filter: Filter,
    max_hops: u32,
    links: Links,
    all: bool,
    limit: usize,
}

impl Asked {
    /// The parameters it is read from, those of the filter apart.
    pub(super) const NAMES: &[&str] = &["from", "to", "max_hops", "all", "limit"];

    pub(super) fn read(params: &Params) -> Result<Self, Problem> {
        let all = params.flag("all")?;
        let limit = params.number("limit", 1..=MOST_PATHS)?.unwrap_or(DEFAULT_PATHS) as usize;
        Ok(Self {
            from: params.required("from")?,
            to: params.required("to")?,
            filter: Filter::read(params)?,
            max_hops: params.number("max_hops", 0..=MOST_HOPS)?.map_or(MAX_HOPS, |hops| hops as u32),
            links: through::links(params)?,
            all,
            limit: if all { limit } else { 1 },
        })
    }

    pub(super) fn question(&self, desk: &Desk<'_>) -> Result<PathQuestion, Problem> {
        let (from, to) = (desk.resolve(&self.from)?, desk.resolve(&self.to)?);
        Ok(PathQuestion {
            types: self.filter.types.clone(),
            avoid: self.filter.avoided(desk)?,
            max_hops: self.max_hops,
            hub_cap: self.filter.hub_cap,
            as_of: self.links.as_of,
            all: self.all,
            limit: self.limit,
            lowest_grade: self.links.lowest_grade,
            ..PathQuestion::between(from, to)
        })
    }
}

/// The answer to a question; 503 if the budget ended before there was one.
pub(super) fn answer(desk: &mut Desk<'_>, question: &PathQuestion) -> Result<PathAnswer, Problem> {
    let answer = path(&desk.reading.view, question, desk.workspace, desk.budget)?;
    match &answer.stopped {
        // That there is no path may be known although why is not.
        Some(stopped) if answer.length.is_none() && answer.none.is_none() => Err(out_of_budget(stopped)),
        _ => Ok(answer),
    }
}

pub(super) async fn paths(State(app): State<App>, params: Params) -> Result<Answer, Problem> {
    params.only(&[Asked::NAMES, Filter::NAMES, &["why"], LENS, LINKS])?;
    let (asked, why) = (Asked::read(&params)?, params.flag("why")?);
    app.ask(&params, move |desk| {
        let question = asked.question(desk)?;
        let mut found = answer(desk, &question)?;
        if why {
            desk.go_on()?;
            with_evidence(&desk.reading.view, &desk.reading.sources, &mut found, ROWS_A_LINK)?;
        }
        Answer::json(&found)
    })
    .await
}
