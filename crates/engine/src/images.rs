//! The images of a store: segment files by commit, one of them live.

use crate::EngineError;
use crate::database::Watch;
use arc_swap::ArcSwapOption;
use jaal_graph::{GraphError, Lens, SEGMENT_VERSION, Segment, Summary, View, derive_segment};
use jaal_ledger::{Ledger, Snapshot};
use jaal_model::CommitId;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// The live image and the folder of segment files.
pub(crate) struct Images {
    folder: PathBuf,
    live: ArcSwapOption<View>,
    /// Held while an image is made, so that two readers who miss it do not both make it.
    making: Mutex<()>,
}

impl Images {
    pub(crate) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), live: ArcSwapOption::empty(), making: Mutex::new(()) }
    }

    /// The file of a commit's image for the lens that admits everything.
    pub(crate) fn path(&self, commit: CommitId) -> PathBuf {
        self.folder.join(format!("all-{:012}.v{SEGMENT_VERSION}.seg", commit.0))
    }

    /// A view of the image at a commit, mapped or derived as need be.
    pub(crate) fn view(
        &self,
        ledger: &Ledger,
        snapshot: &Snapshot,
        commit: CommitId,
        watch: &mut dyn Watch,
    ) -> Result<View, EngineError> {
        if let Some(view) = self.live_at(commit) {
            return Ok(view);
        }
        let _making = self.making.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(view) = self.live_at(commit) {
            return Ok(view);
        }
        let path = self.path(commit);
        match Segment::open(&path) {
            Ok(segment) => return self.adopt(segment, ledger),
            // A damaged segment is derived again; that it was damaged is in the derivation's own cause.
            Err(GraphError::Damaged { .. } | GraphError::Version { .. } | GraphError::Io { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        self.prepare_folder()?;
        watch.stage("deriving the graph", 0);
        derive_segment(snapshot, &Lens::everything(), &path, &mut |done, _| watch.advance(done, 0))?;
        self.publish(ledger, commit)
    }

    /// Maps the commit's segment file, makes it live, and removes the files of other commits.
    pub(crate) fn publish(&self, ledger: &Ledger, commit: CommitId) -> Result<View, EngineError> {
        let path = self.path(commit);
        let view = self.adopt(Segment::open(&path)?, ledger)?;
        self.remove_others(&path);
        Ok(view)
    }

    /// Derives the image again beside the stored one and tells both checksums of their content.
    pub(crate) fn derive_aside(
        &self,
        snapshot: &Snapshot,
        watch: &mut dyn Watch,
    ) -> Result<(Summary, u64), EngineError> {
        self.prepare_folder()?;
        let path = self.folder.join(format!("verify-{}.seg", std::process::id()));
        watch.stage("deriving the graph again", 0);
        let result =
            derive_segment(snapshot, &Lens::everything(), &path, &mut |done, _| watch.advance(done, 0))
                .and_then(|summary| Ok((summary, Segment::open(&path)?.content_checksum())));
        std::fs::remove_file(&path).ok();
        Ok(result?)
    }

    pub(crate) fn prepare_folder(&self) -> Result<(), EngineError> {
        std::fs::create_dir_all(&self.folder).map_err(EngineError::io("make the folder", &self.folder))
    }

    /// The live view if it is of this commit and nothing read of it so far is damaged.
    fn live_at(&self, commit: CommitId) -> Option<View> {
        let sound = |view: &Arc<View>| view.commit() == commit && view.intact().is_ok();
        self.live.load_full().filter(sound).map(|view| View::clone(&view))
    }

    fn adopt(&self, segment: Segment, ledger: &Ledger) -> Result<View, EngineError> {
        let view = View::new(Arc::new(segment), ledger.opaque_key())?;
        self.live.store(Some(Arc::new(view.clone())));
        Ok(view)
    }

    /// Readers that still have an older segment mapped keep it until they are done.
    fn remove_others(&self, keep: &Path) {
        let Ok(entries) = std::fs::read_dir(&self.folder) else { return };
        for path in entries.flatten().map(|entry| entry.path()) {
            let is_segment = path.extension().is_some_and(|e| e == "seg");
            if is_segment && path != keep {
                // A file that cannot be removed costs space and nothing else.
                std::fs::remove_file(&path).ok();
            }
        }
    }
}
