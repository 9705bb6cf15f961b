//! `GET /v1/diagram.dot` and `GET /v1/diagram.svg`: a path, a neighbourhood or a list of entities as a picture.

use super::{around, paths};
use crate::answer::Answer;
use crate::app::App;
use crate::desk::{Desk, Filter};
use crate::limits::PICTURE_BYTES;
use crate::params::Params;
use crate::problem::Problem;
use crate::through::{LENS, LINKS};
use axum::extract::State;
use jaal_engine::analysis::chart::{around_chart, list_chart, path_chart};
use jaal_engine::export::{Format, RenderOptions, render};
use jaal_engine::model::ErrorKind;
use jaal_engine::model::answer::Chart;
use std::time::{Duration, Instant};

/// The most entities of a list.
const MOST_LISTED: usize = 500;
/// The most time for Graphviz; the built-in layout is used when it takes longer.
const LAYOUT_TIME: Duration = Duration::from_secs(10);
/// The share of what is left of a question's time that Graphviz may take, so that the built-in layout has the rest.
const LAYOUT_SHARE: u32 = 2;

/// What is to be drawn, as it was asked for.
enum Asked {
    Path(paths::Asked),
    Around(around::Asked),
    List(Vec<String>),
}

impl Asked {
    fn read(params: &Params) -> Result<Self, Problem> {
        let path = params.text("from").is_some() || params.text("to").is_some();
        let list = params.list("entities");
        match (path, params.text("around"), list.is_empty()) {
            (true, None, true) => {
                params.only(&[paths::Asked::NAMES, Filter::NAMES, LENS, LINKS])?;
                Ok(Self::Path(paths::Asked::read(params)?))
            }
            (false, Some(centre), true) => {
                params.only(&[&["around"], around::Asked::NAMES, Filter::NAMES, LENS, LINKS])?;
                Ok(Self::Around(around::Asked::read(params, centre.to_owned())?))
            }
            (false, None, false) => {
                params.only(&[&["entities"], LENS, LINKS])?;
                if list.len() > MOST_LISTED {
                    let detail =
                        format!("{} entities are listed: at most {MOST_LISTED} expected", list.len());
                    return Err(Problem::query(detail));
                }
                Ok(Self::List(list))
            }
            _ => Err(Problem::query("one of `from` and `to`, `around`, or `entities` expected")),
        }
    }

    fn chart(&self, desk: &mut Desk<'_>) -> Result<Chart, Problem> {
        match self {
            Self::Path(asked) => {
                let question = asked.question(desk)?;
                let found = paths::answer(desk, &question)?;
                match &found.none {
                    Some(none) => Err(Problem::of(ErrorKind::NotFound, none.summary.clone())),
                    None => Ok(path_chart(&desk.reading.view, &question, &found)?),
                }
            }
            Self::Around(asked) => {
                let found = asked.answer(desk)?;
                Ok(around_chart(&desk.reading.view, &found))
            }
            Self::List(texts) => {
                let nodes: Result<Vec<_>, _> = texts.iter().map(|text| desk.resolve(text)).collect();
                let parameters = vec![("entities".to_owned(), texts.join(","))];
                Ok(list_chart(&desk.reading.view, "Entities", &nodes?, parameters))
            }
        }
    }
}

pub(super) async fn dot(State(app): State<App>, params: Params) -> Result<Answer, Problem> {
    draw(app, &params, Format::Dot, "text/vnd.graphviz; charset=utf-8").await
}

pub(super) async fn svg(State(app): State<App>, params: Params) -> Result<Answer, Problem> {
    draw(app, &params, Format::Svg, "image/svg+xml").await
}

async fn draw(
    app: App,
    params: &Params,
    format: Format,
    media_type: &'static str,
) -> Result<Answer, Problem> {
    let asked = Asked::read(params)?;
    let is_path = matches!(asked, Asked::Path(_));
    let draw = move |desk: &mut Desk<'_>| {
        let chart = asked.chart(desk)?;
        desk.reading.view.intact()?;
        desk.go_on()?;
        let options = RenderOptions {
            format,
            graphviz: desk.store.graphviz.clone(),
            timeout: layout_time(desk.budget.deadline),
            ..RenderOptions::default()
        };
        let picture = render(&chart, &options)?;
        if picture.bytes.len() > PICTURE_BYTES {
            return Err(Problem::too_large(format!(
                "the picture has {} bytes, more than the {PICTURE_BYTES} that are sent: ask for less",
                picture.bytes.len()
            )));
        }
        Ok(Answer::bytes(media_type, picture.bytes))
    };
    // The question for a path has its own say on which links count, and tells of those that do not.
    if is_path { app.ask(params, draw).await } else { app.ask_links(params, draw).await }
}

fn layout_time(deadline: Option<Instant>) -> Duration {
    let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
    left.map_or(LAYOUT_TIME, |left| LAYOUT_TIME.min(left / LAYOUT_SHARE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layout_never_takes_more_than_its_share() {
        assert_eq!(layout_time(None), LAYOUT_TIME);
        assert_eq!(layout_time(Some(Instant::now())), Duration::ZERO);
        let far = Instant::now() + Duration::from_hours(1);
        assert_eq!(layout_time(Some(far)), LAYOUT_TIME);
        let near = Instant::now() + Duration::from_secs(8);
        assert!(layout_time(Some(near)) <= Duration::from_secs(4));
    }
}
