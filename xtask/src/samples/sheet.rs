//! A delivered file while it is written: banner lines, a header, rows, damage, and the line number of each
//! row.

/// How a file is laid out on disk.
#[derive(Clone, Copy)]
pub(super) struct Layout {
    pub(super) delimiter: char,
    pub(super) newline: &'static str,
    pub(super) encoding: Encoding,
}

/// Character encodings of the deliveries.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    /// UTF-8 with a byte order mark.
    Utf8Bom,
    /// Characters above U+00FF are written `?`; the generator uses none.
    Windows1252,
    /// UTF-16, little endian, with a byte order mark.
    Utf16Le,
}

/// Comma, line feed, UTF-8.
pub(super) const PLAIN: Layout = Layout { delimiter: ',', newline: "\n", encoding: Encoding::Utf8 };

/// A finished file.
pub(super) struct Delivered {
    /// Path below the sample's folder.
    pub(super) path: String,
    pub(super) bytes: Vec<u8>,
}

/// A file being written.
pub(super) struct Sheet {
    path: String,
    layout: Layout,
    text: String,
    /// Physical lines written so far.
    lines: u64,
}

impl Sheet {
    /// An empty file.
    pub(super) fn new(path: &str, layout: Layout) -> Self {
        Self { path: path.to_owned(), layout, text: String::new(), lines: 0 }
    }

    /// The path below the sample's folder.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// Writes a line as it is and returns its number from 1.
    pub(super) fn line(&mut self, text: &str) -> u64 {
        self.text.push_str(text);
        self.text.push_str(self.layout.newline);
        self.lines += 1;
        self.lines
    }

    /// Writes a row, quoting fields where needed, and returns its line number from 1.
    pub(super) fn row<T: AsRef<str>>(&mut self, fields: &[T]) -> u64 {
        let quoted: Vec<String> = fields.iter().map(|field| self.quote(field.as_ref())).collect();
        self.line(&quoted.join(&self.layout.delimiter.to_string()))
    }

    fn quote(&self, field: &str) -> String {
        if field.contains([self.layout.delimiter, '"', '\n', '\r']) {
            format!("\"{}\"", field.replace('"', "\"\""))
        } else {
            field.to_owned()
        }
    }

    /// The file's bytes in its encoding.
    pub(super) fn finish(self) -> Delivered {
        let bytes = match self.layout.encoding {
            Encoding::Utf8 => self.text.into_bytes(),
            Encoding::Utf8Bom => [b"\xef\xbb\xbf".as_slice(), self.text.as_bytes()].concat(),
            Encoding::Windows1252 => {
                self.text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect()
            }
            Encoding::Utf16Le => {
                let units = std::iter::once(0xfeff).chain(self.text.encode_utf16());
                units.flat_map(u16::to_le_bytes).collect()
            }
        };
        Delivered { path: self.path, bytes }
    }
}

/// A planted link and the row that shows it.
pub(super) struct Evidence {
    pub(super) link: &'static str,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) file: String,
    pub(super) line: u64,
}

/// What the agencies hand over, and the rows that prove planted links.
#[derive(Default)]
pub(super) struct Output {
    pub(super) files: Vec<Delivered>,
    pub(super) evidence: Vec<Evidence>,
}

impl Output {
    /// Notes that a row of a file shows a link.
    pub(super) fn shows(&mut self, sheet: &Sheet, line: u64, link: &'static str, from: String, to: String) {
        self.evidence.push(Evidence { link, from, to, file: sheet.path().to_owned(), line });
    }

    /// Takes a finished sheet.
    pub(super) fn take(&mut self, sheet: Sheet) {
        self.files.push(sheet.finish());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_quoted_counted_and_encoded() {
        let mut sheet =
            Sheet::new("x.csv", Layout { delimiter: ';', newline: "\r\n", encoding: Encoding::Utf8Bom });
        assert_eq!(sheet.line("Banner"), 1);
        assert_eq!(sheet.row(&["a;b", "say \"x\"", "plain, text"]), 2);
        assert_eq!(sheet.finish().bytes, b"\xef\xbb\xbfBanner\r\n\"a;b\";\"say \"\"x\"\"\";plain, text\r\n");
    }

    #[test]
    fn western_and_wide_encodings() {
        for (encoding, expected) in [
            (Encoding::Windows1252, b"\xf1\n".as_slice()),
            (Encoding::Utf16Le, b"\xff\xfe\xf1\0\n\0".as_slice()),
        ] {
            let mut sheet = Sheet::new("x", Layout { encoding, ..PLAIN });
            sheet.line("ñ");
            assert_eq!(sheet.finish().bytes, expected);
        }
    }
}
