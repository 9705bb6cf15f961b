//! `jaal why`: the rows that an entity or a link stands on.

use super::Ended;
use crate::cli::Output;
use crate::failure::{Failure, Outcome};
use crate::output::number::{counted, grouped};
use crate::output::{Grid, Page, Present, evidence, json_lines, print, words};
use crate::session::Session;
use clap::Args;
use jaal_engine::analysis::why::{why_between, why_entity, why_link};
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
    /// Only links of this type.
    #[arg(long = "type", value_name = "TYPE", requires = "other")]
    link_type: Option<String>,
    /// The most links and the most rows of each.
    #[arg(long, value_name = "COUNT", default_value_t = 20)]
    limit: usize,
    #[command(flatten)]
    output: Output,
}

pub(crate) fn run(session: &Session, args: &WhyArgs) -> Ended {
    let reading = session.read()?;
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
    let answer = if let Ok(id) = args.what.trim().parse::<LinkId>() {
        let link = sources.link_of(view, id)?.ok_or_else(|| Failure::NotFound {
            message: format!("no link `{id}` in this graph"),
            hint: "`jaal path A B --format json` and `jaal around A --format json` give the ids of links"
                .to_owned(),
        })?;
        why_link(view, sources, link, args.limit)?
    } else {
        why_entity(view, sources, session.resolve(&reading, &args.what)?, args.limit)?
    };
    print(&reading.check(answer)?, args.output.format)?;
    Ok(Outcome::Done)
}

impl Present for WhyAnswer {
    fn page(&self, page: &mut Page<'_>) -> io::Result<()> {
        let rows = (self.evidence.len() + self.joined_by.len()) as u64 + self.more;
        page.title(words::clean(&self.title), format_args!("stands on {}", counted(rows, "row")))?;
        evidence::page(page, &self.evidence, 1)?;
        if !self.joined_by.is_empty() {
            page.gap()?;
            page.line("put together from several identities because of")?;
            evidence::page(page, &self.joined_by, 1)?;
        }
        if self.more > 0 {
            page.faint(format_args!("{} further rows; raise --limit", grouped(self.more)))?;
        }
        Ok(())
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
            page.faint(format_args!("{} further links; raise --limit", grouped(self.more)))?;
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
