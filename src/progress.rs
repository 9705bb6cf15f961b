//! Progress on standard error, for whoever watches a terminal; nothing when it is not one.

use crate::output::number::grouped;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jaal_engine::Watch;
use std::fmt::Write as _;
use std::io::IsTerminal;
use std::time::Duration;

/// A bar for one operation at a time.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
}

impl Progress {
    /// A bar, or nothing when standard error is no terminal or nobody wants it.
    pub(crate) fn new(quiet: bool) -> Self {
        let shown = !quiet && std::io::stderr().is_terminal();
        Self {
            bar: shown.then(|| ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10))),
        }
    }
}

impl Watch for Progress {
    fn stage(&mut self, name: &str, total: u64) {
        let Some(bar) = &self.bar else { return };
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

    fn advance(&mut self, done: u64, rows: u64) {
        let Some(bar) = &self.bar else { return };
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

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
