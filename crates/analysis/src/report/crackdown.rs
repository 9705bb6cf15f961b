//! The crackdown report: units sealed, people involved and arrested by nationality, money recovered.
//!
//! Every figure counts *distinct entities*, so a person arrested in two cases, or reported by two agencies, counts
//! once. Which links and kinds are read: `Premises -SEALED_IN-> Case`, `Person -INVOLVED_IN-> Case` and
//! `Person -ARRESTED_IN-> Case`, each dated by the property `at` (else by the start of the link's validity), and the
//! entities of kind `Recovery` with `amount` and `recovered_on`.

use jaal_csr::Direction;
use jaal_graph::{Sources, View};
use jaal_model::AssertionId;
use jaal_model::answer::{Figure, ReportAnswer};

use super::figure::{Counted, Heading, figure};
use super::nationality::{Nationality, nationality};
use super::recoveries::{note_disputes, recoveries};
use crate::AnalysisError;
use crate::walk::each_link;
use crate::when::{day_of_seconds, iso_day};

/// The period of the report, in days since 1970-01-01, ends included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CrackdownPeriod {
    /// First day of the campaign.
    pub from: i64,
    /// Its last day.
    pub to: i64,
    /// First day of the longer period over which recoveries are summed too; that one ends with `to`.
    pub since: i64,
}

/// The crackdown report; with `rows` every figure lists what it counts, with evidence.
///
/// # Errors
/// [`AnalysisError::EmptyPeriod`], or [`AnalysisError::Graph`] when rows cannot be read.
///
/// # Complexity
/// The people, premises and recoveries with their links of the types read; with `rows` also their claims.
pub fn crackdown(
    view: &View,
    sources: &Sources,
    period: &CrackdownPeriod,
    rows: bool,
) -> Result<ReportAnswer, AnalysisError> {
    if period.from > period.to {
        return Err(AnalysisError::EmptyPeriod { from: iso_day(period.from), to: iso_day(period.to) });
    }
    let mut notes = missing_words(view);
    let rows_from = rows.then_some(sources);
    let sealed = dated(view, "Premises", &["SEALED_IN"], period, &mut notes);
    let mut figures = vec![figure(view, rows_from, SEALED, &sealed)?];
    let involved = dated(view, "Person", &["INVOLVED_IN", "ARRESTED_IN"], period, &mut notes);
    figures.extend(people(view, rows_from, INVOLVED, &involved)?);
    let arrested = dated(view, "Person", &["ARRESTED_IN"], period, &mut Vec::new());
    figures.extend(people(view, rows_from, ARRESTED, &arrested)?);
    let recoveries = recoveries(view, period, &mut notes);
    note_disputes(view, sources, &recoveries, &mut notes)?;
    let within: Vec<Counted> =
        recoveries.iter().filter(|r| r.day.is_some_and(|d| d >= period.from)).cloned().collect();
    let since: Vec<Counted> =
        recoveries.into_iter().filter(|r| r.day.is_some_and(|d| d >= period.since)).collect();
    figures.push(figure(view, rows_from, RECOVERED, &within)?);
    figures.push(figure(view, rows_from, RECOVERED_SINCE, &since)?);
    Ok(ReportAnswer {
        name: "crackdown".to_owned(),
        title: "Crackdown: units sealed, people involved, money recovered".to_owned(),
        parameters: vec![
            ("from".to_owned(), iso_day(period.from)),
            ("to".to_owned(), iso_day(period.to)),
            ("since".to_owned(), iso_day(period.since)),
        ],
        figures,
        notes,
        commit: view.commit().0,
        image: view.digest().to_string(),
    })
}

const fn count(name: &'static str, title: &'static str, method: &'static str) -> Heading {
    Heading { name, title, unit: "count", method }
}

const SEALED: Heading =
    count("sealed", "Units sealed", "Distinct premises with a SEALED_IN link dated in the period.");

const CITIZENS_METHOD: &str = "Of these, people with a CNIC, with the nationality PAK or, where none is stated, with a passport of PAK.";
const FOREIGN_METHOD: &str =
    "Of these, people without a CNIC whose nationality, or else passport, is of another country than PAK.";
const UNKNOWN_METHOD: &str = "Of these, people with no CNIC, no foreign passport and no nationality stated.";

