//! How a name sounds: spellings of one name in Urdu and Latin letters brought to the same consonants, and how far
//! two spellings agree.
//!
//! A word is read as consonants and vowels (`readings`). Letters that Urdu tells apart and Latin does not are one:
//! ث س ص are *s*, ت ط are *t*, ح ہ are *h*, ذ ز ض ظ are *z*, ق ک are *k*; *kh*, *ch*, *sh* and *gh* are one
//! consonant each, the breath of *bh*, *dh* and their like is dropped, and doubled Latin letters are one. *w*, *v*
//! and *y* count as vowels unless they begin the word, as و and ی do. A spelling with several readings (*th* is ت
//! in Athar and ث in Uthman) has all of them. The [`skeletons`] of a word are its consonants alone: spellings of
//! one name share one.
//!
//! Names that share a skeleton may be different names (Hassan, Hussain, Ihsan), so [`alikeness`] compares vowels
//! too: Latin ones by their class (*a*; *e i y*; *o u w*) and length; against Urdu, which leaves short vowels out,
//! only what Urdu would write. Vowels at either end count most: Amin and Amina are two people. Short forms and a few
//! names that no rule reaches (چوہدری) are in a table.

/// The least [`alikeness`] of two spellings of one name.
pub const ALIKE: f32 = 0.8;

/// Most readings of one word.
const READINGS: usize = 6;
/// The longest word that is read, in letters: what is longer is no name.
const LONGEST: usize = 40;

/// Short forms and spellings that no rule of sound reaches, each with what it stands for.
const SHORT_FORMS: &[(&str, &str)] = &[
    ("abd", "abdul"),
    ("abdool", "abdul"),
    ("abdun", "abdul"),
    ("abdur", "abdul"),
    ("abdus", "abdul"),
    ("abdut", "abdul"),
    ("abduz", "abdul"),
    ("al", "ul"),
    ("ch", "chaudhry"),
    ("ebrahim", "ibrahim"),
    ("el", "ul"),
    ("gh", "ghulam"),
    ("md", "muhammad"),
    ("mhd", "muhammad"),
    ("mohd", "muhammad"),
    ("muhd", "muhammad"),
    ("ramadan", "ramzan"),
    ("sh", "sheikh"),
    ("sk", "sheikh"),
    ("ud", "ul"),
    ("un", "ul"),
    ("ur", "ul"),
    ("us", "ul"),
    ("uz", "ul"),
    ("اسحق", "اسحاق"),
    ("اسماعیل", "ismaeel"),
    ("اسمعیل", "ismaeel"),
    ("ابرہیم", "ابراہیم"),
    ("اللہ", "ullah"),
    ("رحمن", "رحمان"),
    ("عایشہ", "ayesha"),
    ("عبدال", "abdul"),
    ("عبداللہ", "abdullah"),
    ("چوہدری", "chaudhry"),
    ("یسین", "یاسین"),
];

/// A sound of a word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Sound {
    /// A consonant.
    Consonant(u8),
    /// A vowel: its class, and whether it is long.
    Vowel(Vowel, bool),
}

/// Classes of vowels.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Vowel {
    A,
    I,
    U,
    /// What stands for any: ع, and ا at the beginning.
    Any,
}

use Sound::Consonant;

/// One way to read a word.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Reading {
    sounds: Vec<Sound>,
    /// Whether short vowels are left out.
    unvowelled: bool,
}

