//! Where graph work runs: threads of the blocking pool, a stated number at once, each question with a deadline and a
//! token that is pulled when nobody waits for the answer any more.
//!
//! The slot belongs to the work, not to the request: work that goes on for a while after its client has left still
//! counts, so that clients who come and go cannot pile it up.

use crate::limits::{GRACE_TIME, QUEUE_TIME};
use crate::problem::Problem;
use jaal_engine::algorithms::paths::Workspace;
use jaal_engine::model::ErrorKind;
use jaal_engine::{Budget, CancelToken};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

/// The slots, and memory for searches that is kept between questions.
pub(crate) struct Pool {
    slots: Arc<Semaphore>,
    max_time: Duration,
    queue_time: Duration,
    spare: Mutex<Vec<Workspace>>,
}

/// Pulls the token when the request's future ends, whether with an answer or because the client left.
struct CancelOnDrop(CancelToken);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

impl Pool {
    /// A pool of so many slots, each question with at most so much time.
    pub(crate) fn new(slots: usize, max_time: Duration) -> Self {
        Self {
            slots: Arc::new(Semaphore::new(slots.clamp(1, Semaphore::MAX_PERMITS))),
            max_time,
            queue_time: QUEUE_TIME,
            spare: Mutex::default(),
        }
    }

    /// Does the work of one question when a slot is free.
    ///
    /// # Errors
    /// What `work` says; 503 when no slot comes free in time or the work does not end in time; 500 when it panics.
    pub(crate) async fn run<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Budget, &mut Workspace) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let slot = self.slot().await?;
        // A deadline beyond what the clock can say is none.
        let deadline = Instant::now().checked_add(self.max_time);
        let budget = Budget { deadline, ..Budget::default() };
        let _cancel = CancelOnDrop(budget.cancel.clone());
        let pool = Arc::clone(self);
        let task = spawn_blocking(move || {
            let _slot = slot;
            let mut workspace = pool.spare().pop().unwrap_or_default();
            let result = work(&budget, &mut workspace);
            pool.spare().push(workspace);
            result
        });
        match timeout(self.max_time.saturating_add(GRACE_TIME), task).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(Problem::of(
                ErrorKind::Internal,
                "the question failed; please report it with its address",
            )),
            Err(_) => Err(self.out_of_time()),
        }
    }

    fn out_of_time(&self) -> Problem {
        let detail = format!("the answer was not ready after {} ms: ask for less", self.max_time.as_millis());
        Problem::of(ErrorKind::LimitExceeded, detail)
    }

    async fn slot(&self) -> Result<OwnedSemaphorePermit, Problem> {
        let waiting = Arc::clone(&self.slots).acquire_owned();
        match timeout(self.queue_time, waiting).await {
            Ok(Ok(slot)) => Ok(slot),
            _ => Err(Problem::busy("all questions that may run at once are running: try again soon")),
        }
    }

    /// At most as many as there are slots: each is taken and given back under one.
    fn spare(&self) -> std::sync::MutexGuard<'_, Vec<Workspace>> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    fn pool(slots: usize, max_time: Duration) -> Arc<Pool> {
        Arc::new(Pool { queue_time: Duration::from_millis(20), ..Pool::new(slots, max_time) })
    }

    /// Works until the token is pulled, then tells.
    fn until_cancelled(
        told: &mpsc::Sender<()>,
    ) -> impl FnOnce(&Budget, &mut Workspace) -> Result<(), Problem> + use<> {
        let told = told.clone();
        move |budget, _| {
            while !budget.cancel.is_cancelled() {
                std::thread::sleep(Duration::from_millis(1));
            }
            told.send(()).unwrap();
            Ok(())
        }
    }

    #[tokio::test]
    async fn a_dropped_request_cancels_its_work_and_frees_its_slot() {
        let pool = pool(1, Duration::from_hours(1));
        let (told, heard) = mpsc::channel();
        let request = pool.run(until_cancelled(&told));
        assert!(
            timeout(Duration::from_millis(50), request).await.is_err(),
            "the work ends only when cancelled"
        );
        spawn_blocking(move || heard.recv_timeout(Duration::from_mins(1))).await.unwrap().unwrap();
        let patient = Arc::new(Pool {
            queue_time: Duration::from_mins(1),
            spare: Mutex::default(),
            slots: Arc::clone(&pool.slots),
            ..Pool::new(1, Duration::from_mins(1))
        });
        assert_eq!(patient.run(|_, _| Ok(7)).await.unwrap(), 7);
    }

    #[tokio::test]
    async fn work_beyond_the_slots_is_turned_away() {
        let pool = pool(1, Duration::from_hours(1));
        let (told, heard) = mpsc::channel();
        let (started, running) = tokio::sync::oneshot::channel();
        let busy = Arc::clone(&pool);
        let work = until_cancelled(&told);
        let first = tokio::spawn(async move {
            busy.run(move |budget, workspace| {
                started.send(()).unwrap();
                work(budget, workspace)
            })
            .await
        });
        running.await.unwrap();
        let refused = pool.run(|_, _| Ok(())).await.unwrap_err();
        assert_eq!(refused.status(), 503);
        assert_eq!(refused, Problem::busy("all questions that may run at once are running: try again soon"));
        first.abort();
        spawn_blocking(move || heard.recv_timeout(Duration::from_mins(1))).await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn work_that_looks_at_nothing_is_answered_without() {
        let pool = pool(1, Duration::ZERO);
        let (told, heard) = mpsc::channel();
        let late = pool.run(until_cancelled(&told)).await.unwrap_err();
        assert_eq!(late, pool.out_of_time());
        spawn_blocking(move || heard.recv_timeout(Duration::from_mins(1))).await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn a_panic_is_a_problem_and_costs_no_slot() {
        let pool = pool(1, Duration::from_mins(1));
        let broken = pool.run::<()>(|_, _| std::panic::resume_unwind(Box::new("broken"))).await;
        assert_eq!(broken.unwrap_err().status(), 500);
        assert_eq!(pool.run(|_, _| Ok(1)).await.unwrap(), 1);
    }
}
