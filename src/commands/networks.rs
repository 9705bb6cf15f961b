//! `jaal networks`: groups of people who are tied among themselves more than with others.

use super::Ended;
use super::find::entity_cells;
use super::no_ties::no_networks;
use crate::cli::{Limits, LinkFilter, Output, count};
use crate::failure::{Failure, Outcome};
use crate::output::number::{counted, grouped};
use crate::output::words::{cut, entity, key, kind, label};
use crate::output::{Cell, Column, Grid, Page, Present, json_lines, print};
use crate::session::Session;
use clap::Args;
use jaal_engine::analysis::networks::{NetworkConfig, Networks, networks, summaries};
use jaal_engine::analysis::ties::{TieProfile, Ties, ties};
use jaal_engine::model::answer::NetworkSummary;
use jaal_engine::{Budget, Reading};
use serde::Serialize;
use std::io::{self, Write};

/// How many members and shared things a line of the list names.
const NAMED: usize = 3;
/// How many shared things it names; each has its kind and number of people beside it.
const SHARED: usize = 2;
/// The longest name there: longer ones would be broken within a word on a terminal.
const NAME_CHARS: usize = 18;

/// List networks of people, or the members of one
///
/// People are tied by what they share (phones, handsets, accounts, premises, companies, cases) and by calls and payments
/// between their numbers and accounts; a thing that many share ties each pair the less. Groups are found by the Leiden
/// algorithm. The numbers of networks hold for this state of the store and these options.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  jaal networks\n  jaal networks 3\n  jaal networks --resolution 0.4 --format json\n  jaal export --format svg --output network-3.svg --community 3"
)]
pub(crate) struct NetworksArgs {
    /// The number of a network: list its members.
    #[arg(value_name = "NUMBER")]
    number: Option<u32>,
    #[command(flatten)]
    grouping: Grouping,
    /// The most networks listed; 0 lists all.
    #[arg(long, value_name = "COUNT", value_parser = count::<usize>, default_value_t = 20)]
    limit: usize,
    #[command(flatten)]
    links: LinkFilter,
    #[command(flatten)]
    limits: Limits,
    #[command(flatten)]
    output: Output,
}

/// How people are grouped; `export --community` takes the same options.
#[derive(Args, Debug, Clone)]
pub(crate) struct Grouping {
    /// The least mean tie weight over all pairs of a network: higher gives smaller, tighter networks.
    #[arg(long, value_name = "DENSITY", default_value_t = NetworkConfig::default().resolution)]
    pub(crate) resolution: f64,
    /// The smallest number of people that is called a network.
    #[arg(long, value_name = "COUNT", value_parser = count::<usize>, default_value_t = NetworkConfig::default().smallest)]
    pub(crate) smallest: usize,
    /// The seed of the order in which people are looked at.
    #[arg(long, value_name = "NUMBER", default_value_t = NetworkConfig::default().seed)]
    pub(crate) seed: u64,
}

/// People, their ties, and their networks.
pub(crate) struct Grouped {
    pub(crate) ties: Ties,
    pub(crate) networks: Networks,
    pub(crate) summaries: Vec<NetworkSummary>,
}

impl Grouping {
    /// Ties people and groups them.
    pub(crate) fn group(&self, reading: &Reading, budget: &Budget) -> Result<Grouped, Failure> {
        let config = NetworkConfig {
            resolution: self.resolution,
            smallest: self.smallest,
            seed: self.seed,
            ..NetworkConfig::default()
        };
        let ties = ties(&reading.view, &TieProfile::default(), budget)?;
        let networks = networks(&ties, &config, budget)?;
        let summaries = reading.check(summaries(&reading.view, &ties, &networks, &config))?;
        Ok(Grouped { ties, networks, summaries })
    }
}

impl Default for Grouping {
    fn default() -> Self {
        let NetworkConfig { resolution, smallest, seed, .. } = NetworkConfig::default();
        Self { resolution, smallest, seed }
    }
}

pub(crate) fn run(session: &Session, args: &NetworksArgs) -> Ended {
    let reading = session.read_links(args.links)?;
    let grouped = args.grouping.group(&reading, &args.limits.budget())?;
    if let Some(number) = args.number {
        grouped.networks.members_of(number)?;
        let wanted = grouped.summaries.into_iter().find(|network| network.number == number);
        let Some(network) = wanted else { return Ok(Outcome::NothingFound) };
        print(&Members(network), args.output.format)?;
        return Ok(Outcome::Done);
    }
    if grouped.summaries.is_empty() {
        let why = no_networks(&reading.view, &grouped.ties, args.grouping.smallest);
        session.note(format_args!("note: {why}"));
    }
    let found = grouped.summaries.len();
    let mut list = List { networks: grouped.summaries, found };
    if args.limit > 0 {
        list.networks.truncate(args.limit);
    }
    print(&list, args.output.format)?;
    if found > list.networks.len() {
        session.note(format_args!("the {} largest are listed; --limit 0 lists all", list.networks.len()));
    }
    Ok(if found == 0 { Outcome::NothingFound } else { Outcome::Done })
}

