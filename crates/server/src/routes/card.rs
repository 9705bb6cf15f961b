//! `GET /v1/entities/{id}`: everything on one entity.

use super::{Named, named};
use crate::answer::Answer;
use crate::app::App;
use crate::params::Params;
use crate::problem::Problem;
use crate::through::{LENS, LINKS};
use axum::extract::State;
use jaal_engine::analysis::card::show;

pub(super) async fn card(State(app): State<App>, id: Named, params: Params) -> Result<Answer, Problem> {
    params.only(&[LENS, LINKS])?;
    let id = named(id)?;
    app.ask_links(&params, move |desk| {
        let node = desk.resolve(&id)?;
        Answer::json(&show(&desk.reading.view, &desk.reading.sources, node)?)
    })
    .await
}
