//! `GET /v1/entities/{id}/around`: what is around an entity.

use super::paths::ROWS_A_LINK;
use super::{Named, named};
use crate::answer::Answer;
use crate::app::App;
use crate::desk::{Desk, Filter, out_of_budget};
use crate::params::Params;
use crate::problem::Problem;
use crate::through::{LENS, LINKS};
use axum::extract::State;
use jaal_engine::analysis::around::{AroundQuestion, around as walk};
use jaal_engine::analysis::path::lines_evidence;
use jaal_engine::model::answer::AroundAnswer;

/// The most hops: further than this is the whole graph.
const MOST_HOPS: u64 = 32;
const DEFAULT_ENTITIES: u64 = 1_000;
const MOST_ENTITIES: u64 = 10_000;

/// A neighbourhood as it was asked for.
pub(super) struct Asked {
    pub(super) centre: String,
    hops: u32,
    filter: Filter,
    limit: usize,
}

impl Asked {
    /// The parameters it is read from, those of the filter apart.
    pub(super) const NAMES: &[&str] = &["hops", "limit"];

    pub(super) fn read(params: &Params, centre: String) -> Result<Self, Problem> {
        Ok(Self {
            centre,
            hops: params.number("hops", 0..=MOST_HOPS)?.unwrap_or(1) as u32,
            filter: Filter::read(params)?,
            limit: params.number("limit", 1..=MOST_ENTITIES)?.unwrap_or(DEFAULT_ENTITIES) as usize,
        })
    }

    pub(super) fn answer(&self, desk: &mut Desk<'_>) -> Result<AroundAnswer, Problem> {
        let question = AroundQuestion {
            hops: self.hops,
            types: self.filter.types.clone(),
            avoid: self.filter.avoided(desk)?,
            hub_cap: self.filter.hub_cap,
            limit: self.limit,
            ..AroundQuestion::of(desk.resolve(&self.centre)?)
        };
        let answer = walk(&desk.reading.view, &question, desk.workspace, desk.budget)?;
        match &answer.stopped {
            Some(stopped) => Err(out_of_budget(stopped)),
            None => Ok(answer),
        }
    }
}

pub(super) async fn around(State(app): State<App>, id: Named, params: Params) -> Result<Answer, Problem> {
    params.only(&[Asked::NAMES, Filter::NAMES, &["why"], LENS, LINKS])?;
    let (asked, why) = (Asked::read(&params, named(id)?)?, params.flag("why")?);
    app.ask_links(&params, move |desk| {
        let mut answer = asked.answer(desk)?;
        if why {
            let links = answer.links.iter_mut().collect();
            lines_evidence(&desk.reading.view, &desk.reading.sources, links, ROWS_A_LINK)?;
        }
        Answer::json(&answer)
    })
    .await
}
