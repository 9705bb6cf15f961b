//! Each endpoint's JSON is the engine's own answer.

use crate::common::{ALI, APART, FIRST, SARA, Service, as_json, encoded, load_more};
use jaal_engine::algorithms::paths::Workspace;
use jaal_engine::analysis::around::{AroundQuestion, around};
use jaal_engine::analysis::path::{Avoid, PathQuestion, path, with_evidence};
use jaal_engine::analysis::{address, card, find, why};
use jaal_engine::model::{Grade, NodeIdx};
use jaal_engine::{Budget, Reading};
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn node(reading: &Reading, text: &str) -> NodeIdx {
    address::resolve(&reading.view, text, "PK").unwrap()
}

#[tokio::test]
async fn health_tells_the_state_that_is_read() {
    let service = Service::new();
    let reading = service.database.read().unwrap();
    let health = service.json("/healthz").await;
    let (commit, entities) = (reading.view.commit().0, reading.view.node_count());
    assert_eq!(health, json!({"status": "ok", "commit": commit, "entities": entities}));
    assert_eq!(entities, 7);
}

#[tokio::test]
async fn info_is_the_engines() {
    let service = Service::new();
    assert_eq!(service.json("/v1/info").await, as_json(&service.database.info().unwrap()));
}

#[tokio::test]
async fn find_is_the_engines() {
    let service = Service::new();
    let reading = service.database.read().unwrap();
    for (text, limit) in
        [("0300-1234501", 20), ("Sara", 20), ("+92300", 2), ("nobody at all", 20), ("Ali <Raza>", 1)]
    {
        let hits = find::find(&reading.view, text, "PK", limit);
        let path = format!("/v1/entities?find={}&limit={limit}", encoded(text));
        assert_eq!(service.json(&path).await, as_json(&hits), "{text}");
    }
    assert_eq!(service.json("/v1/entities?find=0300-1234501").await.as_array().unwrap().len(), 1);
    assert_eq!(service.json("/v1/entities?find=%2B92300&limit=2").await.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn cards_are_found_by_name_and_by_id() {
    let service = Service::new();
    let reading = service.database.read().unwrap();
    let at = node(&reading, ALI);
    let expected = as_json(&card::show(&reading.view, &reading.sources, at).unwrap());
    let id = reading.view.entity_id(at);
    for text in [ALI.to_owned(), id.to_string(), "Person:Ali <Raza> & Sons".to_owned()] {
        assert_eq!(service.json(&format!("/v1/entities/{}", encoded(&text))).await, expected, "{text}");
    }
}

#[tokio::test]
async fn around_is_the_engines() {
    let service = Service::new();
    let reading = service.database.read().unwrap();
    let mut question = AroundQuestion::of(node(&reading, ALI));
    let ask = |question: &AroundQuestion| {
        as_json(&around(&reading.view, question, &mut Workspace::new(), &Budget::default()).unwrap())
    };
    let base = format!("/v1/entities/{}/around", encoded(ALI));
    assert_eq!(service.json(&base).await, ask(&question));
    question.hops = 3;
    question.hub_cap = Some(1);
    question.limit = 3;
    let capped = service.json(&format!("{base}?hops=3&hub_cap=1&limit=3")).await;
    assert_eq!(capped, ask(&question));
    // The phone has three links, and two neighbours.
    assert_eq!(capped["hubs"][0][1], 2);
    question.hub_cap = None;
    let limited = service.json(&format!("{base}?hops=3&limit=3")).await;
    assert_eq!(limited, ask(&question));
    assert_eq!(limited["more"], 1);
    question =
        AroundQuestion { types: vec!["USES".to_owned()], hops: 9, ..AroundQuestion::of(question.centre) };
    question.avoid = vec![Avoid::Entity(node(&reading, SARA))];
    let path = format!("{base}?types=uses&hops=9&avoid={}", encoded(SARA));
    assert_eq!(service.json(&path).await, ask(&question));
}

#[tokio::test]
async fn paths_are_the_engines() {
    let service = Service::new();
    let reading = service.database.read().unwrap();
    let plain = PathQuestion::between(node(&reading, ALI), node(&reading, SARA));
    let phone = reading.view.kind("Phone").unwrap();
    let end_of_october_1 = 20_363 * 86_400 - 1;
    let questions = [
        ("", plain.clone()),
        ("&all=true&limit=5", PathQuestion { all: true, limit: 5, ..plain.clone() }),
        ("&max_hops=2", PathQuestion { max_hops: 2, ..plain.clone() }),
        ("&avoid=Phone", PathQuestion { avoid: vec![Avoid::Kind(phone)], ..plain.clone() }),
        ("&hub_cap=1", PathQuestion { hub_cap: Some(1), ..plain.clone() }),
        ("&types=CALLED,USES", PathQuestion { types: vec!["CALLED".into(), "USES".into()], ..plain.clone() }),
        ("&lowest_grade=1A", PathQuestion { lowest_grade: Grade::parse("1A").ok(), ..plain.clone() }),
        ("&as_of=2025-10-01", PathQuestion { as_of: Some(end_of_october_1), ..plain.clone() }),
    ];
    for (more, question) in questions {
        let answer = path(&reading.view, &question, &mut Workspace::new(), &Budget::default()).unwrap();
        let address = format!("/v1/paths?from={}&to={}{more}", encoded(ALI), encoded(SARA));
        assert_eq!(service.json(&address).await, as_json(&answer), "{more}");
    }
}

#[tokio::test]
async fn a_path_names_its_rows_when_asked() {
    let service = Service::new();
    let reading = service.database.read().unwrap();
    let question = PathQuestion::between(node(&reading, ALI), node(&reading, SARA));
    let mut answer = path(&reading.view, &question, &mut Workspace::new(), &Budget::default()).unwrap();
    with_evidence(&reading.view, &reading.sources, &mut answer, 3).unwrap();
    let got = service.json(&format!("/v1/paths?from={}&to={}&why=1", encoded(ALI), encoded(SARA))).await;
    assert_eq!(got, as_json(&answer));
    assert_eq!(got["length"], 4);
    assert_eq!(got["paths"][0]["steps"][0]["link"]["evidence"][0]["file"], "subscribers.csv");
}

#[tokio::test]
async fn no_path_is_an_answer() {
    let service = Service::new();
    let got = service.json(&format!("/v1/paths?from={}&to={}", encoded(ALI), encoded(APART))).await;
    assert_eq!(got["length"], json!(null));
    assert_eq!(got["none"]["reached_to"], 2);
    assert!(got["paths"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn why_is_the_engines() {
    let service = Service::new();
    let reading = service.database.read().unwrap();
    let (view, sources) = (&reading.view, &reading.sources);
    let at = node(&reading, FIRST);
    let expected = as_json(&why::why_entity(view, sources, at, 20).unwrap());
    assert_eq!(service.json(&format!("/v1/entities/{}/why", encoded(FIRST))).await, expected);
    let between = why::why_between(view, sources, node(&reading, ALI), at, None, 1).unwrap();
    let link = between.links[0].link.unwrap();
    let expected = as_json(&between.links[0]);
    assert_eq!(service.json(&format!("/v1/links/{link}/why?limit=1")).await, expected);
}

#[tokio::test]
async fn the_last_commit_is_read_each_time() {
    let service = Service::new();
    let before = service.json("/healthz").await;
    load_more(&service.database);
    let after = service.json("/healthz").await;
    assert_eq!(after["commit"].as_u64().unwrap(), before["commit"].as_u64().unwrap() + 1);
    assert_eq!(after["entities"].as_u64().unwrap(), before["entities"].as_u64().unwrap() + 1);
}

/// All names of fields in a document.
fn field_names(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                names.insert(name.clone());
                field_names(value, names);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| field_names(item, names)),
        _ => {}
    }
}

#[tokio::test]
async fn the_documentation_names_every_field() {
    let service = Service::new();
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/json.md");
    let page = std::fs::read_to_string(page).unwrap();
    let (ali, sara, apart) = (encoded(ALI), encoded(SARA), encoded(APART));
    let mut names = BTreeSet::new();
    for path in [
        "/v1/info".to_owned(),
        "/v1/entities?find=Sara".to_owned(),
        format!("/v1/entities/{ali}"),
        format!("/v1/entities/{ali}/around?hops=3&hub_cap=2"),
        format!("/v1/entities/{ali}/why"),
        format!("/v1/paths?from={ali}&to={sara}&why=true"),
        format!("/v1/paths?from={ali}&to={apart}&max_hops=1"),
    ] {
        field_names(&service.json(&path).await, &mut names);
    }
    assert!(names.len() > 80, "{}", names.len());
    let said = |name: &&String| page.contains(&format!("`{name}`")) || page.contains(&format!("\"{name}\""));
    let unsaid: Vec<&String> = names.iter().filter(|name| !said(name)).collect();
    assert!(unsaid.is_empty(), "{unsaid:?}");
}
