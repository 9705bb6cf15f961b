//! Identifiers of any text whatever: the three rules that hold for every scheme, and check digits against plain
//! independent computations.
#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up should stop")]

use jaal_model::identifier::{Context, Flag, Normaliser, facts, guess, is_valid_cnic, luhn_digit};
use jaal_model::names::{fold, tokens};
use proptest::prelude::*;

const ALL: [Normaliser; 14] = [
    Normaliser::Cnic,
    Normaliser::Msisdn,
    Normaliser::Iban,
    Normaliser::Account,
    Normaliser::Imei,
    Normaliser::Imsi,
    Normaliser::Iccid,
    Normaliser::Passport,
    Normaliser::Ntn,
    Normaliser::Secp,
    Normaliser::Plate,
    Normaliser::Email,
    Normaliser::Wallet,
    Normaliser::Text,
];

/// Texts of every kind: any at all, decorated numbers, near-identifiers.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => ".{0,24}",
        2 => "[-+0-9 ().,/*xXeEfF:=\"']{0,26}",
        1 => "\\+?[0-9]{2,18}",
        1 => "[٠-٩۰-۹0-9 -]{5,20}",
        1 => "[²³①-⑨½𝟎-𝟡０-９0-9Ａ-Ｚ ]{1,15}",
        1 => "(0|92|\\+92|0092)?3[0-9]{9}(\\.0)?",
        1 => "[A-Za-z]{2}[0-9]{2}[A-Za-z0-9 ]{10,24}",
        1 => "(IBAN|bitcoin:|mailto:|tel:|0x|bc1|T|1|PAK[: -]|pk:)[A-Za-z0-9@. -]{0,40}",
        1 => "\\PC{0,12}@\\PC{0,12}",
    ]
}

/// The Luhn check digit as the standard words it: try them all.
fn plain_luhn(digits: &str) -> u8 {
    let holds = |check: u32| {
        let all: Vec<u32> = digits.chars().filter_map(|c| c.to_digit(10)).chain([check]).collect();
        let total: u32 = all
            .iter()
            .rev()
            .enumerate()
            .map(|(i, d)| if i % 2 == 0 { *d } else { d * 2 / 10 + d * 2 % 10 })
            .sum();
        total.is_multiple_of(10)
    };
    (0..10).find(|check| holds(*check)).unwrap() as u8
}

/// The remainder modulo 97 of an IBAN, as ISO 13616 words it: move four characters, letters to numbers, divide.
fn plain_mod97(iban: &str) -> u32 {
    let moved = format!("{}{}", &iban[4..], &iban[..4]);
    let digits: String = moved.chars().map(|c| c.to_digit(36).unwrap().to_string()).collect();
    digits.chars().fold(0, |rest, c| (rest * 10 + c.to_digit(10).unwrap()) % 97)
}

