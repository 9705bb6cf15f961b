//! Running the service: the store opened, the address taken, served until told to stop.

use crate::connections;
use crate::limits::STOP_TIME;
use crate::{Options, ServerError, router};
use jaal_engine::Database;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::task::spawn_blocking;

/// Threads that serve sockets. They only pass bytes on.
const WORKERS: usize = 2;
/// Threads of the blocking pool beside those that the slots need: health, and the start.
const SPARE_THREADS: usize = 4;
/// The most slots: more threads than this only wait for one another.
const MAX_SLOTS: usize = 256;
/// How long cancelled work may take to notice before the process goes on without it.
const CANCELLED_TIME: Duration = Duration::from_secs(2);

/// Serves a store until Ctrl-C or SIGTERM. `ready` is told the address once questions are answered there.
///
/// The graph is made before the first question where it is missing. When told to stop, the service takes no new
/// connection, waits five seconds for running requests, and cancels the rest.
///
/// # Errors
/// [`ServerError`] when the store cannot be opened, its graph not be read, or the address not be listened on.
pub fn run(options: Options, ready: &mut dyn FnMut(SocketAddr)) -> Result<(), ServerError> {
    on_runtime(options.max_concurrent, async {
        let stop = told_to_stop()?;
        serve(options, ready, stop).await
    })
}

/// As [`run`], until `stop` is ready in place of a signal.
///
/// # Errors
/// As [`run`].
pub fn run_until(
    options: Options,
    ready: &mut dyn FnMut(SocketAddr),
    stop: impl Future<Output = ()>,
) -> Result<(), ServerError> {
    on_runtime(options.max_concurrent, serve(options, ready, stop))
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
    ready: &mut dyn FnMut(SocketAddr),
    stop: impl Future<Output = ()>,
) -> Result<(), ServerError> {
    let listen = options.listen;
    let refused = |source| ServerError::Listen { listen, source };
    let listener = TcpListener::bind(listen).await.map_err(refused)?;
    let address = listener.local_addr().map_err(refused)?;
    let folder = options.folder.clone();
    let opened = spawn_blocking(move || -> Result<Database, ServerError> {
        let database = Database::open_read_only(&folder)?;
        database.read()?;
        Ok(database)
    });
    let database = opened.await.map_err(|_| ServerError::OpenEnded)??;
    let slots = options.max_concurrent.clamp(1, MAX_SLOTS);
    let options = Options { listen: address, max_concurrent: slots, ..options };
    let router = router(Arc::new(database), &options);
    ready(address);
    connections::serve(listener, router, stop, STOP_TIME).await;
    Ok(())
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
