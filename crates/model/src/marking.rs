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
        marking.level <= self.level
            && self.compartments.as_ref().is_none_or(|held| marking.compartments.is_subset(held))
            && self.member_of.as_ref().is_none_or(|member| {
                marking.releasable_to.is_empty() || !marking.releasable_to.is_disjoint(member)
            })
    }
}

impl Marking {
    /// The marking that hides nothing from anybody.
    pub fn public() -> Self {
        Self { level: Level::Public, ..Self::default() }
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
                if both.is_empty() { BTreeSet::from(["NONE".to_owned()]) } else { both }
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
    fn prints_a_banner() {
        let m = marking(Level::Restricted, &["CYBER"], &["PTA", "FIA"]);
        assert_eq!(m.to_string(), "RESTRICTED // CYBER // REL TO FIA, PTA");
    }
}
