//! Files of rejected rows: what failed, where, why, and the row itself.
//!
//! Rows are written while the delivery is read, to a temporary file in the folder, so that a folder that cannot be
//! written to stops a load before its commit. A file gets its name last, when its delivery is durable; one that
//! gets none is removed.

use super::LoadReport;
use crate::EngineError;
use jaal_ingest::rejects;
use jaal_model::Reject;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use tempfile::NamedTempFile;

/// The files of one load.
pub(super) struct RejectFiles<'a> {
    folder: Option<&'a Path>,
    /// By the delivery's place in the report.
    open: Vec<(usize, NamedTempFile<File>)>,
}

impl<'a> RejectFiles<'a> {
    /// Files in a folder, or none at all.
    pub(super) fn new(folder: Option<&'a Path>) -> Self {
        Self { folder, open: Vec::new() }
    }

    /// Writes rejected rows of the delivery that will be at this place of the report. The folder is made when the
    /// first comes.
    ///
    /// # Errors
    /// [`EngineError::Io`] when the folder or a file in it cannot be made or written.
    pub(super) fn add(&mut self, place: usize, rows: &[Reject]) -> Result<(), EngineError> {
        let Some(folder) = self.folder.filter(|_| !rows.is_empty()) else { return Ok(()) };
        let mut text = text(rows).map_err(EngineError::io("write", folder))?;
        if self.open.last().is_none_or(|(last, _)| *last != place) {
            self.open.push((place, create(folder)?));
        } else {
            let header = self::text(&[]).map_err(EngineError::io("write", folder))?;
            text.drain(..header.len());
        }
        let Some((_, file)) = self.open.last_mut() else { return Ok(()) };
        file.as_file_mut().write_all(&text).map_err(EngineError::io("write", file.path()))
    }

    /// Gives the files their names and notes them in the report.
    ///
    /// # Errors
    /// [`EngineError::Io`] when one cannot be renamed.
    pub(super) fn name(self, report: &mut LoadReport) -> Result<(), EngineError> {
        let Some(folder) = self.folder else { return Ok(()) };
        for (place, file) in self.open {
            let Some(delivery) = report.deliveries.get_mut(place) else { continue };
            let number = match delivery.id {
                Some(id) => format!("{id:04}"),
                None => format!("dry-run-{}", place + 1),
            };
            let path = folder.join(format!("rejects-{number}-{}.csv", delivery.spec));
            file.persist(&path).map_err(|error| EngineError::io("make the file", &path)(error.error))?;
            delivery.rejects_file = Some(path);
        }
        Ok(())
    }
}

fn create(folder: &Path) -> Result<NamedTempFile<File>, EngineError> {
    std::fs::create_dir_all(folder).map_err(EngineError::io("make the folder", folder))?;
    let mut builder = tempfile::Builder::new();
    // Made as any other file is, so that whoever may read the folder's files may read this one.
    let file = builder.prefix(".rejects-").suffix(".tmp").make_in(folder, |path| File::create_new(path));
    file.map_err(EngineError::io("make a file in", folder))
}

/// Rows as they stand in a file, with the header before them.
fn text(rows: &[Reject]) -> std::io::Result<Vec<u8>> {
    let mut text = Vec::new();
    rejects::write(&mut text, rows)?;
    Ok(text)
}
