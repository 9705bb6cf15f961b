//! `jaal same`, `not-same`, `undecided`, `undo`, `note`, `remark`: what people decide, each with its reason.

use super::Ended;
use crate::cli::Output;
use crate::failure::{Failure, Outcome};
use crate::output::{self, Column, Grid, Page, Present};
use crate::session::{Session, Writing};
use clap::Args;
use jaal_engine::model::{
    AssertionId, Decision, DeliveryId, IdentityId, JudgementId, LinkId, Marking, Remarked,
};
use jaal_engine::{Judged, Reading};
use std::io;

/// What every judgement takes.
#[derive(Args, Debug)]
pub(crate) struct Because {
    /// Why: what it rests on, and who decided.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Who may see the judgement: a level (public, official, restricted, confidential, secret), and after slashes what
    /// else a reader must hold, for example `restricted/CYBER`.
    #[arg(long, value_name = "MARKING", default_value = "official", value_parser = marking)]
    marking: Marking,
    #[command(flatten)]
    output: Output,
}

/// Hold two identities to be the same entity
///
/// Both are named by a key each; what joins them is the judgement alone, and `jaal undo` takes it back at any time:
/// the graph is then as if it had never been.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  jaal same Person:35202-1234567-1 Person:passport=CHN:E1234567 \
    --reason \"same photograph, memo CCA/2025/77\"\n  jaal undo 3 --reason \"memo withdrawn\"")]
pub(crate) struct SameArgs {
    #[command(flatten)]
    pair: Pair,
    #[command(flatten)]
    because: Because,
}

/// Hold two identities to be two entities: nothing joins them
///
/// A row or a judgement that says they are the same is skipped and listed by `jaal conflicts`.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  jaal not-same Person:35202-1234567-1 Person:35201-7654321-3 \
    --reason \"brothers, family register seen\"")]
pub(crate) struct NotSameArgs {
    #[command(flatten)]
    pair: Pair,
    #[command(flatten)]
    because: Because,
}

/// Record that nobody can tell yet whether two identities are the same
///
/// It joins nothing and forbids nothing.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  jaal undecided Person:35202-1234567-1 Person:passport=CHN:E1234567 \
    --reason \"photograph asked for\"")]
pub(crate) struct UndecidedArgs {
    #[command(flatten)]
    pair: Pair,
    #[command(flatten)]
    because: Because,
}

/// Two identities.
#[derive(Args, Debug)]
pub(crate) struct Pair {
    /// One, as Kind:value, Kind:scheme=value or an id.
    #[arg(value_name = "ENTITY")]
    a: String,
    /// The other.
    #[arg(value_name = "ENTITY")]
    b: String,
}

/// Take a judgement back
///
/// A withdrawal, a merge, a note, an added marking: whatever it did is undone, and the graph is as if it had never
/// been. An undoing can be undone itself. An expungement cannot.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  jaal conflicts --judgements                lists the judgements with their numbers\n  \
    jaal undo 3 --reason \"memo withdrawn\""
)]
pub(crate) struct UndoArgs {
    /// The judgement's number.
    #[arg(value_name = "JUDGEMENT")]
    judgement: u64,
    #[command(flatten)]
    because: Because,
}

/// Write a note on an entity
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  jaal note Phone:+923001234567 --reason \"handset seized, sealed bag 14\""
)]
pub(crate) struct NoteArgs {
    /// The entity, as Kind:value, Kind:scheme=value or its id.
    #[arg(value_name = "ENTITY")]
    entity: String,
    #[command(flatten)]
    because: Because,
}

/// Add a marking to a delivery, an entity or a link
///
/// Only who may see both the marking and what was there before sees the claims from then on.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  jaal remark 7 --add secret --reason \"source at risk\"\n  \
    jaal remark Person:35202-1234567-1 --add restricted/JUVENILE --reason \"order of the magistrate\"")]
pub(crate) struct RemarkArgs {
    /// A delivery's number, an entity as Kind:value or its id, or a link's id.
    #[arg(value_name = "WHAT")]
    what: String,
    /// The marking to add.
    #[arg(long, value_name = "MARKING", value_parser = marking)]
    add: Marking,
    #[command(flatten)]
    because: Because,
}

/// Reads a marking: a level, then compartments after slashes.
pub(crate) fn marking(text: &str) -> Result<Marking, String> {
    Marking::parse(text)
}

