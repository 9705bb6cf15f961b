//! The images of a store: segment files, one for each state of the ledger, one of them live.
//!
//! - A segment file fits a state of the ledger when its digest does: the digest covers the hash of the state's
//!   last commit, so a file from elsewhere fits nothing, whatever its name.
//! - The live image never goes back to an older commit.
//! - Whoever makes an image, or commits and then makes one, holds [`Making`] meanwhile.
//! - Only the handle that writes the ledger removes files, and only after it has published a later image. The
//!   images of other handles go on: a file that is mapped stays readable after it was removed.
//! - A handle for reading that finds no segment for the last commit goes on with the image it has until there is
//!   one, because whoever made the commit is making it; it derives only when it has none at all. A thread of the
//!   writing process goes on with the earlier image only while another thread is making the newer one.

use crate::EngineError;
use crate::database::Watch;
use arc_swap::ArcSwapOption;
use jaal_graph::{
    Deriver, GraphError, Lens, SEGMENT_VERSION, Segment, Summary, View, derive_segment, image_digest,
    remove_abandoned,
};
use jaal_ledger::{Ledger, LedgerError, Snapshot};
use jaal_model::{CommitId, Digest, OpaqueKey};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::{Duration, Instant};

/// How long a handle for reading goes on with an older image before it looks for the newer one again.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// How much older than a new segment a file of verification is when nobody can be using it any more.
const STALE_CHECK: Duration = Duration::from_hours(24);
/// The extension of segment files.
const SEGMENT: &str = "seg";
/// The extension of segments that verification derives and throws away.
const CHECK: &str = "check";

/// What names the image of a state of the ledger, for the lens that admits everything.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct ImageName {
    commit: CommitId,
    digest: Digest,
}

impl ImageName {
    /// The name of the image of a snapshot.
    pub(crate) fn of(snapshot: &Snapshot) -> Result<Self, LedgerError> {
        let head = snapshot.head()?;
        let digest = image_digest(head.as_ref().map(|commit| commit.hash), &Lens::everything());
        Ok(Self { commit: head.map_or(CommitId(0), |commit| commit.id), digest })
    }

    fn fits(&self, view: &View) -> bool {
        view.digest() == self.digest
    }

    fn file_name(&self) -> String {
        let digest = self.digest.to_string();
        format!("all-{:012}-{}.v{SEGMENT_VERSION}.{SEGMENT}", self.commit.0, &digest[..8])
    }
}

/// The live image and the folder of segment files.
pub(crate) struct Images {
    folder: PathBuf,
    /// Whether the ledger's handle writes: no other process does then.
    is_writer: bool,
    opaque: OpaqueKey,
    live: ArcSwapOption<View>,
    /// When a handle for reading last looked for a newer image in vain.
    looked: Mutex<Option<Instant>>,
}

impl Images {
    pub(crate) fn new(ledger: &Ledger) -> Self {
        Self {
            folder: ledger.path().join("segments"),
            is_writer: ledger.is_writable(),
            opaque: ledger.opaque_key(),
            live: ArcSwapOption::empty(),
            looked: Mutex::new(None),
        }
    }

    /// The segment file of an image.
    pub(crate) fn path(&self, name: &ImageName) -> PathBuf {
        self.folder.join(name.file_name())
    }

    /// The view to read a snapshot with, mapped or derived as need be: of the snapshot's last commit or, for a
    /// handle that reads, of an earlier one. `None` when the live image is of a later commit, which a newer snapshot
    /// has; with `insist` the image is made even then.
    pub(crate) fn view(
        &self,
        snapshot: &Snapshot,
        insist: bool,
        watch: &mut dyn Watch,
    ) -> Result<Option<View>, EngineError> {
        let name = ImageName::of(snapshot)?;
        let later = |live: &View| live.commit() > name.commit && !insist;
        if let Some(live) = self.sound().filter(|live| name.fits(live) || later(live)) {
            return Ok(name.fits(&live).then_some(live));
        }
        let mut making = match self.try_make() {
            Some(making) => making,
            // Another thread has committed and is making the graph of it, which may take minutes.
            None => match self.sound().filter(|live| live.commit() < name.commit && !insist) {
                Some(earlier) => return Ok(Some(earlier)),
                None => self.make(),
            },
        };
        let live = self.sound();
        if let Some(live) = live.as_ref().filter(|live| name.fits(live) || later(live)) {
            return Ok(name.fits(live).then(|| live.clone()));
        }
        let earlier = live.filter(|live| !self.is_writer && live.commit() < name.commit);
        if earlier.is_some() && making.looked.is_some_and(|at| at.elapsed() < LOOK_AGAIN) {
            return Ok(earlier);
        }
        if let Some(view) = self.open(&name)? {
            return Ok(Some(making.adopt(view)));
        }
        if earlier.is_some() {
            *making.looked = Some(Instant::now());
            return Ok(earlier);
        }
        making.derive(snapshot, watch).map(Some)
    }

