//! What every command works with: the store named on the command line, who acts, and when.

use crate::cli::{Common, Limits, LinkFilter};
use crate::console;
use crate::failure::Failure;
use crate::progress::Progress;
use crate::served::paths::Paths;
use crate::served::service::Store;
use crate::served::turns::Turn;
use jaal_engine::analysis::address;
use jaal_engine::model::identifier::Country;
use jaal_engine::model::{Clearance, CommitId, NodeIdx};
use jaal_engine::{Actor, Budget, Database, EngineError, Holder, Lens, Reading};
use std::fmt::Display;
use std::io::Write;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

/// One run of a command: in the process that it was typed in, or for a client of the service of the store.
pub(crate) struct Session {
    /// The options of all commands.
    pub(crate) common: Common,
    /// Set in the process that serves the store.
    served: Option<(Store, Paths)>,
}

/// The store, open to be written to, and nobody else does meanwhile.
pub(crate) struct Writing {
    database: Arc<Database>,
    /// Given back when the command has written.
    turn: Option<Turn>,
}

impl Deref for Writing {
    type Target = Database;

    fn deref(&self) -> &Database {
        &self.database
    }
}

impl Writing {
    /// To be called when the command has written: sees to it that the graph is not left too far from its segment. The
    /// service does that while others go on.
    pub(crate) fn settle(&self, session: &Session) -> Result<(), Failure> {
        if self.turn.is_some() {
            self.database.renew_in_background();
            return Ok(());
        }
        Ok(self.database.settle(&mut session.progress())?)
    }

    /// A store that nobody else knows of.
    pub(crate) fn alone(database: Database) -> Self {
        Self { database: Arc::new(database), turn: None }
    }
}

impl Session {
    /// The session of a command that runs where it was typed.
    pub(crate) fn here(common: Common) -> Self {
        Self { common, served: None }
    }

    /// The session of a command that the service runs for a client.
    pub(crate) fn served(common: Common, store: Store, paths: Paths) -> Self {
        Self { common, served: Some((store, paths)) }
    }

    /// The store's folder, as it was given.
    pub(crate) fn folder(&self) -> &Path {
        &self.common.db
    }

    /// The path to open for one that was given on the command line.
    pub(crate) fn at(&self, given: &Path) -> PathBuf {
        self.served.as_ref().map_or_else(|| given.to_owned(), |(_, paths)| paths.here(given))
    }

    /// The program to run for one that was given on the command line: a bare name is looked for in PATH.
    pub(crate) fn at_program(&self, given: &Path) -> PathBuf {
        if given.components().count() > 1 { self.at(given) } else { given.to_owned() }
    }

    /// How to show a path that [`Session::at`] gave or that lies below one.
    pub(crate) fn shown(&self, path: &Path) -> PathBuf {
        self.served.as_ref().map_or_else(|| path.to_owned(), |(_, paths)| paths.path_as_given(path))
    }

    /// A sentence with paths as they were given.
    pub(crate) fn in_words(&self, text: String) -> String {
        match &self.served {
            Some((_, paths)) => paths.text_as_given(text),
            None => text,
        }
    }

    /// Who acts now.
    pub(crate) fn actor(&self) -> Actor {
        Actor { name: name_of_actor(self.common.actor.as_deref()), now: now() }
    }

    /// What others are told of this command while it writes.
    pub(crate) fn holder(&self) -> Holder {
        let Actor { name, now } = self.actor();
        Holder {
            pid: std::process::id(),
            actor: name,
            command: format!("jaal {}", self.common.command),
            host: jaal_engine::host(),
            since: now,
        }
    }

    /// The country of numbers that are written without one.
    pub(crate) fn country(&self) -> Country {
        Country::new(&self.common.country).unwrap_or_default()
    }

    /// A progress bar on standard error.
    pub(crate) fn progress(&self) -> Progress {
        Progress::new(self.common.quiet)
    }

    /// The store, to read it.
    pub(crate) fn open(&self) -> Result<Arc<Database>, Failure> {
        match &self.served {
            Some((store, _)) => Ok(Arc::clone(&store.database)),
            None => Ok(Arc::new(Database::open_read_only(self.folder())?)),
        }
    }

