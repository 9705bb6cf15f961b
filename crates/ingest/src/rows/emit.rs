//! Writing what a row was found to say into the claim tables of its chunk.
//!
//! Tables belong to the slots and links of the plan, not to shapes: a slot has one table for each combination
//! of grade, scheme and odd keys that its rows have had, of which there are hardly ever more than two.

use super::eval::{ClaimState, Parsed, RowState, RowText, SlotState};
use super::event::Events;
use super::key::{Base, FoundKey, FoundScheme, KeyText, odd_names, odd_schemes};
use crate::plan::{Plan, Slot};
use jaal_model::claim::{ClaimTable, Column, Discrimination, KeyList, NO_TIME, Shape, ShapeClaim};
use jaal_model::{Grade, Marking, ROW_SCHEME, Scheme, Value, base_kind};
use xxhash_rust::xxh3::xxh3_64;

/// What tells the tables of a slot apart.
#[derive(PartialEq, Eq)]
struct Variant {
    grade: Grade,
    /// The row's own, as a place in [`RowState::markings`].
    marking: Option<usize>,
    base: Base,
    /// Schemes of the keys whose raw text is kept.
    odd: Vec<String>,
}

/// What tells the tables of a link apart.
type LinkVariant = (Grade, Option<usize>, Discrimination);

/// The tables and keys of a chunk on their way.
pub(crate) struct Emitter<'p> {
    plan: &'p Plan,
    /// The number of the file, and the times that its rows have in common with others.
    file: u32,
    events: Option<&'p Events>,
    pub(crate) keys: KeyList,
    pub(crate) tables: Vec<ClaimTable>,
    slot_tables: Vec<Vec<(Variant, usize)>>,
    link_tables: Vec<Vec<(LinkVariant, usize)>>,
    same_tables: Vec<(Grade, Marking, usize)>,
    /// Number in `keys` of each scheme of the plan.
    asked: Vec<Option<u16>>,
    others: Vec<(&'static str, u16)>,
    row_scheme: Option<u16>,
    /// Of the row being written: the position of each slot's key.
    subjects: Vec<u64>,
    buffer: Vec<u8>,
}

/// What is known of a row beside its text.
#[derive(Clone, Copy)]
pub(crate) struct RowFacts {
    /// Number of the record in its chunk.
    pub(crate) record: u64,
    /// Digest of the row's content.
    pub(crate) digest: u64,
    /// Which of the equal rows of the delivery it is, from 1.
    pub(crate) occurrence: u32,
    /// Line of the row in its file.
    pub(crate) line: u64,
}

impl<'p> Emitter<'p> {
    pub(crate) fn new(plan: &'p Plan, file: u32, events: Option<&'p Events>) -> Self {
        Self {
            plan,
            file,
            events,
            keys: KeyList::new(),
            tables: Vec::new(),
            slot_tables: plan.slots.iter().map(|_| Vec::new()).collect(),
            link_tables: plan.links.iter().map(|_| Vec::new()).collect(),
            same_tables: Vec::new(),
            asked: vec![None; plan.schemes.len()],
            others: Vec::new(),
            row_scheme: None,
            subjects: Vec::new(),
            buffer: Vec::new(),
        }
    }

    /// Writes everything that `state` holds.
    pub(crate) fn emit(&mut self, state: &mut RowState<'p>, row: RowText<'_>, facts: RowFacts) {
        self.subjects.clear();
        for index in 0..state.slots.len() {
            let subject = self.slot(index, state, row, facts);
            self.subjects.push(subject);
        }
        for index in 0..state.links.len() {
            if state.links[index].present {
                self.link(index, state, row, facts);
            }
        }
        let plan = self.plan;
        for (a, b) in &plan.sames {
            if state.slots[*a].claim.present && state.slots[*b].claim.present {
                let marking_of = |at: usize| state.marking_of(state.slots[at].claim, &plan.slots[at].claim);
                let marking = marking_of(*a).join(marking_of(*b));
                let (from, to) = (self.subjects[*a], self.subjects[*b]);
                self.same(from, to, plan.grade, &marking, (NO_TIME, NO_TIME), facts.record);
            }
        }
    }

