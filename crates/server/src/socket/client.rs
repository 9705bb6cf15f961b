//! The client's side of the socket: what a service sends is done here, as if the command ran here.

use super::frame::{Frame, MOST_BYTES, Tag};
use super::{Call, Stream, VERSION, place};
use std::io::{self, BufReader, Read};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// What the service has the client do.
pub trait Near {
    /// Writes text with colours to standard output.
    ///
    /// # Errors
    /// What the system says; the call ends then.
    fn out(&mut self, text: &[u8]) -> io::Result<()>;
    /// Writes bytes to standard output.
    ///
    /// # Errors
    /// As [`Near::out`].
    fn raw(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Writes text with colours to standard error.
    fn err(&mut self, text: &[u8]);
    /// A stage of long work begins.
    fn stage(&mut self, name: &str, total: u64);
    /// The stage has come this far.
    fn advance(&mut self, done: u64, rows: u64);
    /// The long work has ended.
    fn clear(&mut self);
    /// Where standard input is read.
    fn input(&mut self) -> Box<dyn Read>;
}

/// Why a call has no status.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The service did not take it.
    #[error("{0}")]
    Refused(String),
    /// The service was gone before the command had ended.
    #[error(
        "the service ended before the command did; what it had committed is kept, and `jaal info` tells what that is"
    )]
    Lost,
    /// Standard output takes no more.
    #[error("cannot write to standard output: {0}")]
    Output(io::Error),
}

/// A connection to the service of a store.
pub struct Connection {
    stream: Stream,
    writing: Arc<Mutex<Stream>>,
}

/// What asks the service to stop the command of a connection.
#[derive(Clone)]
pub struct Canceller(Arc<Mutex<Stream>>);

impl Canceller {
    /// Asks.
    pub fn cancel(&self) {
        // A service that is gone has stopped already.
        let _ = send(&self.0, &Frame::new(Tag::Cancel, []));
    }
}

/// Connects to the service of a store; `None` when there is none that this user may use.
pub fn connect(store: &Path) -> Option<Connection> {
    let stream = place::connect(store)?;
    let writing = Arc::new(Mutex::new(stream.try_clone().ok()?));
    Some(Connection { stream, writing })
}

fn send(writing: &Mutex<Stream>, frame: &Frame) -> io::Result<()> {
    frame.write(&mut *writing.lock().unwrap_or_else(PoisonError::into_inner))
}

impl Connection {
    /// What cancels the call from another thread.
    pub fn canceller(&self) -> Canceller {
        Canceller(Arc::clone(&self.writing))
    }

    /// Has the service run a command, does what it sends, and gives the exit status.
    ///
    /// # Errors
    /// [`CallError`].
    pub fn run(self, call: &Call, near: &mut dyn Near) -> Result<u8, CallError> {
        // A service that refuses may close before it has read everything; what it says is told below.
        let _ = send(&self.writing, &Frame::new(Tag::Call, call.to_bytes(VERSION)));
        let mut from = BufReader::new(&self.stream);
        loop {
            let frame = Frame::read(&mut from, MOST_BYTES).ok().flatten().ok_or(CallError::Lost)?;
            match frame.tag {
                Tag::Out => near.out(&frame.content).map_err(CallError::Output)?,
                Tag::Raw => near.raw(&frame.content).map_err(CallError::Output)?,
                Tag::Err => near.err(&frame.content),
                Tag::Stage => {
                    let name = String::from_utf8_lossy(frame.content.get(8..).unwrap_or_default());
                    near.stage(&name, frame.numbers().0);
                }
                Tag::Advance => near.advance(frame.numbers().0, frame.numbers().1),
                Tag::Clear => near.clear(),
                Tag::WantInput => self.send_input(near.input()).map_err(|_| CallError::Lost)?,
                Tag::Done => return Ok(frame.content.first().copied().unwrap_or(1)),
                Tag::Refused => {
                    return Err(CallError::Refused(String::from_utf8_lossy(&frame.content).into_owned()));
                }
                // Only clients send these: whatever this is, it is no service of ours.
                Tag::Call | Tag::Input | Tag::InputEnd | Tag::Cancel => return Err(CallError::Lost),
            }
        }
    }

    fn send_input(&self, mut input: Box<dyn Read>) -> io::Result<()> {
        let mut buffer = vec![0; 64 << 10];
        loop {
            match input.read(&mut buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // An input that cannot be read ends, as it does for a command that runs here.
                Ok(0) | Err(_) => return send(&self.writing, &Frame::new(Tag::InputEnd, [])),
                Ok(some) => send(&self.writing, &Frame::new(Tag::Input, &buffer[..some]))?,
            }
        }
    }
}
