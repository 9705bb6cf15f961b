//! Opening a file: its size and SHA-256 as handed over, its encoding, and a reader of its decompressed bytes.

use crate::error::{IngestError, Result};
use encoding_rs::{DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use jaal_model::{Digest, SourceFile};
use sha2::{Digest as _, Sha256};
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

/// What a gzip file begins with (RFC 1952).
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];
/// What a zstd frame begins with (RFC 8878).
const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// How much of a file is looked at to tell UTF-16 from other encodings.
const HEAD_BYTES: u64 = 1_024;

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
    /// A byte order mark, else UTF-16 if it plainly is, else UTF-8 if all of the file is, else windows-1252.
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
    let (packing, magic): (&str, &[u8]) = if name.strip_suffix(".gz").is_some() {
        ("gzip", &GZIP_MAGIC)
    } else if name.strip_suffix(".zst").is_some() {
        ("zstd", &ZSTD_MAGIC)
    } else {
        return Ok(Box::new(file));
    };
    let mut file = file;
    let mut head = Vec::new();
    (&mut file)
        .take(magic.len() as u64)
        .read_to_end(&mut head)
        .map_err(IngestError::io("read", &input.path))?;
    if !head.is_empty() && head != magic {
        let message =
            format!("its name says {packing} but it is not: it may be damaged, or need another name");
        let source = io::Error::new(io::ErrorKind::InvalidData, message);
        return Err(IngestError::Io { operation: "decompress", path: input.path.clone(), source });
    }
    let whole = io::Cursor::new(head).chain(file);
    Ok(if packing == "gzip" {
        Box::new(flate2::read::MultiGzDecoder::new(whole))
    } else {
        Box::new(zstd::stream::read::Decoder::new(whole).map_err(IngestError::io("decompress", &input.path))?)
    })
}

fn find_encoding(input: &SourceInput, rule: EncodingRule) -> Result<&'static Encoding> {
    let failed = || IngestError::io("read", &input.path);
    let mut reader = decompress(input, open(&input.path)?)?;
    let mut head = Vec::new();
    reader.by_ref().take(HEAD_BYTES).read_to_end(&mut head).map_err(failed())?;
    if let Some((marked, _)) = Encoding::for_bom(&head) {
        return Ok(marked);
    }
    match (rule, unmarked_utf16(&head)) {
        (EncodingRule::Auto, Some(found)) => Ok(found),
        (EncodingRule::Named(encoding), Some(found)) if encoding != UTF_16LE && encoding != UTF_16BE => {
            let likely = if found == UTF_16LE { "utf-16le" } else { "utf-16be" };
            Err(IngestError::Encoding { file: input.name.clone(), read_as: encoding.name(), likely })
        }
        (EncodingRule::Named(encoding), _) => Ok(encoding),
        (EncodingRule::Auto, None) => {
            let valid = is_utf8(&mut io::Cursor::new(head).chain(reader)).map_err(failed())?;
            Ok(if valid { UTF_8 } else { WINDOWS_1252 })
        }
    }
}

/// The form of UTF-16 that a file without byte order mark begins in. Text of other encodings has no NUL; in UTF-16 each
/// ASCII character (digits, delimiters, line ends) has one, always on the same side.
fn unmarked_utf16(head: &[u8]) -> Option<&'static Encoding> {
    let (mut first, mut second) = (0, 0);
    let pairs = head.chunks_exact(2);
    let count = pairs.len();
    for pair in pairs {
        first += usize::from(pair[0] == 0);
        second += usize::from(pair[1] == 0);
    }
    let is_most = |here: usize, there: usize| here * 4 >= count && here > there * 8;
    if count == 0 {
        None
    } else if is_most(second, first) {
        Some(UTF_16LE)
    } else if is_most(first, second) {
        Some(UTF_16BE)
    } else {
        None
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