    /// Writes an entity: its keys, what it says of itself, and that its keys are the same. Gives the
    /// position of its key.
    fn slot(&mut self, index: usize, state: &mut RowState<'p>, row: RowText<'_>, facts: RowFacts) -> u64 {
        let plan = self.plan;
        let slot = &plan.slots[index];
        let found = state.slots[index];
        if !found.claim.present {
            return 0;
        }
        let keys = state.keys.get(found.keys.0..found.keys.1).unwrap_or_default();
        let mut naming = keys.iter().filter(|k| k.names());
        let subject = match naming.next() {
            Some(key) => self.key(key, row),
            None => self.row_key(slot, facts),
        };
        let odd = odd_schemes(plan, keys);
        let base = Base::of(keys);
        let values = found.claim.values..found.claim.values + slot.claim.properties.len();
        let says_more = !found.is_end
            || !odd.is_empty()
            || found.claim.valid != (NO_TIME, NO_TIME)
            || state.values[values].iter().any(|v| !matches!(v, Parsed::Missing))
            || base.has_kinds(plan, slot);
        if says_more {
            let table = self.slot_table(index, state, base, odd);
            let table = &mut self.tables[table];
            table.record.push(facts.record);
            table.subject.push(subject);
            let columns = &mut table.columns;
            push_values(columns, &mut state.values, found.claim.values, slot.claim.properties.len(), row);
            push_oddities(table, plan, slot.claim.properties.len(), keys);
            set_validity(table, found.claim);
        }
        for other in naming {
            let object = self.key(other, row);
            self.same(
                subject,
                object,
                found.claim.grade,
                state.marking_of(found.claim, &slot.claim),
                found.claim.valid,
                facts.record,
            );
        }
        subject
    }

    fn link(&mut self, index: usize, state: &mut RowState<'p>, row: RowText<'_>, facts: RowFacts) {
        let plan = self.plan;
        let link = &plan.links[index];
        let found = state.links[index];
        let (discrimination, discriminator) = self.discriminator(index, found, state, row, facts);
        let table = self.link_table(index, state, discrimination);
        let table = &mut self.tables[table];
        table.record.push(facts.record);
        table.subject.push(self.subjects[link.from]);
        table.object.push(self.subjects[link.to]);
        table.discriminator.push(discriminator);
        let count = link.claim.properties.len();
        push_values(&mut table.columns, &mut state.values, found.values, count, row);
        set_validity(table, found);
    }

    /// What tells the link apart. Declared values that are all missing tell nothing, so the row does.
    fn discriminator(
        &mut self,
        index: usize,
        found: ClaimState,
        state: &RowState<'_>,
        row: RowText<'_>,
        facts: RowFacts,
    ) -> (Discrimination, u64) {
        let link = &self.plan.links[index];
        let digest = facts.digest;
        let event = link.event.as_ref().map(|event| event.at);
        let shared = self.events.and_then(|events| events.get(&(index as u32, self.file, facts.line)));
        match link.discrimination {
            Discrimination::Row => (Discrimination::Row, digest),
            Discrimination::Ends => (Discrimination::Ends, 0),
            Discrimination::Declared => {
                self.buffer.clear();
                let mut any = false;
                for at in &link.identity {
                    let value = &state.values[found.values + at];
                    any |= !matches!(value, Parsed::Missing);
                    match shared {
                        Some(first) if event == Some(*at) => first.value().to_wire(&mut self.buffer),
                        _ => to_wire(value, row, &mut self.buffer),
                    }
                }
                if any {
                    (Discrimination::Declared, xxh3_64(&self.buffer))
                } else {
                    (Discrimination::Row, digest)
                }
            }
        }
    }

    fn same(&mut self, from: u64, to: u64, grade: Grade, marking: &Marking, valid: (i64, i64), record: u64) {
        if self.keys.get(from as usize) == self.keys.get(to as usize) {
            return;
        }
        let known = self.same_tables.iter().find(|(g, m, _)| *g == grade && m == marking);
        let at = if let Some((_, _, at)) = known {
            *at
        } else {
            let shape =
                Shape { claim: ShapeClaim::Same, properties: Vec::new(), grade, marking: marking.clone() };
            self.tables.push(ClaimTable::new(shape));
            self.same_tables.push((grade, marking.clone(), self.tables.len() - 1));
            self.tables.len() - 1
        };
        let table = &mut self.tables[at];
        table.record.push(record);
        table.subject.push(from);
        table.object.push(to);
        if valid != (NO_TIME, NO_TIME) {
            table.set_validity(valid.0, valid.1);
        }
    }

    fn slot_table(&mut self, index: usize, state: &RowState<'_>, base: Base, odd: Vec<String>) -> usize {
        let SlotState { claim: found, .. } = state.slots[index];
        let grade = found.grade;
        let wanted = Variant { grade, marking: found.marking, base, odd };
        if let Some((_, at)) = self.slot_tables[index].iter().find(|(variant, _)| *variant == wanted) {
            return *at;
        }
        let plan = self.plan;
        let slot = &plan.slots[index];
        let kinds = base.kinds(plan, slot);
        let mut properties: Vec<String> = slot.claim.properties.iter().map(|p| p.name.clone()).collect();
        for scheme in &wanted.odd {
            for name in odd_names(scheme) {
                if !properties.contains(&name) {
                    properties.push(name);
                }
            }
        }
        let marking = state.marking_of(found, &slot.claim).clone();
        let shape = Shape { claim: ShapeClaim::Entity { kinds }, properties, grade, marking };
        self.tables.push(ClaimTable::new(shape));
        self.slot_tables[index].push((wanted, self.tables.len() - 1));
        self.tables.len() - 1
    }

