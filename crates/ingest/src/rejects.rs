//! The rejects file: every row that failed, where it stands, what is wrong with it, and the row itself, as CSV.

use crate::error::{IngestError, Result};
use jaal_model::Reject;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// The header of a rejects file.
pub const HEADER: [&str; 5] = ["file", "line", "column", "reason", "row"];

/// Writes rejects as CSV with a header, in the order given.
///
/// # Errors
/// What the writer gives.
///
/// # Complexity
/// O(total text).
pub fn write<'a>(out: impl Write, rejects: impl IntoIterator<Item = &'a Reject>) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(HEADER)?;
    for reject in rejects {
        let line = reject.line.to_string();
        let column = reject.column.as_deref().unwrap_or("");
        writer.write_record([&reject.file, &line, column, &reject.reason, &reject.row])?;
    }
    writer.flush()
}

/// Writes rejects to a file, replacing what is there.
///
/// # Errors
/// [`IngestError::Io`].
pub fn write_file<'a>(path: &Path, rejects: impl IntoIterator<Item = &'a Reject>) -> Result<()> {
    let file = File::create(path).map_err(IngestError::io("create", path))?;
    write(BufWriter::new(file), rejects).map_err(IngestError::io("write", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_can_be_read() {
        let rejects = [
            Reject {
                file: "a.csv".into(),
                line: 7,
                column: Some("Date".into()),
                reason: "`31/02/2025` is not a date, say".into(),
                row: "a,\"b\nc\",31/02/2025".into(),
            },
            Reject { file: "b.csv".into(), line: 1, column: None, reason: "x".into(), row: String::new() },
        ];
        let mut out = Vec::new();
        write(&mut out, &rejects).unwrap();
        let mut reader = csv::Reader::from_reader(out.as_slice());
        assert_eq!(reader.headers().unwrap(), &HEADER[..]);
        let rows: Vec<Vec<String>> =
            reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect();
        assert_eq!(
            rows[0],
            ["a.csv", "7", "Date", "`31/02/2025` is not a date, say", "a,\"b\nc\",31/02/2025"]
        );
        assert_eq!(rows[1], ["b.csv", "1", "", "x", ""]);
    }
}
