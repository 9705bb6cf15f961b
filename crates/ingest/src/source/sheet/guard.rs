//! Whether a workbook is one and can be read within bounds, found before anything of it is kept.
//!
//! A workbook is a zip file of XML parts. What they are unpacked to has nothing to do with the file's size, and some
//! parts are held in memory whole. So every part is unpacked once to nowhere and counted, because a declared size
//! is only a claim; the caps hold for both, what is declared and what comes out. Within a part:
//!
//! - a stretch without a tag is at most [`MAX_STRETCH`], since a reader of XML keeps a text whole;
//! - `uniqueCount`, for which the reader of shared texts makes room at once, is at most the number of tags that the
//!   part has;
//! - the place of a cell (`r="XFD1048576"`) has at most three letters and seven digits: others leave the numbers of its reader;
//! - characters that XML forbids, NUL among them, are refused, so that no encoding can hide either from this check.

use crate::error::{IngestError, Result};
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;
use zip::ZipArchive;

/// What a workbook may unpack to: a full sheet of 1,048,576 rows and about 20 columns.
const MAX_UNPACKED: u64 = 1 << 30;
/// What the parts that are not sheets may unpack to: shared texts above all, which are held in memory.
const MAX_HELD: u64 = 256 << 20;
/// The most parts; each sheet, drawing and picture is one.
const MAX_PARTS: usize = 10_000;
/// The longest stretch of a part without a tag: spreadsheets allow 32,767 characters in a cell.
const MAX_STRETCH: u64 = 1 << 20;
/// What the last place of a sheet is made of: `XFD1048576`.
const PLACE_LETTERS: u32 = 3;
const PLACE_DIGITS: u32 = 7;
/// What a zip file begins with.
pub(crate) const ZIP_MAGIC: [u8; 4] = *b"PK\x03\x04";
/// What the workbooks of Excel before 2007 begin with, and newer ones behind a password.
const OLE_MAGIC: [u8; 4] = [0xd0, 0xcf, 0x11, 0xe0];

/// Checks the workbook at `path`.
///
/// # Errors
/// [`IngestError::Workbook`] when it is none, is damaged, or unpacks to more than the caps; [`IngestError::Io`].
///
/// # Complexity
/// Unpacks every part once, up to the caps.
pub(super) fn check(name: &str, path: &Path) -> Result<()> {
    let refused = |problem: String| IngestError::Workbook { file: name.to_owned(), problem };
    let mut file = File::open(path).map_err(IngestError::io("open", path))?;
    let mut head = Vec::new();
    file.by_ref().take(4).read_to_end(&mut head).map_err(IngestError::io("read", path))?;
    if head == OLE_MAGIC {
        let problem =
            "it is a workbook of the old form (.xls) or behind a password: save it as .xlsx, without one";
        return Err(refused(problem.to_owned()));
    }
    if head != ZIP_MAGIC {
        return Err(refused("it is no workbook: is it a text file under another name?".to_owned()));
    }
    let file = File::open(path).map_err(IngestError::io("open", path))?;
    let damaged = |error: zip::result::ZipError| refused(format!("it is damaged or cut short: {error}"));
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(damaged)?;
    if archive.len() > MAX_PARTS {
        return Err(refused(format!("it has {} parts, {MAX_PARTS} are allowed", archive.len())));
    }
    let mut declared = Total::default();
    for index in 0..archive.len() {
        let part = archive.by_index_raw(index).map_err(damaged)?;
        let part_name = part.name().map_err(damaged)?.into_owned();
        declared.add(&part_name, part.size());
    }
    declared.check("declares").map_err(refused)?;
    let mut found = Total::default();
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(damaged)?;
        let part_name = part.name().map_err(damaged)?.into_owned();
        let is_xml = Path::new(&part_name)
            .extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("xml") || e.eq_ignore_ascii_case("rels"));
        let room = found.room(&part_name);
        let mut scan = Scan::default();
        let bytes = scan
            .read(part.take(room + 1), is_xml)
            .map_err(|error| refused(format!("its part `{part_name}` is damaged or cut short: {error}")))?;
        found.add(&part_name, bytes);
        found.check("unpacks to").map_err(refused)?;
        scan.judge().map_err(|problem| refused(format!("its part `{part_name}` {problem}")))?;
    }
    Ok(())
}

/// Bytes of all parts, and of those that are held in memory.
#[derive(Default)]
struct Total {
    all: u64,
    held: u64,
}

impl Total {
    fn is_streamed(part: &str) -> bool {
        part.to_ascii_lowercase().starts_with("xl/worksheets/")
    }

    fn add(&mut self, part: &str, bytes: u64) {
        self.all = self.all.saturating_add(bytes);
        if !Self::is_streamed(part) {
            self.held = self.held.saturating_add(bytes);
        }
    }

    /// What may still come of a part.
    fn room(&self, part: &str) -> u64 {
        let all = MAX_UNPACKED.saturating_sub(self.all);
        if Self::is_streamed(part) { all } else { all.min(MAX_HELD.saturating_sub(self.held)) }
    }

    fn check(&self, does: &str) -> std::result::Result<(), String> {
        let over = |what: &str, bytes: u64, cap: u64| {
            format!(
                "it {does} {bytes} bytes{what}, and {cap} are allowed: split it into several workbooks, or save the \
                 sheet as CSV"
            )
        };
        if self.all > MAX_UNPACKED {
            return Err(over("", self.all, MAX_UNPACKED));
        }
        if self.held > MAX_HELD {
            return Err(over(" beside its sheets", self.held, MAX_HELD));
        }
        Ok(())
    }
}

