//! What normalising needs besides the text: the country whose national number formats apply, and the cache of
//! telephone numbers already worked out.

use super::PhoneCache;
use phonenumber::country::Id;
use phonenumber::metadata::DATABASE;

/// A country by its ISO 3166-1 two-letter code, of those that have a telephone numbering plan.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Country(Id);

impl Country {
    /// Pakistan, the default.
    pub const PAKISTAN: Self = Self(Id::PK);

    /// The country with a two-letter code, in either case; `None` when there is no such country.
    pub fn new(code: &str) -> Option<Self> {
        code.trim().to_ascii_uppercase().parse().ok().map(Self)
    }

    /// Its two letters.
    pub fn as_str(&self) -> &str {
        self.0.as_ref()
    }

    /// The code that its telephone numbers begin with in international form: 92 for Pakistan. `None` where the
    /// numbering plans name none.
    pub fn calling_code(&self) -> Option<u16> {
        DATABASE.by_id(self.as_str()).map(phonenumber::Metadata::country_code)
    }

    pub(super) fn id(self) -> Id {
        self.0
    }
}

impl Default for Country {
    fn default() -> Self {
        Self::PAKISTAN
    }
}

/// What normalising needs besides the text; one for each reader of a delivery.
#[derive(Debug, Default)]
pub struct Context {
    country: Country,
    pub(super) phones: PhoneCache,
}

impl Context {
    /// A context for records of a country given by its two letters. A text that names no country gives
    /// Pakistan; check with [`Country::new`] where a user wrote it.
    pub fn new(country: &str) -> Self {
        Self { country: Country::new(country).unwrap_or_default(), phones: PhoneCache::default() }
    }

    /// The country whose national formats apply.
    pub fn country(&self) -> Country {
        self.country
    }

    /// The telephone numbers worked out so far.
    pub fn phones(&self) -> &PhoneCache {
        &self.phones
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_known_by_two_letters() {
        assert_eq!(Country::new("pk"), Some(Country::PAKISTAN));
        assert_eq!(Country::new("CN").unwrap().as_str(), "CN");
        for (code, calling) in [("PK", 92), ("AE", 971), ("US", 1), ("CN", 86)] {
            assert_eq!(Country::new(code).unwrap().calling_code(), Some(calling), "{code}");
        }
        for none in ["PAK", "XX", "P", ""] {
            assert_eq!(Country::new(none), None, "{none}");
        }
        assert_eq!(Context::new("??").country(), Country::PAKISTAN);
    }
}
