//! Panics of the key-value store on damaged pages, turned into errors.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Runs something that reads pages which may be damaged; `None` when it panicked over them. What it was working on
/// must not be used again.
pub fn guarded<T>(run: impl FnOnce() -> T) -> Option<T> {
    let outer = GUARDED.replace(true);
    let result = catch_unwind(AssertUnwindSafe(run));
    GUARDED.set(outer);
    result.ok()
}

/// Whether a panic on this thread, now, is one that [`guarded`] turns into an error: a panic hook asks, and says
/// nothing then.
pub fn panic_is_guarded() -> bool {
    GUARDED.get()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_nothing_and_the_guard_is_lifted() {
        assert_eq!(guarded(|| 7), Some(7));
        assert!(!panic_is_guarded());
        let inner = guarded(|| {
            assert!(panic_is_guarded());
            std::panic::panic_any("pages contradict one another");
        });
        assert_eq!(inner, None::<()>);
        assert!(!panic_is_guarded());
    }
}
