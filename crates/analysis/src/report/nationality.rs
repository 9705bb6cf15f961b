//! Whether a person counts as a citizen or as a foreign national.

use jaal_graph::View;
use jaal_model::NodeIdx;

/// What is known of a person's nationality.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Nationality {
    Citizen,
    Foreign,
    Unknown,
}

/// What is known of a person's nationality.
pub(super) fn nationality(view: &View, node: NodeIdx) -> Nationality {
    let keys = view.keys(node);
    let keys: Vec<(&str, &str)> = keys.iter().map(|k| (k.scheme.as_str(), k.value.as_str())).collect();
    let stated = view.property(node, "nationality");
    judge_nationality(&keys, stated.as_str())
}

/// A CNIC makes a citizen; then what the sources state counts, then the country of a passport.
fn judge_nationality(keys: &[(&str, &str)], stated: Option<&str>) -> Nationality {
    let is_home = |country: &str| {
        let country = country.trim();
        ["PAK", "PK", "Pakistan", "Pakistani"].iter().any(|home| home.eq_ignore_ascii_case(country))
    };
    if keys.iter().any(|(scheme, _)| *scheme == "cnic") {
        return Nationality::Citizen;
    }
    if let Some(country) = stated.filter(|country| !country.trim().is_empty()) {
        return if is_home(country) { Nationality::Citizen } else { Nationality::Foreign };
    }
    let mut issuers = keys
        .iter()
        .filter(|(scheme, _)| *scheme == "passport")
        .filter_map(|(_, value)| value.split_once(':').map(|(country, _)| country));
    match issuers.next() {
        // A passport of one's own is no proof against another nationality, but nothing here says that there is one.
        Some(country) if is_home(country) => Nationality::Citizen,
        Some(_) => Nationality::Foreign,
        None => Nationality::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keys, the nationality stated, and what follows.
    type Case<'a> = (&'a [(&'a str, &'a str)], Option<&'a str>, Nationality);

    #[test]
    fn nationality_by_cnic_then_statement_then_passport() {
        let cases: [Case; 8] = [
            (&[("cnic", "3520212345671")], None, Nationality::Citizen),
            (&[("cnic", "3520212345671"), ("passport", "GBR:1")], Some("GBR"), Nationality::Citizen),
            (&[("passport", "CHN:E1")], None, Nationality::Foreign),
            (&[("passport", "PAK:AA1")], None, Nationality::Citizen),
            (&[("passport", "PAK:AA1")], Some("AFG"), Nationality::Foreign),
            (&[("passport", "CHN:E1")], Some("pak"), Nationality::Citizen),
            (&[("row", "0a")], Some(" "), Nationality::Unknown),
            (&[], None, Nationality::Unknown),
        ];
        for (keys, stated, expected) in cases {
            assert_eq!(judge_nationality(keys, stated), expected, "{keys:?} {stated:?}");
        }
    }
}
