//! Lines of text into a table: what parts the columns, and where the header stands.

use crate::rows::fields::{FieldRules, Fields};

/// What may part columns, likeliest first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// A table found in lines.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) delimiter: u8,
    /// Columns of most rows.
    pub(super) width: usize,
    /// Lines before the first of that width.
    pub(super) top: usize,
    /// Lines after the last of that width.
    pub(super) bottom: usize,
    /// Lines between them of another width.
    pub(super) ragged: usize,
    /// Rows of that width.
    pub(super) rows: Vec<Vec<String>>,
}

/// The fields of a line.
pub(super) fn fields(line: &str, delimiter: u8) -> Vec<String> {
    let mut fields = Fields::default();
    fields.split(line, FieldRules { delimiter, quote: Some(b'"') });
    (0..fields.len()).map(|at| fields.get(line, at).trim().to_owned()).collect()
}

/// The table that most lines agree on; one column when no delimiter makes more.
pub(super) fn find(lines: &[String]) -> Table {
    let tables = DELIMITERS.into_iter().map(|delimiter| with(lines, delimiter));
    // Of equally good ones the first, as `max_by_key` would give the last.
    tables
        .reduce(|best, next| if score(&next) > score(&best) { next } else { best })
        .unwrap_or_else(|| with(lines, b','))
}

/// How many fields stand where the table says they do.
fn score(table: &Table) -> usize {
    table.rows.len() * (table.width - 1)
}

fn with(lines: &[String], delimiter: u8) -> Table {
    let split: Vec<Vec<String>> = lines.iter().map(|line| fields(line, delimiter)).collect();
    let is_blank = |row: &[String]| row.iter().all(String::is_empty);
    let mut widths: Vec<usize> = split.iter().filter(|row| !is_blank(row)).map(Vec::len).collect();
    widths.sort_unstable();
    let runs = widths.chunk_by(|a, b| a == b);
    let width = runs.max_by_key(|run| run.len()).and_then(|run| run.first()).copied().unwrap_or(1);
    // A banner padded with delimiters to the width of the table has one or two texts in it.
    let sparse =
        |row: &[String]| width > 3 && row.iter().filter(|text| !text.is_empty()).count() * 3 <= width;
    let fits = |row: &[String]| row.len() == width && !is_blank(row);
    let top = split.iter().position(|row| fits(row) && !sparse(row)).unwrap_or(0);
    let last = split.iter().rposition(|row| fits(row)).unwrap_or(top);
    let body = split.get(top..=last).unwrap_or_default();
    let ragged = body.iter().filter(|row| !fits(row) && !is_blank(row)).count();
    let bottom = split.iter().skip(last + 1).filter(|row| !is_blank(row)).count();
    let rows = body.iter().filter(|row| fits(row)).cloned().collect();
    Table { delimiter, width, top, bottom, ragged, rows }
}

/// The ruler of lines whose columns stand under each other: each run of one letter is a column. `None` when they do
/// not.
pub(super) fn ruler(lines: &[String]) -> Option<String> {
    let lines: Vec<Vec<char>> =
        lines.iter().filter(|line| !line.trim().is_empty()).map(|line| line.chars().collect()).collect();
    let length = lines.iter().map(Vec::len).max().filter(|length| *length <= 2_000)?;
    if lines.len() < 3 {
        return None;
    }
    let is_gap = |at: usize| lines.iter().all(|line| line.get(at).is_none_or(|c| *c == ' '));
    let mut drawn = String::new();
    let mut columns = 0_u8;
    for at in 0..length {
        if is_gap(at) {
            drawn.push(' ');
        } else {
            if drawn.is_empty() || drawn.ends_with(' ') {
                columns = columns.checked_add(1).filter(|count| *count <= 26)?;
            }
            drawn.push(char::from(b'a' + columns - 1));
        }
    }
    (columns >= 3).then_some(drawn)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn banners_and_legends_are_not_the_table() {
        let table = find(&lines("REPORT;of;2025\n\nA;B;C;D\n1;2,5;3;4\n5;6,5;7;8\n\nTotal;2\n"));
        assert_eq!((table.delimiter, table.width, table.top, table.bottom), (b';', 4, 2, 1));
        assert_eq!(table.rows.len(), 3);
        let padded = find(&lines("BANNER,,,,\n,,,,\nA,B,C,D,E\n1,2,3,4,5\n"));
        assert_eq!((padded.top, padded.rows.len()), (2, 2));
    }

    #[test]
    fn columns_under_each_other_are_drawn() {
        let found = ruler(&lines("A    B   CC\n12   3   44\n1    33  4\n"));
        assert_eq!(found.as_deref(), Some("aa   bb  cc"));
        assert_eq!(ruler(&lines("one two\nthree four five\nsix\n")), None);
    }
}
