//! The images of a store: segment files, and the views that are live.
//!
//! - An image is made for a lens. It is named by the digest of what the lens admits, so a file from elsewhere fits
//!   nothing, whatever its name, and lenses that admit the same share one.
//! - A live view follows the ledger: it is brought up by what changed, or derived anew where that is too much.
//! - A live view never goes back to an older commit.
//! - Whoever makes an image, or commits and then makes one, holds [`Making`] meanwhile. Readers do not wait for it:
//!   they go on with the view they have.
//! - Only the handle that writes the ledger removes files: when it has published a later image, and when it opens the
//!   store, what a killed one should have removed. The images of other handles go on: a file that is mapped stays
//!   readable after it was removed.
//! - A handle for reading brings its views up by small changes itself. Where a commit asks for a new segment of
//!   everything it goes on with what it has until there is one, because whoever made the commit is making it; it
//!   derives that only when it has nothing at all. Images of other lenses are made by whoever asks for them.

mod name;
mod removal;

use crate::EngineError;
use crate::database::Watch;
use arc_swap::ArcSwap;
use jaal_graph::{Admission, Draft, GraphError, Lens, Summary, View, derive_admitted, derive_segment};
use jaal_ledger::{Ledger, Snapshot};
use jaal_model::{CommitId, Digest, OpaqueKey};
pub(crate) use name::ImageName;
use removal::remove_all;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::{Duration, Instant};

/// How many images stay live at most, that of everything among them.
pub const LIVE_IMAGES: usize = 8;
/// How many segments of a lens are looked at for one to bring up.
const CANDIDATES: usize = 3;
/// A commit that changes more claims than this part of an image derives it anew.
const ANEW: u64 = 20;
/// Below so many claims a change is small whatever the image.
const SMALL: u64 = 2_000;
/// How long a handle for reading goes on with an older image before it looks for the newer one again.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// The extension of segments that verification derives and throws away.
const CHECK: &str = "check";

/// A view that is live.
#[derive(Clone)]
struct Live {
    admission: Arc<Admission>,
    /// The hash of the commit that it is of; the commit's number alone could be that of another ledger.
    head: Digest,
    view: View,
}

/// The live views and the folder of segment files.
pub(crate) struct Images {
    folder: PathBuf,
    /// Whether the ledger's handle writes: no other process does then.
    is_writer: bool,
    opaque: OpaqueKey,
    /// The one used last first.
    live: ArcSwap<Vec<Live>>,
    /// When a handle for reading last looked for a newer image in vain.
    looked: Mutex<Option<Instant>>,
}

impl Images {
    pub(crate) fn new(ledger: &Ledger) -> Self {
        Self {
            folder: ledger.path().join("segments"),
            is_writer: ledger.is_writable(),
            opaque: ledger.opaque_key(),
            live: ArcSwap::default(),
            looked: Mutex::new(None),
        }
    }

    /// Where the segment files are.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The segment file of the image of what is admitted.
    pub(crate) fn path_of(&self, admission: &Admission) -> PathBuf {
        self.folder.join(ImageName::of(admission).file_name())
    }

    /// The view to read a snapshot with for a lens, mapped, brought up or derived as need be: of the snapshot's last
    /// commit or, while that is being made, of an earlier one. `None` when the live view is of a later commit, which a
    /// newer snapshot has; with `insist` the image is made even then.
    pub(crate) fn view(
        &self,
        snapshot: &Snapshot,
        lens: &Lens,
        insist: bool,
        watch: &mut dyn Watch,
    ) -> Result<Option<View>, EngineError> {
        let (commit, head) = head_of(snapshot)?;
        let of = |live: &Live| live.head == head || live.view.commit() > commit && !insist;
        if let Some(live) = self.sound(lens).filter(of) {
            return Ok((live.head == head).then_some(live.view));
        }
        let making = match self.try_make() {
            Some(making) => making,
            // Another thread has committed and is making the graph of it, which may take minutes.
            None => match self.sound(lens).filter(|live| live.view.commit() < commit && !insist) {
                Some(earlier) => return Ok(Some(earlier.view)),
                None => self.make(),
            },
        };
        let live = self.sound(lens);
        if let Some(live) = live.as_ref().filter(|live| of(live)) {
            return Ok((live.head == head).then(|| live.view.clone()));
        }
        making.follow(snapshot, lens, live, watch).map(Some)
    }

