//! Answers on their way out: bytes with a media type, made where the graph work runs.

use crate::problem::Problem;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use jaal_engine::model::ErrorKind;
use serde::Serialize;

/// An answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Answer {
    media_type: &'static str,
    bytes: Vec<u8>,
}

impl Answer {
    /// A record as JSON, with a line end for people at a terminal.
    pub(crate) fn json<T: Serialize>(record: &T) -> Result<Self, Problem> {
        let mut bytes = serde_json::to_vec(record).map_err(|error| {
            Problem::of(ErrorKind::Internal, format!("the answer cannot be written: {error}"))
        })?;
        bytes.push(b'\n');
        Ok(Self { media_type: "application/json", bytes })
    }

    /// Bytes of another media type.
    pub(crate) fn bytes(media_type: &'static str, bytes: impl Into<Vec<u8>>) -> Self {
        Self { media_type, bytes: bytes.into() }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = self.bytes.into_response();
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(self.media_type));
        response
    }
}
