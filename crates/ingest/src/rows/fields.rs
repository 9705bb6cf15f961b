//! One row's fields, without copying where the file did not escape anything.

use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

/// The fields of one row: stretches of the row's text, or of `scratch` where quotes had to be undone. Reused from
/// row to row.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    spans: Vec<Span>,
    scratch: String,
    /// How many fields are the row's own, where others were derived from them.
    own: Option<usize>,
}

#[derive(Clone, Copy, Debug)]
struct Span {
    start: u32,
    end: u32,
    in_scratch: bool,
}

/// How fields stand in a row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct FieldRules {
    /// Between fields.
    pub(crate) delimiter: u8,
    /// Around fields.
    pub(crate) quote: Option<u8>,
}

impl Fields {
    /// Forgets all fields.
    pub(crate) fn clear(&mut self) {
        self.spans.clear();
        self.scratch.clear();
        self.own = None;
    }

    /// Says that fields added from now on are not the row's own, and do not count in its digest.
    pub(crate) fn end_of_row(&mut self) {
        self.own = Some(self.spans.len());
    }

    /// Adds a field that is a stretch of the row.
    pub(crate) fn push_span(&mut self, start: usize, end: usize) {
        self.spans.push(Span { start: start as u32, end: end as u32, in_scratch: false });
    }

    /// The number of fields.
    pub(crate) fn len(&self) -> usize {
        self.spans.len()
    }

    /// Adds a field that is not a stretch of the row.
    pub(crate) fn push_text(&mut self, text: &str) {
        let start = self.scratch.len() as u32;
        self.scratch.push_str(text);
        self.spans.push(Span { start, end: self.scratch.len() as u32, in_scratch: true });
    }

    /// The field at `index` as it stands, empty where there is none. `row` is the text that was taken apart.
    pub(crate) fn get<'a>(&'a self, row: &'a str, index: usize) -> &'a str {
        let Some(span) = self.spans.get(index) else { return "" };
        let text = if span.in_scratch { self.scratch.as_str() } else { row };
        text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// Takes a row apart as RFC 4180 says, and where it is silent as `csv` readers do: a quote inside an
    /// unquoted field is text, and so is what follows a closing quote.
    pub(crate) fn split(&mut self, row: &str, rules: FieldRules) {
        self.clear();
        let bytes = row.as_bytes();
        let mut at = 0;
        loop {
            at = match rules.quote {
                Some(quote) if bytes.get(at) == Some(&quote) => self.quoted(row, at, quote, rules.delimiter),
                _ => {
                    let end = find(bytes, at, rules.delimiter);
                    self.spans.push(Span { start: at as u32, end: end as u32, in_scratch: false });
                    end
                }
            };
            if at >= bytes.len() {
                return;
            }
            at += 1;
        }
    }

    /// Adds the quoted field that starts at `start`; gives where its delimiter or the row's end is.
    fn quoted(&mut self, row: &str, start: usize, quote: u8, delimiter: u8) -> usize {
        let bytes = row.as_bytes();
        let mut from = start + 1;
        let closing = find(bytes, from, quote);
        let after = closing + 1;
        if after >= bytes.len() || bytes.get(after) == Some(&delimiter) {
            // The usual case: nothing to undo.
            self.spans.push(Span { start: from as u32, end: closing as u32, in_scratch: false });
            return after.min(bytes.len());
        }
        let begin = self.scratch.len() as u32;
        let end = loop {
            let closing = find(bytes, from, quote);
            self.scratch.push_str(row.get(from..closing).unwrap_or(""));
            if bytes.get(closing + 1) == Some(&quote) {
                self.scratch.push(quote as char);
                from = closing + 2;
                continue;
            }
            let rest = (closing + 1).min(bytes.len());
            let end = find(bytes, rest, delimiter);
            self.scratch.push_str(row.get(rest..end).unwrap_or(""));
            break end;
        };
        self.spans.push(Span { start: begin, end: self.scratch.len() as u32, in_scratch: true });
        end
    }

    /// The digest of the fields, each with its length before it, so that no two rows of different fields
    /// have the same bytes: XXH3 with 64 bits.
    pub(crate) fn digest(&self, row: &str, buffer: &mut Vec<u8>) -> u64 {
        self.canonical(row, buffer);
        xxh3_64(buffer)
    }

    /// As [`Fields::digest`] with 128 bits, where two rows are held to be equal because their digests are.
    pub(crate) fn wide_digest(&self, row: &str, buffer: &mut Vec<u8>) -> u128 {
        self.canonical(row, buffer);
        xxh3_128(buffer)
    }

    fn canonical(&self, row: &str, buffer: &mut Vec<u8>) {
        buffer.clear();
        for index in 0..self.own.unwrap_or(self.len()) {
            let field = self.get(row, index);
            buffer.extend((field.len() as u64).to_le_bytes());
            buffer.extend(field.as_bytes());
        }
    }
}

/// The text without the white space around it, told by two bytes where there is none, as nearly always.
pub(crate) fn trimmed(text: &str) -> &str {
    let bytes = text.as_bytes();
    match (bytes.first(), bytes.last()) {
        (Some(first), Some(last)) if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

fn find(bytes: &[u8], from: usize, wanted: u8) -> usize {
    bytes.get(from..).and_then(|b| b.iter().position(|x| *x == wanted)).map_or(bytes.len(), |at| from + at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const RULES: FieldRules = FieldRules { delimiter: b',', quote: Some(b'"') };

    fn ours(row: &str) -> Vec<String> {
        let mut fields = Fields::default();
        fields.split(row, RULES);
        (0..fields.len()).map(|i| fields.get(row, i).to_owned()).collect()
    }

    fn reference(row: &str) -> Vec<String> {
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(row.as_bytes());
        reader.records().next().map(|r| r.unwrap().iter().map(str::to_owned).collect()).unwrap_or_default()
    }

    proptest! {
        #[test]
        fn agrees_with_the_csv_crate(row in r#"[a",é ]{1,24}"#) {
            prop_assert_eq!(ours(&row), reference(&row));
        }
    }

    proptest! {
        #[test]
        fn trims_as_the_standard_library_does(text in "[ \t\u{A0}\u{0}aé]{0,6}") {
            prop_assert_eq!(trimmed(&text), text.trim());
        }
    }

    #[test]
    fn takes_rows_apart() {
        assert_eq!(ours("a,,\"b,c\",\"say \"\"x\"\"\",d\"e"), ["a", "", "b,c", "say \"x\"", "d\"e"]);
        assert_eq!(ours("a,"), ["a", ""]);
        assert_eq!(ours("\"a"), ["a"]);
        assert_eq!(ours(""), [""]);
    }

    #[test]
    fn digests_see_where_fields_end() {
        let digest = |row: &str| {
            let mut fields = Fields::default();
            fields.split(row, RULES);
            (fields.digest(row, &mut Vec::new()), fields.wide_digest(row, &mut Vec::new()))
        };
        assert_eq!(digest("a,b"), digest("\"a\",\"b\""));
        assert_ne!(digest("ab,"), digest("a,b"));
        assert_ne!(digest("a,b"), digest("a,b,"));
    }
}
