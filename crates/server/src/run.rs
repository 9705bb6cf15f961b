//! Running the service: the store opened, the address taken, served until told to stop.

use crate::connections;
use crate::limits::STOP_TIME;
use crate::socket::Commands;
#[cfg(unix)]
use crate::socket::{self, Listening};
use crate::{Options, ServerError, router};
use jaal_engine::{Database, EngineError, Unwatched};
use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;
use tokio::task::spawn_blocking;

/// Threads that serve sockets. They only pass bytes on.
const WORKERS: usize = 2;
/// Threads of the blocking pool beside those that the slots need: health, and the start.
const SPARE_THREADS: usize = 4;
/// The most slots: more threads than this only wait for one another.
const MAX_SLOTS: usize = 256;
/// How long cancelled work may take to notice before the process goes on without it.
const CANCELLED_TIME: Duration = Duration::from_secs(2);

/// Serves a store until Ctrl-C or SIGTERM. `commands` runs those of the command line, which come through the store's
/// socket. `ready` is told the address once questions are answered there.
///
/// The graph is made before the first question where it is missing. The store is opened for writing if there are
/// commands, and for reading where there are none or this user may not write it; then there is no socket. When told to stop, the service takes no new connection,
/// waits five seconds for running requests and commands, and cancels the rest.
///
/// # Errors
/// [`ServerError`] when the store cannot be opened, its graph not be read, or the address not be listened on.
pub fn run(
    options: Options,
    commands: Option<Arc<dyn Commands>>,
    ready: &mut dyn FnMut(SocketAddr),
) -> Result<(), ServerError> {
    on_runtime(options.max_concurrent, async {
        let stop = told_to_stop()?;
        serve(options, commands, ready, stop).await
    })
}

/// As [`run`], until `stop` is ready in place of a signal.
///
/// # Errors
/// As [`run`].
pub fn run_until(
    options: Options,
    commands: Option<Arc<dyn Commands>>,
    ready: &mut dyn FnMut(SocketAddr),
    stop: impl Future<Output = ()>,
) -> Result<(), ServerError> {
    on_runtime(options.max_concurrent, serve(options, commands, ready, stop))
}

/// Has `act` called at each Ctrl-C from now on, which then does not end the process by itself.
///
/// # Errors
/// [`ServerError::Start`] when the system lets no signal be listened to.
pub fn on_interrupt(mut act: impl FnMut() + Send + 'static) -> Result<(), ServerError> {
    let start = |operation| move |source| ServerError::Start { operation, source };
    let runtime = Builder::new_current_thread().enable_io().build();
    let runtime = runtime.map_err(start("listen to signals"))?;
    let (tell, told) = std::sync::mpsc::sync_channel(1);
    let listening = move || {
        runtime.block_on(async {
            let interrupts = interrupts();
            let (began, mut interrupts) = match interrupts {
                Ok(interrupts) => (Ok(()), Some(interrupts)),
                Err(source) => (Err(source), None),
            };
            // Whoever asked waits for this.
            let _ = tell.send(began);
            while let Some(interrupts) = &mut interrupts {
                interrupts.next().await;
                act();
            }
        });
    };
    let thread = std::thread::Builder::new().name("jaal-interrupt".to_owned()).spawn(listening);
    thread.map_err(start("start a thread"))?;
    told.recv().unwrap_or(Ok(())).map_err(start("listen to signals"))
}

fn on_runtime(
    slots: usize,
    service: impl Future<Output = Result<(), ServerError>>,
) -> Result<(), ServerError> {
    let runtime = runtime(slots)?;
    let result = runtime.block_on(service);
    runtime.shutdown_timeout(CANCELLED_TIME);
    result
}

fn runtime(slots: usize) -> Result<Runtime, ServerError> {
    Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .max_blocking_threads(slots.clamp(1, MAX_SLOTS) + SPARE_THREADS)
        .thread_name("jaal-serve")
        .enable_all()
        .build()
        .map_err(|source| ServerError::Start { operation: "start the threads that serve", source })
}

async fn serve(
    options: Options,
    commands: Option<Arc<dyn Commands>>,
    ready: &mut dyn FnMut(SocketAddr),
    stop: impl Future<Output = ()>,
) -> Result<(), ServerError> {
    let listen = options.listen;
    let refused = |source| ServerError::Listen { listen, source };
    let listener = TcpListener::bind(listen).await.map_err(refused)?;
    let address = listener.local_addr().map_err(refused)?;
    let opening = options.clone();
    let to_write = commands.is_some();
    let opened = spawn_blocking(move || open(&opening, to_write));
    let database = Arc::new(opened.await.map_err(|_| ServerError::OpenEnded)??);
    let slots = options.max_concurrent.clamp(1, MAX_SLOTS);
    let options = Options { listen: address, max_concurrent: slots, ..options };
    let router = router(Arc::clone(&database), &options);
    let (stopping, told) = watch::channel(false);
    let on_socket = on_socket(database, commands, &options, told)?;
    ready(address);
    let stop = async {
        stop.await;
        stopping.send_replace(true);
    };
    tokio::join!(connections::serve(listener, router, stop, STOP_TIME), on_socket);
    Ok(())
}

