//! Graphviz: its program run as a child process, with a time limit and a limit on what it may write.

use crate::ExportError;
use crate::dot::Engine;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// How much of standard error goes into an error message, in bytes.
const MESSAGE_LIMIT: usize = 2_000;

/// What Graphviz writes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum OutputFormat {
    /// Positions as lines of text (<https://graphviz.org/docs/outputs/plain/>).
    Plain,
    /// Its own drawing as SVG.
    #[default]
    Svg,
    /// Its own drawing as PNG.
    Png,
}

/// How to run Graphviz.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LayoutOptions {
    /// The program; a bare name is looked up in PATH.
    pub program: PathBuf,
    /// The layout engine.
    pub engine: Engine,
    /// What to write.
    pub format: OutputFormat,
    /// Whether nodes stay where their `pos` puts them and only lines are drawn ([`Engine::Neato`] alone).
    pub fixed: bool,
    /// The longest time to wait.
    pub timeout: Duration,
    /// The most bytes to take from it.
    pub max_output_bytes: usize,
}

impl Default for LayoutOptions {
    fn default() -> Self {
        Self {
            program: PathBuf::from("dot"),
            engine: Engine::Dot,
            format: OutputFormat::Svg,
            fixed: false,
            timeout: Duration::from_secs(30),
            max_output_bytes: 64 << 20,
        }
    }
}

/// Runs Graphviz on a DOT text and returns what it writes.
///
/// # Errors
/// [`ExportError::GraphvizMissing`] when there is no such program, [`ExportError::GraphvizTimeout`] and
/// [`ExportError::GraphvizOutput`] at the limits (the program is stopped), [`ExportError::GraphvizFailed`] with its
/// own message when it gives up, [`ExportError::GraphvizIo`] when it cannot be run.
pub fn layout(dot: &str, options: &LayoutOptions) -> Result<Vec<u8>, ExportError> {
    let program = options.program.as_path();
    let mut child = start(options)?;
    let (events, arrived) = mpsc::channel();
    if let Some(mut stdin) = child.stdin.take() {
        let text = dot.as_bytes().to_vec();
        // The program may end without reading everything; its exit status then says why.
        thread::spawn(move || drop(stdin.write_all(&text)));
    }
    if let Some(stdout) = child.stdout.take() {
        let (events, limit) = (events.clone(), options.max_output_bytes);
        thread::spawn(move || drop(events.send(Event::Output(take(stdout, limit.saturating_add(1))))));
    }
    if let Some(stderr) = child.stderr.take() {
        thread::spawn(move || drop(events.send(Event::Message(take_all(stderr)))));
    }
    let outcome = wait(&mut child, &arrived, options);
    if outcome.is_err() {
        // Already ended is as good as stopped; waiting afterwards leaves no zombie.
        drop(child.kill());
        drop(child.wait());
    }
    let (output, message) = outcome?;
    let status = child.wait().map_err(|source| io("waiting for", program, source))?;
    if !status.success() || output.is_empty() {
        let message = String::from_utf8_lossy(&message).trim().to_owned();
        return Err(ExportError::GraphvizFailed {
            program: program.to_owned(),
            status: status.to_string(),
            message,
        });
    }
    Ok(output)
}

enum Event {
    Output(std::io::Result<Vec<u8>>),
    Message(Vec<u8>),
}

fn start(options: &LayoutOptions) -> Result<Child, ExportError> {
    let format = match options.format {
        OutputFormat::Plain => "-Tplain",
        OutputFormat::Svg => "-Tsvg",
        OutputFormat::Png => "-Tpng",
    };
    Command::new(&options.program)
        .arg(format!("-K{}", options.engine.word()))
        .arg(format)
        .args(options.fixed.then_some("-n2"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|source| match source.kind() {
            std::io::ErrorKind::NotFound => ExportError::GraphvizMissing { program: options.program.clone() },
            _ => io("starting", &options.program, source),
        })
}

fn io(operation: &'static str, program: &Path, source: std::io::Error) -> ExportError {
    ExportError::GraphvizIo { operation, program: program.to_owned(), source }
}

/// Waits until both streams have ended, or a limit is reached.
fn wait(
    child: &mut Child,
    arrived: &mpsc::Receiver<Event>,
    options: &LayoutOptions,
) -> Result<(Vec<u8>, Vec<u8>), ExportError> {
    let program = &options.program;
    let started = Instant::now();
    let (mut output, mut message) = (None, None);
    while output.is_none() || message.is_none() {
        let left = options.timeout.saturating_sub(started.elapsed());
        match arrived.recv_timeout(left) {
            Ok(Event::Output(Err(source))) => return Err(io("reading from", program, source)),
            Ok(Event::Output(Ok(bytes))) if bytes.len() > options.max_output_bytes => {
                return Err(ExportError::GraphvizOutput {
                    program: program.clone(),
                    limit: options.max_output_bytes,
                });
            }
            Ok(Event::Output(Ok(bytes))) => output = Some(bytes),
            Ok(Event::Message(bytes)) => message = Some(bytes),
            Err(_) => {
                return Err(ExportError::GraphvizTimeout {
                    program: program.clone(),
                    limit: options.timeout,
                });
            }
        }
    }
    // The streams may be closed by a program that lives on.
    while child.try_wait().map_err(|source| io("waiting for", program, source))?.is_none() {
        if started.elapsed() >= options.timeout {
            return Err(ExportError::GraphvizTimeout { program: program.clone(), limit: options.timeout });
        }
        thread::sleep(Duration::from_millis(2));
    }
    Ok((output.unwrap_or_default(), message.unwrap_or_default()))
}

/// At most `limit` bytes of a stream.
fn take(stream: impl Read, limit: usize) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    stream.take(limit as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The beginning of a stream, which is read to its end so that the writer never blocks.
fn take_all(mut stream: impl Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 1024];
    while let Ok(read @ 1..) = stream.read(&mut buffer) {
        let room = MESSAGE_LIMIT.saturating_sub(bytes.len());
        bytes.extend_from_slice(&buffer[..read.min(room)]);
    }
    bytes
}
