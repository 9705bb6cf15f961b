//! What a question may be told to leave out: claims by the lens, links by day and grade; and what a service hides from
//! whoever asks for more.

use crate::common::{ALI, APART, CALLS, FIRST, SARA, Service, as_json, encoded, load, store};
use jaal_engine::algorithms::paths::Workspace;
use jaal_engine::analysis::around::{AroundQuestion, around};
use jaal_engine::analysis::{address, card};
use jaal_engine::graph::Filter;
use jaal_engine::model::{Clearance, CommitId, Decision, DeliveryId, Grade, Level, Marking, Remarked};
use jaal_engine::{Actor, Budget, Database, Lens, Unwatched};
use jaal_server::Options;
use std::time::Duration;

/// A phone that only a row marked SECRET names, which Ali's phone called.
const HIDDEN: &str = "Phone:+923001234507";
/// The same for a row of a compartment, and one that is releasable to some only.
const CYBER: &str = "Phone:+923001234508";
const RELEASED: &str = "Phone:+923001234509";

/// The lens of a reader cleared for a level, who holds no compartment and belongs to no unit.
fn cleared(level: Level) -> Lens {
    let clearance = Clearance { level, compartments: Some([].into()), member_of: Some([].into()) };
    Lens { clearance, as_known: None }
}

/// The case, and a third delivery whose rows have markings of their own.
fn marked() -> (tempfile::TempDir, Database) {
    let folder = tempfile::tempdir().unwrap();
    let database = store(folder.path());
    let spec = format!("{CALLS}\n[marking]\nfrom = \"Marking\"\n").replace("\"calls\"", "\"marked\"");
    let rows = "A,B,At,Marking\n\
        03001234501,03001234507,2025-10-06,SECRET\n\
        03001234501,03001234508,2025-10-06,OFFICIAL // CYBER\n\
        03001234501,03001234509,2025-10-06,OFFICIAL // REL TO FIA\n";
    load(&database, "marked", &spec, rows);
    (folder, database)
}

fn service(lens: Lens) -> Service {
    let (folder, database) = marked();
    Service::over(folder, database, &Options { lens, ..Options::default() })
}

fn judge(database: &Database, decision: Decision, marking: &Marking) {
    let actor = Actor { name: "tester".to_owned(), now: 1_760_000_002 };
    database.judge(decision, "a test", marking, &actor, &mut Unwatched).unwrap();
}

/// An address for each route that reads the graph.
fn routes() -> Vec<String> {
    let (ali, sara) = (encoded(ALI), encoded(SARA));
    let service = ["/v1/info?".to_owned(), "/v1/entities?find=Sara&".to_owned()];
    let of_ali = ["", "/around", "/why"].map(|what| format!("/v1/entities/{ali}{what}?"));
    let drawn = [format!("from={ali}&to={sara}"), format!("around={ali}"), format!("entities={ali},{sara}")];
    let drawn = drawn.map(|what| format!("/v1/diagram.dot?{what}&"));
    service
        .into_iter()
        .chain(of_ali)
        .chain(drawn)
        .chain([format!("/v1/paths?from={ali}&to={sara}&")])
        .collect()
}

#[tokio::test]
async fn links_are_left_out_by_day_and_grade() {
    let service = Service::new();
    let reading = service.database.read().unwrap();
    let node = |text: &str| address::resolve(&reading.view, text, "PK").unwrap();
    let end_of_october_1 = 20_363 * 86_400 - 1;
    for (asked, filter) in [
        ("as_of=2025-10-01", Filter { as_of: Some(end_of_october_1), ..Filter::default() }),
        ("lowest_grade=1A", Filter { lowest_grade: Grade::parse("1A").ok(), ..Filter::default() }),
    ] {
        let view = reading.view.filtered(filter);
        let expected = as_json(&card::show(&view, &reading.sources, node(FIRST)).unwrap());
        let path = format!("/v1/entities/{}", encoded(FIRST));
        assert_eq!(service.json(&format!("{path}?{asked}")).await, expected, "{asked}");
        assert_ne!(service.json(&path).await, expected, "{asked}");
        let question = AroundQuestion { hops: 4, ..AroundQuestion::of(node(FIRST)) };
        let expected = as_json(&around(&view, &question, &mut Workspace::new(), &Budget::default()).unwrap());
        assert_eq!(service.json(&format!("{path}/around?hops=4&{asked}")).await, expected, "{asked}");
        assert_ne!(service.json(&format!("{path}/around?hops=4")).await, expected, "{asked}");
        // The footer of a picture names its question, so only what is drawn is compared.
        for drawn in [
            format!("around={}&hops=4", encoded(ALI)),
            format!("entities={},{}", encoded(ALI), encoded(FIRST)),
        ] {
            let edges = |text: String| text.matches(" -> ").count();
            let all = edges(service.get(&format!("/v1/diagram.dot?{drawn}")).await.text());
            let some = edges(service.get(&format!("/v1/diagram.dot?{drawn}&lowest_grade=1A")).await.text());
            assert!(some < all, "{drawn}: {some} of {all}");
        }
        let path = format!("/v1/diagram.dot?from={}&to={}&{asked}", encoded(ALI), encoded(SARA));
        service.problem(&path, 404, "not_found").await;
    }
}

