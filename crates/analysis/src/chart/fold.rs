//! Folding: all parallel links of one type in one direction between two nodes become one line of a chart.

use std::collections::BTreeMap;

use jaal_model::answer::{ChartLink, Emphasis, LinkLine};
use jaal_model::{EntityId, Value};
use rustc_hash::FxHashMap;

use crate::when::{day, day_of_seconds, iso_day};
use jaal_graph::EVENT_PROPERTIES;

/// What the links of one line have in common so far.
struct Folded<'a> {
    first: &'a LinkLine,
    count: u64,
    days: Option<(i64, i64)>,
    /// Sum of the amounts by currency; in hundredths, so that it does not depend on the order.
    amounts: BTreeMap<&'a str, i128>,
    emphasis: Emphasis,
}

/// The lines for links, ordered by start, end and type. Links whose ends are not both in `positions` are left out.
/// `emphasis` says which links are what the chart is about; a line is, when one of its links is.
pub(super) fn fold(
    links: &[LinkLine],
    positions: &FxHashMap<EntityId, usize>,
    emphasis: impl Fn(&LinkLine) -> Emphasis,
) -> Vec<ChartLink> {
    let mut lines: BTreeMap<(usize, usize, &str), Folded<'_>> = BTreeMap::new();
    for link in links {
        let (Some(from), Some(to)) = (positions.get(&link.from), positions.get(&link.to)) else { continue };
        let line = lines.entry((*from, *to, link.link_type.as_str())).or_insert_with(|| Folded {
            first: link,
            count: 0,
            days: None,
            amounts: BTreeMap::new(),
            emphasis: Emphasis::Plain,
        });
        line.add(link, emphasis(link));
    }
    lines.into_iter().map(|((from, to, _), line)| line.finish(from, to)).collect()
}

impl<'a> Folded<'a> {
    fn add(&mut self, link: &'a LinkLine, emphasis: Emphasis) {
        self.count += 1;
        if link.certainty < self.first.certainty {
            self.first = link;
        }
        if emphasis == Emphasis::Strong {
            self.emphasis = Emphasis::Strong;
        }
        if let Some(day) = day_of(link) {
            self.days = Some(self.days.map_or((day, day), |(first, last)| (first.min(day), last.max(day))));
        }
        if let Some(amount) = property(link, "amount").and_then(hundredths) {
            let currency = property(link, "currency").and_then(Value::as_str).unwrap_or("");
            *self.amounts.entry(currency).or_default() += amount;
        }
    }

    fn finish(self, from: usize, to: usize) -> ChartLink {
        let sums: Vec<String> = self.amounts.iter().map(|(currency, sum)| money(currency, *sum)).collect();
        ChartLink {
            from,
            to,
            link_type: self.first.link_type.clone(),
            count: self.count,
            first: self.days.map(|(first, _)| iso_day(first)),
            last: self.days.map(|(_, last)| iso_day(last)),
            note: (!sums.is_empty()).then(|| sums.join(" + ")),
            certainty: self.first.certainty,
            emphasis: self.emphasis,
        }
    }
}

fn property<'a>(link: &'a LinkLine, name: &str) -> Option<&'a Value> {
    link.properties.iter().find(|(property, _)| property == name).map(|(_, value)| value)
}

/// The day of the event, else the first day of the validity.
fn day_of(link: &LinkLine) -> Option<i64> {
    EVENT_PROPERTIES
        .iter()
        .find_map(|name| property(link, name).and_then(day))
        .or_else(|| link.valid_from.map(day_of_seconds))
}

fn hundredths(value: &Value) -> Option<i128> {
    match value {
        Value::Int(amount) => Some(i128::from(*amount) * 100),
        Value::Float(amount) if amount.is_finite() => Some((amount * 100.0).round() as i128),
        _ => None,
    }
}

/// A sum with its currency, for example `Rs 1,250,000`. A sum whose sources state no currency is shown without one:
/// a unit that nobody claimed has no place on an exhibit.
fn money(currency: &str, hundredths: i128) -> String {
    let sign = if hundredths < 0 { "-" } else { "" };
    let whole = (hundredths.unsigned_abs() / 100).to_string();
    let cents = hundredths.unsigned_abs() % 100;
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let cents = if cents == 0 { String::new() } else { format!(".{cents:02}") };
    match currency {
        "" => format!("sum {sign}{grouped}{cents}"),
        "PKR" | "Rs" => format!("Rs {sign}{grouped}{cents}"),
        other => format!("{other} {sign}{grouped}{cents}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jaal_model::value::Date;
    use jaal_model::{AssertionId, Certainty, Grade, IdentityId, OpaqueKey};

    fn link(
        n: u64,
        ends: (u64, u64),
        link_type: &str,
        grade: &str,
        properties: &[(&str, Value)],
    ) -> LinkLine {
        let key = OpaqueKey([1; 32]);
        let grade = Grade::parse(grade).unwrap();
        LinkLine {
            id: key.link(AssertionId(n)),
            link_type: link_type.to_owned(),
            from: key.entity(IdentityId(ends.0)),
            to: key.entity(IdentityId(ends.1)),
            properties: properties.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
            grade,
            certainty: grade.certainty(),
            valid_from: None,
            valid_to: None,
            claims: 1,
            evidence: Vec::new(),
        }
    }

    fn on(day: u32) -> Value {
        Value::Date(Date::from_ymd(2025, 10, day).unwrap())
    }

    #[test]
    fn parallel_links_fold_and_lose_nothing() {
        let key = OpaqueKey([1; 32]);
        let positions: FxHashMap<EntityId, usize> =
            (0..2).map(|n| (key.entity(IdentityId(n)), n as usize)).collect();
        let links = [
            link(0, (0, 1), "PAID", "2D", &[("amount", Value::Int(1_250_000)), ("at", on(9))]),
            link(1, (0, 1), "PAID", "1A", &[("amount", Value::Float(0.25)), ("at", on(4))]),
            link(2, (1, 0), "PAID", "3E", &[]),
            link(3, (0, 1), "CALLED", "2C", &[("at", on(1))]),
            link(4, (0, 7), "CALLED", "2C", &[]),
        ];
        let strong = |l: &LinkLine| if l.id == links[1].id { Emphasis::Strong } else { Emphasis::Plain };
        let folded = fold(&links, &positions, strong);
        let shape: Vec<_> = folded.iter().map(|l| (l.from, l.to, l.link_type.as_str(), l.count)).collect();
        assert_eq!(shape, [(0, 1, "CALLED", 1), (0, 1, "PAID", 2), (1, 0, "PAID", 1)]);
        assert_eq!(folded[1].note.as_deref(), Some("sum 1,250,000.25"));
        assert_eq!(folded[1].first.as_deref(), Some("2025-10-04"));
        assert_eq!(folded[1].last.as_deref(), Some("2025-10-09"));
        assert_eq!((folded[1].certainty, folded[1].emphasis), (Certainty::Confirmed, Emphasis::Strong));
        assert_eq!((folded[2].certainty, folded[2].note.as_ref()), (Certainty::Unconfirmed, None));
    }

    #[test]
    fn money_is_grouped_and_named_as_claimed() {
        assert_eq!(money("PKR", 125_000_000), "Rs 1,250,000");
        assert_eq!(money("USD", -99_905), "USD -999.05");
        assert_eq!(money("", 100_000), "sum 1,000");
        assert_eq!(money("", 0), "sum 0");
    }
}
