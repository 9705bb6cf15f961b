//! Which encoding a file is in, by one rule, so that the same bytes are always read in the same way.
//!
//! 1. A byte order mark decides, whatever the specification says.
//! 2. UTF-16 without a mark shows in the NUL beside every digit, delimiter and line end.
//! 3. UTF-8, when at least nine of ten sequences beyond ASCII are sound: other encodings hardly ever make one. What is
//!    not sound then is one bad row each, and not a reason to read every name of the file wrongly.
//! 4. Else one byte is one character: windows-1256 (Arabic, Urdu) or windows-1252 (western Europe). Arabic words
//!    are runs of high bytes, accented letters of western names stand alone among ASCII. The bytes of پ چ ژ گ are no
//!    characters of windows-1252 at all.
//! 5. A file for which rule 4 is undecided is refused, and both are named.
//!
//! Rule 2 also refuses a file whose specification names an encoding that it plainly is not in.

use crate::error::IngestError;
use encoding_rs::{DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, WINDOWS_1256};
use std::io::{self, Read};
use std::path::Path;

/// How much of a file is looked at to tell UTF-16 from other encodings.
pub(crate) const HEAD_BYTES: u64 = 1_024;
/// The shortest run of high bytes that is a word and not an accent.
const WORD: usize = 3;

/// How the encoding of a file is found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum EncodingRule {
    /// By the rule of this module.
    Auto,
    /// This one, unless a byte order mark says otherwise.
    Named(&'static Encoding),
    /// It is no text: cells have their own.
    Workbook,
}

/// Why none was found.
pub(super) enum Fault {
    Io(io::Error),
    Refused(Box<IngestError>),
}

/// The encoding of a file that begins with `head`, which goes on in `rest`.
///
/// # Complexity
/// One pass over the file where neither a mark nor the specification decides.
pub(super) fn find(
    file: &str,
    rule: EncodingRule,
    head: &[u8],
    rest: &mut dyn Read,
) -> Result<&'static Encoding, Fault> {
    if let Some((marked, _)) = Encoding::for_bom(head) {
        return Ok(marked);
    }
    match (rule, unmarked_utf16(head)) {
        (EncodingRule::Auto | EncodingRule::Workbook, Some(found)) => Ok(found),
        (EncodingRule::Named(encoding), Some(found)) if encoding != UTF_16LE && encoding != UTF_16BE => {
            let likely = if found == UTF_16LE { "utf-16le" } else { "utf-16be" };
            Err(Fault::Refused(Box::new(IngestError::Encoding {
                file: file.to_owned(),
                read_as: encoding.name(),
                likely,
            })))
        }
        (EncodingRule::Named(encoding), _) => Ok(encoding),
        (EncodingRule::Auto | EncodingRule::Workbook, None) => {
            let seen = HighBytes::count(&mut io::Cursor::new(head).chain(rest)).map_err(Fault::Io)?;
            seen.verdict().ok_or_else(|| {
                Fault::Refused(Box::new(IngestError::AmbiguousEncoding { file: file.to_owned() }))
            })
        }
    }
}

/// The encoding of a file that is in memory.
///
/// # Errors
/// As [`find`].
pub(crate) fn find_in_memory(
    file: &str,
    rule: EncodingRule,
    head: &[u8],
    rest: &[u8],
) -> Result<&'static Encoding, IngestError> {
    find(file, rule, head, &mut { rest }).map_err(|fault| match fault {
        Fault::Io(source) => IngestError::io("read", Path::new(file))(source),
        Fault::Refused(error) => *error,
    })
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

/// What the bytes beyond ASCII of a file look like.
#[derive(Default)]
struct HighBytes {
    /// Sequences that are UTF-8, and places that are not.
    sound: u64,
    unsound: u64,
    /// High bytes in runs of at least [`WORD`], and all.
    in_words: u64,
    all: u64,
    /// Bytes that windows-1252 has no character for.
    arabic_only: u64,
    run: usize,
}

