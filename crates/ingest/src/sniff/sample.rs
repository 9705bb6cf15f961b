//! The beginning of a file as a table of texts, with what had to be supposed to read it so.

use super::table;
use crate::error::{IngestError, Result};
use crate::rows::fields::Fields;
use crate::rows::form::CELLS;
use crate::rows::json;
use crate::source::encoding::EncodingRule;
use crate::source::file::{Opened, SourceInput};
use crate::source::reader::RowReader;
use crate::source::sheet::SheetChoice;
use crate::source::split::{SplitRules, Splitter};
use encoding_rs::WINDOWS_1256;
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// Lines that are looked at.
pub(super) const MAX_LINES: usize = 500;
/// Sheets that are looked at.
const MAX_SHEETS: u32 = 20;

/// How the rows of a file stand in it.
pub(super) enum Form {
    Delimited { delimiter: u8 },
    Fixed { ruler: String },
    Json,
    Sheet { number: u32 },
}

/// The beginning of a file.
pub(super) struct Sample {
    pub(super) file: String,
    pub(super) form: Form,
    pub(super) encoding: String,
    pub(super) skip_top: usize,
    pub(super) skip_bottom: usize,
    pub(super) has_header: bool,
    pub(super) names: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
    /// What had to be supposed.
    pub(super) doubts: Vec<String>,
}

impl Sample {
    /// Reads the beginning of a file.
    ///
    /// # Errors
    /// As [`super::sniff`].
    pub(super) fn read(input: SourceInput) -> Result<Self> {
        let mut doubts = Vec::new();
        let opened = match Opened::new(input.clone(), EncodingRule::Auto) {
            Err(IngestError::Workbook { .. }) => return Self::workbook(input),
            Err(IngestError::AmbiguousEncoding { .. }) => {
                doubts.push(
                    "the encoding: windows-1256 (Arabic, Urdu) or windows-1252 (western names)".to_owned(),
                );
                Opened::new(input, EncodingRule::Named(WINDOWS_1256))?
            }
            other => other?,
        };
        if opened.record.encoding.starts_with("windows") && doubts.is_empty() {
            doubts
                .push(format!("the encoding {}, which is a guess from its letters", opened.record.encoding));
        }
        let (lines, is_whole) = lines(&opened)?;
        let mut sample = Self {
            file: opened.input.name.clone(),
            form: Form::Json,
            encoding: opened.record.encoding.clone(),
            skip_top: 0,
            skip_bottom: 0,
            has_header: true,
            names: Vec::new(),
            rows: Vec::new(),
            doubts,
        };
        let first = lines.iter().find(|line| !line.trim().is_empty());
        let Some(first) = first else {
            return Err(IngestError::Empty { file: sample.file, lines: lines.len() as u64 });
        };
        if json::parse(first).is_ok() {
            sample.objects(&lines);
        } else {
            sample.table(&lines, is_whole);
        }
        Ok(sample)
    }

    fn objects(&mut self, lines: &[String]) {
        let objects: Vec<Json> = lines.iter().filter_map(|line| json::parse(line).ok()).collect();
        let mut names = BTreeSet::new();
        for object in &objects {
            members(object, "", &mut names);
        }
        self.names = names.into_iter().collect();
        let mut fields = Fields::default();
        for object in &objects {
            json::fill(&mut fields, object, &self.names);
            self.rows.push((0..fields.len()).map(|at| fields.get("", at).trim().to_owned()).collect());
        }
    }

    fn table(&mut self, lines: &[String], is_whole: bool) {
        let table = table::find(lines);
        let ruler = (table.width < 3).then(|| table::ruler(lines)).flatten();
        if let Some(ruler) = ruler {
            self.fixed(ruler, lines);
            return;
        }
        self.form = Form::Delimited { delimiter: table.delimiter };
        self.skip_top = table.top;
        if is_whole {
            self.skip_bottom = table.bottom;
        } else {
            let doubt = format!(
                "the end of the file, which is longer than the {MAX_LINES} lines that were looked at"
            );
            self.doubts.push(doubt);
        }
        if table.ragged > 0 {
            self.doubts.push(format!(
                "{} rows of another width among the first {}: they will be rejected",
                table.ragged,
                lines.len()
            ));
        }
        self.name_columns(table.rows, table.width);
    }

    fn fixed(&mut self, ruler: String, lines: &[String]) {
        self.doubts.push("the places of the columns, drawn where all lines are blank".to_owned());
        let mut places: Vec<(char, usize, usize)> = Vec::new();
        for (at, mark) in ruler.chars().enumerate() {
            match places.last_mut() {
                Some((before, _, end)) if *before == mark => *end = at + 1,
                _ if mark == ' ' => {}
                _ => places.push((mark, at, at + 1)),
            }
        }
        let cell = |line: &str, start: usize, end: usize| -> String {
            let text: String = line.chars().skip(start).take(end - start).collect();
            text.trim().to_owned()
        };
        let rows = lines.iter().filter(|line| !line.trim().is_empty());
        let rows: Vec<Vec<String>> = rows
            .map(|line| places.iter().map(|(_, start, end)| cell(line, *start, *end)).collect())
            .collect();
        self.form = Form::Fixed { ruler };
        self.name_columns(rows, places.len());
        // The format has no header of its own: its line is passed over.
        self.skip_top = usize::from(self.has_header);
    }

