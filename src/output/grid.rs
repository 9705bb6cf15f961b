//! A grid: the rows of an answer, for people as an aligned table and for programs as CSV.

use super::number::grouped;
use super::words::clean;
use crate::console;
use comfy_table::{
    CellAlignment, ColumnConstraint, ContentArrangement, ContentLineStyle, LineStyle, Table, TableStyle,
};
use std::io::{self, Write};

/// No borders; a line under the header, blanks between columns.
const STYLE: TableStyle = TableStyle::new()
    .header_lines(ContentLineStyle::none())
    .header_separator(LineStyle::none().fill('─').junction('─'))
    .content_lines(ContentLineStyle::none());

/// How a column is set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Setting {
    /// On one line, always.
    Whole,
    /// May be broken over lines on a narrow terminal.
    Broken,
    /// To the right.
    Right,
}

/// A column.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    name: &'static str,
    setting: Setting,
}

impl Column {
    /// Ids, names, dates: never broken.
    pub(crate) const fn text(name: &'static str) -> Self {
        Self { name, setting: Setting::Whole }
    }

    /// Sentences: broken where the terminal is narrow.
    pub(crate) const fn long(name: &'static str) -> Self {
        Self { name, setting: Setting::Broken }
    }

    /// Numbers.
    pub(crate) const fn number(name: &'static str) -> Self {
        Self { name, setting: Setting::Right }
    }
}

/// What stands in a field.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Cell {
    /// Nothing.
    Empty,
    /// A text.
    Text(String),
    /// A whole number.
    Count(i128),
    /// A number with so many digits after the point.
    Number(f64, usize),
}

impl Cell {
    /// A text that may be missing.
    pub(crate) fn maybe(text: Option<impl Into<String>>) -> Self {
        text.map_or(Self::Empty, |text| Self::Text(text.into()))
    }

    fn for_people(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => clean(text),
            Self::Count(number) => grouped(*number),
            Self::Number(number, digits) => format!("{number:.digits$}"),
        }
    }

    /// The number in the shortest form that reads back, the text as it stands.
    fn for_programs(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => text.clone(),
            Self::Count(number) => number.to_string(),
            Self::Number(number, _) => number.to_string(),
        }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
impl From<u64> for Cell {
    fn from(number: u64) -> Self {
        Self::Count(number.into())
    }
}
impl From<u32> for Cell {
    fn from(number: u32) -> Self {
        Self::Count(number.into())
    }
}
impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Count(number.into())
    }
}

/// Rows under named columns.
#[derive(Clone, Debug)]
pub(crate) struct Grid {
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
}

impl Grid {
    /// A grid without rows.
    pub(crate) fn new(columns: &[Column]) -> Self {
        Self { columns: columns.to_vec(), rows: Vec::new() }
    }

    /// Adds a row; fields without a column are not shown.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// Whether there are no rows.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The grid as CSV (RFC 4180, lines ending in a line feed). Column names have underscores for blanks.
    pub(crate) fn csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let names: Vec<String> = self.columns.iter().map(|column| column.name.replace(' ', "_")).collect();
        csv_line(out, &names)?;
        for row in &self.rows {
            let fields: Vec<String> = row.iter().map(Cell::for_programs).collect();
            csv_line(out, &fields)?;
        }
        Ok(())
    }

    /// The lines of the table for people, the header first. On a terminal long columns are broken to its width.
    pub(crate) fn lines(&self, indent: usize) -> Vec<String> {
        let mut table = Table::new();
        let width = console::columns();
        table.force_no_tty();
        table.load_style(STYLE);
        if let Some(width) = width {
            table.set_content_arrangement(ContentArrangement::Dynamic);
            table.set_width(width.saturating_sub(indent as u16).max(40));
        }
        table.set_header(self.columns.iter().map(|column| column.name));
        for row in &self.rows {
            let cells = row.iter().take(self.columns.len()).map(Cell::for_people);
            table.add_row(
                cells.chain(std::iter::repeat_n(String::new(), self.columns.len().saturating_sub(row.len()))),
            );
        }
        for (at, column) in self.columns.iter().enumerate() {
            let Some(set) = table.column_mut(at) else { continue };
            // One more blank stands between columns already.
            set.set_padding((0, 1));
            match column.setting {
                Setting::Whole => {
                    set.set_constraint(ColumnConstraint::ContentWidth);
                }
                Setting::Right => {
                    set.set_constraint(ColumnConstraint::ContentWidth);
                    set.set_cell_alignment(CellAlignment::Right);
                }
                Setting::Broken => {}
            }
        }
        underlined(table.lines().map(|line| line.trim_end().to_owned()).collect())
    }
}

/// The lines with the one under the header as long as the longest.
fn underlined(mut lines: Vec<String>) -> Vec<String> {
    let longest = lines.iter().map(|line| line.chars().count()).max().unwrap_or(0);
    if let Some(line) = lines.iter_mut().find(|line| !line.is_empty() && line.chars().all(|c| c == '─')) {
        *line = "─".repeat(longest);
    }
    lines
}

fn csv_line(out: &mut dyn Write, fields: &[String]) -> io::Result<()> {
    for (at, field) in fields.iter().enumerate() {
        if at > 0 {
            out.write_all(b",")?;
        }
        if field.contains([',', '"', '\n', '\r']) {
            write!(out, "\"{}\"", field.replace('"', "\"\""))?;
        } else {
            out.write_all(field.as_bytes())?;
        }
    }
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> Grid {
        let mut grid = Grid::new(&[Column::text("first name"), Column::number("rows"), Column::long("why")]);
        grid.row(["Ali, \"the\"".into(), 12_345_u64.into(), "a\nb".into()]);
        grid.row([Cell::Empty, Cell::Number(0.25, 1)]);
        grid
    }

    #[test]
    fn csv_quotes_what_has_to_be_quoted_and_keeps_numbers_plain() {
        let mut out = Vec::new();
        grid().csv(&mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text, "first_name,rows,why\n\"Ali, \"\"the\"\"\",12345,\"a\nb\"\n,0.25\n");
    }

    #[test]
    fn a_table_is_aligned_and_groups_thousands() {
        let lines = grid().lines(0);
        assert_eq!(lines[0], "first name    rows  why");
        assert!(lines[1].starts_with("────"));
        assert_eq!(lines[2], "Ali, \"the\"  12,345  a b");
        assert_eq!(lines[3], "               0.2");
    }
}
