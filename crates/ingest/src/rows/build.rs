//! Building a chunk: every row of a stretch of text is taken apart, judged, and written or rejected. Runs on
//! any thread and depends on nothing but the text, the plan and how often equal rows came before.

use super::emit::{Emitter, RowFacts};
use super::eval::RowState;
use super::event::Events;
use super::fields::{Fields, trimmed};
use super::form::{CELLS, RowForm};
use super::open::RowOpener;
use super::{Chunk, Fault, Rows, json};
use crate::plan::{Binding, Plan};
use crate::source::MAX_ROW_BYTES;
use crate::source::split::{Flaw, RawChunk, RowSpan};
use jaal_model::claim::StrColumn;
use jaal_model::identifier::Context;
use jaal_model::{Counts, Reject};

/// How the rows of one file are to be read.
#[derive(Clone, Debug)]
pub(crate) struct RowRules {
    /// The file's name and number in the delivery.
    pub(crate) name: String,
    pub(crate) file: u32,
    pub(crate) form: RowForm,
    /// How many fields a row has.
    pub(crate) width: usize,
    pub(crate) binding: Binding,
}

/// What a row turned out to be.
pub(crate) enum Apart {
    /// Its fields are there.
    Fields,
    /// Nothing but delimiters.
    Blank,
    /// The wrong number of fields.
    Ragged(Fault),
}

/// The text of a row.
pub(crate) fn row_text<'a>(raw: &'a RawChunk, span: &RowSpan) -> &'a str {
    raw.text.get(span.start as usize..span.end as usize).unwrap_or("")
}

/// What is wrong with a row whatever its fields say.
pub(crate) fn flaw(raw: &RawChunk, span: &RowSpan) -> Result<(), Fault> {
    match span.flaw {
        Some(Flaw::TooLong) => {
            let reason = format!("the row is longer than {MAX_ROW_BYTES} bytes; only its beginning is kept");
            return Err(Fault::row(reason));
        }
        Some(Flaw::OpenQuote) => {
            return Err(Fault::row("a quote is opened in this line and never closed"));
        }
        None => {}
    }
    let start = raw.text_at + u64::from(span.start);
    let end = raw.text_at + u64::from(span.end);
    let first = raw.bad.partition_point(|b| b.text_at < start);
    if let Some(bad) = raw.bad.get(first).filter(|b| b.text_at < end) {
        let reason = format!(
            "the byte at offset {} of the file is not {}; is the encoding right? `encoding = \"auto\"` in the \
             specification finds it",
            bad.byte_at, bad.encoding
        );
        return Err(Fault::row(reason));
    }
    let row = row_text(raw, span).as_bytes();
    // `contains` looks at several bytes at a time, `position` does not.
    if row.contains(&0) {
        let at = row.iter().position(|b| *b == 0).unwrap_or_default();
        return Err(Fault::row(format!("character {at} of the row is NUL; is the encoding right?")));
    }
    Ok(())
}

/// Takes a row apart that is no JSON.
pub(crate) fn take_apart(
    row: &str,
    span: &RowSpan,
    form: &RowForm,
    width: usize,
    fields: &mut Fields,
) -> Apart {
    let fitting = split(row, form, width, fields);
    if (0..fields.len()).all(|i| trimmed(fields.get(row, i)).is_empty()) {
        return Apart::Blank;
    }
    if let Err(fault) = fitting {
        return Apart::Ragged(fault);
    }
    if fields.len() == width {
        return Apart::Fields;
    }
    let several = match span.lines {
        0 | 1 => String::new(),
        lines => format!(" and spans {lines} lines: a quote too many?"),
    };
    Apart::Ragged(Fault::row(format!("the row has {} fields, {width} expected{several}", fields.len())))
}

/// The fields of a row, as they stand in its text.
fn split(row: &str, form: &RowForm, width: usize, fields: &mut Fields) -> Result<(), Fault> {
    match form {
        RowForm::Delimited(rules) => fields.split(row, *rules),
        RowForm::Cells => {
            fields.split(row, CELLS);
            while fields.len() < width {
                fields.push_text("");
            }
        }
        RowForm::Fixed(columns) => return columns.split(row, fields),
        RowForm::Json => fields.clear(),
    }
    Ok(())
}

/// The digest of every row's content, `None` for rows that cannot be read: equal rows are counted with these.
///
/// # Complexity
/// O(text).
pub(crate) fn digests(rules: &RowRules, raw: &RawChunk) -> Vec<Option<u128>> {
    let mut fields = Fields::default();
    let mut buffer = Vec::new();
    let digest = |span: &RowSpan| {
        flaw(raw, span).ok()?;
        let row = row_text(raw, span);
        if matches!(rules.form, RowForm::Json) {
            json::fill_all(&mut fields, &json::parse(row).ok()?);
        } else {
            // A row that does not fit is rejected later, and still one row.
            split(row, &rules.form, rules.width, &mut fields).ok();
        }
        Some(fields.wide_digest(row, &mut buffer))
    };
    raw.rows.iter().map(digest).collect()
}

/// A chunk, and what it takes to tell equal rows apart in it.
pub(crate) struct Built {
    pub(crate) chunk: Chunk,
    /// Rows (by their place in the stretch of text, with their wide digests) that name an entity because no
    /// key of it does; none where occurrences were given.
    pub(crate) unnamed: Vec<(usize, u128)>,
}

