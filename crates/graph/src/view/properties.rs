//! Properties of entities and links.

use super::{Filter, LinkAt, View};
use crate::derive::{VALID_FROM, VALID_TO};
use crate::segment::ColumnMeta;
use crate::versions::Held;
use jaal_csr::LinkHandle;
use jaal_model::claim::NO_TIME;
use jaal_model::{NodeIdx, Value};
use std::borrow::Cow;

/// Where the properties of an entity or link are.
enum Stored<'a> {
    /// In columns of the segment, at this row.
    Columns(&'a [ColumnMeta], u32),
    /// In a record of the delta.
    Record(&'a [Held]),
}

impl View {
    /// The number of a property name in the segment or the delta, for repeated look-ups.
    fn property_number(&self, name: &str) -> Option<u32> {
        let names = match self.delta() {
            Some(delta) => delta.properties.as_slice(),
            None => &self.catalog().properties,
        };
        names.iter().position(|p| p == name).map(|at| at as u32)
    }

    fn property_name(&self, number: u32) -> Option<&String> {
        match self.delta() {
            Some(delta) => delta.properties.get(number as usize),
            None => self.catalog().properties.get(number as usize),
        }
    }

    fn node_stored(&self, node: NodeIdx) -> Stored<'_> {
        let place = self.place(node);
        if let Some(record) = self.record(place) {
            return Stored::Record(&record.properties);
        }
        match self.catalog().label_set_of(place) {
            Some((_, set)) => Stored::Columns(&set.columns, place - set.first),
            None => Stored::Columns(&[], 0),
        }
    }

    fn link_stored(&self, link: LinkHandle) -> Stored<'_> {
        match self.link_at(link) {
            LinkAt::Segment(link_type) => Stored::Columns(&link_type.columns, link.row),
            LinkAt::Delta(record) => Stored::Record(&record.properties),
            LinkAt::Nowhere => Stored::Columns(&[], 0),
        }
    }

    /// A property of an entity; null where it has none.
    pub fn property(&self, node: NodeIdx, name: &str) -> Value {
        self.one(&self.node_stored(node), name, &self.filter)
    }

    /// All properties of an entity, sorted by name. Its keys are not among them.
    pub fn properties(&self, node: NodeIdx) -> Vec<(String, Value)> {
        self.all(&self.node_stored(node))
    }

    /// A text property of an entity, not copied where the segment has it as a text by itself; `None` where it has
    /// none, or one that is no text.
    pub fn text_property(&self, node: NodeIdx, name: &str) -> Option<Cow<'_, str>> {
        let number = self.property_number(name)?;
        match self.node_stored(node) {
            Stored::Columns(columns, row) => {
                let column = columns.iter().find(|column| column.property == number)?;
                if column.is_chosen(&self.segment, row, &self.filter)
                    && let Some(text) = column.text(&self.segment, row)
                {
                    return Some(Cow::Borrowed(text));
                }
                // A column of several types keeps its texts among the rest.
                match column.value_under(&self.segment, row, &self.filter) {
                    Value::Str(text) => Some(Cow::Owned(text)),
                    _ => None,
                }
            }
            Stored::Record(values) => {
                let held = values.iter().find(|held| held.number == number)?;
                held.value(&self.filter)?.as_str().map(Cow::Borrowed)
            }
        }
    }

    /// A property of a link; null where it has none.
    pub fn link_property(&self, link: LinkHandle, name: &str) -> Value {
        self.one(&self.link_stored(link), name, &self.filter)
    }

    /// A property of a link as it is without the view's filter, which asks for it.
    pub(super) fn whole_link_property(&self, link: LinkHandle, name: &str) -> Value {
        self.one(&self.link_stored(link), name, &Filter::default())
    }

    /// All properties of a link, sorted by name.
    pub fn link_properties(&self, link: LinkHandle) -> Vec<(String, Value)> {
        self.all(&self.link_stored(link))
    }

    /// From when and until when (exclusive) a link holds, in seconds since 1970 UTC, where its claims say; the same
    /// under every filter.
    pub fn link_validity(&self, link: LinkHandle) -> (Option<i64>, Option<i64>) {
        if let LinkAt::Delta(record) = self.link_at(link) {
            let known = |time: i64| (time != NO_TIME).then_some(time);
            return (known(record.valid.0), known(record.valid.1));
        }
        let stored = self.link_stored(link);
        let at = |name| self.one(&stored, name, &Filter::default()).as_int();
        (at(VALID_FROM), at(VALID_TO))
    }

    /// Names of all properties of entities and links, sorted.
    pub fn property_names(&self) -> impl Iterator<Item = &str> {
        self.outline.properties.iter().map(String::as_str)
    }

    fn one(&self, stored: &Stored<'_>, name: &str, filter: &Filter) -> Value {
        let Some(number) = self.property_number(name) else { return Value::Null };
        match stored {
            Stored::Columns(columns, row) => columns
                .iter()
                .find(|column| column.property == number)
                .map_or(Value::Null, |column| column.value_under(&self.segment, *row, filter)),
            Stored::Record(values) => {
                let held = values.iter().find(|held| held.number == number);
                held.and_then(|held| held.value(filter)).cloned().unwrap_or(Value::Null)
            }
        }
    }

    fn all(&self, stored: &Stored<'_>) -> Vec<(String, Value)> {
        let named = |number: u32, value: Value| {
            let name = self.property_name(number)?;
            (!value.is_null() && !is_hidden(name)).then(|| (name.clone(), value))
        };
        let mut out: Vec<(String, Value)> = match stored {
            Stored::Columns(columns, row) => columns
                .iter()
                .filter_map(|column| {
                    named(column.property, column.value_under(&self.segment, *row, &self.filter))
                })
                .collect(),
            Stored::Record(values) => values
                .iter()
                .filter_map(|held| named(held.number, held.value(&self.filter)?.clone()))
                .collect(),
        };
        out.sort_by(|a, b| a.0.cmp(&b.0));
        out
    }
}

/// Whether a column serves the image itself and is not a property.
fn is_hidden(name: &str) -> bool {
    name.starts_with('\u{1}')
}
