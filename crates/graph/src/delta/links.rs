//! Records of links, from claims.

use super::draft::Draft;
use super::record::LinkRecord;
use crate::GraphError;
use crate::derive::Fed;
use crate::derive::links::{Claims, fold, times};
use jaal_model::Value;
use jaal_model::claim::{NO_TIME, ShapeClaim};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// The links that claims fold into, each with its type's number in the draft. `place` gives the place of an end.
///
/// # Errors
/// [`GraphError::TooLarge`] when there are too many link types.
pub(super) fn records(
    fed: &[Fed],
    place: &dyn Fn(u64) -> u32,
    draft: &mut Draft<'_>,
) -> Result<Vec<(u16, LinkRecord)>, GraphError> {
    let mut by_type: BTreeMap<&str, Vec<&Fed>> = BTreeMap::new();
    for fed in fed {
        if let ShapeClaim::Link { link_type, .. } = &fed.table.shape.claim {
            by_type.entry(link_type).or_default().push(fed);
        }
    }
    let mut out = Vec::new();
    for (name, tables) in by_type {
        let own = draft.type_id(name)?;
        let claims = Claims::new(tables);
        let folded = fold(&claims, place);
        for row in 0..folded.ends.len() {
            out.push((own, record(&claims, folded.ends[row], folded.claims(row), draft)));
        }
    }
    Ok(out)
}

fn record(
    claims: &Claims<'_>,
    (from, to): (u32, u32),
    positions: &[u32],
    draft: &mut Draft<'_>,
) -> LinkRecord {
    let rank = |position: u32| claims.locate(position).0.table.shape.grade.rank();
    let best = |gives: &dyn Fn(u32) -> bool| {
        let giving = positions.iter().copied().filter(|position| gives(*position));
        giving.min_by_key(|position| (rank(*position), Reverse(*position)))
    };
    let names: BTreeSet<&String> =
        positions.iter().flat_map(|position| &claims.locate(*position).0.table.shape.properties).collect();
    let mut properties: Vec<(u32, Value)> = Vec::new();
    for name in names {
        let value = |position: u32| {
            let (fed, row) = claims.locate(position);
            let column = fed.table.shape.properties.iter().position(|property| property == name)?;
            Some(fed.table.columns[column].value(row)).filter(|value| !value.is_null())
        };
        if let Some(value) = best(&|position| value(position).is_some()).and_then(value) {
            properties.push((draft.property_id(name), value));
        }
    }
    properties.sort_by_key(|(number, _)| *number);
    let valid = best(&|position| claims.validity(position) != (NO_TIME, NO_TIME));
    let mut numbers: Vec<u32> = positions.iter().map(|position| claims.claim(*position)).collect();
    numbers.sort_unstable();
    LinkRecord {
        from,
        to,
        claims: numbers,
        rank: positions.iter().map(|position| rank(*position)).min().unwrap_or(u8::MAX),
        properties,
        valid: valid.map_or((NO_TIME, NO_TIME), |position| claims.validity(position)),
        times: times::of(claims, positions),
    }
}
