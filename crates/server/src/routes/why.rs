//! `GET /v1/entities/{id}/why` and `GET /v1/links/{id}/why`: the rows that an entity or a link stands on.

use super::{Named, named};
use crate::answer::Answer;
use crate::app::App;
use crate::params::Params;
use crate::problem::Problem;
use crate::through::{LENS, LINKS};
use axum::extract::State;
use jaal_engine::analysis::why::{why_entity, why_link};
use jaal_engine::model::{ErrorKind, LinkId};

const DEFAULT_ROWS: u64 = 20;
const MOST_ROWS: u64 = 1_000;

pub(super) async fn entity(State(app): State<App>, id: Named, params: Params) -> Result<Answer, Problem> {
    let (id, rows) = (named(id)?, rows(&params)?);
    app.ask_links(&params, move |desk| {
        let node = desk.resolve(&id)?;
        Answer::json(&why_entity(&desk.reading.view, &desk.reading.sources, node, rows)?)
    })
    .await
}

pub(super) async fn link(State(app): State<App>, id: Named, params: Params) -> Result<Answer, Problem> {
    let (id, rows) = (named(id)?, rows(&params)?);
    let id: LinkId = id.trim().parse().map_err(|error| Problem::query(format!("{error}")))?;
    app.ask_links(&params, move |desk| {
        let (view, sources) = (&desk.reading.view, &desk.reading.sources);
        let absent = || Problem::of(ErrorKind::NotFound, format!("no link `{id}` in this graph"));
        let link = sources.link_of(view, id)?.ok_or_else(absent)?;
        Answer::json(&why_link(view, sources, link, rows)?)
    })
    .await
}

fn rows(params: &Params) -> Result<usize, Problem> {
    params.only(&[&["limit"], LENS, LINKS])?;
    Ok(params.number("limit", 1..=MOST_ROWS)?.unwrap_or(DEFAULT_ROWS) as usize)
}
