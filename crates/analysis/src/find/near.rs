//! Keys that differ from a number by one slip: a digit that is another, one too many, one too few, or two exchanged.

use jaal_graph::View;
use jaal_model::answer::NearKey;
use jaal_model::identifier::{Context, guess, tidy};
use jaal_model::{Key, NodeIdx};
use rustc_hash::FxHashSet;

use super::{SEPARATORS, beginnings};
use crate::entity::entity_ref;

/// The fewest digits of numbers whose neighbours are looked for: of shorter ones there are too many.
const FEWEST_DIGITS: usize = 7;
/// The most letters and digits of a text whose neighbours are looked for: no number of any scheme has more.
const LONGEST: usize = 48;
/// Schemes whose keys are numbers that people copy by hand.
const NUMBERS: &[&str] =
    &["account", "cnic", "iban", "iccid", "imei", "imsi", "msisdn", "ntn", "passport", "plate", "secp"];

/// Keys one slip away from a number, in the order of their entities, at most `limit`. None of them is the number.
///
/// # Complexity
/// Some 300 look-ups for each way to read the text.
pub fn near_keys(view: &View, text: &str, country: &str, limit: usize) -> Vec<NearKey> {
    near(view, text, &mut Context::new(country), limit)
}

pub(super) fn near(view: &View, text: &str, context: &mut Context, limit: usize) -> Vec<NearKey> {
    let near = |(node, key, slip): (NodeIdx, Key, Slip)| NearKey {
        entity: entity_ref(view, node),
        key,
        differs: slip.to_string(),
    };
    look(view, text, context).into_iter().take(limit).map(near).collect()
}

/// The keys and their entities alone.
pub(super) fn nodes(view: &View, text: &str, context: &mut Context) -> Vec<(Key, NodeIdx)> {
    look(view, text, context).into_iter().map(|(node, key, _)| (key, node)).collect()
}

fn look(view: &View, text: &str, context: &mut Context) -> Vec<(NodeIdx, Key, Slip)> {
    let mut found: Vec<(NodeIdx, Key, Slip)> = Vec::new();
    let mut seen = FxHashSet::default();
    for (schemes, value) in readings(text, context) {
        if value.bytes().filter(u8::is_ascii_digit).count() < FEWEST_DIGITS || value.len() > LONGEST {
            continue;
        }
        for (other, slip) in slips(&value) {
            for scheme in &schemes {
                let key = Key::new(*scheme, other.as_str());
                if let Some(node) = view.find_key(&key)
                    && seen.insert(key.clone())
                {
                    found.push((node, key, slip));
                }
            }
        }
    }
    found.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    found
}

/// What a text may be meant as, each with the schemes to look in: its normal forms, a telephone number with its
/// country code, and its bare letters and digits, as a number with a digit too many or too few has no normal form.
fn readings(text: &str, context: &mut Context) -> Vec<(Vec<&'static str>, String)> {
    let known = |scheme: &str| NUMBERS.iter().find(|known| **known == scheme).copied();
    let mut list: Vec<(Vec<&'static str>, String)> = Vec::new();
    let normal = guess(text, context);
    list.extend(normal.into_iter().filter_map(|n| Some((vec![known(n.scheme)?], n.value))));
    let dialled = beginnings(text, context);
    list.extend(dialled.into_iter().filter_map(|(scheme, value)| Some((vec![known(scheme?)?], value))));
    let bare: String = tidy(text).chars().filter(|c| !SEPARATORS.contains(*c)).collect();
    let any = NUMBERS.iter().copied().filter(|scheme| *scheme != "msisdn").collect();
    list.push((any, bare.to_uppercase()));
    // Each text once for each scheme.
    let mut seen = FxHashSet::default();
    for (schemes, value) in &mut list {
        schemes.retain(|scheme| seen.insert((*scheme, value.clone())));
    }
    list.retain(|(schemes, _)| !schemes.is_empty());
    list
}

/// What a key has that the number has not. Places count from 1, in the key; one too many has its place in the number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Slip {
    Other { place: usize, is: char, was: char },
    Missing { place: usize, is: char },
    Further { place: usize, was: char },
    Exchanged { place: usize },
}

