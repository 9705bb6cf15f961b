//! Files of rejected rows: what failed, where, why, and the row itself.

use super::LoadReport;
use crate::EngineError;
use jaal_model::CommitId;
use std::path::Path;

/// Writes one file for each delivery that had rejects, and notes its path in the report.
pub(super) fn write(
    report: &mut LoadReport,
    folder: Option<&Path>,
    commit: Option<CommitId>,
) -> Result<(), EngineError> {
    let Some(folder) = folder else { return Ok(()) };
    for (at, delivery) in report.deliveries.iter_mut().enumerate() {
        if delivery.all_rejects.is_empty() {
            continue;
        }
        std::fs::create_dir_all(folder).map_err(EngineError::io("make the folder", folder))?;
        let number = match (delivery.id, commit) {
            (Some(id), Some(_)) => format!("{id:04}"),
            _ => format!("dry-run-{}", at + 1),
        };
        let path = folder.join(format!("rejects-{number}-{}.csv", delivery.spec));
        jaal_ingest::rejects::write_file(&path, &delivery.all_rejects)?;
        delivery.rejects_file = Some(path);
    }
    Ok(())
}
