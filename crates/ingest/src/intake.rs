//! Taking a delivery in: files by a specification, wave by wave.
//!
//! 1. One thread reads, decodes and finds where rows end.
//! 2. All threads take the chunks of a wave apart and build their claims, while one reads the next wave.
//! 3. One thread numbers the records in reading order.
//!
//! Where rows must be counted by content (keyless entities, `repeated = "duplicate"`), a pass of digests over
//! the wave comes before step 2. Entities that only turn out to be keyless, since their keys name nobody, are
//! counted after step 2, and the rare chunk in which one comes a second time is built again. What is built does
//! not depend on the number of threads.

use crate::error::{IngestError, Result};
use crate::plan::{Binding, Plan};
use crate::rows::Chunk;
use crate::rows::build::{self, Built, RowRules};
use crate::rows::fields::{FieldRules, Fields};
use crate::source::file::{Opened, SourceInput};
use crate::source::split::RawChunk;
use crate::spec::{Layout, Spec};
use crate::suggest::nearest;
use crate::wave::WaveReader;
use jaal_model::SourceFile;
use jaal_model::identifier::{Context, Country};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// A delivery on its way in.
pub struct Intake {
    plan: Arc<Plan>,
    /// The country whose numbers need no prefix.
    country: Country,
    layout: Layout,
    records: Vec<SourceFile>,
    reader: WaveReader,
    /// How to read each file, filled in as files are begun.
    rules: Vec<Option<RowRules>>,
    next_record: u64,
    /// How often each row's content has been seen.
    seen: FxHashMap<u128, u32>,
    /// Normalisers' caches, lent to threads.
    contexts: Mutex<Vec<Context>>,
}

impl Intake {
    /// Hashes the files and gets ready to read them in the order given.
    ///
    /// # Errors
    /// [`IngestError::NoFiles`] without any file; [`IngestError::Io`] when one cannot be read.
    ///
    /// # Complexity
    /// One pass over every file; two with `encoding = "auto"`.
    pub fn open(spec: &Spec, inputs: Vec<SourceInput>) -> Result<Self> {
        if inputs.is_empty() {
            let message = "no file to read: name one or more files of the delivery".to_owned();
            return Err(IngestError::NoFiles { message });
        }
        let files: Vec<Opened> = inputs
            .into_par_iter()
            .map(|input| Opened::new(input, spec.layout.encoding))
            .collect::<Result<_>>()?;
        let has_header = !spec.layout.is_json && spec.layout.columns.is_none();
        let split = vec![spec.layout.split.clone(); files.len()];
        Ok(Self {
            plan: Arc::clone(&spec.plan),
            country: spec.country(),
            layout: spec.layout.clone(),
            records: files.iter().map(|f| f.record.clone()).collect(),
            rules: files.iter().map(|_| None).collect(),
            reader: WaveReader::new(files, split, has_header),
            next_record: 0,
            seen: FxHashMap::default(),
            contexts: Mutex::new(Vec::new()),
        })
    }

    /// The files, with size and digest as handed over.
    pub fn files(&self) -> &[SourceFile] {
        &self.records
    }

    /// The size of all files, for progress against [`Chunk::bytes_read`].
    pub fn total_bytes(&self) -> u64 {
        self.records.iter().map(|f| f.bytes).sum()
    }

    /// The next chunks in reading order; `None` when all files are read.
    ///
    /// # Errors
    /// [`IngestError::Header`] and [`IngestError::Empty`] when a file is begun; [`IngestError::Io`] and
    /// [`IngestError::Changed`].
    pub fn next_wave(&mut self) -> Result<Option<Vec<Chunk>>> {
        let Some(wave) = self.reader.next_wave()? else { return Ok(None) };
        for (file, header) in wave.headers {
            let rules = self.row_rules(file, header.as_deref())?;
            if let Some(place) = self.rules.get_mut(file) {
                *place = Some(rules);
            }
        }
        let occurrences = self.count_occurrences(&wave.chunks);
        let workshop = Workshop {
            plan: &self.plan,
            country: self.country,
            rules: &self.rules,
            contexts: &self.contexts,
        };
        let mut built: Vec<Built> = self.reader.read_ahead_during(|| {
            let chunks = wave.chunks.par_iter().enumerate();
            let seen = |index| occurrences.as_ref().and_then(|o| o.get(index)).map(Vec::as_slice);
            chunks.map(|(index, raw)| workshop.build(raw, seen(index))).collect()
        });
        if occurrences.is_none() {
            self.build_repeats_again(&wave.chunks, &mut built);
        }
        let mut chunks: Vec<Chunk> = built.into_iter().map(|built| built.chunk).collect();
        for chunk in &mut chunks {
            chunk.set_first_record(self.next_record);
            self.next_record += chunk.rows.len() as u64;
        }
        Ok(Some(chunks))
    }

