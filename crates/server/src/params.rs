//! The parameters of a question: the query of an address, read strictly.
//!
//! Names that an endpoint does not know, names given twice and broken percent-encoding are errors: a constraint that
//! was misspelt must not silently be none. A value that is empty counts as not given, because forms send every field.

use crate::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use std::ops::RangeInclusive;

/// Parameters that may be given several times.
const REPEATABLE: [&str; 2] = ["avoid", "entities"];

/// Names and values in the order given.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Params(Vec<(String, String)>);

impl<S: Sync> FromRequestParts<S> for Params {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        Self::parse(parts.uri.query().unwrap_or_default())
    }
}

impl Params {
    /// Reads a query.
    fn parse(query: &str) -> Result<Self, Problem> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for part in query.split('&').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let (name, value) = (decoded(name)?, decoded(value)?);
            if value.trim().is_empty() && part.contains('=') {
                continue;
            }
            if !REPEATABLE.contains(&name.as_str()) && pairs.iter().any(|(given, _)| *given == name) {
                return Err(Problem::query(format!("`{name}` is given more than once: give it once")));
            }
            pairs.push((name, value));
        }
        Ok(Self(pairs))
    }

    /// Refuses names that are not among these.
    pub(crate) fn only(&self, known: &[&[&str]]) -> Result<(), Problem> {
        let is_known = |name: &str| known.iter().any(|names| names.contains(&name));
        match self.0.iter().find(|(name, _)| !is_known(name)) {
            None => Ok(()),
            Some((name, _)) => {
                let known = known.concat().join("`, `");
                let expected = if known.is_empty() { "none".to_owned() } else { format!("`{known}`") };
                Err(Problem::query(format!("there is no parameter `{name}` here: {expected} expected")))
            }
        }
    }

    /// The value of a name.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// The value of a name that must be given.
    pub(crate) fn required(&self, name: &str) -> Result<String, Problem> {
        self.text(name)
            .filter(|value| !value.trim().is_empty())
            .map(str::to_owned)
            .ok_or_else(|| Problem::query(format!("`{name}` is missing")))
    }

    /// All values of a name.
    pub(crate) fn all(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(given, _)| given == name).map(|(_, value)| value.clone()).collect()
    }

    /// All values of a name, each split at commas.
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        let values = self.0.iter().filter(|(given, _)| given == name);
        values
            .flat_map(|(_, value)| value.split(','))
            .map(str::trim)
            .filter(|item| !item.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// A whole number in a range, if given.
    pub(crate) fn number(&self, name: &str, range: RangeInclusive<u64>) -> Result<Option<u64>, Problem> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let number = text.trim().parse().ok().filter(|number| range.contains(number));
        number.map(Some).ok_or_else(|| {
            bad(name, text, &format!("a whole number from {} to {} expected", range.start(), range.end()))
        })
    }

    /// Whether something is wanted: `true`, `1` or the bare name; not given is no.
    pub(crate) fn flag(&self, name: &str) -> Result<bool, Problem> {
        match self.text(name) {
            None | Some("false" | "0") => Ok(false),
            Some("" | "true" | "1" | "on") => Ok(true),
            Some(other) => Err(bad(name, other, "true or false expected")),
        }
    }

    /// A value that something else reads, if given.
    pub(crate) fn read<T>(
        &self,
        name: &str,
        expected: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, Problem> {
        let Some(text) = self.text(name) else { return Ok(None) };
        read(text.trim()).map(Some).ok_or_else(|| bad(name, text, expected))
    }
}

fn bad(name: &str, text: &str, expected: &str) -> Problem {
    Problem::query(format!("`{name}` is `{text}`: {expected}"))
}

/// A part of a query as text: `+` is a blank, `%` and two hexadecimal digits a byte, and the bytes are UTF-8.
fn decoded(part: &str) -> Result<String, Problem> {
    let wrong = |what: &str| Problem::query(format!("the query is malformed: {what} in `{part}`"));
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        match first {
            b'+' => bytes.push(b' '),
            b'%' => {
                let digits = after.get(..2).and_then(|pair| std::str::from_utf8(pair).ok());
                let digits = digits.filter(|pair| pair.bytes().all(|b| b.is_ascii_hexdigit()));
                let byte = digits.and_then(|pair| u8::from_str_radix(pair, 16).ok());
                bytes.push(byte.ok_or_else(|| wrong("`%` without two hexadecimal digits"))?);
                rest = &after[2..];
            }
            other => bytes.push(*other),
        }
    }
    let text = String::from_utf8(bytes).map_err(|_| wrong("bytes that are not UTF-8"))?;
    if text.contains('\0') { Err(wrong("a zero byte")) } else { Ok(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_decoded() {
        let params = Params::parse("find=Ali+Raza%20%26&limit=5&why&empty=&avoid=a&avoid=b,c&").unwrap();
        assert_eq!(params.text("find"), Some("Ali Raza &"));
        assert_eq!(params.number("limit", 1..=9).unwrap(), Some(5));
        assert!(params.flag("why").unwrap());
        assert_eq!(params.text("empty"), None);
        assert_eq!(params.all("avoid"), ["a", "b,c"]);
        assert_eq!(params.list("avoid"), ["a", "b", "c"]);
        assert!(!params.flag("nothing").unwrap());
    }

    #[test]
    fn broken_queries_are_refused() {
        for broken in ["a=%", "a=%4", "a=%zz", "a=%+1", "a=%ff", "a=%00", "%C3=1", "a=1&a=2", "a=%é"] {
            assert_eq!(Params::parse(broken).unwrap_err().status(), 400, "{broken}");
        }
    }

    #[test]
    fn numbers_keep_to_their_range() {
        let of = |text: &str| Params(vec![("n".to_owned(), text.to_owned())]).number("n", 1..=10);
        assert_eq!(of(" 10 "), Ok(Some(10)));
        for bad in ["0", "11", "-1", "1.5", "x", "99999999999999999999", "1e1"] {
            assert_eq!(of(bad).unwrap_err().status(), 400, "{bad}");
        }
    }

    #[test]
    fn unknown_names_are_refused_with_the_known_ones() {
        let params = Params::parse("hopps=2").unwrap();
        let told = params.only(&[&["hops", "types"], &["avoid"]]).unwrap_err();
        assert_eq!(
            told,
            Problem::query("there is no parameter `hopps` here: `hops`, `types`, `avoid` expected")
        );
        assert!(params.only(&[&["hopps"]]).is_ok());
    }
}
