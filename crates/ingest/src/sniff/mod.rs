//! A first specification from a file nobody has described yet: `jaal load --sniff FILE`.
//!
//! 1. [`sample`] reads the beginning of the file: what form it is of, what parts its columns, where its header stands.
//! 2. [`column`] tries every column's values on what Jaal reads, and takes the header's words as a hint.
//! 3. [`draft`] writes entities, links and properties, with the share of values that fitted, and `# unsure:` before
//!    whatever it would not stake a case on.
//!
//! The draft is a specification that loads as it stands. It is a beginning for people, not an answer: which of two
//! numbers called the other is not in the values.

mod column;
mod draft;
mod sample;
mod table;

use crate::error::Result;
use crate::source::file::SourceInput;
use column::Column;
use jaal_model::identifier::{Context, Country};
use sample::Sample;
use std::path::Path;

/// Writes a first specification for a file.
///
/// # Errors
/// [`crate::IngestError::Io`] when it cannot be read, [`crate::IngestError::Workbook`] for one that is damaged or
/// hostile, and [`crate::IngestError::Empty`] when nothing is in it.
///
/// # Complexity
/// One pass over the file for its encoding; the rest looks at its first `sample::MAX_LINES` lines.
pub fn sniff(path: &Path, country: Country) -> Result<String> {
    let sample = Sample::read(SourceInput::at(path))?;
    let mut context = Context::new(country.as_str());
    let columns: Vec<Column> = sample
        .names
        .iter()
        .enumerate()
        .map(|(at, name)| {
            let values = sample.rows.iter().filter_map(|row| row.get(at)).map(String::as_str);
            Column::of(name, values, &mut context)
        })
        .collect();
    Ok(draft::write(&sample, &columns))
}
