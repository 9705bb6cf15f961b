//! Texts of cells into values: the types of `[entities.*.properties]`, with what each accepts.

pub(crate) mod date;
pub(crate) mod decimal;
pub(crate) mod marking;
pub(crate) mod number;
pub(crate) mod time;

use date::DateOrder;
use jaal_model::Value;
use jaal_model::value::time::SECONDS_PER_DAY;
use jaal_model::value::{Date, LocalDateTime, LocalTime};
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::TimeZone;
use number::NumberStyle;
use time::Clock;

/// The types a property may have, under their words in specifications.
pub(crate) const TYPES: &[(&str, CellType)] = &[
    ("string", CellType::Str),
    ("int", CellType::Int),
    ("float", CellType::Float),
    ("bool", CellType::Bool),
    ("date", CellType::Date),
    ("datetime", CellType::DateTime),
    ("local_datetime", CellType::LocalDateTime),
    ("time", CellType::Time),
    ("duration", CellType::Duration),
    ("money", CellType::Money),
];

/// The type of a cell.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum CellType {
    /// A text, without the white space around it.
    #[default]
    Str,
    /// A whole number.
    Int,
    /// A decimal number.
    Float,
    /// A truth value.
    Bool,
    /// A calendar date.
    Date,
    /// An instant, in the file's time zone unless it says its own.
    DateTime,
    /// A date and time of the local clock, in no zone.
    LocalDateTime,
    /// A time of day.
    Time,
    /// A length of time, as whole seconds.
    Duration,
    /// An amount of money.
    Money,
}

impl CellType {
    /// Whether a bound of validity can be read from it, for which the text is kept.
    pub(crate) fn is_bound_source(self) -> bool {
        matches!(self, Self::Date | Self::DateTime)
    }

    /// The word in specifications.
    pub(crate) fn word(self) -> &'static str {
        TYPES.iter().find(|(_, t)| *t == self).map_or("string", |(word, _)| word)
    }
}

/// How one column is read.
#[derive(Clone, Debug)]
pub(crate) struct Parser {
    /// What it becomes.
    pub(crate) cell_type: CellType,
    /// For dates in numbers.
    pub(crate) order: DateOrder,
    /// A `strftime` pattern that replaces our own forms of dates and times.
    pub(crate) format: Option<String>,
    /// For numbers.
    pub(crate) numbers: NumberStyle,
    /// For instants.
    pub(crate) zone: TimeZone,
}

impl Parser {
    /// Reads a text that is not empty; `None` when it is not of the type.
    pub(crate) fn value(&self, text: &str) -> Option<Value> {
        Some(match self.cell_type {
            CellType::Str => Value::Str(text.to_owned()),
            CellType::Int => Value::Int(number::int(text, self.numbers)?),
            CellType::Float => Value::Float(number::float(text, self.numbers)?),
            CellType::Bool => Value::Bool(number::truth(text)?),
            CellType::Date => Value::Date(self.date(text)?),
            CellType::DateTime => {
                let (day, clock) = self.date_clock(text)?;
                Value::DateTime(time::instant(day, clock, &self.zone)?)
            }
            CellType::LocalDateTime => {
                let (day, clock) = self.date_clock(text)?;
                Value::LocalDateTime(LocalDateTime::new(day, clock.time))
            }
            CellType::Time => Value::LocalTime(self.clock(text)?.time),
            CellType::Duration => Value::Int(time::seconds(text)?),
            CellType::Money => number::money(text, self.numbers)?,
        })
    }

    /// Reads a bound of validity as seconds since 1970-01-01T00:00Z. A plain date is that calendar day wherever it
    /// is read: the midnight, written as UTC, at which the day begins, or, for an end, at which it is over. In the
    /// file's zone it would be printed as another day elsewhere.
    pub(crate) fn bound(&self, text: &str, is_end: bool) -> Option<i64> {
        if self.cell_type == CellType::DateTime {
            let (day, clock) = self.date_clock(text)?;
            return time::instant(day, clock, &self.zone).map(|at| at.seconds);
        }
        let day = Date::from_days(self.date(text)?.days() + i64::from(is_end));
        day.days().checked_mul(SECONDS_PER_DAY)
    }

    /// A day without a time of day as its midnight, and a time of day without a day as that of 1970-01-01.
    pub(crate) fn only_day_or_clock(&self, text: &str) -> Option<Value> {
        let at = match self.date(text) {
            Some(day) => LocalDateTime::new(day, LocalTime::default()),
            None => LocalDateTime::new(Date::from_days(0), self.clock(text)?.time),
        };
        Some(Value::LocalDateTime(at))
    }

