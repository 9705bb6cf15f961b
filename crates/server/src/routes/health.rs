//! `GET /healthz`: whether the store can be read, and which state of it.

use crate::answer::Answer;
use crate::app::App;
use crate::params::Params;
use crate::problem::Problem;
use axum::extract::State;
use jaal_engine::Reading;
use serde::Serialize;

#[derive(Serialize)]
struct Health {
    status: &'static str,
    commit: u64,
    entities: u32,
}

pub(super) async fn health(State(app): State<App>, params: Params) -> Result<Answer, Problem> {
    params.only(&[])?;
    app.ask_health(|reading: &Reading| {
        let view = &reading.view;
        view.intact()?;
        Answer::json(&Health { status: "ok", commit: view.commit().0, entities: view.node_count() })
    })
    .await
}
