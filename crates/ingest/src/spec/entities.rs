//! Entities, links and same-as of a specification into their plans.

use super::compile::{Compiler, DATE_ORDERS};
use super::raw::{RawEntity, RawEvent, RawIdentity, RawKey, RawLink, RawMarking, RawProperty, RawSpec};
use crate::error::Result;
use crate::parse::{CellType, Parser, TYPES};
use crate::plan::{ClaimPlan, EventPlan, KeyPlan, LinkPlan, Plan, PropertyPlan, Slot, Source, ValueSource};
use jaal_model::claim::Discrimination;
use jaal_model::identifier::Normaliser;
use jaal_model::{BUILT_IN_SCHEMES, ROW_SCHEME, Scheme, Value, base_kind, is_scheme_name};
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;

/// Compiles everything that a row can claim into `plan`.
pub(super) fn compile(compiler: &mut Compiler<'_>, raw: &RawSpec, plan: &mut Plan) -> Result<()> {
    declare_schemes(compiler, raw, plan)?;
    compiler.declared_schemes = plan.schemes.len();
    if raw.entities.is_empty() {
        let hint = Some("add an `[entities.name]` with a `key`".to_owned());
        return Err(compiler.text.error(&(0..0), "the specification describes no entity", hint));
    }
    for (name, entity) in &raw.entities {
        let slot = slot(compiler, name, entity, &raw.marking, plan)?;
        plan.slots.push(slot);
    }
    for link in &raw.links {
        let link = link_plan(compiler, link, &raw.marking, plan)?;
        plan.links.push(link);
    }
    for same in &raw.sames {
        let (a, b) = (find_slot(compiler, &same.a, plan)?, find_slot(compiler, &same.b, plan)?);
        if a == b {
            let message = format!("`{}` is the same as itself already", same.a.get_ref());
            return Err(compiler.text.error(&same.b.span(), message, None));
        }
        plan.sames.push((a, b));
    }
    Ok(())
}

fn declare_schemes(compiler: &Compiler<'_>, raw: &RawSpec, plan: &mut Plan) -> Result<()> {
    for (name, kind) in &raw.schemes {
        let span = kind.span();
        if !is_scheme_name(name) || name == ROW_SCHEME {
            let hint = Some("up to 64 lower case letters, digits, `-`, `_` and `.` expected".to_owned());
            return Err(compiler.text.error(&span, format!("`{name}` is not a name for a scheme"), hint));
        }
        if let Some(base) = base_kind(name) {
            let message = format!("the scheme `{name}` is built in; its keys name a {base}");
            return Err(compiler.text.error(&span, message, Some("choose another name".to_owned())));
        }
        check_word(compiler, &span, "kind", kind.get_ref())?;
        plan.schemes.push(Scheme { name: name.clone(), kind: Some(kind.get_ref().clone()) });
    }
    Ok(())
}

fn slot(
    compiler: &mut Compiler<'_>,
    name: &str,
    raw: &Spanned<RawEntity>,
    file_marking: &RawMarking,
    plan: &mut Plan,
) -> Result<Slot> {
    let (span, raw) = (raw.span(), raw.get_ref());
    if raw.key.is_some() && raw.keys.is_some() {
        let message = format!("entity `{name}` has both `key` and `keys`");
        return Err(compiler.text.error(&span, message, Some("put all of them into `keys`".to_owned())));
    }
    for kind in raw.kind.iter().chain(&raw.kinds) {
        check_word(compiler, &span, "kind", kind)?;
    }
    let mut keys = Vec::new();
    for key in raw.key.iter().chain(raw.keys.iter().flatten()) {
        keys.push(key_plan(compiler, key, raw.kind.as_deref(), plan)?);
    }
    let mut kinds = raw.kinds.clone();
    match (&raw.kind, keys.first().map(|k| plan.schemes[k.scheme].kind.as_ref())) {
        (Some(kind), Some(base)) if base == Some(kind) => {}
        (Some(kind), _) => kinds.push(kind.clone()),
        (None, Some(_)) => {}
        (None, None) => {
            let message = format!("entity `{name}` has neither a key nor a `kind`");
            return Err(compiler.text.error(&span, message, Some("say `kind = \"...\"`".to_owned())));
        }
    }
    kinds.sort();
    kinds.dedup();
    Ok(Slot {
        name: name.to_owned(),
        keys,
        optional: raw.optional,
        kinds,
        when: compiler.tests(&raw.when)?,
        claim: claim_plan(
            compiler,
            &raw.properties,
            [raw.valid_from.as_ref(), raw.valid_to.as_ref()],
            raw.grade.as_ref().map(|g| g.from.as_str()),
            raw.marking.as_ref().unwrap_or(file_marking),
        )?,
    })
}

