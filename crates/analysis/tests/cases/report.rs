//! The crackdown report: distinct people, whoever reports them, and money counted once.

use std::collections::BTreeMap;

use crate::common::{Case, CaseBuilder, days, on};
use jaal_analysis::AnalysisError;
use jaal_analysis::report::{CrackdownPeriod, crackdown};
use jaal_model::Value;
use jaal_model::answer::ReportAnswer;

const CITIZEN: &str = "cnic=3520212345671";
const FREED: &str = "cnic=3520212345673";
const FOREIGNER: &str = "passport=CHN:E12345678";
const NOBODY: &str = "row=00000000000000aa-0-1";

fn case() -> Case {
    let mut case = CaseBuilder::new();
    case.delivery("Cyber Crime Agency");
    for (person, case_no) in [(CITIZEN, "fir=1"), (CITIZEN, "fir=2"), (FOREIGNER, "fir=1")] {
        case.link(person, "INVOLVED_IN", case_no, &[("at", on(9, 10))]);
        case.link(person, "ARRESTED_IN", case_no, &[("at", on(9, 10))]);
    }
    case.link(FREED, "INVOLVED_IN", "fir=2", &[("at", on(10, 31))]);
    case.entity(NOBODY, &["Person"], &[]).link(NOBODY, "ARRESTED_IN", "fir=2", &[("at", on(9, 1))]);
    case.link("cnic=3520212345675", "ARRESTED_IN", "fir=3", &[("at", on(11, 1))]);
    case.link("unit=1", "SEALED_IN", "fir=1", &[("at", on(9, 10))]);
    case.link("unit=1", "SEALED_IN", "fir=2", &[("at", on(9, 11))]);
    case.link("unit=2", "SEALED_IN", "fir=3", &[("at", on(8, 31))]);
    case.link("unit=3", "SEALED_IN", "fir=3", &[]);
    for (memo, amount, date) in [
        ("memo=1", Value::Int(100), on(9, 10)),
        ("memo=2", Value::Float(49.6), on(10, 1)),
        ("memo=3", Value::Int(1_000), on(2, 1)),
        ("memo=4", Value::Null, on(9, 11)),
        ("memo=5", Value::Int(7), Value::Null),
        ("memo=6", Value::Int(9_999), on(11, 1)),
    ] {
        case.entity(memo, &[], &[("amount", amount), ("recovered_on", date)]);
    }
    case.delivery("City Police");
    case.grade("3E");
    case.link(CITIZEN, "ARRESTED_IN", "fir=1", &[("at", on(9, 11))]);
    case.entity("memo=1", &[], &[("amount", Value::Int(130)), ("recovered_on", on(9, 10))]);
    case.entity("memo=2", &[], &[("amount", Value::Float(49.6)), ("recovered_on", on(10, 1))]);
    case.build()
}

const PERIOD: (u32, u32, u32, u32) = (9, 1, 10, 31);

fn period() -> CrackdownPeriod {
    let (m1, d1, m2, d2) = PERIOD;
    CrackdownPeriod { from: days(m1, d1), to: days(m2, d2), since: days(1, 1) }
}

fn figures(report: &ReportAnswer) -> BTreeMap<&str, i64> {
    report.figures.iter().map(|f| (f.name.as_str(), f.value)).collect()
}

#[test]
fn people_units_and_memos_count_once() {
    let case = case();
    let report = crackdown(&case.view, &case.sources, &period(), false).unwrap();
    let expected = BTreeMap::from([
        ("sealed", 1),
        ("involved", 4),
        ("involved.citizens", 2),
        ("involved.foreign", 1),
        ("involved.unknown", 1),
        ("arrested", 3),
        ("arrested.citizens", 1),
        ("arrested.foreign", 1),
        ("arrested.unknown", 1),
        ("recovered", 150),
        ("recovered.since", 1_150),
    ]);
    assert_eq!(figures(&report), expected);
    assert!(report.figures.iter().all(|f| f.rows.is_empty()));
}

#[test]
fn notes_name_disputes_and_gaps() {
    let case = case();
    let report = crackdown(&case.view, &case.sources, &period(), false).unwrap();
    let notes = report.notes.join("\n");
    assert!(notes.contains("disagree on the amount") && notes.contains("100 is counted, 130"), "{notes}");
    assert!(!notes.contains("49.6"), "{notes}");
    assert!(
        notes.contains("1 recoveries have no amount") && notes.contains("1 recoveries have no date"),
        "{notes}"
    );
    assert!(notes.contains("1 links of type SEALED_IN have no date"), "{notes}");
}

#[test]
fn every_figure_opens_into_rows_that_add_up_to_it() {
    let case = case();
    let report = crackdown(&case.view, &case.sources, &period(), true).unwrap();
    for figure in &report.figures {
        assert_eq!(figure.rows.iter().map(|r| r.adds).sum::<i64>(), figure.value, "{}", figure.name);
        assert!(figure.rows.iter().all(|r| !r.evidence.is_empty() && r.date.is_some()), "{}", figure.name);
        let mut ids: Vec<_> = figure.rows.iter().map(|r| r.entity.id).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), figure.rows.len(), "{}: distinct", figure.name);
    }
    let arrested = report.figures.iter().find(|f| f.name == "arrested").unwrap();
    let citizen = arrested.rows.iter().find(|r| r.entity.label == "3520212345671").unwrap();
    assert_eq!(citizen.date.as_deref(), Some("2025-09-10"));
    let agencies: Vec<&str> = citizen.evidence.iter().map(|e| e.agency.as_str()).collect();
    assert_eq!(agencies, ["Cyber Crime Agency", "Cyber Crime Agency", "City Police"]);
}

#[test]
fn a_graph_without_the_words_says_so() {
    let mut empty = CaseBuilder::new();
    let case = empty.delivery("Shop").entity("shop=1", &[], &[]).build();
    let report = crackdown(&case.view, &case.sources, &period(), true).unwrap();
    assert!(report.figures.iter().all(|f| f.value == 0));
    assert_eq!(report.notes.len(), 6);
    let backwards = CrackdownPeriod { from: 2, to: 1, since: 0 };
    let error = crackdown(&case.view, &case.sources, &backwards, false).unwrap_err();
    assert!(matches!(error, AnalysisError::EmptyPeriod { .. }), "{error}");
}
