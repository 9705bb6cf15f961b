//! The names of segment files: which lens an image is for, at which commit it was derived, and its digest.

use jaal_graph::{Admission, Lens, SEGMENT_VERSION};
use jaal_model::{CommitId, Digest};
use std::path::Path;

/// The extension of segment files.
pub(super) const SEGMENT: &str = "seg";

/// Digits of a digest in a name. A name that deceives is found out: the file has the whole digest.
const DIGITS: usize = 12;

/// What names a segment file.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct ImageName {
    /// The beginning of the lens's digest.
    lens: String,
    commit: CommitId,
    /// The beginning of the image's digest.
    digest: String,
}

impl ImageName {
    /// The name of the image of what is admitted.
    pub(crate) fn of(admission: &Admission) -> Self {
        let digest = short(&admission.digest());
        Self { lens: lens_code(admission.lens()), commit: admission.commit(), digest }
    }

    /// The name that a file bears, if it is one of this format's.
    pub(super) fn read(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?.strip_suffix(&format!(".v{SEGMENT_VERSION}.{SEGMENT}"))?;
        let mut parts = name.split('-');
        let (lens, commit, digest) = (parts.next()?, parts.next()?, parts.next()?);
        let commit = CommitId(commit.parse().ok()?);
        parts.next().is_none().then(|| Self { lens: lens.to_owned(), commit, digest: digest.to_owned() })
    }

    pub(super) fn file_name(&self) -> String {
        let Self { lens, commit, digest } = self;
        format!("{lens}-{:012}-{digest}.v{SEGMENT_VERSION}.{SEGMENT}", commit.0)
    }

    /// Whether the image was derived for a lens.
    pub(super) fn is_for(&self, lens: &Lens) -> bool {
        self.lens == lens_code(lens)
    }

    /// Whether the image could be the one that is admitted.
    pub(super) fn may_be(&self, admission: &Admission) -> bool {
        self.digest == short(&admission.digest())
    }

    pub(super) fn lens(&self) -> &str {
        &self.lens
    }

    pub(super) fn commit(&self) -> CommitId {
        self.commit
    }
}

fn short(digest: &Digest) -> String {
    digest.to_string().chars().take(DIGITS).collect()
}

fn lens_code(lens: &Lens) -> String {
    if *lens == Lens::everything() { "all".to_owned() } else { short(&lens.digest()) }
}
