//! Finding names. Each step finds all that match one way, from the best to the worst, and the first that fills the
//! answer is the last.

use super::rank::{NameMatch, Rank, rank as rank_of};
use super::words::Word;
use super::{Class, Names};
use jaal_csr::Bitmap;
use jaal_model::names::fold;
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;

/// Most words of a question; further ones are no name.
const MOST_WORDS: usize = 12;

/// An entity that was found.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Found {
    pub(super) rank: Rank,
    /// The entity.
    pub(crate) node: u32,
    /// The folded name that matched; empty where it is several, or an address.
    pub(crate) name: String,
}

impl Found {
    /// How it matched.
    pub(crate) fn how(&self) -> NameMatch {
        self.rank.how
    }
}

/// Entities by name, best match first: by [`NameMatch`], then by how far the name is off, then in node order; at
/// most `limit`, each once. Those that `hidden` names are passed over. Answers of two indexes over different entities
/// can be merged by sorting.
///
/// # Complexity
/// Linear in the names with the words that are asked for, of which each step looks at those that have all; a step that
/// compares names word by word takes 4,096 of them (or four for each hit) at most, those with the fewest words.
pub(crate) fn find(
    index: &Names<'_>,
    nodes: u32,
    text: &str,
    limit: usize,
    hidden: &dyn Fn(u32) -> bool,
) -> Vec<Found> {
    let folded = fold(text);
    let texts: Vec<&str> = folded.split_ascii_whitespace().take(MOST_WORDS).collect();
    let mut answer = Answer { index, limit, hidden, seen: FxHashSet::default(), found: Vec::new() };
    if texts.is_empty() || limit == 0 {
        return answer.found;
    }
    if let Some(name) = index.texts.code(&Class::Name.key(&folded)) {
        answer.add(Rank::by(NameMatch::Exact, 0), &[name as u32], None);
    }
    let count = texts.len();
    let mut words: Vec<Word<'_>> =
        texts.iter().enumerate().map(|(at, text)| Word::look(index, text, at, count)).collect();
    // The names with each word, which grow from way to way.
    let mut sets: Vec<Bitmap> = words.iter().map(|word| word.names(index)).collect();
    answer.written_so(&words, &sets, NameMatch::Order);
    answer.grow(&words, &mut sets, NameMatch::Prefix);
    answer.written_so(&words, &sets, NameMatch::Prefix);
    if words.iter().any(Word::has_initials) {
        answer.grow(&words, &mut sets, NameMatch::Initials);
        answer.by_words(&words, &sets);
    }
    if !answer.is_full() {
        for word in &mut words {
            word.look_near(index);
        }
    }
    for how in [NameMatch::Typo, NameMatch::Sound] {
        match words.as_slice() {
            [only] => answer.near_one(only, how),
            _ if words.iter().any(|word| word.near(how).next().is_some()) => {
                answer.grow(&words, &mut sets, how);
                answer.by_words(&words, &sets);
            }
            _ => {}
        }
    }
    answer.all_but_one(&words, &sets);
    answer.across_names(&words, nodes, &[NameMatch::Prefix]);
    answer.across_names(&words, nodes, &[NameMatch::Prefix, NameMatch::Typo]);
    answer.found
}

/// Answers of indexes over different entities as one, best first.
pub(crate) fn merge(mut found: Vec<Found>, limit: usize) -> Vec<Found> {
    // Words of several names that are not written so come last of all.
    let last = |found: &Found| found.rank.how >= NameMatch::Several && found.rank.off > 0;
    found.sort_by(|a, b| (last(a), a).cmp(&(last(b), b)));
    found.truncate(limit);
    found
}

/// Names that a step compares with the question word by word, if four for each hit are not more; of further ones those
/// with the fewest words count.
const MOST_COMPARED: usize = 4_096;

struct Answer<'i, 'a> {
    index: &'i Names<'a>,
    limit: usize,
    hidden: &'i dyn Fn(u32) -> bool,
    seen: FxHashSet<u32>,
    found: Vec<Found>,
}