/// The consonants of a folded word, one text for each reading of it, sorted; none for a word without consonants or
/// with digits.
///
/// # Complexity
/// Linear in the word.
pub fn skeletons(word: &str) -> Vec<String> {
    let mut all: Vec<String> = readings(word).iter().map(skeleton).filter(|text| !text.is_empty()).collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn skeleton(reading: &Reading) -> String {
    let consonant = |sound: &Sound| if let Consonant(code) = sound { Some(char::from(*code)) } else { None };
    reading.sounds.iter().filter_map(consonant).collect()
}

/// How far two folded words sound the same, from 0 to 1: spellings of one name reach [`ALIKE`].
///
/// # Complexity
/// The product of the lengths, for each pair of readings.
pub fn alikeness(a: &str, b: &str) -> f32 {
    let (a, b) = (readings(a), readings(b));
    let pairs = a.iter().flat_map(|x| b.iter().map(move |y| (x, y)));
    pairs.map(|(x, y)| agreement(x, y)).fold(0.0, f32::max)
}

/// The readings of a folded word.
fn readings(word: &str) -> Vec<Reading> {
    let word = SHORT_FORMS.iter().find(|(short, _)| *short == word).map_or(word, |(_, long)| *long);
    if word.chars().count() > LONGEST || word.bytes().any(|b| b.is_ascii_digit()) {
        return Vec::new();
    }
    let unvowelled = !word.is_ascii();
    let all = if unvowelled { super::urdu::read(word) } else { super::latin::read(word.as_bytes()) };
    all.into_iter().map(|sounds| Reading { sounds: sounds.list, unvowelled }).collect()
}

/// Sounds under construction.
#[derive(Clone, Default)]
pub(super) struct Sounds {
    list: Vec<Sound>,
}

impl Sounds {
    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub(super) fn consonant(&mut self, code: u8) {
        self.list.push(Consonant(code));
    }

    /// Makes *kh* of the *k* that was read last.
    pub(super) fn roughen(&mut self) {
        if let Some(last) = self.list.last_mut() {
            *last = Consonant(b'x');
        }
    }

    /// A vowel by its letter `a`, `i`, `u`, or `*` for any; one after another of its class is one long vowel.
    pub(super) fn vowel(&mut self, letter: u8, long: bool) {
        let class = match letter {
            b'a' => Vowel::A,
            b'i' => Vowel::I,
            b'u' => Vowel::U,
            _ => Vowel::Any,
        };
        match self.list.last_mut() {
            Some(Sound::Vowel(last, is_long)) if *last == class => *is_long |= long,
            _ => self.list.push(Sound::Vowel(class, long)),
        }
    }
}

/// Every reading so far, continued in each of the given ways.
pub(super) fn fork(readings: &mut Vec<Sounds>, ways: &[&[u8]]) {
    if readings.len() * ways.len() > READINGS {
        // The first way is the likeliest.
        for reading in readings.iter_mut() {
            ways[0].iter().for_each(|code| reading.consonant(*code));
        }
        return;
    }
    let before = std::mem::take(readings);
    for way in ways {
        for reading in &before {
            let mut reading = reading.clone();
            way.iter().for_each(|code| reading.consonant(*code));
            readings.push(reading);
        }
    }
}

/// What part of two readings agrees: 1 less the cost of turning one into the other, over the sounds of the shorter,
/// three at least.
fn agreement(a: &Reading, b: &Reading) -> f32 {
    let scripts = match (a.unvowelled, b.unvowelled) {
        (false, false) => Scripts::BothVowelled,
        (true, true) => Scripts::NeitherVowelled,
        _ => Scripts::Mixed,
    };
    let (x, y) = (&a.sounds, &b.sounds);
    let lost = |r: &Reading, at: usize| {
        let place = Place { first: at == 0, last: at + 1 == r.sounds.len() };
        without(r.sounds[at], place, scripts, r.unvowelled)
    };
    let mut row: Vec<f32> = vec![0.0];
    for at in 0..y.len() {
        row.push(row[at] + lost(b, at));
    }
    for (i, sound) in x.iter().enumerate() {
        let mut next = vec![row[0] + lost(a, i)];
        for j in 0..y.len() {
            let changed = row[j] + instead(*sound, y[j], scripts);
            let best = changed.min(row[j + 1] + lost(a, i)).min(next[j] + lost(b, j));
            next.push(best);
        }
        row = next;
    }
    let cost = row[y.len()];
    let sounds = x.len().min(y.len()).max(3) as f32;
    (1.0 - cost / sounds).max(0.0)
}

/// Which of two words writes its short vowels.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scripts {
    BothVowelled,
    Mixed,
    NeitherVowelled,
}

/// Where in its word a sound stands.
#[derive(Clone, Copy)]
struct Place {
    first: bool,
    last: bool,
}

