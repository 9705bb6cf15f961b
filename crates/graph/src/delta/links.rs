//! Records of links, from claims.

use super::draft::Draft;
use super::record::LinkRecord;
use crate::GraphError;
use crate::derive::Fed;
use crate::derive::links::{Claims, choosable, fold, times};
use crate::versions::{Held, Version, is_dated};
use jaal_model::claim::{NO_TIME, ShapeClaim};
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
    let names: BTreeSet<&String> =
        positions.iter().flat_map(|position| &claims.locate(*position).0.table.shape.properties).collect();
    let mut properties: Vec<Held> = Vec::new();
    for name in names {
        let value = |position: u32| {
            let (fed, row) = claims.locate(position);
            let column = fed.table.shape.properties.iter().position(|property| property == name)?;
            Some(fed.table.columns[column].value(row)).filter(|value| !value.is_null())
        };
        let giving = positions.iter().copied().filter(|position| value(*position).is_some()).collect();
        let version = |position: u32| {
            // A link of one claim holds when its properties do.
            let valid = if positions.len() > 1 { claims.validity(position) } else { (NO_TIME, NO_TIME) };
            Some(Version { rank: claims.rank(position), valid, value: value(position)? })
        };
        let versions: Vec<Version> = choosable(claims, giving).into_iter().filter_map(version).collect();
        if !versions.is_empty() {
            properties.push(Held { number: draft.property_id(name), versions });
        }
    }
    properties.sort_by_key(|held| held.number);
    let dated = positions.iter().copied().filter(|position| is_dated(claims.validity(*position)));
    let valid = dated.min_by_key(|position| claims.order_of_choice(*position));
    let mut numbers: Vec<u32> = positions.iter().map(|position| claims.claim(*position)).collect();
    numbers.sort_unstable();
    LinkRecord {
        from,
        to,
        claims: numbers,
        rank: positions.iter().map(|position| claims.rank(*position)).min().unwrap_or(u8::MAX),
        properties,
        valid: valid.map_or((NO_TIME, NO_TIME), |position| claims.validity(position)),
        times: times::of(claims, positions),
    }
}
