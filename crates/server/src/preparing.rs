//! Images that are made while those who asked for them are told to come back.
//!
//! One image is made at a time, on a thread of its own, and no question's slot is held meanwhile: a client that asks
//! through one lens after the other waits for itself, and questions through lenses whose images are there go on. What
//! was begun is finished although nobody may come back, so that a later request finds it.

use crate::problem::Problem;
use jaal_engine::model::ErrorKind;
use jaal_engine::{Database, Lens, Reading};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The images that are asked for.
pub(crate) struct Preparing {
    database: Arc<Database>,
    /// How long a question waits for its image.
    wait: Duration,
    state: Mutex<State>,
    ended: Condvar,
}

#[derive(Default)]
struct State {
    making: Option<Making>,
    /// Why the image that was tried last cannot be made, until it is told to one who asks for it.
    failed: Option<(Lens, Problem)>,
}

/// The image that is being made.
struct Making {
    lens: Lens,
    /// Hundredths of the claims that are read.
    percent: u64,
}

impl Preparing {
    /// Nothing is asked for yet.
    pub(crate) fn new(database: Arc<Database>, wait: Duration) -> Self {
        Self { database, wait, state: Mutex::default(), ended: Condvar::new() }
    }

    /// What questions read through a lens.
    ///
    /// # Errors
    /// 503 when the image is not there within a short wait; it is then being made, or will be once another is.
    pub(crate) fn reading(self: &Arc<Self>, lens: &Lens) -> Result<Reading, Problem> {
        // A wait beyond what the clock can say has no end.
        let until = Instant::now().checked_add(self.wait);
        self.wait_while(until, |making| making.lens == *lens)?;
        loop {
            if let Some(reading) = self.database.read_at_hand(lens)? {
                return Ok(reading);
            }
            if let Some((_, problem)) = self.lock().failed.take_if(|(failed, _)| failed == lens) {
                return Err(problem);
            }
            self.begin(lens)?;
            // Where another image is being made, this one is begun after it.
            self.wait_while(until, |_| true)?;
        }
    }

    /// How far the image is that is being made, in hundredths of the claims to be read.
    pub(crate) fn percent(&self) -> Option<u64> {
        self.lock().making.as_ref().map(|making| making.percent)
    }

    /// Waits while an image is being made that `is_awaited`.
    fn wait_while(
        &self,
        until: Option<Instant>,
        is_awaited: impl Fn(&Making) -> bool,
    ) -> Result<(), Problem> {
        let mut state = self.lock();
        while let Some(making) = state.making.as_ref().filter(|making| is_awaited(making)) {
            let left = until.map_or(self.wait, |until| until.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                let detail = format!(
                    "the graph of a lens is being made, {} % of the claims are read: come back for the answer",
                    making.percent
                );
                return Err(Problem::preparing(detail));
            }
            state = self.ended.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        Ok(())
    }

    /// Starts a thread that makes an image, unless one is being made.
    fn begin(self: &Arc<Self>, lens: &Lens) -> Result<(), Problem> {
        let mut state = self.lock();
        if state.making.is_some() {
            return Ok(());
        }
        let (preparing, lens) = (Arc::clone(self), lens.clone());
        let making = Making { lens: lens.clone(), percent: 0 };
        let work = move || {
            let ends = Ends(&preparing);
            let mut progress = |done: u64, all: u64| {
                if let Some(making) = &mut ends.0.lock().making {
                    making.percent = done.saturating_mul(100) / all.max(1);
                }
            };
            if let Err(error) = ends.0.database.prepare(&lens, &mut progress) {
                ends.0.lock().failed = Some((lens, error.into()));
            }
        };
        let started = std::thread::Builder::new().name("jaal-prepare".to_owned()).spawn(work);
        started.map_err(|error| Problem::of(ErrorKind::Io, format!("cannot start a thread: {error}")))?;
        state.making = Some(making);
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Says that nothing is being made any more, even where making it panicked.
struct Ends<'a>(&'a Preparing);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.lock().making = None;
        self.0.ended.notify_all();
    }
}
