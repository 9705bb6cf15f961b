//! Joint lines: for drawing, links of several types that join the same two nodes in the same direction with the same
//! certainty become one line whose label names every type. Two lines hard beside each other crowd their labels and
//! tell a reader no more than one does. Lines of different certainty stay apart, because the style of a line says how
//! sure it is. Text formats keep every line.

use crate::metrics::Weight;
use crate::words::{LINK_SIZE, Line, link_details, link_head};
use jaal_model::Certainty;
use jaal_model::answer::{Chart, ChartLink, Emphasis};
use std::collections::BTreeMap;

/// Columns of the line in which the types of a joint line stand.
const COLUMNS: usize = 30;

/// What stands beside a line.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Label {
    /// Types, counts, dates and notes.
    pub(crate) full: Vec<Line>,
    /// Types and counts alone.
    pub(crate) head: Vec<Line>,
}

/// The chart with its joint lines, and the label of each. A joint line is as wide as its most numerous type and
/// stands out when one of its links does.
///
/// # Complexity
/// O(links log links).
pub(crate) fn joined(chart: &Chart) -> (Chart, Vec<Label>) {
    let mut place: BTreeMap<(usize, usize, Certainty), usize> = BTreeMap::new();
    let mut groups: Vec<Vec<&ChartLink>> = Vec::new();
    for link in &chart.links {
        let at = *place.entry((link.from, link.to, link.certainty)).or_insert(groups.len());
        if at == groups.len() {
            groups.push(Vec::new());
        }
        groups[at].push(link);
    }
    let labels = groups.iter().map(|group| label(group)).collect();
    let links = groups.iter().filter_map(|group| one(group)).collect();
    (Chart { links, ..chart.clone() }, labels)
}

/// The line that stands for links with the same ends.
fn one(group: &[&ChartLink]) -> Option<ChartLink> {
    let mut line = ChartLink::clone(group.first()?);
    for link in &group[1..] {
        line.count = line.count.max(link.count);
        if link.emphasis == Emphasis::Strong {
            line.emphasis = Emphasis::Strong;
        }
    }
    Some(line)
}

/// All types on one line where they agree in dates and notes, else each type with its own.
fn label(group: &[&ChartLink]) -> Label {
    let head = heads(group);
    let details: Vec<Vec<Line>> = group.iter().map(|link| link_details(link)).collect();
    let alike = details.windows(2).all(|pair| pair[0] == pair[1]);
    let full = if alike {
        head.iter().cloned().chain(details.into_iter().next().unwrap_or_default()).collect()
    } else {
        let parts = group.iter().zip(details);
        parts.flat_map(|(link, details)| std::iter::once(bold(link_head(link))).chain(details)).collect()
    };
    Label { full, head }
}

/// The types with their counts, broken between types where they are long.
fn heads(group: &[&ChartLink]) -> Vec<Line> {
    let mut rows: Vec<String> = Vec::new();
    for link in group {
        let head = link_head(link);
        match rows.last_mut() {
            Some(row) if row.chars().count() + head.chars().count() + 2 <= COLUMNS => {
                row.push_str(", ");
                row.push_str(&head);
            }
            Some(row) => {
                row.push(',');
                rows.push(head);
            }
            None => rows.push(head),
        }
    }
    rows.into_iter().map(bold).collect()
}

fn bold(text: String) -> Line {
    Line::new(text, LINK_SIZE, Weight::Bold)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(to: usize, link_type: &str, count: u64, day: Option<&str>, certainty: Certainty) -> ChartLink {
        ChartLink {
            from: 0,
            to,
            link_type: link_type.to_owned(),
            count,
            first: day.map(str::to_owned),
            last: day.map(str::to_owned),
            note: None,
            certainty,
            emphasis: if count > 5 { Emphasis::Strong } else { Emphasis::Plain },
        }
    }

    fn texts(lines: &[Line]) -> Vec<&str> {
        lines.iter().map(|line| line.text.as_str()).collect()
    }

    #[test]
    fn types_share_a_line_and_say_their_common_date_once() {
        let (day, other) = (Some("2025-09-17"), Some("2025-09-18"));
        let sure = Certainty::Confirmed;
        let links = vec![
            link(1, "ARRESTED_IN", 1, day, sure),
            link(1, "INVOLVED_IN", 1, day, sure),
            link(1, "NAMED_IN", 1, day, Certainty::Tentative),
            link(2, "CALLED", 7, day, sure),
            link(2, "PAID", 2, other, sure),
            link(2, "A_TYPE_WITH_A_LONG_NAME", 1, other, sure),
        ];
        let chart = Chart { links, ..Chart::default() };
        let (drawn, labels) = joined(&chart);
        assert_eq!(texts(&labels[0].full), ["ARRESTED_IN, INVOLVED_IN", "2025-09-17"]);
        assert_eq!(texts(&labels[1].full), ["NAMED_IN", "2025-09-17"]);
        let all =
            ["CALLED ×7", "2025-09-17", "PAID ×2", "2025-09-18", "A_TYPE_WITH_A_LONG_NAME", "2025-09-18"];
        assert_eq!(texts(&labels[2].full), all);
        assert_eq!(texts(&labels[2].head), ["CALLED ×7, PAID ×2,", "A_TYPE_WITH_A_LONG_NAME"]);
        let shape: Vec<_> = drawn.links.iter().map(|l| (l.to, l.count, l.emphasis)).collect();
        let (plain, strong) = (Emphasis::Plain, Emphasis::Strong);
        assert_eq!(shape, [(1, 1, plain), (1, 1, plain), (2, 7, strong)]);
    }

    #[test]
    fn links_that_nothing_joins_stay_as_they_are() {
        let mut back = link(1, "CALLED", 3, None, Certainty::Confirmed);
        (back.from, back.to) = (1, 0);
        let links = vec![link(1, "CALLED", 2, None, Certainty::Confirmed), back];
        let chart = Chart { links, ..Chart::default() };
        assert_eq!(joined(&chart).0, chart);
    }
}