    /// The store, to write to it. Waits until the commands of other clients have written.
    pub(crate) fn write(&self) -> Result<Writing, Failure> {
        match &self.served {
            Some((store, _)) => self.taketurn(store),
            None => Ok(self.announced(Database::open(self.folder())?)),
        }
    }

    /// As [`Session::write`]; makes the store when there is none.
    pub(crate) fn write_or_create(&self) -> Result<Writing, Failure> {
        match &self.served {
            Some((store, _)) => self.taketurn(store),
            None => Ok(self.announced(Database::open_or_create(self.folder(), &self.actor())?)),
        }
    }

    fn announced(&self, database: Database) -> Writing {
        // Without the note a second writer is told less; the lock is the same.
        let _ = database.announce(&self.holder());
        Writing::alone(database)
    }

    fn taketurn(&self, store: &Store) -> Result<Writing, Failure> {
        let mut waiting = |holder: &Holder| self.note(format_args!("waiting for {holder}"));
        let turn = store.turns.take(self.holder(), &console::cancel(), &mut waiting);
        let turn = turn.ok_or(EngineError::Cancelled)?;
        Ok(Writing { database: Arc::clone(&store.database), turn: Some(turn) })
    }

    /// What questions read.
    pub(crate) fn read(&self) -> Result<Reading, Failure> {
        let database = self.open()?;
        self.read_of(&database)
    }

    /// What questions read, with only those links that pass a filter.
    pub(crate) fn read_links(&self, links: LinkFilter) -> Result<Reading, Failure> {
        let Reading { view, sources } = self.read()?;
        Ok(Reading { view: view.filtered(links.filter()), sources })
    }

    /// What questions read of an open store.
    pub(crate) fn read_of(&self, database: &Database) -> Result<Reading, Failure> {
        Ok(database.read_as(&self.lens(), &mut self.progress())?)
    }

    /// Which claims count for whoever asks.
    pub(crate) fn lens(&self) -> Lens {
        let clearance = match &self.common.clearance {
            None => Clearance::everything(),
            Some(held) => Clearance {
                level: held.level,
                compartments: Some(held.compartments.clone()),
                member_of: Some(self.common.member_of.iter().cloned().collect()),
            },
        };
        Lens { clearance, as_known: self.common.as_known.map(CommitId) }
    }

    /// The entity that a text names.
    pub(crate) fn resolve(&self, reading: &Reading, text: &str) -> Result<NodeIdx, Failure> {
        Ok(address::resolve(&reading.view, text, &self.common.country)?)
    }

    /// A line on standard error, unless nobody wants it.
    pub(crate) fn note(&self, text: impl Display) {
        if !self.common.quiet {
            // Nothing can be done about a standard error that takes no more.
            let _ = writeln!(console::stderr(), "{text}");
        }
    }
}

/// Who acts: the name given, else the system's for the user of this process.
pub(crate) fn name_of_actor(given: Option<&str>) -> String {
    let named = given.map(str::to_owned);
    named
        .or_else(|| ["USER", "LOGNAME"].iter().find_map(|name| std::env::var(name).ok()))
        .filter(|name| !name.trim().is_empty())
        .unwrap_or_else(|| "unknown".to_owned())
}

fn now() -> i64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    now.as_secs() as i64
}

/// A folder that may be made while a command runs, and is then taken away again if the command fails.
pub(crate) struct MadeFolder<'a> {
    folder: &'a Path,
    was_there: bool,
}

impl<'a> MadeFolder<'a> {
    /// To be called before it can be made.
    pub(crate) fn watch(folder: &'a Path) -> Self {
        Self { folder, was_there: folder.exists() }
    }

    /// Removes the folder with all that is in it, unless it was there before.
    pub(crate) fn remove(&self) {
        if !self.was_there && self.folder.is_dir() {
            // The first error is the one to tell; what is left is an empty store.
            let _ = std::fs::remove_dir_all(self.folder);
        }
    }
}

impl Limits {
    /// The budget that begins now.
    pub(crate) fn budget(self) -> Budget {
        Budget {
            deadline: self.max_time.and_then(|s| Instant::now().checked_add(Duration::from_secs_f64(s))),
            max_expansions: self.max_expansions,
            cancel: console::cancel(),
        }
    }
}
