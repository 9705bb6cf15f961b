//! `jaal report`: the figures that an office is asked for, each of which opens into the rows it was counted from.

use super::Ended;
use super::find::entity_cells;
use crate::cli::{LinkFilter, Output};
use crate::failure::{Failure, Outcome};
use crate::output::evidence::place;
use crate::output::number::{counted, grouped, rupees};
use crate::output::words::entity;
use crate::output::{Cell, Column, Grid, Page, Present, json_lines, print};
use crate::session::Session;
use clap::{Args, ValueEnum};
use jaal_engine::analysis::report::{CrackdownPeriod, crackdown};
use jaal_engine::model::answer::{Figure, ReportAnswer};
use jaal_engine::model::value::Date;
use std::io::{self, Write};

/// Count the figures that an office is asked for
///
/// crackdown: units sealed, people involved and arrested by nationality, and money recovered, between two days. Every
/// figure counts distinct entities: a person reported by two agencies counts once. With --rows each figure opens into
/// what it counts, with the source rows.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  jaal report crackdown --from 2025-09-01 --to 2025-10-31\n  jaal report crackdown --from 2025-09-01 --to 2025-10-31 --since 2025-01-01 --format json\n  jaal report crackdown --from 2025-09-01 --to 2025-10-31 --rows arrested.foreign --format csv"
)]
pub(crate) struct ReportArgs {
    /// The report.
    #[arg(value_enum, value_name = "NAME")]
    name: ReportName,
    /// First day.
    #[arg(long, value_name = "DATE", value_parser = super::day)]
    from: i64,
    /// Last day.
    #[arg(long, value_name = "DATE", value_parser = super::day)]
    to: i64,
    /// First day of the longer period over which recoveries are summed too [default: the first of January of the year
    /// of --from].
    #[arg(long, value_name = "DATE", value_parser = super::day)]
    since: Option<i64>,
    /// List what is counted, of all figures or of the one named.
    #[arg(long, value_name = "FIGURE", num_args = 0..=1, default_missing_value = "")]
    rows: Option<String>,
    #[command(flatten)]
    links: LinkFilter,
    #[command(flatten)]
    output: Output,
}

/// The reports there are.
#[derive(ValueEnum, Clone, Copy, Debug)]
enum ReportName {
    /// Units sealed, people involved and arrested, money recovered.
    Crackdown,
}

pub(crate) fn run(session: &Session, args: &ReportArgs) -> Ended {
    let ReportName::Crackdown = args.name;
    check_since(args)?;
    let reading = session.read_links(args.links)?;
    let year = Date::from_days(args.from).ymd().0;
    let january = Date::from_ymd(year, 1, 1).map_or(args.from, Date::days);
    let period = CrackdownPeriod { from: args.from, to: args.to, since: args.since.unwrap_or(january) };
    let mut answer =
        reading.check(crackdown(&reading.view, &reading.sources, &period, args.rows.is_some())?)?;
    if let Some(wanted) = args.rows.as_deref().filter(|name| !name.is_empty()) {
        only(&mut answer, wanted)?;
    }
    print(&answer, args.output.format)?;
    Ok(Outcome::Done)
}

/// The longer period holds the shorter one.
fn check_since(args: &ReportArgs) -> Result<(), Failure> {
    let Some(since) = args.since.filter(|since| *since > args.from) else { return Ok(()) };
    let (since, from) = (Date::from_days(since), Date::from_days(args.from));
    Err(Failure::usage(
        format!("--since {since} is after --from {from}"),
        "recoveries are summed from --since on, which is --from or a day before it",
    ))
}

/// Leaves the one figure that was asked for.
fn only(answer: &mut ReportAnswer, wanted: &str) -> Result<(), Failure> {
    if !answer.figures.iter().any(|figure| figure.name == wanted) {
        let known: Vec<&str> = answer.figures.iter().map(|figure| figure.name.as_str()).collect();
        return Err(Failure::usage(
            format!("the report `{}` has no figure `{wanted}`", answer.name),
            format!("it has {}", known.join(", ")),
        ));
    }
    answer.figures.retain(|figure| figure.name == wanted);
    Ok(())
}

