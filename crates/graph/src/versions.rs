//! The values that a property has had: the one that counts, and where that holds for a time only, those that count
//! at other times.

use crate::Filter;
use jaal_model::Value;
use jaal_model::claim::NO_TIME;

/// A claimed value of a property.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Version {
    /// The rank of the claim's grade.
    pub(crate) rank: u8,
    /// From when and until when (exclusive) it holds, each [`NO_TIME`] where not claimed.
    pub(crate) valid: (i64, i64),
    pub(crate) value: Value,
}

/// A property of an entity or a link in a delta.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Held {
    /// The number of its name in the delta.
    pub(crate) number: u32,
    /// Its values, in the order in which they are chosen: by grade, then the one recorded last. Each but the last
    /// holds for a time only; what would come after one that always holds can never be chosen.
    pub(crate) versions: Vec<Version>,
}

impl Held {
    /// The value under a filter.
    pub(crate) fn value(&self, filter: &Filter) -> Option<&Value> {
        let chosen = self
            .versions
            .iter()
            .find(|version| filter.is_open() || filter.passes(version.rank, version.valid));
        chosen.map(|version| &version.value)
    }
}

/// Whether a validity says that something holds for a time only.
pub(crate) fn is_dated(valid: (i64, i64)) -> bool {
    valid != (NO_TIME, NO_TIME)
}

/// Leaves those of claims in the order of choice that can be chosen at some time: all up to the first that always
/// holds. `group` tells which claims are for one property of one thing.
pub(crate) fn keep_choosable<T, G: PartialEq>(
    claims: &mut Vec<T>,
    group: impl Fn(&T) -> G,
    is_dated: impl Fn(&T) -> bool,
) {
    let mut last: Option<(G, bool)> = None;
    claims.retain(|claim| {
        let own = group(claim);
        let keep = last.as_ref().is_none_or(|(group, is_open)| *group != own || *is_open);
        if keep {
            last = Some((own, is_dated(claim)));
        }
        keep
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use jaal_model::{Grade, Value};

    #[test]
    fn what_comes_after_one_that_always_holds_is_never_chosen() {
        // Group, whether it holds for a time only, and a mark.
        let mut claims = vec![
            (1, true, 'a'),
            (1, true, 'b'),
            (1, false, 'c'),
            (1, true, 'd'),
            (2, false, 'e'),
            (2, false, 'f'),
        ];
        keep_choosable(&mut claims, |claim| claim.0, |claim| claim.1);
        assert_eq!(claims.iter().map(|claim| claim.2).collect::<String>(), "abce");
    }

    #[test]
    fn a_filter_chooses_the_first_that_passes() {
        let rank = |grade: &str| Grade::parse(grade).unwrap().rank();
        let version =
            |grade: &str, valid, value| Version { rank: rank(grade), valid, value: Value::Int(value) };
        let held = Held {
            number: 0,
            versions: vec![
                version("2B", (10, 20), 1),
                version("2B", (NO_TIME, 10), 2),
                version("2D", (NO_TIME, NO_TIME), 3),
            ],
        };
        let value = |as_of: Option<i64>, lowest: Option<&str>| {
            let lowest_grade = lowest.map(|grade| Grade::parse(grade).unwrap());
            held.value(&Filter { as_of, lowest_grade }).and_then(Value::as_int)
        };
        assert_eq!(value(None, None), Some(1));
        assert_eq!(value(Some(15), None), Some(1));
        assert_eq!(value(Some(9), None), Some(2));
        assert_eq!(value(Some(20), None), Some(3), "the end is exclusive");
        assert_eq!(value(Some(20), Some("2B")), None);
        assert_eq!(value(None, Some("1A")), None);
    }
}