fn to_arabic(text: &str, extended: bool) -> String {
    let zero = if extended { 0x6F0 } else { 0x660 };
    text.chars().map(|c| c.to_digit(10).and_then(|d| char::from_u32(zero + d)).unwrap_or(c)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_usable_is_dropped_and_normal_forms_stay(text in text()) {
        let mut ctx = Context::default();
        let usable = text.chars().any(|c| c.is_ascii_alphanumeric());
        for normaliser in ALL {
            let Some(found) = normaliser.normalise(&text, &mut ctx) else {
                prop_assert!(!usable, "{:?} dropped {:?}", normaliser, text);
                continue;
            };
            prop_assert!(!found.value.is_empty());
            let again = normaliser.normalise(&found.value, &mut ctx).unwrap();
            prop_assert_eq!(&again.value, &found.value, "{:?} of {:?}", normaliser, text);
            if found.is_valid() {
                prop_assert_eq!(again.scheme, found.scheme, "{:?} of {:?}", normaliser, text);
                prop_assert!(again.is_valid(), "{:?} of {:?}", normaliser, text);
            }
            if !found.scheme.is_empty() && found.is_valid() {
                let by_scheme = Normaliser::for_scheme(found.scheme).normalise(&found.value, &mut ctx).unwrap();
                prop_assert_eq!(by_scheme.scheme, found.scheme);
                prop_assert_eq!(&by_scheme.value, &found.value);
            }
        }
    }

    #[test]
    fn arabic_digits_mean_ascii_ones(text in "[-+0-9 ().]{1,20}|0?3[0-9]{9}|[0-9]{13,20}", extended: bool) {
        let arabic = to_arabic(&text, extended);
        let mut ctx = Context::default();
        for normaliser in ALL {
            let plain = normaliser.normalise(&text, &mut ctx);
            prop_assert_eq!(normaliser.normalise(&arabic, &mut ctx), plain, "{:?} of {}", normaliser, text);
        }
    }

    #[test]
    fn luhn_digits_agree_with_the_definition(digits in "[0-9]{0,20}") {
        prop_assert_eq!(luhn_digit(&digits), plain_luhn(&digits));
    }

    #[test]
    fn handsets_are_their_first_fourteen_digits(handset in "[0-9]{14}", version in "[0-9]{2}") {
        let mut ctx = Context::default();
        let mut value = |text: &str| Normaliser::Imei.normalise(text, &mut ctx).unwrap();
        prop_assert_eq!(&value(&handset).value, &handset);
        prop_assert_eq!(&value(&format!("{handset}{version}")).value, &handset);
        let check = plain_luhn(&handset);
        prop_assert_eq!(&value(&format!("{handset}{check}")).value, &handset);
        for other in (1..10).filter(|digit| *digit != check) {
            let wrong = value(&format!("{handset}{other}"));
            prop_assert!(!wrong.is_valid());
        }
        prop_assert_eq!(&value(&format!("{handset}0")).value, &handset);
    }

    #[test]
    fn ibans_agree_with_mod_97(bank in "[A-Z]{4}", number in "[A-Z0-9]{16}", check in 0_u32..100) {
        let text = format!("PK{check:02}{bank}{number}");
        let found = Normaliser::Iban.normalise(&text, &mut Context::default()).unwrap();
        let sound = plain_mod97(&text) == 1 && (2..99).contains(&check);
        if sound {
            prop_assert!(found.flags.is_empty(), "{}", text);
        } else if text.contains("XXX") {
            // Looks masked, which is the likelier cause.
            prop_assert!(plain_mod97(&text) == 1 || !found.is_valid(), "{}", text);
        } else if plain_mod97(&text) != 1 {
            prop_assert_eq!(&found.flags[..], &[Flag::BadChecksum], "{}", text);
        }
        // The check digits that make it sound are found the same way.
        let right = 98 - plain_mod97(&format!("PK00{bank}{number}"));
        let right = format!("PK{right:02}{bank}{number}");
        let found = Normaliser::Iban.normalise(&right, &mut Context::default()).unwrap();
        prop_assert!(found.is_valid(), "{}", right);
        prop_assert_eq!(facts::iban_bank_code(&found.value), Some(bank.as_str()));
    }

    #[test]
    fn pakistani_mobiles_agree_with_the_numbering_plan(subscriber in "3[0-9]{9}") {
        let mut ctx = Context::default();
        for text in [format!("0{subscriber}"), format!("92{subscriber}"), format!("+92 {subscriber}")] {
            let found = Normaliser::Msisdn.normalise(&text, &mut ctx).unwrap();
            prop_assert_eq!(&found.value, &format!("+92{subscriber}"));
        }
        let number = phonenumber::parse(None, format!("+92{subscriber}")).unwrap();
        prop_assert_eq!(format!("+{}{}", number.country().code(), number.national()), format!("+92{subscriber}"));
    }

    #[test]
    fn a_valid_card_number_is_one_by_either_test(text in "[0-9]{13}") {
        let found = Normaliser::Cnic.normalise(&text, &mut Context::default()).unwrap();
        prop_assert_eq!(is_valid_cnic(&found.value), found.is_valid());
        prop_assert_eq!(facts::cnic_province(&text).is_some(), (b'1'..=b'8').contains(&text.as_bytes()[0]));
        prop_assert!(facts::cnic_sex(&text).is_some());
    }

    #[test]
    fn guesses_are_normal_forms(text in text()) {
        let mut ctx = Context::default();
        let guesses = guess(&text, &mut ctx);
        prop_assert!(guesses.is_sorted_by_key(|found| !found.is_valid()), "sound ones come first");
        for found in guesses {
            let again = Normaliser::for_scheme(found.scheme).normalise(&found.value, &mut ctx).unwrap();
            prop_assert_eq!(again.value, found.value, "{}", text);
        }
    }

    #[test]
    fn folding_twice_folds_once(text in text()) {
        let folded = fold(&text);
        prop_assert_eq!(&fold(&folded), &folded);
        let stays = |c: char| {
            c.is_ascii_lowercase() || c.is_ascii_digit() || c == ' ' || ('\u{620}'..='\u{77F}').contains(&c)
        };
        prop_assert!(folded.chars().all(stays));
        prop_assert_eq!(tokens(&text).join(" "), folded);
    }

    #[test]
    fn ascii_folds_as_any_other_text(text in "[ -~]{0,20}") {
        // A trailing character that folds to nothing sends the text down the path for other scripts.
        prop_assert_eq!(fold(&format!("{text}\u{200B}")), fold(&text));
    }
}

#[test]
fn every_built_in_scheme_has_its_rule() {
    for (scheme, _) in jaal_model::BUILT_IN_SCHEMES {
        assert_ne!(Normaliser::for_scheme(scheme), Normaliser::Text, "{scheme}");
    }
    assert_eq!(Normaliser::for_scheme("fir"), Normaliser::Text);
}

#[test]
fn fillers_are_kept_and_flagged() {
    let mut ctx = Context::default();
    for text in ["N/A", "n.a.", "NULL", "Unknown", "#N/A", "<none>"] {
        for normaliser in ALL {
            let found = normaliser.normalise(text, &mut ctx).unwrap();
            assert!(found.flags.contains(&Flag::Junk), "{normaliser:?} of {text}");
        }
    }
    assert!(!Normaliser::Text.normalise("Nabeel", &mut ctx).unwrap().flags.contains(&Flag::Junk));
}