impl Present for ReportAnswer {
    fn page(&self, page: &mut Page<'_>) -> io::Result<()> {
        let period: Vec<String> =
            self.parameters.iter().map(|(name, value)| format!("{name} {value}")).collect();
        page.title(&self.title, period.join(", "))?;
        page.table(&figures(self), 2)?;
        for figure in self.figures.iter().filter(|figure| !figure.rows.is_empty()) {
            page.gap()?;
            page.title(
                format_args!("{}: {}", figure.title, amount(figure, figure.value)),
                format_args!("{}  {}", counted(figure.rows.len() as u64, "row"), figure.method),
            )?;
            page.table(&figure_rows(figure), 2)?;
        }
        page.gap()?;
        page.notes(&self.notes)?;
        page.faint(format_args!(
            "state of commit {}, image {}",
            self.commit,
            self.image.get(..16).unwrap_or(&self.image)
        ))
    }

    fn grid(&self) -> Grid {
        if self.figures.iter().any(|figure| !figure.rows.is_empty()) {
            return rows_grid(self);
        }
        let mut grid = Grid::new(&[
            Column::text("figure"),
            Column::text("title"),
            Column::number("value"),
            Column::text("unit"),
            Column::long("method"),
        ]);
        for figure in &self.figures {
            grid.row([
                figure.name.as_str().into(),
                figure.title.as_str().into(),
                figure.value.into(),
                figure.unit.into(),
                figure.method.as_str().into(),
            ]);
        }
        grid
    }

    fn ndjson(&self, out: &mut dyn Write) -> io::Result<()> {
        json_lines(out, &self.figures)
    }
}

/// The figures, those that are part of another set in.
pub(crate) fn figures(report: &ReportAnswer) -> Grid {
    let mut grid = Grid::new(&[Column::text("figure"), Column::number("value"), Column::text("name")]);
    for figure in &report.figures {
        let part = figure.unit == "count" && figure.name.contains('.');
        grid.row([
            format!("{}{}", if part { "   " } else { "" }, figure.title).into(),
            amount(figure, figure.value).into(),
            figure.name.as_str().into(),
        ]);
    }
    grid
}

fn amount(figure: &Figure, value: i64) -> String {
    if figure.unit == "PKR" { rupees(value) } else { grouped(value) }
}

fn figure_rows(figure: &Figure) -> Grid {
    let mut grid = Grid::new(&[
        Column::text("date"),
        Column::text("entity"),
        Column::number("adds"),
        Column::long("rows"),
    ]);
    for row in &figure.rows {
        let places: Vec<String> = row.evidence.iter().map(place).collect();
        grid.row([
            Cell::maybe(row.date.as_deref()),
            entity(&row.entity).into(),
            amount(figure, row.adds).into(),
            places.join(", ").into(),
        ]);
    }
    grid
}

/// One line for each source row of each entity counted.
fn rows_grid(report: &ReportAnswer) -> Grid {
    let mut grid = Grid::new(&[
        Column::text("figure"),
        Column::text("id"),
        Column::text("kind"),
        Column::text("label"),
        Column::text("key"),
        Column::number("adds"),
        Column::text("date"),
        Column::text("file"),
        Column::number("line"),
    ]);
    for figure in &report.figures {
        for row in &figure.rows {
            let mut start = vec![Cell::from(figure.name.as_str())];
            start.extend(entity_cells(&row.entity));
            start.extend([row.adds.into(), Cell::maybe(row.date.as_deref())]);
            if row.evidence.is_empty() {
                grid.row(start.iter().cloned().chain([Cell::Empty, Cell::Empty]));
            }
            for evidence in &row.evidence {
                grid.row(start.iter().cloned().chain([evidence.file.as_str().into(), evidence.line.into()]));
            }
        }
    }
    grid
}
