//! The endpoints, one a file.

mod around;
mod card;
mod diagram;
mod entities;
mod health;
mod info;
mod page;
mod paths;
mod why;

use crate::app::App;
use crate::problem::Problem;
use axum::Router;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::{Method, StatusCode, Uri};
use axum::routing::get;

/// All endpoints, and what is said where there is none.
pub(crate) fn all() -> Router<App> {
    Router::new()
        .route("/", get(page::page))
        .route("/page.css", get(page::style))
        .route("/healthz", get(health::health))
        .route("/v1/info", get(info::info))
        .route("/v1/entities", get(entities::entities))
        .route("/v1/entities/{id}", get(card::card))
        .route("/v1/entities/{id}/around", get(around::around))
        .route("/v1/entities/{id}/why", get(why::entity))
        .route("/v1/links/{id}/why", get(why::link))
        .route("/v1/paths", get(paths::paths))
        .route("/v1/diagram.dot", get(diagram::dot))
        .route("/v1/diagram.svg", get(diagram::svg))
        .fallback(nothing_here)
        .method_not_allowed_fallback(wrong_method)
}

async fn nothing_here(uri: Uri) -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "no_endpoint",
        format!("there is no endpoint `{}`: `/` lists those there are", uri.path()),
    )
}

async fn wrong_method(method: Method) -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        format!("{method} is not answered here: the service only reads, so GET and HEAD are"),
    )
}

/// The part of an address's path that names an entity or link.
type Named = Result<Path<String>, PathRejection>;

fn named(path: Named) -> Result<String, Problem> {
    match path {
        Ok(Path(text)) if !text.contains('\0') => Ok(text),
        Ok(_) => Err(Problem::query("the path is malformed: a zero byte in a name")),
        Err(rejection) => Err(Problem::query(format!("the path is malformed: {}", rejection.body_text()))),
    }
}
