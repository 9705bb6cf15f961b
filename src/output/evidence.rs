//! Evidence for people: where a row stands, who handed it over, and what it says.

use super::words::{clean, cut, keys_in};
use super::{Cell, Column, Grid, Page};
use jaal_engine::model::answer::Evidence;
use std::io;

/// The columns of [`cells`].
pub(crate) const COLUMNS: [Column; 9] = [
    Column::text("file"),
    Column::number("line"),
    Column::text("agency"),
    Column::text("letter"),
    Column::number("delivery"),
    Column::text("grade"),
    Column::text("marking"),
    Column::long("claims"),
    Column::long("row"),
];

/// The longest row that is shown whole.
const ROW_CHARS: usize = 400;

/// A row of evidence as fields under [`COLUMNS`].
pub(crate) fn cells(evidence: &Evidence) -> Vec<Cell> {
    vec![
        evidence.file.as_str().into(),
        evidence.line.into(),
        evidence.agency.as_str().into(),
        Cell::maybe(evidence.letter.as_deref()),
        evidence.delivery.0.into(),
        evidence.grade.to_string().into(),
        evidence.marking.to_string().into(),
        evidence.claims.as_str().into(),
        evidence.row.as_str().into(),
    ]
}

/// The rows under the columns.
pub(crate) fn grid<'a>(rows: impl IntoIterator<Item = &'a Evidence>) -> Grid {
    let mut grid = Grid::new(&COLUMNS);
    for row in rows {
        grid.row(cells(row));
    }
    grid
}

/// File and line.
pub(crate) fn place(evidence: &Evidence) -> String {
    format!("{}:{}", clean(&evidence.file), evidence.line)
}

/// Each row with its place, its source, and the row as it stands in the file.
pub(crate) fn page(page: &mut Page<'_>, rows: &[Evidence], indent: usize) -> io::Result<()> {
    for (at, row) in rows.iter().enumerate() {
        let letter =
            row.letter.as_deref().map(|letter| format!(", letter {}", clean(letter))).unwrap_or_default();
        page.line(format_args!(
            "{:indent$}{:>2}. {}, line {}   grade {}   {}",
            "",
            at + 1,
            clean(&row.file),
            row.line,
            row.grade,
            clean(&row.marking.to_string())
        ))?;
        let deeper = indent + 4;
        page.faint(format_args!("{:deeper$}{}{letter}, delivery {}", "", clean(&row.agency), row.delivery))?;
        let validity = match (&row.valid_from, &row.valid_to) {
            (None, None) => String::new(),
            (from, to) => format!(
                "  (holds {} – {})",
                from.as_deref().map_or_else(|| "…".to_owned(), clean),
                to.as_deref().map_or_else(|| "…".to_owned(), clean)
            ),
        };
        page.line(format_args!("{:deeper$}{}{validity}", "", keys_in(&row.claims)))?;
        page.line(format_args!("{:deeper$}│ {}", "", cut(&row.row, ROW_CHARS)))?;
    }
    Ok(())
}
