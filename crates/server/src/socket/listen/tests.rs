//! Conversations of clients and a service whose commands are made for these tests.

use super::super::call::tests::call;
use super::super::client::{CallError, Near, connect};
use super::*;
use jaal_engine::Actor;
use std::io::{Cursor, Read};
use std::time::Instant;

/// Longer than any machine takes, shorter than a test run waits.
const LONG: Duration = Duration::from_mins(1);

/// Commands by their first argument.
struct Made {
    began: SyncSender<()>,
    ended: SyncSender<()>,
}

impl Commands for Made {
    fn run(&self, database: &Arc<Database>, call: &Call, caller: &Arc<Caller>) -> u8 {
        match call.arguments[0].to_str().unwrap() {
            "say" => {
                caller.stage("a stage", 9);
                caller.out(&vec![b'o'; MOST_BYTES + 1]).unwrap();
                caller.err(b"err").unwrap();
                caller.raw(&[0xff, 0]).unwrap();
                caller.clear().unwrap();
                3
            }
            "echo" => {
                let input = caller.input().unwrap();
                caller.raw(&input).unwrap();
                u8::from(!database.is_writable())
            }
            "wait" => {
                self.began.send(()).unwrap();
                let until = Instant::now() + LONG;
                while !caller.cancel().is_cancelled() && Instant::now() < until {
                    std::thread::sleep(Duration::from_millis(1));
                }
                self.ended.send(()).unwrap();
                130
            }
            "flood" => {
                // A client that does not read sees as much progress as fits, and the work goes on.
                (0..1_000_000).for_each(|done| caller.advance(done, 0));
                self.ended.send(()).unwrap();
                0
            }
            other => panic!("{other}"),
        }
    }
}

struct Running {
    store: tempfile::TempDir,
    began: Receiver<()>,
    ended: Receiver<()>,
    stop: oneshot::Sender<()>,
    service: tokio::task::JoinHandle<()>,
}

fn start(patience: Duration) -> Running {
    let store = tempfile::tempdir().unwrap();
    let actor = Actor { name: "tester".to_owned(), now: 0 };
    let database = Arc::new(Database::create(store.path(), &actor).unwrap());
    let (begin, began) = sync_channel(100);
    let (end, ended) = sync_channel(100);
    let (stop, stopped) = oneshot::channel();
    let listening = Listening::at(store.path(), store.path()).unwrap();
    let commands = Arc::new(Made { began: begin, ended: end });
    let stopped = async { drop(stopped.await) };
    let service = tokio::spawn(serve(listening, database, commands, stopped, patience));
    Running { store, began, ended, stop, service }
}

#[derive(Default)]
struct Heard {
    out: Vec<u8>,
    raw: Vec<u8>,
    err: Vec<u8>,
    stages: Vec<(String, u64)>,
}

impl Near for Heard {
    fn out(&mut self, text: &[u8]) -> io::Result<()> {
        self.out.extend(text);
        Ok(())
    }
    fn raw(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.raw.extend(bytes);
        Ok(())
    }
    fn err(&mut self, text: &[u8]) {
        self.err.extend(text);
    }
    fn stage(&mut self, name: &str, total: u64) {
        self.stages.push((name.to_owned(), total));
    }
    fn advance(&mut self, _done: u64, _rows: u64) {}
    fn clear(&mut self) {}
    fn input(&mut self) -> Box<dyn Read> {
        Box::new(Cursor::new(vec![7; 300_000]))
    }
}

fn ask(store: &Path, command: &str) -> (Result<u8, CallError>, Heard) {
    let mut heard = Heard::default();
    let status = connect(store).unwrap().run(&call(&[command]), &mut heard);
    (status, heard)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_command_says_arrives_in_order_and_whole() {
    let running = start(LONG);
    let (status, heard) = ask(running.store.path(), "say");
    assert_eq!(status.unwrap(), 3);
    assert_eq!((heard.out.len(), heard.err, heard.raw), (MOST_BYTES + 1, b"err".to_vec(), vec![0xff, 0]));
    assert_eq!(heard.stages, [("a stage".to_owned(), 9)]);
    let (status, heard) = ask(running.store.path(), "echo");
    assert_eq!((status.unwrap(), heard.raw), (0, vec![7; 300_000]));
    // A command that panics fails, and the service goes on.
    assert_eq!(ask(running.store.path(), "panic").0.unwrap(), 1);
    assert_eq!(ask(running.store.path(), "say").0.unwrap(), 3);
    running.stop.send(()).unwrap();
    running.service.await.unwrap();
    assert!(connect(running.store.path()).is_none(), "nobody listens any more");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_asks_to_stop_or_leaves_ends_its_command() {
    let running = start(LONG);
    let connection = connect(running.store.path()).unwrap();
    let canceller = connection.canceller();
    let asking = std::thread::spawn(move || connection.run(&call(&["wait"]), &mut Heard::default()));
    running.began.recv_timeout(LONG).unwrap();
    canceller.cancel();
    assert_eq!(asking.join().unwrap().unwrap(), 130);
    running.ended.recv_timeout(LONG).unwrap();
    // Hangs up with the command running.
    let stream = Stream::connect(running.store.path().join("jaal.sock")).unwrap();
    let bytes = call(&["wait"]).to_bytes(VERSION);
    Frame::new(Tag::Call, bytes).write(&mut &stream).unwrap();
    running.began.recv_timeout(LONG).unwrap();
    drop(stream);
    running.ended.recv_timeout(LONG).unwrap();
    running.stop.send(()).unwrap();
    running.service.await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_does_not_read_holds_up_no_work() {
    let running = start(Duration::from_millis(1));
    let stream = Stream::connect(running.store.path().join("jaal.sock")).unwrap();
    Frame::new(Tag::Call, call(&["flood"]).to_bytes(VERSION)).write(&mut &stream).unwrap();
    running.ended.recv_timeout(LONG).unwrap();
    drop(stream);
    running.stop.send(()).unwrap();
    running.service.await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopping_the_service_cancels_what_does_not_end_by_itself() {
    let running = start(Duration::from_millis(50));
    let store = running.store.path().to_owned();
    let asking = std::thread::spawn(move || ask(&store, "wait").0);
    running.began.recv_timeout(LONG).unwrap();
    running.stop.send(()).unwrap();
    running.service.await.unwrap();
    assert_eq!(asking.join().unwrap().unwrap(), 130, "the client is told");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_call_is_told_so() {
    let running = start(LONG);
    for bytes in [&b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"[..], &[2, 0, 0, 0, 0], b"\x01\x02\0\0\0{}"] {
        let mut stream = Stream::connect(running.store.path().join("jaal.sock")).unwrap();
        io::Write::write_all(&mut stream, bytes).unwrap();
        let mut told = Vec::new();
        stream.read_to_end(&mut told).ok();
        assert!(told.is_empty() || told[0] == Tag::Refused as u8, "{told:?}");
    }
    running.stop.send(()).unwrap();
    running.service.await.unwrap();
}
