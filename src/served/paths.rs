//! Paths of a client: what they mean in the service's process, and how what is said of them names them again.

use std::cell::RefCell;
use std::path::{Component, Path, PathBuf};

/// The paths of one command.
pub(crate) struct Paths {
    /// The client's folder.
    folder: PathBuf,
    /// The client's number.
    pid: u32,
    /// Paths as they are opened here, and as the client wrote them.
    given: RefCell<Vec<(PathBuf, PathBuf)>>,
}

impl Paths {
    /// Paths of a client in its folder.
    pub(crate) fn of(folder: PathBuf, pid: u32) -> Self {
        Self { folder, pid, given: RefCell::default() }
    }

    /// Notes how the client names something that is elsewhere here.
    pub(crate) fn know(&self, here: &Path, given: &Path) {
        if here != given {
            self.given.borrow_mut().push((here.to_owned(), given.to_owned()));
        }
    }

    /// The path to open for one that the client wrote.
    pub(crate) fn here(&self, given: &Path) -> PathBuf {
        let here = own(given, self.pid).unwrap_or_else(|| self.folder.join(given));
        self.know(&here, given);
        here
    }

    /// How the client names a path.
    pub(crate) fn path_as_given(&self, path: &Path) -> PathBuf {
        let given = self.given.borrow();
        let named = given.iter().rev().find_map(|(here, given)| {
            let rest = path.strip_prefix(here).ok()?;
            Some(if rest.as_os_str().is_empty() { given.clone() } else { given.join(rest) })
        });
        named.unwrap_or_else(|| path.to_owned())
    }

    /// A sentence with paths as the client names them.
    pub(crate) fn text_as_given(&self, text: String) -> String {
        self.given.borrow().iter().rev().fold(text, |text, (here, given)| {
            text.replace(&here.display().to_string(), &given.display().to_string())
        })
    }
}

/// What is a process's own under `/dev` and `/proc`, such as the `/dev/fd/63` of a shell's `<(…)`, is found under the
/// client's number.
fn own(given: &Path, pid: u32) -> Option<PathBuf> {
    let process = PathBuf::from(format!("/proc/{pid}"));
    let parts: Vec<&str> = given
        .components()
        .map(|part| match part {
            Component::RootDir => Some("/"),
            Component::Normal(name) => name.to_str(),
            _ => None,
        })
        .collect::<Option<_>>()?;
    let rest = match parts.as_slice() {
        ["/", "dev", "stdin"] => "fd/0".into(),
        ["/", "dev", "stdout"] => "fd/1".into(),
        ["/", "dev", "stderr"] => "fd/2".into(),
        ["/", "dev", "fd", rest @ ..] => Path::new("fd").join(rest.iter().collect::<PathBuf>()),
        ["/", "proc", "self", rest @ ..] => rest.iter().collect::<PathBuf>(),
        _ => return None,
    };
    // Elsewhere than on Linux nothing of the kind is there, and the path is what it says.
    process.exists().then(|| process.join(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_start_from_the_clients_folder_and_are_named_as_it_names_them() {
        let paths = Paths::of("/desk/a".into(), std::process::id());
        assert_eq!(paths.here(Path::new("/x/y")), Path::new("/x/y"));
        assert_eq!(paths.here(Path::new("./s.toml")), Path::new("/desk/a/./s.toml"));
        assert_eq!(paths.here(Path::new("case.jaal-rejects")), Path::new("/desk/a/case.jaal-rejects"));
        paths.know(Path::new("/srv/case.jaal"), Path::new("../case.jaal"));
        let text = |text: &str| paths.text_as_given(text.to_owned());
        assert_eq!(text("cannot open `/desk/a/./s.toml`: no"), "cannot open `./s.toml`: no");
        assert_eq!(text("/srv/case.jaal/segments of /x/y"), "../case.jaal/segments of /x/y");
        let named = |path: &str| paths.path_as_given(Path::new(path));
        assert_eq!(named("/desk/a/case.jaal-rejects/r.csv"), Path::new("case.jaal-rejects/r.csv"));
        assert_eq!(named("/desk/a/./s.toml"), Path::new("./s.toml"));
        assert_eq!(named("/desk/a/other"), Path::new("/desk/a/other"));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn what_is_a_processs_own_is_the_clients() {
        let pid = std::process::id();
        let paths = Paths::of("/desk/a".into(), pid);
        for (given, here) in [
            ("/dev/fd/63", format!("/proc/{pid}/fd/63")),
            ("/dev/stdin", format!("/proc/{pid}/fd/0")),
            ("/proc/self/fd/4", format!("/proc/{pid}/fd/4")),
            ("/dev/null", "/dev/null".to_owned()),
        ] {
            assert_eq!(paths.here(Path::new(given)), Path::new(&here));
        }
    }
}
