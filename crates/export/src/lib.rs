//! Pictures of a graph: charts as DOT, SVG and PNG, readable on a screen and in a court file.
//!
//! For whoever has a [`Chart`](jaal_model::answer::Chart) and wants a file: [`render`] is the one way in. A chart is
//!
//! 1. folded to a number of nodes that a reader can take in ([`fold()`]),
//! 2. placed, by Graphviz as a child process ([`graphviz`]) or by the built-in layout ([`builtin`]),
//! 3. drawn by one SVG writer, with marking, legend and footer, and
//! 4. for PNG drawn as pixels with embedded fonts ([`png`]).
//!
//! Graphviz only says where things stand. It is given sizes without any text ([`dot::render`] gives the complete
//! DOT for people who want to draw it themselves), so no text of the data can change how its answer is read, and
//! pictures look the same whatever its version.
//!
//! Nothing here asks the graph for anything: what a chart shows, and to whom, is decided before.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test that cannot set itself up should stop"))]

pub mod builtin;
pub mod dot;
mod draw;
mod error;
mod fold;
mod force;
mod frame;
mod geometry;
pub mod graphviz;
mod joint;
mod metrics;
mod outline;
mod pack;
mod place;
mod plain;
pub mod png;
mod render;
mod stress;
mod style;
mod text;
mod words;

pub use error::ExportError;
pub use fold::{FoldOptions, Folded, fold, fold_counted};
pub use render::{Format, RenderOptions, Rendered, render};
pub use style::{KINDS, KindStyle, OTHER, Shape, line_meaning, line_width, line_word, of_kind};
pub use text::escape_xml;