    /// What the text should have been, for a reject's reason.
    pub(crate) fn expected(&self) -> String {
        if let Some(format) = &self.format {
            return format!("a {} in the form `{format}`", self.cell_type.word());
        }
        let order = self.order.word();
        match self.cell_type {
            CellType::Str => "a text".to_owned(),
            CellType::Int => "a whole number".to_owned(),
            CellType::Float => "a number".to_owned(),
            CellType::Bool => "yes or no".to_owned(),
            CellType::Date => format!("a date in the order {order}"),
            CellType::DateTime | CellType::LocalDateTime => {
                format!("a date in the order {order} with a time of day")
            }
            CellType::Time => "a time of day such as 13:05:22".to_owned(),
            CellType::Duration => "a length of time in seconds or as hh:mm:ss".to_owned(),
            CellType::Money => "an amount".to_owned(),
        }
    }

    fn date(&self, text: &str) -> Option<Date> {
        match &self.format {
            Some(format) => civil_date(&BrokenDownTime::parse(format, text).ok()?),
            None => date::date(text, self.order)
                // Spreadsheets write dates with a time of day that means nothing.
                .or_else(|| time::date_clock(text, self.order).map(|(day, _)| day)),
        }
    }

    fn clock(&self, text: &str) -> Option<Clock> {
        match &self.format {
            Some(format) => civil_clock(&BrokenDownTime::parse(format, text).ok()?),
            None => time::clock(text),
        }
    }

    fn date_clock(&self, text: &str) -> Option<(Date, Clock)> {
        match &self.format {
            Some(format) => {
                let parsed = BrokenDownTime::parse(format, text).ok()?;
                Some((civil_date(&parsed)?, civil_clock(&parsed)?))
            }
            None => time::date_clock(text, self.order),
        }
    }
}

fn civil_date(parsed: &BrokenDownTime) -> Option<Date> {
    let day = parsed.to_date().ok()?;
    Date::from_ymd(i64::from(day.year()), day.month() as u32, day.day() as u32)
}

fn civil_clock(parsed: &BrokenDownTime) -> Option<Clock> {
    let time = parsed.to_time().ok()?;
    let time = LocalTime::from_hms_nano(
        time.hour() as u32,
        time.minute() as u32,
        time.second() as u32,
        time.subsec_nanosecond() as u32,
    )?;
    Some(Clock { time, offset_s: parsed.offset().map(jiff::tz::Offset::seconds) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parser(cell_type: CellType) -> Parser {
        Parser {
            cell_type,
            order: DateOrder::Dmy,
            format: None,
            numbers: NumberStyle::default(),
            zone: TimeZone::get("Asia/Karachi").unwrap(),
        }
    }

    #[test]
    fn every_type_reads_its_own() {
        for (cell_type, text) in [
            (CellType::Str, "x"),
            (CellType::Int, "5"),
            (CellType::Float, "5.5"),
            (CellType::Bool, "no"),
            (CellType::Date, "2025-10-04 00:00:00"),
            (CellType::DateTime, "4/10/2025 13:05"),
            (CellType::LocalDateTime, "4/10/2025 13:05"),
            (CellType::Time, "13:05"),
            (CellType::Duration, "1:05"),
            (CellType::Money, "Rs 5"),
        ] {
            assert!(parser(cell_type).value(text).is_some(), "{}", cell_type.word());
            assert!(cell_type == CellType::Str || parser(cell_type).value("?").is_none());
            assert!(!parser(cell_type).expected().is_empty());
        }
    }

    #[test]
    fn a_format_replaces_the_own_forms() {
        let mut p = parser(CellType::Date);
        p.format = Some("%Y%m%d".to_owned());
        assert_eq!(p.value("20251004"), Date::from_ymd(2025, 10, 4).map(Value::Date));
        assert_eq!(p.value("04/10/2025"), None);
        let mut p = parser(CellType::DateTime);
        p.format = Some("%d.%m.%Y %H:%M %z".to_owned());
        let Some(Value::DateTime(at)) = p.value("04.10.2025 13:05 +0000") else { panic!("no instant") };
        assert_eq!((at.seconds, at.offset_s), (1_759_583_100, 0));
    }

    #[test]
    fn the_end_of_validity_is_the_end_of_the_day() {
        let p = parser(CellType::Date);
        let (start, end) = (p.bound("04/10/2025", false).unwrap(), p.bound("04/10/2025", true).unwrap());
        assert_eq!(end - start, SECONDS_PER_DAY);
        assert_eq!(start, Date::from_ymd(2025, 10, 4).unwrap().days() * SECONDS_PER_DAY);
    }
}
