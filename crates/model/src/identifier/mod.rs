//! Normalisers of identifiers.
