//! Whose turn it is to write: commands of a service that write take their turns in the order in which they came.

use jaal_engine::{CancelToken, Holder};
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How often one who waits looks whether it is still waited for.
const LOOK: Duration = Duration::from_millis(50);

/// The queue; the first in it writes.
#[derive(Default)]
pub(crate) struct Turns {
    queue: Mutex<Queue>,
    moved: Condvar,
}

#[derive(Default)]
struct Queue {
    next: u64,
    waiting: VecDeque<(u64, Holder)>,
}

/// The right to write, until it is dropped.
pub(crate) struct Turn {
    turns: Arc<Turns>,
    number: u64,
}

impl Turns {
    /// Waits for a turn. Whoever has it meanwhile is told to `waiting`, each once. `None` when the token is pulled.
    pub(crate) fn take(
        self: &Arc<Self>,
        who: Holder,
        cancel: &CancelToken,
        waiting: &mut dyn FnMut(&Holder),
    ) -> Option<Turn> {
        let mut queue = self.lock();
        let number = queue.next;
        queue.next += 1;
        queue.waiting.push_back((number, who));
        // From here on the place is given up whatever happens.
        let turn = Turn { turns: Arc::clone(self), number };
        let mut told = None;
        while let Some((first, holder)) = queue.waiting.front().filter(|(first, _)| *first != number) {
            if told != Some(*first) {
                told = Some(*first);
                let holder = holder.clone();
                // Whoever is told may read slowly.
                drop(queue);
                waiting(&holder);
                queue = self.lock();
                continue;
            }
            queue = self.moved.wait_timeout(queue, LOOK).unwrap_or_else(PoisonError::into_inner).0;
            if cancel.is_cancelled() {
                drop(queue);
                return None;
            }
        }
        drop(queue);
        Some(turn)
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.turns.lock().waiting.retain(|(number, _)| *number != self.number);
        self.turns.moved.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    fn who(pid: u32) -> Holder {
        Holder { pid, actor: String::new(), command: String::new(), host: String::new(), since: 0 }
    }

    #[test]
    fn turns_come_in_order_and_one_at_a_time() {
        let turns = Arc::new(Turns::default());
        let first = turns.take(who(0), &CancelToken::new(), &mut |_| panic!("nobody is before it")).unwrap();
        let (tell, told) = mpsc::channel();
        let (done, order) = mpsc::channel();
        let threads: Vec<_> = (1..=5)
            .map(|pid| {
                let (turns, tell, done) = (Arc::clone(&turns), tell.clone(), done.clone());
                let thread = std::thread::spawn(move || {
                    let mut began = false;
                    let mut waiting = |holder: &Holder| {
                        if !std::mem::replace(&mut began, true) {
                            tell.send(holder.pid).unwrap();
                        }
                    };
                    let turn = turns.take(who(pid), &CancelToken::new(), &mut waiting).unwrap();
                    done.send(pid).unwrap();
                    drop(turn);
                });
                // The next comes when this one waits.
                assert_eq!(told.recv().unwrap(), 0, "all wait for the first");
                thread
            })
            .collect();
        assert!(order.try_recv().is_err());
        drop(first);
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(order.try_iter().collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    }

    #[test]
    fn who_gives_up_waiting_holds_up_nobody() {
        let turns = Arc::new(Turns::default());
        let first = turns.take(who(0), &CancelToken::new(), &mut |_| {}).unwrap();
        let pulled = CancelToken::new();
        pulled.cancel();
        assert!(turns.take(who(1), &pulled, &mut |_| {}).is_none());
        drop(first);
        assert!(turns.take(who(2), &pulled, &mut |_| panic!("nobody is before it")).is_some());
    }
}
