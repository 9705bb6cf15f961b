//! `GET /v1/entities?find=TEXT`: which entities a text may mean.

use crate::answer::Answer;
use crate::app::App;
use crate::params::Params;
use crate::problem::Problem;
use crate::through::{LENS, LINKS};
use axum::extract::State;
use jaal_engine::analysis::find::find_under;

const DEFAULT_HITS: u64 = 20;
const MOST_HITS: u64 = 1_000;

pub(super) async fn entities(State(app): State<App>, params: Params) -> Result<Answer, Problem> {
    params.only(&[&["find", "limit"], LENS, LINKS])?;
    let text = params.required("find")?;
    let limit = params.number("limit", 1..=MOST_HITS)?.unwrap_or(DEFAULT_HITS) as usize;
    app.ask_links(&params, move |desk| {
        let (reading, country) = (desk.reading, &desk.store.country);
        Answer::json(&find_under(&reading.view, &reading.sources, &text, country, limit)?)
    })
    .await
}
