//! Typed numbers: one newtype for each thing that the ledger or an image numbers, so that none can be
//! passed for another.

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident($raw:ty)) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub $raw);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id! {
    /// A commit of the ledger, dense from 1. The administrator's number, never shown to readers of an image.
    CommitId(u64)
}
id! {
    /// A delivery, dense from 1.
    DeliveryId(u64)
}
id! {
    /// A claim as it stands in the ledger, dense from 0 in ledger order: its ledger position.
    AssertionId(u64)
}
id! {
    /// An identity: what one key or one keyless row names. Dense from 0, never reused, never merged.
    IdentityId(u64)
}
id! {
    /// A judgement, dense from 1.
    JudgementId(u64)
}
id! {
    /// An entity of one image: a dense row there. Means nothing outside that image.
    NodeIdx(u32)
}
