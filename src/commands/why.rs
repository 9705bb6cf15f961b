//! `jaal why`: the rows that an entity or a link stands on.

use super::Ended;
use crate::cli::{Format, LinkFilter, Output, count_from_1};
use crate::failure::{Failure, Outcome};
use crate::output::number::counted;
use crate::output::{Grid, Page, Present, evidence, json_lines, print, words};
use crate::session::Session;
use clap::Args;
use jaal_engine::analysis::why::{why_between, why_entity, why_link};
use jaal_engine::csr::{Adjacency, Direction};
use jaal_engine::model::LinkId;
use jaal_engine::model::answer::WhyAnswer;
use serde::Serialize;
use std::io::{self, Write};

/// Show the source rows behind an entity, a link, or all links between two entities
///
/// Every row comes with its file, line, agency, letter, grade and marking. For an entity that was put together from
/// several identities the rows that say they are the same are shown too.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  jaal why Person:35202-1234567-1\n  jaal why L0000000001A\n  jaal why Person:35202-1234567-1 Phone:+923001234567 --type USES"
)]
pub(crate) struct WhyArgs {
    /// An entity, or the id of a link.
    #[arg(value_name = "ENTITY|LINK")]
    what: String,
    /// Another entity: the links between the two.
    #[arg(value_name = "ENTITY")]
    other: Option<String>,
    /// Of the links between two entities only those of this type.
    #[arg(long = "type", value_name = "TYPE")]
    link_type: Option<String>,
    /// The most links and the most rows of each.
    #[arg(long, value_name = "COUNT", value_parser = count_from_1, default_value_t = 20)]
    limit: usize,
    #[command(flatten)]
    links: LinkFilter,
    #[command(flatten)]
    output: Output,
}

pub(crate) fn run(session: &Session, args: &WhyArgs) -> Ended {
    if let (Some(link_type), None) = (&args.link_type, &args.other) {
        return Err(Failure::usage(
            format!("--type {link_type} chooses among the links between two entities, and only one is named"),
            format!(
                "name the other one too, or ask for all links of that type: `jaal around {} --types {link_type} --why`",
                args.what
            ),
        ));
    }
    let reading = session.read_links(args.links)?;
    let (view, sources) = (&reading.view, &reading.sources);
    if let Some(other) = &args.other {
        let (a, b) = (session.resolve(&reading, &args.what)?, session.resolve(&reading, other)?);
        let between = why_between(view, sources, a, b, args.link_type.as_deref(), args.limit)?;
        let answer = reading.check(Between { links: between.links, more: between.more })?;
        if answer.links.is_empty() {
            session.note("no link joins the two directly; `jaal path` shows how they are connected");
        }
        print(&answer, args.output.format)?;
        return Ok(if answer.links.is_empty() { Outcome::NothingFound } else { Outcome::Done });
    }
    if let Ok(id) = args.what.trim().parse::<LinkId>() {
        let link = sources.link_of(view, id)?.ok_or_else(|| Failure::NotFound {
            message: format!("no link `{id}` in this graph"),
            hint: "`jaal path A B --format json` and `jaal around A --format json` give the ids of links"
                .to_owned(),
        })?;
        print(&reading.check(why_link(view, sources, link, args.limit)?)?, args.output.format)?;
        return Ok(Outcome::Done);
    }
    let node = session.resolve(&reading, &args.what)?;
    let links = view.degree(node.0, Direction::Both);
    let answer = reading.check(why_entity(view, sources, node, args.limit)?)?;
    let of_entity = OfEntity { answer, links };
    print(&of_entity, args.output.format)?;
    if args.output.format != Format::Table && of_entity.answer.evidence.is_empty() {
        session.note(format_args!("note: {}", of_entity.named_by_links()));
    }
    Ok(Outcome::Done)
}

/// The rows that speak of an entity itself, and how many links name it besides; the JSON is that of the rows.
#[derive(Serialize)]
#[serde(transparent)]
struct OfEntity {
    answer: WhyAnswer,
    #[serde(skip)]
    links: u64,
}

impl OfEntity {
    fn named_by_links(&self) -> String {
        let named = self.answer.entity.as_ref().map(words::address).unwrap_or_default();
        let verb = if self.links == 1 { "names" } else { "name" };
        format!(
            "{} {verb} it too: `jaal why A B` opens those between two, `jaal around {named} --why` all",
            counted(self.links, "link")
        )
    }
}

impl Present for OfEntity {
    fn page(&self, page: &mut Page<'_>) -> io::Result<()> {
        let beside = match self.answer.row_count() {
            0 => "no row of its own".to_owned(),
            rows => format!("{} of its own", counted(rows, "row")),
        };
        page.title(words::clean(&self.answer.title), beside)?;
        self.answer.rows(page)?;
        if self.links > 0 { page.faint(self.named_by_links()) } else { Ok(()) }
    }

    fn grid(&self) -> Grid {
        self.answer.grid()
    }

    fn ndjson(&self, out: &mut dyn Write) -> io::Result<()> {
        self.answer.ndjson(out)
    }
}

/// What the page says of the rows.
trait WhyRows {
    /// How many there are, shown or not.
    fn row_count(&self) -> u64;

    /// The rows, and those that join identities.
    fn rows(&self, page: &mut Page<'_>) -> io::Result<()>;
}

impl WhyRows for WhyAnswer {
    fn row_count(&self) -> u64 {
        (self.evidence.len() + self.joined_by.len()) as u64 + self.more
    }

    fn rows(&self, page: &mut Page<'_>) -> io::Result<()> {
        evidence::page(page, &self.evidence, 1)?;
        if !self.joined_by.is_empty() {
            page.gap()?;
            page.line("put together from several identities because of")?;
            evidence::page(page, &self.joined_by, 1)?;
        }
        if self.more > 0 {
            page.faint(format_args!("{}; raise --limit", counted(self.more, "further row")))?;
        }
        Ok(())
    }
}

impl Present for WhyAnswer {
    fn page(&self, page: &mut Page<'_>) -> io::Result<()> {
        let stands_on = counted(self.row_count(), "row");
        page.title(words::clean(&self.title), format_args!("stands on {stands_on}"))?;
        self.rows(page)
    }

    fn grid(&self) -> Grid {
        evidence::grid(self.evidence.iter().chain(&self.joined_by))
    }

    fn ndjson(&self, out: &mut dyn Write) -> io::Result<()> {
        json_lines(out, self.evidence.iter().chain(&self.joined_by))
    }
}

/// The rows behind each of the links between two entities.
#[derive(Serialize)]
struct Between {
    links: Vec<WhyAnswer>,
    more: u64,
}

impl Present for Between {
    fn page(&self, page: &mut Page<'_>) -> io::Result<()> {
        for (at, answer) in self.links.iter().enumerate() {
            if at > 0 {
                page.gap()?;
            }
            answer.page(page)?;
        }
        if self.more > 0 {
            page.faint(format_args!("{}; raise --limit", counted(self.more, "further link")))?;
        }
        Ok(())
    }

    fn grid(&self) -> Grid {
        evidence::grid(self.links.iter().flat_map(|link| &link.evidence))
    }

    fn ndjson(&self, out: &mut dyn Write) -> io::Result<()> {
        json_lines(out, &self.links)
    }
}