    /// For each row of each chunk which of the equal rows it is, where the plan needs that.
    fn count_occurrences(&mut self, chunks: &[RawChunk]) -> Option<Vec<Vec<u32>>> {
        if !self.plan.needs_occurrences() {
            return None;
        }
        let rules = &self.rules;
        let digests: Vec<Vec<Option<u128>>> = chunks
            .par_iter()
            .map(|raw| {
                rules.get(raw.file).and_then(Option::as_ref).map_or_else(Vec::new, |r| build::digests(r, raw))
            })
            .collect();
        let mut count = |digest: Option<u128>| digest.map_or(1, |digest| count_one(&mut self.seen, digest));
        Some(digests.into_iter().map(|chunk| chunk.into_iter().map(&mut count).collect()).collect())
    }

    /// Counts the rows that name entities whose keys name nobody, and builds those chunks again in which such
    /// a row is not the first of its content.
    fn build_repeats_again(&mut self, chunks: &[RawChunk], built: &mut [Built]) {
        let mut again: Vec<(&RawChunk, &mut Built, Vec<u32>)> = Vec::new();
        for (raw, built) in chunks.iter().zip(built) {
            let mut occurrences = Vec::new();
            for (row, digest) in &built.unnamed {
                let occurrence = count_one(&mut self.seen, *digest);
                if occurrence > 1 {
                    occurrences.resize(raw.rows.len(), 1);
                    occurrences[*row] = occurrence;
                }
            }
            if !occurrences.is_empty() {
                again.push((raw, built, occurrences));
            }
        }
        let workshop = Workshop {
            plan: &self.plan,
            country: self.country,
            rules: &self.rules,
            contexts: &self.contexts,
        };
        again.into_par_iter().for_each(|(raw, built, occurrences)| {
            *built = workshop.build(raw, Some(&occurrences));
        });
    }

    fn row_rules(&self, file: usize, header: Option<&str>) -> Result<RowRules> {
        let name = self.reader.files().get(file).map(|f| f.input.name.clone()).unwrap_or_default();
        let split = &self.layout.split;
        let fields = FieldRules { delimiter: split.delimiter, quote: split.quote };
        let (width, binding) = if self.layout.is_json {
            (self.plan.columns.len(), (0..self.plan.columns.len()).collect())
        } else {
            let names = match (header, &self.layout.columns) {
                (Some(row), _) => header_names(row, fields),
                (None, columns) => columns.clone().unwrap_or_default(),
            };
            (names.len(), bind(&self.plan, &name, &names, split.delimiter)?)
        };
        Ok(RowRules { name, file: file as u32, is_json: self.layout.is_json, fields, width, binding })
    }
}

/// What building a chunk takes beside the chunk, shared by all threads.
struct Workshop<'a> {
    plan: &'a Plan,
    country: Country,
    rules: &'a [Option<RowRules>],
    contexts: &'a Mutex<Vec<Context>>,
}

impl Workshop<'_> {
    fn build(&self, raw: &RawChunk, occurrences: Option<&[u32]>) -> Built {
        let Some(rules) = self.rules.get(raw.file).and_then(Option::as_ref) else {
            // Never: a file's rules are made when it is begun.
            return Built { chunk: Chunk::default(), unnamed: Vec::new() };
        };
        let idle = self.contexts.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut context = idle.unwrap_or_else(|| Context::new(self.country.as_str()));
        let built = build::build(self.plan, rules, raw, occurrences, &mut context);
        self.contexts.lock().unwrap_or_else(PoisonError::into_inner).push(context);
        built
    }
}

/// Which of the rows with this digest comes now, from 1.
fn count_one(seen: &mut FxHashMap<u128, u32>, digest: u128) -> u32 {
    let count = seen.entry(digest).or_insert(0);
    *count = count.saturating_add(1);
    *count
}

/// The columns of a header row. The second of two equal names is called `name#2`, and so on.
pub(crate) fn header_names(row: &str, rules: FieldRules) -> Vec<String> {
    let mut fields = Fields::default();
    fields.split(row, rules);
    let mut seen: FxHashMap<String, u32> = FxHashMap::default();
    (0..fields.len())
        .map(|index| {
            let name = fields.get(row, index).trim().to_owned();
            let count = seen.entry(name.clone()).or_insert(0);
            *count += 1;
            if *count > 1 { format!("{name}#{count}") } else { name }
        })
        .collect()
}

fn bind(plan: &Plan, file: &str, header: &[String], delimiter: u8) -> Result<Binding> {
    let place = |column: &String| {
        header.iter().position(|h| h == column).ok_or_else(|| IngestError::Header {
            file: file.to_owned(),
            column: column.clone(),
            nearest: nearest(column, header.iter().map(String::as_str)).map(str::to_owned),
            header: header.to_vec(),
            hint: other_delimiter(header, delimiter),
        })
    };
    plan.columns.iter().map(place).collect()
}

/// What to do about a header of one column in which a delimiter of other files stands.
fn other_delimiter(header: &[String], delimiter: u8) -> Option<String> {
    let [only] = header else { return None };
    let (sign, word) = [(';', ";"), ('\t', "\\t"), ('|', "|"), (',', ",")]
        .into_iter()
        .find(|(sign, _)| u32::from(*sign) != u32::from(delimiter) && only.contains(*sign))?;
    let name = if sign == '\t' { "a tab".to_owned() } else { format!("`{sign}`") };
    Some(format!(
        "that is one column with {name} in it: if that parts the columns, say `delimiter = \"{word}\"` in the \
         specification"
    ))
}
