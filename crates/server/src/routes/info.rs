//! `GET /v1/info`: what the store holds.

use crate::answer::Answer;
use crate::app::App;
use crate::params::Params;
use crate::problem::Problem;
use crate::through::LENS;
use axum::extract::State;
use jaal_engine::{Database, Info, Lens, Unwatched};
use serde::Serialize;

#[derive(Serialize)]
struct Told {
    #[serde(flatten)]
    info: Info,
    /// How far the image is that is being made for a lens.
    #[serde(skip_serializing_if = "Option::is_none")]
    preparing: Option<u64>,
}

pub(super) async fn info(State(app): State<App>, params: Params) -> Result<Answer, Problem> {
    params.only(&[LENS])?;
    app.ask_store(&params, |database: &Database, lens: &Lens, preparing: Option<u64>| {
        Answer::json(&Told { info: database.info_as(lens, &mut Unwatched)?, preparing })
    })
    .await
}
