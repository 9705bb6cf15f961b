//! Grades: how far a source and a piece of information are trusted, in the UK 3x5x2 words (source 1 to 3,
//! information A to E) with the Admiralty system (source A to F, information 1 to 6) mapped onto them.
//! The original text is kept by the claim's shape when it was Admiralty.

use serde::{Deserialize, Serialize};
use std::fmt;

/// One grade. Smaller is better; `Ord` ranks by information first, then by source, best first, which is the
/// order in which conflicting claims win.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Grade {
    /// 1 reliable, 2 untested, 3 not reliable.
    source: u8,
    /// 0 = A known directly, 1 = B known indirectly but corroborated, 2 = C known indirectly, 3 = D not known,
    /// 4 = E suspected to be false.
    information: u8,
    /// Whether the text was in the Admiralty system, with its own letter and digit, for printing it back.
    admiralty: Option<(u8, u8)>,
}

/// Why a text is not a grade.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error(
    "`{text}` is not a grade: write 1-3 then A-E (for example 2B), or Admiralty A-F then 1-6 (for example B2)"
)]
pub struct GradeError {
    /// The offending text.
    pub text: String,
}

impl Grade {
    /// The grade of a delivery that states none: untested source, not known (2D).
    pub const UNGRADED: Self = Self { source: 2, information: 3, admiralty: None };

    /// Reads `2B` (3x5x2) or `B2` (Admiralty), in either case of letters.
    ///
    /// # Errors
    /// [`GradeError`] when the text is neither.
    pub fn parse(text: &str) -> Result<Self, GradeError> {
        let bad = || GradeError { text: text.to_owned() };
        let trimmed = text.trim().to_ascii_uppercase();
        let [first, second] = trimmed.as_bytes() else { return Err(bad()) };
        match (first, second) {
            (b'1'..=b'3', b'A'..=b'E') => {
                Ok(Self { source: first - b'0', information: second - b'A', admiralty: None })
            }
            (b'A'..=b'F', b'1'..=b'6') => Ok(Self {
                source: match first {
                    b'A' | b'B' => 1,
                    b'D' | b'E' => 3,
                    _ => 2,
                },
                information: match second {
                    b'1' => 0,
                    b'2' => 1,
                    b'3' => 2,
                    b'5' => 4,
                    _ => 3,
                },
                admiralty: Some((*first, *second)),
            }),
            _ => Err(bad()),
        }
    }

    /// Rank from 0 (best, 1A) to 14 (worst, 3E): information first, then source.
    pub fn rank(self) -> u8 {
        self.information * 3 + (self.source - 1)
    }

    /// The 3x5x2 grade of a rank as given by [`Grade::rank`]; ranks above 14 give the worst.
    pub fn from_rank(rank: u8) -> Self {
        let rank = rank.min(14);
        Self { source: rank % 3 + 1, information: rank / 3, admiralty: None }
    }

    /// How sure a link of this grade is drawn: confirmed (A or B by a reliable source), tentative, unconfirmed
    /// (D or E).
    pub fn certainty(self) -> Certainty {
        match (self.information, self.source) {
            (0 | 1, 1) => Certainty::Confirmed,
            (0..=2, _) => Certainty::Tentative,
            _ => Certainty::Unconfirmed,
        }
    }
}

/// The three line styles of a chart.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// A reliable source knows it directly, or indirectly and corroborated.
    Confirmed,
    /// Something weaker, but known.
    Tentative,
    /// Not known, or suspected to be false.
    Unconfirmed,
}

/// The parts of a grade, as stored formats have them.
type Parts = (u8, u8, Option<(u8, u8)>);

impl Serialize for Grade {
    /// The text (`2B`) for people's formats, the parts for stored ones.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            (self.source, self.information, self.admiralty).serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Grade {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            return Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom);
        }
        let (source, information, admiralty) = Parts::deserialize(deserializer)?;
        let grade = Self { source, information, admiralty };
        // Stored bytes may be damaged: only what prints as a grade that reads back as this one is one.
        match Self::parse(&grade.to_string()) {
            Ok(read) if read == grade => Ok(grade),
            _ => Err(serde::de::Error::custom("stored parts that are no grade")),
        }
    }
}

impl PartialOrd for Grade {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Grade {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.rank().cmp(&other.rank()).then_with(|| self.admiralty.cmp(&other.admiralty))
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.admiralty {
            Some((letter, digit)) => write!(f, "{}{}", letter as char, digit as char),
            None => write!(f, "{}{}", self.source, (b'A'.saturating_add(self.information)) as char),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_prints_both_systems() {
        for text in ["1A", "2B", "3E", "A1", "F6", "C3"] {
            assert_eq!(Grade::parse(text).unwrap().to_string(), text);
        }
        for bad in ["", "4A", "1F", "G1", "A7", "AA", "11", "1A ?"] {
            assert!(Grade::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn is_a_text_in_json() {
        for text in ["1A", "3E", "B2", "F6"] {
            let grade = Grade::parse(text).unwrap();
            let json = serde_json::to_string(&grade).unwrap();
            assert_eq!(json, format!("\"{text}\""));
            assert_eq!(serde_json::from_str::<Grade>(&json).unwrap(), grade);
        }
        assert!(serde_json::from_str::<Grade>("\"9Z\"").is_err());
    }

    #[test]
    fn ranks_order_by_information_then_source() {
        let mut all: Vec<Grade> = (0..15).map(Grade::from_rank).collect();
        all.sort();
        let text: Vec<String> = all.iter().map(ToString::to_string).collect();
        assert_eq!(text[..4], ["1A", "2A", "3A", "1B"]);
        assert!(all.iter().enumerate().all(|(i, g)| usize::from(g.rank()) == i));
    }
}
