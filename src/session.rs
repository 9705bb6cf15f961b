//! What every command works with: the store named on the command line, who acts, and when.

use crate::cli::{Common, Limits, LinkFilter};
use crate::failure::Failure;
use crate::progress::Progress;
use jaal_engine::analysis::address;
use jaal_engine::model::identifier::Country;
use jaal_engine::model::{Clearance, CommitId, NodeIdx};
use jaal_engine::{Actor, Budget, Database, Lens, Reading};
use std::fmt::Display;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

/// One run of the program.
pub(crate) struct Session {
    /// The options of all commands.
    pub(crate) common: Common,
}

impl Session {
    /// The store's folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.common.db
    }

    /// Who acts now.
    pub(crate) fn actor(&self) -> Actor {
        let named = self.common.actor.clone();
        let name = named
            .or_else(|| ["USER", "LOGNAME"].iter().find_map(|name| std::env::var(name).ok()))
            .filter(|name| !name.trim().is_empty())
            .unwrap_or_else(|| "unknown".to_owned());
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Actor { name, now: now.as_secs() as i64 }
    }

    /// The country of numbers that are written without one.
    pub(crate) fn country(&self) -> Country {
        Country::new(&self.common.country).unwrap_or_default()
    }

    /// A progress bar on standard error.
    pub(crate) fn progress(&self) -> Progress {
        Progress::new(self.common.quiet)
    }

    /// Opens the store to read it.
    pub(crate) fn open(&self) -> Result<Database, Failure> {
        Ok(Database::open_read_only(self.folder())?)
    }

    /// Opens the store to write to it.
    pub(crate) fn write(&self) -> Result<Database, Failure> {
        Ok(Database::open(self.folder())?)
    }

    /// What questions read.
    pub(crate) fn read(&self) -> Result<Reading, Failure> {
        self.read_of(&self.open()?)
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
            let _ = writeln!(anstream::stderr(), "{text}");
        }
    }
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
            ..Budget::default()
        }
    }
}
