//! A marking as a cell writes it: the banner line of [`Marking`]'s display form, in any case.

use jaal_model::{Level, Marking};

/// Levels under their words.
const LEVELS: [Level; 5] =
    [Level::Public, Level::Official, Level::Restricted, Level::Confidential, Level::Secret];

/// What a cell with a marking should have been, for messages.
pub(crate) const EXPECTED: &str = "public, official, restricted, confidential or secret expected, with compartments \
                                   and states after it as in `RESTRICTED // CYBER // REL TO FIA, PTA`";

/// Reads a marking. What is not surely one is none, so that nothing is ever marked lower than its row says.
pub(crate) fn marking(text: &str) -> Option<Marking> {
    let mut parts = text.split("//").map(str::trim);
    let word = parts.next()?;
    let level = LEVELS.into_iter().find(|level| level.word().eq_ignore_ascii_case(word))?;
    let mut marking = Marking { level, ..Marking::default() };
    for part in parts {
        let head = part.get(..REL_TO.len()).is_some_and(|head| head.eq_ignore_ascii_case(REL_TO));
        let (set, list) = if head {
            (&mut marking.releasable_to, part.get(REL_TO.len()..).unwrap_or(""))
        } else {
            (&mut marking.compartments, part)
        };
        for name in list.split(',').map(str::trim) {
            if name.is_empty() {
                return None;
            }
            set.insert(name.to_owned());
        }
    }
    Some(marking)
}

const REL_TO: &str = "REL TO ";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_banner_line_is_read_back() {
        for text in [
            "PUBLIC",
            "SECRET // CYBER",
            "RESTRICTED // CYBER, FIN // REL TO FIA, PTA",
            "OFFICIAL // REL TO FIA",
        ] {
            assert_eq!(marking(text).unwrap().to_string(), text);
        }
        assert_eq!(marking(" secret//cyber ").map(|m| m.to_string()), Some("SECRET // cyber".to_owned()));
        for bad in ["", "TOP SECRET", "RESTRICTED CYBER", "SECRET //", "SECRET // , A", "secrets"] {
            assert!(marking(bad).is_none(), "{bad}");
        }
    }
}
