//! `jaal info`: what the store holds, in figures.

use super::Ended;
use crate::cli::Output;
use crate::failure::Outcome;
use crate::output::number::{bytes, counted, grouped};
use crate::output::words::{clean, instant};
use crate::output::{Cell, Column, Grid, Page, Present, json_lines, print};
use crate::session::Session;
use clap::Args;
use jaal_engine::Info;
use std::io::{self, Write};

/// Tell what the store holds: entities, links, kinds, link types, deliveries
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  jaal info\n  jaal info --format json | jq '.kinds'\n  jaal info --format csv > deliveries.csv"
)]
pub(crate) struct InfoArgs {
    #[command(flatten)]
    output: Output,
}

pub(crate) fn run(session: &Session, args: &InfoArgs) -> Ended {
    print(&session.open()?.info_as(&session.lens(), &mut session.progress())?, args.output.format)?;
    Ok(Outcome::Done)
}

impl Present for Info {
    fn page(&self, page: &mut Page<'_>) -> io::Result<()> {
        page.title(
            format_args!("{}, {}", counted(self.entities, "entity"), counted(self.links, "link")),
            format_args!("from {} in {}", counted(self.claims, "claim"), counted(self.commits, "commit")),
        )?;
        let mut facts = vec![
            ("made", instant(self.created_at)),
            ("image", self.image.clone()),
            ("identities", grouped(self.identities)),
            ("ledger", bytes(self.ledger_bytes)),
            ("graph", bytes(self.segment_bytes)),
        ];
        if self.conflicts > 0 {
            let (claims, verb, them) = match self.conflicts {
                1 => ("same-as claim", "was", "it"),
                _ => ("same-as claims", "were", "them"),
            };
            let count = grouped(self.conflicts);
            let text = format!("{count} {claims} {verb} set aside because something forbids {them}");
            facts.push(("conflicts", text));
        }
        if let Some(head) = &self.head {
            let by = clean(&head.note.actor);
            facts.insert(1, ("last commit", format!("{} at {} by {by}", head.id, instant(head.note.at))));
        }
        page.pairs(2, facts)?;
        for (what, counts) in [("kind", &self.kinds), ("link type", &self.link_types)] {
            if counts.is_empty() {
                continue;
            }
            page.gap()?;
            let mut grid = Grid::new(&[Column::text(what), Column::number("count")]);
            for line in counts {
                grid.row([line.name.as_str().into(), line.count.into()]);
            }
            page.table(&grid, 2)?;
        }
        if self.deliveries.is_empty() {
            page.gap()?;
            return page.faint("nothing was loaded yet: jaal load --spec SPEC.toml FILE…");
        }
        page.gap()?;
        page.table(&self.grid(), 2)
    }

    fn grid(&self) -> Grid {
        let mut grid = Grid::new(&[
            Column::number("delivery"),
            Column::text("agency"),
            Column::text("letter"),
            Column::text("received"),
            Column::long("files"),
            Column::number("read"),
            Column::number("accepted"),
            Column::number("duplicate"),
            Column::number("skipped"),
            Column::number("rejected"),
            Column::text("grade"),
            Column::text("marking"),
            Column::text("state"),
        ]);
        for line in &self.deliveries {
            let (own, counts) = (&line.delivery, line.delivery.counts);
            let files: Vec<&str> = own.files.iter().map(|file| file.name.as_str()).collect();
            grid.row([
                own.id.0.into(),
                own.handover.agency.as_str().into(),
                Cell::maybe(own.handover.letter.as_deref()),
                Cell::maybe(own.handover.received.as_deref()),
                files.join(", ").into(),
                counts.read.into(),
                counts.accepted.into(),
                counts.duplicate.into(),
                counts.skipped.into(),
                counts.rejected.into(),
                own.grade.to_string().into(),
                own.marking.to_string().into(),
                if line.withdrawn { "withdrawn" } else { "counts" }.into(),
            ]);
        }
        grid
    }

    fn ndjson(&self, out: &mut dyn Write) -> io::Result<()> {
        json_lines(out, &self.deliveries)
    }
}
