//! What the tests of reading share: a delivery in a temporary folder, and claims as lines of text.
//!
//! Each test program uses its own part of it.

#![allow(dead_code, reason = "each test program uses its own part")]

use jaal_ingest::{Chunk, Intake, Result, SourceInput, Spec};
use jaal_model::Counts;
use jaal_model::claim::{Discrimination, KeyList, NO_TIME, ShapeClaim};
use std::fmt::Write;
use std::path::PathBuf;

/// A folder with files of a delivery.
pub(crate) struct Delivery {
    folder: tempfile::TempDir,
    inputs: Vec<SourceInput>,
}

impl Delivery {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), inputs: Vec::new() }
    }

    pub(crate) fn one(name: &str, bytes: impl AsRef<[u8]>) -> Self {
        Self::new().with(name, bytes)
    }

    pub(crate) fn with(mut self, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        self.inputs.push(SourceInput::at(path));
        self
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    pub(crate) fn read(&self, spec: &str) -> Result<Vec<Chunk>> {
        self.read_by(&Spec::parse(spec, "test.toml")?)
    }

    pub(crate) fn read_by(&self, spec: &Spec) -> Result<Vec<Chunk>> {
        let mut intake = Intake::open(spec, self.inputs.clone())?;
        let mut chunks = Vec::new();
        while let Some(wave) = intake.next_wave()? {
            chunks.extend(wave);
        }
        let read: u64 = chunks.iter().map(|c| c.bytes_read).sum();
        assert_eq!(read, intake.total_bytes(), "progress ends at the total");
        check(&chunks);
        Ok(chunks)
    }
}

/// What holds for every delivery.
pub(crate) fn check(chunks: &[Chunk]) {
    let mut next = 0;
    for chunk in chunks {
        assert!(chunk.counts.add_up(), "{:?}", chunk.counts);
        assert!(chunk.block.is_consistent());
        assert_eq!(chunk.rejects.len() as u64, chunk.counts.rejected);
        assert_eq!(chunk.rows.len() as u64, chunk.counts.accepted);
        assert_eq!(chunk.first_record, next);
        next += chunk.rows.len() as u64;
        for table in &chunk.block.tables {
            assert!(table.record.iter().all(|r| (chunk.first_record..next).contains(r)));
            let mut ends = table.subject.iter().chain(&table.object);
            assert!(ends.all(|key| (*key as usize) < chunk.keys.len()));
        }
    }
}

pub(crate) fn counts(chunks: &[Chunk]) -> Counts {
    chunks.iter().fold(Counts::default(), |sum, chunk| sum.plus(chunk.counts))
}

/// `read accepted duplicate skipped rejected`.
pub(crate) fn count_line(chunks: &[Chunk]) -> String {
    let c = counts(chunks);
    format!("{} {} {} {} {}", c.read, c.accepted, c.duplicate, c.skipped, c.rejected)
}

/// Every claim as a line, in order of record.
pub(crate) fn claims(chunks: &[Chunk]) -> Vec<String> {
    let mut lines: Vec<(u64, String)> = Vec::new();
    for chunk in chunks {
        for table in &chunk.block.tables {
            for i in 0..table.len() {
                let subject = key(&chunk.keys, table.subject[i]);
                let mut line = match &table.shape.claim {
                    ShapeClaim::Entity { kinds } => format!("({subject} {})", kinds.join(":")),
                    ShapeClaim::Link { link_type, discrimination } => {
                        let object = key(&chunk.keys, table.object[i]);
                        let by = match discrimination {
                            Discrimination::Row => "row",
                            Discrimination::Declared => "declared",
                            Discrimination::Ends => "ends",
                        };
                        format!("({subject})-[{link_type} by {by}]->({object})")
                    }
                    ShapeClaim::Same => format!("({subject})=({})", key(&chunk.keys, table.object[i])),
                };
                for (name, column) in table.shape.properties.iter().zip(&table.columns) {
                    if column.is_valid(i) {
                        write!(line, " {name}={}", column.value(i)).unwrap();
                    }
                }
                let (from, to) = table.validity(i);
                if (from, to) != (NO_TIME, NO_TIME) {
                    write!(line, " valid {from}..{to}").unwrap();
                }
                lines.push((table.record[i], line));
            }
        }
    }
    lines.sort();
    lines.into_iter().map(|(record, line)| format!("{record} {line}")).collect()
}

/// The discriminators of all links in order of record.
pub(crate) fn discriminators(chunks: &[Chunk]) -> Vec<u64> {
    let tables = chunks.iter().flat_map(|c| &c.block.tables);
    let mut all: Vec<(u64, u64)> =
        tables.flat_map(|t| t.record.iter().copied().zip(t.discriminator.iter().copied())).collect();
    all.sort_unstable();
    all.into_iter().map(|(_, d)| d).collect()
}

pub(crate) fn key(keys: &KeyList, at: u64) -> String {
    let (scheme, value) = keys.get(at as usize);
    format!("{}={value}", keys.schemes()[scheme as usize].name)
}

/// `line: column: reason` of every reject.
pub(crate) fn rejects(chunks: &[Chunk]) -> Vec<String> {
    let all = chunks.iter().flat_map(|c| &c.rejects);
    all.map(|r| format!("{}: {}: {}", r.line, r.column.as_deref().unwrap_or("-"), r.reason)).collect()
}