    /// Waits until nobody else makes an image, and keeps others from making one.
    pub(crate) fn make(&self) -> Making<'_> {
        Making { images: self, looked: self.looked.lock().unwrap_or_else(PoisonError::into_inner) }
    }

    /// As [`Images::make`], unless somebody else makes an image now.
    fn try_make(&self) -> Option<Making<'_>> {
        match self.looked.try_lock() {
            Ok(looked) => Some(Making { images: self, looked }),
            Err(TryLockError::Poisoned(poisoned)) => {
                Some(Making { images: self, looked: poisoned.into_inner() })
            }
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// Derives the image again beside the stored one and tells the checksum of its content.
    pub(crate) fn derive_aside(
        &self,
        snapshot: &Snapshot,
        watch: &mut dyn Watch,
    ) -> Result<(Summary, u64), EngineError> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        self.prepare_folder()?;
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = self.folder.join(format!("verify-{}-{number}.{CHECK}", std::process::id()));
        watch.stage("deriving the graph again", 0);
        let result =
            derive_segment(snapshot, &Lens::everything(), &path, &mut |done, _| watch.advance(done, 0))
                .and_then(|summary| Ok((summary, Segment::open(&path)?.content_checksum())));
        std::fs::remove_file(&path).ok();
        Ok(result?)
    }

    /// Makes the folder if it is not there.
    pub(crate) fn prepare_folder(&self) -> Result<(), EngineError> {
        std::fs::create_dir_all(&self.folder).map_err(EngineError::io("make the folder", &self.folder))
    }

    /// The live view if nothing read of it so far is damaged.
    fn sound(&self) -> Option<View> {
        self.live.load_full().filter(|live| live.intact().is_ok()).map(|live| View::clone(&live))
    }

    /// Maps the segment of an image; `None` when there is none that can be used, so that it must be derived.
    fn open(&self, name: &ImageName) -> Result<Option<View>, EngineError> {
        match View::open(&self.path(name), self.opaque.clone()) {
            Ok(view) => Ok(Some(view).filter(|view| name.fits(view))),
            // A segment is derived again whatever happened to it.
            Err(GraphError::Damaged { .. } | GraphError::Version { .. }) => Ok(None),
            Err(GraphError::Io { source, .. }) if source.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// The right to make images of a store, and to commit to it: nobody else in this process has it meanwhile.
pub(crate) struct Making<'a> {
    images: &'a Images,
    looked: MutexGuard<'a, Option<Instant>>,
}

impl Making<'_> {
    /// Derives the image of a snapshot from the ledger and publishes it.
    pub(crate) fn derive(&mut self, snapshot: &Snapshot, watch: &mut dyn Watch) -> Result<View, EngineError> {
        let name = ImageName::of(snapshot)?;
        self.images.prepare_folder()?;
        watch.stage("deriving the graph", 0);
        let path = self.images.path(&name);
        derive_segment(snapshot, &Lens::everything(), &path, &mut |done, _| watch.advance(done, 0))?;
        self.publish(&name)
    }

    /// Makes the image of a snapshot from the claims that a deriver was fed, and publishes it.
    pub(crate) fn finish(
        &mut self,
        deriver: Deriver,
        snapshot: &Snapshot,
    ) -> Result<(Summary, View), EngineError> {
        let name = ImageName::of(snapshot)?;
        self.images.prepare_folder()?;
        let summary = deriver.finish(snapshot, &self.images.path(&name))?;
        Ok((summary, self.publish(&name)?))
    }

    /// Maps a segment that has just been written and makes it live. The writer then removes what it replaces.
    fn publish(&mut self, name: &ImageName) -> Result<View, EngineError> {
        let path = self.images.path(name);
        let view = self.adopt(View::open(&path, self.images.opaque.clone())?);
        let is_live = self.images.live.load().as_ref().is_some_and(|live| name.fits(live));
        if self.images.is_writer && is_live {
            remove_replaced(&self.images.folder, &path);
        }
        Ok(view)
    }

    /// Makes a view live unless the live one is sound and of a later commit.
    fn adopt(&mut self, view: View) -> View {
        if self.images.sound().is_none_or(|live| live.commit() <= view.commit()) {
            self.images.live.store(Some(Arc::new(view.clone())));
            *self.looked = None;
        }
        view
    }
}

/// Removes all segments but one, and what writers and verifications that died have left.
fn remove_replaced(folder: &Path, keep: &Path) {
    let changed = |path: &Path| std::fs::metadata(path).and_then(|file| file.modified()).ok();
    let now = changed(keep);
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        let is = |extension: &str| path.extension().is_some_and(|e| e == extension);
        let age = || now?.duration_since(changed(&path)?).ok();
        let replaced = is(SEGMENT) && path != keep;
        if replaced || (is(CHECK) && age().is_some_and(|age| age > STALE_CHECK)) {
            // A file that cannot be removed costs space and nothing else.
            std::fs::remove_file(&path).ok();
        } else {
            remove_abandoned(&path);
        }
    }
}

#[cfg(test)]
mod tests;
