//! `jaal compact`: the store's files are written anew.

use super::Ended;
use crate::cli::Output;
use crate::failure::Outcome;
use crate::output::{self, Column, Grid, Page, Present, number};
use crate::session::Session;
use clap::Args;
use jaal_engine::Compacted;
use serde::Serialize;
use std::io;

/// Write the store's files anew: the ledger without unused room, the graph without changes on top
///
/// Answers stay the same. Small commits are kept as changes on the last segment; this derives a new one.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  jaal compact")]
pub(crate) struct CompactArgs {
    #[command(flatten)]
    output: Output,
}

pub(crate) fn run(session: &Session, args: &CompactArgs) -> Ended {
    let database = session.write()?;
    let compacted = database.compact(&mut session.progress())?;
    output::print(&CompactedPage { compacted }, args.output.format)?;
    Ok(Outcome::Done)
}

/// What it came to, for printing.
#[derive(Serialize)]
#[serde(transparent)]
struct CompactedPage {
    compacted: Compacted,
}

impl Present for CompactedPage {
    fn page(&self, page: &mut Page<'_>) -> io::Result<()> {
        let Compacted { ledger_bytes: [before, after], segment_bytes, changed_claims } = &self.compacted;
        page.line(format_args!("ledger: {} before, {} now", number::bytes(*before), number::bytes(*after)))?;
        let what = match changed_claims {
            0 => "unchanged".to_owned(),
            claims => format!("derived anew; {claims} claims had been read on top of the one before"),
        };
        page.line(format_args!("segment: {}, {what}", number::bytes(*segment_bytes)))
    }

    fn grid(&self) -> Grid {
        let names = ["ledger_bytes_before", "ledger_bytes", "segment_bytes", "changed_claims"];
        let mut grid = Grid::new(&names.map(Column::number));
        let Compacted { ledger_bytes: [before, after], segment_bytes, changed_claims } = &self.compacted;
        grid.row([(*before).into(), (*after).into(), (*segment_bytes).into(), (*changed_claims).into()]);
        grid
    }
}
