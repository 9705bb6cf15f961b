//! Delivered files read in the plainest way: whole, decoded, cut at line ends. Nothing of the intake is used, so that
//! what it kept can be compared with what stands in the file.

use std::path::Path;

/// The physical lines of a file, decoded, without line ends.
pub(crate) fn lines(path: &Path) -> Vec<String> {
    let text = decode(&std::fs::read(path).unwrap());
    let text = text.strip_suffix('\n').unwrap_or(&text);
    text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line).to_owned()).collect()
}

/// UTF-16 by its mark, else UTF-8, else the Western European code page as far as it agrees with Latin-1.
fn decode(bytes: &[u8]) -> String {
    if let Some(rest) = bytes.strip_prefix(&[0xff, 0xfe]) {
        let units: Vec<u16> =
            rest.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
        return String::from_utf16(&units).unwrap();
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    assert!(!bytes.iter().any(|byte| (0x80..0xa0).contains(byte)), "not Latin-1");
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

/// The rows of a CSV file with a header, as fields.
pub(crate) fn table(path: &Path) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}
