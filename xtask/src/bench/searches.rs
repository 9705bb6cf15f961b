//! Searches by name and number, as people ask them: whole, words exchanged, begun, a letter wrong, the last digits.

use super::questions::timed;
use jaal_engine::analysis::find::find;
use jaal_engine::graph::View;
use jaal_engine::model::NodeIdx;
use serde_json::Value;

/// So many names and numbers of the case are asked for, spread over it.
const ASKED: usize = 200;

/// How many hits are asked for.
const LIMIT: usize = 20;

/// Asks each way; the check is the number of hits, of which there must be some.
pub(super) fn ask(view: &View, out: &mut dyn FnMut(Value)) {
    let names = spread(view, "Person", &|node| view.name(node));
    let numbers =
        spread(view, "Phone", &|node| view.text_property(node, "msisdn").map(std::borrow::Cow::into_owned));
    // Sections of the index are checked when they are first read, which is no part of a search.
    if let Some(name) = names.first() {
        find(view, &slip(name), "PK", LIMIT);
    }
    let mut ask = |task: &str, texts: Vec<String>| {
        timed(task, &texts, out, |text| find(view, text, "PK", LIMIT).len() as i64);
    };
    ask("search_whole", names.clone());
    ask("search_exchanged", names.iter().map(|name| exchanged(name)).collect());
    ask("search_begun", names.iter().map(|name| begun(name)).collect());
    ask("search_slip", names.iter().map(|name| slip(name)).collect());
    ask("search_first_word", names.iter().map(|name| first_word(name)).collect());
    ask("search_digits", numbers.iter().map(|number| last_digits(number)).collect());
}

/// A text of some entities of a kind, those that have one.
fn spread(view: &View, kind: &str, text: &dyn Fn(NodeIdx) -> Option<String>) -> Vec<String> {
    let Some(kind) = view.kind(kind) else { return Vec::new() };
    let step = (view.count_of_kind(kind) as usize / ASKED).max(1);
    view.nodes_of_kind(kind).step_by(step).filter_map(text).collect()
}

fn first_word(name: &str) -> String {
    name.split(' ').next().unwrap_or_default().to_owned()
}

fn exchanged(name: &str) -> String {
    name.rsplit(' ').collect::<Vec<_>>().join(" ")
}

/// Without the last two letters.
fn begun(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    letters[..letters.len().saturating_sub(2)].iter().collect()
}

/// With the third letter twice.
fn slip(name: &str) -> String {
    name.chars().enumerate().flat_map(|(at, letter)| [letter].repeat(if at == 2 { 2 } else { 1 })).collect()
}

fn last_digits(number: &str) -> String {
    number[number.len().saturating_sub(4)..].to_owned()
}
