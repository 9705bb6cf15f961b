//! How well a name answers a question: word by word, then as a whole.

use super::words::Word;

/// How a name matched, best first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum NameMatch {
    /// The entity bears a name that folds to the question.
    Exact,
    /// A name has the words of the question in another order.
    Order,
    /// A name has all words of the question, and further ones.
    Words,
    /// The last word of the question is only the beginning of one.
    Prefix,
    /// A word of the question or of the name is the initial of the other's.
    Initials,
    /// Words are one edit away: a letter too many, too few, another, or two exchanged.
    Typo,
    /// Words sound the same: other spellings, or the other script.
    Sound,
    /// A name has all words of the question but one.
    Missing,
    /// The words of the question are in several names of the entity.
    Several,
    /// Some of the question matches only the entity's address.
    Address,
}

impl NameMatch {
    /// What is printed: short and without doubt.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "name",
            Self::Order => "name, other order",
            Self::Words => "part of name",
            Self::Prefix => "name prefix",
            Self::Initials => "initials",
            Self::Typo => "typo",
            Self::Sound => "other spelling",
            Self::Missing => "word missing",
            Self::Several => "several names",
            Self::Address => "address",
        }
    }
}

/// How a name answers a question: what it is by, and within that how far it is off.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Rank {
    pub(super) how: NameMatch,
    /// Words of the name that the question lacks.
    pub(super) further: u8,
    /// Each edit or initial counts 1, each other sound what it lacks of the same in hundredths.
    pub(super) off: u16,
}

impl Rank {
    pub(super) fn by(how: NameMatch, off: u16) -> Self {
        Self { how, further: 0, off }
    }

    /// The rank of a name of so many words of which a question of so many has each, the worst of them by `how`.
    pub(super) fn of_words(how: NameMatch, off: u16, asked: usize, words: usize) -> Self {
        let further = words.saturating_sub(asked);
        let how = if further > 0 { how.max(NameMatch::Words) } else { how };
        Self { how, further: further.min(usize::from(u8::MAX)) as u8, off }
    }
}

/// Most words of a name that are compared.
const MOST_WORDS: usize = 64;

/// The rank of a name; `None` where more than one word of the question has no place in it, or where nothing but
/// initials fit. Each word of the question takes a word of the name, the best pairs first.
///
/// # Complexity
/// `O(q n log qn)` for `q` words of the question and `n` of the name.
pub(super) fn rank(question: &[Word<'_>], name: &str) -> Option<Rank> {
    let mut pairs: Vec<(Rank, u8, u8)> = Vec::with_capacity(8);
    for (at, own) in name.split(' ').enumerate().take(MOST_WORDS) {
        for (asked, word) in question.iter().enumerate() {
            pairs.extend(word.fit(own).map(|rank| (rank, asked as u8, at as u8)));
        }
    }
    pairs.sort_unstable();
    let (mut asked_taken, mut own_taken) = (0_u64, 0_u64);
    let (mut how, mut off, mut fitting, mut only_initials) = (NameMatch::Order, 0_u16, 0, true);
    for (rank, asked, at) in pairs {
        if asked_taken >> asked & 1 == 0 && own_taken >> at & 1 == 0 {
            asked_taken |= 1 << asked;
            own_taken |= 1 << at;
            how = how.max(rank.how);
            off += rank.off;
            fitting += 1;
            only_initials &= rank.how == NameMatch::Initials;
        }
    }
    let rank = Rank::of_words(how, off, fitting, name.split(' ').count());
    match question.len() - fitting {
        0 if !only_initials => Some(rank),
        1 if fitting >= 2 && !only_initials => Some(Rank { how: NameMatch::Missing, ..rank }),
        _ => None,
    }
}
