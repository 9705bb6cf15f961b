//! What the values of a column likely are: an identifier, a time, a number, or a text.
//!
//! The values decide, since every one of them is tried by what reads it later; the words of the header decide between
//! readings that fit alike (fifteen digits are an IMEI or an IMSI, eleven a telephone number or an account).

use crate::parse::date::DateOrder;
use crate::parse::number::NumberStyle;
use crate::parse::{CellType, Parser};
use jaal_model::identifier::{Context, Normaliser};
use jiff::tz::TimeZone;

/// Which share of the values must fit.
const MOST: f64 = 0.8;
/// Which share is enough where the header says the same.
const HINTED: f64 = 0.5;
/// Values that are looked at in a column.
const MAX_VALUES: usize = 300;

/// What a column likely is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Meaning {
    /// An identifier of this scheme.
    Key(&'static str),
    /// A value of this type.
    Value(CellType),
    /// Nothing: no value is there.
    Empty,
}

/// A column, with what it likely is.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) meaning: Meaning,
    /// Values that fit its meaning, and all that are there.
    pub(super) fitting: usize,
    pub(super) filled: usize,
    /// Rows that were looked at.
    pub(super) rows: usize,
    /// The order of its dates, and whether another reads them as well.
    pub(super) order: Option<(DateOrder, bool)>,
}

/// Schemes in the order in which they are tried, with the words of headers that hint at them. Those without a form
/// of their own are only believed with a hint.
const SCHEMES: &[(&str, bool, &[&str])] = &[
    ("iban", true, &["iban"]),
    ("email", true, &["email", "e-mail", "mail"]),
    ("cnic", true, &["cnic", "nic", "nicop", "national id", "identity card"]),
    ("imei", true, &["imei", "handset", "device"]),
    ("imsi", true, &["imsi"]),
    ("iccid", true, &["iccid", "sim no", "sim serial"]),
    (
        "msisdn",
        true,
        &[
            "msisdn",
            "party",
            "phone",
            "mobile",
            "caller",
            "called",
            "calling",
            "cell no",
            "contact",
            "number",
            "telephone",
            "tel",
            "subscriber",
        ],
    ),
    ("wallet", true, &["wallet"]),
    ("passport", false, &["passport"]),
    ("ntn", false, &["ntn", "tax"]),
    ("secp", false, &["secp", "cuin", "incorporation"]),
    ("plate", false, &["plate", "vehicle", "registration mark"]),
    ("account", false, &["account", "a/c", "acct", "counterparty"]),
];

/// Words of headers over amounts and over lengths of time.
const AMOUNTS: &[&str] = &[
    "amount", "debit", "credit", "balance", "pkr", "rs", "rupees", "fine", "paid", "price", "value",
    "capital",
];
const DURATIONS: &[&str] = &["duration", "secs", "seconds", "length"];
/// Words over dates of which the values are only digits.
const DATES: &[&str] = &["date", "day", "dob", "on", "start", "time", "at", "from", "to"];

/// Whether one of the words stands in a header, as a word or the beginning of one.
pub(super) fn says(header: &str, words: &[&str]) -> bool {
    let header = format!(" {}", header.to_lowercase().replace(['_', '-', '.', '(', ')'], " "));
    words.iter().any(|word| {
        let word = word.replace(['-', '.'], " ");
        // Short words only whole: `on` is not the beginning of `one`.
        if word.len() <= 3 {
            format!("{header} ").contains(&format!(" {word} "))
        } else {
            header.contains(&format!(" {word}"))
        }
    })
}

impl Column {
    /// Finds what the values of a column likely are.
    pub(super) fn of<'a>(name: &str, values: impl Iterator<Item = &'a str>, context: &mut Context) -> Self {
        let all: Vec<&str> = values.take(MAX_VALUES).collect();
        let rows = all.len();
        let texts: Vec<&str> = all.into_iter().filter(|text| !is_nothing(text)).collect();
        let filled = texts.len();
        let found =
            |meaning, fitting, order| Self { name: name.to_owned(), meaning, fitting, filled, rows, order };
        if texts.is_empty() {
            return found(Meaning::Empty, 0, None);
        }
        let enough = |fitting: usize, least: f64| fitting as f64 >= least * filled as f64;
        if let Some((order, both, cell_type, fitting)) = time(name, &texts)
            && enough(fitting, MOST)
        {
            return found(Meaning::Value(cell_type), fitting, order.map(|order| (order, both)));
        }
        let is_amount = says(name, AMOUNTS);
        for hinted in [true, false] {
            for (scheme, has_form, words) in SCHEMES {
                // An IBAN or an address is one under any header.
                let is_plain = matches!(*scheme, "iban" | "email");
                let is_tried = if hinted { is_plain || says(name, words) } else { *has_form && !is_amount };
                if !is_tried {
                    continue;
                }
                let fitting = texts.iter().filter(|text| is_of(scheme, text, context)).count();
                if enough(fitting, if hinted && !is_plain { HINTED } else { MOST }) {
                    return found(Meaning::Key(scheme), fitting, None);
                }
            }
        }
        let types = [
            (CellType::Duration, says(name, DURATIONS)),
            (CellType::Int, !is_amount),
            (CellType::Money, is_amount || texts.iter().any(|text| text.contains(['.', ',']))),
        ];
        for (cell_type, is_tried) in types {
            let parser = parser(cell_type, DateOrder::Dmy);
            let fitting = texts.iter().filter(|text| parser.value(text).is_some()).count();
            if is_tried && enough(fitting, MOST) {
                return found(Meaning::Value(cell_type), fitting, None);
            }
        }
        found(Meaning::Value(CellType::Str), filled, None)
    }

    /// Whether it is an identifier of a scheme.
    pub(super) fn is_key(&self, scheme: &str) -> bool {
        self.meaning
            == Meaning::Key(SCHEMES.iter().find(|(name, ..)| *name == scheme).map_or("", |(name, ..)| name))
    }

    /// Whether it is of a type.
    pub(super) fn is(&self, cell_type: CellType) -> bool {
        self.meaning == Meaning::Value(cell_type)
    }
}

