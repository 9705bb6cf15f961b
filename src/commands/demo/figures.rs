//! The second part of the story: the figures of the campaign.

use crate::failure::Failure;
use crate::output::number::{grouped, rupees};
use crate::output::words::clean;
use crate::output::{Column, Grid, Page};
use jaal_engine::Reading;
use jaal_engine::analysis::report::{CrackdownPeriod, crackdown};
use jaal_engine::model::answer::ReportAnswer;
use jaal_engine::model::value::Date;
use std::io;

/// The sample case's campaign, and since when the year's recoveries count.
const CAMPAIGN: [(i64, u32, u32); 3] = [(2025, 9, 1), (2025, 10, 31), (2025, 1, 1)];
/// The same in words.
pub(super) const WORDS: &str = "1 September to 31 October 2025; recoveries also since 1 January 2025";

/// Counts the figures.
pub(super) fn count(reading: &Reading) -> Result<ReportAnswer, Failure> {
    let [from, to, since] = CAMPAIGN.map(|(y, m, d)| Date::from_ymd(y, m, d).map_or(0, Date::days));
    let period = CrackdownPeriod { from, to, since };
    Ok(reading.check(crackdown(&reading.view, &reading.sources, &period, false)?)?)
}

/// The figures, parts under their wholes.
pub(super) fn page(page: &mut Page<'_>, report: &ReportAnswer) -> io::Result<()> {
    let mut grid = Grid::new(&[Column::text("figure"), Column::number("value")]);
    for figure in &report.figures {
        let part = figure.unit == "count" && figure.name.contains('.');
        grid.row([
            format!("{}{}", if part { "   " } else { "" }, figure.title).into(),
            if figure.unit == "PKR" { rupees(figure.value) } else { grouped(figure.value) }.into(),
        ]);
    }
    page.table(&grid, 2)?;
    for note in &report.notes {
        page.faint(format_args!("  {}", clean(note)))?;
    }
    page.faint("  Every figure opens into the people or seizures it counts, each with its row: the last part says how.")
}
