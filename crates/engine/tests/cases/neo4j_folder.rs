//! Folders of node and relationship files: a small one made here, and the crimes of Manchester where they are there.

use crate::support::{Desk, assert_sound, by_name, shared_data};
use jaal_engine::LoadRequest;
use jaal_engine::model::value::Date;
use jaal_engine::model::{Handover, Value};

fn small(desk: &Desk) -> LoadRequest {
    desk.file("graph/person.csv", "pid:ID(Person),name,born:date,aka:string[],:LABEL\np1,Ann,1980-02-01,A;Annie,Person;Officer\np2,Bob,,,Person\n");
    desk.file("graph/car.csv", "plate:ID(Car);doors:int;:LABEL\np1;5;Car\n");
    desk.file("graph/drives.csv", ":START_ID(Person),since:int,:END_ID(Car),:TYPE\np1,2019,p1,DRIVES\np2,2020,p1,DRIVES\np2,2020,p1,DRIVES\np9,2021,p1,DRIVES\np1,soon,p1,DRIVES\n");
    LoadRequest::neo4j_csv(&desk.path("graph"), Handover::default())
}

#[test]
fn a_small_folder_becomes_entities_and_links() {
    let desk = Desk::new();
    let report = desk.load(small(&desk)).unwrap();
    assert_eq!((report.counts.read, report.counts.accepted, report.counts.rejected), (8, 6, 2));
    // The same id in two id spaces is two entities; each relationship is a link of its own.
    assert_eq!((report.entities, report.links), (3, 3));
    let rejects = &report.deliveries[0].rejects;
    assert_eq!(
        rejects.iter().map(|r| (r.file.as_str(), r.line)).collect::<Vec<_>>(),
        [("drives.csv", 5), ("drives.csv", 6)]
    );
    assert!(rejects[0].reason.contains("p9") && rejects[1].reason.contains("soon"), "{rejects:?}");
    let info = desk.database.info().unwrap();
    let kinds = by_name(&info.kinds);
    assert_eq!((kinds["Person"], kinds["Officer"], kinds["Car"]), (2, 1, 1));
    assert_eq!(by_name(&info.link_types)["DRIVES"], 3);
    let view = desk.database.read().unwrap().view;
    let named = |text: &str| jaal_engine::analysis::address::resolve(&view, text, "PK").unwrap();
    let ann = named("Person:p1");
    let keys = view.keys(ann);
    assert!(keys[0].scheme.starts_with("neo4j.") && keys[0].scheme.ends_with(".person"), "{keys:?}");
    assert_eq!(view.property(ann, "name"), Value::from("Ann"));
    assert_eq!(view.property(ann, "born"), Value::Date(Date::from_ymd(1980, 2, 1).unwrap()));
    assert_eq!(view.property(ann, "aka"), Value::List(vec![Value::from("A"), Value::from("Annie")]));
    assert_eq!(view.property(named("Person:p2"), "born"), Value::Null);
    assert_eq!(view.property(named("Car:p1"), "doors"), Value::Int(5));
    assert_sound(&desk.database);
    let again = desk.load(small(&desk)).unwrap();
    assert!(again.commit.is_none());
}

#[test]
fn equal_ids_of_two_folders_are_two_entities() {
    let desk = Desk::new();
    for (folder, label) in [("people", "Person"), ("vehicles", "Vehicle")] {
        desk.file(&format!("{folder}/nodes.csv"), format!(":ID,:LABEL\n1,{label}\n"));
        let report = desk.load(LoadRequest::neo4j_csv(&desk.path(folder), Handover::default())).unwrap();
        assert_eq!(report.counts.accepted, 1);
    }
    let view = desk.database.read().unwrap().view;
    assert_eq!(view.find_value("1").len(), 2);
    let named = |text: &str| jaal_engine::analysis::address::resolve(&view, text, "PK").unwrap();
    assert_ne!(named("Person:1"), named("Vehicle:1"));
    assert_sound(&desk.database);
}

#[test]
fn manchester_loads_whole() {
    let Some(folder) = shared_data("pole_manchester", "manchester_loads_whole") else { return };
    let desk = Desk::new();
    let report = desk.load(LoadRequest::neo4j_csv(&folder, Handover::default())).unwrap();
    assert_eq!((report.entities, report.links), (61_521, 105_840));
    assert_eq!(report.counts.rejected, 0);
    assert_eq!(report.counts.accepted, 61_521 + 105_840);
    assert_sound(&desk.database);
}
