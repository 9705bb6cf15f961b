//! `run` ends in order when the process is told to. In a program of its own, because signals are the process's.

#![cfg(unix)]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test that cannot set itself up should stop"))]

use jaal_engine::{Actor, Database};
use jaal_server::{Options, run};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::Command;

/// Asks whether the service is well, and then tells this process to end.
fn ask_and_terminate(address: SocketAddr) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    assert!(response.starts_with("HTTP/1.1 200 "), "{response}");
    let kill = format!("kill -TERM {}", std::process::id());
    assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
}

#[test]
fn sigterm_ends_the_service_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("case");
    drop(Database::create(&store, &Actor { name: "tester".to_owned(), now: 0 }).unwrap());
    let options = Options { listen: "127.0.0.1:0".parse().unwrap(), folder: store, ..Options::default() };
    let mut client = None;
    run(options, None, &mut |address| client = Some(std::thread::spawn(move || ask_and_terminate(address))))
        .unwrap();
    client.unwrap().join().unwrap();
}