impl std::fmt::Display for Slip {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {
            Self::Other { place, is, was } => write!(f, "place {place} is {is}, not {was}"),
            Self::Missing { place, is } => write!(f, "place {place} is {is}, which the number lacks"),
            Self::Further { place, was } => write!(f, "the number has a {was} more, at place {place}"),
            Self::Exchanged { place } => write!(f, "places {place} and {} are exchanged", place + 1),
        }
    }
}

/// Every text one slip of a digit away from another, each once.
fn slips(value: &str) -> Vec<(String, Slip)> {
    const DIGITS: std::ops::RangeInclusive<char> = '0'..='9';
    let chars: Vec<char> = value.chars().collect();
    let text = |chars: &[char]| chars.iter().collect::<String>();
    let mut all: Vec<(String, Slip)> = Vec::new();
    for (at, was) in chars.iter().copied().enumerate() {
        let place = at + 1;
        let mut edited = chars.clone();
        if was.is_ascii_digit() {
            for is in DIGITS.filter(|is| *is != was) {
                edited[at] = is;
                all.push((text(&edited), Slip::Other { place, is, was }));
            }
            edited.remove(at);
            all.push((text(&edited), Slip::Further { place, was }));
            // After a digit of the same kind it makes the same text as before it.
            for is in DIGITS.filter(|is| at == 0 || chars[at - 1] != *is) {
                let mut edited = chars.clone();
                edited.insert(at, is);
                all.push((text(&edited), Slip::Missing { place, is }));
            }
        }
        if let Some(next) = chars.get(at + 1)
            && was.is_ascii_digit()
            && next.is_ascii_digit()
            && was != *next
        {
            let mut edited = chars.clone();
            edited.swap(at, at + 1);
            all.push((text(&edited), Slip::Exchanged { place }));
        }
    }
    for is in DIGITS.filter(|is| chars.last() != Some(is)) {
        all.push((format!("{value}{is}"), Slip::Missing { place: chars.len() + 1, is }));
    }
    let mut seen = FxHashSet::default();
    all.retain(|(text, _)| text != value && seen.insert(text.clone()));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_slip_is_made_once() {
        let all = slips("+120");
        let made = |text: &str| -> Vec<String> {
            all.iter().filter(|(other, _)| other == text).map(|(_, slip)| slip.to_string()).collect()
        };
        for (text, words) in [
            ("+130", "place 3 is 3, not 2"),
            ("+210", "places 2 and 3 are exchanged"),
            ("+10", "the number has a 2 more, at place 3"),
            ("+1250", "place 4 is 5, which the number lacks"),
            ("+1207", "place 5 is 7, which the number lacks"),
            ("+1120", "place 2 is 1, which the number lacks"),
        ] {
            assert_eq!(made(text), [words], "{text}");
        }
        assert!(made("+120").is_empty());
        let plain = |a: &str, b: &str| distance(a, b) == 1;
        assert!(all.iter().all(|(other, _)| plain("+120", other)));
        // 27 other digits, 3 left out, 2 exchanged, and 40 put in less 3 that make the same text.
        assert_eq!(all.len(), 27 + 3 + 2 + 40 - 3);
    }

    /// Optimal string alignment, plainly.
    fn distance(a: &str, b: &str) -> usize {
        let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
        let mut cost = vec![vec![0; b.len() + 1]; a.len() + 1];
        for i in 0..=a.len() {
            for j in 0..=b.len() {
                cost[i][j] = if i == 0 || j == 0 {
                    i + j
                } else {
                    let change = cost[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                    let mut best = change.min(cost[i - 1][j] + 1).min(cost[i][j - 1] + 1);
                    if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                        best = best.min(cost[i - 2][j - 2] + 1);
                    }
                    best
                };
            }
        }
        cost[a.len()][b.len()]
    }
}
