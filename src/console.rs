//! Where the words of a command go and what it hears: the process's own standard streams, or those of a client whose
//! command this process runs ([`crate::served`]).
//!
//! A command never names a standard stream. It writes through [`crate::output`] and [`crate::session::Session`], which
//! ask here. What is "here" belongs to the thread that runs the command, and is the process itself unless
//! [`for_caller`] says otherwise; threads that a command starts for parallel work print nothing.

use jaal_engine::CancelToken;
use jaal_server::{Call, Caller};
use std::cell::RefCell;
use std::io::{self, IsTerminal, Read, Write};
use std::sync::{Arc, LazyLock};

/// A client whose command this thread runs.
#[derive(Clone)]
struct Far {
    caller: Arc<Caller>,
    columns: Option<u16>,
    is_terminal: bool,
}

thread_local! {
    static FAR: RefCell<Option<Far>> = const { RefCell::new(None) };
}

/// Pulled at Ctrl-C.
static INTERRUPTED: LazyLock<CancelToken> = LazyLock::new(CancelToken::new);

/// Runs something whose words are a client's.
pub(crate) fn for_caller<T>(caller: &Arc<Caller>, call: &Call, run: impl FnOnce() -> T) -> T {
    /// Gives the thread back to the process, whatever happens.
    struct Back;
    impl Drop for Back {
        fn drop(&mut self) {
            FAR.set(None);
        }
    }
    FAR.set(Some(Far { caller: Arc::clone(caller), columns: call.columns, is_terminal: call.is_terminal }));
    let _back = Back;
    run()
}

fn far() -> Option<Far> {
    // A thread that is ending has nobody to speak for.
    FAR.try_with(|far| far.borrow().clone()).ok().flatten()
}

/// The client whose command this thread runs, if it is one's.
pub(crate) fn caller() -> Option<Arc<Caller>> {
    far().map(|far| far.caller)
}

/// What is pulled when the command is to stop: at Ctrl-C, or when its client is gone.
pub(crate) fn cancel() -> CancelToken {
    caller().map_or_else(|| INTERRUPTED.clone(), |caller| caller.cancel().clone())
}

/// Standard output for text: colours are left out where they are not wanted.
pub(crate) fn stdout() -> Box<dyn Write> {
    match caller() {
        Some(caller) => Box::new(Remote { caller, write: Caller::out }),
        None => Box::new(anstream::stdout().lock()),
    }
}

/// Standard output for bytes.
pub(crate) fn stdout_bytes() -> Box<dyn Write> {
    match caller() {
        Some(caller) => Box::new(Remote { caller, write: Caller::raw }),
        None => Box::new(io::stdout().lock()),
    }
}

/// Standard error for text.
pub(crate) fn stderr() -> Box<dyn Write> {
    match caller() {
        Some(caller) => Box::new(io::LineWriter::new(Remote { caller, write: Caller::err })),
        None => Box::new(anstream::stderr().lock()),
    }
}

/// All of standard input.
pub(crate) fn input() -> io::Result<Vec<u8>> {
    if let Some(caller) = caller() {
        return caller.input();
    }
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Whether standard output is a terminal.
pub(crate) fn is_terminal() -> bool {
    far().map_or_else(|| io::stdout().is_terminal(), |far| far.is_terminal)
}

/// The width of the terminal that standard output is.
pub(crate) fn columns() -> Option<u16> {
    far().map_or_else(|| comfy_table::Table::new().width(), |far| far.columns)
}

/// A stream of a client.
struct Remote {
    caller: Arc<Caller>,
    write: fn(&Caller, &[u8]) -> io::Result<()>,
}

impl Write for Remote {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        (self.write)(&self.caller, bytes).map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
