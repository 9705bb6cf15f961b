//! Connections: accepting them, a stated number at once, keeping each to its times, and ending them in order.
//!
//! When the service is to stop, it takes no new connection, lets running requests end, and after a while drops the
//! rest; a dropped request pulls the token of its work. A client that closes its connection drops its request the
//! same way.

use crate::limits::{BUFFER_BYTES, CONNECTION_TIME, CONNECTIONS, HEAD_BYTES, HEAD_TIME};
use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// The pause after the operating system refuses a connection, for want of file descriptors mostly.
const REFUSED_PAUSE: Duration = Duration::from_millis(100);

/// Serves until `stop` is ready and the running requests have ended, or `patience` has passed.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()>,
    patience: Duration,
) {
    let (stopping, told) = watch::channel(false);
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let mut open = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            // Ended connections are forgotten as they end.
            Some(_) = open.join_next(), if !open.is_empty() => {}
            (stream, place) = next(&listener, &places) => {
                let (router, told) = (router.clone(), told.clone());
                open.spawn(async move {
                    let _place = place;
                    connection(stream, router, told, patience).await;
                });
            }
        }
    }
    drop(listener);
    stopping.send_replace(true);
    let ended = timeout(patience, async { while open.join_next().await.is_some() {} }).await;
    if ended.is_err() {
        open.shutdown().await;
    }
}

/// The next connection, when there is a place for it.
async fn next(listener: &TcpListener, places: &Arc<Semaphore>) -> (TcpStream, Option<OwnedSemaphorePermit>) {
    // The semaphore is never closed, so there always is a place in the end.
    let place = Arc::clone(places).acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return (stream, place),
            Err(_) => sleep(REFUSED_PAUSE).await,
        }
    }
}

/// Serves one connection to its end.
async fn connection(stream: TcpStream, router: Router, mut told: watch::Receiver<bool>, patience: Duration) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_header_size(HEAD_BYTES)
        .max_buf_size(BUFFER_BYTES);
    let service = TowerToHyperService::new(router);
    let mut exchange = pin!(http.serve_connection(TokioIo::new(stream), service));
    tokio::select! {
        // An error here is the client's: it left, or did not speak HTTP. There is nobody to tell.
        _ = exchange.as_mut() => return,
        _ = told.wait_for(|stopping| *stopping) => {}
        () = sleep(CONNECTION_TIME) => {}
    }
    exchange.as_mut().graceful_shutdown();
    let _ = timeout(patience, exchange).await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pool::Pool;
    use axum::routing::get;
    use std::io::{Read, Write};
    use std::net::{Shutdown, SocketAddr};
    use std::sync::mpsc;
    use tokio::sync::oneshot;

    /// Longer than any machine takes, shorter than a test run waits.
    const LONG: Duration = Duration::from_mins(1);

    /// What happens to the work of the endpoint `/slow`, which ends only when its token is pulled.
    #[derive(PartialEq, Debug)]
    enum Event {
        Started,
        Cancelled,
    }

    struct Running {
        address: SocketAddr,
        events: mpsc::Receiver<Event>,
        stop: oneshot::Sender<()>,
        server: tokio::task::JoinHandle<()>,
    }

    /// A service with one endless question.
    async fn start(patience: Duration) -> Running {
        let (tell, events) = mpsc::channel();
        let pool = Arc::new(Pool::new(2, Duration::from_hours(1)));
        let slow = move || {
            let (tell, pool) = (tell.clone(), Arc::clone(&pool));
            async move {
                let work = pool.run(move |budget, _| {
                    tell.send(Event::Started).unwrap();
                    while !budget.cancel.is_cancelled() {
                        std::thread::sleep(Duration::from_millis(1));
                    }
                    tell.send(Event::Cancelled).unwrap();
                    Ok(())
                });
                work.await.map(|()| "done")
            }
        };
        let router = Router::new().route("/slow", get(slow)).route("/fast", get(|| async { "fast" }));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let stopped = async { stopped.await.unwrap() };
        let server = tokio::spawn(serve(listener, router, stopped, patience));
        Running { address, events, stop, server }
    }

    fn send(address: SocketAddr, path: &str) -> std::net::TcpStream {
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(LONG)).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").unwrap();
        stream
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_client_that_leaves_cancels_its_question() {
        let running = start(LONG).await;
        let stream = send(running.address, "/slow");
        assert_eq!(running.events.recv_timeout(LONG), Ok(Event::Started));
        stream.shutdown(Shutdown::Both).unwrap();
        drop(stream);
        assert_eq!(running.events.recv_timeout(LONG), Ok(Event::Cancelled));
        running.stop.send(()).unwrap();
        running.server.await.unwrap();
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn stopping_cancels_what_does_not_end_by_itself() {
        let running = start(Duration::from_millis(50)).await;
        let mut stream = send(running.address, "/slow");
        assert_eq!(running.events.recv_timeout(LONG), Ok(Event::Started));
        running.stop.send(()).unwrap();
        running.server.await.unwrap();
        assert_eq!(running.events.recv_timeout(LONG), Ok(Event::Cancelled));
        let mut rest = Vec::new();
        // Reset or closed, but never an answer.
        stream.read_to_end(&mut rest).ok();
        assert!(rest.is_empty());
        assert!(std::net::TcpStream::connect(running.address).is_err(), "nobody listens any more");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn idle_connections_do_not_hold_up_the_end() {
        let running = start(LONG).await;
        let mut kept = std::net::TcpStream::connect(running.address).unwrap();
        kept.set_read_timeout(Some(LONG)).unwrap();
        write!(kept, "GET /fast HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
        let mut some = [0; 12];
        kept.read_exact(&mut some).unwrap();
        assert_eq!(&some, b"HTTP/1.1 200");
        running.stop.send(()).unwrap();
        running.server.await.unwrap();
        let mut rest = Vec::new();
        kept.read_to_end(&mut rest).unwrap();
        assert!(rest.ends_with(b"fast"));
    }
}
