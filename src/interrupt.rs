//! Ctrl-C: the first asks the command to stop in order, the second ends the process.

use crate::console;
use std::sync::{Mutex, PoisonError};

/// The status of a command that Ctrl-C stopped: 128 and the number of the signal, as shells have it.
pub(crate) const STATUS: u8 = 130;

type Then = Box<dyn FnMut() + Send>;

/// What else is done at the first Ctrl-C.
static THEN: Mutex<Option<Then>> = Mutex::new(None);

/// Listens to Ctrl-C from now on. Where the system does not let it, Ctrl-C ends the process as it does any other.
pub(crate) fn listen() {
    let mut was_asked = false;
    let _ = jaal_server::on_interrupt(move || {
        if std::mem::replace(&mut was_asked, true) {
            end();
        }
        console::cancel().cancel();
        let mut then = THEN.lock().unwrap_or_else(PoisonError::into_inner);
        then.iter_mut().for_each(|then| then());
    });
}

/// Has something else done at the first Ctrl-C too.
pub(crate) fn then(act: impl FnMut() + Send + 'static) {
    *THEN.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(act));
}

#[expect(
    clippy::exit,
    reason = "the command was asked to stop and has not, so that nothing can return from it"
)]
fn end() {
    std::process::exit(STATUS.into());
}
