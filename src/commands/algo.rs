//! `jaal algo`: whole-graph algorithms by name.

use super::Ended;
use super::no_ties::no_ties;
use crate::cli::{Format, Limits, LinkFilter, count};
use crate::failure::{Failure, Outcome};
use crate::output::number::{counted, grouped};
use crate::output::words::entity;
use crate::output::{Column, Grid, Page, Present, print, with_stdout};
use crate::session::Session;
use clap::Args;
use jaal_engine::analysis::entity::entity_ref;
use jaal_engine::{AlgoAnswer, AlgoRequest};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

/// Run an algorithm over the whole graph: wcc, pagerank, leiden
///
/// Prints one JSON object with sizes, quality and times; --format table prints it for people, --format csv prints the
/// value of every entity. wcc finds what hangs together at all, pagerank how often a walk along directed links passes,
/// leiden groups with more links inside than chance would give. Links run either way except for pagerank.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  jaal algo wcc\n  jaal algo pagerank --types CALLED --output ranks.csv\n  jaal algo leiden --ties --objective cpm --resolution 0.2 --output groups.csv"
)]
pub(crate) struct AlgoArgs {
    /// The algorithm.
    #[arg(value_name = "NAME")]
    name: String,
    /// Only these link types, separated by commas.
    #[arg(long, value_name = "TYPE,…", value_delimiter = ',', conflicts_with = "ties")]
    types: Vec<String>,
    /// On people tied by what they share instead of on the graph itself.
    #[arg(long)]
    ties: bool,
    /// Write the value of every entity to this CSV file.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// For leiden: modularity or cpm.
    #[arg(long, value_name = "NAME", default_value = "modularity")]
    objective: String,
    /// For leiden: higher gives smaller groups.
    #[arg(long, value_name = "NUMBER", default_value_t = 1.0)]
    resolution: f64,
    /// For leiden: the seed of the order of nodes.
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    seed: u64,
    /// For pagerank: the share of rank that follows links.
    #[arg(long, value_name = "NUMBER", default_value_t = 0.85)]
    damping: f64,
    /// For pagerank: stop when the ranks change by less than this in all.
    #[arg(long, value_name = "NUMBER", default_value_t = 1e-6)]
    tolerance: f64,
    /// Stop after so many rounds.
    #[arg(long, value_name = "COUNT", value_parser = count::<u32>, default_value_t = 100)]
    max_iterations: u32,
    #[command(flatten)]
    links: LinkFilter,
    #[command(flatten)]
    limits: Limits,
    /// How the answer is printed [default: json].
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "json", hide_default_value = true)]
    format: Format,
}

/// Entities with the highest scores that the page lists.
const TOP: usize = 20;

pub(crate) fn run(session: &Session, args: &AlgoArgs) -> Ended {
    let reading = session.read_links(args.links)?;
    let request = AlgoRequest {
        name: args.name.clone(),
        types: args.types.clone(),
        ties: args.ties,
        objective: args.objective.clone(),
        resolution: args.resolution,
        seed: args.seed,
        damping: args.damping,
        tolerance: args.tolerance,
        max_iterations: args.max_iterations,
    };
    let answer = reading.check(reading.algo(&request, &args.limits.budget())?)?;
    if args.ties && answer.arcs == 0 {
        session.note(format_args!("note: {}", no_ties(&reading.view)));
    }
    if let Some(path) = &args.output {
        let file = File::create(session.at(path)).map_err(Failure::io("create", path))?;
        let mut out = BufWriter::new(file);
        answer
            .write_csv(&reading.view, &mut out)
            .and_then(|()| out.flush())
            .map_err(Failure::io("write", path))?;
        session.note(format_args!("wrote {}", path.display()));
    }
    match args.format {
        Format::Csv => with_stdout(|mut out| answer.write_csv(&reading.view, &mut out))?,
        Format::Table => {
            let top: Vec<(String, f64)> = answer
                .top(TOP)
                .into_iter()
                .map(|(node, score)| (entity(&entity_ref(&reading.view, node)), score))
                .collect();
            with_stdout(|out| page(&mut Page::on(out), &answer, &top))?;
        }
        format => print(&answer, format)?,
    }
    Ok(Outcome::Done)
}

fn page(page: &mut Page<'_>, answer: &AlgoAnswer, top: &[(String, f64)]) -> io::Result<()> {
    page.title(
        &answer.name,
        format_args!("{}, {}", counted(answer.nodes, "node"), counted(answer.arcs, "arc")),
    )?;
    let mut facts = Vec::new();
    facts.extend(answer.groups.map(|groups| ("groups", grouped(groups))));
    if !answer.largest.is_empty() {
        let sizes: Vec<String> = answer.largest.iter().map(|size| grouped(*size)).collect();
        facts.push(("largest", sizes.join("  ")));
    }
    facts.extend(answer.quality.map(|quality| ("quality", format!("{quality:.6}"))));
    facts.extend(answer.iterations.map(|rounds| ("rounds", rounds.to_string())));
    facts.extend(answer.residual.map(|residual| ("residual", format!("{residual:.2e}"))));
    facts.push(("projection", format!("{:.3} s", answer.project_s)));
    facts.push(("computation", format!("{:.3} s", answer.compute_s)));
    page.pairs(2, facts)?;
    if !top.is_empty() {
        page.gap()?;
        let mut grid = Grid::new(&[Column::text("highest"), Column::number("score")]);
        for (name, score) in top {
            grid.row([name.as_str().into(), format!("{score:.6}").into()]);
        }
        page.table(&grid, 2)?;
    }
    Ok(())
}

impl Present for AlgoAnswer {
    fn page(&self, on: &mut Page<'_>) -> io::Result<()> {
        page(on, self, &[])
    }

    fn grid(&self) -> Grid {
        let mut grid = Grid::new(&[Column::number("size")]);
        self.largest.iter().for_each(|size| grid.row([(*size).into()]));
        grid
    }
}
