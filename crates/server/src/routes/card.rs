//! `GET /v1/entities/{id}`: everything on one entity.

use super::{Named, named};
use crate::answer::Answer;
use crate::app::App;
use crate::params::Params;
use crate::problem::Problem;
use crate::through::{LENS, LINKS};
use axum::extract::State;

pub(super) async fn card(State(app): State<App>, id: Named, params: Params) -> Result<Answer, Problem> {
    params.only(&[LENS, LINKS])?;
    let id = named(id)?;
    app.ask_links(&params, move |desk| {
        let node = desk.resolve(&id)?;
        Answer::json(&desk.reading.card(desk.lens, node)?)
    })
    .await
}