/// What was seen of one part.
#[derive(Default)]
struct Scan {
    tags: u64,
    stretch: u64,
    longest: u64,
    forbidden: Option<u8>,
    /// The last bytes, in which the name of an attribute may stand.
    before: [u8; 3],
    /// Letters and other characters of the place that is being read.
    place: Option<(u32, u32)>,
    is_out_of_sheet: bool,
    /// The largest number after `uniqueCount=`.
    claimed: u64,
    /// The end of the piece before, in which a claim may begin.
    tail: Vec<u8>,
}

impl Scan {
    /// Reads a part to its end; gives its length.
    fn read(&mut self, mut part: impl Read, is_xml: bool) -> io::Result<u64> {
        let mut buffer = vec![0; 1 << 16];
        let mut bytes = 0;
        loop {
            let len = match part.read(&mut buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                other => other?,
            };
            if len == 0 {
                return Ok(bytes);
            }
            bytes += len as u64;
            if is_xml {
                self.piece(buffer.get(..len).unwrap_or_default());
            }
        }
    }

    fn piece(&mut self, piece: &[u8]) {
        for &byte in piece {
            match &mut self.place {
                Some(_) if byte == b'"' => self.place = None,
                Some((letters, digits)) => {
                    let count = if byte.is_ascii_alphabetic() { &mut *letters } else { &mut *digits };
                    *count = count.saturating_add(1);
                    self.is_out_of_sheet |= *letters > PLACE_LETTERS || *digits > PLACE_DIGITS;
                }
                None if byte == b'"' && self.before == *b" r=" => self.place = Some((0, 0)),
                None => {}
            }
            self.before = [self.before[1], self.before[2], byte];
            if byte == b'<' {
                self.tags += 1;
                self.longest = self.longest.max(self.stretch);
                self.stretch = 0;
            } else {
                self.stretch += 1;
                if byte < b' ' && !b"\t\r\n".contains(&byte) {
                    self.forbidden = Some(byte);
                }
            }
        }
        self.longest = self.longest.max(self.stretch);
        self.tail.extend_from_slice(piece);
        let mut rest = self.tail.as_slice();
        while let Some(at) = rest.windows(CLAIM.len()).position(|w| w == CLAIM) {
            rest = rest.get(at + CLAIM.len()..).unwrap_or_default();
            self.claimed = self.claimed.max(number_after(rest));
        }
        let keep = self.tail.len().saturating_sub(CLAIM_REACH);
        self.tail.drain(..keep);
    }

    fn judge(&self) -> std::result::Result<(), String> {
        if let Some(byte) = self.forbidden {
            return Err(format!("holds the byte {byte:#04x}, which XML forbids"));
        }
        if self.longest > MAX_STRETCH {
            return Err(format!("has a text or tag of over {MAX_STRETCH} bytes"));
        }
        if self.is_out_of_sheet {
            return Err("has a cell or row at a place that no sheet has".to_owned());
        }
        if self.claimed > self.tags {
            return Err(format!("claims {} texts and has {} tags", self.claimed, self.tags));
        }
        Ok(())
    }
}

/// The attribute for whose number of texts a reader makes room.
const CLAIM: &[u8] = b"uniqueCount";
/// How far a claim may reach, with white space and leading zeros.
const CLAIM_REACH: usize = 256;

/// The number in `  =  "123"`; the largest there is when it does not end within reach.
fn number_after(text: &[u8]) -> u64 {
    let is_blank = |b: &u8| b.is_ascii_whitespace() || *b == b'=' || *b == b'"' || *b == b'\'';
    let digits = text.iter().skip_while(|b| is_blank(b)).take_while(|b| b.is_ascii_digit());
    digits.fold(0_u64, |sum, digit| sum.saturating_mul(10).saturating_add(u64::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(part: &[u8], step: usize) -> std::result::Result<(), String> {
        let mut scan = Scan::default();
        part.chunks(step).for_each(|piece| scan.piece(piece));
        scan.judge()
    }

    #[test]
    fn a_claim_of_more_texts_than_there_are_tags_is_refused() {
        for step in [1, 3, 1_000] {
            assert!(judged(b"<sst count=\"9\" uniqueCount=\"2\"><si/><si/></sst>", step).is_ok());
            let error = judged(b"<sst uniqueCount = '400000000'><si/></sst>", step).unwrap_err();
            assert!(error.contains("claims 400000000 texts"), "{error}");
        }
    }

    #[test]
    fn long_stretches_and_forbidden_bytes_are_refused() {
        let long = [b"<t>".to_vec(), vec![b'x'; (1 << 20) + 1], b"</t>".to_vec()].concat();
        assert!(judged(&long, 4_096).unwrap_err().contains("over 1048576 bytes"));
        assert!(judged(b"<t>\x1b</t>", 2).unwrap_err().contains("0x1b"));
        assert!(judged(&long[..1_000], 7).is_ok());
        assert!(judged(b"<row r=\"1048576\"><c s=\"1\" r=\"XFD1048576\"/></row>", 5).is_ok());
        assert!(judged(b"<c r=\"XFD10485760\"/>", 5).unwrap_err().contains("no sheet has"));
        assert!(judged(b"<c r=\"ZZZZZZZ2\"/>", 5).unwrap_err().contains("no sheet has"));
    }
}
