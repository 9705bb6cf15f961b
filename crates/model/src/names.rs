//! Names folded for search.
