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
use crate::rows::balance::{self, Balances};
use crate::rows::build::{self, Built, Known, RowRules};
use crate::rows::event::{self, Events};
use crate::rows::fields::{FieldRules, Fields};
use crate::rows::form::{CELLS, RowForm};
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
    balances: Balances,
    /// Times that rows have in common with others; found when the first wave is asked for.
    events: Option<Events>,
    /// The files, for reading them once before.
    survey: Vec<Opened>,
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
        let has_header = !matches!(spec.layout.form, RowForm::Json) && spec.layout.columns.is_none();
        let split = vec![spec.layout.split.clone(); files.len()];
        let survey = if spec.plan.has_events() { files.clone() } else { Vec::new() };
        Ok(Self {
            plan: Arc::clone(&spec.plan),
            country: spec.country(),
            layout: spec.layout.clone(),
            records: files.iter().map(|f| f.record.clone()).collect(),
            rules: files.iter().map(|_| None).collect(),
            reader: WaveReader::new(files, split, has_header),
            next_record: 0,
            seen: FxHashMap::default(),
            balances: Balances::default(),
            events: None,
            survey,
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
        if !self.survey.is_empty() {
            self.events = Some(self.find_events()?);
        }
        let Some(wave) = self.reader.next_wave()? else { return Ok(None) };
        self.begin_files(wave.headers)?;
        let occurrences = self.count_occurrences(&wave.chunks);
        let breaks = self.judge_balances(&wave.chunks);
        let workshop = Workshop {
            plan: &self.plan,
            country: self.country,
            rules: &self.rules,
            contexts: &self.contexts,
        };
        let events = self.events.as_ref();
        let mut built: Vec<Built> = self.reader.read_ahead_during(|| {
            let known = |index| Known {
                occurrences: occurrences.as_ref().and_then(|o| o.get(index)).map(Vec::as_slice),
                breaks: breaks.as_ref().and_then(|b| b.get(index)).map(Vec::as_slice),
                events,
            };
            let chunks = wave.chunks.par_iter().enumerate();
            chunks.map(|(index, raw)| workshop.build(raw, known(index))).collect()
        });
        if occurrences.is_none() {
            self.build_repeats_again(&wave.chunks, breaks.as_deref(), &mut built);
        }
        let mut chunks: Vec<Chunk> = built.into_iter().map(|built| built.chunk).collect();
        for chunk in &mut chunks {
            chunk.set_first_record(self.next_record);
            self.next_record += chunk.rows.len() as u64;
        }
        Ok(Some(chunks))
    }

    /// Works out how the rows of files that were begun are to be read.
    fn begin_files(&mut self, headers: Vec<(usize, Option<String>)>) -> Result<()> {
        for (file, header) in headers {
            let rules = self.row_rules(file, header.as_deref())?;
            if let Some(place) = self.rules.get_mut(file) {
                *place = Some(rules);
            }
        }
        Ok(())
    }

    /// Reads the whole delivery once to find rows that tell of one event.
    fn find_events(&mut self) -> Result<Events> {
        let files = std::mem::take(&mut self.survey);
        let split = vec![self.layout.split.clone(); files.len()];
        let mut reader = WaveReader::new(files, split, self.has_header());
        let mut sightings = Vec::new();
        while let Some(wave) = reader.next_wave()? {
            self.begin_files(wave.headers)?;
            let workshop = Workshop {
                plan: &self.plan,
                country: self.country,
                rules: &self.rules,
                contexts: &self.contexts,
            };
            let found: Vec<_> = wave.chunks.par_iter().map(|raw| workshop.sightings(raw)).collect();
            sightings.extend(found.into_iter().flatten());
        }
        Ok(event::fold(&self.plan, sightings))
    }

    fn has_header(&self) -> bool {
        !matches!(self.layout.form, RowForm::Json) && self.layout.columns.is_none()
    }

    /// For each row of each chunk what is wrong with its balance, where the plan checks that.
    fn judge_balances(&mut self, chunks: &[RawChunk]) -> Option<Vec<Vec<Option<String>>>> {
        let plan = self.plan.balance.as_ref()?;
        let rules = |raw: &RawChunk| self.rules.get(raw.file).and_then(Option::as_ref);
        let read =
            |raw: &RawChunk| rules(raw).map_or_else(Vec::new, |r| balance::entries(&self.plan, r, raw));
        let entries: Vec<Vec<balance::Entry>> = chunks.par_iter().map(read).collect();
        let balances = &mut self.balances;
        let judged =
            chunks.iter().zip(&entries).map(|(raw, entries)| balances.judge(plan, raw.file, entries));
        Some(judged.collect())
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
    fn build_repeats_again(
        &mut self,
        chunks: &[RawChunk],
        breaks: Option<&[Vec<Option<String>>]>,
        built: &mut [Built],
    ) {
        let mut again: Vec<(&RawChunk, &mut Built, Known<'_>, Vec<u32>)> = Vec::new();
        for (index, (raw, built)) in chunks.iter().zip(built).enumerate() {
            let mut occurrences = Vec::new();
            for (row, digest) in &built.unnamed {
                let occurrence = count_one(&mut self.seen, *digest);
                if occurrence > 1 {
                    occurrences.resize(raw.rows.len(), 1);
                    occurrences[*row] = occurrence;
                }
            }
            if !occurrences.is_empty() {
                let breaks = breaks.and_then(|b| b.get(index)).map(Vec::as_slice);
                let known = Known { occurrences: None, breaks, events: self.events.as_ref() };
                again.push((raw, built, known, occurrences));
            }
        }
        let workshop = Workshop {
            plan: &self.plan,
            country: self.country,
            rules: &self.rules,
            contexts: &self.contexts,
        };
        again.into_par_iter().for_each(|(raw, built, known, occurrences)| {
            *built = workshop.build(raw, Known { occurrences: Some(&occurrences), ..known });
        });
    }

    fn row_rules(&self, file: usize, header: Option<&str>) -> Result<RowRules> {
        let name = self.reader.files().get(file).map(|f| f.input.name.clone()).unwrap_or_default();
        let fields = match &self.layout.form {
            RowForm::Delimited(rules) => *rules,
            RowForm::Cells | RowForm::Fixed(_) | RowForm::Json => CELLS,
        };
        let (width, binding) = if matches!(self.layout.form, RowForm::Json) {
            let width = self.plan.columns.len();
            (width, self.plan.bind(width, |id, _| Ok::<_, IngestError>(id))?)
        } else {
            let names = match (header, &self.layout.columns) {
                (Some(row), _) => header_names(row, fields),
                (None, columns) => columns.clone().unwrap_or_default(),
            };
            (names.len(), bind(&self.plan, &name, &names, fields.delimiter)?)
        };
        Ok(RowRules { name, file: file as u32, form: self.layout.form.clone(), width, binding })
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
    fn build(&self, raw: &RawChunk, known: Known<'_>) -> Built {
        let built = self.with(raw, |rules, context| build::build(self.plan, rules, raw, known, context));
        built.unwrap_or_else(|| Built { chunk: Chunk::default(), unnamed: Vec::new() })
    }

    fn sightings(&self, raw: &RawChunk) -> Vec<event::Sighting> {
        self.with(raw, |rules, context| event::sightings(self.plan, rules, raw, context)).unwrap_or_default()
    }

    /// Does something with a chunk's rules and a borrowed context. Never `None`: a file's rules are made when it is
    /// begun.
    fn with<T>(&self, raw: &RawChunk, work: impl FnOnce(&RowRules, &mut Context) -> T) -> Option<T> {
        let rules = self.rules.get(raw.file).and_then(Option::as_ref)?;
        let idle = self.contexts.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut context = idle.unwrap_or_else(|| Context::new(self.country.as_str()));
        let done = work(rules, &mut context);
        self.contexts.lock().unwrap_or_else(PoisonError::into_inner).push(context);
        Some(done)
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
    plan.bind(header.len(), |_, column| {
        header.iter().position(|h| h == column).ok_or_else(|| IngestError::Header {
            file: file.to_owned(),
            column: column.clone(),
            nearest: nearest(column, header.iter().map(String::as_str)).map(str::to_owned),
            header: header.to_vec(),
            hint: other_delimiter(header, delimiter),
        })
    })
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
