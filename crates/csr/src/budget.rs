//! What a long computation may spend, and how it is stopped: a token to cancel it, a deadline, a count of
//! expansions.
//!
//! A caller fills a [`Budget`]; a search opens one [`Meter`] on it and spends what it expands. Cancelling and the
//! deadline are polled every few thousand units, so that a search of a microsecond pays nothing for them.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// Units spent between two looks at the clock. At about 5 ns an expansion this is a look every 20 µs.
const POLL_EVERY: u64 = 4096;

/// A switch shared by a computation and whoever may want it to end.
#[derive(Clone, Default, Debug)]
pub struct CancelToken(Arc<AtomicBool>);

impl CancelToken {
    /// A token nobody has pulled.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks every computation that holds the token to stop. It cannot be taken back.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether the token was pulled.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// What a computation may spend. The default is unlimited.
#[derive(Clone, Default, Debug)]
pub struct Budget {
    /// Ends the computation from outside.
    pub cancel: CancelToken,
    /// The moment after which the computation stops.
    pub deadline: Option<Instant>,
    /// How many expansions (links looked at) are allowed in all.
    pub max_expansions: Option<u64>,
}

impl Budget {
    /// A budget without limits.
    pub fn unlimited() -> Self {
        Self::default()
    }

    /// Opens the account of one computation.
    pub fn meter(&self) -> Meter {
        Meter {
            cancel: self.cancel.clone(),
            deadline: self.deadline,
            max: self.max_expansions.unwrap_or(u64::MAX),
            spent: 0,
            next_poll: 0,
        }
    }
}

/// The account of one computation against its [`Budget`].
#[derive(Clone, Debug)]
pub struct Meter {
    cancel: CancelToken,
    deadline: Option<Instant>,
    max: u64,
    spent: u64,
    next_poll: u64,
}

impl Meter {
    /// Spends `units` expansions.
    ///
    /// # Errors
    /// [`Stopped`] when the count is used up, or when the token was pulled or the deadline has passed; the latter
    /// two are seen at the first call and then every few thousand units.
    #[inline]
    pub fn spend(&mut self, units: u64) -> Result<(), Stopped> {
        self.spent = self.spent.saturating_add(units);
        if self.spent > self.max {
            return Err(self.stopped(StopReason::Expansions));
        }
        if self.spent >= self.next_poll {
            self.next_poll = self.spent.saturating_add(POLL_EVERY);
            return self.poll();
        }
        Ok(())
    }

    /// Looks at the token and the clock now. Takes `&self`, so that the threads of a parallel step can ask too.
    ///
    /// # Errors
    /// [`Stopped`] when the token was pulled or the deadline has passed.
    pub fn poll(&self) -> Result<(), Stopped> {
        if self.cancel.is_cancelled() {
            return Err(self.stopped(StopReason::Cancelled));
        }
        match self.deadline {
            Some(deadline) if Instant::now() >= deadline => Err(self.stopped(StopReason::Time)),
            _ => Ok(()),
        }
    }

    /// The expansions spent so far.
    pub fn spent(&self) -> u64 {
        self.spent
    }

    fn stopped(&self, reason: StopReason) -> Stopped {
        Stopped { reason, spent: self.spent }
    }
}

/// Why a computation stopped before its end.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum StopReason {
    /// The deadline passed.
    Time,
    /// The allowed expansions were used up.
    Expansions,
    /// Somebody cancelled it.
    Cancelled,
}

impl fmt::Display for StopReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Time => "the time allowed is used up",
            Self::Expansions => "the number of expansions allowed is used up",
            Self::Cancelled => "it was cancelled",
        })
    }
}

/// A computation was stopped by its budget.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, thiserror::Error)]
#[error("stopped after {spent} expansions: {reason}")]
pub struct Stopped {
    /// Why.
    pub reason: StopReason,
    /// Expansions spent until then.
    pub spent: u64,
}

/// Somebody who wants to be told how far a computation is.
pub trait Progress: Sync {
    /// A stage begins that has `total` steps, or an unknown number if `None`.
    fn stage(&self, name: &str, total: Option<u64>);

    /// `steps` more steps of the stage are done. May be called from several threads.
    fn advance(&self, steps: u64);
}

/// A listener that does not listen.
#[derive(Clone, Copy, Default, Debug)]
pub struct NoProgress;

impl Progress for NoProgress {
    fn stage(&self, _name: &str, _total: Option<u64>) {}

    fn advance(&self, _steps: u64) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_exact() {
        let budget = Budget { max_expansions: Some(10), ..Budget::default() };
        let mut meter = budget.meter();
        assert_eq!(meter.spend(10), Ok(()));
        let stopped = meter.spend(1).unwrap_err();
        assert_eq!(stopped, Stopped { reason: StopReason::Expansions, spent: 11 });
        assert_eq!(
            stopped.to_string(),
            "stopped after 11 expansions: the number of expansions allowed is used up"
        );
    }

    #[test]
    fn a_passed_deadline_stops_the_first_spend() {
        let budget = Budget { deadline: Some(Instant::now()), ..Budget::default() };
        assert_eq!(budget.meter().spend(1).unwrap_err().reason, StopReason::Time);
    }

    #[test]
    fn cancelling_is_seen_within_one_polling_interval() {
        let budget = Budget::default();
        let mut meter = budget.meter();
        meter.spend(1).unwrap();
        budget.cancel.cancel();
        let spent = (0..=POLL_EVERY).find(|_| meter.spend(1).is_err());
        assert_eq!(spent, Some(POLL_EVERY - 1));
        assert_eq!(meter.poll().unwrap_err().reason, StopReason::Cancelled);
    }

    #[test]
    fn unlimited_spends_without_end() {
        let mut meter = Budget::unlimited().meter();
        meter.spend(u64::MAX).unwrap();
        meter.spend(u64::MAX).unwrap();
        assert_eq!(meter.spent(), u64::MAX);
    }
}
