//! `jaal load`: deliveries come in, with counts that add up and a reason for every row that did not.

use super::Ended;
use crate::cli::Output;
use crate::failure::{Failure, Outcome};
use crate::output::number::counted;
use crate::output::words::{clean, cut};
use crate::output::{Cell, Column, Grid, Page, Present, json_lines, print, with_stdout};
use crate::session::{MadeFolder, Session, Writing};
use clap::{ArgGroup, Args};
use jaal_engine::ingest::{check_received, sniff};
use jaal_engine::model::{Counts, Handover, Reject};
use jaal_engine::{
    CaseManifest, Database, DeliveryReport, EngineError, LoadOptions, LoadReport, LoadRequest,
};
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Take deliveries in: files with an import specification, a whole case, or a folder of Neo4j CSV files
///
/// Every row is counted: read = accepted + duplicate + skipped + rejected. A rejected row stops nothing; it is written
/// to the rejects folder with its reason. The same delivery again is a duplicate and changes nothing. The store is
/// made when there is none, and not left behind when nothing could be loaded. What is wrong with the specification or
/// the command line ends with status 2, what is wrong with a file or its header with status 1.
#[derive(Args, Debug)]
#[command(
    group(ArgGroup::new("what").required(true).args(["spec", "case", "neo4j_csv", "sniff"])),
    after_help = "Examples:\n  jaal load --spec calls.toml calls_2025-09.csv calls_2025-10.csv\n  jaal load --spec arrests.toml arrests.xlsx.csv --letter CCA/2025/118 --received 2025-11-02\n  jaal load --case samples/crackdown\n  jaal load --neo4j-csv export/ --agency \"Analysis unit\"\n  jaal load --spec calls.toml calls.csv --dry-run\n  jaal load --sniff calls.xlsx > calls.toml"
)]
pub(crate) struct LoadArgs {
    /// The import specification of the files.
    #[arg(long, value_name = "SPEC", requires = "files")]
    spec: Option<PathBuf>,
    /// The files of the delivery.
    #[arg(value_name = "FILE", conflicts_with_all = ["case", "neo4j_csv"])]
    files: Vec<PathBuf>,
    /// A case manifest, or the folder with its `case.toml`: all its deliveries.
    #[arg(long, value_name = "PATH", conflicts_with_all = ["agency", "letter", "received", "case_no"])]
    case: Option<PathBuf>,
    /// A folder of CSV files with the headers of `neo4j-admin database import`.
    #[arg(long, value_name = "FOLDER")]
    neo4j_csv: Option<PathBuf>,
    /// Print a first specification for a file, made from its header and values, with what it is unsure of; load
    /// nothing.
    #[arg(long, value_name = "FILE", conflicts_with = "files")]
    sniff: Option<PathBuf>,
    /// Read and count everything, keep nothing.
    #[arg(long)]
    dry_run: bool,
    /// The folder for rejected rows [default: the store's path with -rejects; none in a dry run].
    #[arg(long, value_name = "FOLDER")]
    rejects: Option<PathBuf>,
    /// The agency that hands over.
    #[arg(long, value_name = "NAME")]
    agency: Option<String>,
    /// Its letter or memo number.
    #[arg(long, value_name = "NUMBER")]
    letter: Option<String>,
    /// When it was received: a day such as 2025-11-02, with a time (2025-11-02T09:30) or without.
    #[arg(long, value_name = "DATE", value_parser = received)]
    received: Option<String>,
    /// The case (FIR, inquiry) it is handed over for.
    #[arg(long, value_name = "NUMBER")]
    case_no: Option<String>,
    #[command(flatten)]
    output: Output,
}

