//! Requests that nobody sends in good faith: each is refused or answered, none fails the service.

use crate::common::{ALI, Service, encoded};
use axum::body::Body;
use axum::http::Request;
use jaal_server::Options;

#[tokio::test]
async fn malformed_and_excessive_requests_are_refused() {
    let service = Service::new();
    let ali = encoded(ALI);
    let long = "x".repeat(9_000);
    for (path, status) in [
        ("/v1/entities?find=%".to_owned(), 400),
        ("/v1/entities?find=%zz".to_owned(), 400),
        ("/v1/entities?find=%ff%fe".to_owned(), 400),
        ("/v1/entities?find=%00".to_owned(), 400),
        ("/v1/entities?find=x&limit=18446744073709551616".to_owned(), 400),
        ("/v1/entities?find=x&limit=-1".to_owned(), 400),
        ("/v1/entities?find=x&limit=1001".to_owned(), 400),
        (format!("/v1/entities?find={long}"), 414),
        (format!("/v1/entities/{long}"), 414),
        ("/v1/entities/%ff".to_owned(), 400),
        ("/v1/entities/%00".to_owned(), 400),
        ("/v1/entities/Person%3A%00".to_owned(), 400),
        ("/v1/entities/..%2f..%2fetc%2fpasswd".to_owned(), 400),
        (format!("/v1/entities/{ali}/around?hops=-1"), 400),
        (format!("/v1/entities/{ali}/around?hops=99999999999"), 400),
        (format!("/v1/entities/{ali}/around?hub_cap=1e9"), 400),
        (format!("/v1/entities/{ali}/why?limit=0"), 400),
        (format!("/v1/paths?from={ali}&to={ali}&max_hops=4294967296"), 400),
        (format!("/v1/paths?from={ali}&to={ali}&as_of=9999999999999999-01-01"), 400),
        (format!("/v1/paths?from={ali}&to={ali}&%66rom=x"), 400),
        ("/v1/links/%E2%98%83/why".to_owned(), 400),
        ("//v1//info".to_owned(), 404),
        ("/v1/info/../entities".to_owned(), 404),
    ] {
        let got = service.get(&path).await;
        let shown = &path[..path.len().min(80)];
        let code = got.json()["code"].as_str().unwrap().to_owned();
        got.problem(shown, status, &code);
    }
}

#[tokio::test]
async fn odd_texts_are_searched_for_and_not_found() {
    let service = Service::new();
    for text in [
        "'; DROP TABLE entity; --",
        "<script>alert(1)</script>",
        "\u{202e}\u{feff}",
        "😀",
        "%s%n",
        "../",
        "\r\nX: y",
    ] {
        let hits = service.json(&format!("/v1/entities?find={}", encoded(text))).await;
        assert_eq!(hits.as_array().map(Vec::len), Some(0), "{text}");
        let card = service.get(&format!("/v1/entities/{}", encoded(&format!("Person:{text}")))).await;
        assert_eq!(card.status, 404, "{text}");
    }
    let long = "9".repeat(7_000);
    assert_eq!(service.json(&format!("/v1/entities?find={long}")).await.as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn bodies_are_refused_by_size() {
    let service = Service::new();
    let body = vec![b'x'; 20_000];
    let request =
        Request::get("/v1/info").header("content-length", body.len()).body(Body::from(body)).unwrap();
    service.send(request).await.problem("body", 413, "body_too_large");
}

#[tokio::test]
async fn a_loopback_service_answers_only_loopback_names() {
    let with_host = |host: &str| Request::get("/healthz").header("host", host).body(Body::empty()).unwrap();
    let service = Service::new();
    for host in ["localhost:7474", "127.0.0.1", "[::1]:7474"] {
        assert_eq!(service.send(with_host(host)).await.status, 200, "{host}");
    }
    for host in ["evil.example", "127.0.0.1.evil.example:7474", "localhost.evil.example"] {
        service.send(with_host(host)).await.problem(host, 421, "misdirected");
    }
    let twice = Request::get("/healthz").header("host", "localhost").header("host", "evil.example");
    service.send(twice.body(Body::empty()).unwrap()).await.problem("two hosts", 421, "misdirected");
    let open = Service::with(&Options { listen: "0.0.0.0:7474".parse().unwrap(), ..Options::default() });
    assert_eq!(open.send(with_host("station-7.example")).await.status, 200);
}
