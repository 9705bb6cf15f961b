//! The lens: which claims a reader's graph is made of.

use jaal_model::{Clearance, CommitId, Digest, Judgement};

/// Which claims count: those of deliveries known by a commit, with markings that a clearance admits.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub struct Lens {
    /// What the reader may see.
    pub clearance: Clearance,
    /// What was known: commits after this one do not count. `None` is the present.
    pub as_known: Option<CommitId>,
}

impl Lens {
    /// The lens that admits everything known now: the administrator's.
    pub fn everything() -> Self {
        Self { clearance: Clearance::everything(), as_known: None }
    }

    /// Whether a judgement may be seen through it.
    pub fn sees(&self, judgement: &Judgement) -> bool {
        self.knows(judgement.commit) && self.clearance.admits(&judgement.marking)
    }

    /// Whether a commit counts.
    pub fn knows(&self, commit: CommitId) -> bool {
        self.as_known.is_none_or(|last| commit <= last)
    }

    /// What tells lenses apart in names of files.
    pub fn digest(&self) -> Digest {
        let Clearance { level, compartments, member_of } = &self.clearance;
        let text = format!("{} {compartments:?} {member_of:?} {:?}", level.word(), self.as_known);
        Digest(*blake3::hash(text.as_bytes()).as_bytes())
    }
}
