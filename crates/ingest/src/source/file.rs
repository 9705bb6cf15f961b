//! Opening a file: its size and SHA-256 as handed over, its encoding, and a reader of its decompressed bytes.

use crate::error::{IngestError, Result};
use encoding_rs::{DecoderResult, Encoding, UTF_8, WINDOWS_1252};
use jaal_model::{Digest, SourceFile};
use sha2::{Digest as _, Sha256};
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

/// A file to read: its name as the delivery keeps it, and where it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SourceInput {
    /// The name, without folder; `.gz` and `.zst` at its end say that it is compressed.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
}

impl SourceInput {
    /// The file at `path`, under its own name.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        Self { name, path }
    }
}

/// How the encoding of a file is found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum EncodingRule {
    /// A byte order mark, else UTF-8 if all of the file is, else windows-1252.
    Auto,
    /// This one, unless a byte order mark says otherwise.
    Named(&'static Encoding),
}

/// A file that has been hashed and is ready to be read.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) input: SourceInput,
    pub(crate) record: SourceFile,
    pub(crate) encoding: &'static Encoding,
    modified: Option<SystemTime>,
}

impl Opened {
    /// Hashes the file and finds its encoding.
    ///
    /// # Errors
    /// [`IngestError::Io`] when it cannot be read or decompressed.
    pub(crate) fn new(input: SourceInput, rule: EncodingRule) -> Result<Self> {
        let mut file = open(&input.path)?;
        let metadata = stat(&file, &input.path)?;
        let (bytes, sha256) = hash(&mut file, &input.path)?;
        let encoding = find_encoding(&input, rule)?;
        let record = SourceFile {
            name: input.name.clone(),
            bytes,
            sha256,
            encoding: encoding.name().to_ascii_lowercase(),
        };
        Ok(Self { input, record, encoding, modified: metadata.modified().ok() })
    }

    /// A reader of the decompressed bytes, which counts in `read` what it takes from the file itself.
    ///
    /// # Errors
    /// [`IngestError::Io`] when the file cannot be opened.
    pub(crate) fn reader(&self, read: Arc<AtomicU64>) -> Result<Box<dyn Read + Send>> {
        let file = Counting { inner: open(&self.input.path)?, read };
        decompress(&self.input, file)
    }

    /// Whether the file is still what was hashed, as far as its size and time tell.
    ///
    /// # Errors
    /// [`IngestError::Changed`] when it is not; [`IngestError::Io`] when that cannot be told.
    pub(crate) fn check_unchanged(&self) -> Result<()> {
        let metadata = stat(&open(&self.input.path)?, &self.input.path)?;
        if metadata.len() != self.record.bytes || metadata.modified().ok() != self.modified {
            return Err(IngestError::Changed { path: self.input.path.clone() });
        }
        Ok(())
    }
}

fn open(path: &Path) -> Result<File> {
    File::open(path).map_err(IngestError::io("open", path))
}

fn stat(file: &File, path: &Path) -> Result<Metadata> {
    let metadata = file.metadata().map_err(IngestError::io("inspect", path))?;
    if metadata.is_dir() {
        let source = io::Error::new(io::ErrorKind::InvalidInput, "it is a folder, a file is expected");
        return Err(IngestError::Io { operation: "read", path: path.to_owned(), source });
    }
    Ok(metadata)
}

fn hash(file: &mut File, path: &Path) -> Result<(u64, Digest)> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 17];
    let mut bytes = 0;
    loop {
        let len = file.read(&mut buffer).map_err(IngestError::io("read", path))?;
        if len == 0 {
            return Ok((bytes, Digest(hasher.finalize().into())));
        }
        bytes += len as u64;
        hasher.update(buffer.get(..len).unwrap_or_default());
    }
}

fn decompress<R: Read + Send + 'static>(input: &SourceInput, file: R) -> Result<Box<dyn Read + Send>> {
    let name = input.name.to_ascii_lowercase();
    Ok(if name.strip_suffix(".gz").is_some() {
        Box::new(flate2::read::MultiGzDecoder::new(file))
    } else if name.strip_suffix(".zst").is_some() {
        Box::new(zstd::stream::read::Decoder::new(file).map_err(IngestError::io("decompress", &input.path))?)
    } else {
        Box::new(file)
    })
}

fn find_encoding(input: &SourceInput, rule: EncodingRule) -> Result<&'static Encoding> {
    let failed = || IngestError::io("read", &input.path);
    let mut reader = decompress(input, open(&input.path)?)?;
    let mut head = Vec::new();
    reader.by_ref().take(3).read_to_end(&mut head).map_err(failed())?;
    if let Some((marked, _)) = Encoding::for_bom(&head) {
        return Ok(marked);
    }
    match rule {
        EncodingRule::Named(encoding) => Ok(encoding),
        EncodingRule::Auto => {
            let valid = is_utf8(&mut io::Cursor::new(head).chain(reader)).map_err(failed())?;
            Ok(if valid { UTF_8 } else { WINDOWS_1252 })
        }
    }
}

/// Whether everything that `reader` gives is UTF-8.
fn is_utf8(reader: &mut dyn Read) -> io::Result<bool> {
    let mut decoder = UTF_8.new_decoder_without_bom_handling();
    let mut buffer = vec![0; 1 << 16];
    let mut text = vec![0; 1 << 18];
    loop {
        let len = reader.read(&mut buffer)?;
        let bytes = buffer.get(..len).unwrap_or_default();
        let (result, _, _) = decoder.decode_to_utf8_without_replacement(bytes, &mut text, len == 0);
        match result {
            DecoderResult::Malformed(..) => return Ok(false),
            DecoderResult::InputEmpty | DecoderResult::OutputFull if len == 0 => return Ok(true),
            DecoderResult::InputEmpty | DecoderResult::OutputFull => {}
        }
    }
}

struct Counting<R> {
    inner: R,
    read: Arc<AtomicU64>,
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let len = self.inner.read(buffer)?;
        self.read.fetch_add(len as u64, Ordering::Relaxed);
        Ok(len)
    }
}
