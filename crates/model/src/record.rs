//! The records of the ledger beside claims: commits, deliveries, judgements, and the source rows that claims
//! point to.

use crate::{AssertionId, CommitId, DeliveryId, Grade, IdentityId, JudgementId, Marking};
use serde::{Deserialize, Serialize};

/// A 32-byte digest, hash or salt, printed in hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Digest(pub [u8; 32]);

impl std::fmt::Display for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
impl std::fmt::Debug for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}
impl Digest {
    /// Reads 64 hexadecimal digits.
    pub fn from_hex(text: &str) -> Option<Self> {
        if text.len() != 64 || !text.is_ascii() {
            return None;
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(Self(bytes))
    }
}
impl Serialize for Digest {
    /// Hexadecimal text for people's formats, bytes for stored ones.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            self.0.serialize(serializer)
        }
    }
}
impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let text = String::deserialize(deserializer)?;
            Self::from_hex(&text).ok_or_else(|| serde::de::Error::custom("64 hexadecimal digits expected"))
        } else {
            <[u8; 32]>::deserialize(deserializer).map(Self)
        }
    }
}

/// Why and by whom something was appended.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CommitNote {
    /// When, seconds since 1970-01-01T00:00Z.
    pub at: i64,
    /// Who: the operating system's user unless told otherwise.
    pub actor: String,
    /// What for, for example `load calls.csv`.
    pub purpose: String,
}

/// One commit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Commit {
    /// Number, dense from 1.
    pub id: CommitId,
    /// Why and by whom.
    pub note: CommitNote,
    /// Hash of the commit before; zeros for the first.
    pub parent: Digest,
    /// This commit's hash.
    pub hash: Digest,
    /// Number of the first record of this commit in the chain.
    pub first_record: u64,
    /// How many records it has.
    pub records: u64,
    /// Claims in the ledger after this commit: the next [`AssertionId`].
    pub next_assertion: AssertionId,
    /// Identities in the ledger after this commit: the next [`IdentityId`].
    pub next_identity: IdentityId,
}

/// What a specification says of the hand-over, completed by the command line.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Handover {
    /// The agency that handed it over.
    pub agency: String,
    /// Letter or memo number.
    pub letter: Option<String>,
    /// When it was received, as written (ISO date or date-time).
    pub received: Option<String>,
    /// The case (FIR, inquiry) it was handed over for.
    pub case: Option<String>,
}

/// One file of a delivery.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SourceFile {
    /// The file's name, without folder.
    pub name: String,
    /// Size in bytes as handed over (compressed if it was).
    pub bytes: u64,
    /// SHA-256 of these bytes.
    pub sha256: Digest,
    /// The encoding it was read in.
    pub encoding: String,
}

/// What became of the rows: `read` = accepted + duplicate + skipped + rejected.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Rows in the files: every line or record that is not the header itself.
    pub read: u64,
    /// Rows that made claims.
    pub accepted: u64,
    /// Rows already held: the whole delivery again, or repeats that the specification says to drop.
    pub duplicate: u64,
    /// Rows that the specification leaves out: banners, footers, blank lines, row filters.
    pub skipped: u64,
    /// Rows that failed; each is in the rejects file with its reason.
    pub rejected: u64,
}

impl Counts {
    /// Whether nothing was lost.
    pub fn add_up(&self) -> bool {
        self.read == self.accepted + self.duplicate + self.skipped + self.rejected
    }

    /// The counts of both.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            read: self.read + other.read,
            accepted: self.accepted + other.accepted,
            duplicate: self.duplicate + other.duplicate,
            skipped: self.skipped + other.skipped,
            rejected: self.rejected + other.rejected,
        }
    }
}

/// One delivery as the ledger keeps it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Delivery {
    /// Number, dense from 1.
    pub id: DeliveryId,
    /// The commit that took it in.
    pub commit: CommitId,
    /// Who handed it over, and with what letter.
    pub handover: Handover,
    /// The import specification's name.
    pub spec: String,
    /// SHA-256 of the specification's text.
    pub spec_sha256: Digest,
    /// The files, in the order in which they were read.
    pub files: Vec<SourceFile>,
    /// What became of the rows.
    pub counts: Counts,
    /// The grade its claims have unless a row says otherwise.
    pub grade: Grade,
    /// The marking its claims have unless a row says otherwise.
    pub marking: Marking,
    /// The markings that its claims bear, sorted, each once; set when the delivery is finished.
    pub markings: Vec<Marking>,
}

/// A row of a delivery that failed, as it is kept and as the rejects file shows it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Reject {
    /// The file's name.
    pub file: String,
    /// Line of the row's start, from 1.
    pub line: u64,
    /// The column at fault by name, where one is.
    pub column: Option<String>,
    /// What is wrong, with the offending text, and what would be right.
    pub reason: String,
    /// The row as it stands in the file.
    pub row: String,
}

/// A row of a file: what `why` shows.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SourceRow {
    /// Index of the file in [`Delivery::files`].
    pub file: u32,
    /// Line of the row's start in the file, from 1.
    pub line: u64,
    /// The row's text, decoded, without its line end.
    pub text: String,
}

/// What a person decided, as a record of the ledger.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Judgement {
    /// Number, dense from 1.
    pub id: JudgementId,
    /// The commit it came with; who, when and what for are there.
    pub commit: CommitId,
    /// The decision.
    pub decision: Decision,
    /// Why.
    pub reason: String,
    /// Who may see it. A judgement that a lens does not admit decides nothing there.
    pub marking: Marking,
}

/// The kinds of decisions.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Decision {
    /// A delivery is taken back: none of its claims count any more. The ledger keeps it.
    Withdraw(DeliveryId),
    /// Two identities are one entity.
    Same(IdentityId, IdentityId),
    /// Two identities are two entities: nothing may join them.
    NotSame(IdentityId, IdentityId),
    /// Nobody can tell yet: joins nothing, forbids nothing.
    Undecided(IdentityId, IdentityId),
    /// An earlier judgement no longer holds.
    Undo(JudgementId),
    /// A note on the entity of an identity; the reason is its text.
    Note(IdentityId),
    /// A marking is added to claims: only who may see both it and their own still sees them.
    Remark(Remarked, Marking),
    /// A delivery is destroyed by order of a court, which the reason names: its rows, claims and keys are gone, their
    /// digests stay. Nothing undoes it.
    Expunge(DeliveryId),
}

/// The claims that get a further marking.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Remarked {
    /// All claims of a delivery.
    Delivery(DeliveryId),
    /// Single claims, ascending.
    Claims(Vec<AssertionId>),
}