/// Networks, largest first; the JSON is their list.
#[derive(Serialize)]
#[serde(transparent)]
struct List {
    networks: Vec<NetworkSummary>,
    /// How many there are, listed or not.
    #[serde(skip)]
    found: usize,
}

impl Present for List {
    fn page(&self, page: &mut Page<'_>) -> io::Result<()> {
        page.title(
            counted(self.found as u64, "network"),
            "people tied among themselves more than with others",
        )?;
        page.table(&table(&self.networks), 2)
    }

    fn grid(&self) -> Grid {
        let mut grid = Grid::new(&[
            Column::number("number"),
            Column::number("size"),
            Column::number("arrested"),
            Column::number("density"),
            Column::number("conductance"),
        ]);
        for network in &self.networks {
            grid.row([
                network.number.into(),
                network.size.into(),
                network.arrested.into(),
                Cell::Number(network.density, 3),
                Cell::Number(network.conductance, 3),
            ]);
        }
        grid
    }

    fn ndjson(&self, out: &mut dyn Write) -> io::Result<()> {
        json_lines(out, &self.networks)
    }
}

/// The networks with the most strongly tied members and what they share.
pub(crate) fn table(networks: &[NetworkSummary]) -> Grid {
    let mut grid = Grid::new(&[
        Column::number("network"),
        Column::number("people"),
        Column::number("arrested"),
        Column::number("density"),
        Column::number("ties out"),
        Column::long("most strongly tied"),
        Column::long("held together by"),
    ]);
    for network in networks {
        let members = network.members.iter().take(NAMED);
        let strongest: Vec<String> = members.map(|m| cut(&label(&m.person), NAME_CHARS)).collect();
        let shared: Vec<String> = network
            .shared
            .iter()
            .take(SHARED)
            .map(|(thing, people)| {
                format!("{} ({}, {people} people)", cut(&label(thing), NAME_CHARS), kind(thing))
            })
            .collect();
        grid.row([
            network.number.into(),
            network.size.into(),
            network.arrested.into(),
            Cell::Number(network.density, 2),
            format!("{:.0} %", network.conductance * 100.0).into(),
            strongest.join(", ").into(),
            shared.join(", ").into(),
        ]);
    }
    grid
}

/// One network with all its members; the JSON is the summary.
#[derive(Serialize)]
#[serde(transparent)]
struct Members(NetworkSummary);

impl Present for Members {
    fn page(&self, page: &mut Page<'_>) -> io::Result<()> {
        let network = &self.0;
        page.title(
            format_args!("Network {}: {}", network.number, counted(network.size, "member")),
            format_args!(
                "{} arrested, density {:.2}, {:.0} % of ties lead out",
                grouped(network.arrested),
                network.density,
                network.conductance * 100.0
            ),
        )?;
        let mut grid = Grid::new(&[
            Column::text("person"),
            Column::text("key"),
            Column::number("ties inside"),
            Column::number("ties out"),
            Column::text("id"),
        ]);
        for member in &network.members {
            grid.row([
                label(&member.person).into(),
                Cell::maybe(key(&member.person)),
                Cell::Number(member.strength, 1),
                Cell::Number(member.outside, 1),
                member.person.id.to_string().into(),
            ]);
        }
        page.table(&grid, 2)?;
        if !network.shared.is_empty() {
            page.gap()?;
            page.line("  held together by")?;
            for (thing, people) in &network.shared {
                page.line(format_args!("    {:>4} people  {}", grouped(*people), entity(thing)))?;
            }
        }
        Ok(())
    }

    fn grid(&self) -> Grid {
        let mut grid = Grid::new(&[
            Column::number("network"),
            Column::text("id"),
            Column::text("kind"),
            Column::text("label"),
            Column::text("key"),
            Column::number("strength"),
            Column::number("outside"),
        ]);
        for member in &self.0.members {
            let mut row = vec![self.0.number.into()];
            row.extend(entity_cells(&member.person));
            row.extend([Cell::Number(member.strength, 3), Cell::Number(member.outside, 3)]);
            grid.row(row);
        }
        grid
    }

    fn ndjson(&self, out: &mut dyn Write) -> io::Result<()> {
        json_lines(out, &self.0.members)
    }
}
