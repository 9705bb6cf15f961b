//! `GET /v1/info`: what the store holds.

use crate::answer::Answer;
use crate::app::App;
use crate::params::Params;
use crate::problem::Problem;
use axum::extract::State;
use jaal_engine::Database;

pub(super) async fn info(State(app): State<App>, params: Params) -> Result<Answer, Problem> {
    params.only(&[])?;
    app.ask_store(|database: &Database| Answer::json(&database.info()?)).await
}
