//! `jaal conflicts`: same-as that the graph skips, and the judgements there are.

use super::Ended;
use crate::cli::{Output, count};
use crate::failure::Outcome;
use crate::output::{self, Cell, Column, Grid, Page, Present, json_lines};
use crate::session::Session;
use clap::Args;
use jaal_engine::model::{Decision, Key, Remarked};
use jaal_engine::{ConflictLine, Database, JudgementLine};
use serde::Serialize;
use std::io::{self, Write};

/// List what says that two are the same and is not followed, and why
///
/// Same-as is taken in the order judgement, grade, as recorded. One that would join identities which a judgement holds
/// apart, or two people with different valid CNICs, is skipped and stays here until the reason is gone.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  jaal conflicts\n  jaal conflicts --judgements      the judgements with their \
    numbers, standing or not\n  jaal conflicts --format csv"
)]
pub(crate) struct ConflictsArgs {
    /// List the judgements instead.
    #[arg(long)]
    judgements: bool,
    /// How many conflicts at most.
    #[arg(long, value_name = "COUNT", default_value = "100", value_parser = count::<usize>)]
    limit: usize,
    #[command(flatten)]
    output: Output,
}

pub(crate) fn run(session: &Session, args: &ConflictsArgs) -> Ended {
    let database = session.open()?;
    if args.judgements {
        let judgements = database.judgements(&session.lens(), &mut session.progress())?;
        output::print(&Judgements { judgements }, args.output.format)?;
        return Ok(Outcome::Done);
    }
    let reading = session.read_of(&database)?;
    let (conflicts, total) = Database::conflicts(&reading, args.limit)?;
    output::print(&Conflicts { conflicts, total }, args.output.format)?;
    Ok(Outcome::Done)
}

/// Same-as that is skipped.
#[derive(Serialize)]
struct Conflicts {
    conflicts: Vec<ConflictLine>,
    total: u64,
}

fn key(key: Option<&Key>) -> String {
    key.map_or_else(|| "?".to_owned(), Key::to_string)
}

impl Present for Conflicts {
    fn page(&self, page: &mut Page<'_>) -> io::Result<()> {
        if self.conflicts.is_empty() {
            return page.line("nothing that says two are the same is left unfollowed");
        }
        page.table(&self.grid(), 0)?;
        let left = self.total - self.conflicts.len() as u64;
        if left > 0 { page.faint(format_args!("and {left} more; --limit shows them")) } else { Ok(()) }
    }

    fn grid(&self) -> Grid {
        let mut grid = Grid::new(&[
            Column::text("a"),
            Column::text("b"),
            Column::long("why"),
            Column::text("by"),
            Column::text("agency"),
            Column::text("file"),
            Column::number("line"),
        ]);
        for line in &self.conflicts {
            let by = line.judgement.map_or_else(|| "a row".to_owned(), |id| format!("judgement {id}"));
            let evidence = line.evidence.as_ref();
            grid.row([
                key(line.a.as_ref()).into(),
                key(line.b.as_ref()).into(),
                line.why.as_str().into(),
                by.into(),
                Cell::maybe(evidence.map(|e| e.agency.as_str())),
                Cell::maybe(evidence.map(|e| e.file.as_str())),
                evidence.map_or(Cell::Empty, |e| e.line.into()),
            ]);
        }
        grid
    }

    fn ndjson(&self, out: &mut dyn Write) -> io::Result<()> {
        json_lines(out, &self.conflicts)
    }
}

/// Judgements.
#[derive(Serialize)]
struct Judgements {
    judgements: Vec<JudgementLine>,
}

/// A decision in a few words, with the keys of what it names.
fn in_words(line: &JudgementLine) -> String {
    let name = |at: usize| key(line.names.get(at).and_then(Option::as_ref));
    match &line.judgement.decision {
        Decision::Same(..) => format!("{} and {} are the same", name(0), name(1)),
        Decision::NotSame(..) => format!("{} and {} are not the same", name(0), name(1)),
        Decision::Undecided(..) => format!("whether {} and {} are the same is undecided", name(0), name(1)),
        Decision::Withdraw(delivery) => format!("delivery {delivery} is withdrawn"),
        Decision::Expunge(delivery) => format!("delivery {delivery} is expunged"),
        Decision::Undo(judgement) => format!("judgement {judgement} is taken back"),
        Decision::Note(_) => format!("a note on {}", name(0)),
        Decision::Remark(Remarked::Delivery(delivery), marking) => {
            format!("delivery {delivery} is also {marking}")
        }
        Decision::Remark(Remarked::Claims(claims), marking) => {
            format!("{} claims are also {marking}", claims.len())
        }
    }
}

impl Present for Judgements {
    fn page(&self, page: &mut Page<'_>) -> io::Result<()> {
        if self.judgements.is_empty() {
            return page.line("there are no judgements");
        }
        page.table(&self.grid(), 0)
    }

    fn grid(&self) -> Grid {
        let mut grid = Grid::new(&[
            Column::number("judgement"),
            Column::long("decision"),
            Column::long("reason"),
            Column::text("by"),
            Column::number("commit"),
            Column::text("marking"),
            Column::text("state"),
        ]);
        for line in &self.judgements {
            let JudgementLine { judgement, actor, stands, .. } = line;
            grid.row([
                judgement.id.0.into(),
                in_words(line).into(),
                judgement.reason.as_str().into(),
                actor.as_str().into(),
                judgement.commit.0.into(),
                judgement.marking.to_string().into(),
                if *stands { "stands" } else { "taken back" }.into(),
            ]);
        }
        grid
    }

    fn ndjson(&self, out: &mut dyn Write) -> io::Result<()> {
        json_lines(out, &self.judgements)
    }
}
