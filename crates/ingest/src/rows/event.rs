//! Rows that tell of one event, such as the two legs of a call, whose clocks are some seconds apart.
//!
//! A discriminator is made of a row alone, and equal discriminators are one link. Rounding times would part two legs
//! that are a second apart where a bucket ends. So the delivery is read once before: for every link with a tolerance
//! each row is a [`Sighting`], sightings of one type with the same ends and declared values are put in order of time,
//! and those that belong together all take the time of the first in their discriminators ([`fold`]). The claims keep
//! their own times: both rows are evidence of one call.
//!
//! **Which belong together.** A row belongs to the event that has the row nearest before it, at most the tolerance
//! away, unless the event has a row of the same leg already; then to the nearest that has not; else it begins an event.
//! A row that names no leg can be any. So two rows of different legs within the tolerance are never parted by where
//! they stand on the clock, and two calls of one leg are never one. Rows of one leg at the very same time are one
//! event, as they are with `identity` alone.
//!
//! The order is by time, leg, file and line, so the outcome depends on neither chunks nor threads. Several deliveries
//! meet where the first row of an event has the same time in each.

use super::balance::text_digest;
use super::build::{RowRules, row_text};
use super::emit::to_wire;
use super::eval::{Parsed, RowState, RowText};
use super::key::{FoundKey, KeyText};
use super::open::RowOpener;
use crate::plan::{LinkPlan, Plan};
use crate::source::split::RawChunk;
use jaal_model::Value;
use jaal_model::identifier::Context;
use jaal_model::value::{DateTime, LocalDateTime};
use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_128;

/// The most events of one pair that a row is compared with; older ones are closed.
const MAX_OPEN: usize = 64;

/// When a row says that its event was.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct At {
    seconds: i64,
    nanos: u32,
    /// Of an instant, the offset that its clock showed; none of a local time.
    offset_s: Option<i32>,
}

impl At {
    fn of(value: &Parsed<'_>) -> Option<Self> {
        match value {
            Parsed::Value(Value::DateTime(at)) => {
                Some(Self { seconds: at.seconds, nanos: at.nanos, offset_s: Some(at.offset_s) })
            }
            Parsed::Value(Value::LocalDateTime(at)) => {
                Some(Self { seconds: at.seconds, nanos: at.nanos, offset_s: None })
            }
            _ => None,
        }
    }

    fn nanos(self) -> i128 {
        i128::from(self.seconds) * 1_000_000_000 + i128::from(self.nanos)
    }

    /// As a property's value.
    pub(crate) fn value(self) -> Value {
        let Self { seconds, nanos, offset_s } = self;
        match offset_s {
            Some(offset_s) => Value::DateTime(DateTime { seconds, nanos, offset_s, zone: None }),
            None => Value::LocalDateTime(LocalDateTime { seconds, nanos }),
        }
    }
}

/// A row that tells of an event.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Sighting {
    /// Stands for the link's type, its ends and its declared values. Legs may be links of two plans, one for each
    /// direction that a record can have.
    group: u128,
    at: At,
    /// Stands for whose record it is; 0 where none is named.
    leg: u64,
    file: u32,
    line: u64,
    /// The link's number in the plan.
    link: u32,
}

/// Times that rows take in their discriminators instead of their own, by link, file and line.
pub(crate) type Events = FxHashMap<(u32, u32, u64), At>;

/// The sightings of a chunk.
///
/// # Complexity
/// O(text × rules of the plan).
pub(crate) fn sightings(
    plan: &Plan,
    rules: &RowRules,
    raw: &RawChunk,
    context: &mut Context,
) -> Vec<Sighting> {
    let mut opener = RowOpener::new(plan, rules);
    let mut state = RowState::default();
    let mut found = Vec::new();
    let mut buffer = Vec::new();
    for span in &raw.rows {
        // What fails here is rejected when it is read again.
        if !matches!(opener.open(raw, span, ""), Ok(true)) {
            continue;
        }
        let row = opener.row(row_text(raw, span));
        if state.evaluate(plan, row, context).is_err() {
            continue;
        }
        for (index, (link, claim)) in plan.links.iter().zip(&state.links).enumerate() {
            let Some(event) = link.event.as_ref().filter(|_| claim.present) else { continue };
            let Some(at) = state.values.get(claim.values + event.at).and_then(At::of) else { continue };
            let Some(group) = group(plan, link, &state, claim.values, row, &mut buffer) else { continue };
            let leg = event.leg.map_or("", |column| row.text(column));
            let leg = if plan.is_null(leg) { 0 } else { text_digest(leg) as u64 | 1 };
            found.push(Sighting { link: index as u32, group, at, leg, file: rules.file, line: span.line });
        }
    }
    found
}

/// What stands for the ends and the declared values of a link; `None` where a row names an end, since no two rows
/// have that in common.
fn group(
    plan: &Plan,
    link: &LinkPlan,
    state: &RowState<'_>,
    values: usize,
    row: RowText<'_>,
    buffer: &mut Vec<u8>,
) -> Option<u128> {
    buffer.clear();
    buffer.extend(link.link_type.as_bytes());
    buffer.push(0);
    for slot in [link.from, link.to] {
        let (from, to) = state.slots.get(slot)?.keys;
        let key = state.keys.get(from..to)?.iter().find(|key| key.names())?;
        for text in [key.scheme.name(plan), key_text(key, row)] {
            buffer.extend((text.len() as u64).to_le_bytes());
            buffer.extend(text.as_bytes());
        }
    }
    for at in link.event.iter().flat_map(|event| &event.on) {
        to_wire(state.values.get(values + at)?, row, buffer);
    }
    Some(xxh3_128(buffer))
}

fn key_text<'a>(key: &'a FoundKey, row: RowText<'a>) -> &'a str {
    match &key.value {
        KeyText::Field(at) => row.field(*at),
        KeyText::Normal(text) => text,
    }
}

/// An event that rows may still belong to.
struct Open {
    first: At,
    last: At,
    legs: Vec<u64>,
}

/// Finds which rows belong together, and gives the time of the first to all others that have another time.
///
/// # Complexity
/// O(s log s) in the sightings, which are held in memory at 64 bytes each.
pub(crate) fn fold(plan: &Plan, mut sightings: Vec<Sighting>) -> Events {
    sightings.sort_unstable();
    let mut events = Events::default();
    for rows in sightings.chunk_by(|a, b| a.group == b.group) {
        let mut open: Vec<Open> = Vec::new();
        for row in rows {
            let event = plan.links.get(row.link as usize).and_then(|link| link.event.as_ref());
            let within = i128::from(event.map_or(0, |event| event.within_s)) * 1_000_000_000;
            open.retain(|event| row.at.nanos() - event.last.nanos() <= within);
            if open.len() > MAX_OPEN {
                open.remove(0);
            }
            let takes = |event: &Open| {
                row.leg == 0
                    || !event.legs.contains(&row.leg)
                    || (event.last == row.at && event.legs.last() == Some(&row.leg))
            };
            // Of those equally near, the one that began first.
            let nearest = open
                .iter_mut()
                .filter(|event| takes(event))
                .reduce(|near, next| if next.last.nanos() > near.last.nanos() { next } else { near });
            match nearest {
                Some(event) => {
                    event.last = row.at;
                    event.legs.push(row.leg);
                    if event.first != row.at {
                        events.insert((row.link, row.file, row.line), event.first);
                    }
                }
                None => open.push(Open { first: row.at, last: row.at, legs: vec![row.leg] }),
            }
        }
    }
    events
}