/// Opens the store, to write if commands may and this user may, and makes its graph.
fn open(options: &Options, to_write: bool) -> Result<Database, ServerError> {
    if !to_write {
        let database = Database::open_read_only(&options.folder)?;
        database.read_as(&options.lens, &mut Unwatched)?;
        return Ok(database);
    }
    // What commands print has the path as their clients name it, in place of this one.
    let folder = std::fs::canonicalize(&options.folder).unwrap_or_else(|_| options.folder.clone());
    let database = match Database::open(&folder) {
        Err(error) if may_not_write(&error) => Database::open_read_only(&folder)?,
        // The path as it was given is the one that the error should name.
        Err(_) => Database::open(&options.folder)?,
        Ok(database) => database,
    };
    if let Some(holder) = &options.holder {
        // Without the note a second writer is told less; the lock is the same.
        let _ = database.announce(holder);
    }
    database.read_as(&options.lens, &mut Unwatched)?;
    Ok(database)
}

/// Whether the system lets this user read the store and not write it.
fn may_not_write(error: &EngineError) -> bool {
    use std::io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        let io = error.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
        if io.is_some_and(|kind| matches!(kind, PermissionDenied | ReadOnlyFilesystem)) {
            return true;
        }
        cause = error.source();
    }
    false
}

/// The service of the command line, until it is told that the whole service stops.
#[cfg(unix)]
fn on_socket(
    database: Arc<Database>,
    commands: Option<Arc<dyn Commands>>,
    options: &Options,
    mut stopping: watch::Receiver<bool>,
) -> Result<impl Future<Output = ()>, ServerError> {
    // Two services that only read the same store would take the socket from one another.
    let commands = commands.filter(|_| database.is_writable());
    let start = |source| ServerError::Start { operation: "make the store's socket", source };
    let served = match commands {
        Some(commands) => {
            let listening = Listening::at(database.folder(), &options.short_folder).map_err(start)?;
            Some((listening, commands))
        }
        None => None,
    };
    let stop = async move {
        let _ = stopping.wait_for(|stopping| *stopping).await;
    };
    Ok(async move {
        if let Some((listening, commands)) = served {
            socket::serve(listening, database, commands, stop, STOP_TIME).await;
        }
    })
}

/// Where there are no such sockets, the command line works on the store itself or not at all.
#[cfg(not(unix))]
fn on_socket(
    _database: Arc<Database>,
    _commands: Option<Arc<dyn Commands>>,
    _options: &Options,
    _stopping: watch::Receiver<bool>,
) -> Result<impl Future<Output = ()>, ServerError> {
    Ok(std::future::ready(()))
}

/// The Ctrl-C of this process, one after the other.
struct Interrupts(#[cfg(unix)] tokio::signal::unix::Signal);

/// From now on Ctrl-C is told here, and ends nothing by itself.
fn interrupts() -> std::io::Result<Interrupts> {
    #[cfg(unix)]
    return tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt()).map(Interrupts);
    #[cfg(not(unix))]
    return Ok(Interrupts());
}

impl Interrupts {
    async fn next(&mut self) {
        #[cfg(unix)]
        let is_over = self.0.recv().await.is_none();
        #[cfg(not(unix))]
        let is_over = tokio::signal::ctrl_c().await.is_err();
        if is_over {
            // No signal can come any more.
            std::future::pending::<()>().await;
        }
    }
}

/// Ready at Ctrl-C or SIGTERM, from now on.
#[cfg(unix)]
fn told_to_stop() -> Result<impl Future<Output = ()>, ServerError> {
    use tokio::signal::unix::{SignalKind, signal};
    let listen =
        |kind| signal(kind).map_err(|source| ServerError::Start { operation: "listen to signals", source });
    let (mut interrupt, mut terminate) = (listen(SignalKind::interrupt())?, listen(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Ready at Ctrl-C.
#[cfg(not(unix))]
fn told_to_stop() -> Result<impl Future<Output = ()>, ServerError> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            // No signal can come: the service runs until the process is ended.
            std::future::pending::<()>().await;
        }
    })
}
