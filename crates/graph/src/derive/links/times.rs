//! Times of links, claim by claim, where the claims behind a link do not agree on them.

use super::{Claims, Folded};
use crate::derive::Fed;
use crate::segment::{SectionId, Sections, tag};
use crate::view::EVENT_PROPERTIES;
use jaal_model::claim::NO_TIME;
use rayon::prelude::*;

/// From, to and event of a claim, each [`NO_TIME`] where it says none, and the rank of its grade.
pub(crate) type Times = (i64, i64, i64, u8);

/// Writes the times of all links of a type whose claims differ in them.
pub(super) fn write(sections: &mut Sections, link_type: u32, claims: &Claims<'_>, folded: &Folded) {
    let rows: Vec<[i64; 6]> = (0..folded.ends.len())
        .into_par_iter()
        .filter(|row| folded.claims(*row).len() > 1)
        .flat_map_iter(|row| {
            of(claims, folded.claims(row)).into_iter().map(move |(claim, (from, to, event, rank))| {
                [row as i64, i64::from(claim), from, to, event, i64::from(rank)]
            })
        })
        .collect();
    sections.add(SectionId::new(tag::LINK_TIMES, link_type, 0), &rows);
}

/// What each claim of a link says of its time, where they do not agree; else nothing.
pub(crate) fn of(claims: &Claims<'_>, positions: &[u32]) -> Vec<(u32, Times)> {
    if positions.len() < 2 {
        return Vec::new();
    }
    let of = |position: &u32| {
        let (fed, row) = claims.locate(*position);
        let (from, to) = fed.table.validity(row);
        let event = |column: Option<usize>| fed.table.columns[column?].value(row).clock_seconds();
        let [first, second] = event_columns(fed);
        let event = event(first).or_else(|| event(second)).unwrap_or(NO_TIME);
        (claims.claim(*position), (from, to, event, fed.table.shape.grade.rank()))
    };
    let times: Vec<(u32, Times)> = positions.iter().map(of).collect();
    let said = |(_, (from, to, event, _)): &(u32, Times)| (*from, *to, *event);
    let differ = times.windows(2).any(|pair| said(&pair[0]) != said(&pair[1]));
    if differ { times } else { Vec::new() }
}

/// Where a table keeps the properties that say when an event happened.
fn event_columns(fed: &Fed) -> [Option<usize>; 2] {
    EVENT_PROPERTIES.map(|name| fed.table.shape.properties.iter().position(|property| property == name))
}
