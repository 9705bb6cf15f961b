//! A case of two people, five phones and their calls, and a service over it.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use jaal_engine::model::Handover;
use jaal_engine::{Actor, Database, LoadOptions, LoadRequest, Unwatched};
use jaal_server::{Options, router};
use serde::Serialize;
use serde_json::Value;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;
use tower::ServiceExt;

pub(crate) const ALI: &str = "Person:61101-1234567-1";
pub(crate) const SARA: &str = "Person:61101-7654321-4";
/// Ali's phone; called 02, who called 03, Sara's phone.
pub(crate) const FIRST: &str = "Phone:+923001234501";
/// A phone that called nobody anybody else called.
pub(crate) const APART: &str = "Phone:+923001234504";

const SUBSCRIBERS: &str = r#"
name = "subscribers"
format = "csv"
grade = "2B"
[handover]
agency = "Telecom Authority"
[entities.person]
key = { scheme = "cnic", from = "CNIC" }
properties.name = { from = "Name" }
[entities.phone]
key = { scheme = "msisdn", from = "Number" }
[[links]]
type = "USES"
from = "person"
to = "phone"
identity = "ends"
"#;
const SUBSCRIBER_ROWS: &str = "CNIC,Name,Number\n\
    61101-1234567-1,Ali <Raza> & Sons,0300-1234501\n\
    61101-7654321-4,Sara,0300-1234503\n";

pub(crate) const CALLS: &str = r#"
name = "calls"
format = "csv"
grade = "1A"
[handover]
agency = "Telecom Authority"
[entities.caller]
key = { scheme = "msisdn", from = "A" }
[entities.callee]
key = { scheme = "msisdn", from = "B" }
[[links]]
type = "CALLED"
from = "caller"
to = "callee"
identity = ["at"]
properties.at = { from = "At", type = "date" }
"#;
const CALL_ROWS: &str = "A,B,At\n\
    03001234501,03001234502,2025-10-01\n\
    03001234501,03001234502,2025-10-02\n\
    03001234502,03001234503,2025-10-03\n\
    03001234504,03001234505,2025-10-04\n";

/// A service over a store in a folder of its own.
pub(crate) struct Service {
    pub(crate) database: Arc<Database>,
    router: Router,
    _folder: TempDir,
}

/// A response.
pub(crate) struct Got {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// Makes the case's store in a folder.
pub(crate) fn store(folder: &Path) -> Database {
    let actor = Actor { name: "tester".to_owned(), now: 1_760_000_000 };
    let database = Database::create(&folder.join("case"), &actor).unwrap();
    load(&database, "subscribers", SUBSCRIBERS, SUBSCRIBER_ROWS);
    load(&database, "calls", CALLS, CALL_ROWS);
    database
}

/// Loads rows by a specification, both written beside the store.
pub(crate) fn load(database: &Database, name: &str, spec: &str, rows: &str) {
    let folder = database.folder().parent().unwrap();
    let (spec_file, rows_file) = (folder.join(format!("{name}.toml")), folder.join(format!("{name}.csv")));
    std::fs::write(&spec_file, spec).unwrap();
    std::fs::write(&rows_file, rows).unwrap();
    let request = LoadRequest::spec(&spec_file, &[rows_file], Handover::default()).unwrap();
    let actor = Actor { name: "tester".to_owned(), now: 1_760_000_000 };
    let report = database.load(vec![request], &LoadOptions::default(), &actor, &mut Unwatched).unwrap();
    assert_eq!(report.counts.rejected, 0, "{:?}", report.deliveries);
}

/// Loads one more call, to a phone not seen before.
pub(crate) fn load_more(database: &Database) {
    let folder = database.folder().parent().unwrap();
    let rows = folder.join("more.csv");
    std::fs::write(&rows, "A,B,At\n03001234505,03001234506,2025-10-05\n").unwrap();
    let request = LoadRequest::spec(&folder.join("calls.toml"), &[rows], Handover::default()).unwrap();
    let actor = Actor { name: "tester".to_owned(), now: 1_760_000_001 };
    database.load(vec![request], &LoadOptions::default(), &actor, &mut Unwatched).unwrap();
}

impl Service {
    pub(crate) fn new() -> Self {
        Self::with(&Options::default())
    }

    pub(crate) fn with(options: &Options) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = store(folder.path());
        Self::over(folder, database, options)
    }

    /// A service over a store in a folder.
    pub(crate) fn over(folder: TempDir, database: Database, options: &Options) -> Self {
        let database = Arc::new(database);
        let router = router(Arc::clone(&database), options);
        Self { database, router, _folder: folder }
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Got {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 64 << 20).await.unwrap().to_vec();
        Got { status: parts.status, headers: parts.headers, body }
    }

    pub(crate) async fn get(&self, path: &str) -> Got {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// The JSON of a path that must answer.
    pub(crate) async fn json(&self, path: &str) -> Value {
        let got = self.get(path).await;
        assert_eq!(got.status, 200, "{path}: {}", got.text());
        assert_eq!(got.header("content-type"), "application/json", "{path}");
        got.json()
    }

    /// Asserts that a path is answered with a problem, and gives it.
    pub(crate) async fn problem(&self, path: &str, status: u16, code: &str) -> Value {
        self.get(path).await.problem(path, status, code)
    }
}

impl Got {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn problem(&self, what: &str, status: u16, code: &str) -> Value {
        assert_eq!(self.status, status, "{what}: {}", self.text());
        assert_eq!(self.header("content-type"), "application/problem+json", "{what}");
        let problem = self.json();
        assert_eq!(problem["status"], status, "{what}");
        assert_eq!(problem["type"], "about:blank", "{what}");
        assert_eq!(problem["title"], self.status.canonical_reason().unwrap(), "{what}");
        assert_eq!(problem["code"], code, "{what}: {problem}");
        assert!(problem["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{what}");
        problem
    }
}

/// A record as the JSON that a client reads.
pub(crate) fn as_json<T: Serialize>(record: &T) -> Value {
    serde_json::from_str(&serde_json::to_string(record).unwrap()).unwrap()
}

/// Everything but letters and digits as `%XX`.
pub(crate) fn encoded(text: &str) -> String {
    let byte =
        |b: u8| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") };
    text.bytes().map(byte).collect()
}