/// All, citizens, foreign, unknown.
const INVOLVED: [Heading; 4] = [
    count(
        "involved",
        "People involved",
        "Distinct people with an INVOLVED_IN or ARRESTED_IN link dated in the period.",
    ),
    count("involved.citizens", "of these citizens", CITIZENS_METHOD),
    count("involved.foreign", "of these foreign nationals", FOREIGN_METHOD),
    count("involved.unknown", "of these of unknown nationality", UNKNOWN_METHOD),
];
const ARRESTED: [Heading; 4] = [
    count("arrested", "People arrested", "Distinct people with an ARRESTED_IN link dated in the period."),
    count("arrested.citizens", "of these citizens", CITIZENS_METHOD),
    count("arrested.foreign", "of these foreign nationals", FOREIGN_METHOD),
    count("arrested.unknown", "of these of unknown nationality", UNKNOWN_METHOD),
];
const RECOVERED: Heading = Heading {
    name: "recovered",
    title: "Recovered in the period",
    unit: "PKR",
    method: "Sum of the amounts of distinct recoveries dated in the period.",
};
const RECOVERED_SINCE: Heading = Heading {
    name: "recovered.since",
    title: "Recovered since the earlier date",
    unit: "PKR",
    method: "Sum of the amounts of distinct recoveries dated from the earlier date to the end of the period.",
};

/// Notes on kinds and link types that the report reads and the graph does not have.
fn missing_words(view: &View) -> Vec<String> {
    let kinds = ["Premises", "Person", "Recovery"].into_iter().filter(|name| view.kind(name).is_none());
    let types =
        ["SEALED_IN", "INVOLVED_IN", "ARRESTED_IN"].into_iter().filter(|name| view.link_type(name).is_none());
    kinds
        .map(|name| format!("the graph has no entity of kind {name}: what it would count is 0"))
        .chain(types.map(|name| format!("the graph has no link of type {name}: what it would count is 0")))
        .collect()
}

/// The entities of a kind with a link of these types dated in the period, each once, under its earliest such date.
fn dated(
    view: &View,
    kind: &str,
    types: &[&str],
    period: &CrackdownPeriod,
    notes: &mut Vec<String>,
) -> Vec<Counted> {
    let wanted: Vec<u16> = types.iter().filter_map(|name| view.link_type(name)).collect();
    let Some(kind) = view.kind(kind).filter(|_| !wanted.is_empty()) else { return Vec::new() };
    let mut counted = Vec::new();
    let mut undated = 0_u64;
    for node in view.nodes_of_kind(kind) {
        let mut first: Option<i64> = None;
        let mut claims: Vec<AssertionId> = Vec::new();
        each_link(view, node, Direction::Out, |met| {
            if !wanted.contains(&met.link.link_type) {
                return;
            }
            // Rows that were folded into one link may give it several dates: each counts for itself.
            let mut has_date = false;
            for times in view.link_times(met.link) {
                let Some(at) = times.event.or(times.from).map(day_of_seconds) else { continue };
                has_date = true;
                if (period.from..=period.to).contains(&at) {
                    first = Some(first.map_or(at, |earlier| earlier.min(at)));
                    claims
                        .extend(times.claim.map_or_else(|| view.link_claims(met.link), |claim| vec![claim]));
                }
            }
            undated += u64::from(!has_date);
        });
        if first.is_some() {
            claims.sort_unstable();
            claims.dedup();
            counted.push(Counted { node, adds: 1, day: first, claims });
        }
    }
    if undated > 0 {
        notes.push(format!("{undated} links of type {} have no date and count nowhere", types.join(" or ")));
    }
    counted
}

/// The figure of all these people and its parts by nationality; the unknown ones only where there are any.
fn people(
    view: &View,
    rows_from: Option<&Sources>,
    headings: [Heading; 4],
    counted: &[Counted],
) -> Result<Vec<Figure>, AnalysisError> {
    let [all, citizens, foreign, unknown] = headings;
    let part = |wanted: Nationality| -> Vec<Counted> {
        counted.iter().filter(|c| nationality(view, c.node) == wanted).cloned().collect()
    };
    let mut figures = vec![
        figure(view, rows_from, all, counted)?,
        figure(view, rows_from, citizens, &part(Nationality::Citizen))?,
        figure(view, rows_from, foreign, &part(Nationality::Foreign))?,
    ];
    let rest = part(Nationality::Unknown);
    if !rest.is_empty() {
        figures.push(figure(view, rows_from, unknown, &rest)?);
    }
    Ok(figures)
}
