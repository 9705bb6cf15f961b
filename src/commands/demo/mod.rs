//! `jaal demo`: the whole story on the synthetic sample case, from deliveries to pictures.
//!
//! Nothing in it is prepared: every name, number and path that it prints comes out of the deliveries by the same
//! questions that the other commands ask.

mod arrests;
mod connection;
mod figures;
mod groups;
mod intake;
mod next;
mod picture;

use super::Ended;
use super::networks::Grouping;
use crate::failure::{Failure, Outcome};
use crate::output::{Page, with_stdout};
use crate::session::Session;
use clap::Args;
use jaal_engine::{Budget, CaseManifest, Database};
use std::io;
use std::path::{Path, PathBuf};

/// Tell the whole story on a synthetic case: deliveries in, figures, networks, connections, new arrests, pictures
///
/// Everything in the case is made up: no real person, number or company. The store is temporary unless --keep is given.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  jaal demo\n  jaal demo --keep demo.jaal --out pictures\n  jaal show --db demo.jaal Person:39901-4691388-2"
)]
pub(crate) struct DemoArgs {
    /// Keep the store in this folder, which must not exist yet.
    #[arg(long, value_name = "FOLDER")]
    keep: Option<PathBuf>,
    /// The folder for the pictures.
    #[arg(long, value_name = "FOLDER", default_value = "jaal-demo")]
    out: PathBuf,
    /// The folder of the sample case [default: samples/crackdown here, else where the program was built].
    #[arg(long, value_name = "FOLDER")]
    samples: Option<PathBuf>,
}

pub(crate) fn run(session: &Session, args: &DemoArgs) -> Ended {
    let manifest = CaseManifest::open(&samples(args.samples.as_deref())?)?;
    let aside = tempfile::tempdir().map_err(Failure::io("make a folder in", &std::env::temp_dir()))?;
    let folder = args.keep.clone().unwrap_or_else(|| aside.path().join("demo.jaal"));
    let database = Database::create(&folder, &session.actor())?;

    say(|page| {
        page.title(format_args!("Jaal demonstration: {}", manifest.title), "")?;
        if manifest.synthetic {
            page.faint("Everything in this case is made up: no real person, number or company.")?;
        }
        chapter(
            page,
            1,
            "What came in",
            "every row of every file is accounted for: read = accepted + duplicate + skipped + rejected",
        )
    })?;
    intake::run(session, &database, &manifest)?;

    let reading = database.read()?;
    let figures = figures::count(&reading)?;
    let grouped = Grouping::default().group(&reading, &Budget::default())?;
    say(|page| {
        chapter(page, 2, "The figures", figures::WORDS)?;
        figures::page(page, &figures)?;
        chapter(
            page,
            3,
            "Networks",
            "people tied by the numbers, handsets, accounts, premises and cases they share",
        )?;
        groups::page(page, &grouped)?;
        chapter(page, 4, "A connection between two networks", "each link with the row it stands on")
    })?;
    let connection = connection::find(&reading, &grouped)?;
    say(|page| connection::page(page, connection.as_ref()))?;

    say(|page| {
        chapter(page, 5, "New arrests", "made after the campaign: whom they are nearest to, and by what")
    })?;
    let after = arrests::run(session, &database, &manifest, &reading, &grouped)?;

    say(|page| chapter(page, 6, "Pictures", "readable in black and white, with marking, legend and source"))?;
    let pictures = picture::draw_all(&args.out, &reading, &grouped, connection.as_ref(), after.as_ref())?;
    say(|page| {
        for (path, what) in &pictures {
            page.line(format_args!("  {}", path.display()))?;
            page.faint(format_args!("      {what}"))?;
        }
        chapter(page, 7, "What to try next", "")?;
        next::page(page, args.keep.as_deref(), connection.as_ref())
    })?;
    Ok(Outcome::Done)
}

/// The heading of a part of the story.
fn chapter(page: &mut Page<'_>, number: u32, title: &str, beside: &str) -> io::Result<()> {
    page.gap()?;
    page.title(format_args!("{number}. {title}"), beside)
}

/// Writes a part of the story, so that it is read while the next is computed.
fn say(write: impl FnOnce(&mut Page<'_>) -> io::Result<()>) -> Result<(), Failure> {
    with_stdout(|out| write(&mut Page::on(out)))
}

/// The folder of the sample case.
fn samples(given: Option<&Path>) -> Result<PathBuf, Failure> {
    if let Some(folder) = given {
        return Ok(folder.to_owned());
    }
    let places = [Path::new(".").to_owned(), PathBuf::from(env!("CARGO_MANIFEST_DIR"))];
    places
        .into_iter()
        .map(|place| place.join("samples").join("crackdown"))
        .find(|folder| folder.join("case.toml").is_file())
        .ok_or_else(|| {
            Failure::usage(
                "the sample case is not here: no samples/crackdown/case.toml",
                "run it in the project's folder, or give --samples FOLDER",
            )
        })
}
