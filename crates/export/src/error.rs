//! What can go wrong when a picture is made, and whose fault it is.

use jaal_model::ErrorKind;
use std::path::PathBuf;
use std::time::Duration;

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The Graphviz program is not there.
    #[error(
        "graphviz program `{program}` was not found: install the Debian package `graphviz`, or let the built-in \
         layout be used"
    )]
    GraphvizMissing {
        /// The program looked for.
        program: PathBuf,
    },
    /// The Graphviz program could not be run or talked to.
    #[error("{operation} graphviz program `{program}` failed: {source}")]
    GraphvizIo {
        /// What was being done: `starting`, `reading from`, `waiting for`.
        operation: &'static str,
        /// The program.
        program: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// Graphviz ended with an error.
    #[error("graphviz program `{program}` ended with {status}: {message}")]
    GraphvizFailed {
        /// The program.
        program: PathBuf,
        /// Its exit status, in words.
        status: String,
        /// The beginning of what it wrote to standard error.
        message: String,
    },
    /// Graphviz took longer than allowed and was stopped.
    #[error(
        "graphviz program `{program}` was stopped after {} ms without an answer: show fewer nodes or allow more time",
        limit.as_millis()
    )]
    GraphvizTimeout {
        /// The program.
        program: PathBuf,
        /// The time allowed.
        limit: Duration,
    },
    /// Graphviz wrote more than allowed and was stopped.
    #[error("graphviz program `{program}` wrote more than {limit} bytes: show fewer nodes")]
    GraphvizOutput {
        /// The program.
        program: PathBuf,
        /// The limit in bytes.
        limit: usize,
    },
    /// What Graphviz wrote is not a layout of the chart.
    #[error("layout from graphviz, line {line}: expected {expected}")]
    GraphvizAnswer {
        /// Line of its output, from 1; 0 when the output as a whole is wrong.
        line: usize,
        /// What should stand there.
        expected: &'static str,
    },
    /// A text is not an SVG that can be drawn as pixels.
    #[error("this text is not an SVG that can be drawn: {source}")]
    Svg {
        /// What the SVG reader said.
        source: resvg::usvg::Error,
    },
    /// The scale is not a number that makes a picture.
    #[error("scale {scale} is not usable: a number above 0 and at most {limit} expected")]
    Scale {
        /// The scale asked for.
        scale: f32,
        /// The largest scale.
        limit: f32,
    },
    /// The picture could not be written as PNG.
    #[error("writing a PNG of {width} x {height} pixels failed: {message}")]
    Png {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// What the PNG writer said.
        message: String,
    },
}

impl ExportError {
    /// Whose fault it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::GraphvizMissing { .. } => ErrorKind::NotFound,
            Self::GraphvizIo { .. } => ErrorKind::Io,
            Self::GraphvizTimeout { .. } | Self::GraphvizOutput { .. } => ErrorKind::LimitExceeded,
            Self::Svg { .. } => ErrorKind::UserData,
            Self::Scale { .. } => ErrorKind::UserQuery,
            Self::GraphvizFailed { .. } | Self::GraphvizAnswer { .. } | Self::Png { .. } => {
                ErrorKind::Internal
            }
        }
    }
}
