//! Telephone numbers that no fast path takes, worked out with the numbering plans of all countries and kept, so
//! that a number seen before costs a look-up.

use super::{Country, Flag, Normalised};
use phonenumber::{PhoneNumber, is_valid, parse};
use std::collections::HashMap;

/// Numbers kept at most; at about 100 bytes each the cache stays below 30 MB.
const CAPACITY: usize = 1 << 18;

/// Digits, and whether they begin with a country code for certain.
type Dialled = (Box<str>, bool);

/// The telephone numbers worked out so far. It is for one country: a [`Context`](super::Context) owns it.
#[derive(Debug, Default)]
pub struct PhoneCache {
    known: HashMap<Dialled, (Box<str>, Option<Flag>)>,
}

impl PhoneCache {
    /// How many numbers are kept.
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// Whether none is kept.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// The number for ASCII digits, of which `international` says that they begin with a country code.
    pub(super) fn resolve(&mut self, country: Country, digits: &str, international: bool) -> Normalised {
        let key: Dialled = (digits.into(), international);
        if let Some((value, flag)) = self.known.get(&key) {
            return number(value, *flag);
        }
        let (value, flag) =
            if international { worked_out(digits) } else { worked_out_at_home(country, digits) };
        let found = number(&value, flag);
        if self.known.len() >= CAPACITY {
            self.known.clear();
        }
        self.known.insert(key, (value.into(), flag));
        found
    }
}

fn number(value: &str, flag: Option<Flag>) -> Normalised {
    Normalised { scheme: "msisdn", value: value.to_owned(), flags: flag.into_iter().collect() }
}

/// Digits that begin with a country code. The library also takes away what looks like a trunk prefix where
/// there is none (`+7 800 ...` begins with Russia's 8), so its answer counts only where the digits bear it out.
fn worked_out(digits: &str) -> (String, Option<Flag>) {
    let dialled = format!("+{digits}");
    let Some(found) = parse(None, &dialled).ok().filter(is_valid) else {
        // A number of a valid length may belong to a plan newer than the library's.
        return (dialled, Some(Flag::NotE164));
    };
    let value = e164(&found);
    if value == dialled {
        return (value, None);
    }
    // `+44 (0)20 ...`: the zero that is dialled at home only.
    let national = found.national().to_string();
    let with_trunk_zero = format!("+{}0{national}", found.country().code());
    let settled = || parse(None, &value).ok().filter(is_valid).is_some_and(|again| e164(&again) == value);
    if with_trunk_zero == dialled && settled() { (value, None) } else { (dialled, Some(Flag::Unverified)) }
}

/// Digits as dialled in a country; where they make no number there, but one with their own country code, as
/// switches often write foreign numbers, that one, marked as a guess.
fn worked_out_at_home(country: Country, digits: &str) -> (String, Option<Flag>) {
    if let Some(found) = parse(Some(country.id()), digits).ok().filter(is_valid) {
        let value = e164(&found);
        if worked_out(value.trim_start_matches('+')) == (value.clone(), None) {
            return (value, None);
        }
    }
    if digits.len() >= 10 && !digits.starts_with('0') {
        let (value, flag) = worked_out(digits);
        if flag.is_none() && value.len() == digits.len() + 1 {
            return (value, Some(Flag::Unverified));
        }
    }
    (digits.to_owned(), Some(Flag::NotE164))
}

fn e164(number: &PhoneNumber) -> String {
    format!("+{}{}", number.country().code(), number.national())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_worked_out_once() {
        let mut phones = PhoneCache::default();
        let first = phones.resolve(Country::PAKISTAN, "04235761234", false);
        assert_eq!(first.value, "+924235761234");
        assert_eq!(phones.resolve(Country::PAKISTAN, "04235761234", false), first);
        assert_eq!(phones.len(), 1);
        phones.resolve(Country::PAKISTAN, "04235761234", true);
        assert_eq!(phones.len(), 2);
    }
}