    /// Takes the first row as header if it looks like one.
    fn name_columns(&mut self, mut rows: Vec<Vec<String>>, width: usize) {
        let looks_named = rows.first().is_some_and(|row| {
            let texts: BTreeSet<&String> = row.iter().filter(|text| !text.is_empty()).collect();
            let wordy = |text: &&String| {
                text.chars().any(char::is_alphabetic)
                    && text.chars().filter(char::is_ascii_digit).count() * 2 < text.chars().count()
            };
            !texts.is_empty() && texts.iter().all(wordy)
        });
        self.has_header = looks_named;
        if looks_named {
            let header = rows.remove(0);
            self.names = numbered(&header);
        } else {
            self.doubts.push("the names of the columns, since no row looks like a header".to_owned());
            self.names = (1..=width).map(|at| format!("column {at}")).collect();
        }
        self.rows = rows;
    }

    fn workbook(input: SourceInput) -> Result<Self> {
        let opened = Opened::new(input, EncodingRule::Workbook)?;
        let mut best: Option<(u32, Vec<Vec<String>>, usize)> = None;
        let mut sheets = 0;
        for number in 1..=MAX_SHEETS {
            let Ok((rows, first_line)) = cells(&opened, number) else { break };
            sheets = number;
            let size = |rows: &[Vec<String>]| rows.len() * rows.iter().map(Vec::len).max().unwrap_or(0);
            if !rows.is_empty() && best.as_ref().is_none_or(|(_, held, _)| size(&rows) > size(held)) {
                best = Some((number, rows, first_line));
            }
        }
        let Some((number, rows, top)) = best else {
            // What is wrong with its first sheet is what is wrong with it.
            cells(&opened, 1)?;
            return Err(IngestError::Empty { file: opened.input.name, lines: 0 });
        };
        let mut sample = Self {
            file: opened.input.name.clone(),
            form: Form::Sheet { number },
            encoding: opened.record.encoding.clone(),
            skip_top: top,
            skip_bottom: 0,
            has_header: true,
            names: Vec::new(),
            rows: Vec::new(),
            doubts: Vec::new(),
        };
        if sheets > 1 {
            sample.doubts.push(format!("the sheet: number {number} of {sheets}, which holds most"));
        }
        let width = rows.first().map_or(1, Vec::len);
        sample.name_columns(rows, width);
        Ok(sample)
    }
}

/// Names of columns as [`crate::intake::header_names`] makes them.
fn numbered(header: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (at, name) in header.iter().enumerate() {
        let before = header.iter().take(at).filter(|other| *other == name).count();
        names.push(if before == 0 { name.clone() } else { format!("{name}#{}", before + 1) });
    }
    names
}

/// The paths of an object's members.
fn members(object: &Json, path: &str, names: &mut BTreeSet<String>) {
    let Json::Object(all) = object else { return };
    for (name, member) in all {
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        if member.is_object() {
            members(member, &path, names);
        } else {
            names.insert(path);
        }
    }
}

/// The first lines of a text, and whether they are all.
fn lines(opened: &Opened) -> Result<(Vec<String>, bool)> {
    let mut splitter = Splitter::open(opened, 0, SplitRules { delimiter: b',', ..SplitRules::default() })?;
    let mut lines: Vec<String> = Vec::new();
    while let Some(chunk) = splitter.next_chunk()? {
        for span in &chunk.rows {
            let line = usize::try_from(span.line).unwrap_or(usize::MAX);
            if line > MAX_LINES {
                return Ok((lines, false));
            }
            // Blank lines are not rows, and count all the same.
            lines.resize(line - 1, String::new());
            lines.push(chunk.text.get(span.start as usize..span.end as usize).unwrap_or("").to_owned());
        }
    }
    Ok((lines, true))
}

/// The first rows of a sheet, from the one that is as wide as most, and how many sheet rows stand before it.
fn cells(opened: &Opened, number: u32) -> Result<(Vec<Vec<String>>, usize)> {
    let sheet = Some(SheetChoice::Numbered(number));
    let rules = SplitRules { sheet, ..SplitRules::default() };
    let mut reader = RowReader::open(opened, 0, rules, false)?;
    let mut rows: Vec<(usize, Vec<String>)> = Vec::new();
    while let Some(chunk) = reader.next_chunk()? {
        for span in chunk.rows.iter().take(MAX_LINES.saturating_sub(rows.len())) {
            let text = chunk.text.get(span.start as usize..span.end as usize).unwrap_or("");
            rows.push((span.line as usize, table::fields(text, CELLS.delimiter)));
        }
        if rows.len() >= MAX_LINES {
            break;
        }
    }
    let mut widths: Vec<usize> = rows.iter().map(|(_, row)| row.len()).collect();
    widths.sort_unstable();
    let wide = widths.get(widths.len() * 3 / 4).copied().unwrap_or(0);
    let from = rows.iter().position(|(_, row)| row.len() >= wide).unwrap_or(0);
    let top = rows.get(from).map_or(0, |(line, _)| line - 1);
    let width = rows.get(from).map_or(0, |(_, row)| row.len());
    let fitting = rows.into_iter().skip(from).filter(|(_, row)| row.len() <= width);
    let padded = fitting.map(|(_, mut row)| {
        row.resize(width, String::new());
        row
    });
    Ok((padded.collect(), top))
}

impl Form {
    /// The word of the format.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Delimited { delimiter: b'\t' } => "tsv",
            Self::Delimited { .. } => "csv",
            Self::Fixed { .. } => "fixed",
            Self::Json => "ndjson",
            Self::Sheet { .. } => "xlsx",
        }
    }
}