    fn link_table(&mut self, index: usize, state: &RowState<'_>, discrimination: Discrimination) -> usize {
        let found = state.links[index];
        let wanted = (found.grade, found.marking, discrimination);
        if let Some((_, at)) = self.link_tables[index].iter().find(|(variant, _)| *variant == wanted) {
            return *at;
        }
        let link = &self.plan.links[index];
        let shape = Shape {
            claim: ShapeClaim::Link { link_type: link.link_type.clone(), discrimination },
            properties: link.claim.properties.iter().map(|p| p.name.clone()).collect(),
            grade: found.grade,
            marking: state.marking_of(found, &link.claim).clone(),
        };
        self.tables.push(ClaimTable::new(shape));
        self.link_tables[index].push((wanted, self.tables.len() - 1));
        self.tables.len() - 1
    }

    fn key(&mut self, key: &FoundKey, row: RowText<'_>) -> u64 {
        let number = match key.scheme {
            FoundScheme::Asked(at) => {
                if let Some(number) = self.asked[at] {
                    number
                } else {
                    let number = self.keys.scheme(&self.plan.schemes[at]);
                    self.asked[at] = Some(number);
                    number
                }
            }
            FoundScheme::Other(name) => {
                if let Some((_, number)) = self.others.iter().find(|(n, _)| *n == name) {
                    *number
                } else {
                    let kind = base_kind(name).map(str::to_owned);
                    let number = self.keys.scheme(&Scheme { name: name.to_owned(), kind });
                    self.others.push((name, number));
                    number
                }
            }
        };
        match &key.value {
            KeyText::Field(at) => self.keys.push(number, row.field(*at)),
            KeyText::Normal(value) => self.keys.push(number, value),
        }
    }

    fn row_key(&mut self, slot: &Slot, facts: RowFacts) -> u64 {
        let number = if let Some(number) = self.row_scheme {
            number
        } else {
            let number = self.keys.scheme(&Scheme { name: ROW_SCHEME.to_owned(), kind: None });
            self.row_scheme = Some(number);
            number
        };
        let value = format!("{:016x}-{}-{}", facts.digest, slot.name, facts.occurrence);
        self.keys.push(number, &value)
    }
}

/// Fills the columns behind the declared properties with the raw text and flags of each odd key. Where the
/// specification declares a property of that name, its own value stands.
fn push_oddities(table: &mut ClaimTable, plan: &Plan, declared: usize, keys: &[FoundKey]) {
    for (column, name) in table.columns.iter_mut().zip(&table.shape.properties).skip(declared) {
        let text = keys.iter().find_map(|key| {
            let oddity = key.oddity.as_ref()?;
            let [raw_name, flags_name] = odd_names(key.scheme.name(plan));
            if *name == raw_name { Some(&oddity.raw) } else { (*name == flags_name).then_some(&oddity.flags) }
        });
        match text {
            Some(text) => column.push_str(text),
            None => column.push_missing(),
        }
    }
}

fn set_validity(table: &mut ClaimTable, claim: ClaimState) {
    if claim.valid != (NO_TIME, NO_TIME) {
        table.set_validity(claim.valid.0, claim.valid.1);
    }
}

fn push_values(
    columns: &mut [Column],
    values: &mut [Parsed<'_>],
    start: usize,
    count: usize,
    row: RowText<'_>,
) {
    let values = values.iter_mut().skip(start).take(count);
    for (column, value) in columns.iter_mut().zip(values) {
        match std::mem::replace(value, Parsed::Missing) {
            Parsed::Missing => column.push_missing(),
            Parsed::Field(at) => column.push_str(row.field(at)),
            Parsed::Text(text) => column.push_str(text),
            Parsed::Constant(Value::Str(text)) => column.push_str(text),
            Parsed::Constant(constant) => column.push(constant.clone()),
            Parsed::Int(number) => column.push(Value::Int(number)),
            Parsed::Value(value) => column.push(value),
        }
    }
}

pub(super) fn to_wire(value: &Parsed<'_>, row: RowText<'_>, out: &mut Vec<u8>) {
    match value {
        Parsed::Missing => Value::Null.to_wire(out),
        Parsed::Field(at) => Value::from(row.field(*at)).to_wire(out),
        Parsed::Text(text) => Value::from(*text).to_wire(out),
        Parsed::Constant(constant) => constant.to_wire(out),
        Parsed::Int(number) => Value::Int(*number).to_wire(out),
        Parsed::Value(value) => value.to_wire(out),
    }
}
