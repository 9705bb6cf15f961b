//! HTTP service over the engine.
