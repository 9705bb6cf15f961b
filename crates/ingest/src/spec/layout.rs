//! How the files of a specification are laid out: format, encoding, header, sheets, and fixed places.

use super::Layout;
use super::fault::Text;
use super::raw::{RawFixed, RawFixedColumn, RawRows, RawSpec};
use crate::error::Result;
use crate::rows::fields::FieldRules;
use crate::rows::form::{FixedColumn, FixedColumns, RowForm};
use crate::source::MAX_ROW_BYTES;
use crate::source::encoding::EncodingRule;
use crate::source::sheet::SheetChoice;
use crate::source::split::SplitRules;
use encoding_rs::Encoding;
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;

/// The most lines that `skip_bottom` may leave out; they are held in memory.
const MAX_SKIP_BOTTOM: u32 = 10_000;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Csv,
    Tsv,
    Ndjson,
    Fixed,
    Xlsx,
}

/// The formats under their words.
const FORMATS: &[(&str, Format)] = &[
    ("csv", Format::Csv),
    ("tsv", Format::Tsv),
    ("ndjson", Format::Ndjson),
    ("fixed", Format::Fixed),
    ("xlsx", Format::Xlsx),
];

/// How the files are laid out.
pub(super) fn layout(text: Text<'_>, raw: &RawSpec) -> Result<Layout> {
    let format = text.choose("format", &raw.format, FORMATS)?;
    check_sections(text, raw, format)?;
    let delimiter = match (&raw.delimiter, format) {
        (Some(d), Format::Csv) => text.one_character("delimiter", d)?,
        (Some(d), _) => {
            let message = "`delimiter` is for the format csv only";
            return Err(text.error(&d.span(), message, None));
        }
        (None, Format::Tsv) => b'\t',
        (None, _) => b',',
    };
    let quote = match &raw.quote {
        Some(q) if matches!(format, Format::Fixed | Format::Xlsx) => {
            let message = "`quote` is for the formats csv and tsv only";
            return Err(text.error(&q.span(), message, None));
        }
        _ if matches!(format, Format::Ndjson | Format::Fixed) => None,
        Some(q) if q.get_ref().is_empty() => None,
        Some(q) => Some(text.one_character("quote", q)?),
        None => Some(b'"'),
    };
    if quote == Some(delimiter) {
        let span = raw.quote.as_ref().map_or(0..0, Spanned::span);
        return Err(text.error(&span, "quote and delimiter are the same character", None));
    }
    let skip_bottom = match &raw.rows.skip_bottom {
        Some(n) if *n.get_ref() > MAX_SKIP_BOTTOM => {
            let message = format!("skip_bottom = {} is above the limit of {MAX_SKIP_BOTTOM}", n.get_ref());
            return Err(text.error(&n.span(), message, None));
        }
        Some(n) => *n.get_ref() as usize,
        None => 0,
    };
    let fixed = raw.fixed.as_ref().map(|fixed| fixed_columns(text, fixed)).transpose()?;
    let (sheet, skip_top) = sheet(text, raw, format)?;
    let columns = match &fixed {
        Some(fixed) => Some(fixed.columns.iter().map(|column| column.name.clone()).collect()),
        None => header_columns(text, &raw.rows, format)?,
    };
    let form = match (format, fixed) {
        (Format::Csv | Format::Tsv | Format::Fixed, None) => {
            RowForm::Delimited(FieldRules { delimiter, quote })
        }
        (Format::Ndjson, _) => RowForm::Json,
        (Format::Xlsx, _) => RowForm::Cells,
        (_, Some(fixed)) => RowForm::Fixed(Arc::new(fixed)),
    };
    let encoding = match format {
        Format::Xlsx => EncodingRule::Workbook,
        _ => encoding(text, raw.encoding.as_ref())?,
    };
    let comment = raw.rows.comment.clone().filter(|c| !c.is_empty());
    let split = SplitRules { delimiter, quote, comment, skip_top, skip_bottom, sheet };
    Ok(Layout { form, encoding, split, columns })
}

