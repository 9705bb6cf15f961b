//! `jaal export`: a picture of a path, a neighbourhood, a network or a list of entities.

use super::Ended;
use super::around::{self, Walk};
use super::networks::Grouping;
use super::path::How;
use crate::cli::{Limits, count, count_from_1};
use crate::console;
use crate::failure::{Failure, Outcome};
use crate::output::number::bytes;
use crate::output::with_stdout_bytes;
use crate::output::words::clean;
use crate::session::Session;
use clap::{ArgGroup, Args, ValueEnum};
use jaal_engine::Reading;
use jaal_engine::algorithms::paths::Workspace;
use jaal_engine::analysis::chart::{NetworkChart, around_chart, list_chart, network_chart, path_chart};
use jaal_engine::analysis::path::path;
use jaal_engine::export::{Format, RenderOptions, render};
use jaal_engine::model::NodeIdx;
use jaal_engine::model::answer::{Chart, PathAnswer};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Draw a picture: a path, a neighbourhood, a network, or a list of entities and the links among them
///
/// The picture carries the marking, a legend, the parameters, and the state of the store it was made from. Above the
/// node budget leaves are folded, and the picture says how many. Graphviz places the nodes where it is installed; else
/// the built-in layout does.
#[derive(Args, Debug)]
#[command(
    group(ArgGroup::new("what").required(true).args(["path", "around", "community", "entities", "entities_file"])),
    after_help = "Examples:\n  jaal export --format svg --output path.svg --path Person:35202-1234567-1 Phone:+923001234567\n  jaal export --format png --output near.png --around Person:35202-1234567-1 --hops 2 --hub-cap 300\n  jaal export --format svg --output network-3.svg --community 3\n  jaal export --format dot --entities Person:35202-1234567-1,Phone:+923001234567 | dot -Tpdf > list.pdf"
)]
pub(crate) struct ExportArgs {
    /// The file's format [default: by the ending of --output, else svg].
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<Picture>,
    /// The file to write; standard output when not given.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The path between two entities.
    #[arg(long, num_args = 2, value_names = ["FROM", "TO"])]
    path: Option<Vec<String>>,
    /// What is around an entity.
    #[arg(long, value_name = "ENTITY")]
    around: Option<String>,
    /// A network by its number, as `jaal networks` gives it.
    #[arg(long, value_name = "NUMBER")]
    community: Option<u32>,
    /// Entities, separated by commas, and the links among them.
    #[arg(long, value_name = "ENTITY,…", value_delimiter = ',')]
    entities: Vec<String>,
    /// The same from a file with one entity a line.
    #[arg(long, value_name = "FILE")]
    entities_file: Option<PathBuf>,
    /// With --around: how many links away.
    #[arg(long, value_name = "COUNT", value_parser = count::<u32>, default_value_t = 1)]
    hops: u32,
    /// With --around: the most entities.
    #[arg(long, value_name = "COUNT", value_parser = count_from_1, default_value_t = 1_000)]
    limit: usize,
    #[command(flatten)]
    how: How,
    #[command(flatten)]
    grouping: Grouping,
    #[command(flatten)]
    limits: Limits,
    /// The most nodes shown; leaves are folded above it.
    #[arg(long, value_name = "COUNT", value_parser = count::<usize>, default_value_t = RenderOptions::default().node_budget)]
    node_budget: usize,
    /// What places the nodes.
    #[arg(long, value_enum, value_name = "NAME", default_value = "auto")]
    engine: Placing,
    /// Graphviz's program `dot`, where it is not in PATH.
    #[arg(long, value_name = "FILE")]
    graphviz: Option<PathBuf>,
    /// For png: pixels for each pixel of the drawing.
    #[arg(long, value_name = "NUMBER", default_value_t = RenderOptions::default().scale)]
    scale: f32,
}

/// The formats of pictures.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Picture {
    /// DOT text, for Graphviz.
    Dot,
    /// A drawing that scales.
    Svg,
    /// Pixels.
    Png,
}

/// What places the nodes.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Placing {
    /// Graphviz where it is installed, else the built-in layout.
    Auto,
    /// The built-in layout.
    BuiltIn,
}

