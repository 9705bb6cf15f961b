//! The service's side of the socket: clients accepted, each command run on a thread of its own.
//!
//! A command is no question of HTTP: it has no deadline but its own, may write to the store, and its client waits as
//! for a program. So it takes no slot of the pool; only the number of clients at once is limited.

use super::frame::{Frame, MOST_BYTES, MOST_CALL_BYTES, Tag};
use super::place::Bound;
use super::{Call, Caller, Commands, Stream, VERSION};
use crate::limits::{CLIENTS, HEAD_TIME};
use jaal_engine::{CancelToken, Database};
use std::io;
use std::net::Shutdown;
use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// Frames on their way to one client. With the largest frames this is 16 MiB of memory.
const FRAMES: usize = 16;
/// The stack of a command's thread: what a program's first thread has.
const STACK_BYTES: usize = 8 << 20;
/// The pause after the operating system refuses a connection, for want of file descriptors mostly.
const REFUSED_PAUSE: Duration = Duration::from_millis(100);
/// How long commands that were cancelled may take to notice and to say so.
const CANCELLED_TIME: Duration = Duration::from_secs(5);

/// A socket that clients can connect to already.
pub(crate) struct Listening {
    listener: UnixListener,
    bound: Bound,
}

impl Listening {
    /// Listens for a store, whose lock the caller holds. To be called within the runtime.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn at(store: &Path, short: &Path) -> io::Result<Self> {
        let mut bound = Bound::at(store, short)?;
        let listener = bound.take().ok_or(io::ErrorKind::NotConnected)?;
        listener.set_nonblocking(true)?;
        Ok(Self { listener: UnixListener::from_std(listener)?, bound })
    }
}

/// What all clients share.
struct Desk {
    database: Arc<Database>,
    commands: Arc<dyn Commands>,
    /// Pulled when the service ends.
    end: CancelToken,
}

/// Runs commands until `stop` is ready and those that run have ended; what still runs after `patience` is cancelled.
pub(crate) async fn serve(
    listening: Listening,
    database: Arc<Database>,
    commands: Arc<dyn Commands>,
    stop: impl Future<Output = ()>,
    patience: Duration,
) {
    let Listening { listener, bound } = listening;
    let desk = Arc::new(Desk { database, commands, end: CancelToken::new() });
    let places = Arc::new(Semaphore::new(CLIENTS));
    let mut open = JoinSet::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            Some(_) = open.join_next(), if !open.is_empty() => {}
            (stream, place) = next(&listener, &places) => {
                if let Some(running) = begin(stream, &desk) {
                    open.spawn(async move {
                        let _place = place;
                        running.end().await;
                    });
                }
            }
        }
    }
    // Whoever comes now finds no service, and reads for itself.
    drop((bound, listener));
    let ended = async { while open.join_next().await.is_some() {} };
    if timeout(patience, ended).await.is_err() {
        desk.end.cancel();
        let ended = async { while open.join_next().await.is_some() {} };
        let _ = timeout(CANCELLED_TIME, ended).await;
    }
}

/// The next client, when there is a place for it.
async fn next(
    listener: &UnixListener,
    places: &Arc<Semaphore>,
) -> (UnixStream, Option<OwnedSemaphorePermit>) {
    let place = Arc::clone(places).acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return (stream, place),
            Err(_) => sleep(REFUSED_PAUSE).await,
        }
    }
}

/// A client whose command runs.
struct Running {
    ended: oneshot::Receiver<()>,
    cancel: CancelToken,
    end: CancelToken,
}

impl Running {
    /// Waits for the end of the command, and passes on that the service is to end.
    async fn end(self) {
        const LOOK: Duration = Duration::from_millis(50);
        let Self { mut ended, cancel, end } = self;
        while timeout(LOOK, &mut ended).await.is_err() {
            if end.is_cancelled() {
                cancel.cancel();
            }
        }
    }
}

/// Starts the thread of a client. `None` when it is of another user, or the system refuses; it is hung up on then.
fn begin(stream: UnixStream, desk: &Arc<Desk>) -> Option<Running> {
    // The mode of the socket keeps others out already; where it does not, this does.
    let own = rustix::process::geteuid().as_raw();
    stream.peer_cred().ok().filter(|peer| peer.uid() == own)?;
    let stream = stream.into_std().ok()?;
    stream.set_nonblocking(false).ok()?;
    let (tell, ended) = oneshot::channel();
    let cancel = CancelToken::new();
    let running = Running { ended, cancel: cancel.clone(), end: desk.end.clone() };
    let desk = Arc::clone(desk);
    let thread = std::thread::Builder::new().name("jaal-command".to_owned()).stack_size(STACK_BYTES);
    let started = thread.spawn(move || {
        // What fails here is the connection, and there is nobody left to tell.
        let _ = converse(&stream, &desk, cancel);
        let _ = stream.shutdown(Shutdown::Both);
        let _ = tell.send(());
    });
    started.ok().map(|_| running)
}

/// Takes the call of a client, runs it, and tells how it ended.
fn converse(stream: &Stream, desk: &Desk, cancel: CancelToken) -> io::Result<()> {
    stream.set_read_timeout(Some(HEAD_TIME))?;
    let Some(first) = Frame::read(&mut &*stream, MOST_CALL_BYTES)? else { return Ok(()) };
    stream.set_read_timeout(None)?;
    let call = match first.tag {
        Tag::Call => Call::from_bytes(&first.content, VERSION),
        _ => Err("this is no call".to_owned()),
    };
    let call = match call {
        Ok(call) => call,
        Err(why) => return Frame::new(Tag::Refused, why).write(&mut &*stream),
    };
    let (frames, to_send) = sync_channel(FRAMES);
    let (give, input) = sync_channel(1);
    let (reading, writing) = (stream.try_clone()?, stream.try_clone()?);
    let gone = cancel.clone();
    let reader = std::thread::Builder::new().spawn(move || listen(&reading, &give, &gone))?;
    let writer = std::thread::Builder::new().spawn(move || pass_on(&writing, &to_send))?;
    let caller = Arc::new(Caller::new(frames, input, cancel));
    let run = AssertUnwindSafe(|| desk.commands.run(&desk.database, &call, &caller));
    // The program's hook has told of a panic.
    let status = std::panic::catch_unwind(run).unwrap_or(1);
    let _ = caller.send(Frame::new(Tag::Done, [status]));
    drop(caller);
    let _ = writer.join();
    stream.shutdown(Shutdown::Both).ok();
    let _ = reader.join();
    Ok(())
}

/// Hears what the client says while its command runs.
fn listen(mut stream: &Stream, give: &SyncSender<Vec<u8>>, cancel: &CancelToken) {
    loop {
        match Frame::read(&mut stream, MOST_BYTES) {
            Ok(Some(Frame { tag: Tag::Cancel, .. })) => cancel.cancel(),
            // A command that has ended meanwhile wants no more input.
            Ok(Some(Frame { tag: Tag::Input, content })) if !content.is_empty() => drop(give.send(content)),
            Ok(Some(Frame { tag: Tag::InputEnd, .. })) => drop(give.send(Vec::new())),
            _ => break,
        }
    }
    // Gone, or not ours. The writer of frames must not wait for it.
    cancel.cancel();
    let _ = stream.shutdown(Shutdown::Both);
}

/// Sends frames until the last, or the client is gone.
fn pass_on(mut stream: &Stream, frames: &Receiver<Frame>) {
    while let Ok(frame) = frames.recv() {
        if frame.write(&mut stream).is_err() || frame.tag == Tag::Done {
            return;
        }
    }
}

#[cfg(test)]
mod tests;