pub(crate) fn run(session: &Session, args: &LoadArgs) -> Ended {
    let country = session.country();
    if let Some(file) = &args.sniff {
        let draft = sniff(file, country).map_err(EngineError::from)?;
        with_stdout(|out| out.write_all(draft.as_bytes()))?;
        return Ok(Outcome::Done);
    }
    let requests: Vec<LoadRequest> =
        requests(session, args)?.into_iter().map(|request| request.in_country(country)).collect();
    requests.iter().try_for_each(LoadRequest::check_files)?;
    let options = LoadOptions {
        dry_run: args.dry_run,
        rejects: args
            .rejects
            .clone()
            .or_else(|| (!args.dry_run).then(|| rejects_beside(session.folder())))
            .map(|folder| session.at(&folder)),
        purpose: None,
    };
    let folder = session.at(session.folder());
    let made = MadeFolder::watch(&folder);
    let (database, aside) = database(session, args.dry_run)?;
    let loaded = database.load(requests, &options, &session.actor(), &mut session.progress());
    if loaded.is_ok() && !args.dry_run {
        // Where this fails the next who asks does it, and is told.
        database.settle(session).ok();
    }
    drop((database, aside));
    if loaded.as_ref().is_err_and(is_before_commit) {
        made.remove();
    }
    let mut report = loaded?;
    for file in report.deliveries.iter_mut().filter_map(|delivery| delivery.rejects_file.as_mut()) {
        *file = session.shown(file);
    }
    print(&report, args.output.format)?;
    Ok(Outcome::Done)
}

/// Whether a load that failed so has kept nothing.
fn is_before_commit(error: &EngineError) -> bool {
    !matches!(
        error,
        EngineError::NotDerived { .. } | EngineError::NoRejectsFile { .. } | EngineError::Ledger(_)
    )
}

fn received(text: &str) -> Result<String, String> {
    check_received(text).map(|()| text.to_owned()).map_err(|error| error.to_string())
}

/// The store to load into; a dry run before there is one gets an empty one that is thrown away.
fn database(session: &Session, dry_run: bool) -> Result<(Writing, Option<tempfile::TempDir>), Failure> {
    let folder = session.at(session.folder());
    if dry_run && !folder.exists() {
        let aside = tempfile::tempdir().map_err(Failure::io("make a folder in", &std::env::temp_dir()))?;
        let database = Database::create(&aside.path().join("dry-run.jaal"), &session.actor())?;
        return Ok((Writing::alone(database), Some(aside)));
    }
    if !folder.exists() {
        session.note(format_args!("making a new store at {}", folder.display()));
    }
    Ok((session.write_or_create()?, None))
}

fn requests(session: &Session, args: &LoadArgs) -> Result<Vec<LoadRequest>, Failure> {
    let handover = Handover {
        agency: args.agency.clone().unwrap_or_default(),
        letter: args.letter.clone(),
        received: args.received.clone(),
        case: args.case_no.clone(),
    };
    let at = |path: &Option<PathBuf>| path.as_deref().map(|path| session.at(path));
    let files: Vec<PathBuf> = args.files.iter().map(|file| session.at(file)).collect();
    match (at(&args.spec), at(&args.case), at(&args.neo4j_csv)) {
        (Some(spec), _, _) => Ok(vec![LoadRequest::spec(&spec, &files, handover)?]),
        (_, Some(case), _) => Ok(CaseManifest::open(&case)?.requests()?),
        (_, _, Some(folder)) => Ok(vec![LoadRequest::neo4j_csv(&folder, handover)]),
        _ => Err(Failure::usage("nothing to load", "give --spec with files, --case, or --neo4j-csv")),
    }
}

/// `case.jaal-rejects` beside `case.jaal`.
fn rejects_beside(store: &Path) -> PathBuf {
    let mut name = store.as_os_str().to_owned();
    name.push("-rejects");
    PathBuf::from(name)
}

impl Present for LoadReport {
    fn page(&self, page: &mut Page<'_>) -> io::Result<()> {
        let title = if self.dry_run { "Dry run: nothing was kept" } else { "Loaded" };
        page.title(title, counted(self.deliveries.len() as u64, "delivery"))?;
        page.table(&table(self), 2)?;
        for delivery in &self.deliveries {
            let name = clean(&delivery.files.join(", "));
            if delivery.balance_breaks > 0 {
                page.faint(format_args!(
                    "  {name}: the balance of {} does not follow from the row before",
                    counted(delivery.balance_breaks, "row")
                ))?;
            }
            if let Some(held) = delivery.duplicate_of {
                page.faint(format_args!("  {name} is held already as delivery {held}"))?;
            } else if let (true, Some(id)) = (delivery.withdrawn, delivery.id) {
                page.faint(format_args!(
                    "  {name} was held before and withdrawn; taken in again as delivery {id}"
                ))?;
            }
        }
        if self.conflicts > 0 {
            let skipped = counted(self.conflicts, "merge");
            page.faint(format_args!("  {skipped} of identities skipped, because something forbids it:"))?;
            for note in &self.conflict_notes {
                page.faint(format_args!("    {}", clean(note)))?;
            }
        }
        rejects_page(page, self, 5)?;
        page.gap()?;
        match &self.commit {
            Some(commit) => page.line(format_args!(
                "Commit {}: {}, {} in the graph",
                commit.id,
                counted(self.entities, "entity"),
                counted(self.links, "link")
            )),
            None => page.line(format_args!(
                "No commit; {}, {} in the graph",
                counted(self.entities, "entity"),
                counted(self.links, "link")
            )),
        }
    }