#[tokio::test]
async fn each_route_takes_a_lens_and_hides_by_it() {
    let service = service(Lens::everything());
    for route in routes() {
        assert_eq!(service.get(&route).await.status, 200, "{route}");
        let through = format!("{route}clearance=secret/CYBER&member_of=FIA");
        assert_eq!(service.get(&through).await.status, 200, "{route}");
        // Nothing is known by then, so nothing is there to be found.
        let nothing = service.get(&format!("{route}as_known=0")).await;
        let is_search = route.starts_with("/v1/info") || route.starts_with("/v1/entities?");
        assert_eq!(nothing.status.is_success(), is_search, "{route}: {}", nothing.text());
        for bad in ["clearance=high", "clearance=secret/", "member_of=FIA", "as_known=x", "clearence=secret"]
        {
            service.problem(&format!("{route}{bad}"), 400, "user_query").await;
        }
    }
    let before = service.json("/v1/info?as_known=0").await;
    assert_eq!(before["entities"], 0);
    assert_eq!(service.json("/v1/entities?find=Sara&as_known=0").await.as_array().unwrap().len(), 0);
    for (phone, lens) in [
        (HIDDEN, "clearance=secret"),
        (CYBER, "clearance=official/CYBER"),
        (RELEASED, "clearance=official&member_of=PTA,FIA"),
    ] {
        let path = format!("/v1/entities/{}", encoded(phone));
        assert_eq!(service.get(&path).await.status, 200, "{phone}");
        assert_eq!(service.get(&format!("{path}?{lens}")).await.status, 200, "{phone}");
        service.problem(&format!("{path}?clearance=official"), 404, "not_found").await;
    }
    for what in ["around?hops=9", "why?"] {
        let path = format!("/v1/entities/{}/{what}&clearance=official", encoded(FIRST));
        let got = service.json(&path).await.to_string();
        assert!(![HIDDEN, CYBER, RELEASED].iter().any(|phone| got.contains(&phone[6..])), "{got}");
    }
}

#[tokio::test]
async fn a_service_shows_no_more_than_its_own_lens() {
    let service = service(cleared(Level::Official));
    let hidden = encoded(HIDDEN);
    service.problem(&format!("/v1/entities/{hidden}"), 404, "not_found").await;
    let own = service.json("/v1/info").await;
    assert_eq!((own["entities"].as_u64(), own["claims"].as_u64()), (Some(7), Some(8)));
    assert_eq!(service.json("/healthz").await["entities"], 7);
    assert_eq!(service.json("/v1/info?clearance=official").await, own);
    assert_eq!(service.json("/v1/info?clearance=public").await["entities"], 0);
    assert_eq!(service.json("/v1/info?as_known=1").await["entities"], 4);
    for route in routes() {
        for more in ["clearance=secret", "clearance=official/CYBER", "clearance=official&member_of=FIA"] {
            service.problem(&format!("{route}{more}"), 403, "beyond_lens").await;
        }
    }
}

#[tokio::test]
async fn nothing_earlier_is_shown_where_the_service_was_told_a_commit() {
    let service = service(Lens { as_known: Some(CommitId(3)), ..Lens::everything() });
    for known in ["", "&as_known=3", "&as_known=2"] {
        assert_eq!(service.get(&format!("/v1/info?{known}")).await.status, 200, "{known}");
    }
    service.problem("/v1/info?as_known=4", 403, "beyond_lens").await;
}

#[tokio::test]
async fn a_narrower_lens_is_refused_where_it_would_show_more() {
    let official = service(cleared(Level::Restricted));
    let ask = "/v1/info?clearance=official";
    assert_eq!(official.get(ask).await.status, 200);
    assert_eq!(official.get("/v1/info?as_known=3").await.status, 200);
    // Only who is cleared for RESTRICTED sees that the delivery is SECRET now, and so no more sees it.
    let secret = Marking { level: Level::Secret, ..Marking::default() };
    let remark = Decision::Remark(Remarked::Delivery(DeliveryId(2)), secret);
    let restricted = Marking { level: Level::Restricted, ..Marking::default() };
    judge(&official.database, remark, &restricted);
    let path = format!("/v1/entities/{}", encoded(APART));
    official.problem(&path, 404, "not_found").await;
    for lens in ["clearance=official", "as_known=3"] {
        official.problem(&format!("{path}?{lens}"), 403, "beyond_lens").await;
    }
}

#[tokio::test]
async fn who_asks_for_an_image_that_is_not_there_is_told_to_come_back() {
    let (folder, database) = marked();
    let options = Options { wait: Duration::ZERO, ..Options::default() };
    let service = Service::over(folder, database, &options);
    assert_eq!(service.get("/v1/info").await.status, 200, "the image of everything is there");
    let path = format!("/v1/entities/{}?clearance=official", encoded(FIRST));
    let got = service.get(&path).await;
    got.problem(&path, 503, "preparing");
    assert!(got.text().contains("% of the claims"), "{}", got.text());
    assert!(got.header("retry-after").parse::<u64>().is_ok_and(|seconds| seconds > 0));
    // It is made although nobody waits for it.
    let mut answer = service.get(&path).await;
    for _ in 0..1_000 {
        if answer.status != 503 {
            break;
        }
        assert_eq!(service.json("/healthz").await["status"], "ok", "other questions go on");
        tokio::time::sleep(Duration::from_millis(20)).await;
        answer = service.get(&path).await;
    }
    assert_eq!(answer.status, 200, "{}", answer.text());
}
