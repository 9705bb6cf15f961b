//! The words of the domain: values, identifiers and their normalisers, claims, grades, markings, and the records
//! of the ledger. No I/O, no clock, no environment.
//!
//! Everything in Jaal speaks in these types. The two to know first are [`Key`] (a normalised identifier that
//! names an identity) and [`claim::ClaimTable`] (what rows of a delivery assert, in bulk).

pub mod answer;
pub mod claim;
mod error;
mod grade;
pub mod identifier;
mod ids;
mod key;
mod marking;
pub mod names;
mod opaque;
mod record;
pub mod text_order;
pub mod value;

pub use error::ErrorKind;
pub use grade::{Certainty, Grade, GradeError};
pub use ids::{AssertionId, CommitId, DeliveryId, IdentityId, JudgementId, NodeIdx};
pub use key::{BUILT_IN_SCHEMES, Key, ROW_SCHEME, Scheme, SchemeName, base_kind, is_scheme_name};
pub use marking::{Clearance, Level, Marking};
pub use opaque::{EntityId, LinkId, OpaqueError, OpaqueKey};
pub use record::{
    Commit, CommitNote, Counts, Decision, Delivery, Digest, Handover, Judgement, Reject, Remarked,
    SourceFile, SourceRow,
};
pub use value::Value;
