//! Search and cards under filters: only what passes counts, entity by entity and value by value.

use crate::common::{Case, CaseBuilder, days};
use jaal_analysis::card;
use jaal_analysis::find::{find, find_numbers, find_under};
use jaal_analysis::why::{why_between, why_entity};
use jaal_graph::{Filter, View};
use jaal_model::claim::NO_TIME;
use jaal_model::{Grade, Value};

const DAY: i64 = 86_400;

fn text(text: &str) -> Value {
    Value::Str(text.to_owned())
}

/// A man with an alias that only an informer knows, his phone under two owners' names one after the other, and a woman
/// of whom there is nothing but a rumour.
fn case() -> Case {
    let until = |month, day| (NO_TIME, days(month, day) * DAY);
    let since = |month, day| (days(month, day) * DAY, NO_TIME);
    let mut case = CaseBuilder::new();
    case.delivery("Register").grade("1A");
    case.entity("cnic=3520212345671", &["Person"], &[("name", text("Hamza Qureshi"))]);
    case.entity_held("msisdn=+923001234567", &["Phone"], &[("name", text("Old Owner"))], until(3, 1));
    case.entity_held("msisdn=+923001234567", &["Phone"], &[("name", text("New Owner"))], since(3, 1));
    case.delivery("Informer").grade("3E");
    case.entity("cnic=3520212345671", &["Person"], &[("alias", text("Chota Pathan"))]);
    case.entity("cnic=3520276543212", &["Person"], &[("name", text("Bano Begum"))]);
    case.build()
}

fn under(case: &Case, filter: Filter) -> View {
    case.view.filtered(filter)
}

fn graded(grade: &str) -> Filter {
    Filter { lowest_grade: Some(Grade::parse(grade).unwrap()), as_of: None }
}

fn as_of(month: u32, day: u32) -> Filter {
    Filter { as_of: Some(days(month, day) * DAY), lowest_grade: None }
}

/// What a search finds: name and how it matched.
fn found(case: &Case, view: &View, asked: &str) -> Vec<(String, String)> {
    let hits = find_under(view, &case.sources, asked, "PK", 10).unwrap();
    hits.into_iter().map(|hit| (hit.entity.label, hit.matched)).collect()
}

#[test]
fn a_name_counts_when_a_claim_that_passes_gives_it() {
    let case = case();
    let reliable = under(&case, graded("2B"));
    assert_eq!(found(&case, &case.view, "chota pathan").len(), 1);
    assert_eq!(found(&case, &reliable, "chota pathan"), []);
    assert_eq!(find(&reliable, "chota pathan", "PK", 10).len(), 1, "the index knows all names");
    let hamza = ("Hamza Qureshi".to_owned(), "name".to_owned());
    assert_eq!(found(&case, &reliable, "hamza qureshi"), [hamza]);
    assert_eq!(found(&case, &case.view, "bano").len(), 1);
    assert_eq!(found(&case, &reliable, "bano"), []);
}

#[test]
fn an_entity_that_only_bad_grades_know_is_not_found_by_its_key() {
    let case = case();
    let reliable = under(&case, graded("2B"));
    for (number, known) in [("35202-7654321-2", false), ("35202-1234567-1", true)] {
        assert_eq!(found(&case, &case.view, number).len(), 1, "{number}");
        assert_eq!(!found(&case, &reliable, number).is_empty(), known, "{number}");
        let answer = find_numbers(&reliable, [number], "PK");
        assert_eq!((answer.hits.len(), answer.misses.len()), (usize::from(known), usize::from(!known)));
    }
}

#[test]
fn a_value_counts_at_its_time() {
    let case = case();
    for (filter, owner, other) in
        [(as_of(2, 28), "Old Owner", "New Owner"), (as_of(3, 1), "New Owner", "Old Owner")]
    {
        let then = under(&case, filter);
        assert_eq!(found(&case, &then, "0300-1234567"), [(owner.to_owned(), "key".to_owned())]);
        assert_eq!(found(&case, &then, owner).len(), 1);
        assert_eq!(found(&case, &then, other), []);
    }
    assert_eq!(found(&case, &case.view, "0300-1234567")[0].0, "New Owner", "the one recorded last");
}

#[test]
fn why_shows_the_rows_that_pass() {
    let case = case();
    let rows = |view: &View, number: &str| {
        let node = case.view.find_value(number)[0].1;
        why_entity(view, &case.sources, node, 10).unwrap().evidence.len()
    };
    assert_eq!(rows(&case.view, "3520212345671"), 2);
    assert_eq!(rows(&under(&case, graded("2B")), "3520212345671"), 1);
    assert_eq!(rows(&under(&case, as_of(2, 1)), "+923001234567"), 1);
    let folded = folded();
    let link = folded.view.find_value("3520212345671")[0].1;
    let other = folded.view.find_value("+923001234567")[0].1;
    let rows = |filter: Filter| -> Vec<usize> {
        let view = folded.view.filtered(filter);
        let between = why_between(&view, &folded.sources, link, other, None, 10).unwrap();
        between.links.iter().map(|link| link.evidence.len()).collect()
    };
    assert_eq!(rows(Filter::default()), [2]);
    assert_eq!(rows(as_of(2, 1)), [1], "only what held then");
    assert_eq!(rows(as_of(5, 1)), [1]);
    assert_eq!(rows(graded("1A")), [1]);
    let both = Filter { as_of: as_of(5, 1).as_of, ..graded("1A") };
    assert_eq!(rows(both), [0; 0], "one claim passes by grade, the other by time, none by both");
}

/// One link that two sources tell of, each for its time.
fn folded() -> Case {
    let mut case = CaseBuilder::new();
    let ends = ("cnic=3520212345671", "msisdn=+923001234567");
    let until = (NO_TIME, days(3, 1) * DAY);
    let since = (days(4, 1) * DAY, NO_TIME);
    case.delivery("Register").grade("1A").tie_held(ends.0, "USES", ends.1, until);
    case.delivery("Informer").grade("3E").tie_held(ends.0, "USES", ends.1, since);
    case.build()
}

#[test]
fn a_card_shows_what_passes() {
    let case = case();
    let phone = case.view.find_value("+923001234567")[0].1;
    let man = case.view.find_value("3520212345671")[0].1;
    let card = |view: &View, node| card::show(view, &case.sources, node).unwrap();
    let whole = card(&case.view, phone);
    assert_eq!((whole.properties.len(), whole.properties[0].disputed.len()), (1, 1));
    let then = card(&under(&case, as_of(2, 1)), phone);
    assert_eq!(then.properties[0].value, text("Old Owner"));
    assert_eq!(then.properties[0].disputed, [], "nobody disputes it at that time");
    let names = |view: &View| -> Vec<String> {
        card(view, man).properties.into_iter().map(|line| line.name).collect()
    };
    assert_eq!(names(&case.view), ["alias", "name"]);
    let reliable = under(&case, graded("2B"));
    assert_eq!(names(&reliable), ["name"]);
    let counts = |view: &View| {
        let card = card(view, man);
        (card.claims, card.deliveries)
    };
    assert_eq!((counts(&case.view), counts(&reliable)), ((2, 2), (1, 1)));
}
