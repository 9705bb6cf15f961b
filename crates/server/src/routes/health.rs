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
    /// How far the image is that is being made for a lens.
    #[serde(skip_serializing_if = "Option::is_none")]
    preparing: Option<u64>,
}

pub(super) async fn health(State(app): State<App>, params: Params) -> Result<Answer, Problem> {
    params.only(&[])?;
    app.ask_health(|reading: &Reading, preparing: Option<u64>| {
        let view = &reading.view;
        view.intact()?;
        let (commit, entities) = (view.commit().0, view.node_count());
        Answer::json(&Health { status: "ok", commit, entities, preparing })
    })
    .await
}
