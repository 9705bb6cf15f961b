//! A store that is served: commands go through its service, and print, write and exit with the same as without it.

use crate::run::{CALLS, case, command, sample, samples};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

const SPEC: &str = "specs/cca-cases.toml";
/// Longer than anything takes here.
const LONG: Duration = Duration::from_mins(1);

/// A folder with a copy of the sample case's store, `s.jaal`.
struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let desk = Self { folder: tempfile::tempdir().unwrap() };
        copy(case(), &desk.store());
        desk
    }

    fn store(&self) -> PathBuf {
        self.folder.path().join("s.jaal")
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).unwrap();
    }

    /// The program in the desk's folder, on its store by a relative path.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = command(Path::new("s.jaal"), arguments);
        command.current_dir(self.folder.path());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    #[track_caller]
    fn done(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(
            output.status.code(),
            Some(0),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    fn serve(&self) -> Service {
        let mut child = self
            .command(&["serve", "--listen", "127.0.0.1:0", "--actor", "the service"])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.split("http://").nth(1).unwrap_or_else(|| panic!("{line}"));
        let address = address.split('/').next().unwrap().to_owned();
        Service { child, address }
    }
}

/// A running service; killed when dropped.
struct Service {
    child: Child,
    address: String,
}

impl Service {
    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Ends of the first planted path.
fn ends() -> (String, String) {
    let text = std::fs::read_to_string(samples().join("truth/paths.csv")).unwrap();
    let row: Vec<&str> = text.lines().nth(1).unwrap().split(',').collect();
    (format!("Person:{}", row[0]), format!("Person:{}", row[1]))
}

/// What is printed, with the times that no two runs share made equal.
fn text(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let lines = text.lines().map(|line| {
        let word = line.trim_start().trim_start_matches('"');
        let is_time = ["project_s", "compute_s", "projection ", "computation "];
        if is_time.iter().any(|name| word.starts_with(name)) { "a time" } else { line }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Questions, and pictures of their answers.
fn questions<'a>(from: &'a str, to: &'a str) -> Vec<Vec<&'a str>> {
    vec![
        vec!["info"],
        vec!["info", "--format", "json"],
        vec!["info", "--format", "csv"],
        vec!["find", "raza"],
        vec!["find", "raza", "--format", "ndjson", "--limit", "3"],
        vec!["find", "nobody of this name"],
        vec!["find", "nobody of this name", "--quiet"],
        vec!["find", "--file", "numbers.txt"],
        vec!["find", "--file", "-", "--format", "csv"],
        vec!["find", "--file", "no-such.txt"],
        vec!["find", "03", "--country", "AE"],
        vec!["show", from],
        vec!["show", from, "--format", "json"],
        vec!["show", "Phne:1"],
        vec!["show", "Phone:+923009999999"],
        vec!["why", from],
        vec!["why", from, to],
        vec!["path", from, to],
        vec!["path", from, to, "--why", "--format", "json"],
        vec!["path", from, to, "--types", "SEALED_IN"],
        vec!["path", from, to, "--max-expansions", "1", "--format", "json"],
        vec!["around", from, "--hops", "2"],
        vec!["around", from, "--hops", "4", "--format", "json"],
        vec!["networks"],
        vec!["networks", "1", "--format", "csv"],
        vec!["networks", "100000"],
        vec!["algo", "wcc", "--format", "table"],
        vec!["algo", "pagerank", "--output", "ranks.csv"],
        vec!["algo", "no-such"],
        vec!["algo", "leiden", "--format", "csv"],
        vec!["report", "crackdown", "--from", "2025-09-01", "--to", "2025-10-31"],
        vec![
            "report",
            "crackdown",
            "--from",
            "2025-09-01",
            "--to",
            "2025-10-31",
            "--format",
            "ndjson",
            "--rows",
        ],
        vec!["export", "--engine", "built-in", "--path", from, to],
        vec!["export", "--engine", "built-in", "--around", from, "--output", "near.png"],
        vec!["export", "--engine", "built-in", "--entities-file", "ends.txt", "--output", "list.svg"],
        vec!["export", "--engine", "built-in", "--community", "1", "--output", "no/such/folder.svg"],
    ]
}

/// What is asked of the store itself, and what changes it.
fn changes(spec: &str) -> Vec<Vec<&str>> {
    vec![
        vec!["checkpoint"],
        vec!["verify"],
        vec!["verify", "--checkpoint", "numbers.txt"],
        vec!["dump", "--output", "dump.zst"],
        vec!["dump", "--output", "dump.zst"],
        vec!["dump"],
        vec!["load", "--dry-run", "--spec", spec, "cases.csv"],
        vec!["load", "--spec", "no-such.toml", "cases.csv"],
        vec!["load", "--spec", spec, "./no-such.csv"],
        vec!["load", "--spec", "bad.toml", "cases.csv"],
        vec!["load", "--spec", spec, "ends.txt"],
        vec!["load", "--spec", spec, "cases.csv", "--agency", "Another"],
        vec!["load", "--spec", spec, "cases.csv", "--agency", "Another"],
        vec!["load", "--case", "no-such-case"],
        vec!["withdraw", "1", "--reason", "sent in error"],
        vec!["withdraw", "1", "--reason", "again"],
        vec!["withdraw", "700", "--reason", "none such"],
        vec!["networks", "--limit", "2"],
        vec!["verify"],
    ]
}

/// The files that the commands name.
fn write_files(desk: &Desk, from: &str, to: &str) {
    desk.write("numbers.txt", "# asked by letter\nno-such\n+923001234567\n");
    desk.write("ends.txt", &format!("{from}\n{to}\n"));
    desk.write("bad.toml", "name = \"p\"\nformat = \"csv\"\nno_such_word = 1\n");
    let rows = std::fs::read_to_string(sample("deliveries/cca/cases.csv")).unwrap();
    let some: Vec<&str> = rows.lines().take(12).chain(["a row that is none"]).collect();
    desk.write("cases.csv", &(some.join("\n") + "\n"));
}

#[test]
fn every_command_gives_the_same_bytes_through_the_service() {
    let (from, to) = ends();
    let spec = sample(SPEC);
    let commands = [questions(&from, &to), changes(&spec)].concat();
    let (plain, asked) = (Desk::new(), Desk::new());
    for desk in [&plain, &asked] {
        write_files(desk, &from, &to);
    }
    let service = asked.serve();
    // Nobody but the service, which has it open, can read the ledger now.
    let ledger = asked.store().join("ledger.redb");
    std::fs::rename(&ledger, asked.store().join("aside")).unwrap();
    let size = std::fs::metadata(case().join("ledger.redb")).unwrap().len();
    std::fs::File::create(&ledger).unwrap().set_len(size).unwrap();
    let run = |desk: &Desk, arguments: &[&str]| {
        let mut child = desk
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that reads no input may be gone already.
        child.stdin.take().unwrap().write_all(b"+923001234567\nno-such\n").ok();
        child.wait_with_output().unwrap()
    };
    for arguments in &commands {
        let (one, other) = (run(&plain, arguments), run(&asked, arguments));
        assert_eq!(text(&one.stderr), text(&other.stderr), "{arguments:?}");
        assert_eq!(one.status.code(), other.status.code(), "{arguments:?}");
        assert!(text(&one.stdout) == text(&other.stdout), "{arguments:?}: {}", text(&other.stdout));
        if *arguments == ["dump"] {
            assert_eq!(one.stdout, other.stdout);
        }
    }
    for file in ["ranks.csv", "near.png", "list.svg", "dump.zst"] {
        let read = |desk: &Desk| std::fs::read(desk.folder.path().join(file)).unwrap();
        assert!(!read(&plain).is_empty() && read(&plain) == read(&asked), "{file}");
    }
    let rejects = |desk: &Desk| {
        let files = std::fs::read_dir(desk.folder.path().join("s.jaal-rejects")).unwrap();
        let mut names: Vec<_> = files.map(|file| file.unwrap().file_name()).collect();
        names.sort();
        names
    };
    assert!(!rejects(&plain).is_empty());
    assert_eq!(rejects(&plain), rejects(&asked));
    std::fs::rename(asked.store().join("aside"), &ledger).unwrap();
    drop(service);
    assert_eq!(asked.done(&["info", "--format", "csv"]), plain.done(&["info", "--format", "csv"]));
}

#[test]
fn a_killed_service_is_noticed_and_its_socket_replaced() {
    let desk = Desk::new();
    let mut first = desk.serve();
    let held = desk.run(&["serve", "--listen", "127.0.0.1:0"]);
    let told = String::from_utf8(held.stderr).unwrap();
    assert_eq!(held.status.code(), Some(1));
    assert!(told.contains("`jaal serve` by the service (process "), "{told}");
    for arguments in [&["init"][..], &["load", "--dry-run", "--case", "no-such"]] {
        assert_ne!(desk.run(arguments).status.code(), Some(0));
    }
    desk.done(&["withdraw", "1", "--reason", "through the service"]);
    first.kill();
    assert!(desk.store().join("jaal.sock").exists(), "the socket is left behind");
    desk.done(&["withdraw", "2", "--reason", "without it"]);
    let second = desk.serve();
    desk.done(&["withdraw", "3", "--reason", "through the second"]);
    assert_eq!(desk.done(&["info", "--format", "csv"]).matches(",withdrawn").count(), 3);
    // One that ends in order leaves nothing.
    let pid = second.child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    let until = Instant::now() + LONG;
    while desk.store().join("writer.json").exists() {
        assert!(Instant::now() < until, "the service did not end");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(!desk.store().join("jaal.sock").exists());
    desk.done(&["verify"]);
}

#[test]
fn twenty_clients_are_served_at_once_and_write_in_turn() {
    let desk = Desk::new();
    let service = desk.serve();
    let spec = sample(SPEC);
    let rows = std::fs::read_to_string(sample("deliveries/cca/cases.csv")).unwrap();
    let commits = |desk: &Desk| {
        let info: serde_json::Value =
            serde_json::from_str(&desk.done(&["info", "--format", "json"])).unwrap();
        info["commits"].as_u64().unwrap()
    };
    let before = commits(&desk);
    for number in 0..5 {
        let some: Vec<&str> = rows.lines().take(5 + number).collect();
        desk.write(&format!("cases-{number}.csv"), &(some.join("\n") + "\n"));
    }
    std::thread::scope(|scope| {
        for number in 0..20 {
            let (desk, spec, service) = (&desk, &spec, &service);
            scope.spawn(move || {
                if number < 5 {
                    let loaded = desk.done(&["load", "--spec", spec, &format!("cases-{number}.csv")]);
                    assert!(loaded.contains("Loaded"), "{loaded}");
                } else if number < 15 {
                    assert!(desk.done(&["networks", "--limit", "3"]).contains("networks"));
                } else {
                    let mut http = TcpStream::connect(&service.address).unwrap();
                    http.write_all(b"GET /v1/info HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
                        .unwrap();
                    let mut answer = String::new();
                    http.read_to_string(&mut answer).unwrap();
                    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
                }
            });
        }
    });
    assert_eq!(commits(&desk), before + 5);
    desk.done(&["verify"]);
}

/// A frame as it is sent.
fn frame(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap().to_le_bytes();
    [&[tag], &length[..], content].concat()
}

#[test]
fn another_version_is_a_clear_error_on_both_sides() {
    let desk = Desk::new();
    let service = desk.serve();
    let mut client = UnixStream::connect(desk.store().join("jaal.sock")).unwrap();
    client.write_all(&frame(1, br#"{"protocol":99,"version":"99.0.0"}"#)).unwrap();
    let mut told = Vec::new();
    client.read_to_end(&mut told).unwrap();
    assert_eq!(told[0], 64);
    assert!(String::from_utf8_lossy(&told).contains("this is jaal 99.0.0"), "{told:?}");
    drop(service);
    // A service of another version says so, and one that dies is missed.
    std::fs::remove_file(desk.store().join("jaal.sock")).unwrap();
    let socket = UnixListener::bind(desk.store().join("jaal.sock")).unwrap();
    let answers: [(&[u8], &str); 2] =
        [(&frame(64, b"served by jaal 99"), "error: served by jaal 99\n"), (b"", "error: the service ended")];
    for (answer, told) in answers {
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let (mut stream, _) = socket.accept().unwrap();
                let mut head = [0; 5];
                stream.read_exact(&mut head).unwrap();
                let length = u32::from_le_bytes(head[1..].try_into().unwrap());
                std::io::copy(&mut (&stream).take(length.into()), &mut std::io::sink()).unwrap();
                stream.write_all(answer).unwrap();
            });
            let output = desk.run(&["info"]);
            let err = String::from_utf8(output.stderr).unwrap();
            assert!(output.status.code() == Some(1) && err.starts_with(told), "{err}");
        });
    }
}

#[test]
fn a_client_that_is_interrupted_or_killed_cancels_its_load() {
    use std::fmt::Write as _;
    let desk = Desk::new();
    let _service = desk.serve();
    desk.write("calls.toml", CALLS);
    let mut rows = "A,B\n".to_owned();
    for at in 0..600_000 {
        writeln!(rows, "+92300{at:07},+92301{:07}", at / 3).unwrap();
    }
    desk.write("calls.csv", &rows);
    let before = desk.done(&["info", "--format", "csv"]);
    for (signal, status) in [("-INT", Some(130)), ("-KILL", None)] {
        let mut client = desk
            .command(&["load", "--spec", "calls.toml", "calls.csv"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A second writer waits in the meantime, and is told for whom. One that comes first finds nobody to wait for,
        // and the client may not listen to signals yet.
        let mut waiting = loop {
            let waiting = desk.command(&["withdraw", "700", "--reason", "x"]).stderr(Stdio::piped()).spawn();
            let mut waiting = waiting.unwrap();
            let mut told = String::new();
            BufReader::new(waiting.stderr.take().unwrap()).read_line(&mut told).unwrap();
            if !told.contains("there is no delivery 700") {
                assert!(told.starts_with("waiting for `jaal load` by "), "{told}");
                break waiting;
            }
            waiting.wait().unwrap();
            assert!(client.try_wait().unwrap().is_none(), "the load was over before anybody waited for it");
        };
        let pid = client.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
        assert_eq!(client.wait().unwrap().code(), status);
        // The turn comes free only when the load has ended.
        waiting.wait().unwrap();
        assert_eq!(desk.run(&["withdraw", "700", "--reason", "x"]).status.code(), Some(3));
        assert_eq!(desk.done(&["info", "--format", "csv"]), before, "{signal}");
    }
}
