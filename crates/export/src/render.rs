//! The one way in: a chart in, the bytes of a picture out.

use crate::dot::{self, DotOptions, Engine};
use crate::fold::{FoldOptions, fold};
use crate::geometry::{Geometry, Sizes};
use crate::graphviz::{self, LayoutOptions, OutputFormat};
use crate::joint::joined;
use crate::place::place_labels;
use crate::{ExportError, builtin, draw, plain, png};
use jaal_model::answer::Chart;
use std::path::PathBuf;
use std::time::Duration;

/// What to make.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Format {
    /// DOT text, for Graphviz elsewhere.
    Dot,
    /// A drawing that scales.
    #[default]
    Svg,
    /// Pixels.
    Png,
}

/// How to make it.
#[derive(Clone, PartialEq, Debug)]
pub struct RenderOptions {
    /// What to make.
    pub format: Format,
    /// Graphviz's program; `None` looks for `dot` in PATH.
    pub graphviz: Option<PathBuf>,
    /// Whether Graphviz may be used at all; without it the built-in layout is.
    pub use_graphviz: bool,
    /// How long Graphviz may take.
    pub timeout: Duration,
    /// The most nodes to show; see [`fold`].
    pub node_budget: usize,
    /// Pixels of a PNG for each CSS pixel (96 to the inch).
    pub scale: f32,
}

impl Default for RenderOptions {
    fn default() -> Self {
        Self {
            format: Format::Svg,
            graphviz: None,
            use_graphviz: true,
            timeout: Duration::from_secs(30),
            node_budget: FoldOptions::default().node_budget,
            scale: 1.5,
        }
    }
}

/// A picture.
#[derive(Clone, PartialEq, Debug)]
pub struct Rendered {
    /// The file.
    pub bytes: Vec<u8>,
    /// What placed the nodes: `graphviz dot` (or another engine), `built-in`, `built-in, lines by graphviz neato`, or
    /// `none` for DOT.
    pub layout: String,
    /// What the reader of the picture should know: what was folded or left out, why a layout was not used.
    pub notes: Vec<String>,
}

/// Makes the picture of a chart. The same chart and options give the same bytes, with the same version of
/// Graphviz. Where Graphviz is missing, too slow or fails, the built-in layout is used and the notes say so.
///
/// # Errors
/// Those of [`png::from_svg`]; SVG and DOT always succeed.
///
/// # Complexity
/// That of the layout, see [`builtin::svg`].
pub fn render(chart: &Chart, options: &RenderOptions) -> Result<Rendered, ExportError> {
    let mut chart = fold(chart, &FoldOptions { node_budget: options.node_budget });
    if options.format == Format::Dot {
        let bytes = dot::render(&chart, &DotOptions::default()).into_bytes();
        return Ok(Rendered { bytes, layout: "none".to_owned(), notes: chart.notes });
    }
    let (svg, layout) = match with_graphviz(&chart, options) {
        Some(Ok(done)) => done,
        Some(Err(ExportError::GraphvizMissing { .. })) => {
            chart.notes.push("Graphviz is not installed: the built-in layout was used".to_owned());
            (builtin::svg(&chart), "built-in".to_owned())
        }
        Some(Err(error)) => {
            chart.notes.push(format!("the built-in layout was used because {error}"));
            (builtin::svg(&chart), "built-in".to_owned())
        }
        None => (builtin::svg(&chart), "built-in".to_owned()),
    };
    let mut notes = chart.notes;
    if options.format == Format::Svg {
        return Ok(Rendered { bytes: svg.into_bytes(), layout, notes });
    }
    let picture = png::from_svg(&svg, options.scale)?;
    if picture.scale < options.scale {
        notes.push(format!(
            "drawn at scale {:.2} instead of {:.2} to keep to {} million pixels",
            picture.scale,
            options.scale,
            png::PIXELS_MAX / 1_000_000
        ));
    }
    if picture.missing > 0 {
        notes.push(format!(
            "{} characters have no sign in the built-in font and show as boxes; the SVG shows them",
            picture.missing
        ));
    }
    Ok(Rendered { bytes: picture.bytes, layout, notes })
}

/// The SVG by Graphviz's layout and the layout's name; `None` when Graphviz may not be used.
fn with_graphviz(chart: &Chart, options: &RenderOptions) -> Option<Result<(String, String), ExportError>> {
    if !options.use_graphviz {
        return None;
    }
    let (chart, labels) = joined(chart);
    let (chart, sizes) = (&chart, Sizes::of(&chart, labels));
    Some(place(chart, &sizes, options).map(|(mut geometry, layout)| {
        let without = place_labels(chart, &mut geometry, &sizes);
        (draw::svg(chart, &geometry, &sizes, &format!("layout: {layout}"), without), layout)
    }))
}

fn place(chart: &Chart, sizes: &Sizes, options: &RenderOptions) -> Result<(Geometry, String), ExportError> {
    let engine = Engine::for_chart(chart);
    // Of Graphviz's engines without ranks only fdp knows clusters; it takes ten times as long as all else and packs
    // their members too tightly for labels, and neato leaves much of the page empty. So charts of both sorts are
    // placed here, and Graphviz leads the lines.
    let fixed = matches!(engine, Engine::Fdp | Engine::Neato);
    let engine = if fixed { Engine::Neato } else { engine };
    let (text, ends) = if fixed {
        dot::fixed_skeleton(chart, sizes, &builtin::by_forces(chart, sizes))
    } else {
        dot::skeleton(chart, sizes, engine)
    };
    let layout = LayoutOptions {
        program: options.graphviz.clone().unwrap_or_else(|| PathBuf::from("dot")),
        engine,
        format: OutputFormat::Plain,
        fixed,
        timeout: options.timeout,
        ..LayoutOptions::default()
    };
    let output = graphviz::layout(&text, &layout)?;
    let geometry = plain::read(&String::from_utf8_lossy(&output), chart.nodes.len(), &ends)?;
    let name = if fixed {
        "built-in, lines by graphviz neato".to_owned()
    } else {
        format!("graphviz {}", engine.word())
    };
    Ok((geometry, name))
}
