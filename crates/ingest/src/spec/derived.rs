//! Derived columns of a specification into their plans.

use super::compile::{Compiler, DATE_ORDERS};
use super::raw::RawDerived;
use crate::error::Result;
use crate::parse::{CellType, Parser};
use crate::plan::{Arithmetic, DerivedPlan, Function, Part, Unlisted};
use toml::Spanned;

const PARTS: &[(&str, Part)] = &[
    ("year", Part::Year),
    ("month", Part::Month),
    ("day", Part::Day),
    ("weekday", Part::Weekday),
    ("date", Part::Date),
    ("hour", Part::Hour),
    ("time", Part::Time),
];

/// Compiles derived columns in order.
pub(super) fn compile(compiler: &mut Compiler<'_>, raw: &[Spanned<RawDerived>]) -> Result<Vec<DerivedPlan>> {
    let mut plans: Vec<DerivedPlan> = Vec::new();
    for derived in raw {
        let (span, derived) = (derived.span(), derived.get_ref());
        let from = compiler.ids(&derived.from);
        let column = compiler.column(&derived.name);
        if from.is_empty() || derived.name.trim().is_empty() {
            return Err(compiler.text.error(&span, "a derived column has a `name` and a `from`", None));
        }
        // A column that is used before it is there would always be empty.
        if from.contains(&column)
            || plans.iter().any(|plan| plan.column == column || plan.from.contains(&column))
        {
            let message =
                format!("the derived column `{}` is used or made before its place in the list", derived.name);
            let hint = Some("give it a name of its own, and list it before those that use it".to_owned());
            return Err(compiler.text.error(&span, message, hint));
        }
        let function = function(compiler, &span, derived)?;
        let null_on_error = match &derived.on_error {
            Some(word) => compiler.text.choose("on_error", word, &[("reject", false), ("null", true)])?,
            None => false,
        };
        plans.push(DerivedPlan { column, from, function, null_on_error });
    }
    Ok(plans)
}

fn function(compiler: &Compiler<'_>, span: &std::ops::Range<usize>, raw: &RawDerived) -> Result<Function> {
    let text = compiler.text;
    let mut found = Vec::new();
    if let Some(sep) = &raw.concat {
        found.push(Function::Concat(sep.clone()));
    }
    if let Some(part) = &raw.substring {
        found.push(Function::Substring { start: part.start, length: part.length });
    }
    if let Some(pattern) = &raw.capture {
        let compiled = compiler.pattern(&pattern.span(), pattern.get_ref())?;
        if compiled.captures_len() != 2 {
            let message = format!("`{}` has not exactly one group", pattern.get_ref());
            let hint = Some("put brackets around what is wanted: `^LAC-([0-9]+)`".to_owned());
            return Err(text.error(&pattern.span(), message, hint));
        }
        found.push(Function::Capture(compiled));
    }
    if let Some(replace) = &raw.replace {
        let pattern = compiler.pattern(&replace.matches.span(), replace.matches.get_ref())?;
        found.push(Function::Replace(pattern, replace.with.clone()));
    }
    if let Some(word) = &raw.letters {
        let upper = text.choose("case", word, &[("upper", true), ("lower", false)])?;
        found.push(if upper { Function::Upper } else { Function::Lower });
    }
    if let Some(word) = &raw.part {
        let order = match &raw.date_order {
            Some(word) => text.choose("order of dates", word, DATE_ORDERS)?,
            None => compiler.order,
        };
        let parser = Parser {
            cell_type: CellType::LocalDateTime,
            order,
            format: raw.format.clone(),
            numbers: compiler.numbers,
            zone: compiler.zone.clone(),
        };
        found.push(Function::Part(text.choose("part of a date", word, PARTS)?, parser));
    }
    if let Some(word) = &raw.arithmetic {
        let kinds = [("add", Arithmetic::Add), ("subtract", Arithmetic::Subtract)];
        found.push(Function::Arithmetic(text.choose("arithmetic", word, &kinds)?, compiler.numbers));
    }
    if let Some(word) = &raw.lookup {
        let ways = [("keep", Unlisted::Keep), ("empty", Unlisted::Empty), ("reject", Unlisted::Reject)];
        let unlisted = match &raw.unlisted {
            Some(word) => text.choose("way with texts that are not listed", word, &ways)?,
            None => Unlisted::Keep,
        };
        found.push(Function::Lookup(compiler.lookup(word)?, unlisted));
    }
    if let (Some(only), true) = (found.pop(), found.is_empty()) {
        return Ok(only);
    }
    let message = "a derived column says exactly one of `concat`, `substring`, `capture`, `replace`, `case`, `part`, \
                   `arithmetic`, `lookup`";
    Err(text.error(span, message, Some("use several columns for several steps".to_owned())))
}
