//! From TOML to [`Spec`]: the file's layout, the rules for rows and values, and then its entities and links.

use super::fault::Text;
use super::raw::{RawColumns, RawHandover, RawSpec, RawTest, RawValues};
use super::{Spec, balance, derived, digest, entities, layout, lookups};
use crate::error::Result;
use crate::handover::check_received;
use crate::parse::date::DateOrder;
use crate::parse::number::NumberStyle;
use crate::plan::{ColumnId, Lookup, Plan, Source, Test, TestKind};
use jaal_model::identifier::Country;
use jaal_model::{Grade, Handover};
use jiff::tz::TimeZone;
use regex::Regex;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use toml::Spanned;

/// The orders of dates under their words.
pub(super) const DATE_ORDERS: &[(&str, DateOrder)] =
    &[("dmy", DateOrder::Dmy), ("mdy", DateOrder::Mdy), ("ymd", DateOrder::Ymd)];

/// What the parts of a specification share while it is compiled.
pub(super) struct Compiler<'a> {
    pub(super) text: Text<'a>,
    /// Columns in order of first mention.
    pub(super) columns: Vec<String>,
    pub(super) lookups: BTreeMap<String, Lookup>,
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

    /// The ids of one column or several.
    pub(super) fn ids(&mut self, columns: &RawColumns) -> Vec<ColumnId> {
        match columns {
            RawColumns::One(column) => vec![self.column(column)],
            RawColumns::Many(columns) => columns.iter().map(|column| self.column(column)).collect(),
        }
    }

    /// A pattern.
    pub(super) fn pattern(&self, span: &Range<usize>, pattern: &str) -> Result<Regex> {
        Regex::new(pattern).map_err(|error| {
            let message = format!("`{pattern}` is not a pattern: {error}");
            self.text.error(span, message, None)
        })
    }

    /// The lookup of a name.
    pub(super) fn lookup(&self, name: &Spanned<String>) -> Result<Lookup> {
        self.lookups.get(name.get_ref()).cloned().ok_or_else(|| {
            let known: Vec<&str> = self.lookups.keys().map(String::as_str).collect();
            self.text.unknown(&name.span(), "lookup", name.get_ref(), &known)
        })
    }

    /// Conditions.
    pub(super) fn tests(&mut self, raw: &[Spanned<RawTest>]) -> Result<Vec<Test>> {
        raw.iter().map(|test| self.test(test)).collect()
    }

    fn test(&mut self, raw: &Spanned<RawTest>) -> Result<Test> {
        let (span, raw) = (raw.span(), raw.get_ref());
        let column = self.column(&raw.column);
        let is = match (&raw.matches, raw.empty, &raw.equals, &raw.one_of) {
            (Some(pattern), None, None, None) => TestKind::Matches(self.pattern(&span, pattern)?),
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
pub(super) fn spec(text: Text<'_>, folder: Option<&Path>) -> Result<Spec> {
    let raw: RawSpec = toml::from_str(text.text).map_err(|e| text.toml_error(&e))?;
    check_name(text, &raw.name)?;
    let grade = match &raw.grade {
        None => Grade::UNGRADED,
        Some(word) => {
            Grade::parse(word.get_ref()).map_err(|e| text.error(&word.span(), e.to_string(), None))?
        }
    };
    let layout = layout::layout(text, &raw)?;
    let (lookups, digests) = lookups::read(text, &raw, folder)?;
    let mut compiler = Compiler {
        text,
        columns: Vec::new(),
        lookups,
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
        marking: raw.marking.marking(),
        country: country(text, raw.values.country.as_ref())?,
        columns: Vec::new(),
        derived: derived::compile(&mut compiler, &raw.derived)?,
        remarks: None,
        balance: None,
        slots: Vec::new(),
        links: Vec::new(),
        sames: Vec::new(),
        schemes: Vec::new(),
    };
    balance::compile(&mut compiler, raw.balance.as_ref(), &mut plan)?;
    entities::compile(&mut compiler, &raw, &mut plan)?;
    plan.columns = std::mem::take(&mut compiler.columns);
    check_columns(text, &raw, layout.columns.as_deref(), &plan)?;
    let handover = handover(text, raw.handover)?;
    let name = raw.name.into_inner();
    Ok(Spec {
        title: raw.title.unwrap_or_else(|| name.clone()),
        name,
        handover,
        default_country: Country::default(),
        sha256: digest(text.text, &digests),
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

/// Columns that the specification lists itself can be checked before any file is there.
fn check_columns(text: Text<'_>, raw: &RawSpec, listed: Option<&[String]>, plan: &Plan) -> Result<()> {
    let Some(listed) = listed else { return Ok(()) };
    let (what, span) = match (&raw.fixed, &raw.rows.columns) {
        (Some(fixed), _) => ("column of `[fixed]`", fixed.span()),
        (None, columns) => ("column of `[rows] columns`", columns.as_ref().map_or(0..0, Spanned::span)),
    };
    let known: Vec<&str> = listed.iter().map(String::as_str).collect();
    plan.bind(listed.len(), |_, name| {
        let place = listed.iter().position(|column| column == name);
        place.ok_or_else(|| text.unknown(&span, what, name, &known))
    })?;
    Ok(())
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
