//! Dates as agencies write them: numbers in a declared order, month names, ISO, and eight digits.
//!
//! An order that the specification did not declare is never guessed: `10/25/2025` under `dmy` is refused, since
//! a file that holds it was read wrongly in its other rows too.

use jaal_model::value::Date;

/// The order of day, month and year where the text leaves it open.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum DateOrder {
    /// Day, month, year.
    #[default]
    Dmy,
    /// Month, day, year.
    Mdy,
    /// Year, month, day.
    Ymd,
}

impl DateOrder {
    /// The word in specifications.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Dmy => "dmy",
            Self::Mdy => "mdy",
            Self::Ymd => "ymd",
        }
    }
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// A number as written: its value and how many digits it has.
type Number = (i64, usize);

/// Reads a date; `None` when the text is none.
pub(crate) fn date(text: &str, order: DateOrder) -> Option<Date> {
    let mut numbers: [Number; 3] = [(0, 0); 3];
    let mut count = 0;
    let mut month = None;
    let mut month_first = false;
    let mut rest = text.trim();
    while let Some(first) = rest.as_bytes().first() {
        let same = |test: fn(&u8) -> bool| rest.bytes().take_while(&test).count();
        let len = if first.is_ascii_digit() {
            let len = same(u8::is_ascii_digit);
            *numbers.get_mut(count)? = (rest.get(..len)?.parse().ok()?, len);
            count += 1;
            len
        } else if first.is_ascii_alphabetic() {
            let len = same(u8::is_ascii_alphabetic);
            let word = rest.get(..len)?;
            if let Some(found) = month_of(word) {
                if month.replace(found).is_some() {
                    return None;
                }
                month_first = count == 0;
            } else if !(is_weekday(word) || count > 0 && is_ordinal(word)) {
                return None;
            }
            len
        } else if b"-/. ,".contains(first) {
            1
        } else {
            return None;
        };
        rest = rest.get(len..)?;
    }
    match (month, count) {
        (Some(month), 2) => with_month_name(numbers[0], month, numbers[1], month_first, order),
        (None, 3) => three_numbers(numbers, order),
        (None, 1) => eight_digits(numbers[0]),
        _ => None,
    }
}

fn with_month_name(a: Number, month: u32, b: Number, month_first: bool, order: DateOrder) -> Option<Date> {
    let year_first = a.1 == 4 || (b.1 != 4 && order == DateOrder::Ymd && !month_first);
    let (day, year) = if year_first { (b, a) } else { (a, b) };
    Date::from_ymd(full_year(year)?, month, short(day)?)
}

fn three_numbers([a, b, c]: [Number; 3], order: DateOrder) -> Option<Date> {
    let (year, month, day) = if a.1 == 4 || (order == DateOrder::Ymd && c.1 != 4) {
        (a, b, c)
    } else {
        match order {
            DateOrder::Dmy => (c, b, a),
            DateOrder::Mdy => (c, a, b),
            DateOrder::Ymd => return None,
        }
    };
    Date::from_ymd(full_year(year)?, short(month)?, short(day)?)
}

/// `yyyymmdd`; other eight digits are far likelier a number of another sort than a date.
fn eight_digits((number, digits): Number) -> Option<Date> {
    let year = number / 10_000;
    if digits != 8 || !(1_800..=2_200).contains(&year) {
        return None;
    }
    Date::from_ymd(year, (number / 100 % 100) as u32, (number % 100) as u32)
}

fn full_year((number, digits): Number) -> Option<i64> {
    match digits {
        4 if number > 0 => Some(number),
        2 if number >= 70 => Some(1_900 + number),
        2 => Some(2_000 + number),
        _ => None,
    }
}

fn short((number, digits): Number) -> Option<u32> {
    (digits <= 2).then_some(number as u32)
}

fn month_of(word: &str) -> Option<u32> {
    if word.len() < 3 {
        return None;
    }
    // "Sept" is in common use and is a beginning of the full name, as are all three-letter forms.
    MONTHS.iter().position(|m| begins(m, word)).map(|i| i as u32 + 1)
}

fn is_weekday(word: &str) -> bool {
    word.len() >= 3 && WEEKDAYS.iter().any(|d| begins(d, word))
}

fn is_ordinal(word: &str) -> bool {
    ["st", "nd", "rd", "th"].iter().any(|o| o.eq_ignore_ascii_case(word))
}

fn begins(full: &str, word: &str) -> bool {
    full.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ymd(y: i64, m: u32, d: u32) -> Option<Date> {
        Date::from_ymd(y, m, d)
    }

    #[test]
    fn reads_the_forms_in_use() {
        use DateOrder::{Dmy, Mdy, Ymd};
        let fourth = ymd(2025, 10, 4);
        for (text, order) in [
            ("04/10/2025", Dmy),
            ("4-10-2025", Dmy),
            ("4.10.25", Dmy),
            ("10/04/2025", Mdy),
            ("2025-10-04", Mdy),
            ("25-10-04", Ymd),
            ("20251004", Dmy),
            ("4-Oct-2025", Mdy),
            ("04-OCT-25", Dmy),
            ("Oct 4, 2025", Dmy),
            ("Saturday, 4th October 2025", Mdy),
            ("2025 Oct 04", Dmy),
        ] {
            assert_eq!(date(text, order), fourth, "{text}");
        }
        assert_eq!(date("Mar 25, 2015", Dmy), ymd(2015, 3, 25));
        assert_eq!(date("01/02/70", Dmy), ymd(1970, 2, 1));
        assert_eq!(date("01/02/69", Dmy), ymd(2069, 2, 1));
    }

    #[test]
    fn refuses_what_is_no_date_in_the_declared_order() {
        for text in [
            "",
            "31/02/2025",
            "10/25/2025",
            "1/2",
            "1/2/3/4",
            "99999999",
            "Foo 4, 2025",
            "4 Oct Nov 2025",
            "04:10:2025",
            "٤/١٠/٢٠٢٥",
            "1/1/123",
            "123456789012345678901234567890",
            "Oct",
            "é",
        ] {
            assert_eq!(date(text, DateOrder::Dmy), None, "{text}");
        }
        assert_eq!(date("04/10/2025", DateOrder::Ymd), None);
    }

    #[test]
    fn agrees_with_a_second_calendar_library() {
        for days in (-40_000..80_000).step_by(13) {
            let d = Date::from_days(days);
            let (y, m, day) = d.ymd();
            let civil = jiff::civil::date(y as i16, m as i8, day as i8);
            for format in ["%d/%m/%Y", "%Y-%m-%d", "%d-%b-%Y", "%B %d, %Y"] {
                assert_eq!(date(&civil.strftime(format).to_string(), DateOrder::Dmy), Some(d), "{civil}");
            }
            if (1_970..2_070).contains(&y) {
                assert_eq!(date(&civil.strftime("%m/%d/%y").to_string(), DateOrder::Mdy), Some(d), "{civil}");
            }
        }
    }
}
