//! Lookups: maps in the specification itself, and in CSV files beside it.

use super::fault::Text;
use super::layout;
use super::raw::{RawLookupFile, RawSpec};
use crate::error::{IngestError, Result};
use crate::plan::Lookup;
use crate::source::encoding;
use jaal_model::Digest;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use toml::Spanned;

/// The largest lookup file, which is held in memory.
const MAX_BYTES: u64 = 64 << 20;

/// All lookups, and the digests of those that are files, in order of their names.
pub(super) fn read(
    text: Text<'_>,
    raw: &RawSpec,
    folder: Option<&Path>,
) -> Result<(BTreeMap<String, Lookup>, Vec<Digest>)> {
    let mut lookups: BTreeMap<String, Lookup> =
        raw.lookups.iter().map(|(name, map)| (name.clone(), Arc::new(map.clone()))).collect();
    let mut digests = Vec::new();
    for (name, file) in &raw.lookup_files {
        if lookups.contains_key(name) {
            let message =
                format!("there are two lookups `{name}`: one in `[lookups]`, one in `[lookup_files]`");
            return Err(text.error(&file.span(), message, None));
        }
        let Some(folder) = folder else {
            let message = format!("the lookup `{name}` is a file, and this specification is none");
            return Err(text.error(&file.span(), message, None));
        };
        let (lookup, digest) = read_file(text, file, folder)?;
        lookups.insert(name.clone(), Arc::new(lookup));
        digests.push(digest);
    }
    Ok((lookups, digests))
}

fn read_file(
    text: Text<'_>,
    raw: &Spanned<RawLookupFile>,
    folder: &Path,
) -> Result<(BTreeMap<String, String>, Digest)> {
    let (span, raw) = (raw.span(), raw.get_ref());
    let path = folder.join(&raw.path);
    let mut bytes = Vec::new();
    let file = File::open(&path).map_err(IngestError::io("open the lookup", &path))?;
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(IngestError::io("read the lookup", &path))?;
    let refused = |message: String| text.error(&span, format!("lookup `{}`: {message}", raw.path), None);
    if bytes.len() as u64 > MAX_BYTES {
        return Err(refused(format!("it is larger than {MAX_BYTES} bytes")));
    }
    let digest = Digest(Sha256::digest(&bytes).into());
    let rule = layout::encoding(text, raw.encoding.as_ref())?;
    let head = bytes.get(..bytes.len().min(encoding::HEAD_BYTES as usize)).unwrap_or_default();
    let rest = bytes.get(head.len()..).unwrap_or_default();
    let encoding = encoding::find_in_memory(&raw.path, rule, head, rest)?;
    let (decoded, _, is_bad) = encoding.decode(&bytes);
    if is_bad {
        return Err(refused(format!("it is not all {}", encoding.name())));
    }
    let delimiter = match &raw.delimiter {
        Some(delimiter) => text.one_character("delimiter", delimiter)?,
        None => b',',
    };
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).trim(csv::Trim::All).from_reader(decoded.as_bytes());
    let header = reader.headers().map_err(|error| refused(error.to_string()))?.clone();
    let place = |name: &str| {
        header.iter().position(|column| column == name.trim()).ok_or_else(|| {
            let list: Vec<&str> = header.iter().collect();
            refused(format!("it has no column `{name}`; its header is: {}", list.join(" | ")))
        })
    };
    let (key, value) = (place(&raw.key)?, place(&raw.value)?);
    let mut map: BTreeMap<String, String> = BTreeMap::new();
    for record in reader.records() {
        let record = record.map_err(|error| refused(error.to_string()))?;
        let line = record.position().map_or(0, csv::Position::line);
        let (key, value) = (record.get(key).unwrap_or(""), record.get(value).unwrap_or(""));
        match map.entry(key.to_owned()) {
            Entry::Vacant(place) => {
                place.insert(value.to_owned());
            }
            Entry::Occupied(held) if held.get() == value => {}
            Entry::Occupied(held) => {
                let first = held.get();
                return Err(refused(format!("line {line}: `{key}` stands for `{value}` and for `{first}`")));
            }
        }
    }
    map.remove("");
    Ok((map, digest))
}
