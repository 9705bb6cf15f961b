//! Opening a file: its size and SHA-256 as handed over, its encoding, and a reader of its decompressed bytes.

use super::encoding::{self, EncodingRule};
use super::sheet::{self, ZIP_MAGIC};
use crate::error::{IngestError, Result};
use encoding_rs::{Encoding, UTF_8};
use jaal_model::{Digest, SourceFile};
use sha2::{Digest as _, Sha256};
use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

/// What a gzip file begins with (RFC 1952).
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];
/// What a zstd frame begins with (RFC 8878).
const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

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

/// A file that has been hashed and is ready to be read.
#[derive(Clone, Debug)]
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
    /// [`IngestError::Io`] when it cannot be read or decompressed, [`IngestError::Encoding`] and
    /// [`IngestError::Workbook`] when it is of another form than it is to be read in.
    pub(crate) fn new(input: SourceInput, rule: EncodingRule) -> Result<Self> {
        let mut file = open(&input.path)?;
        let metadata = stat(&file, &input.path)?;
        let (bytes, sha256) = hash(&mut file, &input.path)?;
        let (encoding, word) = if rule == EncodingRule::Workbook {
            sheet::check(&input.name, &input.path)?;
            (UTF_8, "xlsx".to_owned())
        } else {
            let encoding = find_encoding(&input, rule)?;
            (encoding, encoding.name().to_ascii_lowercase())
        };
        let record = SourceFile { name: input.name.clone(), bytes, sha256, encoding: word };
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
    reader.by_ref().take(encoding::HEAD_BYTES).read_to_end(&mut head).map_err(failed())?;
    if head.starts_with(&ZIP_MAGIC) {
        return Err(IngestError::Workbook {
            file: input.name.clone(),
            problem:
                "it is a workbook or another zip file, not a text: a workbook needs `format = \"xlsx\"` in \
                      the specification, another zip file is to be unpacked first"
                    .to_owned(),
        });
    }
    encoding::find(&input.name, rule, &head, &mut reader).map_err(|fault| match fault {
        encoding::Fault::Io(source) => failed()(source),
        encoding::Fault::Refused(error) => *error,
    })
}

/// A reader that counts what is taken from it.
pub(super) struct Counting<R> {
    pub(super) inner: R,
    pub(super) read: Arc<AtomicU64>,
}

impl<R: Seek> Seek for Counting<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let len = self.inner.read(buffer)?;
        self.read.fetch_add(len as u64, Ordering::Relaxed);
        Ok(len)
    }
}