pub(crate) fn run(session: &Session, args: &ExportArgs) -> Ended {
    let format = format(args)?;
    if args.output.is_none() && format == Format::Png && console::is_terminal() {
        return Err(Failure::usage("a PNG is no text for a terminal", "give `--output FILE`, or send it on"));
    }
    let reading = session.read_links(args.how.links)?;
    let (chart, outcome) = chart(session, &reading, args)?;
    if chart.nodes.is_empty() {
        session.note("there is nothing to draw");
        return Ok(if outcome == Outcome::Done { Outcome::NothingFound } else { outcome });
    }
    let options = RenderOptions {
        format,
        graphviz: args.graphviz.as_deref().map(|program| session.at_program(program)),
        use_graphviz: args.engine == Placing::Auto,
        timeout: args.limits.max_time.map_or(RenderOptions::default().timeout, Duration::from_secs_f64),
        node_budget: args.node_budget,
        scale: args.scale,
    };
    let drawn = render(&reading.check(chart)?, &options)?;
    drawn.notes.iter().for_each(|note| session.note(format_args!("note: {}", clean(note))));
    match &args.output {
        Some(path) => {
            std::fs::write(session.at(path), &drawn.bytes).map_err(Failure::io("write", path))?;
            let size = bytes(drawn.bytes.len() as u64);
            session.note(format_args!("wrote {} ({size}, layout: {})", path.display(), drawn.layout));
        }
        None => with_stdout_bytes(|out| out.write_all(&drawn.bytes).map_err(Failure::Output))?,
    }
    Ok(outcome)
}

/// The format that was asked for, else the one of the file's ending.
fn format(args: &ExportArgs) -> Result<Format, Failure> {
    let ending = args.output.as_deref().and_then(Path::extension).and_then(|ending| ending.to_str());
    Ok(match (args.format, ending) {
        (Some(Picture::Dot), _) | (None, Some("dot" | "gv")) => Format::Dot,
        (Some(Picture::Svg), _) | (None, Some("svg") | None) => Format::Svg,
        (Some(Picture::Png), _) | (None, Some("png")) => Format::Png,
        (None, Some(other)) => {
            return Err(Failure::usage(
                format!("no picture format has the ending `.{other}`"),
                "give --format dot, svg or png",
            ));
        }
    })
}

/// What is to be drawn, and how the search for it ended.
fn chart(session: &Session, reading: &Reading, args: &ExportArgs) -> Result<(Chart, Outcome), Failure> {
    if let Some([from, to]) = args.path.as_deref() {
        let question = args.how.question(session, reading, from, to)?;
        let answer = path(&reading.view, &question, &mut Workspace::new(), &args.limits.budget())?;
        if answer.length.is_none() {
            explain(session, &answer);
            return Ok((Chart::default(), ended(answer.stopped.as_ref())));
        }
        return Ok((path_chart(&reading.view, &question, &answer)?, ended(answer.stopped.as_ref())));
    }
    if let Some(entity) = &args.around {
        let walk = Walk { hops: args.hops, filter: args.how.filter.clone(), limit: args.limit };
        let answer = around::ask(session, reading, entity, &walk, args.limits)?;
        return Ok((around_chart(&reading.view, &answer), ended(answer.stopped.as_ref())));
    }
    if let Some(number) = args.community {
        let grouped = args.grouping.group(reading, &args.limits.budget())?;
        let what = NetworkChart::of(vec![number]);
        return Ok((network_chart(&reading.view, &grouped.ties, &grouped.networks, &what)?, Outcome::Done));
    }
    let nodes = listed(session, reading, args)?;
    let title = format!("{} entities and the links among them", nodes.len());
    let parameters = vec![("entities".to_owned(), nodes.len().to_string())];
    Ok((list_chart(&reading.view, &title, &nodes, parameters), Outcome::Done))
}

fn ended(stopped: Option<&String>) -> Outcome {
    if stopped.is_some() { Outcome::Stopped } else { Outcome::Done }
}

fn explain(session: &Session, answer: &PathAnswer) {
    if let Some(none) = &answer.none {
        session.note(clean(&none.summary));
    }
}

/// The entities that are listed, on the command line or in a file.
fn listed(session: &Session, reading: &Reading, args: &ExportArgs) -> Result<Vec<NodeIdx>, Failure> {
    let mut texts = args.entities.clone();
    if let Some(path) = &args.entities_file {
        let text = std::fs::read_to_string(session.at(path)).map_err(Failure::io("read", path))?;
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        texts.extend(lines.map(str::to_owned));
    }
    texts.iter().map(|text| session.resolve(reading, text)).collect()
}
