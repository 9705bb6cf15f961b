//! Which lines of a file of numbers are known.

use jaal_graph::View;
use jaal_model::NodeIdx;
use jaal_model::answer::{NumberHit, NumbersAnswer};
use jaal_model::identifier::Context;

use super::{exact_keys, near};
use crate::entity::entity_refs;

/// Most keys that are shown as near to one line.
const MOST_NEAR: usize = 10;

/// Which lines of a file of numbers are known. Each line is one number or identifier; of a line with commas the
/// first field counts. A number that is no key is looked for with one slip in it: what is found so is near, and no
/// hit. Blank lines and lines that begin with `#` are skipped and counted.
///
/// # Complexity
/// A few index look-ups a line that is known, some hundred for others.
pub fn find_numbers<'a>(
    view: &View,
    lines: impl IntoIterator<Item = &'a str>,
    country: &str,
) -> NumbersAnswer {
    let mut context = Context::new(country);
    let mut answer = NumbersAnswer::default();
    for (index, line) in lines.into_iter().enumerate() {
        let text = first_field(line);
        if text.is_empty() {
            answer.skipped += 1;
            continue;
        }
        let mut nodes: Vec<NodeIdx> =
            exact_keys(view, text, &mut context).into_iter().map(|(_, node)| node).collect();
        nodes.sort_unstable();
        nodes.dedup();
        let near =
            if nodes.is_empty() { near::near(view, text, &mut context, MOST_NEAR) } else { Vec::new() };
        let entities = entity_refs(view, nodes);
        let hit = NumberHit { line: index as u64 + 1, text: text.to_owned(), entities, near };
        let list = match (hit.entities.is_empty(), hit.near.is_empty()) {
            (false, _) => &mut answer.hits,
            (true, false) => &mut answer.near,
            (true, true) => &mut answer.misses,
        };
        list.push(hit);
    }
    answer
}

/// The first field of a line, without quotation marks and byte order mark; empty for comments.
fn first_field(line: &str) -> &str {
    let line = line.trim_start_matches('\u{feff}').trim();
    if line.starts_with('#') {
        return "";
    }
    let field = match line.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next().unwrap_or(""),
        None => line.split([',', ';', '\t']).next().unwrap_or(""),
    };
    field.trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_field_counts() {
        let cases = [
            ("+923001234567", "+923001234567"),
            (" 0300 1234567 , x", "0300 1234567"),
            ("\"a, b\",c", "a, b"),
            ("\u{feff}42\tx", "42"),
            ("7;8", "7"),
            ("# all", ""),
            ("", ""),
            ("  ", ""),
            (",x", ""),
        ];
        for (line, field) in cases {
            assert_eq!(first_field(line), field, "{line}");
        }
    }
}
