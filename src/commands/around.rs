//! `jaal around`: what lies within a number of links of an entity.

use super::Ended;
use super::find::entity_cells;
use super::path::ROWS_A_LINK;
use crate::cli::{Limits, LinkFilter, Output, count, count_from_1};
use crate::failure::{Failure, Outcome};
use crate::output::number::{counted, grouped};
use crate::output::{Cell, Column, Grid, Page, Present, evidence, json_lines, print, words};
use crate::session::Session;
use clap::Args;
use jaal_engine::Reading;
use jaal_engine::algorithms::paths::Workspace;
use jaal_engine::analysis::around::{AroundQuestion, around};
use jaal_engine::analysis::path::{Avoid, lines_evidence, parse_avoid};
use jaal_engine::model::answer::AroundAnswer;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// List what lies within a number of links of an entity
///
/// Links are walked either way. Entities linked with more others than the hub cap are listed but not walked through,
/// because a courier's number or a bank's own account connects everybody with everybody.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  jaal around Phone:+923001234567\n  jaal around Person:35202-1234567-1 --hops 2 --hub-cap 300\n  jaal around Phone:+923001234567 --types USES,HELD_SIM --why\n  jaal around Person:35202-1234567-1 --hops 2 --types USES,HAD,HELD_SIM --format csv"
)]
pub(crate) struct AroundArgs {
    /// The entity in the middle.
    #[arg(value_name = "ENTITY")]
    entity: String,
    #[command(flatten)]
    walk: Walk,
    /// Show the rows behind each link.
    #[arg(long)]
    why: bool,
    #[command(flatten)]
    links: LinkFilter,
    #[command(flatten)]
    limits: Limits,
    #[command(flatten)]
    output: Output,
}

/// How far a neighbourhood reaches; `export --around` takes the same options.
#[derive(Args, Debug, Clone)]
pub(crate) struct Walk {
    /// How many links away.
    #[arg(long, value_name = "COUNT", value_parser = count::<u32>, default_value_t = 1)]
    pub(crate) hops: u32,
    #[command(flatten)]
    pub(crate) filter: Filter,
    /// The most entities listed.
    #[arg(long, value_name = "COUNT", value_parser = count_from_1, default_value_t = 1_000)]
    pub(crate) limit: usize,
}

/// What a walk may and may not use.
#[derive(Args, Debug, Clone)]
pub(crate) struct Filter {
    /// Only these link types, separated by commas.
    #[arg(long, value_name = "TYPE,…", value_delimiter = ',')]
    pub(crate) types: Vec<String>,
    /// Kinds or entities not to go through; may be given several times. Kinds may also be separated by commas.
    #[arg(long, value_name = "KIND|ENTITY")]
    pub(crate) avoid: Vec<String>,
    /// Do not walk through entities linked with more than this many others; parallel links count once.
    #[arg(long, value_name = "COUNT", value_parser = count::<u64>)]
    pub(crate) hub_cap: Option<u64>,
}

impl Filter {
    /// What is to be avoided, looked up.
    pub(crate) fn avoided(&self, session: &Session, reading: &Reading) -> Result<Vec<Avoid>, Failure> {
        let country = &session.common.country;
        let texts = self.avoid.iter().flat_map(|text| parts_to_avoid(text));
        texts.map(|text| Ok(parse_avoid(&reading.view, text, country)?)).collect()
    }
}

/// The kinds or ids in a list with commas. A key may have commas of its own and is taken as it stands.
fn parts_to_avoid(text: &str) -> Vec<&str> {
    if text.contains(':') { vec![text] } else { text.split(',').map(str::trim).collect() }
}

pub(crate) fn run(session: &Session, args: &AroundArgs) -> Ended {
    let reading = session.read_links(args.links)?;
    let mut answer = ask(session, &reading, &args.entity, &args.walk, args.limits)?;
    if args.why {
        lines_evidence(&reading.view, &reading.sources, answer.links.iter_mut().collect(), ROWS_A_LINK)?;
        answer = reading.check(answer)?;
    }
    print(&answer, args.output.format)?;
    Ok(if answer.stopped.is_some() { Outcome::Stopped } else { Outcome::Done })
}

/// The neighbourhood that is asked for.
pub(crate) fn ask(
    session: &Session,
    reading: &Reading,
    entity: &str,
    walk: &Walk,
    limits: Limits,
) -> Result<AroundAnswer, Failure> {
    let question = AroundQuestion {
        hops: walk.hops,
        types: walk.filter.types.clone(),
        avoid: walk.filter.avoided(session, reading)?,
        hub_cap: walk.filter.hub_cap,
        limit: walk.limit,
        ..AroundQuestion::of(session.resolve(reading, entity)?)
    };
    let answer = around(&reading.view, &question, &mut Workspace::new(), &limits.budget())?;
    Ok(reading.check(answer)?)
}

