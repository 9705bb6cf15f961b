//! Words for entities, keys, times and texts as people read them.
//!
//! Texts of a case come from files of other people: what could move the cursor of a terminal, colour it, or turn the
//! order of the letters around is replaced before it is printed.

use jaal_engine::model::answer::EntityRef;
use jaal_engine::model::identifier::for_people;
use jaal_engine::model::value::DateTime;
use jaal_engine::model::{Key, ROW_SCHEME};

/// A text without anything that a terminal would act on.
pub(crate) fn clean(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\t' | '\n' | '\r' => ' ',
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
            c if c.is_control() => '\u{fffd}',
            c => c,
        })
        .collect()
}

/// A text cut to a number of characters, with a sign that it was cut.
pub(crate) fn cut(text: &str, most: usize) -> String {
    let text = clean(text);
    if text.chars().count() <= most {
        return text;
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

/// A key's value as people write it: a CNIC with its dashes.
pub(crate) fn key_value(key: &Key) -> String {
    for_people(&key.scheme, &clean(&key.value)).into_owned()
}

/// A sentence about keys, such as `cnic=3520212345671 USES msisdn=+923001234567`, with each key as people write it.
pub(crate) fn keys_in(sentence: &str) -> String {
    const MARK: &str = "cnic=";
    let sentence = clean(sentence);
    let mut text = String::with_capacity(sentence.len() + 4);
    let mut rest = sentence.as_str();
    while let Some(at) = rest.find(MARK) {
        let (before, after) = rest.split_at(at + MARK.len());
        let end = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
        text.push_str(before);
        text.push_str(&for_people("cnic", &after[..end]));
        rest = &after[end..];
    }
    text.push_str(rest);
    text
}

/// The kind that tells most, or the word for an entity of none.
pub(crate) fn kind(entity: &EntityRef) -> String {
    entity.kinds.first().map_or_else(|| "entity".to_owned(), |kind| clean(kind))
}

/// What to call an entity: its name, else its key.
pub(crate) fn label(entity: &EntityRef) -> String {
    match &entity.key {
        Some(key) if key.value == entity.label && key.scheme != ROW_SCHEME => key_value(key),
        _ => clean(&entity.label),
    }
}

/// An entity's key where it has one that tells more than its label.
pub(crate) fn key(entity: &EntityRef) -> Option<String> {
    entity.key.as_ref().filter(|key| key.scheme != ROW_SCHEME && key.value != entity.label).map(key_value)
}

/// An entity on one line: `Ali Raza (Person 35202-1234567-1)`, `+923001234567 (Phone)`.
pub(crate) fn entity(entity: &EntityRef) -> String {
    match key(entity) {
        Some(key) => format!("{} ({} {key})", label(entity), kind(entity)),
        None => format!("{} ({})", label(entity), kind(entity)),
    }
}

/// How to name an entity on the command line so that it is found again.
pub(crate) fn address(entity: &EntityRef) -> String {
    match &entity.key {
        Some(key) if key.scheme != ROW_SCHEME => {
            format!("{}:{}={}", kind(entity), clean(&key.scheme), clean(&key.value))
        }
        _ => entity.id.to_string(),
    }
}

/// An instant in UTC.
pub(crate) fn instant(seconds: i64) -> String {
    DateTime { seconds, nanos: 0, offset_s: 0, zone: None }.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_acts_on_a_terminal_is_left() {
        assert_eq!(
            clean("a\u{1b}[31mb\u{7}\n\u{9b}1mعلی\u{202e}x"),
            "a\u{fffd}[31mb\u{fffd} \u{fffd}1mعلی\u{fffd}x"
        );
        for c in '\0'..='\u{ffff}' {
            assert!(!clean(&c.to_string()).contains(char::is_control), "{c:?}");
        }
        assert_eq!(cut("abcdef", 4), "abc…");
        assert_eq!(cut("abcd", 4), "abcd");
    }

    #[test]
    fn a_cnic_has_dashes_and_other_keys_stand_as_they_are() {
        assert_eq!(key_value(&Key::new("cnic", "3520212345671")), "35202-1234567-1");
        assert_eq!(key_value(&Key::new("cnic", "352021234567é")), "352021234567é");
        assert_eq!(key_value(&Key::new("msisdn", "+923001234567")), "+923001234567");
        assert_eq!(
            keys_in("cnic=3520212345671 SAME cnic=35202: at, cnic=3520212345673"),
            "cnic=35202-1234567-1 SAME cnic=35202: at, cnic=35202-1234567-3"
        );
        assert_eq!(keys_in("nothing cnic="), "nothing cnic=");
    }
}
