//! Who holds a store: a small file beside the ledger that names the process which writes, for those who must wait.
//!
//! The lock of the ledger's file decides who writes, never this file: it is read only once the lock is known to be
//! held, and believed only as far as its process can still be alive. A process that was killed leaves its file
//! behind; the next writer replaces it.

use crate::{LedgerError, Result};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The file's name in the store's folder.
const FILE: &str = "writer.json";
/// The longest file that is read: ten times what any writer writes.
const MOST_BYTES: u64 = 16 << 10;

/// A process that holds a store for writing.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Holder {
    /// Its number on its host.
    pub pid: u32,
    /// Who acts.
    pub actor: String,
    /// What it does, for example `jaal load`.
    pub command: String,
    /// The name of the computer.
    pub host: String,
    /// Since when, seconds since 1970-01-01T00:00Z.
    pub since: i64,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let since = jaal_model::value::DateTime { seconds: self.since, nanos: 0, offset_s: 0, zone: None };
        // The file is of another process and may be of another program: nothing in it may move a cursor.
        let clean = |text: &str| text.chars().filter(|c| !c.is_control()).take(200).collect::<String>();
        let (command, actor, host) = (clean(&self.command), clean(&self.actor), clean(&self.host));
        write!(f, "`{command}` by {actor} (process {} on {host}, since {since})", self.pid)
    }
}

/// Writes the file, in one step. A store whose folder takes no file is written to all the same, so the caller may
/// pass over an error.
///
/// # Errors
/// [`LedgerError::Io`] when the file cannot be made.
pub(crate) fn announce(dir: &Path, holder: &Holder) -> Result<()> {
    let path = dir.join(FILE);
    let aside = dir.join(format!("{FILE}.{}", holder.pid));
    let failed = |source| LedgerError::io("write", &path, source);
    let written = std::fs::File::create(&aside).and_then(|mut file| {
        serde_json::to_writer(&mut file, holder)?;
        file.write_all(b"\n")
    });
    written.and_then(|()| std::fs::rename(&aside, &path)).map_err(|source| {
        // The first error is the one to tell.
        let _ = std::fs::remove_file(&aside);
        failed(source)
    })
}

/// Removes the file. To be called while the lock is still held, so that it can be nobody else's.
pub(crate) fn withdraw(dir: &Path) {
    // What is left misleads nobody: it is read only while the lock is held, and then names another or a dead process.
    let _ = std::fs::remove_file(dir.join(FILE));
}

/// Who holds the store, as far as can be told. To be called when the lock is known to be held.
pub(crate) fn who(dir: &Path) -> Option<Box<Holder>> {
    let path: PathBuf = dir.join(FILE);
    if std::fs::metadata(&path).ok()?.len() > MOST_BYTES {
        return None;
    }
    let holder: Holder = serde_json::from_slice(&std::fs::read(&path).ok()?).ok()?;
    (may_live(&holder)).then(|| Box::new(holder))
}

/// Whether the process can be the one that holds the lock. Of another computer nothing is known.
#[cfg(unix)]
fn may_live(holder: &Holder) -> bool {
    use rustix::process::{Pid, test_kill_process};
    if holder.host != host() {
        return true;
    }
    let pid = i32::try_from(holder.pid).ok().and_then(Pid::from_raw);
    // A process of another user is there, though it may not be signalled.
    pid.is_some_and(|pid| !matches!(test_kill_process(pid), Err(rustix::io::Errno::SRCH)))
}

#[cfg(not(unix))]
fn may_live(_: &Holder) -> bool {
    true
}

/// The name of this computer, for [`Holder::host`].
#[cfg(unix)]
pub fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

/// The name of this computer, for [`Holder::host`].
#[cfg(not(unix))]
pub fn host() -> String {
    "this computer".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holder(pid: u32) -> Holder {
        Holder {
            pid,
            actor: "desk\u{1b} 4".to_owned(),
            command: "jaal load".to_owned(),
            host: host(),
            since: 1_764_000_000,
        }
    }

    #[test]
    fn a_holder_that_lives_is_named_without_anything_that_moves_a_cursor() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(who(folder.path()), None, "there is no file");
        let own = holder(std::process::id());
        announce(folder.path(), &own).unwrap();
        assert_eq!(who(folder.path()).as_deref(), Some(&own));
        let told = own.to_string();
        assert!(told.starts_with("`jaal load` by desk 4 (process "), "{told}");
        assert!(told.ends_with("since 2025-11-24T16:00:00Z)"), "{told}");
        withdraw(folder.path());
        assert_eq!(who(folder.path()), None);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is left aside");
    }

    #[test]
    #[cfg(unix)]
    fn a_dead_process_a_damaged_file_and_a_huge_one_name_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let mut child = std::process::Command::new("true").spawn().unwrap();
        child.wait().unwrap();
        announce(folder.path(), &holder(child.id())).unwrap();
        assert_eq!(who(folder.path()), None, "the process has ended");
        for content in [&b"{\"pid\":"[..], b"", b"{\"pid\":-1}", &vec![b' '; 1 << 20]] {
            std::fs::write(folder.path().join(FILE), content).unwrap();
            assert_eq!(who(folder.path()), None);
        }
        let elsewhere = Holder { host: "another".to_owned(), ..holder(child.id()) };
        announce(folder.path(), &elsewhere).unwrap();
        assert_eq!(who(folder.path()).as_deref(), Some(&elsewhere), "nothing is known of another computer");
    }
}
