//! `jaal verify`: whether the ledger is what was written, and the graph what follows from it.

use super::Ended;
use crate::cli::Output;
use crate::failure::{Failure, Outcome};
use crate::output::number::grouped;
use crate::output::{Column, Grid, Page, Present, print};
use crate::session::Session;
use clap::Args;
use jaal_engine::{Checkpoint, Verification};
use std::io;
use std::path::{Path, PathBuf};

/// Recompute every hash of the ledger, derive the graph again, and compare
///
/// Exits with 1 when anything is wrong. With a checkpoint kept away from the store, a cut-off or wholly replaced
/// ledger is found too.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  jaal verify\n  jaal checkpoint > /media/safe/2025-11-06.json\n  jaal verify --checkpoint /media/safe/2025-11-06.json"
)]
pub(crate) struct VerifyArgs {
    /// A file written by `jaal checkpoint`.
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
    #[command(flatten)]
    output: Output,
}

pub(crate) fn run(session: &Session, args: &VerifyArgs) -> Ended {
    let checkpoint = args.checkpoint.as_deref().map(|path| read_checkpoint(session, path)).transpose()?;
    let verification = session.open()?.verify(checkpoint.as_ref(), &mut session.progress())?;
    print(&verification, args.output.format)?;
    Ok(if verification.ok { Outcome::Done } else { Outcome::Unsound })
}

fn read_checkpoint(session: &Session, path: &Path) -> Result<Checkpoint, Failure> {
    let text = std::fs::read_to_string(session.at(path)).map_err(Failure::io("read", path))?;
    serde_json::from_str(&text).map_err(|error| {
        Failure::usage(
            format!("`{}` is not a checkpoint: {error}", path.display()),
            "`jaal checkpoint > FILE` writes one",
        )
    })
}

impl Present for Verification {
    fn page(&self, page: &mut Page<'_>) -> io::Result<()> {
        let verdict = if self.ok { "sound" } else { "NOT SOUND" };
        page.title(format_args!("The store is {verdict}"), "")?;
        let chain =
            format!("{} commits, {} records recomputed", grouped(self.commits), grouped(self.records));
        let graph = if self.entities > 0 || self.links > 0 {
            let (entities, links) = (grouped(self.entities), grouped(self.links));
            format!("{entities} entities, {links} links; it {}", self.graph)
        } else {
            self.graph.clone()
        };
        page.pairs(2, [("ledger", chain), ("graph", graph), ("checkpoint", self.checkpoint.clone())])?;
        if !self.problems.is_empty() {
            page.gap()?;
            page.table(&self.grid(), 2)?;
        }
        Ok(())
    }

    fn grid(&self) -> Grid {
        let mut grid = Grid::new(&[Column::long("problem")]);
        self.problems.iter().for_each(|problem| grid.row([problem.as_str().into()]));
        grid
    }
}
