//! The shape of a claim: everything that the claims of one table have in common.

use crate::{Grade, Marking};
use serde::{Deserialize, Serialize};

/// What the claims of one table have in common.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Shape {
    /// What is claimed.
    pub claim: ShapeClaim,
    /// Names of the properties, one for each column of the table, in order, without repeats.
    pub properties: Vec<String>,
    /// How far it is trusted.
    pub grade: Grade,
    /// Who may see it.
    pub marking: Marking,
}

/// The kinds of claims.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum ShapeClaim {
    /// The subject is an entity, of these kinds beside the base kind of its key, with the properties.
    Entity {
        /// Kinds (labels), sorted, without repeats.
        kinds: Vec<String>,
    },
    /// A link of this type leads from the subject to the object, with the properties. It implies that both
    /// ends exist.
    Link {
        /// The link's type, upper case with `_` by custom.
        link_type: String,
        /// What tells parallel links of this type between the same ends apart.
        discrimination: Discrimination,
    },
    /// The subject and the object are one and the same entity.
    Same,
}

/// What tells parallel links of one type between the same two identities apart.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Discrimination {
    /// The source row: `discriminator` is the digest of the row's content. The k-th equal row of one delivery
    /// and the k-th equal row of another speak of the same link; two equal rows of one delivery do not.
    Row,
    /// The declared values: `discriminator` is their digest. Equal digests are one link.
    Declared,
    /// Nothing: all claims of the type between the same ends are one link. `discriminator` is 0.
    Ends,
}