fn key_plan(
    compiler: &mut Compiler<'_>,
    raw: &Spanned<RawKey>,
    kind: Option<&str>,
    plan: &mut Plan,
) -> Result<KeyPlan> {
    let (span, raw) = (raw.span(), raw.get_ref());
    let built_in = base_kind(&raw.scheme);
    let scheme = scheme(compiler, &span, raw, kind, plan)?;
    let normaliser = match &raw.normaliser {
        None if built_in.is_some() => Normaliser::for_scheme(&raw.scheme),
        None => Normaliser::Text,
        Some(word) => {
            let names = BUILT_IN_SCHEMES.iter().map(|(n, _)| *n).chain(["text"]);
            let options: Vec<(&str, &str)> = names.map(|n| (n, n)).collect();
            Normaliser::for_scheme(compiler.text.choose("normaliser", word, &options)?)
        }
    };
    Ok(KeyPlan {
        source: compiler.source(&span, raw.from.as_ref(), raw.sep.as_deref(), raw.value.as_deref())?,
        scheme,
        normaliser,
        follows_normaliser: built_in.is_some(),
        country: raw.country_from.as_deref().map(|c| compiler.column(c)),
        prefix: raw.prefix.clone(),
    })
}

/// The number of a key's scheme among the plan's, added when it is new.
fn scheme(
    compiler: &Compiler<'_>,
    span: &Range<usize>,
    raw: &RawKey,
    kind: Option<&str>,
    plan: &mut Plan,
) -> Result<usize> {
    let built_in = base_kind(&raw.scheme);
    if let Some(at) = plan.schemes.iter().position(|s| s.name == raw.scheme) {
        let base = plan.schemes[at].kind.as_deref();
        let declared = at < compiler.declared_schemes || built_in.is_some();
        if !declared && kind.is_some() && kind != base {
            let (one, other) = (base.unwrap_or_default(), kind.unwrap_or_default());
            let message =
                format!("the scheme `{}` names a {one} in one entity and a {other} here", raw.scheme);
            let hint = format!("declare its base kind: `[schemes]` {} = \"{one}\"", raw.scheme);
            return Err(compiler.text.error(span, message, Some(hint)));
        }
        return Ok(at);
    }
    let Some(base) = built_in.or(kind) else {
        let known: Vec<&str> = BUILT_IN_SCHEMES.iter().map(|(n, _)| *n).collect();
        let error = compiler.text.unknown(span, "scheme", &raw.scheme, &known);
        return Err(with_hint(error, "or declare it: `[schemes]` name = \"Kind\""));
    };
    if !is_scheme_name(&raw.scheme) || raw.scheme == ROW_SCHEME {
        let message = format!("`{}` is not a name for a scheme", raw.scheme);
        return Err(compiler.text.error(span, message, None));
    }
    plan.schemes.push(Scheme { name: raw.scheme.clone(), kind: Some(base.to_owned()) });
    Ok(plan.schemes.len() - 1)
}