pub(crate) fn same(session: &Session, args: &SameArgs) -> Ended {
    on_pair(session, &args.pair, &args.because, Decision::Same)
}

pub(crate) fn not_same(session: &Session, args: &NotSameArgs) -> Ended {
    on_pair(session, &args.pair, &args.because, Decision::NotSame)
}

pub(crate) fn undecided(session: &Session, args: &UndecidedArgs) -> Ended {
    on_pair(session, &args.pair, &args.because, Decision::Undecided)
}

fn on_pair(
    session: &Session,
    pair: &Pair,
    because: &Because,
    decision: fn(IdentityId, IdentityId) -> Decision,
) -> Ended {
    let database = session.write()?;
    let reading = session.read_of(&database)?;
    let country = &session.common.country;
    let (_, a) = reading.identity(&pair.a, country)?;
    let (_, b) = reading.identity(&pair.b, country)?;
    judge(session, &database, decision(a, b), because)
}

pub(crate) fn undo(session: &Session, args: &UndoArgs) -> Ended {
    let database = session.write()?;
    judge(session, &database, Decision::Undo(JudgementId(args.judgement)), &args.because)
}

pub(crate) fn note(session: &Session, args: &NoteArgs) -> Ended {
    let database = session.write()?;
    let reading = session.read_of(&database)?;
    let (_, identity) = reading.identity(&args.entity, &session.common.country)?;
    judge(session, &database, Decision::Note(identity), &args.because)
}

pub(crate) fn remark(session: &Session, args: &RemarkArgs) -> Ended {
    let database = session.write()?;
    let reading = session.read_of(&database)?;
    let what = remarked(session, &reading, &args.what)?;
    judge(session, &database, Decision::Remark(what, args.add.clone()), &args.because)
}

/// What is to be marked.
fn remarked(session: &Session, reading: &Reading, what: &str) -> Result<Remarked, Failure> {
    if let Ok(delivery) = what.parse() {
        return Ok(Remarked::Delivery(DeliveryId(delivery)));
    }
    let view = &reading.view;
    let mut claims: Vec<AssertionId> = if let Ok(id) = what.parse::<LinkId>() {
        match reading.sources.link_of(view, id).map_err(jaal_engine::EngineError::from)? {
            Some(link) => view.link_claims(link),
            None => {
                return Err(Failure::NotFound {
                    message: format!("no link has the id {what}"),
                    hint: "`jaal why` and `jaal path --why` show the ids of links".to_owned(),
                });
            }
        }
    } else {
        let node = session.resolve(reading, what)?;
        [view.node_claims(node), view.join_claims(node)].concat()
    };
    claims.sort_unstable();
    claims.dedup();
    Ok(Remarked::Claims(claims))
}

fn judge(session: &Session, database: &Writing, decision: Decision, because: &Because) -> Ended {
    let Because { reason, marking, output } = because;
    let judged = database.judge(decision, reason, marking, &session.actor(), &mut session.progress())?;
    database.settle(session)?;
    output::print(&JudgedPage { judged }, output.format)?;
    Ok(Outcome::Done)
}

/// What a judgement came to, for printing.
#[derive(serde::Serialize)]
#[serde(transparent)]
struct JudgedPage {
    judged: Judged,
}

impl Present for JudgedPage {
    fn page(&self, page: &mut Page<'_>) -> io::Result<()> {
        let Judged { judgement, commit, entities, links, conflicts } = &self.judged;
        page.line(format_args!("judgement {judgement} (commit {}) is recorded", commit.id))?;
        let change = |what: &str, [before, after]: [u64; 2]| {
            if before == after {
                format!("{after} {what}")
            } else {
                format!("{after} {what} (before: {before})")
            }
        };
        page.line(format_args!(
            "the graph has {} and {}",
            change("entities", *entities),
            change("links", *links)
        ))?;
        for conflict in conflicts {
            page.line(format_args!("skipped: {conflict}"))?;
        }
        page.line(format_args!("`jaal undo {judgement} --reason ...` takes it back"))
    }

    fn grid(&self) -> Grid {
        let names = ["judgement", "commit", "entities", "links"];
        let mut grid = Grid::new(&names.map(Column::number));
        let Judged { judgement, commit, entities, links, .. } = &self.judged;
        grid.row([judgement.0.into(), commit.id.0.into(), entities[1].into(), links[1].into()]);
        grid
    }
}
