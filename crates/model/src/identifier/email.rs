//! E-mail addresses, in lower case throughout: the standard (RFC 5321 section 2.4) lets the part before the `@`
//! tell cases apart, but no provider in use does.

use super::clean::{tidy, usable};
use super::{Flag, Normalised};

pub(super) fn email(raw: &str) -> Option<Normalised> {
    let text = usable(raw)?;
    let lower = tidy(&text.to_lowercase());
    let bare = lower.strip_prefix("mailto:").unwrap_or(&lower).trim();
    // `Name <address>` as mail programs write it.
    let bare = match (bare.split_once('<'), bare.strip_suffix('>')) {
        (Some((_, address)), Some(_)) => address.trim_end_matches('>').trim(),
        _ => bare,
    };
    if is_address(bare) {
        return Some(Normalised::plain("email", bare.to_owned()));
    }
    Some(Normalised::flagged("email", lower, Flag::BadCharacter))
}

/// One `@`, something before it, a dotted name after it, nothing that no address has outside quotes.
fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    let stray = |c: char| c.is_whitespace() || "<>()[],;:\\\"@".contains(c);
    !local.is_empty()
        && !text.contains(|c| stray(c) && c != '@')
        && !domain.contains('@')
        && domain.contains('.')
        && domain.split('.').all(|label| {
            !label.is_empty()
                && !label.starts_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_of_the_table() {
        for (text, value, flags) in [
            (" Ali.Khan@Example.COM ", "ali.khan@example.com", &[][..]),
            ("mailto:a+b@example.org", "a+b@example.org", &[]),
            ("Ali Khan <ali@example.org>", "ali@example.org", &[]),
            ("ali@localhost", "ali@localhost", &[Flag::BadCharacter]),
            ("ali at example.org", "ali at example.org", &[Flag::BadCharacter]),
            ("a@b@example.org", "a@b@example.org", &[Flag::BadCharacter]),
            ("a@.org", "a@.org", &[Flag::BadCharacter]),
        ] {
            let found = email(text).unwrap();
            assert_eq!((found.value.as_str(), &found.flags[..]), (value, flags), "{text}");
        }
        assert_eq!(email("@"), None);
    }
}
