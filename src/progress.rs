//! Progress on standard error, for whoever watches a terminal; nothing when it is not one.

use crate::console;
use crate::output::number::grouped;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jaal_engine::{CancelToken, Watch};
use jaal_server::Caller;
use std::fmt::Write as _;
use std::io::IsTerminal;
use std::sync::Arc;
use std::time::Duration;

/// Tells of one operation at a time, and passes on that it is to stop.
pub(crate) struct Progress {
    shown: Shown,
    cancel: CancelToken,
}

/// Where it is told.
enum Shown {
    Nowhere,
    /// On this terminal.
    Here(Bar),
    /// To a client, which draws the bar if it has a terminal.
    There(Arc<Caller>),
}

impl Progress {
    /// Progress where the command's words go, unless nobody wants it.
    pub(crate) fn new(quiet: bool) -> Self {
        let shown = match console::caller() {
            _ if quiet => Shown::Nowhere,
            Some(caller) => Shown::There(caller),
            None => Bar::new().map_or(Shown::Nowhere, Shown::Here),
        };
        Self { shown, cancel: console::cancel() }
    }
}

impl Watch for Progress {
    fn stage(&mut self, name: &str, total: u64) {
        match &self.shown {
            Shown::Nowhere => {}
            Shown::Here(bar) => bar.stage(name, total),
            Shown::There(caller) => caller.stage(name, total),
        }
    }

    fn advance(&mut self, done: u64, rows: u64) {
        match &self.shown {
            Shown::Nowhere => {}
            Shown::Here(bar) => bar.advance(done, rows),
            Shown::There(caller) => caller.advance(done, rows),
        }
    }

    fn cancelled(&self) -> bool {
        self.cancel.is_cancelled()
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Shown::There(caller) = &self.shown {
            // A client that is gone shows nothing.
            let _ = caller.clear();
        }
    }
}

/// A bar on this process's standard error. It is cleared when dropped.
pub(crate) struct Bar(ProgressBar);

impl Bar {
    /// A bar, or nothing when standard error is no terminal.
    pub(crate) fn new() -> Option<Self> {
        let shown = std::io::stderr().is_terminal();
        shown.then(|| Self(ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10))))
    }

    /// A stage begins.
    pub(crate) fn stage(&self, name: &str, total: u64) {
        let bar = &self.0;
        let template = if total > 0 {
            "{spinner} {wide_msg} {bar:24} {percent:>3} %  {elapsed}"
        } else {
            "{spinner} {wide_msg} {elapsed}"
        };
        // The style first: every later change draws the bar.
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("━╸─"));
        }
        if total > 0 {
            bar.set_length(total);
        } else {
            bar.unset_length();
        }
        bar.set_prefix(name.to_owned());
        bar.set_message(name.to_owned());
        bar.reset();
        bar.enable_steady_tick(Duration::from_millis(120));
    }

    /// The stage has come this far.
    pub(crate) fn advance(&self, done: u64, rows: u64) {
        let bar = &self.0;
        bar.set_position(done);
        if rows > 0 {
            let seconds = bar.elapsed().as_secs_f64();
            let mut message = format!("{}  {} rows", bar.prefix(), grouped(rows));
            if seconds > 0.2 {
                let _ = write!(message, ", {} rows/s", grouped((rows as f64 / seconds) as i128));
            }
            bar.set_message(message);
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
