//! Problems: every error as `application/problem+json`.
//!
//! Source: M. Nottingham, E. Wilde, S. Dalal, *Problem Details for HTTP APIs*, RFC 9457 (2023). The type is always
//! `about:blank`, so the title is the status' own phrase; `code` is the machine-readable word beyond the status.

use crate::limits::RETRY_SECONDS;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use jaal_engine::EngineError;
use jaal_engine::analysis::AnalysisError;
use jaal_engine::export::ExportError;
use jaal_engine::graph::GraphError;
use jaal_engine::model::ErrorKind;
use serde::Serialize;

/// The media type of problems.
const MEDIA_TYPE: &str = "application/problem+json";

/// An error as a client sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: String,
    retry: bool,
}

#[derive(Serialize)]
struct Body<'a> {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    detail: &'a str,
    code: &'static str,
}

impl Problem {
    /// A problem of HTTP's own.
    pub(crate) fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, detail: detail.into(), retry: false }
    }

    /// A problem of a kind that the crates below know.
    pub(crate) fn of(kind: ErrorKind, detail: impl Into<String>) -> Self {
        Self::new(status(kind), kind.code(), detail)
    }

    /// The question is malformed.
    pub(crate) fn query(detail: impl Into<String>) -> Self {
        Self::of(ErrorKind::UserQuery, detail)
    }

    /// The answer is larger than what is sent. Trying again does not help, a smaller question does.
    pub(crate) fn too_large(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, ErrorKind::LimitExceeded.code(), detail)
    }

    /// All slots are taken; the client may come back soon.
    pub(crate) fn busy(detail: impl Into<String>) -> Self {
        Self { retry: true, ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", detail) }
    }

    /// The image that a question reads is being made; the client may come back for the answer.
    pub(crate) fn preparing(detail: impl Into<String>) -> Self {
        Self { retry: true, ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "preparing", detail) }
    }

    /// The question asks to see more than this service shows.
    pub(crate) fn beyond_lens() -> Self {
        let detail = "this service shows less than is asked for: ask for no more than its own lens admits";
        Self::new(StatusCode::FORBIDDEN, "beyond_lens", detail)
    }

    /// The status line's number.
    #[cfg(test)]
    pub(crate) fn status(&self) -> u16 {
        self.status.as_u16()
    }
}

fn status(kind: ErrorKind) -> StatusCode {
    match kind {
        ErrorKind::UserQuery | ErrorKind::UserData => StatusCode::BAD_REQUEST,
        ErrorKind::NotFound => StatusCode::NOT_FOUND,
        ErrorKind::NotSupported => StatusCode::NOT_IMPLEMENTED,
        ErrorKind::Conflict => StatusCode::CONFLICT,
        ErrorKind::LimitExceeded | ErrorKind::Cancelled => StatusCode::SERVICE_UNAVAILABLE,
        ErrorKind::Corrupt | ErrorKind::Io | ErrorKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl From<EngineError> for Problem {
    fn from(error: EngineError) -> Self {
        Self::of(error.kind(), error.to_string())
    }
}

impl From<AnalysisError> for Problem {
    fn from(error: AnalysisError) -> Self {
        EngineError::from(error).into()
    }
}

impl From<GraphError> for Problem {
    fn from(error: GraphError) -> Self {
        EngineError::from(error).into()
    }
}

impl From<ExportError> for Problem {
    fn from(error: ExportError) -> Self {
        EngineError::from(error).into()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = Body {
            r#type: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            detail: &self.detail,
            code: self.code,
        };
        // Strings and a number always serialise; a client that gets an empty body still has the status.
        let bytes = serde_json::to_vec(&body).unwrap_or_default();
        let mut response = (self.status, bytes).into_response();
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        if self.retry {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(RETRY_SECONDS));
        }
        response
    }
}

/// Turns an error response that is not a problem yet (one made by a library) into one.
pub(crate) async fn normalise(response: Response) -> Response {
    let status = response.status();
    let is_problem = response.headers().get(CONTENT_TYPE).is_some_and(|media| media == MEDIA_TYPE);
    if is_problem || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let (code, detail) = match status {
        StatusCode::PAYLOAD_TOO_LARGE => ("body_too_large", "no endpoint reads a body: send none"),
        StatusCode::BAD_REQUEST => ("user_query", "the request is malformed"),
        _ if status.is_client_error() => ("request_refused", "the request cannot be answered"),
        _ => ("internal", "the service failed; please report it"),
    };
    let mut problem = Problem::new(status, code, detail).into_response();
    for (name, value) in response.headers() {
        if !matches!(name.as_str(), "content-type" | "content-length" | "content-encoding") {
            problem.headers_mut().insert(name, value.clone());
        }
    }
    problem
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_a_status_that_says_whose_fault_it_is() {
        use ErrorKind as K;
        let client = [K::UserQuery, K::UserData, K::NotFound, K::Conflict];
        let server = [K::NotSupported, K::LimitExceeded, K::Corrupt, K::Io, K::Cancelled, K::Internal];
        assert!(client.into_iter().all(|kind| status(kind).is_client_error()));
        assert!(server.into_iter().all(|kind| status(kind).is_server_error()));
        assert_eq!(Problem::of(K::NotFound, "x").status(), 404);
    }
}
