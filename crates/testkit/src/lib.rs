//! Graph factories, reference models and generators for tests; never shipped.
