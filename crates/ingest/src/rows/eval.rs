//! Judging one row by a plan: which entities and links it speaks of, and every value, before anything is
//! written. A row that fails half-way has claimed nothing.

use super::fields::{Fields, trimmed};
use super::key::{FoundKey, find_key};
use super::{Fault, excerpt};
use crate::parse::{CellType, marking};
use crate::plan::{ClaimPlan, ColumnId, Plan, PropertyPlan, Slot, Source, Test, TestKind, ValueSource};
use jaal_model::claim::NO_TIME;
use jaal_model::identifier::Context;
use jaal_model::{Grade, Marking, Value};
use std::borrow::Cow;

/// One row, taken apart, with the columns' places in it.
#[derive(Clone, Copy)]
pub(crate) struct RowText<'a> {
    pub(crate) row: &'a str,
    pub(crate) fields: &'a Fields,
    pub(crate) binding: &'a [usize],
    /// Whether it is a row of a workbook, which may have made numbers of identifiers.
    pub(crate) is_sheet: bool,
}

impl<'a> RowText<'a> {
    /// A column's text without the white space around it.
    pub(crate) fn text(&self, column: ColumnId) -> &'a str {
        self.field(self.place(column))
    }

    pub(crate) fn field(&self, index: usize) -> &'a str {
        trimmed(self.fields.get(self.row, index))
    }

    pub(crate) fn place(&self, column: ColumnId) -> usize {
        self.binding.get(column).copied().unwrap_or(usize::MAX)
    }
}

/// A value of the row, not yet copied where it need not be.
#[derive(Debug)]
pub(crate) enum Parsed<'p> {
    Missing,
    /// The trimmed text of the field at this index.
    Field(usize),
    /// A text of the specification.
    Text(&'p str),
    Constant(&'p Value),
    /// A whole number: with texts the most usual value, and much smaller than a [`Value`].
    Int(i64),
    Value(Value),
}

/// What was found for a slot or link.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClaimState {
    pub(crate) present: bool,
    /// Where its values begin in [`RowState::values`].
    pub(crate) values: usize,
    pub(crate) valid: (i64, i64),
    pub(crate) grade: Grade,
    /// The row's own marking: its place in [`RowState::markings`].
    pub(crate) marking: Option<usize>,
}

/// What was found for a slot.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SlotState {
    pub(crate) claim: ClaimState,
    /// Its keys in [`RowState::keys`]: from, to.
    pub(crate) keys: (usize, usize),
    /// Whether a link of the row begins or ends at it.
    pub(crate) is_end: bool,
}

/// Everything found in one row; reused from row to row.
#[derive(Debug, Default)]
pub(crate) struct RowState<'p> {
    pub(crate) slots: Vec<SlotState>,
    pub(crate) links: Vec<ClaimState>,
    pub(crate) values: Vec<Parsed<'p>>,
    pub(crate) keys: Vec<FoundKey>,
    /// Every marking that a row has had, without repeats; kept from row to row.
    pub(crate) markings: Vec<Marking>,
}

/// Whether the plan leaves the row out. A row with the wrong number of fields (`ragged`) is only tested on
/// what it has, so that a total at the foot can be left out and a truncated row cannot.
pub(crate) fn is_left_out(plan: &Plan, row: RowText<'_>, ragged: bool) -> bool {
    let there = |test: &Test| {
        !ragged || (row.place(test.column) < row.fields.len() && !matches!(test.is, TestKind::Empty(_)))
    };
    plan.skip_when.iter().any(|test| there(test) && holds(plan, row, test))
        || (!ragged && !all_hold(plan, row, &plan.keep_when))
}

fn all_hold(plan: &Plan, row: RowText<'_>, tests: &[Test]) -> bool {
    tests.iter().all(|test| holds(plan, row, test))
}

fn holds(plan: &Plan, row: RowText<'_>, test: &Test) -> bool {
    let text = row.text(test.column);
    match &test.is {
        TestKind::Matches(regex) => regex.is_match(text),
        TestKind::Empty(empty) => plan.is_null(text) == *empty,
        TestKind::OneOf(texts) => texts.iter().any(|t| t == text),
    }
}