impl HighBytes {
    fn count(reader: &mut dyn Read) -> io::Result<Self> {
        let mut seen = Self::default();
        let mut decoder = UTF_8.new_decoder_without_bom_handling();
        let mut buffer = vec![0; 1 << 16];
        let mut text = String::with_capacity(1 << 18);
        loop {
            let len = match reader.read(&mut buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                other => other?,
            };
            let mut bytes = buffer.get(..len).unwrap_or_default();
            if !bytes.is_ascii() {
                seen.bytes(bytes);
            }
            loop {
                text.clear();
                let (result, read) = decoder.decode_to_string_without_replacement(bytes, &mut text, len == 0);
                if !text.is_ascii() {
                    seen.sound += text.chars().filter(|c| !c.is_ascii()).count() as u64;
                }
                bytes = bytes.get(read..).unwrap_or_default();
                match result {
                    DecoderResult::Malformed(..) => seen.unsound += 1,
                    DecoderResult::OutputFull => {}
                    DecoderResult::InputEmpty => break,
                }
            }
            if len == 0 {
                seen.end_run();
                return Ok(seen);
            }
        }
    }

    fn bytes(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            if byte < 0x80 {
                self.end_run();
            } else {
                self.run += 1;
                self.all += 1;
                self.arabic_only += u64::from(matches!(byte, 0x81 | 0x8d | 0x8f | 0x90 | 0x9d));
            }
        }
    }

    fn end_run(&mut self) {
        if self.run >= WORD {
            self.in_words += self.run as u64;
        }
        self.run = 0;
    }

    fn verdict(&self) -> Option<&'static Encoding> {
        if self.unsound == 0 || self.sound >= self.unsound.saturating_mul(9) {
            Some(UTF_8)
        } else if self.in_words * 5 >= self.all * 4 || (self.arabic_only > 0 && self.in_words * 2 >= self.all)
        {
            Some(WINDOWS_1256)
        } else if self.in_words * 5 <= self.all && self.arabic_only == 0 {
            Some(WINDOWS_1252)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(bytes: &[u8]) -> Option<&'static Encoding> {
        let head = &bytes[..bytes.len().min(HEAD_BYTES as usize)];
        find("f.csv", EncodingRule::Auto, head, &mut &bytes[head.len()..]).ok()
    }

    #[test]
    fn each_encoding_is_told_from_the_others() {
        let urdu = "نام,والد\nمحمد گل,چوہدری پرویز\n";
        let arabic = "محمد,احمد\nعلي,حسن\n";
        let west = "name,town\nJosé Núñez,Malmö\nZoë,Besançon\n";
        assert_eq!(found(urdu.as_bytes()), Some(UTF_8));
        assert_eq!(found(b"plain,ascii\n"), Some(UTF_8));
        assert_eq!(found(b""), Some(UTF_8));
        assert_eq!(found(&WINDOWS_1252.encode(west).0), Some(WINDOWS_1252));
        for text in [arabic, "نام,والد\nمحمد گل,پرويز\n"] {
            assert_eq!(found(&WINDOWS_1256.encode(text).0), Some(WINDOWS_1256), "{text}");
        }
        let wide = |unit: fn(u16) -> [u8; 2]| -> Vec<u8> { west.encode_utf16().flat_map(unit).collect() };
        assert_eq!(found(&wide(u16::to_le_bytes)), Some(UTF_16LE));
        assert_eq!(found(&wide(u16::to_be_bytes)), Some(UTF_16BE));
        assert_eq!(found(&[b"\xef\xbb\xbf".as_slice(), b"a\xff\n"].concat()), Some(UTF_8));
    }

    #[test]
    fn one_bad_byte_does_not_change_the_encoding_of_a_file() {
        let mut bytes = "name\n".to_owned().into_bytes();
        bytes.extend("ٹیلی فون\n".repeat(50).bytes());
        bytes.extend(b"caf\xe9\n");
        assert_eq!(found(&bytes), Some(UTF_8));
    }

    #[test]
    fn an_undecided_file_is_refused() {
        // Two runs of four and four single letters: half of it is words.
        let bytes = b"\xe9\xe8\xe0\xfc,a\xe9b,\xc9\xe9\xe8\xe7,x\xe4y,z\xf6z,\xfc1,\xe42,\xf63,\xe04\n";
        assert_eq!(found(bytes), None);
    }
}