    /// As [`Images::view`], but derives nothing and waits for nobody: `None` where there is no view to be had so, or
    /// that at hand is of a later commit.
    pub(crate) fn view_at_hand(&self, snapshot: &Snapshot, lens: &Lens) -> Result<Option<View>, EngineError> {
        let (commit, head) = head_of(snapshot)?;
        let live = self.sound(lens);
        if let Some(live) = live.as_ref().filter(|live| live.head == head || live.view.commit() > commit) {
            return Ok((live.head == head).then(|| live.view.clone()));
        }
        let Some(mut making) = self.try_make() else { return Ok(live.map(|live| live.view)) };
        making.go_on(snapshot, &Admission::of(snapshot, lens)?, self.sound(lens))
    }

    /// Waits until nobody else makes an image, and keeps others from making one.
    pub(crate) fn make(&self) -> Making<'_> {
        Making { images: self, looked: self.looked.lock().unwrap_or_else(PoisonError::into_inner) }
    }

    /// As [`Images::make`], unless somebody else makes an image now.
    pub(crate) fn try_make(&self) -> Option<Making<'_>> {
        match self.looked.try_lock() {
            Ok(looked) => Some(Making { images: self, looked }),
            Err(TryLockError::Poisoned(poisoned)) => {
                Some(Making { images: self, looked: poisoned.into_inner() })
            }
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// Derives an image again beside the stored one, and gives what to do with its file, which is then removed.
    pub(crate) fn derive_aside<T>(
        &self,
        snapshot: &Snapshot,
        lens: &Lens,
        watch: &mut dyn Watch,
        look: impl FnOnce(&Summary, &View) -> Result<T, EngineError>,
    ) -> Result<T, EngineError> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        self.prepare_folder()?;
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = self.folder.join(format!("verify-{}-{number}.{CHECK}", std::process::id()));
        watch.stage("deriving the graph again", 0);
        let derived = derive_segment(snapshot, lens, &path, &mut |done, _| watch.advance(done, 0))
            .and_then(|summary| Ok((summary, View::open(&path, self.opaque.clone())?)));
        let result = derived.map_err(EngineError::from).and_then(|(summary, view)| look(&summary, &view));
        std::fs::remove_file(&path).ok();
        result
    }

    /// Makes the folder if it is not there.
    pub(crate) fn prepare_folder(&self) -> Result<(), EngineError> {
        std::fs::create_dir_all(&self.folder).map_err(EngineError::io("make the folder", &self.folder))
    }

    /// How many views are live.
    pub(crate) fn live_count(&self) -> usize {
        self.live.load().len()
    }

    /// The live view of a lens if nothing read of it so far is damaged.
    fn sound(&self, lens: &Lens) -> Option<Live> {
        let live = self.live.load();
        let live = live.iter().find(|live| live.admission.lens() == lens)?;
        live.view.intact().is_ok().then(|| live.clone())
    }

    /// Maps the segment of an image; `None` when there is none that can be used.
    fn open(&self, path: &Path, digest: Digest) -> Result<Option<View>, EngineError> {
        match View::open(path, self.opaque.clone()) {
            Ok(view) => Ok(Some(view).filter(|view| view.digest() == digest)),
            // A segment is derived again whatever happened to it.
            Err(GraphError::Damaged { .. } | GraphError::Version { .. }) => Ok(None),
            Err(GraphError::Io { source, .. }) if source.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The segment files there are, by name.
    fn files(&self) -> BTreeMap<ImageName, PathBuf> {
        self.entries().filter_map(|path| Some((ImageName::read(&path)?, path))).collect()
    }

    /// Whatever lies in the folder.
    fn entries(&self) -> impl Iterator<Item = PathBuf> + use<> {
        let entries = std::fs::read_dir(&self.folder).into_iter().flatten();
        entries.flatten().map(|entry| entry.path())
    }
}

/// How many claims may change before an image is derived anew.
pub(crate) fn limit(view: &View) -> u64 {
    (view.claim_count() / ANEW).max(SMALL)
}

/// The commit of the last expungement: segments from before it hold what was destroyed.
fn expunged_at(snapshot: &Snapshot) -> Result<CommitId, EngineError> {
    Ok(snapshot.expunged()?.iter().map(|expunged| expunged.commit).max().unwrap_or_default())
}

fn head_of(snapshot: &Snapshot) -> Result<(CommitId, Digest), EngineError> {
    let head = snapshot.head()?;
    Ok(head.map_or((CommitId(0), Digest::default()), |head| (head.id, head.hash)))
}

/// The right to make images of a store, and to commit to it: nobody else in this process has it meanwhile.
pub(crate) struct Making<'a> {
    images: &'a Images,
    looked: MutexGuard<'a, Option<Instant>>,
}

