//! `jaal find`: which entities a text may mean, and which lines of a file of numbers are known.

use super::Ended;
use crate::cli::{Format, LinkFilter, Output, count_from_1};
use crate::console;
use crate::failure::{Failure, Outcome};
use crate::output::number::{counted, grouped};
use crate::output::{Cell, Column, Grid, Page, Present, json_lines, print, with_stdout, words};
use crate::session::Session;
use clap::Args;
use jaal_engine::analysis::find::{find_numbers, find_under};
use jaal_engine::model::answer::{EntityRef, FindHit, NumberHit, NumbersAnswer};
use serde::Serialize;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Search keys and names, or check a file of numbers
///
/// A text is tried as an identifier in every form it may be written in (0300-1234567 finds +923001234567), as the
/// beginning of one (0300-12, 35202-12) and as its last four digits or more, then as a name or address: whole, its words
/// in any order, the last one begun, initials, one letter wrong, another spelling, Urdu or Latin letters. A number that is
/// not known is compared with those that differ by one digit. The column `matched` says which it was. With --file each
/// line of the file is one number or identifier, of a line with commas the first field, and is known, near or not known.
/// Exits with 3 when nothing at all is found.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  jaal find 0300-1234567\n  jaal find \"Ali Raza\"\n  jaal find \"محمد علی\"\n  jaal find --file numbers.txt --format csv > known.csv"
)]
pub(crate) struct FindArgs {
    /// A number, an identifier or a name.
    #[arg(value_name = "TEXT", required_unless_present = "file", conflicts_with = "file")]
    text: Option<String>,
    /// A file with one number or identifier a line; `-` reads standard input.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// The most hits.
    #[arg(long, value_name = "COUNT", value_parser = count_from_1, default_value_t = 20)]
    limit: usize,
    #[command(flatten)]
    links: LinkFilter,
    #[command(flatten)]
    output: Output,
}

pub(crate) fn run(session: &Session, args: &FindArgs) -> Ended {
    let reading = session.read_links(args.links)?;
    let country = &session.common.country;
    if let Some(path) = &args.file {
        let text = numbers(session, path)?;
        let answer = reading.check(find_numbers(&reading.view, text.lines(), country))?;
        print(&answer, args.output.format)?;
        return Ok(found(!answer.hits.is_empty() || !answer.near.is_empty()));
    }
    let text = args.text.as_deref().unwrap_or_default();
    let most = args.limit.saturating_add(1);
    let mut hits = reading.check(find_under(&reading.view, &reading.sources, text, country, most)?)?;
    let is_cut = hits.len() > args.limit;
    hits.truncate(args.limit);
    if hits.is_empty() {
        session.note(format_args!("nothing found for `{}`", words::clean(text)));
    }
    let answer = Hits(hits);
    print(&answer, args.output.format)?;
    if is_cut {
        let more = format!("more than {} match; raise --limit", grouped(args.limit as u64));
        // A reader of the page may not see standard error, a program that reads rows must not get words.
        if args.output.format == Format::Table {
            with_stdout(|out| Page::on(out).faint(&more))?;
        } else {
            session.note(format_args!("note: {more}"));
        }
    }
    Ok(found(!answer.0.is_empty()))
}

fn found(any: bool) -> Outcome {
    if any { Outcome::Done } else { Outcome::NothingFound }
}

/// The text of a file of numbers; bytes that are no UTF-8 stand in no identifier and may be anything.
fn numbers(session: &Session, path: &Path) -> Result<String, Failure> {
    let bytes = if path.as_os_str() == "-" { console::input() } else { std::fs::read(session.at(path)) };
    Ok(String::from_utf8_lossy(&bytes.map_err(Failure::io("read", path))?).into_owned())
}

/// The longest address that the page shows.
const ADDRESS_CHARS: usize = 40;

/// The hits of a search; its JSON is their list.
#[derive(Serialize)]
#[serde(transparent)]
struct Hits(Vec<FindHit>);

impl Present for Hits {
    fn page(&self, page: &mut Page<'_>) -> io::Result<()> {
        let mut grid = Grid::new(&[
            Column::text("kind"),
            Column::text("entity"),
            Column::text("key"),
            Column::text("matched"),
            Column::text("id"),
        ]);
        for hit in &self.0 {
            grid.row([
                words::kind(&hit.entity).into(),
                words::label(&hit.entity).into(),
                Cell::maybe(words::key(&hit.entity)),
                matched(hit).into(),
                hit.entity.id.to_string().into(),
            ]);
        }
        page.table(&grid, 0)
    }

