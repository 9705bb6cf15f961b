//! New segments in the background: while commits go on and readers read, an image is derived, that of everything anew or
//! that of a lens for the first time, and what was committed meanwhile is brought up on it.

use crate::{Database, EngineError};
use jaal_graph::{Admission, Lens, derive_admitted};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// How often the thread that makes new segments looks.
const LOOK: Duration = Duration::from_millis(500);
/// After so long without a commit a segment is derived whatever little has changed.
const IDLE: Duration = Duration::from_secs(30);

impl Database {
    /// Derives a new segment, letting commits and readers go on, and makes it live. Does nothing where nothing has
    /// changed since the last.
    ///
    /// # Errors
    /// As [`Database::read`].
    ///
    /// # Complexity
    /// That of a derivation, without holding anybody up; commits wait only while what came meanwhile is brought up.
    pub fn renew(&self) -> Result<(), EngineError> {
        if self.read()?.view.changed_claims() == 0 {
            return Ok(());
        }
        self.derive_beside(&Lens::everything(), &mut |_, _| ())
    }

    /// Makes the image of a lens, letting commits and readers go on, so that [`Database::read_at_hand`] has it.
    /// `progress` hears of the blocks of claims read so far and of all. Where too much was committed meanwhile it is to
    /// be asked again.
    ///
    /// # Errors
    /// As [`Database::read`].
    ///
    /// # Complexity
    /// As [`Database::renew`]; nothing where the image is at hand.
    pub fn prepare(&self, lens: &Lens, progress: &mut dyn FnMut(u64, u64)) -> Result<(), EngineError> {
        if self.read_at_hand(lens)?.is_some() {
            return Ok(());
        }
        self.derive_beside(lens, progress)
    }

    fn derive_beside(&self, lens: &Lens, progress: &mut dyn FnMut(u64, u64)) -> Result<(), EngineError> {
        let snapshot = self.ledger().snapshot()?;
        let admission = Admission::of(&snapshot, lens)?;
        self.images().prepare_folder()?;
        let path = self.images().path_of(&admission);
        derive_admitted(&snapshot, &admission, &path, progress)?;
        let mut making = self.images().make();
        making.take_over(&admission, &path, &self.ledger().snapshot()?)
    }

    /// Starts a thread that derives a new segment when much has changed since the last or nothing has been committed
    /// for a while, unless there is one. It ends when there is nothing more to do, or with the database.
    pub fn renew_in_background(self: &Arc<Self>) {
        if self.renewing().swap(true, Ordering::AcqRel) {
            return;
        }
        let database = Arc::downgrade(self);
        // Where no thread can be had the next commit asks again.
        let started = std::thread::Builder::new().name("renew".to_owned()).spawn(move || {
            let (mut seen, mut idle) = (None, Duration::ZERO);
            loop {
                std::thread::sleep(LOOK);
                let Some(database) = database.upgrade() else { return };
                let Ok(reading) = database.read() else { break };
                let view = reading.view;
                idle = if seen == Some(view.commit()) { idle + LOOK } else { Duration::ZERO };
                seen = Some(view.commit());
                let is_due = view.changed_claims() > crate::images::limit(&view) || idle >= IDLE;
                // What fails here is told by the next commit or question, which does the same.
                if view.changed_claims() == 0 || is_due && database.renew().is_err() {
                    break;
                }
            }
            if let Some(database) = database.upgrade() {
                database.renewing().store(false, Ordering::Release);
            }
        });
        if started.is_err() {
            self.renewing().store(false, Ordering::Release);
        }
    }
}