impl<'a> Answer<'_, 'a> {
    fn is_full(&self) -> bool {
        self.found.len() >= self.limit
    }

    /// Adds the bearers of names of one rank, those of which `question` finds fit where it is given: so many may have
    /// the rank that only the first are compared.
    fn add(&mut self, rank: Rank, names: &[u32], question: Option<&[Word<'a>]>) {
        let mut bearers: Vec<(u32, u32)> = Vec::new();
        for name in names {
            bearers.extend(self.index.bearers_of(*name).iter().map(|node| (*node, *name)));
        }
        let mut rest = bearers.as_mut_slice();
        let mut some = self.limit.saturating_mul(2).max(64);
        while !rest.is_empty() && !self.is_full() {
            if some < rest.len() {
                rest.select_nth_unstable(some);
            }
            let (first, others) = rest.split_at_mut(some.min(rest.len()));
            first.sort_unstable();
            for (node, name) in first.iter() {
                let name = self.index.name(*name);
                if question.is_none_or(|words| rank_of(words, name).is_some_and(|r| r <= rank)) {
                    self.push(rank, *node, name);
                }
            }
            rest = others;
            some = some.saturating_mul(2);
        }
    }

    fn add_all(&mut self, ranked: BTreeMap<Rank, Vec<u32>>, question: Option<&[Word<'a>]>) {
        for (rank, names) in ranked {
            if self.is_full() {
                return;
            }
            self.add(rank, &names, question);
        }
    }

    fn push(&mut self, rank: Rank, node: u32, name: &str) {
        if !self.is_full() && !(self.hidden)(node) && self.seen.insert(node) {
            self.found.push(Found { rank, node, name: name.to_owned() });
        }
    }

    /// Adds to the names with each word those with another that it may mean.
    fn grow(&self, words: &[Word<'a>], sets: &mut [Bitmap], way: NameMatch) {
        if !self.is_full() {
            words.iter().zip(sets).for_each(|(word, set)| word.add_names(self.index, way, set));
        }
    }

    /// The names, without addresses, that are in all sets, by the number of their words.
    fn by_count(&self, names: &Bitmap) -> Vec<Vec<u32>> {
        let first = self.index.first_name() as usize;
        let mut by_count: Vec<Vec<u32>> = Vec::new();
        for name in names.iter().filter(|name| *name >= first) {
            let count = self.index.word_count(name as u32).min(usize::from(u8::MAX));
            if by_count.len() <= count {
                by_count.resize_with(count + 1, Vec::new);
            }
            by_count[count].push(name as u32);
        }
        by_count
    }

    /// Names with all words of the question as they are written, by [`NameMatch::Prefix`] the last as a beginning:
    /// the number of their words is their rank.
    fn written_so(&mut self, words: &[Word<'a>], sets: &[Bitmap], how: NameMatch) {
        if self.is_full() {
            return;
        }
        let names = intersection(&sets.iter().collect::<Vec<_>>());
        let ranked = self.by_count(&names).into_iter().enumerate().filter(|(_, names)| !names.is_empty());
        let ranked = ranked.map(|(count, names)| (Rank::of_words(how, 0, words.len(), count), names));
        self.add_all(ranked.collect(), Some(words));
    }

    /// Names with a word that the only one of the question may mean.
    fn near_one(&mut self, word: &Word<'a>, how: NameMatch) {
        if self.is_full() {
            return;
        }
        let first = self.index.first_name();
        let mut ranked: BTreeMap<Rank, Vec<u32>> = BTreeMap::new();
        for (other, rank) in word.near(how) {
            for name in self.index.names_with(other).iter().filter(|name| **name >= first) {
                let rank = Rank::of_words(rank.how, rank.off, 1, self.index.word_count(*name));
                ranked.entry(rank).or_default().push(*name);
            }
        }
        self.add_all(ranked, None);
    }

    /// Names that have a word for each word of the question.
    fn by_words(&mut self, words: &[Word<'a>], sets: &[Bitmap]) {
        if !self.is_full() {
            let names = intersection(&sets.iter().collect::<Vec<_>>());
            self.add_ranked(words, &names, NameMatch::Sound);
        }
    }

    /// Names that have a word for each word of the question but one, if it has three or more.
    fn all_but_one(&mut self, words: &[Word<'a>], sets: &[Bitmap]) {
        if self.is_full() || words.len() < 3 {
            return;
        }
        let mut names = Bitmap::new(self.index.texts.len());
        for left_out in 0..sets.len() {
            let others: Vec<&Bitmap> =
                sets.iter().enumerate().filter(|(at, _)| *at != left_out).map(|(_, set)| set).collect();
            names.union_with(&intersection(&others));
        }
        self.add_ranked(words, &names, NameMatch::Missing);
    }

    fn add_ranked(&mut self, words: &[Word<'a>], names: &Bitmap, worst: NameMatch) {
        let mut ranked: BTreeMap<Rank, Vec<u32>> = BTreeMap::new();
        for name in
            self.by_count(names).into_iter().flatten().take(self.limit.saturating_mul(4).max(MOST_COMPARED))
        {
            if let Some(rank) = rank_of(words, self.index.name(name)).filter(|rank| rank.how <= worst) {
                ranked.entry(rank).or_default().push(name);
            }
        }
        self.add_all(ranked, None);
    }

    /// The entities with any of the names, and those with one that is no address.
    fn bearers(&self, names: &Bitmap, nodes: u32) -> (Bitmap, Bitmap) {
        let first = self.index.first_name() as usize;
        let (mut all, mut own) = (Bitmap::new(nodes as usize), Bitmap::new(nodes as usize));
        for name in names.iter() {
            for node in self.index.bearers_of(name as u32) {
                all.insert(*node as usize);
                if name >= first {
                    own.insert(*node as usize);
                }
            }
        }
        (all, own)
    }

    /// Entities that have all words of the question in several names or the address.
    fn across_names(&mut self, words: &[Word<'a>], nodes: u32, ways: &[NameMatch]) {
        if self.is_full() {
            return;
        }
        let mut sets: Vec<Bitmap> = words.iter().map(|word| word.names(self.index)).collect();
        for way in ways {
            self.grow(words, &mut sets, *way);
        }
        if sets.iter().any(Bitmap::is_empty) {
            return;
        }
        let bearers: Vec<(Bitmap, Bitmap)> = sets.iter().map(|set| self.bearers(set, nodes)).collect();
        let all = intersection(&bearers.iter().map(|(all, _)| all).collect::<Vec<_>>());
        let own = intersection(&bearers.iter().map(|(_, own)| own).collect::<Vec<_>>());
        let off = u16::from(ways.contains(&NameMatch::Typo));
        for (nodes, how) in [(&own, NameMatch::Several), (&all, NameMatch::Address)] {
            for node in nodes.iter() {
                if self.is_full() {
                    return;
                }
                self.push(Rank::by(how, off), node as u32, "");
            }
        }
    }
}

/// The numbers that are in all sets.
fn intersection(sets: &[&Bitmap]) -> Bitmap {
    let Some((first, others)) = sets.split_first() else { return Bitmap::new(0) };
    let mut common = (*first).clone();
    for other in others {
        common.intersect_with(other);
    }
    common
}
