//! Where the socket of a store is, and whether somebody listens there.
//!
//! It is `jaal.sock` in the store's folder. The address of a socket has room for about a hundred bytes; where the path
//! is longer, the socket is in a folder of its own under a short path, and `jaal.sock` is a file that names it.

use super::Stream;
use std::path::Path;

/// The name of the socket, or of the file that says where it is.
const NAME: &str = "jaal.sock";
/// The longest path of a socket that is used: Linux has room for 107 bytes, others for 103.
#[cfg(unix)]
const MOST_PATH_BYTES: usize = 100;

/// A connection to whoever listens for a store; `None` when nobody does, or another user.
#[cfg(unix)]
pub(super) fn connect(store: &Path) -> Option<Stream> {
    use std::os::unix::fs::{FileTypeExt, MetadataExt};
    let mut path = store.join(NAME);
    let mut found = std::fs::symlink_metadata(&path).ok()?;
    let own = rustix::process::geteuid().as_raw();
    if found.is_file() && found.uid() == own && found.len() < 4096 {
        path = std::fs::read_to_string(&path).ok()?.trim_end().into();
        found = std::fs::symlink_metadata(&path).ok()?;
    }
    // A socket of another user may be anybody's. Who cannot be asked is no service: the lock of the ledger decides
    // what may be done without it.
    (found.file_type().is_socket() && found.uid() == own).then(|| Stream::connect(&path).ok()).flatten()
}

#[cfg(not(unix))]
pub(super) fn connect(_store: &Path) -> Option<Stream> {
    None
}

#[cfg(unix)]
pub(super) use bound::Bound;

#[cfg(unix)]
mod bound {
    use super::{MOST_PATH_BYTES, NAME};
    use std::fs::{DirBuilder, Permissions};
    use std::io::{self, ErrorKind};
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
    use std::os::unix::net::UnixListener;
    use std::path::{Path, PathBuf};

    /// A socket that is listened on. It is removed when dropped.
    pub(in super::super) struct Bound {
        listener: Option<UnixListener>,
        /// What to remove, in order.
        files: Vec<PathBuf>,
        /// The folder of its own, if it has one.
        folder: Option<PathBuf>,
    }

    impl Bound {
        /// Listens for a store, whose lock the caller holds: a socket that is there already is of a service that was
        /// killed. `short` is a folder for sockets of stores with long paths.
        ///
        /// # Errors
        /// What the system says.
        pub(in super::super) fn at(store: &Path, short: &Path) -> io::Result<Self> {
            let public = store.join(NAME);
            let aside = store.join(format!("{NAME}.{}", std::process::id()));
            if aside.as_os_str().as_bytes().len() <= MOST_PATH_BYTES {
                let listener = bind(&aside)?;
                // Under its own name it has its mode already.
                rename(&aside, &public)?;
                return Ok(Self { listener: Some(listener), files: vec![public], folder: None });
            }
            let folder = own_folder(short)?;
            let socket = folder.join(NAME);
            let mut bound = Self { listener: None, files: vec![socket.clone()], folder: Some(folder) };
            bound.listener = Some(bind(&socket)?);
            std::fs::write(&aside, socket.as_os_str().as_bytes())?;
            rename(&aside, &public)?;
            bound.files.insert(0, public);
            Ok(bound)
        }

        /// The listener, once.
        pub(in super::super) fn take(&mut self) -> Option<UnixListener> {
            self.listener.take()
        }
    }

    impl Drop for Bound {
        fn drop(&mut self) {
            // What is left is taken for the socket of a service that was killed, which it is.
            self.files.iter().for_each(|file| drop(std::fs::remove_file(file)));
            self.folder.iter().for_each(|folder| drop(std::fs::remove_dir(folder)));
        }
    }

    fn bind(path: &Path) -> io::Result<UnixListener> {
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let listener = UnixListener::bind(path)?;
        std::fs::set_permissions(path, Permissions::from_mode(0o600))?;
        Ok(listener)
    }

    fn rename(aside: &Path, public: &Path) -> io::Result<()> {
        std::fs::rename(aside, public).inspect_err(|_| drop(std::fs::remove_file(aside)))
    }

    /// A new folder that only this user can look into.
    fn own_folder(short: &Path) -> io::Result<PathBuf> {
        const TRIES: u32 = 100;
        let pid = std::process::id();
        for number in 0..TRIES {
            let folder = short.join(format!("jaal-{pid}-{number}"));
            match DirBuilder::new().mode(0o700).create(&folder) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                made => return made.map(|()| folder),
            }
        }
        Err(ErrorKind::AlreadyExists.into())
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn is_clean(folder: &Path) -> bool {
        std::fs::read_dir(folder).unwrap().next().is_none()
    }

    #[test]
    fn a_socket_is_the_owners_alone_and_goes_with_its_service() {
        let (store, short) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        assert!(connect(store.path()).is_none());
        let bound = Bound::at(store.path(), short.path()).unwrap();
        let mode = std::fs::metadata(store.path().join(NAME)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(connect(store.path()).is_some());
        drop(bound);
        assert!(is_clean(store.path()) && is_clean(short.path()));
    }

    #[test]
    fn a_socket_that_nobody_listens_on_counts_as_none_and_is_replaced() {
        let (store, short) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let left = std::os::unix::net::UnixListener::bind(store.path().join(NAME)).unwrap();
        drop(left);
        assert!(connect(store.path()).is_none());
        let _bound = Bound::at(store.path(), short.path()).unwrap();
        assert!(connect(store.path()).is_some());
        // A file that names nothing, or no socket, is none either.
        let other = tempfile::tempdir().unwrap();
        for text in ["", "/no/such/socket", other.path().to_str().unwrap()] {
            std::fs::write(other.path().join(NAME), text).unwrap();
            assert!(connect(other.path()).is_none());
        }
    }

    #[test]
    fn a_long_path_has_its_socket_elsewhere() {
        let (folder, short) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let store = folder.path().join("d".repeat(120));
        std::fs::create_dir(&store).unwrap();
        let bound = Bound::at(&store, short.path()).unwrap();
        assert!(std::fs::symlink_metadata(store.join(NAME)).unwrap().is_file());
        assert!(connect(&store).is_some());
        drop(bound);
        assert!(is_clean(&store) && is_clean(short.path()));
    }
}
