//! What the tests of the command line share: the program, a store with the sample case, and how a run ended.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

/// A specification of calls between the numbers in the columns A and B.
pub(crate) const CALLS: &str = r#"name = "calls"
format = "csv"
[entities.caller]
key = { scheme = "msisdn", from = "A" }
[entities.callee]
key = { scheme = "msisdn", from = "B" }
[[links]]
type = "CALLED"
from = "caller"
to = "callee"
identity = "ends"
"#;

/// How a run of the program ended.
pub(crate) struct Run {
    /// The exit status.
    pub(crate) status: i32,
    /// What stood on standard output.
    pub(crate) out: String,
    /// What stood on standard error.
    pub(crate) err: String,
}

impl Run {
    /// What a process that has ended left.
    pub(crate) fn of(output: Output) -> Self {
        Self {
            status: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Standard output as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}\n{}", self.out, self.err))
    }

    /// Fails the test unless the run ended with this status.
    #[track_caller]
    pub(crate) fn expect(self, status: i32) -> Self {
        assert_eq!(self.status, status, "out: {}\nerr: {}", self.out, self.err);
        self
    }
}

/// The program with a store and arguments.
pub(crate) fn command(store: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jaal"));
    command.args(arguments).env("JAAL_DB", store).env("NO_COLOR", "1").stdin(Stdio::null());
    command
}

/// Runs the program to its end.
pub(crate) fn jaal(store: &Path, arguments: &[&str]) -> Run {
    Run::of(command(store, arguments).output().unwrap())
}

/// The files of a store, also those of its segments.
pub(crate) fn files(store: &Path) -> Vec<PathBuf> {
    let folders = [store.to_owned(), store.join("segments")];
    let entries = folders.iter().flat_map(|folder| std::fs::read_dir(folder).into_iter().flatten());
    let mut files: Vec<PathBuf> =
        entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect();
    files.sort();
    files
}

/// The files of a store that hold a text.
pub(crate) fn holds(store: &Path, text: &str) -> Vec<PathBuf> {
    let is_in = |file: &PathBuf| {
        let bytes = std::fs::read(file).unwrap();
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    };
    files(store).into_iter().filter(is_in).collect()
}

/// Copies the files of a store that nobody has open.
pub(crate) fn copy_store(from: &Path, to: &Path) {
    std::fs::create_dir_all(to.join("segments")).unwrap();
    for file in files(from) {
        std::fs::copy(&file, to.join(file.strip_prefix(from).unwrap())).unwrap();
    }
}

/// The folder of the sample case.
pub(crate) fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/crackdown")
}

/// A file of the sample case as an argument.
pub(crate) fn sample(name: &str) -> String {
    samples().join(name).to_str().unwrap().to_owned()
}

/// The store with the whole sample case, loaded once for all tests of a program; tests only read it.
pub(crate) fn case() -> &'static Path {
    static CASE: OnceLock<PathBuf> = OnceLock::new();
    CASE.get_or_init(|| {
        // Nothing drops a static, so the folder is cargo's own for tests and is emptied before each use.
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli-case");
        if folder.exists() {
            std::fs::remove_dir_all(&folder).unwrap();
        }
        std::fs::create_dir_all(&folder).unwrap();
        let store = folder.join("case.jaal");
        jaal(&store, &["load", "--case", samples().to_str().unwrap()]).expect(0);
        store
    })
}
