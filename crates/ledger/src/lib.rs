//! The append-only evidence store: commits chained by hash, deliveries, claims, keys, judgements.
