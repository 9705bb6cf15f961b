//! From TOML to [`Spec`]: the file's layout, the rules for rows and values, and then its entities and links.

use super::fault::Text;
use super::raw::{RawColumns, RawHandover, RawRows, RawSpec, RawTest, RawValues};
use super::{Layout, Spec, digest, entities};
use crate::error::Result;
use crate::handover::check_received;
use crate::parse::date::DateOrder;
use crate::parse::number::NumberStyle;
use crate::plan::{ColumnId, Plan, Source, Test, TestKind};
use crate::source::file::EncodingRule;
use crate::source::split::SplitRules;
use encoding_rs::{Encoding, UTF_8};
use jaal_model::identifier::Country;
use jaal_model::{Grade, Handover};
use jiff::tz::TimeZone;
use regex::Regex;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;

/// The most lines that `skip_bottom` may leave out; they are held in memory.
const MAX_SKIP_BOTTOM: u32 = 10_000;

/// The orders of dates under their words.
pub(super) const DATE_ORDERS: &[(&str, DateOrder)] =
    &[("dmy", DateOrder::Dmy), ("mdy", DateOrder::Mdy), ("ymd", DateOrder::Ymd)];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Csv,
    Tsv,
    Ndjson,
}

/// What the parts of a specification share while it is compiled.
pub(super) struct Compiler<'a> {
    pub(super) text: Text<'a>,
    /// Columns in order of first mention.
    pub(super) columns: Vec<String>,
    pub(super) lookups: BTreeMap<String, BTreeMap<String, String>>,
    pub(super) order: DateOrder,
    pub(super) zone: TimeZone,
    pub(super) numbers: NumberStyle,
    /// How many of the plan's schemes `[schemes]` declares.
    pub(super) declared_schemes: usize,
}

impl Compiler<'_> {
    /// The id of a column.
    pub(super) fn column(&mut self, name: &str) -> ColumnId {
        let name = name.trim();
        self.columns.iter().position(|c| c == name).unwrap_or_else(|| {
            self.columns.push(name.to_owned());
            self.columns.len() - 1
        })
    }

    /// A source of text, from what `from`, `sep` and `value` say.
    pub(super) fn source(
        &mut self,
        span: &Range<usize>,
        from: Option<&RawColumns>,
        sep: Option<&str>,
        value: Option<&str>,
    ) -> Result<Source> {
        match (from, value) {
            (Some(RawColumns::One(column)), None) => Ok(Source::Column(self.column(column))),
            (Some(RawColumns::Many(columns)), None) if !columns.is_empty() => {
                let ids = columns.iter().map(|c| self.column(c)).collect();
                Ok(Source::Joined(ids, sep.unwrap_or(" ").to_owned()))
            }
            (None, Some(value)) => Ok(Source::Constant(value.trim().to_owned())),
            _ => {
                let message = "either `from` (one or more columns) or `value` must be given, and not both";
                Err(self.text.error(span, message, None))
            }
        }
    }

    /// Conditions.
    pub(super) fn tests(&mut self, raw: &[Spanned<RawTest>]) -> Result<Vec<Test>> {
        raw.iter().map(|test| self.test(test)).collect()
    }

    fn test(&mut self, raw: &Spanned<RawTest>) -> Result<Test> {
        let (span, raw) = (raw.span(), raw.get_ref());
        let column = self.column(&raw.column);
        let is = match (&raw.matches, raw.empty, &raw.equals, &raw.one_of) {
            (Some(pattern), None, None, None) => {
                let regex = Regex::new(pattern).map_err(|error| {
                    let message = format!("`{pattern}` is not a pattern: {error}");
                    self.text.error(&span, message, None)
                })?;
                TestKind::Matches(regex)
            }
            (None, Some(empty), None, None) => TestKind::Empty(empty),
            (None, None, Some(text), None) => TestKind::OneOf(vec![text.trim().to_owned()]),
            (None, None, None, Some(texts)) => {
                TestKind::OneOf(texts.iter().map(|t| t.trim().to_owned()).collect())
            }
            _ => {
                let message = "a condition says exactly one of `matches`, `empty`, `equals`, `one_of`";
                return Err(self.text.error(&span, message, None));
            }
        };
        Ok(Test { column, is })
    }
}

/// Reads and checks a specification.
pub(super) fn spec(text: Text<'_>) -> Result<Spec> {
    let raw: RawSpec = toml::from_str(text.text).map_err(|e| text.toml_error(&e))?;
    check_name(text, &raw.name)?;
    let grade = match &raw.grade {
        None => Grade::UNGRADED,
        Some(word) => {
            Grade::parse(word.get_ref()).map_err(|e| text.error(&word.span(), e.to_string(), None))?
        }
    };
    let layout = layout(text, &raw)?;
    let mut compiler = Compiler {
        text,
        columns: Vec::new(),
        lookups: raw.lookups.clone(),
        order: match &raw.values.date_order {
            Some(word) => text.choose("order of dates", word, DATE_ORDERS)?,
            None => DateOrder::Dmy,
        },
        zone: time_zone(text, raw.values.time_zone.as_ref())?,
        numbers: number_style(text, &raw.values)?,
        declared_schemes: 0,
    };
    let drop_repeats = match &raw.rows.repeated {
        Some(word) => text.choose("way with repeated rows", word, &[("keep", false), ("duplicate", true)])?,
        None => false,
    };
    let mut plan = Plan {
        null: raw.values.null.iter().flatten().map(|n| n.trim().to_lowercase()).collect(),
        skip_when: compiler.tests(&raw.rows.skip_when)?,
        keep_when: compiler.tests(&raw.rows.keep_when)?,
        drop_repeats,
        grade,
        marking: raw.marking.clone(),
        country: country(text, raw.values.country.as_ref())?,
        columns: Vec::new(),
        slots: Vec::new(),
        links: Vec::new(),
        sames: Vec::new(),
        schemes: Vec::new(),
    };
    entities::compile(&mut compiler, &raw, &mut plan)?;
    plan.columns = std::mem::take(&mut compiler.columns);
    check_columns(text, &raw.rows, layout.columns.as_deref(), &plan.columns)?;
    let handover = handover(text, raw.handover)?;
    let name = raw.name.into_inner();
    Ok(Spec {
        title: raw.title.unwrap_or_else(|| name.clone()),
        name,
        handover,
        default_country: Country::default(),
        sha256: digest(text.text),
        layout,
        plan: Arc::new(plan),
    })
}

