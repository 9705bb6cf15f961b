//! Properties of entities and links.

use super::View;
use crate::derive::{VALID_FROM, VALID_TO};
use crate::segment::ColumnMeta;
use jaal_csr::LinkHandle;
use jaal_model::{NodeIdx, Value};

impl View {
    /// The number of a property name in this image, for repeated look-ups.
    fn property_number(&self, name: &str) -> Option<u32> {
        self.catalog().properties.iter().position(|p| p == name).map(|at| at as u32)
    }

    fn node_columns(&self, node: NodeIdx) -> (&[ColumnMeta], u32) {
        match self.catalog().label_set_of(node.0) {
            Some((_, set)) => (&set.columns, node.0 - set.first),
            None => (&[], 0),
        }
    }

    fn link_columns(&self, link: LinkHandle) -> &[ColumnMeta] {
        self.catalog().link_types.get(usize::from(link.link_type)).map_or(&[], |t| t.columns.as_slice())
    }

    /// A property of an entity; null where it has none.
    pub fn property(&self, node: NodeIdx, name: &str) -> Value {
        let (columns, row) = self.node_columns(node);
        self.one(columns, row, name)
    }

    /// All properties of an entity, sorted by name. Its keys are not among them.
    pub fn properties(&self, node: NodeIdx) -> Vec<(String, Value)> {
        let (columns, row) = self.node_columns(node);
        self.all(columns, row)
    }

    /// A text property of an entity, without copying it.
    pub fn text_property(&self, node: NodeIdx, name: &str) -> Option<&str> {
        let (columns, row) = self.node_columns(node);
        let number = self.property_number(name)?;
        columns.iter().find(|column| column.property == number)?.text(&self.segment, row)
    }

    /// A property of a link; null where it has none.
    pub fn link_property(&self, link: LinkHandle, name: &str) -> Value {
        self.one(self.link_columns(link), link.row, name)
    }

    /// All properties of a link, sorted by name.
    pub fn link_properties(&self, link: LinkHandle) -> Vec<(String, Value)> {
        self.all(self.link_columns(link), link.row)
    }

    /// From when and until when (exclusive) a link holds, in seconds since 1970 UTC, where its claims say.
    pub fn link_validity(&self, link: LinkHandle) -> (Option<i64>, Option<i64>) {
        let columns = self.link_columns(link);
        let at = |name| self.one(columns, link.row, name).as_int();
        (at(VALID_FROM), at(VALID_TO))
    }

    /// Names of all properties of entities and links, sorted.
    pub fn property_names(&self) -> impl Iterator<Item = &str> {
        let names = self.catalog().properties.iter().map(String::as_str);
        names.filter(|name| !is_hidden(name))
    }

    fn one(&self, columns: &[ColumnMeta], row: u32, name: &str) -> Value {
        let column = self.property_number(name).and_then(|n| columns.iter().find(|c| c.property == n));
        column.map_or(Value::Null, |column| column.value(&self.segment, row))
    }

    fn all(&self, columns: &[ColumnMeta], row: u32) -> Vec<(String, Value)> {
        let names = &self.catalog().properties;
        let mut out: Vec<(String, Value)> = columns
            .iter()
            .filter_map(|column| {
                let name = names.get(column.property as usize)?;
                let value = column.value(&self.segment, row);
                (!value.is_null() && !is_hidden(name)).then(|| (name.clone(), value))
            })
            .collect();
        out.sort_by(|a, b| a.0.cmp(&b.0));
        out
    }
}

/// Whether a column serves the image itself and is not a property.
fn is_hidden(name: &str) -> bool {
    name.starts_with('\u{1}')
}