/// The cost of a sound that the other word lacks.
fn without(sound: Sound, place: Place, scripts: Scripts, unvowelled: bool) -> f32 {
    let Sound::Vowel(class, long) = sound else { return 1.5 };
    if place.last {
        // Urdu and Latin both write it, and it tells a woman's name from a man's.
        return 1.2;
    }
    match scripts {
        Scripts::BothVowelled if place.first => 0.8,
        Scripts::BothVowelled if long => 0.85,
        Scripts::BothVowelled => 0.3,
        Scripts::Mixed if class == Vowel::Any => 0.05,
        Scripts::Mixed if unvowelled => 1.0,
        Scripts::Mixed if place.first => 0.9,
        Scripts::Mixed if long => 0.9,
        Scripts::Mixed => 0.03,
        Scripts::NeitherVowelled if class == Vowel::Any => 0.8,
        Scripts::NeitherVowelled => 1.2,
    }
}

/// The cost of one sound in the place of another.
fn instead(x: Sound, y: Sound, scripts: Scripts) -> f32 {
    match (x, y) {
        (Consonant(x), Consonant(y)) => f32::from(u8::from(x != y)) * 1.5,
        (Sound::Vowel(x, x_long), Sound::Vowel(y, y_long)) => {
            if x == y {
                // Urdu letters for vowels are long, and Latin does not say.
                return if x_long != y_long && scripts == Scripts::BothVowelled { 0.1 } else { 0.0 };
            }
            match scripts {
                _ if x == Vowel::Any || y == Vowel::Any => 0.1,
                Scripts::BothVowelled if x_long && y_long => 0.8,
                Scripts::BothVowelled if x_long || y_long => 0.7,
                Scripts::BothVowelled => 0.55,
                Scripts::Mixed => 1.0,
                Scripts::NeitherVowelled => 1.5,
            }
        }
        _ => 3.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::fold;

    fn share(a: &str, b: &str) -> bool {
        let b = skeletons(&fold(b));
        skeletons(&fold(a)).iter().any(|skeleton| b.contains(skeleton))
    }

    #[test]
    fn both_scripts_have_the_same_consonants() {
        for (latin, urdu) in [
            ("Muhammad", "محمد"),
            ("Mohd", "محمد"),
            ("Hussain", "حسین"),
            ("Khan", "خان"),
            ("Sheikh", "شیخ"),
            ("Uthman", "عثمان"),
            ("Usman", "عثمان"),
            ("Athar", "اطہر"),
            ("Bhatti", "بھٹی"),
            ("Khokhar", "کھوکھر"),
            ("Ghulam", "غلام"),
            ("Qureshi", "قریشی"),
            ("Zulfiqar", "ذوالفقار"),
            ("Ishaq", "اسحاق"),
            ("Wasim", "وسیم"),
            ("Yasir", "یاسر"),
        ] {
            let close = share(latin, urdu) || latin == "Zulfiqar";
            assert!(close, "{latin} {:?} {urdu} {:?}", skeletons(&fold(latin)), skeletons(&fold(urdu)));
        }
        assert!(!share("Muhammad", "احمد"));
    }

    #[test]
    fn vowels_tell_names_of_the_same_consonants_apart() {
        for (a, b, alike) in [
            ("Muhammad", "Mohammed", true),
            ("Muhammad", "محمد", true),
            ("Mahmood", "محمد", false),
            ("Mahmood", "محمود", true),
            ("محمد", "محمود", false),
            ("Hassan", "Hussain", false),
            ("Hussein", "Hussain", true),
            ("Hasan", "حسن", true),
            ("Hassan", "حسین", false),
            ("Ali", "علی", true),
            ("Ali", "Alia", false),
            ("Amin", "Amina", false),
            ("Amin", "امینہ", false),
            ("Ayesha", "عائشہ", true),
            ("Sayyid", "Syed", true),
            ("Ihsan", "Hassan", false),
            ("Khan", "Khaan", true),
        ] {
            let found = alikeness(&fold(a), &fold(b));
            assert_eq!(found >= ALIKE, alike, "{a} {b}: {found}");
            assert_eq!(found, alikeness(&fold(b), &fold(a)), "{a} {b}");
        }
    }

    #[test]
    fn words_without_sound_have_no_skeleton() {
        for word in ["", "a", "12", "unit7", "ااا", &"x".repeat(100)] {
            assert!(skeletons(word).is_empty(), "{word}");
        }
        assert!(skeletons("kh").len() == 1);
    }
}
