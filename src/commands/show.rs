//! `jaal show`: one entity's card.

use super::Ended;
use crate::cli::{LinkFilter, Output};
use crate::failure::Outcome;
use crate::output::evidence::place;
use crate::output::number::{counted, grouped};
use crate::output::words::{clean, instant, key_value, label};
use crate::output::{Column, Grid, Page, Present, print};
use crate::session::Session;
use clap::Args;
use jaal_engine::model::ROW_SCHEME;
use jaal_engine::model::answer::{EntityCard, NoteLine, PropertyLine};
use std::io;

/// Show one entity's card: keys, properties with what is disputed, and its links in figures
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  jaal show Person:35202-1234567-1\n  jaal show Phone:0300-1234567\n  jaal show E05K2M9QZX1A --format json"
)]
pub(crate) struct ShowArgs {
    /// The entity: Kind:value, Kind:scheme=value, or its id.
    #[arg(value_name = "ENTITY")]
    entity: String,
    #[command(flatten)]
    links: LinkFilter,
    #[command(flatten)]
    output: Output,
}

pub(crate) fn run(session: &Session, args: &ShowArgs) -> Ended {
    let reading = session.read_links(args.links)?;
    let node = session.resolve(&reading, &args.entity)?;
    let card = reading.check(reading.card(&session.lens(), node)?)?;
    print(&card, args.output.format)?;
    Ok(Outcome::Done)
}

impl Present for EntityCard {
    fn page(&self, page: &mut Page<'_>) -> io::Result<()> {
        page.title(
            label(&self.entity),
            self.entity.kinds.iter().map(|kind| clean(kind)).collect::<Vec<_>>().join(", "),
        )?;
        let mut facts = vec![("id", self.entity.id.to_string())];
        facts.extend(
            self.keys
                .iter()
                .filter(|key| key.scheme != ROW_SCHEME)
                .map(|key| (key.scheme.as_str(), key_value(key))),
        );
        page.pairs(2, facts)?;
        if !self.properties.is_empty() {
            page.gap()?;
            page.pairs(2, self.properties.iter().map(|line| (line.name.as_str(), property(line))))?;
        }
        if !self.links.is_empty() {
            page.gap()?;
            let mut grid = Grid::new(&[
                Column::text("links"),
                Column::text("with"),
                Column::number("links"),
                Column::number("entities"),
            ]);
            for group in &self.links {
                let name = clean(&group.link_type);
                let arrow = if group.direction == "out" {
                    format!("── {name} ──▶")
                } else {
                    format!("◀── {name} ──")
                };
                grid.row([
                    arrow.into(),
                    group.other_kind.as_str().into(),
                    group.links.into(),
                    group.entities.into(),
                ]);
            }
            page.table(&grid, 2)?;
        }
        if !self.notes.is_empty() {
            page.gap()?;
            page.pairs(2, self.notes.iter().map(|note| ("note", written(note))))?;
        }
        page.gap()?;
        let joined = if self.identities > 1 {
            format!(", {} identities held to be the same", grouped(self.identities))
        } else {
            String::new()
        };
        page.faint(format_args!(
            "{} from {}{joined}; `jaal why {}` shows the rows",
            counted(self.claims, "claim"),
            counted(self.deliveries, "delivery"),
            self.entity.id
        ))
    }

    fn grid(&self) -> Grid {
        let mut grid = Grid::new(&[Column::text("field"), Column::text("value")]);
        grid.row(["id".into(), self.entity.id.to_string().into()]);
        grid.row(["kinds".into(), self.entity.kinds.join("|").into()]);
        self.keys.iter().for_each(|key| grid.row([key.scheme.as_str().into(), key.value.as_str().into()]));
        self.properties
            .iter()
            .for_each(|line| grid.row([line.name.as_str().into(), line.value.to_string().into()]));
        self.notes.iter().for_each(|note| grid.row(["note".into(), note.text.as_str().into()]));
        grid
    }
}

/// A note, and who wrote it when.
fn written(note: &NoteLine) -> String {
    let (text, actor) = (clean(&note.text), clean(&note.actor));
    format!("{text}   ({actor}, {}, {}; judgement {})", instant(note.at), note.marking, note.judgement)
}

/// A value and, where sources disagree, the others with the rows that claim them.
fn property(line: &PropertyLine) -> String {
    let mut text = clean(&line.value.to_string());
    for other in &line.disputed {
        let mut rows: Vec<String> = other.evidence.iter().take(3).map(place).collect();
        let further = other.claims.saturating_sub(rows.len() as u64);
        if further > 0 {
            rows.push(format!("and {} more", grouped(further)));
        }
        text.extend(["   disputed: ", &clean(&other.value.to_string()), " (", &rows.join(", "), ")"]);
    }
    text
}
