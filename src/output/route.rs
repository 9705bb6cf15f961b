//! Routes for people: where a path starts, then one line a step with the link, the entity reached, and the row that
//! the link stands on.

use super::evidence::{self, place};
use super::number::grouped;
use super::words::{clean, entity};
use super::{Cell, Column, Grid, Page};
use jaal_engine::model::answer::{PathRoute, PathStep};
use jaal_engine::model::value::Value;
use std::io;

/// The properties that date a link, in the order in which they are looked at.
const DATES: [&str; 2] = ["at", "date"];

/// A path as indented steps; with `rows`, the rows behind each link under its step.
pub(crate) fn page(page: &mut Page<'_>, route: &PathRoute, indent: usize, rows: bool) -> io::Result<()> {
    page.line(format_args!("{:indent$}{}", "", entity(&route.from)))?;
    let arrows: Vec<String> =
        aligned(&route.steps.iter().map(type_and_count).collect::<Vec<_>>(), &route.steps);
    let reached: Vec<String> = route.steps.iter().map(|step| entity(&step.to)).collect();
    let width = reached.iter().map(|text| text.chars().count()).max().unwrap_or(0);
    for ((step, arrow), reached) in route.steps.iter().zip(&arrows).zip(&reached) {
        page.line(format!("{:indent$}   {arrow}  {reached:width$}   {}", "", source(step)).trim_end())?;
        if rows {
            evidence::page(page, &step.link.evidence, indent + 6)?;
        }
    }
    Ok(())
}

/// The link type, and how many such links there are when there are several.
fn type_and_count(step: &PathStep) -> String {
    let name = clean(&step.link.link_type);
    if step.parallel == 0 { name } else { format!("{name} ×{}", grouped(step.parallel + 1)) }
}

/// Arrows of one length, pointing the way the links do.
fn aligned(words: &[String], steps: &[PathStep]) -> Vec<String> {
    let width = words.iter().map(|word| word.chars().count()).max().unwrap_or(0);
    let fill = |word: &String| "─".repeat(width - word.chars().count());
    words
        .iter()
        .zip(steps)
        .map(|(word, step)| {
            if step.forward {
                format!("── {word} ──{}▶", fill(word))
            } else {
                format!("◀── {word} ──{}", fill(word))
            }
        })
        .collect()
}

/// Grade, date and first row of a step's link.
fn source(step: &PathStep) -> String {
    let mut parts = vec![step.link.grade.to_string()];
    parts.extend(date(step));
    parts.extend(step.link.evidence.first().map(place));
    if step.link.claims > 1 {
        parts.push(format!("+{} more", grouped(step.link.claims - 1)));
    }
    parts.join("  ")
}

/// The day of a step's link.
fn date(step: &PathStep) -> Option<String> {
    let properties = &step.link.properties;
    let dated = DATES.iter().find_map(|name| properties.iter().find(|(own, _)| own == name));
    match dated.map(|(_, value)| value) {
        Some(Value::Date(date)) => Some(date.to_string()),
        Some(Value::DateTime(time)) => Some(time.local().date().to_string()),
        Some(Value::LocalDateTime(time)) => Some(time.date().to_string()),
        _ => None,
    }
}

/// The steps of paths as rows for programs.
pub(crate) fn grid<'a>(routes: impl IntoIterator<Item = &'a PathRoute>) -> Grid {
    let mut grid = Grid::new(&[
        Column::number("path"),
        Column::number("step"),
        Column::text("from id"),
        Column::text("from kind"),
        Column::text("from"),
        Column::text("link type"),
        Column::text("forward"),
        Column::number("parallel"),
        Column::text("grade"),
        Column::text("to id"),
        Column::text("to kind"),
        Column::text("to"),
        Column::text("link id"),
        Column::text("file"),
        Column::number("line"),
    ]);
    for (number, route) in routes.into_iter().enumerate() {
        let mut before = &route.from;
        for (at, step) in route.steps.iter().enumerate() {
            let first = step.link.evidence.first();
            grid.row([
                (number as u64 + 1).into(),
                (at as u64 + 1).into(),
                before.id.to_string().into(),
                Cell::maybe(before.kinds.first().cloned()),
                before.label.as_str().into(),
                step.link.link_type.as_str().into(),
                step.forward.to_string().into(),
                step.parallel.into(),
                step.link.grade.to_string().into(),
                step.to.id.to_string().into(),
                Cell::maybe(step.to.kinds.first().cloned()),
                step.to.label.as_str().into(),
                step.link.id.to_string().into(),
                Cell::maybe(first.map(|row| row.file.clone())),
                first.map_or(Cell::Empty, |row| row.line.into()),
            ]);
            before = &step.to;
        }
    }
    grid
}
