//! The search against a plain one that looks at every name, and the recall of spellings.

use super::rank::Rank;
use super::{NameMatch, NameTable, find};
use jaal_model::names::edit::one_edit;
use jaal_model::names::fold;
use jaal_model::names::sound::{ALIKE, alikeness};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn table(named: &[(u32, String)]) -> NameTable {
    NameTable::of(named.iter().cloned()).unwrap()
}

/// How a word of the question fits one of a name.
fn plain_fit(asked: &str, own: &str, is_last: bool, is_only: bool) -> Option<Rank> {
    let is_initial = |one: &str, other: &str| {
        one.chars().count() == 1 && !one.as_bytes()[0].is_ascii_digit() && other.starts_with(one)
    };
    if asked == own {
        Some(Rank::by(NameMatch::Order, 0))
    } else if is_last && own.starts_with(asked) {
        Some(Rank::by(NameMatch::Prefix, 0))
    } else if !is_only && (is_initial(asked, own) || is_initial(own, asked)) {
        Some(Rank::by(NameMatch::Initials, 1))
    } else if one_edit(asked, own) {
        Some(Rank::by(NameMatch::Typo, 1))
    } else {
        let alike = alikeness(asked, own);
        (alike >= ALIKE).then(|| Rank::by(NameMatch::Sound, ((1.0 - alike) * 100.0).round() as u16))
    }
}

/// The rank of a name; the best pairs of words first, as [`super::rank::rank`] says.
fn plain_rank(question: &[&str], name: &str) -> Option<Rank> {
    let own: Vec<&str> = name.split(' ').collect();
    if question.join(" ") == name {
        return Some(Rank::by(NameMatch::Exact, 0));
    }
    let mut pairs = Vec::new();
    for (i, asked) in question.iter().enumerate() {
        for (j, word) in own.iter().enumerate() {
            let fit = plain_fit(asked, word, i + 1 == question.len(), question.len() == 1);
            pairs.extend(fit.map(|rank| (rank, i, j)));
        }
    }
    pairs.sort();
    let mut chosen: Vec<(Rank, usize, usize)> = Vec::new();
    for pair in pairs {
        if chosen.iter().all(|(_, i, j)| *i != pair.1 && *j != pair.2) {
            chosen.push(pair);
        }
    }
    let how = chosen.iter().map(|(rank, ..)| rank.how).max()?;
    let off = chosen.iter().map(|(rank, ..)| rank.off).sum();
    let rank = Rank::of_words(how, off, chosen.len(), own.len());
    let is_sure = chosen.iter().any(|(rank, ..)| rank.how != NameMatch::Initials);
    match question.len() - chosen.len() {
        0 if is_sure => Some(rank),
        1 if is_sure && chosen.len() >= 2 => Some(Rank { how: NameMatch::Missing, ..rank }),
        _ => None,
    }
}

/// The words of the question in several names or the address of an entity.
fn plain_across(question: &[&str], names: &[&str], typos: bool) -> Option<Rank> {
    let has = |word: &str, is_last: bool, letters: &[&str]| {
        names.iter().filter(|name| letters.contains(&&name[..1])).any(|name| {
            name[1..]
                .split(' ')
                .any(|own| own == word || is_last && own.starts_with(word) || typos && one_edit(own, word))
        })
    };
    let all = |letters: &[&str]| {
        question.iter().enumerate().all(|(at, word)| has(word, at + 1 == question.len(), letters))
    };
    let off = u16::from(typos);
    if all(&["n"]) {
        Some(Rank::by(NameMatch::Several, off))
    } else {
        all(&["a", "n"]).then(|| Rank::by(NameMatch::Address, off))
    }
}

fn plain_find(named: &[(u32, String)], text: &str) -> Vec<(u32, NameMatch)> {
    let folded = fold(text);
    let question: Vec<&str> = folded.split_ascii_whitespace().collect();
    let mut by_node: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
    for (node, name) in named {
        by_node.entry(*node).or_default().push(name);
    }
    let mut found: Vec<(bool, Rank, u32)> = Vec::new();
    for (node, names) in by_node {
        let own = names.iter().filter(|name| name.starts_with('n'));
        let best = own.filter_map(|name| plain_rank(&question, &name[1..])).min();
        let rank = best
            .or_else(|| plain_across(&question, &names, false))
            .or_else(|| plain_across(&question, &names, true));
        found.extend(rank.map(|rank| (rank.how >= NameMatch::Several && rank.off > 0, rank, node)));
    }
    found.sort();
    found.into_iter().map(|(_, rank, node)| (node, rank.how)).collect()
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => "(ali|alia|hasan|hassan|husain|muhammad|mohamed|mohd|m|h|khan|imran|imrn|shah|12)",
        2 => "(محمد|علی|حسن|حسین|خان|عمران)",
        1 => "[ahk][aik]{2,4}",
    ]
}

fn words() -> impl Strategy<Value = String> {
    proptest::collection::vec(word(), 1..4).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_index_finds_what_a_scan_finds(
        names in proptest::collection::vec((0_u32..12, "[nnna]", words()), 1..25),
        question in words(),
        limit in 1_usize..8,
        hidden in 0_u32..12,
    ) {
        let named: Vec<(u32, String)> = names.into_iter().map(|(n, class, name)| (n, format!("{class}{name}"))).collect();
        let table = table(&named);
        let all = find(&table.as_names(), 12, &question, 100, &|_| false);
        let got: Vec<(u32, NameMatch)> = all.iter().map(|found| (found.node, found.how())).collect();
        prop_assert_eq!(&got, &plain_find(&named, &question));
        let few = find(&table.as_names(), 12, &question, limit, &|_| false);
        prop_assert_eq!(&few[..], &all[..limit.min(all.len())]);
        let rest: Vec<_> = all.into_iter().filter(|found| found.node != hidden).collect();
        prop_assert_eq!(find(&table.as_names(), 12, &question, 100, &|node| node == hidden), rest);
    }
}