    fn grid(&self) -> Grid {
        let mut grid = Grid::new(&[
            Column::text("id"),
            Column::text("kind"),
            Column::text("label"),
            Column::text("key"),
            Column::text("matched"),
            Column::text("text"),
        ]);
        for hit in &self.0 {
            let mut row = entity_cells(&hit.entity).to_vec();
            row.extend([hit.matched.as_str().into(), hit.text.as_str().into()]);
            grid.row(row);
        }
        grid
    }

    fn ndjson(&self, out: &mut dyn Write) -> io::Result<()> {
        json_lines(out, &self.0)
    }
}

/// How a hit matched; an address is nothing that the other columns show.
fn matched(hit: &FindHit) -> String {
    match hit.matched.as_str() {
        "address" => format!("address: {}", words::cut(&hit.text, ADDRESS_CHARS)),
        other => other.to_owned(),
    }
}

/// An entity for programs: id, kind, label, key.
pub(crate) fn entity_cells(entity: &EntityRef) -> [Cell; 4] {
    [
        entity.id.to_string().into(),
        Cell::maybe(entity.kinds.first().cloned()),
        entity.label.as_str().into(),
        Cell::maybe(entity.key.as_ref().map(ToString::to_string)),
    ]
}

impl Present for NumbersAnswer {
    fn page(&self, page: &mut Page<'_>) -> io::Result<()> {
        let mut grid = Grid::new(&[
            Column::number("line"),
            Column::text("number"),
            Column::text("found"),
            Column::text("entity"),
            Column::text("id"),
        ]);
        for (line, found) in in_order(self) {
            let input = [Cell::from(line.line.to_string()), line.text.as_str().into()];
            let mut row = |how: String, entity: &EntityRef| {
                let entity = [words::entity(entity).into(), entity.id.to_string().into()];
                grid.row(input.clone().into_iter().chain([how.into()]).chain(entity));
            };
            for entity in &line.entities {
                row(found.to_owned(), entity);
            }
            for near in &line.near {
                row(format!("near: {} ({})", near.key.value, near.differs), &near.entity);
            }
            if found == MISS {
                grid.row(input.into_iter().chain([found.into(), Cell::Empty, Cell::Empty]));
            }
        }
        page.table(&grid, 0)?;
        let count = |lines: &[NumberHit]| grouped(lines.len() as u64);
        let all = (self.hits.len() + self.near.len() + self.misses.len()) as u64;
        page.line(format_args!(
            "{}: {} known, {} near, {} not known; {} blank or comment",
            counted(all, "number"),
            count(&self.hits),
            count(&self.near),
            count(&self.misses),
            counted(self.skipped, "line")
        ))
    }

    fn grid(&self) -> Grid {
        let mut grid = Grid::new(&[
            Column::number("input line"),
            Column::text("input"),
            Column::text("found"),
            Column::text("id"),
            Column::text("kind"),
            Column::text("label"),
            Column::text("key"),
            Column::text("differs"),
        ]);
        for (line, found) in in_order(self) {
            let input = [line.line.into(), line.text.as_str().into(), found.into()];
            if found == MISS {
                grid.row(input.clone().into_iter().chain(std::iter::repeat_n(Cell::Empty, 5)));
            }
            for entity in &line.entities {
                grid.row(input.clone().into_iter().chain(entity_cells(entity)).chain([Cell::Empty]));
            }
            for near in &line.near {
                let [id, kind, label, _] = entity_cells(&near.entity);
                let key = [near.key.to_string().into(), near.differs.as_str().into()];
                grid.row(input.clone().into_iter().chain([id, kind, label]).chain(key));
            }
        }
        grid
    }

    fn ndjson(&self, out: &mut dyn Write) -> io::Result<()> {
        json_lines(out, in_order(self).into_iter().map(|(line, _)| line))
    }
}

const HIT: &str = "hit";
const NEAR: &str = "near";
const MISS: &str = "miss";

/// All lines in the order of the file, each with what was found for it.
fn in_order(answer: &NumbersAnswer) -> Vec<(&NumberHit, &'static str)> {
    let with = |lines: &'static str| move |line| (line, lines);
    let hits = answer.hits.iter().map(with(HIT));
    let mut lines: Vec<_> =
        hits.chain(answer.near.iter().map(with(NEAR))).chain(answer.misses.iter().map(with(MISS))).collect();
    lines.sort_by_key(|(line, _)| line.line);
    lines
}
