//! Graph images derived from the ledger: derivation, segments, views, indexes, projections.
