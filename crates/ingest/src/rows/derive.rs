//! Derived columns: texts worked out from the columns of a row by a small, closed set of functions, in the order in
//! which the specification lists them, so that one may use another that came before it.

use super::build::RowRules;
use super::eval::RowText;
use super::fields::Fields;
use super::form::RowForm;
use super::{Fault, excerpt};
use crate::parse::Parser;
use crate::parse::decimal::Decimal;
use crate::plan::{Arithmetic, DerivedPlan, Function, Part, Plan, Unlisted};
use jaal_model::Value;

/// Adds a field for each derived column of the plan behind the row's own. Those that fail are empty, and the first
/// failure is given when all are there.
///
/// # Errors
/// A [`Fault`] when a text is not what a function reads.
pub(super) fn derive(plan: &Plan, rules: &RowRules, text: &str, fields: &mut Fields) -> Result<(), Fault> {
    let mut failed = Ok(());
    for derived in &plan.derived {
        let is_sheet = matches!(rules.form, RowForm::Cells);
        let row = RowText { row: text, fields, binding: &rules.binding, is_sheet };
        let found = match value(plan, derived, row) {
            Ok(found) => found,
            Err(_) if derived.null_on_error => String::new(),
            Err(reason) => {
                let column = plan.columns.get(derived.column).cloned();
                failed = failed.and(Err(Fault { column, reason }));
                String::new()
            }
        };
        fields.push_text(&found);
    }
    failed
}

/// The text of a derived column; empty where what it is made from means nothing.
fn value(plan: &Plan, derived: &DerivedPlan, row: RowText<'_>) -> Result<String, String> {
    let texts = || derived.from.iter().map(|column| row.text(*column)).filter(|text| !plan.is_null(text));
    let Some(first) = texts().next() else { return Ok(String::new()) };
    match &derived.function {
        Function::Concat(sep) => Ok(texts().collect::<Vec<_>>().join(sep)),
        Function::Substring { start, length } => Ok(substring(first, *start, *length)),
        Function::Capture(pattern) => {
            let found = pattern.captures(first).and_then(|found| found.get(1));
            Ok(found.map_or_else(String::new, |group| group.as_str().to_owned()))
        }
        Function::Replace(pattern, with) => Ok(pattern.replace_all(first, with.as_str()).into_owned()),
        Function::Upper => Ok(first.to_uppercase()),
        Function::Lower => Ok(first.to_lowercase()),
        Function::Part(part, parser) => part_of(*part, first, parser)
            .ok_or_else(|| format!("`{}` is not {}", excerpt(first), parser.expected())),
        Function::Arithmetic(kind, style) => {
            // An empty cell beside a full one is nothing: statements leave the debit of a credit empty.
            let number = |column: &usize| {
                let text = row.text(*column);
                if plan.is_null(text) {
                    return Ok(Decimal::ZERO);
                }
                Decimal::parse(text, *style).ok_or_else(|| format!("`{}` is not an amount", excerpt(text)))
            };
            let numbers: Vec<Decimal> = derived.from.iter().map(number).collect::<Result<_, _>>()?;
            let [first, rest @ ..] = numbers.as_slice() else { return Ok(String::new()) };
            let sum = rest.iter().try_fold(*first, |sum, next| match kind {
                Arithmetic::Add => sum.plus(*next),
                Arithmetic::Subtract => sum.minus(*next),
            });
            sum.map(|sum| sum.to_string()).ok_or_else(|| "the numbers are too large to be added".to_owned())
        }
        Function::Lookup(map, unlisted) => match (map.get(first), unlisted) {
            (Some(found), _) => Ok(found.clone()),
            (None, Unlisted::Keep) => Ok(first.to_owned()),
            (None, Unlisted::Empty) => Ok(String::new()),
            (None, Unlisted::Reject) => Err(format!("`{}` is not in the lookup", excerpt(first))),
        },
    }
}

/// `length` characters from `start`, which counts from 1, or from the end when it is negative.
fn substring(text: &str, start: i64, length: Option<usize>) -> String {
    let count = text.chars().count();
    let from = match usize::try_from(start) {
        Ok(start) => start.saturating_sub(1),
        Err(_) => count.saturating_sub(start.unsigned_abs() as usize),
    };
    text.chars().skip(from).take(length.unwrap_or(count)).collect()
}

fn part_of(part: Part, text: &str, parser: &Parser) -> Option<String> {
    let Some(Value::LocalDateTime(at)) = parser.value(text).or_else(|| parser.only_day_or_clock(text)) else {
        return None;
    };
    let (year, month, day) = at.date().ymd();
    let (hour, minute, second, _) = at.time().hms_nano();
    Some(match part {
        Part::Year => format!("{year:04}"),
        Part::Month => format!("{month:02}"),
        Part::Day => format!("{day:02}"),
        Part::Weekday => {
            // 1970-01-01 was a Thursday.
            let day = at.date().days().rem_euclid(DAYS.len() as i64) as usize;
            DAYS.get(day).copied().unwrap_or_default().to_owned()
        }
        Part::Date => format!("{year:04}-{month:02}-{day:02}"),
        Part::Hour => format!("{hour:02}"),
        Part::Time => format!("{hour:02}:{minute:02}:{second:02}"),
    })
}

const DAYS: [&str; 7] = ["thursday", "friday", "saturday", "sunday", "monday", "tuesday", "wednesday"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_texts_count_characters() {
        assert_eq!(substring("410-01-1234-5678", 1, Some(6)), "410-01");
        assert_eq!(substring("čšž123", 3, None), "ž123");
        assert_eq!(substring("abcdef", -2, None), "ef");
        assert_eq!(substring("ab", -9, Some(1)), "a");
        assert_eq!(substring("ab", 5, Some(3)), "");
    }
}