/// What is known of the rows of a stretch of text before they are read.
#[derive(Clone, Copy, Default)]
pub(crate) struct Known<'a> {
    /// Which of the equal rows of the delivery each is, from 1; without it every row counts as the first.
    pub(crate) occurrences: Option<&'a [u32]>,
    /// What is wrong with the balance of each.
    pub(crate) breaks: Option<&'a [Option<String>]>,
    /// Times that rows have in common with others.
    pub(crate) events: Option<&'a Events>,
}

/// Builds the chunk of a stretch of text.
///
/// # Complexity
/// O(text × rules of the plan).
pub(crate) fn build(
    plan: &Plan,
    rules: &RowRules,
    raw: &RawChunk,
    known: Known<'_>,
    context: &mut Context,
) -> Built {
    let mut builder = Builder {
        plan,
        rules,
        emitter: Emitter::new(plan, rules.file, known.events),
        rows: Rows { file: Vec::new(), line: Vec::new(), text: StrColumn::new() },
        opener: RowOpener::new(plan, rules),
        whole: Fields::default(),
        buffer: Vec::new(),
        unnamed: Vec::new(),
        is_counted: known.occurrences.is_some(),
        needs_digest: plan.needs_occurrences() || plan.links.iter().any(|l| !l.is_by_ends()),
    };
    let mut state = RowState::default();
    let mut balance_breaks = 0;
    let (counts, rejects) = tally(raw, &rules.name, |index, span| {
        let occurrence = known.occurrences.and_then(|o| o.get(index)).copied().unwrap_or(1);
        let broken = known.breaks.and_then(|b| b.get(index)?.as_deref());
        balance_breaks += u64::from(broken.is_some());
        builder.row(raw, (index, span), (occurrence, broken), &mut state, context)
    });
    let Emitter { keys, tables, .. } = builder.emitter;
    let chunk = Chunk {
        keys,
        rows: builder.rows,
        rejects,
        counts,
        balance_breaks,
        bytes_read: raw.bytes_read,
        ..Chunk::default()
    };
    Built { chunk: chunk.with_tables(tables), unnamed: builder.unnamed }
}

/// What became of a row that is not rejected.
pub(crate) enum Fate {
    Accepted,
    Duplicate,
    Skipped,
}

/// Runs over the rows of a chunk, counts what became of each, and keeps those that failed.
pub(crate) fn tally(
    raw: &RawChunk,
    name: &str,
    mut row: impl FnMut(usize, &RowSpan) -> Result<Fate, Fault>,
) -> (Counts, Vec<Reject>) {
    let mut rejects = Vec::new();
    let mut counts =
        Counts { read: raw.rows.len() as u64 + raw.skipped, skipped: raw.skipped, ..Counts::default() };
    for (index, span) in raw.rows.iter().enumerate() {
        match row(index, span) {
            Ok(Fate::Accepted) => counts.accepted += 1,
            Ok(Fate::Duplicate) => counts.duplicate += 1,
            Ok(Fate::Skipped) => counts.skipped += 1,
            Err(fault) => {
                counts.rejected += 1;
                rejects.push(Reject {
                    file: name.to_owned(),
                    line: span.line,
                    column: fault.column,
                    reason: fault.reason,
                    row: row_text(raw, span).to_owned(),
                });
            }
        }
    }
    (counts, rejects)
}

struct Builder<'p> {
    plan: &'p Plan,
    rules: &'p RowRules,
    emitter: Emitter<'p>,
    rows: Rows,
    opener: RowOpener<'p>,
    /// Of a JSON row: everything in it.
    whole: Fields,
    buffer: Vec<u8>,
    unnamed: Vec<(usize, u128)>,
    /// Whether it is known which of the equal rows each is.
    is_counted: bool,
    /// Whether every row's digest is needed; otherwise only those of rows that name an entity are.
    needs_digest: bool,
}

impl<'p> Builder<'p> {
    fn row(
        &mut self,
        raw: &RawChunk,
        (index, span): (usize, &RowSpan),
        (occurrence, broken): (u32, Option<&str>),
        state: &mut RowState<'p>,
        context: &mut Context,
    ) -> Result<Fate, Fault> {
        let text = row_text(raw, span);
        if !self.opener.open(raw, span, broken.unwrap_or(""))? {
            return Ok(Fate::Skipped);
        }
        if self.plan.drop_repeats && occurrence > 1 {
            return Ok(Fate::Duplicate);
        }
        if let (Some(reason), Some(balance)) = (broken, self.plan.balance.as_ref().filter(|b| b.rejects)) {
            return Err(Fault {
                column: self.plan.columns.get(balance.balance).cloned(),
                reason: reason.to_owned(),
            });
        }
        let row = self.opener.row(text);
        state.evaluate(self.plan, row, context)?;
        if state.is_empty() {
            return Ok(Fate::Skipped);
        }
        let has_unnamed = state.has_unnamed(self.plan);
        let mut digest = 0;
        if self.needs_digest || has_unnamed {
            if let Some(object) = &self.opener.object {
                json::fill_all(&mut self.whole, object);
            }
            let content = if self.opener.object.is_some() { &self.whole } else { &self.opener.fields };
            digest = content.digest(text, &mut self.buffer);
            if has_unnamed && !self.is_counted {
                self.unnamed.push((index, content.wide_digest(text, &mut self.buffer)));
            }
        }
        let facts = RowFacts { record: self.rows.len() as u64, digest, occurrence, line: span.line };
        self.emitter.emit(state, row, facts);
        self.rows.file.push(self.rules.file);
        self.rows.line.push(span.line);
        self.rows.text.push(text);
        Ok(Fate::Accepted)
    }
}
