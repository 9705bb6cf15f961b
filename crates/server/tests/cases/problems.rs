//! Every error is a problem with the status that says whose fault it is; every response carries the same headers.

use crate::common::{ALI, SARA, Service, encoded, store};
use axum::body::Body;
use axum::http::Request;
use jaal_engine::Database;
use jaal_server::Options;
use std::path::Path;
use std::time::Duration;

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let service = Service::new();
    for (path, code) in [
        ("/v2", "no_endpoint"),
        ("/v1/entities/", "no_endpoint"),
        ("/v1/entities/a/b", "no_endpoint"),
        ("/v1/entities/Person%3Anobody", "not_found"),
        ("/v1/entities/E00000000000", "not_found"),
        ("/v1/entities/E00000000000/around", "not_found"),
        ("/v1/entities/E00000000000/why", "not_found"),
        ("/v1/links/L00000000000/why", "not_found"),
        ("/v1/paths?from=E00000000000&to=E00000000000", "not_found"),
        ("/v1/diagram.dot?entities=E00000000000", "not_found"),
    ] {
        service.problem(path, 404, code).await;
    }
}

#[tokio::test]
async fn wrong_questions_are_told_what_would_be_right() {
    let service = Service::new();
    let both = format!("from={}&to={}", encoded(ALI), encoded(SARA));
    for (path, word) in [
        ("/v1/entities".to_owned(), "find"),
        ("/v1/entities?find=".to_owned(), "find"),
        ("/v1/entities?find=x&limt=3".to_owned(), "limit"),
        ("/v1/entities?find=x&limit=0".to_owned(), "1 to 1000"),
        ("/v1/entities/Phne%3A1".to_owned(), "Phone"),
        ("/v1/entities/nothing".to_owned(), "Kind:value"),
        ("/v1/links/E00000000000/why".to_owned(), "base 32"),
        ("/v1/paths".to_owned(), "from"),
        (format!("/v1/paths?from={}", encoded(ALI)), "to"),
        (format!("/v1/paths?{both}&types=CALED"), "CALLED"),
        (format!("/v1/paths?{both}&avoid=Phne"), "Phone"),
        (format!("/v1/paths?{both}&as_of=04/10/2025"), "2025-10-04"),
        (format!("/v1/paths?{both}&lowest_grade=9Z"), "2B"),
        (format!("/v1/paths?{both}&all=perhaps"), "true or false"),
        (format!("/v1/paths?{both}&from=x"), "more than once"),
        ("/healthz?verbose=1".to_owned(), "verbose"),
    ] {
        let problem = service.problem(&path, 400, "user_query").await;
        assert!(problem["detail"].as_str().unwrap().contains(word), "{path}: {problem}");
    }
}

#[tokio::test]
async fn the_service_only_reads() {
    let service = Service::new();
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"] {
        let request = Request::builder().method(method).uri("/v1/info").body(Body::empty()).unwrap();
        let got = service.send(request).await;
        got.problem(method, 405, "method_not_allowed");
        assert!(got.header("allow").contains("GET"), "{method}: {:?}", got.headers);
    }
    let head = service.send(Request::head("/v1/info").body(Body::empty()).unwrap()).await;
    assert_eq!(head.status, 200);
    assert!(head.body.is_empty());
}

#[tokio::test]
async fn time_that_is_up_is_told() {
    let service = Service::with(&Options { max_time: Duration::ZERO, ..Options::default() });
    for path in [
        format!("/v1/paths?from={}&to={}", encoded(ALI), encoded(SARA)),
        format!("/v1/entities/{}/around?hops=3", encoded(ALI)),
        format!("/v1/diagram.svg?from={}&to={}", encoded(ALI), encoded(SARA)),
        format!("/v1/diagram.svg?entities={}", encoded(ALI)),
    ] {
        let problem = service.problem(&path, 503, "limit_exceeded").await;
        assert!(problem["detail"].as_str().unwrap().contains("time allowed is used up"), "{problem}");
    }
}

/// Changes the first byte of every section of a segment but the catalog, which is checked when it is opened (and
/// then derived again). `docs/format.md` has the layout.
fn damage(segment: &Path) {
    let mut bytes = std::fs::read(segment).unwrap();
    let number = |bytes: &[u8], at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap()) as usize;
    let table = number(&bytes, 16);
    let mut damaged = 0;
    for entry in (table..bytes.len()).step_by(40) {
        let (offset, len) = (number(&bytes, entry + 16), number(&bytes, entry + 24));
        let is_catalog = bytes[entry] == 1;
        if !is_catalog && len > 0 {
            bytes[offset] ^= 0x5a;
            damaged += 1;
        }
    }
    assert!(damaged > 10, "{damaged}");
    std::fs::write(segment, &bytes).unwrap();
}

#[tokio::test]
async fn a_damaged_image_is_no_answer() {
    for path in [
        format!("/v1/entities/{}", encoded(ALI)),
        format!("/v1/entities/{}/around?hops=3", encoded(ALI)),
        "/v1/entities?find=Sara".to_owned(),
        format!("/v1/diagram.dot?around={}", encoded(ALI)),
    ] {
        let folder = tempfile::tempdir().unwrap();
        drop(store(folder.path()));
        let segments = std::fs::read_dir(folder.path().join("case/segments")).unwrap();
        segments.for_each(|file| damage(&file.unwrap().path()));
        let database = Database::open(&folder.path().join("case")).unwrap();
        let service = Service::over(folder, database, &Options::default());
        let problem = service.problem(&path, 500, "corrupt").await;
        assert!(problem["detail"].as_str().unwrap().contains("checksum"), "{problem}");
    }
}

#[tokio::test]
async fn every_response_is_guarded() {
    let service = Service::new();
    for path in
        ["/", "/page.css", "/healthz", "/v1/info", "/nowhere", "/v1/entities?find=%", "/v1/diagram.svg"]
    {
        let got = service.get(path).await;
        assert_eq!(got.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(got.header("cache-control"), "no-store", "{path}");
        assert_eq!(got.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(got.header("cross-origin-resource-policy"), "same-origin", "{path}");
        let policy = got.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe"), "{path}: {policy}");
        assert!(got.headers.get("access-control-allow-origin").is_none(), "{path}");
    }
}

#[tokio::test]
async fn long_answers_are_compressed_for_those_who_can_read_it() {
    let service = Service::new();
    let request = Request::get("/v1/info").header("accept-encoding", "gzip").body(Body::empty()).unwrap();
    let packed = service.send(request).await;
    let plain = service.get("/v1/info").await;
    assert_eq!(packed.header("content-encoding"), "gzip");
    assert_eq!(plain.header("content-encoding"), "");
    assert!(packed.body.starts_with(&[0x1f, 0x8b]) && packed.body.len() < plain.body.len());
}