/// What stands where there is nothing.
pub(super) const NOTHING: [&str; 5] = ["-", "N/A", "NULL", "NIL", "000000000000000"];

fn is_nothing(text: &str) -> bool {
    text.is_empty() || NOTHING.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// Whether a text is of a scheme, and not of another that its rule also knows.
fn is_of(scheme: &str, text: &str, context: &mut Context) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let found = Normaliser::for_scheme(scheme).normalise(text, context);
    found.is_some_and(|found| match scheme {
        // Short codes and senders stand in the same columns.
        "msisdn" => matches!(found.scheme, "msisdn" | "shortcode") && found.is_valid() && digits >= 3,
        // A last digit of 0 is common, and a check that fails may be a digit mistyped.
        "imei" | "account" => digits >= 5 && (found.is_valid() || !text.contains(' ')),
        _ => found.is_valid() && (found.scheme.is_empty() || found.scheme == scheme),
    })
}

/// The type and the order in which most texts are a time.
fn time(name: &str, texts: &[&str]) -> Option<(Option<DateOrder>, bool, CellType, usize)> {
    let has_marks =
        texts.iter().filter(|text| text.contains(['/', '-', ':', '.', ' '])).count() * 2 > texts.len();
    if !has_marks && !says(name, DATES) {
        return None;
    }
    let count = |cell_type: CellType, order: DateOrder| {
        let parser = parser(cell_type, order);
        texts.iter().filter(|text| text.len() >= 4 && parser.value(text).is_some()).count()
    };
    let mut best: Option<(Option<DateOrder>, bool, CellType, usize)> = None;
    for cell_type in [CellType::DateTime, CellType::Date] {
        let orders = [DateOrder::Dmy, DateOrder::Mdy, DateOrder::Ymd];
        let counts = orders.map(|order| count(cell_type, order));
        let most = counts.into_iter().max().unwrap_or(0);
        if most > 0 && best.as_ref().is_none_or(|(.., held)| most > *held) {
            let at = counts.iter().position(|found| *found == most).unwrap_or(0);
            // Only the first two orders can be taken for each other; others fit whatever the order is.
            let both = counts[0] == counts[1] && counts[2] < most;
            let order =
                if counts.iter().all(|found| *found == most) { None } else { orders.get(at).copied() };
            best = Some((order, both, cell_type, most));
        }
    }
    let clocks = texts.iter().filter(|text| text.contains(':')).count();
    let times = count(CellType::Time, DateOrder::Dmy).min(clocks);
    if times > 0 && best.as_ref().is_none_or(|(.., held)| times > *held) {
        let cell_type = if says(name, DURATIONS) { CellType::Duration } else { CellType::Time };
        return Some((None, false, cell_type, times));
    }
    best
}

fn parser(cell_type: CellType, order: DateOrder) -> Parser {
    Parser { cell_type, order, format: None, numbers: NumberStyle::default(), zone: TimeZone::UTC }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meaning(name: &str, values: &[&str]) -> Meaning {
        Column::of(name, values.iter().copied(), &mut Context::default()).meaning
    }

    #[test]
    fn values_and_headers_decide_together() {
        for (name, values, want) in [
            ("A Party", ["03001234567", "8558"], Meaning::Key("msisdn")),
            ("x", ["35202-1234567-1", "3520212345673"], Meaning::Key("cnic")),
            ("IMEI", ["490154203237518", "490154203237510"], Meaning::Key("imei")),
            ("IMSI", ["410011234567890", "410041234567891"], Meaning::Key("imsi")),
            ("Account", ["PK36SCBL0000001123456702", "PK36SCBL0000001123456702"], Meaning::Key("iban")),
            ("Date", ["04/10/2025", "31/12/2025"], Meaning::Value(CellType::Date)),
            ("Start", ["2025-10-04 13:05:00", "2025-10-05 13:05:00"], Meaning::Value(CellType::DateTime)),
            ("Time", ["13:05:22", "01:00:00"], Meaning::Value(CellType::Time)),
            ("Duration", ["75", "00:01:15"], Meaning::Value(CellType::Duration)),
            ("Debit", ["1,234.50", "99"], Meaning::Value(CellType::Money)),
            ("Count", ["5", "12"], Meaning::Value(CellType::Int)),
            ("Name", ["Gul Khan", "Zoe"], Meaning::Value(CellType::Str)),
            ("Note", ["", "-"], Meaning::Empty),
        ] {
            assert_eq!(meaning(name, &values), want, "{name}");
        }
    }

    #[test]
    fn an_order_that_two_readings_fit_is_in_doubt() {
        let order =
            |values: &[&str]| Column::of("Date", values.iter().copied(), &mut Context::default()).order;
        assert_eq!(order(&["04/10/2025", "05/11/2025"]), Some((DateOrder::Dmy, true)));
        assert_eq!(order(&["04/10/2025", "25/11/2025"]), Some((DateOrder::Dmy, false)));
        assert_eq!(order(&["04/13/2025", "05/11/2025"]), Some((DateOrder::Mdy, false)));
        assert_eq!(order(&["2025-10-04"]), None);
    }

    #[test]
    fn short_words_of_headers_stand_alone() {
        assert!(says("Received on", &["on"]) && !says("One", &["on"]));
        assert!(says("A-Party", &["party"]) && says("mobile_no", &["mobile"]));
    }
}