impl Present for AroundAnswer {
    fn page(&self, page: &mut Page<'_>) -> io::Result<()> {
        let found = self.entities.len().saturating_sub(1) as u64 + self.more;
        page.title(
            words::entity(&self.centre),
            format_args!(
                "{} within {}, {} among the listed",
                counted(found, "entity"),
                counted(self.hops.into(), "hop"),
                counted(self.links.len() as u64, "link")
            ),
        )?;
        let mut grid = Grid::new(&[
            Column::number("hops"),
            Column::text("kind"),
            Column::text("entity"),
            Column::text("key"),
            Column::long("linked by"),
            Column::text("id"),
        ]);
        let linked = self.linked_by();
        for (entity, hops) in self.entities.iter().filter(|(_, hops)| *hops > 0) {
            grid.row([
                (*hops).into(),
                words::kind(entity).into(),
                words::label(entity).into(),
                Cell::maybe(words::key(entity)),
                Cell::maybe(linked.get(&entity.id.to_string()).cloned()),
                entity.id.to_string().into(),
            ]);
        }
        page.table(&grid, 2)?;
        self.rows(page)?;
        if self.more > 0 {
            let verb = if self.more == 1 { "is" } else { "are" };
            let more = counted(self.more, "further entity");
            page.faint(format_args!("{more} {verb} not listed; raise --limit"))?;
        }
        if self.more_links > 0 {
            page.faint(format_args!(
                "{} further links among the listed are neither listed nor counted under `linked by`",
                grouped(self.more_links)
            ))?;
        }
        for (hub, degree) in &self.hubs {
            page.faint(format_args!(
                "not walked through: {}, linked with {} others",
                words::entity(hub),
                grouped(*degree)
            ))?;
        }
        page.notes(&self.stopped)
    }

    fn grid(&self) -> Grid {
        let mut grid = Grid::new(&[
            Column::text("id"),
            Column::text("kind"),
            Column::text("label"),
            Column::text("key"),
            Column::number("hops"),
        ]);
        for (entity, hops) in &self.entities {
            grid.row(entity_cells(entity).into_iter().chain([(*hops).into()]));
        }
        grid
    }

    fn ndjson(&self, out: &mut dyn Write) -> io::Result<()> {
        json_lines(out, &self.links)
    }
}

/// What the page says beyond the record.
trait LinkedBy {
    /// Each link with the rows behind it, where they were asked for.
    fn rows(&self, page: &mut Page<'_>) -> io::Result<()>;

    /// For each entity's id the types of its listed links, with counts.
    fn linked_by(&self) -> BTreeMap<String, String>;
}

impl LinkedBy for AroundAnswer {
    fn rows(&self, page: &mut Page<'_>) -> io::Result<()> {
        let named: BTreeMap<_, _> = self.entities.iter().map(|(entity, _)| (entity.id, entity)).collect();
        for link in self.links.iter().filter(|link| !link.evidence.is_empty()) {
            let (Some(from), Some(to)) = (named.get(&link.from), named.get(&link.to)) else { continue };
            page.line(format_args!(
                "  {} ── {} ──▶ {}   {}",
                words::entity(from),
                words::clean(&link.link_type),
                words::entity(to),
                link.id
            ))?;
            evidence::page(page, &link.evidence, 4)?;
        }
        Ok(())
    }

    fn linked_by(&self) -> BTreeMap<String, String> {
        let mut counts: BTreeMap<String, BTreeMap<&str, u64>> = BTreeMap::new();
        for link in &self.links {
            for end in [link.from, link.to] {
                *counts.entry(end.to_string()).or_default().entry(&link.link_type).or_default() += 1;
            }
        }
        let words = |types: BTreeMap<&str, u64>| -> String {
            let parts: Vec<String> = types
                .into_iter()
                .map(
                    |(name, count)| {
                        if count == 1 { name.to_owned() } else { format!("{name} ×{}", grouped(count)) }
                    },
                )
                .collect();
            parts.join(", ")
        };
        counts.into_iter().map(|(id, types)| (id, words(types))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_may_be_listed_and_keys_stand_whole() {
        assert_eq!(parts_to_avoid("Case,Phone, E05K2M9QZX1A"), ["Case", "Phone", "E05K2M9QZX1A"]);
        assert_eq!(parts_to_avoid("Premises:House 3, Street 7"), ["Premises:House 3, Street 7"]);
    }
}
