//! `jaal path`: how two entities are connected, or what stands in the way.

use super::Ended;
use super::around::Filter;
use crate::cli::{Format, Limits, LinkFilter, Output, count, count_from_1};
use crate::failure::{Failure, Outcome};
use crate::output::number::{counted, grouped};
use crate::output::words::{clean, entity};
use crate::output::{Grid, Page, Present, json_lines, print, route};
use crate::session::Session;
use clap::Args;
use jaal_engine::Reading;
use jaal_engine::algorithms::paths::Workspace;
use jaal_engine::analysis::path::{MAX_HOPS, PathQuestion, path, with_evidence};
use jaal_engine::model::answer::{NoPath, PathAnswer};
use std::io::{self, Write};

/// The most paths shown with --all.
const SEVERAL: usize = 10;
/// Rows shown behind each link with --why.
pub(crate) const ROWS_A_LINK: usize = 3;

/// Show how two entities are connected: the shortest path, with the rows it stands on
///
/// Links are walked either way. When no path keeps to the constraints, the answer says which constraint stands in the
/// way and what it shuts out, and the exit status is 3.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  jaal path Person:35202-1234567-1 Person:61101-7654321-3\n  jaal path Person:35202-1234567-1 Phone:+923001234567 --why\n  jaal path Person:35202-1234567-1 Company:0012345 --all --avoid Case --hub-cap 300\n  jaal path Person:35202-1234567-1 Person:61101-7654321-3 --as-of 2025-09-30 --lowest-grade 2B"
)]
pub(crate) struct PathArgs {
    /// One end.
    #[arg(value_name = "FROM")]
    from: String,
    /// The other end.
    #[arg(value_name = "TO")]
    to: String,
    #[command(flatten)]
    how: How,
    /// Show the rows behind each link.
    #[arg(long)]
    why: bool,
    #[command(flatten)]
    limits: Limits,
    #[command(flatten)]
    output: Output,
}

/// What a path may use.
#[derive(Args, Debug, Clone)]
pub(crate) struct How {
    #[command(flatten)]
    pub(crate) filter: Filter,
    /// The most links of a path.
    #[arg(long, value_name = "COUNT", value_parser = count::<u32>, default_value_t = MAX_HOPS)]
    max_hops: u32,
    #[command(flatten)]
    pub(crate) links: LinkFilter,
    /// All shortest paths, not one; see --paths.
    #[arg(long)]
    all: bool,
    /// The most paths shown of all the shortest ones; more than 1 means --all [default: 10 with --all].
    #[arg(long, value_name = "COUNT", value_parser = count_from_1)]
    paths: Option<usize>,
}

impl How {
    /// The question between two entities named on the command line.
    pub(crate) fn question(
        &self,
        session: &Session,
        reading: &Reading,
        from: &str,
        to: &str,
    ) -> Result<PathQuestion, Failure> {
        let (from, to) = (session.resolve(reading, from)?, session.resolve(reading, to)?);
        let all = self.all || self.paths.is_some_and(|most| most > 1);
        Ok(PathQuestion {
            types: self.filter.types.clone(),
            avoid: self.filter.avoided(session, reading)?,
            max_hops: self.max_hops,
            hub_cap: self.filter.hub_cap,
            as_of: self.links.filter().as_of,
            all,
            limit: if all { self.paths.unwrap_or(SEVERAL) } else { 1 },
            lowest_grade: self.links.filter().lowest_grade,
            ..PathQuestion::between(from, to)
        })
    }
}

pub(crate) fn run(session: &Session, args: &PathArgs) -> Ended {
    let reading = session.read()?;
    let question = args.how.question(session, &reading, &args.from, &args.to)?;
    let mut answer = path(&reading.view, &question, &mut Workspace::new(), &args.limits.budget())?;
    // Without --why the table and CSV still name the first row of each link.
    let rows = match (args.why, args.output.format) {
        (true, _) => ROWS_A_LINK,
        (false, Format::Table | Format::Csv) => 1,
        (false, Format::Json | Format::Ndjson) => 0,
    };
    if rows > 0 {
        with_evidence(&reading.view, &reading.sources, &mut answer, rows)?;
    }
    let answer = reading.check(answer)?;
    match args.output.format {
        Format::Table => crate::output::with_stdout(|out| page(&mut Page::on(out), &answer, args.why))?,
        format => print(&answer, format)?,
    }
    Ok(match (&answer.length, &answer.stopped) {
        (_, Some(_)) => Outcome::Stopped,
        (Some(_), None) => Outcome::Done,
        (None, None) => Outcome::NothingFound,
    })
}

/// The paths as indented steps, or why there is none.
pub(crate) fn page(page: &mut Page<'_>, answer: &PathAnswer, rows: bool) -> io::Result<()> {
    let ends = format!("{}  →  {}", entity(&answer.from), entity(&answer.to));
    let beside = match (answer.length, answer.count) {
        (Some(length), Some(count)) => {
            format!("{}, {}", counted(length.into(), "link"), counted(count, "shortest path"))
        }
        _ if answer.stopped.is_some() => "not finished".to_owned(),
        _ => "no path".to_owned(),
    };
    page.title(ends, beside)?;
    for constraint in &answer.constraints {
        page.faint(format_args!("  {}", clean(constraint)))?;
    }
    let several = answer.paths.len() > 1;
    for (at, path) in answer.paths.iter().enumerate() {
        if several || at > 0 {
            page.gap()?;
            page.faint(format_args!("  path {}", at + 1))?;
        }
        route::page(page, path, 2, rows)?;
    }
    let hidden = answer.count.unwrap_or(0).saturating_sub(answer.paths.len() as u64);
    if hidden > 0 && !answer.paths.is_empty() {
        let words = if hidden == 1 { "path of the same length is" } else { "paths of the same length are" };
        page.faint(format_args!("  {} further {words} not shown (--all, --paths)", grouped(hidden)))?;
    }
    if let Some(none) = &answer.none {
        no_path(page, none)?;
    }
    page.notes(&answer.stopped)
}

/// What stood in the way: the summary names every constraint without which there is a path, and what it shuts out.
fn no_path(page: &mut Page<'_>, none: &NoPath) -> io::Result<()> {
    page.line(format_args!("  {}", clean(&none.summary)))?;
    page.faint(format_args!(
        "  reachable: {} from one end, {} from the other",
        grouped(none.reached_from),
        grouped(none.reached_to)
    ))
}

impl Present for PathAnswer {
    fn page(&self, on: &mut Page<'_>) -> io::Result<()> {
        page(on, self, false)
    }

    fn grid(&self) -> Grid {
        route::grid(&self.paths)
    }

    fn ndjson(&self, out: &mut dyn Write) -> io::Result<()> {
        json_lines(out, &self.paths)
    }
}
