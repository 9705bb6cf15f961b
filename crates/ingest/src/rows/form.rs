//! How the fields of a row stand in its text: between delimiters, at fixed places, as members of an object, or as
//! the cells of a sheet.

use super::Fault;
use super::fields::{FieldRules, Fields};
use std::sync::Arc;

/// How rows of a file are taken apart.
#[derive(Clone, Debug)]
pub(crate) enum RowForm {
    /// Fields between delimiters, as many as the header has.
    Delimited(FieldRules),
    /// Cells, written as CSV. A sheet does not keep what is empty at the end of a row.
    Cells,
    /// Fields at fixed places.
    Fixed(Arc<FixedColumns>),
    /// One JSON object a row.
    Json,
}

/// How the cells of a sheet stand in the text of its rows.
pub(crate) const CELLS: FieldRules = FieldRules { delimiter: b',', quote: Some(b'"') };

/// Columns at fixed places of a line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct FixedColumns {
    /// In order of their places, without overlap.
    pub(crate) columns: Vec<FixedColumn>,
    /// Whether a row that ends before its last column is read all the same.
    pub(crate) fills_short: bool,
}

/// A column at a fixed place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct FixedColumn {
    pub(crate) name: String,
    /// Characters before it.
    pub(crate) start: usize,
    /// Characters in it.
    pub(crate) length: usize,
}

impl FixedColumns {
    /// Takes a row apart.
    ///
    /// # Errors
    /// A [`Fault`] when the row ends before its last column, or goes on behind it.
    pub(crate) fn split(&self, row: &str, fields: &mut Fields) -> Result<(), Fault> {
        fields.clear();
        // Places count characters; in a row of ASCII they are bytes.
        let is_ascii = row.is_ascii();
        let mut chars = row.char_indices().map(|(at, _)| at).chain([row.len()]);
        let mut passed = 0;
        let mut place = |wanted: usize| -> usize {
            if is_ascii {
                return wanted.min(row.len());
            }
            let found = chars.by_ref().nth(wanted - passed).unwrap_or(row.len());
            passed = wanted + 1;
            found
        };
        let mut behind = 0;
        let mut last = 0;
        for column in &self.columns {
            // `place` gives each place once; columns that touch share one.
            let start = if column.start == last && last > 0 { behind } else { place(column.start) };
            last = column.start + column.length;
            behind = place(last);
            fields.push_span(start, behind);
        }
        let begins = self.columns.last().map_or(0, |column| column.start);
        let length = if is_ascii { row.len() } else { row.chars().count() };
        if length <= begins && !self.fills_short {
            return Err(Fault::row(format!(
                "the row has {length} characters, and its last column begins at character {}; is it cut short? \
                 `short_rows = \"fill\"` in `[fixed]` reads such rows",
                begins + 1
            )));
        }
        match row.get(behind..).map(str::trim) {
            Some(rest) if !rest.is_empty() => Err(Fault::row(format!(
                "the row goes on behind its last column, which ends at character {last}: `{}`",
                super::excerpt(rest)
            ))),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(places: &[(usize, usize)], fills_short: bool) -> FixedColumns {
        let column = |(start, length): &(usize, usize)| FixedColumn {
            name: String::new(),
            start: *start,
            length: *length,
        };
        FixedColumns { columns: places.iter().map(column).collect(), fills_short }
    }

    fn split(columns: &FixedColumns, row: &str) -> Result<Vec<String>, Fault> {
        let mut fields = Fields::default();
        columns.split(row, &mut fields)?;
        Ok((0..fields.len()).map(|i| fields.get(row, i).to_owned()).collect())
    }

    #[test]
    fn places_count_characters() {
        let columns = columns(&[(0, 3), (3, 2), (7, 4)], false);
        assert_eq!(split(&columns, "abcde--fghi").unwrap(), ["abc", "de", "fghi"]);
        assert_eq!(split(&columns, "аbвгд--жhиj").unwrap(), ["аbв", "гд", "жhиj"]);
        assert_eq!(split(&columns, "abcde--f  ").unwrap(), ["abc", "de", "f  "]);
        assert_eq!(split(&columns, "абвгд--ж").unwrap(), ["абв", "гд", "ж"]);
    }

    #[test]
    fn rows_that_are_too_short_or_too_long_are_faults() {
        let strict = columns(&[(0, 3), (3, 2)], false);
        assert!(split(&strict, "abc").unwrap_err().reason.contains("3 characters"));
        assert_eq!(split(&columns(&[(0, 3), (3, 2)], true), "ab").unwrap(), ["ab", ""]);
        assert!(split(&strict, "abcde  x").unwrap_err().reason.contains("`x`"));
        assert!(split(&strict, "abcde  ").is_ok());
    }
}