/// Whether the sections of a format are there, and those of others are not.
fn check_sections(text: Text<'_>, raw: &RawSpec, format: Format) -> Result<()> {
    let misplaced = |span: &Range<usize>, section: &str, format: &str| {
        text.error(span, format!("`{section}` is for the format {format} only"), None)
    };
    match (&raw.fixed, format) {
        (Some(fixed), Format::Csv | Format::Tsv | Format::Ndjson | Format::Xlsx) => {
            return Err(misplaced(&fixed.span(), "[fixed]", "fixed"));
        }
        (None, Format::Fixed) => {
            let hint =
                "add `[fixed]` with `columns = [{ name = \"A\", start = 1, length = 12 }, ...]`".to_owned();
            return Err(text.error(
                &raw.format.span(),
                "the format fixed needs the places of its columns",
                Some(hint),
            ));
        }
        _ => {}
    }
    if let (Some(sheet), false) = (&raw.sheet, format == Format::Xlsx) {
        return Err(misplaced(&sheet.span(), "[sheet]", "xlsx"));
    }
    match (&raw.rows.columns, format) {
        (Some(columns), Format::Fixed) => {
            let hint = Some("name them in `[fixed]`".to_owned());
            Err(text.error(&columns.span(), "`columns` of `[rows]` has no meaning in the format fixed", hint))
        }
        _ if format == Format::Fixed && raw.rows.header == Some(true) => {
            let hint = Some("leave `header` out, and pass over a header with `skip_top`".to_owned());
            Err(text.error(&(0..0), "files of the format fixed have no header that could be read", hint))
        }
        _ if format == Format::Xlsx => match &raw.encoding {
            Some(encoding) => {
                Err(text.error(&encoding.span(), "`encoding` has no meaning in the format xlsx", None))
            }
            None => Ok(()),
        },
        _ => Ok(()),
    }
}

/// The sheet to read, and how many rows stand before its header.
fn sheet(text: Text<'_>, raw: &RawSpec, format: Format) -> Result<(Option<SheetChoice>, u64)> {
    let skip_top = u64::from(raw.rows.skip_top);
    if format != Format::Xlsx {
        return Ok((None, skip_top));
    }
    let Some(sheet) = &raw.sheet else { return Ok((Some(SheetChoice::Only), skip_top)) };
    let (span, sheet) = (sheet.span(), sheet.get_ref());
    let choice = match (&sheet.name, sheet.number) {
        (None, None) => SheetChoice::Only,
        (Some(name), None) => SheetChoice::Named(name.clone()),
        (None, Some(number)) if number > 0 => SheetChoice::Numbered(number),
        (None, Some(_)) => {
            return Err(text.error(&span, "sheets are counted from 1", None));
        }
        (Some(_), Some(_)) => {
            return Err(text.error(&span, "`[sheet]` says either `name` or `number`, and not both", None));
        }
    };
    match sheet.header_row {
        None => Ok((Some(choice), skip_top)),
        Some(row) if row > 0 && skip_top == 0 => Ok((Some(choice), u64::from(row - 1))),
        Some(_) => {
            let message = "`header_row` counts from 1, and goes without `skip_top`, which says the same";
            Err(text.error(&span, message, None))
        }
    }
}

/// Columns at fixed places, checked for overlap.
fn fixed_columns(text: Text<'_>, fixed: &Spanned<RawFixed>) -> Result<FixedColumns> {
    let (span, fixed) = (fixed.span(), fixed.get_ref());
    let columns = match (&fixed.columns, &fixed.ruler) {
        (Some(columns), None) => listed(text, columns)?,
        (None, Some(ruler)) => drawn(text, ruler, fixed.names.as_deref().unwrap_or_default())?,
        _ => {
            let message = "`[fixed]` says either `columns`, or `ruler` with `names`";
            return Err(text.error(&span, message, None));
        }
    };
    let fills_short = match &fixed.short_rows {
        Some(word) => text.choose("way with short rows", word, &[("reject", false), ("fill", true)])?,
        None => false,
    };
    Ok(FixedColumns { columns, fills_short })
}