impl<'p> RowState<'p> {
    /// Whether an entity has keys and none that names it, so that the row does.
    pub(crate) fn has_unnamed(&self, plan: &Plan) -> bool {
        let unnamed = |state: &SlotState| {
            state.claim.present
                && self
                    .keys
                    .get(state.keys.0..state.keys.1)
                    .is_some_and(|keys| !keys.iter().any(FoundKey::names))
        };
        self.keys.iter().any(|key| !key.names())
            && self.slots.iter().zip(&plan.slots).any(|(state, slot)| !slot.keys.is_empty() && unnamed(state))
    }

    /// Finds everything that the row says.
    ///
    /// # Errors
    /// A [`Fault`] when the row must be rejected.
    pub(crate) fn evaluate(
        &mut self,
        plan: &'p Plan,
        row: RowText<'_>,
        context: &mut Context,
    ) -> Result<(), Fault> {
        self.slots.clear();
        self.links.clear();
        self.values.clear();
        self.keys.clear();
        for slot in &plan.slots {
            let state = self.slot(plan, slot, row, context)?;
            self.slots.push(state);
        }
        for link in &plan.links {
            let ends = self.slots[link.from].claim.present && self.slots[link.to].claim.present;
            let state = if ends && all_hold(plan, row, &link.when) {
                self.slots[link.from].is_end = true;
                self.slots[link.to].is_end = true;
                self.claim(plan, &link.claim, row)?
            } else {
                absent(plan)
            };
            self.links.push(state);
        }
        Ok(())
    }

    /// Whether the row speaks of no entity at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.slots.iter().all(|s| !s.claim.present)
    }

    fn slot(
        &mut self,
        plan: &'p Plan,
        slot: &'p Slot,
        row: RowText<'_>,
        context: &mut Context,
    ) -> Result<SlotState, Fault> {
        let first = self.keys.len();
        let nothing = SlotState { claim: absent(plan), keys: (first, first), is_end: false };
        if !all_hold(plan, row, &slot.when) {
            return Ok(nothing);
        }
        for key in &slot.keys {
            if let Some(found) = find_key(plan, key, row, context) {
                self.keys.push(found);
            }
        }
        if !slot.keys.is_empty() && self.keys.len() == first {
            if slot.optional {
                return Ok(nothing);
            }
            let column = slot.keys.first().and_then(|key| label(plan, &key.source));
            let reason = format!("empty, and without it the entity `{}` has no key", slot.name);
            return Err(Fault { column, reason });
        }
        let claim = self.claim(plan, &slot.claim, row)?;
        Ok(SlotState { claim, keys: (first, self.keys.len()), is_end: false })
    }

    fn claim(&mut self, plan: &'p Plan, claim: &'p ClaimPlan, row: RowText<'_>) -> Result<ClaimState, Fault> {
        let values = self.values.len();
        for property in &claim.properties {
            match find_plain_value(plan, property, row) {
                Some(value) => self.values.push(value),
                None => self.values.push(find_value(plan, property, row)?),
            }
        }
        let grade = match claim.grade_from.map(|column| (column, row.text(column))) {
            Some((column, text)) if !plan.is_null(text) => Grade::parse(text)
                .map_err(|error| Fault::column(plan.columns[column].clone(), error.to_string()))?,
            _ => plan.grade,
        };
        let marking = self.marking(plan, claim, row)?;
        let valid = (
            find_bound(plan, claim.valid_from.as_ref(), row, false)?,
            find_bound(plan, claim.valid_to.as_ref(), row, true)?,
        );
        Ok(ClaimState { present: true, values, valid, grade, marking })
    }
}

impl RowState<'_> {
    /// The row's own marking, as a place among all that rows have had.
    fn marking(&mut self, plan: &Plan, claim: &ClaimPlan, row: RowText<'_>) -> Result<Option<usize>, Fault> {
        let Some(column) = claim.marking_from else { return Ok(None) };
        let text = row.text(column);
        if plan.is_null(text) {
            return Ok(None);
        }
        let Some(found) = marking::marking(text) else {
            let reason = format!("`{}` is not a marking: {}", excerpt(text), marking::EXPECTED);
            return Err(Fault { column: plan.columns.get(column).cloned(), reason });
        };
        let known = self.markings.iter().position(|marking| *marking == found);
        Ok(Some(known.unwrap_or_else(|| {
            self.markings.push(found);
            self.markings.len() - 1
        })))
    }

    /// The marking of what was found by a plan.
    pub(crate) fn marking_of<'a>(&'a self, found: ClaimState, plan: &'a ClaimPlan) -> &'a Marking {
        found.marking.and_then(|at| self.markings.get(at)).unwrap_or(&plan.marking)
    }
}

