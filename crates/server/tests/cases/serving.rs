//! The service on a real socket.

use crate::common::{load_more, store};
use jaal_engine::Database;
use jaal_engine::model::ErrorKind;
use jaal_server::{Options, ServerError, run_until};
use serde_json::Value;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use tokio::sync::oneshot;

const LONG: Duration = Duration::from_mins(1);

/// Serves a store on a free port while `client` runs, then stops it in order.
fn while_serving(folder: &Path, client: impl FnOnce(SocketAddr)) {
    drop(store(folder));
    let options =
        Options { listen: "127.0.0.1:0".parse().unwrap(), folder: folder.join("case"), ..Options::default() };
    let (ready, address) = mpsc::channel();
    let (stop, stopped) = oneshot::channel::<()>();
    let server = thread::spawn(move || {
        run_until(options, None, &mut |address| ready.send(address).unwrap(), async {
            stopped.await.unwrap();
        })
    });
    client(address.recv_timeout(LONG).unwrap());
    stop.send(()).unwrap();
    server.join().unwrap().unwrap();
}

/// The answer's JSON.
fn health(address: SocketAddr) -> Value {
    let got = exchange(address, b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    serde_json::from_str(got.split("\r\n\r\n").nth(1).unwrap()).unwrap()
}

fn exchange(address: SocketAddr, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(LONG)).unwrap();
    stream.write_all(request).unwrap();
    let mut response = Vec::new();
    stream.read_to_end(&mut response).unwrap();
    String::from_utf8_lossy(&response).into_owned()
}

#[test]
fn a_store_is_served_and_the_port_given_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut seen = None;
    while_serving(folder.path(), |address| {
        let got = exchange(address, b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        assert!(got.starts_with("HTTP/1.1 200 OK\r\n") && got.contains("\"status\":\"ok\""), "{got}");
        let foreign =
            exchange(address, b"GET /healthz HTTP/1.1\r\nhost: a.example\r\nconnection: close\r\n\r\n");
        assert!(foreign.starts_with("HTTP/1.1 421 "), "{foreign}");
        seen = Some(address);
    });
    assert!(TcpStream::connect(seen.unwrap()).is_err());
}

#[test]
fn what_is_not_http_is_turned_away() {
    let folder = tempfile::tempdir().unwrap();
    while_serving(folder.path(), |address| {
        let mut long = b"GET /".to_vec();
        long.extend(vec![b'a'; 40 << 10]);
        long.extend(b" HTTP/1.1\r\nhost: localhost\r\n\r\n");
        let cases = [
            (b"\0\x01\x02\r\n\r\n".to_vec(), "HTTP/1.1 400 "),
            (b"GET / HTTP/9.9\r\n\r\n".to_vec(), "HTTP/1.1 400 "),
            (long, "HTTP/1.1 431 "),
        ];
        for (request, status) in cases {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.set_read_timeout(Some(LONG)).unwrap();
            // The service may close before everything is sent, and the rest is then reset.
            stream.write_all(&request).ok();
            let mut response = Vec::new();
            stream.read_to_end(&mut response).ok();
            let response = String::from_utf8_lossy(&response);
            assert!(response.is_empty() || response.starts_with(status), "{response}");
        }
        let got = exchange(address, b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        assert!(got.starts_with("HTTP/1.1 200 "), "{got}");
    });
}

#[test]
fn what_cannot_be_served_is_told_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let free = Options {
        listen: "127.0.0.1:0".parse().unwrap(),
        folder: folder.path().join("no"),
        ..Options::default()
    };
    let never = || std::future::pending::<()>();
    let mut ready = |_| panic!("nothing is ready");
    let error = run_until(free.clone(), None, &mut ready, never()).unwrap_err();
    assert!(matches!(error, ServerError::Engine(_)), "{error}");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = taken.local_addr().unwrap();
    let error = run_until(Options { listen, ..free }, None, &mut ready, never()).unwrap_err();
    assert!(error.to_string().starts_with(&format!("cannot listen on {listen}")), "{error}");
    assert_eq!(error.kind(), ErrorKind::Io);
}

#[test]
fn what_another_handle_commits_is_served() {
    let folder = tempfile::tempdir().unwrap();
    while_serving(folder.path(), |address| {
        let before = health(address);
        load_more(&Database::open(&folder.path().join("case")).unwrap());
        let after = health(address);
        assert_eq!(after["commit"].as_u64().unwrap(), before["commit"].as_u64().unwrap() + 1);
        assert_eq!(after["entities"].as_u64().unwrap(), before["entities"].as_u64().unwrap() + 1);
    });
}
