//! The caller, as the command that runs for it sees it: where its words go, and whether it is still there.

use super::frame::{Frame, MOST_BYTES, Tag};
use jaal_engine::CancelToken;
use std::io;
use std::sync::mpsc::{Receiver, SyncSender};
use std::sync::{Mutex, PoisonError};

/// The other end of a connection. What is written waits for a client that reads slowly, but for progress, of which a
/// client sees as much as it can take: work that holds the store must not wait for a terminal that was stopped.
pub struct Caller {
    frames: SyncSender<Frame>,
    input: Mutex<Receiver<Vec<u8>>>,
    cancel: CancelToken,
}

impl Caller {
    pub(super) fn new(frames: SyncSender<Frame>, input: Receiver<Vec<u8>>, cancel: CancelToken) -> Self {
        Self { frames, input: Mutex::new(input), cancel }
    }

    /// Pulled when the client asks to stop or is gone, and when the service ends.
    pub fn cancel(&self) -> &CancelToken {
        &self.cancel
    }

    /// Writes text with colours to the client's standard output, which leaves them out where they are not wanted.
    ///
    /// # Errors
    /// [`io::ErrorKind::BrokenPipe`] when the client is gone; so for all that writes.
    pub fn out(&self, bytes: &[u8]) -> io::Result<()> {
        self.write(Tag::Out, bytes)
    }

    /// Writes bytes to the client's standard output.
    ///
    /// # Errors
    /// As [`Caller::out`].
    pub fn raw(&self, bytes: &[u8]) -> io::Result<()> {
        self.write(Tag::Raw, bytes)
    }

    /// Writes text with colours to the client's standard error.
    ///
    /// # Errors
    /// As [`Caller::out`].
    pub fn err(&self, bytes: &[u8]) -> io::Result<()> {
        self.write(Tag::Err, bytes)
    }

    /// A stage of long work begins.
    pub fn stage(&self, name: &str, total: u64) {
        self.show(Frame::new(Tag::Stage, [&total.to_le_bytes(), name.as_bytes()].concat()));
    }

    /// The stage has come this far.
    pub fn advance(&self, done: u64, rows: u64) {
        self.show(Frame::new(Tag::Advance, [done.to_le_bytes(), rows.to_le_bytes()].concat()));
    }

    /// The long work has ended.
    ///
    /// # Errors
    /// As [`Caller::out`].
    pub fn clear(&self) -> io::Result<()> {
        self.write(Tag::Clear, b"")
    }

    /// The whole of the client's standard input.
    ///
    /// # Errors
    /// [`io::ErrorKind::BrokenPipe`] or [`io::ErrorKind::UnexpectedEof`] when the client is gone.
    pub fn input(&self) -> io::Result<Vec<u8>> {
        self.send(Frame::new(Tag::WantInput, []))?;
        let input = self.input.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all = Vec::new();
        loop {
            match input.recv() {
                Ok(end) if end.is_empty() => return Ok(all),
                Ok(some) => all.extend(some),
                Err(_) => return Err(io::ErrorKind::UnexpectedEof.into()),
            }
        }
    }

    fn write(&self, tag: Tag, bytes: &[u8]) -> io::Result<()> {
        if bytes.is_empty() {
            return self.send(Frame::new(tag, []));
        }
        bytes.chunks(MOST_BYTES).try_for_each(|part| self.send(Frame::new(tag, part)))
    }

    pub(super) fn send(&self, frame: Frame) -> io::Result<()> {
        self.frames.send(frame).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }

    fn show(&self, frame: Frame) {
        // Full or gone: the next one will tell more.
        let _ = self.frames.try_send(frame);
    }
}
