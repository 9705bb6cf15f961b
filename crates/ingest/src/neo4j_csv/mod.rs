//! Folders of node and relationship files whose headers say what they hold, as `neo4j-admin database import`
//! reads them: `:ID`, `:LABEL`, `:START_ID`, `:END_ID`, `:TYPE`, and properties with types.
//!
//! Every node is an identity whose kinds are the row's labels. Its scheme is the folder's own, `neo4j.<folder>` (or
//! `neo4j.<folder>.<space>` for `:ID(Space)`), because ids count from 1 in every export: the same id in two folders is
//! seldom the same thing. `<folder>` is taken from what the node files hold, so reading a folder again names the same
//! identities. Every relationship row is a link of its own. A relationship to an id that no node file
//! defines is rejected: such rows are damage, and taking them would make entities of which nothing is known.
//!
//! Format: <https://neo4j.com/docs/operations-manual/current/import/> (header, id spaces, types, arrays with
//! `;`). Not read: header files apart from their data, and multi-line headers.

mod build;
mod header;
mod value;

use crate::error::{IngestError, Result};
use crate::rows::Chunk;
use crate::rows::fields::FieldRules;
use crate::source::encoding::EncodingRule;
use crate::source::file::{Opened, SourceInput};
use crate::source::split::{SplitRules, Splitter};
use crate::wave::WaveReader;
use build::Ids;
use encoding_rs::UTF_8;
use header::{FileHeader, FileKind};
use jaal_model::{Digest, SourceFile};
use rayon::prelude::*;
use sha2::{Digest as _, Sha256};
use std::path::{Path, PathBuf};

/// The delimiters that a header may turn out to use, likeliest first.
const DELIMITERS: [u8; 4] = [b',', b'|', b'\t', b';'];

/// A folder on its way in.
pub struct Folder {
    records: Vec<SourceFile>,
    headers: Vec<FileHeader>,
    reader: WaveReader,
    ids: Ids,
    next_record: u64,
}

impl Folder {
    /// Finds, hashes and sorts the folder's files (`.csv`, also with `.gz` or `.zst`): node files first, each
    /// sort by name.
    ///
    /// # Errors
    /// [`IngestError::NoFiles`] when there is none; [`IngestError::FolderHeader`] when a header is neither of a
    /// node file nor of a relationship file; [`IngestError::Io`].
    ///
    /// # Complexity
    /// One pass over every file.
    pub fn open(folder: &Path) -> Result<Self> {
        let paths = list(folder)?;
        let files: Vec<(Opened, FileHeader, SplitRules)> =
            paths.into_par_iter().map(examine).collect::<Result<_>>()?;
        let (nodes, links): (Vec<_>, Vec<_>) =
            files.into_iter().partition(|(_, header, _)| matches!(header.kind, FileKind::Nodes { .. }));
        let folder = digits(nodes.iter().map(|(file, ..)| file.record.sha256).collect());
        let (mut opened, mut headers, mut rules) = (Vec::new(), Vec::new(), Vec::new());
        for (file, mut header, split) in nodes.into_iter().chain(links) {
            header.scope(&folder);
            opened.push(file);
            headers.push(header);
            rules.push(split);
        }
        let records = opened.iter().map(|f| f.record.clone()).collect();
        let reader = WaveReader::new(opened, rules, true);
        Ok(Self { records, headers, reader, ids: Ids::default(), next_record: 0 })
    }

    /// The files in reading order, with size and digest as handed over.
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
    /// [`IngestError::Io`] and [`IngestError::Changed`].
    pub fn next_wave(&mut self) -> Result<Option<Vec<Chunk>>> {
        let Some(wave) = self.reader.next_wave()? else { return Ok(None) };
        let headers = &self.headers;
        let header = |file: usize| headers.get(file);
        let is_nodes = |file: usize| header(file).is_some_and(|h| matches!(h.kind, FileKind::Nodes { .. }));
        // Node files come first, so a wave is nodes and then links; the links need all nodes' ids.
        let split = wave.chunks.partition_point(|raw| is_nodes(raw.file));
        let (nodes, links) = wave.chunks.split_at(split);
        let known = &mut self.ids;
        let mut chunks = self.reader.read_ahead_during(|| {
            let built: Vec<(Chunk, Vec<u128>)> =
                nodes.par_iter().filter_map(|raw| Some(build::nodes(header(raw.file)?, raw))).collect();
            let mut chunks = Vec::with_capacity(wave.chunks.len());
            for (chunk, ids) in built {
                known.extend(ids);
                chunks.push(chunk);
            }
            let known = &*known;
            let links = links.par_iter();
            chunks.par_extend(links.filter_map(|raw| Some(build::links(header(raw.file)?, raw, known))));
            chunks
        });
        for chunk in &mut chunks {
            chunk.set_first_record(self.next_record);
            self.next_record += chunk.rows.len() as u64;
        }
        Ok(Some(chunks))
    }
}

/// Eight hexadecimal digits that stand for a folder: a digest over the digests of its node files, in whatever order.
fn digits(mut nodes: Vec<Digest>) -> String {
    nodes.sort_unstable();
    let mut all = Sha256::new();
    for Digest(node) in nodes {
        all.update(node);
    }
    let mut text = Digest(all.finalize().into()).to_string();
    text.truncate(8);
    text
}

fn list(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).map_err(IngestError::io("list", folder))?;
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(IngestError::io("list", folder))?.path();
        let name = path.file_name().map(|n| n.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
        let plain = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(&name);
        if plain.strip_suffix(".csv").is_some() && path.is_file() {
            paths.push(path);
        }
    }
    paths.sort();
    if paths.is_empty() {
        let message = format!("no .csv, .csv.gz or .csv.zst file in `{}`", folder.display());
        return Err(IngestError::NoFiles { message });
    }
    Ok(paths)
}

/// Hashes a file and reads its header, with whichever delimiter makes sense of it.
fn examine(path: PathBuf) -> Result<(Opened, FileHeader, SplitRules)> {
    let opened = Opened::new(SourceInput::at(path), EncodingRule::Named(UTF_8))?;
    let mut first_error = None;
    let mut best: Option<(FileHeader, SplitRules)> = None;
    for delimiter in DELIMITERS {
        let split = SplitRules { delimiter, quote: Some(b'"'), ..SplitRules::default() };
        let row = Splitter::open(&opened, 0, split.clone())?.header(&opened.input.name)?;
        match FileHeader::parse(&opened.input.name, &row, FieldRules { delimiter, quote: split.quote }) {
            // A wrong delimiter can leave a header that reads well but has fewer columns.
            Ok(header) if best.as_ref().is_none_or(|(b, _)| header.width > b.width) => {
                best = Some((header, split));
            }
            Ok(_) => {}
            Err(error) => first_error = first_error.or(Some(error)),
        }
    }
    if let Some((header, split)) = best {
        return Ok((opened, header, split));
    }
    let message = "empty".to_owned();
    Err(first_error.unwrap_or(IngestError::FolderHeader { file: opened.input.name, message }))
}