    fn grid(&self) -> Grid {
        grid(self)
    }

    fn ndjson(&self, out: &mut dyn Write) -> io::Result<()> {
        json_lines(out, &self.deliveries)
    }
}

/// The deliveries with their counts.
fn grid(report: &LoadReport) -> Grid {
    let mut grid = Grid::new(&[
        Column::number("delivery"),
        Column::text("agency"),
        Column::text("files"),
        Column::number("read"),
        Column::number("accepted"),
        Column::number("duplicate"),
        Column::number("skipped"),
        Column::number("rejected"),
    ]);
    for delivery in &report.deliveries {
        let id = delivery.id.or(delivery.duplicate_of).map_or(Cell::Empty, |id| id.0.into());
        let mut row = vec![id, delivery.agency.as_str().into(), names(delivery).into()];
        row.extend(figures(delivery.counts));
        grid.row(row);
    }
    grid
}

/// The deliveries with their counts and, where there are several, the sums.
pub(crate) fn table(report: &LoadReport) -> Grid {
    let mut grid = grid(report);
    if report.deliveries.len() > 1 {
        let mut row = vec![Cell::Empty, "all".into(), Cell::Empty];
        row.extend(figures(report.counts));
        grid.row(row);
    }
    grid
}

/// The first rejected rows of each delivery, with reasons, and where the rest is.
pub(crate) fn rejects_page(page: &mut Page<'_>, report: &LoadReport, each: usize) -> io::Result<()> {
    // Of a delivery that was held already the counts are told again, and the rejects are where they were.
    let mut fresh = report.deliveries.iter().filter(|delivery| !delivery.rejects.is_empty()).peekable();
    if fresh.peek().is_none() {
        return Ok(());
    }
    let count = fresh.map(|delivery| delivery.counts.rejected).sum();
    let written = report.deliveries.iter().any(|delivery| delivery.rejects_file.is_some());
    page.gap()?;
    page.title(
        format_args!("{} rejected", counted(count, "row")),
        if written { "each stands in a rejects file with its reason" } else { "" },
    )?;
    let mut grid = Grid::new(&[
        Column::text("file"),
        Column::number("line"),
        Column::text("column"),
        Column::long("reason"),
    ]);
    for reject in report.deliveries.iter().flat_map(|delivery| delivery.rejects.iter().take(each)) {
        grid.row(reject_cells(reject));
    }
    page.table(&grid, 2)?;
    let files = report.deliveries.iter().filter_map(|delivery| delivery.rejects_file.as_deref());
    let folders: BTreeSet<&Path> = files.filter_map(Path::parent).collect();
    folders.into_iter().try_for_each(|folder| page.faint(format_args!("  in {}", folder.display())))
}

fn reject_cells(reject: &Reject) -> [Cell; 4] {
    [
        reject.file.as_str().into(),
        reject.line.to_string().into(),
        Cell::maybe(reject.column.as_deref()),
        cut(&reject.reason, 200).into(),
    ]
}

/// The files' names; of many the first and how many more.
fn names(delivery: &DeliveryReport) -> String {
    match delivery.files.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [one, two] => format!("{one}, {two}"),
        [one, rest @ ..] => format!("{one} and {} more", rest.len()),
    }
}

fn figures(counts: Counts) -> [Cell; 5] {
    [counts.read, counts.accepted, counts.duplicate, counts.skipped, counts.rejected].map(Cell::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejects_stand_beside_the_store() {
        assert_eq!(rejects_beside(Path::new("/a/case.jaal")), Path::new("/a/case.jaal-rejects"));
    }
}