fn link_plan(
    compiler: &mut Compiler<'_>,
    raw: &RawLink,
    file_marking: &RawMarking,
    plan: &Plan,
) -> Result<LinkPlan> {
    check_word(compiler, &raw.link_type.span(), "link type", raw.link_type.get_ref())?;
    let (from, to) = (find_slot(compiler, &raw.from, plan)?, find_slot(compiler, &raw.to, plan)?);
    let claim = claim_plan(
        compiler,
        &raw.properties,
        [raw.valid_from.as_ref(), raw.valid_to.as_ref()],
        raw.grade.as_ref().map(|g| g.from.as_str()),
        raw.marking.as_ref().unwrap_or(file_marking),
    )?;
    let mut identity = Vec::new();
    let mut event = None;
    let discrimination = match raw.identity.as_ref().map(|i| (i.span(), i.get_ref())) {
        None if raw.same_event.is_some() => Discrimination::Declared,
        None => Discrimination::Row,
        Some((_, RawIdentity::Word(word))) if word == "ends" => Discrimination::Ends,
        Some((_, RawIdentity::Properties(names))) if names.is_empty() => Discrimination::Row,
        Some((span, RawIdentity::Word(word))) => {
            return Err(compiler.text.unknown(&span, "identity", word, &["ends", "[\"property\"]"]));
        }
        Some((span, RawIdentity::Properties(names))) => {
            for name in names {
                let at = claim.properties.iter().position(|p| p.name == *name).ok_or_else(|| {
                    let known: Vec<&str> = claim.properties.iter().map(|p| p.name.as_str()).collect();
                    compiler.text.unknown(&span, "property of the link", name, &known)
                })?;
                identity.push(at);
            }
            Discrimination::Declared
        }
    };
    if let Some(same_event) = &raw.same_event {
        let plan = event_plan(compiler, same_event, raw, &claim)?;
        // As `identity = ["at"]` has it, so that links of other deliveries meet these.
        identity = std::iter::once(plan.at).chain(plan.on.iter().copied()).collect();
        event = Some(plan);
    }
    Ok(LinkPlan {
        event,
        link_type: raw.link_type.get_ref().clone(),
        from,
        to,
        discrimination,
        identity,
        when: compiler.tests(&raw.when)?,
        claim,
    })
}

fn event_plan(
    compiler: &mut Compiler<'_>,
    same_event: &Spanned<RawEvent>,
    link: &RawLink,
    claim: &ClaimPlan,
) -> Result<EventPlan> {
    let (span, raw) = (same_event.span(), same_event.get_ref());
    if link.identity.is_some() {
        let message = "a link says either `identity` or `same_event`, and not both";
        let hint = Some("what must be equal stands in `on` of `same_event`".to_owned());
        return Err(compiler.text.error(&span, message, hint));
    }
    let find = |name: &String| {
        claim.properties.iter().position(|p| p.name == *name).ok_or_else(|| {
            let known: Vec<&str> = claim.properties.iter().map(|p| p.name.as_str()).collect();
            compiler.text.unknown(&span, "property of the link", name, &known)
        })
    };
    let at = find(&raw.at)?;
    let is_time = claim.properties.get(at).is_some_and(|property| {
        matches!(property.parser.cell_type, CellType::DateTime | CellType::LocalDateTime)
    });
    if !is_time || raw.within_s > MAX_WITHIN_S {
        let message = format!("`same_event` needs a time in `at` and at most {MAX_WITHIN_S} in `within_s`");
        let hint = Some(format!("say `type = \"datetime\"` for the property `{}`", raw.at));
        return Err(compiler.text.error(&span, message, hint));
    }
    let on = raw.on.iter().map(find).collect::<Result<_>>()?;
    Ok(EventPlan { at, within_s: raw.within_s, on, leg: raw.leg.as_deref().map(|c| compiler.column(c)) })
}

/// The largest tolerance: clocks that are a day apart are in another zone, which `time_zone` says.
const MAX_WITHIN_S: u32 = 86_400;

fn claim_plan(
    compiler: &mut Compiler<'_>,
    properties: &BTreeMap<String, Spanned<RawProperty>>,
    [valid_from, valid_to]: [Option<&Spanned<RawProperty>>; 2],
    grade_from: Option<&str>,
    marking: &RawMarking,
) -> Result<ClaimPlan> {
    let mut plans = Vec::new();
    for (name, raw) in properties {
        check_word(compiler, &raw.span(), "property", name)?;
        plans.push(property(compiler, name, raw, CellType::Str)?);
    }
    let mut bound = |name: &str, raw: Option<&Spanned<RawProperty>>| -> Result<Option<PropertyPlan>> {
        let Some(raw) = raw else { return Ok(None) };
        let plan = property(compiler, name, raw, CellType::Date)?;
        if matches!(plan.parser.cell_type, CellType::Date | CellType::DateTime) {
            return Ok(Some(plan));
        }
        let message = format!("`{name}` is of type {}", plan.parser.cell_type.word());
        Err(compiler.text.error(&raw.span(), message, Some("`date` or `datetime` expected".to_owned())))
    };
    Ok(ClaimPlan {
        properties: plans,
        valid_from: bound("valid_from", valid_from)?,
        valid_to: bound("valid_to", valid_to)?,
        grade_from: grade_from.map(|c| compiler.column(c)),
        marking_from: marking.from.as_deref().map(|c| compiler.column(c)),
        marking: marking.marking(),
    })
}

