//! Graph algorithms over adjacency alone: components, ranking, communities, paths.
