//! Diagrams and the page for people.

use crate::common::{ALI, APART, FIRST, SARA, Service, encoded};
use jaal_engine::Budget;
use jaal_engine::algorithms::paths::Workspace;
use jaal_engine::analysis::address::resolve;
use jaal_engine::analysis::chart::path_chart;
use jaal_engine::analysis::path::{PathQuestion, path};
use jaal_engine::export::{Format, RenderOptions, render};
use jaal_server::Options;
use std::path::PathBuf;

/// No Graphviz, so that a machine with it and one without draw the same.
fn without_graphviz() -> Service {
    Service::with(&Options { graphviz: Some(PathBuf::from("/nonexistent/dot")), ..Options::default() })
}

#[tokio::test]
async fn a_path_is_drawn_as_the_export_draws_it() {
    let service = without_graphviz();
    let reading = service.database.read().unwrap();
    let ends = [ALI, SARA].map(|text| resolve(&reading.view, text, "PK").unwrap());
    let question = PathQuestion::between(ends[0], ends[1]);
    let answer = path(&reading.view, &question, &mut Workspace::new(), &Budget::default()).unwrap();
    let chart = path_chart(&reading.view, &question, &answer).unwrap();
    for (format, name, media) in
        [(Format::Svg, "svg", "image/svg+xml"), (Format::Dot, "dot", "text/vnd.graphviz; charset=utf-8")]
    {
        let options = RenderOptions {
            format,
            graphviz: Some(PathBuf::from("/nonexistent/dot")),
            ..RenderOptions::default()
        };
        let expected = render(&chart, &options).unwrap();
        let got =
            service.get(&format!("/v1/diagram.{name}?from={}&to={}", encoded(ALI), encoded(SARA))).await;
        assert_eq!(got.status, 200, "{}", got.text());
        assert_eq!(got.header("content-type"), media);
        assert!(got.body == expected.bytes, "{name} differs");
        assert!(format == Format::Dot || !got.text().contains("<Raza>"), "text of the data is no markup");
    }
}

#[tokio::test]
async fn neighbourhoods_and_lists_are_drawn() {
    let service = without_graphviz();
    let around = service.get(&format!("/v1/diagram.dot?around={}&hops=2", encoded(FIRST))).await;
    assert_eq!(around.status, 200, "{}", around.text());
    assert!(around.text().contains("+923001234502") && !around.text().contains("+923001234505"));
    let list =
        format!("/v1/diagram.dot?entities={},{}&entities={}", encoded(ALI), encoded(SARA), encoded(APART));
    let list = service.get(&list).await;
    assert_eq!(list.status, 200, "{}", list.text());
    assert!(list.text().contains("Sara") && list.text().contains("+923001234504"));
    assert!(!list.text().contains("+923001234502"));
}

#[tokio::test]
async fn a_diagram_of_nothing_says_why() {
    let service = without_graphviz();
    let ends = format!("?from={}&to={}", encoded(ALI), encoded(APART));
    let problem = service.problem(&format!("/v1/diagram.svg{ends}"), 404, "not_found").await;
    let answer = service.json(&format!("/v1/paths{ends}")).await;
    assert_eq!(problem["detail"], answer["none"]["summary"]);
    for bad in [
        String::new(),
        format!("?from={}", encoded(ALI)),
        format!("?around={}&entities={}", encoded(ALI), encoded(SARA)),
        format!("?around={}&max_hops=3", encoded(ALI)),
        format!("?entities={}&hops=3", encoded(ALI)),
        format!("?entities={}", vec!["E00000000000"; 501].join(",")),
    ] {
        service.problem(&format!("/v1/diagram.svg{bad}"), 400, "user_query").await;
    }
}

#[tokio::test]
async fn the_page_needs_no_script_and_leads_to_endpoints_that_are_there() {
    let service = Service::new();
    let page = service.get("/").await;
    assert_eq!(page.status, 200);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    let html = page.text();
    for forbidden in ["<script", "style=", "onclick", "javascript:", "http://", "https://"] {
        assert!(!html.contains(forbidden), "{forbidden}");
    }
    let targets = html.split(['"']).filter(|text| text.starts_with('/'));
    let mut count = 0;
    for target in targets {
        let got = service.get(target).await;
        assert!(got.status == 200 || got.status == 400, "{target}: {}", got.status);
        count += 1;
    }
    assert!(count >= 6, "{count} targets");
}
