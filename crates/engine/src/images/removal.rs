//! Which files of the folder of segments are removed, and when.

use super::name::{ImageName, SEGMENT};
use super::{CHECK, Images, LIVE_IMAGES, expunged_at};
use crate::EngineError;
use jaal_graph::remove_abandoned;
use jaal_ledger::Snapshot;
use jaal_model::CommitId;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How much older than a new segment a file of verification is when nobody can be using it any more.
const STALE_CHECK: Duration = Duration::from_hours(24);

impl Images {
    /// Removes what a writer that was killed has left: segments in the making, and those that its expungement had yet to
    /// remove. To be called when the store is opened for writing, before anything is live.
    pub(crate) fn sweep(&self, snapshot: &Snapshot) -> Result<(), EngineError> {
        for path in self.entries() {
            remove_abandoned(&path);
        }
        let expunged_at = expunged_at(snapshot)?;
        let outlived = |name: &ImageName| name.commit() < expunged_at;
        if self.files().keys().any(outlived) {
            self.remove_checks()?;
            let files = self.files();
            remove_all(files.iter().filter(|(name, _)| outlived(name)).map(|(_, path)| path))?;
        }
        Ok(())
    }

    /// Removes what verification has derived, also what it uses now: it derives again when asked again.
    pub(super) fn remove_checks(&self) -> Result<(), EngineError> {
        let checks: Vec<PathBuf> = self.entries().filter(|path| has_extension(path, CHECK)).collect();
        remove_all(&checks)
    }

    /// Removes the segments that nothing live reads and that are neither the newest of their lens nor of the lenses
    /// last made; those from before the last expungement; and what writers and verifications that died have left.
    pub(super) fn remove_replaced(&self, keep: &Path, expunged_at: CommitId) {
        let changed = |path: &Path| std::fs::metadata(path).and_then(|file| file.modified()).ok();
        let now = changed(keep);
        let live = self.live.load();
        let is_live = |path: &Path| live.iter().any(|live| live.view.segment().path() == path);
        let outlived = |path: &Path| ImageName::read(path).is_some_and(|name| name.commit() < expunged_at);
        let mut newest: BTreeMap<String, (ImageName, PathBuf)> = BTreeMap::new();
        // The one just made is the newest of its lens, whatever a file from elsewhere is called.
        let made = ImageName::read(keep).map(|name| (name, keep.to_owned()));
        for (name, path) in self.files().into_iter().chain(made) {
            newest.insert(name.lens().to_owned(), (name, path));
        }
        let mut of_lenses: Vec<PathBuf> = newest.into_values().map(|(_, path)| path).collect();
        of_lenses.sort_by_key(|path| std::cmp::Reverse(changed(path)));
        of_lenses.truncate(LIVE_IMAGES);
        for path in self.entries() {
            let is = |extension: &str| has_extension(&path, extension);
            let age = || now?.duration_since(changed(&path)?).ok();
            let replaced = is(SEGMENT) && path != keep && !is_live(&path) && !of_lenses.contains(&path);
            if replaced || outlived(&path) || (is(CHECK) && age().is_some_and(|age| age > STALE_CHECK)) {
                // A file that cannot be removed costs space and nothing else.
                std::fs::remove_file(&path).ok();
            } else {
                remove_abandoned(&path);
            }
        }
    }
}

fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|e| e == extension)
}

/// Removes files; those that are gone already are no failure.
pub(super) fn remove_all<'a>(paths: impl IntoIterator<Item = &'a PathBuf>) -> Result<(), EngineError> {
    for path in paths {
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(EngineError::io("remove", path)(error));
            }
            _ => {}
        }
    }
    Ok(())
}
