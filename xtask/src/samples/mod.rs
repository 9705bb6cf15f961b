//! The synthetic sample case: a generator that writes the deliveries of a crackdown on illegal call centres.
//!
//! Three steps, each a pure function of the named random streams in [`rng`]:
//! 1. [`world`] is filled room by room: people, raids, companies, telecom, bank, newcomers, recoveries.
//! 2. [`deliver`] lets each agency write down what it saw, in its own layout, with its own damage ([`mess`]).
//! 3. [`truth`] writes what was planted, for tests alone.
//!
//! No person, number, account or company in it is real. The specifications, the manifest and the README
//! beside the deliveries are written by hand; this module writes `deliveries/`, `truth/` and
//! `new_arrests.csv` only. The same source gives the same bytes on every machine: no clock, no hash map
//! order, no floating point.

mod bank;
mod calendar;
mod companies;
mod deliver;
mod mess;
mod newcomers;
mod numbers;
mod people;
mod raids;
mod recoveries;
mod rng;
mod sheet;
mod telecom;
#[cfg(test)]
mod tests;
mod truth;
mod world;

use sheet::{Delivered, Output};
use std::path::Path;
use world::World;

/// What [`run`] wrote.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Written {
    /// Files.
    pub(crate) files: usize,
    /// Their size together, in bytes.
    pub(crate) bytes: usize,
}

/// Writes the generated files of the sample case below `out` (the folder `samples/crackdown`).
///
/// # Errors
/// Any error of the file system, with the path in its text.
pub(crate) fn run(out: &Path) -> std::io::Result<Written> {
    let files = generate();
    for file in &files {
        let path = out.join(&file.path);
        let written = path
            .parent()
            .map_or(Ok(()), std::fs::create_dir_all)
            .and_then(|()| std::fs::write(&path, &file.bytes));
        written.map_err(|error| std::io::Error::new(error.kind(), format!("{}: {error}", path.display())))?;
    }
    Ok(Written { files: files.len(), bytes: files.iter().map(|file| file.bytes.len()).sum() })
}

/// All generated files.
fn generate() -> Vec<Delivered> {
    let world = build();
    let mut out = Output::default();
    deliver::all(&world, &mut out);
    truth::write(&world, &mut out);
    out.files
}

/// The world, with every room filled.
fn build() -> World {
    let mut world = World::default();
    let mut registry = people::Registry::new();
    people::stage(&mut world, &mut registry);
    raids::stage(&mut world, &mut registry);
    companies::stage(&mut world);
    telecom::stage(&mut world);
    bank::stage(&mut world);
    newcomers::stage(&mut world, &mut registry);
    telecom::settle(&mut world);
    recoveries::stage(&mut world);
    world
}
