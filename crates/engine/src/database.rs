//! The database: one store folder, its ledger, and the image of what the ledger holds now.

use crate::EngineError;
use crate::images::Images;
use jaal_graph::{Admission, GraphError, Lens, Segment, Sources, View};
use jaal_ledger::{Holder, Ledger, is_store};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

/// Where an operation reports how far it is. All methods do nothing unless implemented.
pub trait Watch {
    /// A stage begins; `total` is in the unit that [`Watch::advance`] uses, 0 when it is not known.
    fn stage(&mut self, _name: &str, _total: u64) {}
    /// The stage has come this far.
    fn advance(&mut self, _done: u64, _rows: u64) {}
    /// Whether to stop: the operation then ends with [`EngineError::Cancelled`] and keeps nothing.
    fn cancelled(&self) -> bool {
        false
    }
}

/// Watches nothing.
#[derive(Clone, Copy, Default, Debug)]
pub struct Unwatched;

impl Watch for Unwatched {}

/// Who acts, and when.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Actor {
    /// Name.
    pub name: String,
    /// The time, seconds since 1970-01-01T00:00Z. The engine has no clock of its own.
    pub now: i64,
}

/// What a question reads: one state of the graph, and the rows behind it.
///
/// The view may be of an earlier commit than the rows' snapshot (see [`Database::read`]). That does no harm: claims
/// and rows are only ever added, so the rows of all the view's claims are in the snapshot, unless they were expunged
/// between the two; asking for those is then an error.
pub struct Reading {
    /// The graph.
    pub view: View,
    /// The rows.
    pub sources: Sources,
}

impl Reading {
    /// Passes an answer on if nothing that was read for it is damaged. A damaged segment is thrown away, so that
    /// the next [`Database::read`], of this program or another, derives it again.
    ///
    /// # Errors
    /// [`EngineError::Graph`] naming the damaged section.
    pub fn check<T>(&self, answer: T) -> Result<T, EngineError> {
        self.view.intact().inspect_err(|_| throw_away_damaged(self.view.segment()))?;
        Ok(answer)
    }
}

/// Removes the file of a segment that was found to be damaged, so that whoever reads next derives it again.
pub(crate) fn throw_away_damaged(segment: &Segment) {
    let path = segment.path();
    // Another handle may have put a sound one in its place since it was mapped.
    let is_damaged = Segment::open(path).and_then(|segment| segment.check_all());
    if let Err(GraphError::Damaged { .. }) = is_damaged {
        // Where it cannot be removed, the next answer is refused as well, and says why.
        std::fs::remove_file(path).ok();
    }
}

/// One open store.
pub struct Database {
    folder: PathBuf,
    ledger: Ledger,
    images: Images,
    /// Whether a thread makes new segments.
    renewing: AtomicBool,
}

impl Database {
    /// Makes a new store in a folder that is not there yet, or is empty.
    ///
    /// # Errors
    /// [`EngineError::Ledger`] when there is a store already or the folder cannot be written.
    pub fn create(folder: &Path, actor: &Actor) -> Result<Self, EngineError> {
        let ledger = Ledger::create(folder, actor.now)?;
        Ok(Self::with(folder, ledger))
    }

    /// Opens a store. What a writer that was killed has left half-done is done or removed first.
    ///
    /// # Errors
    /// [`EngineError::Ledger`] when there is none, it is held by another process, or it is damaged;
    /// [`EngineError::Io`] when a file that holds what was destroyed cannot be removed.
    pub fn open(folder: &Path) -> Result<Self, EngineError> {
        let database = Self::with(folder, Ledger::open(folder)?);
        database.images.sweep(&database.ledger.snapshot()?)?;
        Ok(database)
    }

    /// Opens a store to read it; other processes may read it at the same time.
    ///
    /// # Errors
    /// As [`Database::open`].
    pub fn open_read_only(folder: &Path) -> Result<Self, EngineError> {
        Ok(Self::with(folder, Ledger::open_read_only(folder)?))
    }

    /// Opens a store, or makes it when there is none.
    ///
    /// # Errors
    /// As [`Database::open`] and [`Database::create`].
    pub fn open_or_create(folder: &Path, actor: &Actor) -> Result<Self, EngineError> {
        if is_store(folder) { Self::open(folder) } else { Self::create(folder, actor) }
    }