fn property(
    compiler: &mut Compiler<'_>,
    name: &str,
    raw: &Spanned<RawProperty>,
    default_type: CellType,
) -> Result<PropertyPlan> {
    let (span, raw) = (raw.span(), raw.get_ref());
    let text = compiler.text;
    let cell_type = match &raw.cell_type {
        Some(word) => text.choose("type", word, TYPES)?,
        None => default_type,
    };
    let parser = Parser {
        cell_type,
        order: match &raw.date_order {
            Some(word) => text.choose("order of dates", word, DATE_ORDERS)?,
            None => compiler.order,
        },
        format: raw.format.clone(),
        numbers: compiler.numbers,
        zone: compiler.zone.clone(),
    };
    let lookup = match &raw.lookup {
        None => None,
        Some(word) => Some(compiler.lookup(word)?),
    };
    let null_on_error = match &raw.on_error {
        Some(word) => text.choose("on_error", word, &[("reject", false), ("null", true)])?,
        None => false,
    };
    let source = match &raw.value {
        Some(value) if raw.from.is_none() => {
            constant(compiler, &span, value, &parser, raw.cell_type.is_some())?
        }
        value => {
            let both = value.as_ref().map(|_| "");
            ValueSource::Text(compiler.source(&span, raw.from.as_ref(), raw.sep.as_deref(), both)?)
        }
    };
    Ok(PropertyPlan { name: name.to_owned(), source, parser, lookup, null_on_error })
}

/// A value that the specification gives itself. A text of a type is read as cells are.
fn constant(
    compiler: &Compiler<'_>,
    span: &Range<usize>,
    value: &toml::Value,
    parser: &Parser,
    typed: bool,
) -> Result<ValueSource> {
    let read = match value {
        toml::Value::String(text) if parser.cell_type.is_bound_source() => {
            return if parser.value(text.trim()).is_some() {
                Ok(ValueSource::Text(Source::Constant(text.trim().to_owned())))
            } else {
                Err(not_of_type(compiler, span, text, parser))
            };
        }
        toml::Value::String(text) => parser.value(text.trim()),
        toml::Value::Integer(number) if !typed => Some(Value::Int(*number)),
        toml::Value::Float(number) if !typed => Some(Value::Float(*number)),
        toml::Value::Boolean(truth) if !typed => Some(Value::Bool(*truth)),
        other => parser.value(&other.to_string()),
    };
    match read {
        Some(value) => Ok(ValueSource::Constant(value)),
        None => Err(not_of_type(compiler, span, &value.to_string(), parser)),
    }
}

fn not_of_type(
    compiler: &Compiler<'_>,
    span: &Range<usize>,
    text: &str,
    parser: &Parser,
) -> crate::IngestError {
    let message = format!("`{text}` is not of type {}", parser.cell_type.word());
    compiler.text.error(span, message, Some(format!("{} expected", parser.expected())))
}

fn find_slot(compiler: &Compiler<'_>, name: &Spanned<String>, plan: &Plan) -> Result<usize> {
    plan.slots.iter().position(|s| s.name == *name.get_ref()).ok_or_else(|| {
        let known: Vec<&str> = plan.slots.iter().map(|s| s.name.as_str()).collect();
        compiler.text.unknown(&name.span(), "entity", name.get_ref(), &known)
    })
}

/// Names of kinds, link types and properties.
fn check_word(compiler: &Compiler<'_>, span: &Range<usize>, what: &str, word: &str) -> Result<()> {
    let fits = |c: char| c.is_alphanumeric() || c == '_' || c == '-' || c == '.' || c == ' ';
    let starts = word.chars().next().is_some_and(|c| c.is_alphabetic() || c == '_');
    if starts && word.len() <= 64 && word.chars().all(fits) {
        return Ok(());
    }
    let hint = Some("a letter and then up to 63 letters, digits, `_`, `-`, `.` expected".to_owned());
    Err(compiler.text.error(span, format!("`{word}` is not a name for a {what}"), hint))
}

fn with_hint(mut error: crate::IngestError, more: &str) -> crate::IngestError {
    if let crate::IngestError::Spec { hint, .. } = &mut error {
        let text = hint.take().unwrap_or_default();
        *hint = Some(format!("{text} {more}"));
    }
    error
}