impl Making<'_> {
    /// The view of a snapshot for a lens, and makes it live: the one at hand brought up, one like it, one from a file,
    /// or derived. A handle for reading may go on with what it has.
    fn follow(
        mut self,
        snapshot: &Snapshot,
        lens: &Lens,
        live: Option<Live>,
        watch: &mut dyn Watch,
    ) -> Result<View, EngineError> {
        let admission = Admission::of(snapshot, lens)?;
        match self.go_on(snapshot, &admission, live)? {
            Some(view) => Ok(view),
            None => self.derive(snapshot, admission, watch),
        }
    }

    /// As [`Making::follow`], but derives nothing.
    fn go_on(
        &mut self,
        snapshot: &Snapshot,
        admission: &Admission,
        live: Option<Live>,
    ) -> Result<Option<View>, EngineError> {
        let earlier = live.filter(|live| live.view.commit() <= admission.commit());
        // Whoever commits makes the image of everything and no other.
        let is_made = *admission.lens() == Lens::everything() && !self.images.is_writer;
        let waits = earlier.is_some() && is_made;
        if waits
            && self.looked.is_some_and(|at| at.elapsed() < LOOK_AGAIN)
            && let Some(earlier) = &earlier
        {
            return Ok(Some(earlier.view.clone()));
        }
        if let Some(view) = self.bring_up(snapshot, admission, earlier.as_ref())? {
            return self.adopt(snapshot, admission.clone(), view).map(Some);
        }
        if waits {
            *self.looked = Some(Instant::now());
        }
        Ok(earlier.filter(|_| waits).map(|earlier| earlier.view))
    }

    /// Brings the image of everything up to a snapshot, or derives it anew: to be called after a commit.
    pub(crate) fn publish(
        &mut self,
        snapshot: &Snapshot,
        watch: &mut dyn Watch,
    ) -> Result<View, EngineError> {
        let lens = Lens::everything();
        let admission = Admission::of(snapshot, &lens)?;
        let earlier = self.images.sound(&lens);
        watch.stage("bringing the graph up", 0);
        match self.bring_up(snapshot, &admission, earlier.as_ref())? {
            Some(view) => self.adopt(snapshot, admission, view),
            None => self.derive(snapshot, admission, watch),
        }
    }

    /// The view of a snapshot for a lens, if it can be had without deriving it.
    pub(crate) fn at_hand(&mut self, snapshot: &Snapshot, lens: &Lens) -> Result<Option<View>, EngineError> {
        let (_, head) = head_of(snapshot)?;
        let earlier = self.images.sound(lens);
        if let Some(live) = earlier.as_ref().filter(|live| live.head == head) {
            return Ok(Some(live.view.clone()));
        }
        let admission = Admission::of(snapshot, lens)?;
        let earlier = earlier.filter(|live| live.view.commit() <= admission.commit());
        let view = self.bring_up(snapshot, &admission, earlier.as_ref())?;
        view.map(|view| self.adopt(snapshot, admission, view)).transpose()
    }

    /// Goes over to a segment that was derived while commits went on, brought up to a later snapshot.
    /// Where too much was committed meanwhile, nothing changes.
    pub(crate) fn take_over(
        &mut self,
        at: &Admission,
        path: &Path,
        snapshot: &Snapshot,
    ) -> Result<(), EngineError> {
        let after = Admission::of(snapshot, at.lens())?;
        let view = View::open(path, self.images.opaque.clone())?;
        if let Some(view) = view.advance(at, &after, snapshot, limit(&view))? {
            self.adopt(snapshot, after, view)?;
            if self.images.is_writer {
                self.images.remove_replaced(path, expunged_at(snapshot)?);
            }
        }
        Ok(())
    }

    /// Lets go of all views and removes all segments. Those of verification go first: that named ones are left tells
    /// the next writer that this was not done to the end.
    pub(crate) fn forget(&mut self) -> Result<(), EngineError> {
        self.images.live.store(Arc::default());
        self.images.remove_checks()?;
        remove_all(self.images.files().values())
    }

    /// The view of what is admitted without deriving it: another lens's, an earlier one brought up, or from a file.
    fn bring_up(
        &self,
        snapshot: &Snapshot,
        admission: &Admission,
        earlier: Option<&Live>,
    ) -> Result<Option<View>, EngineError> {
        let digest = admission.digest();
        let live = self.images.live.load();
        let like = live.iter().find(|live| live.admission.digest() == digest && live.view.intact().is_ok());
        if let Some(like) = like {
            return Ok(Some(like.view.moved(admission)));
        }
        if let Some(Live { admission: before, view, .. }) = earlier
            && let Some(view) = view.advance(before, admission, snapshot, limit(view))?
        {
            return Ok(Some(view));
        }
        let files = self.images.files();
        for (_, path) in files.iter().filter(|(name, _)| name.may_be(admission)) {
            if let Some(view) = self.images.open(path, digest)? {
                return Ok(Some(view.moved(admission)));
            }
        }
        let lens = admission.lens();
        let mine = files.iter().filter(|(name, _)| name.is_for(lens) && name.commit() < admission.commit());
        for (name, path) in mine.rev().take(CANDIDATES) {
            let known = lens.as_known.map_or(name.commit(), |known| known.min(name.commit()));
            let before = Admission::of(snapshot, &Lens { as_known: Some(known), ..lens.clone() })?;
            if let Some(view) = self.images.open(path, before.digest())?
                && let Some(view) = view.advance(&before, admission, snapshot, limit(&view))?
            {
                return Ok(Some(view));
            }
        }
        Ok(None)
    }

    /// Derives the image of a snapshot from the ledger and publishes it.
    fn derive(
        &mut self,
        snapshot: &Snapshot,
        admission: Admission,
        watch: &mut dyn Watch,
    ) -> Result<View, EngineError> {
        self.images.prepare_folder()?;
        watch.stage("deriving the graph", 0);
        let path = self.images.path_of(&admission);
        derive_admitted(snapshot, &admission, &path, &mut |done, _| watch.advance(done, 0))?;
        self.publish_file(snapshot, admission, &path)
    }

    /// Derives the image of everything anew and publishes it.
    pub(crate) fn derive_all(
        &mut self,
        snapshot: &Snapshot,
        watch: &mut dyn Watch,
    ) -> Result<View, EngineError> {
        self.derive(snapshot, Admission::of(snapshot, &Lens::everything())?, watch)
    }

    /// Completes the image of everything, made while its commit was, and publishes it.
    pub(crate) fn finish(&mut self, draft: Draft, snapshot: &Snapshot) -> Result<View, EngineError> {
        let admission = Admission::of(snapshot, &Lens::everything())?;
        let path = self.images.path_of(&admission);
        draft.finish(&admission, &path)?;
        self.publish_file(snapshot, admission, &path)
    }

    /// Maps a segment that has just been written and makes it live. The writer then removes what it replaces.
    fn publish_file(
        &mut self,
        snapshot: &Snapshot,
        admission: Admission,
        path: &Path,
    ) -> Result<View, EngineError> {
        let digest = admission.digest();
        let view = View::open(path, self.images.opaque.clone())?;
        let view = self.adopt(snapshot, admission, view)?;
        let is_live = self.images.live.load().iter().any(|live| live.view.digest() == digest);
        if self.images.is_writer && is_live {
            self.images.remove_replaced(path, expunged_at(snapshot)?);
        }
        Ok(view)
    }

    /// Makes a view live unless the live one of its lens is sound and of a later commit.
    fn adopt(&mut self, snapshot: &Snapshot, admission: Admission, view: View) -> Result<View, EngineError> {
        let later = |live: &Live| live.view.commit() > view.commit();
        if !self.images.sound(admission.lens()).is_some_and(|live| later(&live)) {
            let (_, head) = head_of(snapshot)?;
            let mut live: Vec<Live> = self.images.live.load().to_vec();
            live.retain(|live| live.admission.lens() != admission.lens());
            live.insert(0, Live { admission: Arc::new(admission), head, view: view.clone() });
            while live.len() > LIVE_IMAGES {
                // That of everything stays: every commit brings it up.
                let last = live.iter().rposition(|live| *live.admission.lens() != Lens::everything());
                live.remove(last.unwrap_or(live.len() - 1));
            }
            self.images.live.store(Arc::new(live));
            *self.looked = None;
        }
        Ok(view)
    }
}

#[cfg(test)]
mod tests;
