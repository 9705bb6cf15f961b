//! The side that was typed: has the service of the store run the command, and does what it sends.

use crate::cli::Common;
use crate::console;
use crate::failure;
use crate::progress::Bar;
use crate::session::name_of_actor;
use jaal_server::{Call, CallError, Connection, Near};
use std::io::{self, Read, Write};

/// Has the command of this process run by the service of its store, if there is one, and gives the exit status.
pub(crate) fn ask(common: &Common, is_quiet: bool) -> Option<u8> {
    let connection = jaal_server::connect(&common.db)?;
    let canceller = connection.canceller();
    crate::interrupt::then(move || canceller.cancel());
    Some(run(connection, common, is_quiet))
}

fn run(connection: Connection, common: &Common, is_quiet: bool) -> u8 {
    let call = Call {
        arguments: std::env::args_os().skip(1).collect(),
        // Without a folder of its own a process has no relative paths either.
        folder: std::env::current_dir().unwrap_or_default(),
        store: common.db.clone(),
        actor: name_of_actor(common.actor.as_deref()),
        pid: std::process::id(),
        columns: console::columns(),
        is_terminal: console::is_terminal(),
    };
    let mut here = Here { is_quiet, bar: None, out: anstream::stdout(), err: anstream::stderr() };
    let ended = connection.run(&call, &mut here);
    drop(here);
    match ended {
        Ok(status) => status,
        // As for a command that runs here: a reader that went away, as `head` does, is no failure.
        Err(CallError::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => 0,
        Err(error) => {
            failure::tell(&error.to_string(), "");
            1
        }
    }
}

/// The standard streams of this process. None is locked: the bar is drawn on standard error by a thread of its own.
struct Here {
    is_quiet: bool,
    bar: Option<Bar>,
    /// Kept from frame to frame, because a frame may end within a sign or within a colour.
    out: anstream::AutoStream<io::Stdout>,
    err: anstream::AutoStream<io::Stderr>,
}

impl Near for Here {
    fn out(&mut self, text: &[u8]) -> io::Result<()> {
        write(&mut self.out, text)
    }

    fn raw(&mut self, bytes: &[u8]) -> io::Result<()> {
        write(&mut io::stdout(), bytes)
    }

    fn err(&mut self, text: &[u8]) {
        // Nothing can be done about a standard error that takes no more.
        let _ = write(&mut self.err, text);
    }

    fn stage(&mut self, name: &str, total: u64) {
        if self.bar.is_none() && !self.is_quiet {
            self.bar = Bar::new();
        }
        self.bar.iter().for_each(|bar| bar.stage(name, total));
    }

    fn advance(&mut self, done: u64, rows: u64) {
        self.bar.iter().for_each(|bar| bar.advance(done, rows));
    }

    fn clear(&mut self) {
        self.bar = None;
    }

    fn input(&mut self) -> Box<dyn Read> {
        Box::new(io::stdin())
    }
}

fn write(to: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    to.write_all(bytes)?;
    to.flush()
}