fn listed(text: Text<'_>, columns: &[Spanned<RawFixedColumn>]) -> Result<Vec<FixedColumn>> {
    let mut found: Vec<FixedColumn> = Vec::new();
    for column in columns {
        let (span, column) = (column.span(), column.get_ref());
        let end = found.last().map_or(0, |before| before.start + before.length);
        let fits = column.start > end
            && column.length > 0
            && column.start.saturating_add(column.length) <= MAX_ROW_BYTES;
        if !fits {
            let message = format!("column `{}` has no place of its own", column.name);
            let hint = format!(
                "columns stand in order, without overlap, and at least one character long: `start` of {} or more \
                 expected",
                end + 1
            );
            return Err(text.error(&span, message, Some(hint)));
        }
        let name = column.name.trim().to_owned();
        found.push(FixedColumn { name, start: column.start - 1, length: column.length });
    }
    if found.is_empty() {
        return Err(text.error(&(0..0), "`[fixed] columns` is empty", None));
    }
    Ok(found)
}

/// Columns drawn by a ruler: each run of one character is a column, spaces are between columns.
fn drawn(text: Text<'_>, ruler: &Spanned<String>, names: &[String]) -> Result<Vec<FixedColumn>> {
    let mut places: Vec<(char, usize, usize)> = Vec::new();
    for (at, mark) in ruler.get_ref().chars().enumerate() {
        match places.last_mut() {
            Some((before, start, length)) if *before == mark && *start + *length == at => *length += 1,
            _ if mark == ' ' => {}
            _ => places.push((mark, at, 1)),
        }
    }
    if places.len() != names.len() || places.is_empty() {
        let message = format!("the ruler draws {} columns, and `names` has {}", places.len(), names.len());
        let hint = "each run of one character is a column: `ruler = \"aaaaaaaaaaaabbbb cc\"`".to_owned();
        return Err(text.error(&ruler.span(), message, Some(hint)));
    }
    let column = |((_, start, length), name): ((char, usize, usize), &String)| FixedColumn {
        name: name.trim().to_owned(),
        start,
        length,
    };
    Ok(places.into_iter().zip(names).map(column).collect())
}

fn header_columns(text: Text<'_>, rows: &RawRows, format: Format) -> Result<Option<Vec<String>>> {
    match (rows.header.unwrap_or(true), &rows.columns) {
        (_, Some(columns)) if format == Format::Ndjson => {
            Err(text.error(&columns.span(), "`columns` has no meaning in the format ndjson", None))
        }
        (false, Some(columns)) if !columns.get_ref().is_empty() => {
            Ok(Some(columns.get_ref().iter().map(|c| c.trim().to_owned()).collect()))
        }
        (true, Some(columns)) => {
            let hint = Some("say `header = false` beside it, or leave it out".to_owned());
            Err(text.error(&columns.span(), "`columns` is for files without a header", hint))
        }
        (false, _) if format != Format::Ndjson => {
            let hint = Some("list the columns: `columns = [\"a\", \"b\"]`".to_owned());
            Err(text.error(&(0..0), "`header = false` needs `columns` in `[rows]`", hint))
        }
        _ => Ok(None),
    }
}

/// The rule by which the encoding of a text is found.
pub(super) fn encoding(text: Text<'_>, label: Option<&Spanned<String>>) -> Result<EncodingRule> {
    let Some(label) = label else { return Ok(EncodingRule::Auto) };
    if label.get_ref().eq_ignore_ascii_case("auto") {
        return Ok(EncodingRule::Auto);
    }
    Encoding::for_label(label.get_ref().as_bytes()).map(EncodingRule::Named).ok_or_else(|| {
        let known = ["auto", "utf-8", "utf-16le", "utf-16be", "windows-1252", "windows-1256", "iso-8859-1"];
        text.unknown(&label.span(), "encoding", label.get_ref(), &known)
    })
}