fn absent(plan: &Plan) -> ClaimState {
    ClaimState { present: false, values: 0, valid: (NO_TIME, NO_TIME), grade: plan.grade, marking: None }
}

/// The text of a source, or `None` where it means nothing.
pub(super) fn source_text<'a>(plan: &Plan, source: &'a Source, row: RowText<'a>) -> Option<Cow<'a, str>> {
    match source {
        Source::Column(column) => {
            let text = row.text(*column);
            (!plan.is_null(text)).then_some(Cow::Borrowed(text))
        }
        Source::Joined(columns, sep) => {
            let mut joined = String::new();
            for text in columns.iter().map(|c| row.text(*c)).filter(|t| !plan.is_null(t)) {
                if !joined.is_empty() {
                    joined.push_str(sep);
                }
                joined.push_str(text);
            }
            (!joined.is_empty()).then_some(Cow::Owned(joined))
        }
        Source::Constant(text) => (!text.is_empty()).then_some(Cow::Borrowed(text.as_str())),
    }
}

/// The name of a source for messages.
fn label(plan: &Plan, source: &Source) -> Option<String> {
    match source {
        Source::Column(column) => plan.columns.get(*column).cloned(),
        Source::Joined(columns, _) => {
            let names: Vec<&str> =
                columns.iter().filter_map(|c| plan.columns.get(*c)).map(String::as_str).collect();
            Some(names.join(" + "))
        }
        Source::Constant(_) => None,
    }
}

/// The usual cases, without copying anything: a column's text that goes from the file into the claim as it is,
/// and a number in plain digits. `None` leaves it to [`find_value`].
fn find_plain_value<'p>(plan: &Plan, property: &PropertyPlan, row: RowText<'_>) -> Option<Parsed<'p>> {
    let (ValueSource::Text(Source::Column(column)), None) = (&property.source, &property.lookup) else {
        return None;
    };
    let place = row.place(*column);
    let text = row.field(place);
    match property.parser.cell_type {
        CellType::Str | CellType::Int if plan.is_null(text) => Some(Parsed::Missing),
        CellType::Str => Some(Parsed::Field(place)),
        CellType::Int => text.parse().ok().map(Parsed::Int),
        _ => None,
    }
}

fn find_value<'p>(plan: &'p Plan, property: &'p PropertyPlan, row: RowText<'_>) -> Result<Parsed<'p>, Fault> {
    let source = match &property.source {
        ValueSource::Constant(value) => return Ok(Parsed::Constant(value)),
        ValueSource::Text(source) => source,
    };
    let is_text = property.parser.cell_type == CellType::Str;
    let Some(text) = source_text(plan, source, row) else { return Ok(Parsed::Missing) };
    let mapped = property.lookup.as_ref().and_then(|lookup| lookup.get(text.as_ref()));
    if let (Some(mapped), true) = (mapped, is_text) {
        return Ok(if mapped.is_empty() { Parsed::Missing } else { Parsed::Text(mapped) });
    }
    if is_text {
        return Ok(Parsed::Value(Value::Str(text.into_owned())));
    }
    let wanted = mapped.map_or(text.as_ref(), String::as_str);
    match property.parser.value(wanted) {
        Some(value) => Ok(Parsed::Value(value)),
        None if property.null_on_error => Ok(Parsed::Missing),
        None => Err(not_of_type(plan, property, source, wanted)),
    }
}

fn find_bound(
    plan: &Plan,
    property: Option<&PropertyPlan>,
    row: RowText<'_>,
    is_end: bool,
) -> Result<i64, Fault> {
    let Some(PropertyPlan { source: ValueSource::Text(source), parser, .. }) = property else {
        return Ok(NO_TIME);
    };
    let Some(text) = source_text(plan, source, row) else { return Ok(NO_TIME) };
    match (parser.bound(&text, is_end), property) {
        (Some(bound), _) => Ok(bound),
        (None, Some(property)) if !property.null_on_error => Err(not_of_type(plan, property, source, &text)),
        _ => Ok(NO_TIME),
    }
}

fn not_of_type(plan: &Plan, property: &PropertyPlan, source: &Source, text: &str) -> Fault {
    let reason = format!("`{}` is not {}", excerpt(text), property.parser.expected());
    Fault { column: label(plan, source), reason }
}
