//! Markings: who may see a claim. A level (ordered), compartments (a reader needs all of them) and
//! releasable-to (a reader needs one of them, when any are named).

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

/// Levels in rising order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// May be published.
    Public,
    /// The everyday level of an office; the default.
    #[default]
    Official,
    /// Harm to a case or a person if it leaks.
    Restricted,
    /// Serious harm.
    Confidential,
    /// Grave harm.
    Secret,
}

impl Level {
    /// The word as written in specifications and on diagrams.
    pub fn word(self) -> &'static str {
        match self {
            Self::Public => "PUBLIC",
            Self::Official => "OFFICIAL",
            Self::Restricted => "RESTRICTED",
            Self::Confidential => "CONFIDENTIAL",
            Self::Secret => "SECRET",
        }
    }
}

/// The marking of a claim, and by [`Marking::join`] of whatever is derived from several.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Marking {
    /// The level.
    pub level: Level,
    /// Compartments, all of which a reader must hold.
    pub compartments: BTreeSet<String>,
    /// Units or states that may see it, one of which a reader must be; empty means no such restriction.
    pub releasable_to: BTreeSet<String>,
}

/// The unit to which something is releasable that nobody may see: what two sources each release to others only.
const NOBODY: &str = "NONE";

/// What a reader holds.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub struct Clearance {
    /// The highest level the reader may see.
    pub level: Level,
    /// Compartments held; `None` means all (the administrator).
    pub compartments: Option<BTreeSet<String>>,
    /// Units or states the reader belongs to; `None` means all.
    pub member_of: Option<BTreeSet<String>>,
}

impl Clearance {
    /// The clearance that sees everything.
    pub fn everything() -> Self {
        Self { level: Level::Secret, compartments: None, member_of: None }
    }

    /// Whether a reader with this clearance may see a claim so marked.
    pub fn admits(&self, marking: &Marking) -> bool {
        let is_of = |member: &BTreeSet<String>| {
            // Whoever claims to belong to the impossible unit belongs to nobody.
            marking.releasable_to.iter().any(|unit| unit != NOBODY && member.contains(unit))
        };
        marking.level <= self.level
            && self.compartments.as_ref().is_none_or(|held| marking.compartments.is_subset(held))
            && self.member_of.as_ref().is_none_or(|member| marking.releasable_to.is_empty() || is_of(member))
    }

    /// Whether another clearance admits all markings that this one does.
    pub fn is_within(&self, other: &Self) -> bool {
        let within = |mine: &Option<BTreeSet<String>>, theirs: &Option<BTreeSet<String>>| {
            let is_part = |theirs| mine.as_ref().is_some_and(|mine| mine.is_subset(theirs));
            theirs.as_ref().is_none_or(is_part)
        };
        self.level <= other.level
            && within(&self.compartments, &other.compartments)
            && within(&self.member_of, &other.member_of)
    }
}

impl Marking {
    /// The marking that hides nothing from anybody.
    pub fn public() -> Self {
        Self { level: Level::Public, ..Self::default() }
    }

    /// Reads a level and compartments after slashes, as in `restricted/CYBER`; what a clearance is written as, too.
    ///
    /// # Errors
    /// What is wrong with the text, and what would be right.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parts = text.split('/').map(str::trim);
        let word = parts.next().unwrap_or_default();
        let levels = [Level::Public, Level::Official, Level::Restricted, Level::Confidential, Level::Secret];
        let level =
            levels.into_iter().find(|level| level.word().eq_ignore_ascii_case(word)).ok_or_else(|| {
                format!("`{word}` is no level: public, official, restricted, confidential or secret expected")
            })?;
        let compartments: BTreeSet<String> = parts.map(str::to_owned).collect();
        if compartments.contains("") {
            return Err("nothing stands after a slash; for example restricted/CYBER".to_owned());
        }
        Ok(Self { level, compartments, releasable_to: BTreeSet::new() })
    }

    /// The marking of something derived from both: the higher level, the union of compartments, and the
    /// intersection of releasability (where only one restricts, that one).
    #[must_use]
    pub fn join(&self, other: &Self) -> Self {
        let releasable_to = match (self.releasable_to.is_empty(), other.releasable_to.is_empty()) {
            (true, _) => other.releasable_to.clone(),
            (_, true) => self.releasable_to.clone(),
            _ => {
                let both: BTreeSet<String> =
                    self.releasable_to.intersection(&other.releasable_to).cloned().collect();
                // Nobody may see both: an impossible unit keeps the restriction instead of lifting it.
                if both.is_empty() { BTreeSet::from([NOBODY.to_owned()]) } else { both }
            }
        };
        Self {
            level: self.level.max(other.level),
            compartments: self.compartments.union(&other.compartments).cloned().collect(),
            releasable_to,
        }
    }
}