    pub(crate) fn with(folder: &Path, ledger: Ledger) -> Self {
        Self {
            folder: folder.to_owned(),
            images: Images::new(&ledger),
            ledger,
            renewing: AtomicBool::new(false),
        }
    }

    /// Writes into the store's folder who holds it, for those who find it held; the note goes with the handle.
    ///
    /// # Errors
    /// [`EngineError::Ledger`] when the note cannot be made; the handle is none the worse for it.
    pub fn announce(&self, holder: &Holder) -> Result<(), EngineError> {
        Ok(self.ledger.announce(holder)?)
    }

    /// Whether the handle may write.
    pub fn is_writable(&self) -> bool {
        self.ledger.is_writable()
    }

    /// The store's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// How many images are live: at most [`crate::LIVE_IMAGES`].
    pub fn live_images(&self) -> usize {
        self.images.live_count()
    }

    pub(crate) fn renewing(&self) -> &AtomicBool {
        &self.renewing
    }

    pub(crate) fn images(&self) -> &Images {
        &self.images
    }

    /// What questions read: the last commit. The image is derived first where it is missing, damaged, or of an
    /// older format.
    ///
    /// A handle that may not write waits for nobody: while the process that made the last commit is still deriving
    /// its graph, it reads on at the commit before. So does a handle that writes, while another thread is making the
    /// graph of a commit. What a handle reads never goes back to an earlier commit.
    ///
    /// # Errors
    /// [`EngineError`] when the ledger cannot be read or the image not be made.
    pub fn read(&self) -> Result<Reading, EngineError> {
        self.read_watched(&mut Unwatched)
    }

    /// As [`Database::read`], telling of a derivation on the way.
    ///
    /// # Errors
    /// As [`Database::read`].
    pub fn read_watched(&self, watch: &mut dyn Watch) -> Result<Reading, EngineError> {
        self.read_as(&Lens::everything(), watch)
    }

    /// What questions read through a lens if it can be had without deriving an image and without waiting for whoever
    /// does; [`Database::prepare`] makes it.
    ///
    /// # Errors
    /// As [`Database::read`].
    pub fn read_at_hand(&self, lens: &Lens) -> Result<Option<Reading>, EngineError> {
        // A later commit may be published after the snapshot was taken.
        const TRIES: u32 = 2;
        for _ in 0..TRIES {
            let snapshot = self.ledger.snapshot()?;
            if let Some(view) = self.images.view_at_hand(&snapshot, lens)? {
                return Ok(Some(Reading { view, sources: Sources::new(snapshot) }));
            }
        }
        Ok(None)
    }

    /// Whether a lens shows no claim that another does not show now, whatever judgements only one of the two sees.
    ///
    /// # Errors
    /// [`EngineError::Ledger`] when the ledger cannot be read.
    pub fn is_within(&self, lens: &Lens, other: &Lens) -> Result<bool, EngineError> {
        if *other == Lens::everything() || lens == other {
            return Ok(true);
        }
        let knows = |last| lens.as_known.is_some_and(|known| known <= last);
        if !lens.clearance.is_within(&other.clearance) || !other.as_known.is_none_or(knows) {
            return Ok(false);
        }
        let snapshot = self.ledger.snapshot()?;
        Ok(Admission::of(&snapshot, lens)?.is_within(&Admission::of(&snapshot, other)?))
    }

    /// What questions read through a lens: the image of what it admits, and nothing else.
    ///
    /// # Errors
    /// As [`Database::read`].
    pub fn read_as(&self, lens: &Lens, watch: &mut dyn Watch) -> Result<Reading, EngineError> {
        // A snapshot is taken again when another thread has published a later commit since it was. Should that
        // happen all the time, or the file have been replaced by an older one, the last snapshot taken is read.
        const TRIES: u32 = 4;
        let mut tries = 0;
        loop {
            tries += 1;
            let snapshot = self.ledger.snapshot()?;
            if let Some(view) = self.images.view(&snapshot, lens, tries >= TRIES, watch)? {
                return Ok(Reading { view, sources: Sources::new(snapshot) });
            }
        }
    }
}