fn handover(text: Text<'_>, raw: RawHandover) -> Result<Handover> {
    if let Some(received) = &raw.received {
        check_received(received.get_ref())
            .map_err(|fault| text.error(&received.span(), fault.to_string(), None))?;
    }
    Ok(Handover {
        agency: raw.agency,
        letter: raw.letter,
        received: raw.received.map(Spanned::into_inner),
        case: raw.case,
    })
}

fn check_name(text: Text<'_>, name: &Spanned<String>) -> Result<()> {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if !name.get_ref().is_empty() && name.get_ref().len() <= 64 && name.get_ref().bytes().all(fits) {
        return Ok(());
    }
    let message = format!("`{}` is not a name for a specification", name.get_ref());
    let hint = "up to 64 lower case letters, digits and `-` expected".to_owned();
    Err(text.error(&name.span(), message, Some(hint)))
}

fn layout(text: Text<'_>, raw: &RawSpec) -> Result<Layout> {
    let formats = [("csv", Format::Csv), ("tsv", Format::Tsv), ("ndjson", Format::Ndjson)];
    let format = text.choose("format", &raw.format, &formats)?;
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
        _ if format == Format::Ndjson => None,
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
    Ok(Layout {
        is_json: format == Format::Ndjson,
        encoding: encoding(text, raw.encoding.as_ref())?,
        split: SplitRules {
            delimiter,
            quote,
            comment: raw.rows.comment.clone().filter(|c| !c.is_empty()),
            skip_top: u64::from(raw.rows.skip_top),
            skip_bottom,
        },
        columns: header_columns(text, &raw.rows, format)?,
    })
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

/// Columns that the specification lists itself can be checked before any file is there.
fn check_columns(text: Text<'_>, rows: &RawRows, listed: Option<&[String]>, named: &[String]) -> Result<()> {
    let Some(listed) = listed else { return Ok(()) };
    let span = rows.columns.as_ref().map_or(0..0, Spanned::span);
    let known: Vec<&str> = listed.iter().map(String::as_str).collect();
    match named.iter().find(|n| !listed.contains(n)) {
        Some(name) => Err(text.unknown(&span, "column of `[rows] columns`", name, &known)),
        None => Ok(()),
    }
}

fn encoding(text: Text<'_>, label: Option<&Spanned<String>>) -> Result<EncodingRule> {
    let Some(label) = label else { return Ok(EncodingRule::Named(UTF_8)) };
    if label.get_ref().eq_ignore_ascii_case("auto") {
        return Ok(EncodingRule::Auto);
    }
    Encoding::for_label(label.get_ref().as_bytes()).map(EncodingRule::Named).ok_or_else(|| {
        let known = ["auto", "utf-8", "utf-16le", "utf-16be", "windows-1252", "windows-1256", "iso-8859-1"];
        text.unknown(&label.span(), "encoding", label.get_ref(), &known)
    })
}

fn time_zone(text: Text<'_>, name: Option<&Spanned<String>>) -> Result<TimeZone> {
    let Some(name) = name else { return Ok(TimeZone::UTC) };
    if name.get_ref() == "UTC" {
        return Ok(TimeZone::UTC);
    }
    TimeZone::get(name.get_ref()).map_err(|_| {
        let hint = Some("an IANA name such as `Asia/Karachi` or `UTC` expected".to_owned());
        text.error(&name.span(), format!("`{}` is not a known time zone", name.get_ref()), hint)
    })
}

fn country(text: Text<'_>, code: Option<&Spanned<String>>) -> Result<Option<Country>> {
    let Some(code) = code else { return Ok(None) };
    Country::new(code.get_ref()).map(Some).ok_or_else(|| {
        let hint = Some("an ISO 3166 code of two letters such as `PK` expected".to_owned());
        text.error(&code.span(), format!("`{}` is not a country", code.get_ref()), hint)
    })
}

fn number_style(text: Text<'_>, values: &RawValues) -> Result<NumberStyle> {
    let one = |what: &str, raw: &Option<Spanned<String>>| -> Result<Option<char>> {
        let Some(raw) = raw.as_ref().filter(|r| !r.get_ref().is_empty()) else { return Ok(None) };
        let mut chars = raw.get_ref().chars();
        match (chars.next(), chars.next()) {
            (Some(c), None) if !c.is_ascii_alphanumeric() => Ok(Some(c)),
            _ => {
                let message = format!("`{}` is not a {what} separator", raw.get_ref());
                Err(text.error(&raw.span(), message, Some("one character expected".to_owned())))
            }
        }
    };
    let style = NumberStyle {
        thousands: one("thousands", &values.thousands)?,
        decimal: one("decimal", &values.decimal)?.unwrap_or('.'),
    };
    if style.thousands == Some(style.decimal) {
        let span = values.thousands.as_ref().map_or(0..0, Spanned::span);
        return Err(text.error(&span, "thousands and decimal separators are the same character", None));
    }
    Ok(style)
}