impl fmt::Display for Marking {
    /// The banner line, for example `RESTRICTED // CYBER // REL TO FIA, PTA`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.level.word())?;
        if !self.compartments.is_empty() {
            let list: Vec<&str> = self.compartments.iter().map(String::as_str).collect();
            write!(f, " // {}", list.join(", "))?;
        }
        if !self.releasable_to.is_empty() {
            let list: Vec<&str> = self.releasable_to.iter().map(String::as_str).collect();
            write!(f, " // REL TO {}", list.join(", "))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marking(level: Level, compartments: &[&str], releasable: &[&str]) -> Marking {
        Marking {
            level,
            compartments: compartments.iter().map(|s| (*s).to_owned()).collect(),
            releasable_to: releasable.iter().map(|s| (*s).to_owned()).collect(),
        }
    }

    #[test]
    fn who_sees_the_join_sees_both() {
        let levels = [Level::Public, Level::Official, Level::Secret];
        let sets: [&[&str]; 4] = [&[], &["a"], &["b"], &["a", "b"]];
        let mut all = Vec::new();
        for level in levels {
            for compartments in sets {
                for releasable in sets {
                    all.push(marking(level, compartments, releasable));
                }
            }
        }
        for held in sets {
            let some = |s: &[&str]| Some(s.iter().map(|x| (*x).to_owned()).collect());
            let reader =
                Clearance { level: Level::Official, compartments: some(held), member_of: some(held) };
            for a in &all {
                for b in &all {
                    if reader.admits(&a.join(b)) {
                        assert!(reader.admits(a) && reader.admits(b), "{a} | {b}");
                    }
                }
            }
        }
    }

    #[test]
    fn who_is_within_another_sees_no_more() {
        let some = |s: &[&str]| Some(s.iter().map(|x| (*x).to_owned()).collect());
        let held = [None, some(&[]), some(&["a"]), some(&["a", "b"]), some(&["NONE"])];
        let mut readers = Vec::new();
        for level in [Level::Official, Level::Secret] {
            for compartments in &held {
                let (compartments, all) = (compartments.clone(), &held);
                let with = |member_of: &Option<BTreeSet<String>>| Clearance {
                    level,
                    compartments: compartments.clone(),
                    member_of: member_of.clone(),
                };
                readers.extend(all.iter().map(with));
            }
        }
        let sets: [&[&str]; 4] = [&[], &["a"], &["b"], &["a", "b"]];
        let mut seen = 0;
        for (one, other) in readers.iter().flat_map(|one| readers.iter().map(move |other| (one, other))) {
            for (compartments, releasable) in sets.iter().flat_map(|c| sets.iter().map(move |r| (c, r))) {
                let marking = marking(Level::Secret, compartments, releasable);
                if one.is_within(other) && one.admits(&marking) {
                    seen += 1;
                    assert!(other.admits(&marking), "{one:?} is within {other:?}: {marking}");
                }
            }
        }
        assert!(seen > 0 && readers.iter().all(|reader| reader.is_within(&Clearance::everything())));
        assert!(!Clearance::everything().is_within(&readers[1]));
    }

    #[test]
    fn nobody_is_of_the_impossible_unit() {
        let both = marking(Level::Public, &[], &["a"]).join(&marking(Level::Public, &[], &["b"]));
        let of =
            |unit: &str| Clearance { member_of: Some([unit.to_owned()].into()), ..Clearance::everything() };
        for unit in ["a", "b", NOBODY] {
            assert!(!of(unit).admits(&both), "{unit} sees {both}");
        }
        assert!(Clearance::everything().admits(&both));
    }

    #[test]
    fn a_level_is_read_with_compartments() {
        assert_eq!(
            Marking::parse("Restricted/CYBER/X").unwrap(),
            marking(Level::Restricted, &["CYBER", "X"], &[])
        );
        for bad in ["", "high", "secret/", "/CYBER"] {
            assert!(Marking::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn prints_a_banner() {
        let m = marking(Level::Restricted, &["CYBER"], &["PTA", "FIA"]);
        assert_eq!(m.to_string(), "RESTRICTED // CYBER // REL TO FIA, PTA");
    }
}
