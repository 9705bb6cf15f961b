//! The limits of the service, and the checks of a request that come before any endpoint.

use crate::problem::Problem;
use axum::extract::{Request, State};
use axum::http::header::HOST;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

/// The longest path and query, in bytes. A path question with a dozen constraints takes a few hundred.
pub(crate) const ADDRESS_BYTES: usize = 8 << 10;
/// The largest request line and headers together, in bytes.
pub(crate) const HEAD_BYTES: usize = 32 << 10;
/// The memory for reading and for writing that a connection may take, in bytes each.
pub(crate) const BUFFER_BYTES: usize = 64 << 10;
/// The largest body of a request, in bytes: no endpoint reads one.
pub(crate) const BODY_BYTES: usize = 16 << 10;
/// The largest picture that is sent, in bytes.
pub(crate) const PICTURE_BYTES: usize = 8 << 20;
/// Connections held at once; further ones wait in the operating system's queue.
pub(crate) const CONNECTIONS: usize = 256;
/// Clients of the socket whose commands run at once; further ones wait in the operating system's queue.
#[cfg(unix)]
pub(crate) const CLIENTS: usize = 64;
/// How long a client may take to send the head of a request, and how long a connection may idle.
pub(crate) const HEAD_TIME: Duration = Duration::from_secs(10);
/// How long a connection is kept before it is asked to end, so that slow readers do not hold places for ever.
pub(crate) const CONNECTION_TIME: Duration = Duration::from_mins(5);
/// How long running requests may go on once the service has been told to stop.
pub(crate) const STOP_TIME: Duration = Duration::from_secs(5);
/// How long a question waits for a slot before its client is told to come back.
pub(crate) const QUEUE_TIME: Duration = Duration::from_secs(2);
/// Seconds after which a client that was turned away should come back.
pub(crate) const RETRY_SECONDS: u64 = 2;
/// How long work that looks at no budget may overrun its deadline before the client is answered without it.
pub(crate) const GRACE_TIME: Duration = Duration::from_millis(500);

/// The address that the service was told to listen on; requests elsewhere are not for it.
#[derive(Clone, Copy)]
pub(crate) struct Own(pub(crate) SocketAddr);

/// Turns away requests that are not for this service, or too long to be meant.
///
/// A page on the web can have its own name point to this computer and then read what a loopback service answers
/// (DNS rebinding); such requests carry the page's name as their host.
pub(crate) async fn check(State(own): State<Own>, request: Request, next: Next) -> Response {
    if own.0.ip().is_loopback() && !named_locally(request.headers()) {
        let detail = "this service answers only requests addressed to localhost or a loopback address";
        return Problem::new(StatusCode::MISDIRECTED_REQUEST, "misdirected", detail).into_response();
    }
    let bytes = request.uri().path_and_query().map_or(0, |address| address.as_str().len());
    if bytes > ADDRESS_BYTES {
        let detail = format!("the path and query have {bytes} bytes: at most {ADDRESS_BYTES} expected");
        return Problem::new(StatusCode::URI_TOO_LONG, "uri_too_long", detail).into_response();
    }
    next.run(request).await
}

/// Whether the request names this computer by a name that no one else can own. One without a host was not made by
/// a browser.
fn named_locally(headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return headers.get(HOST).is_none() };
    host.to_str().is_ok_and(is_local)
}

fn is_local(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    let bare = name.strip_prefix('[').and_then(|n| n.strip_suffix(']')).unwrap_or(name);
    bare.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_names_are_local() {
        for local in ["localhost", "LOCALHOST:7474", "127.0.0.1:1", "127.1.2.3", "[::1]:7474", "[::1]"] {
            assert!(is_local(local), "{local}");
        }
        for other in [
            "",
            "example.org",
            "localhost.example.org:80",
            "192.0.2.1",
            "127.0.0.1.example.org",
            ":80",
            "[::2]",
        ] {
            assert!(!is_local(other), "{other}");
        }
    }
}
