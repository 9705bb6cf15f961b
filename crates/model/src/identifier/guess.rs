//! What a bare text could be, where no column says so: for a search box, or an address such as `around
//! 0300-1234567`.

use super::clean::{Digits, tidy};
use super::{Context, Flag, Normalised, Normaliser};

/// Every identifier that a text could be, likeliest first; empty for a text that looks like none (a name, say).
///
/// A text of distinctive form (an e-mail address, a sound IBAN, a wallet with its checksum, a passport with its
/// country) has one reading. Digits are read by their number and first digits, and by whether check digits fit;
/// any digits may be an account number, which comes last of the sound readings. Readings of the right form that
/// fail a check follow, since records hold such keys too.
pub fn guess(text: &str, ctx: &mut Context) -> Vec<Normalised> {
    let text = &tidy(text);
    if let Some(found) = distinctive(text, ctx) {
        return vec![found];
    }
    let order = match Digits::read(text) {
        Some(digits) if digits.len() > 0 => by_digits(digits.as_str(), digits.plus),
        _ => by_letters(text),
    };
    let mut sound: Vec<Normalised> = Vec::with_capacity(order.len());
    let mut doubtful = Vec::new();
    for normaliser in order {
        let Some(reading) = normaliser.normalise(text, ctx) else {
            continue;
        };
        if reading.is_valid() {
            if is_new(&reading, &sound) {
                sound.push(reading);
            }
        } else if reading.flags.iter().all(|flag| is_of_right_form(*flag)) {
            doubtful.push(reading);
        }
    }
    sound.append(&mut doubtful);
    sound
}

/// Whether a text with this flag has the form of its scheme all the same, so that the records may hold it.
fn is_of_right_form(flag: Flag) -> bool {
    !flag.is_wrong() || matches!(flag, Flag::BadChecksum | Flag::UnknownProvince | Flag::NotE164)
}

fn is_new(reading: &Normalised, found: &[Normalised]) -> bool {
    !found.iter().any(|other| other.scheme == reading.scheme && other.value == reading.value)
}

fn distinctive(text: &str, ctx: &mut Context) -> Option<Normalised> {
    let plain = |normaliser: Normaliser, ctx: &mut Context| {
        normaliser.normalise(text, ctx).filter(|found| found.flags.is_empty())
    };
    // A messenger's account name has an `@` too, but is a telephone number.
    if text.contains('@') {
        let phone = Normaliser::Msisdn.normalise(text, ctx);
        return phone
            .filter(|found| found.scheme == "msisdn" && found.is_valid())
            .or_else(|| plain(Normaliser::Email, ctx));
    }
    plain(Normaliser::Iban, ctx)
        .filter(|found| found.scheme == "iban")
        .or_else(|| {
            let wallet = Normaliser::Wallet.normalise(text, ctx)?;
            let hex = wallet.value.len() == 42 && wallet.value.starts_with("0x");
            (wallet.flags.is_empty() || (hex && wallet.is_valid())).then_some(wallet)
        })
        .or_else(|| plain(Normaliser::Passport, ctx))
}

fn by_digits(digits: &str, plus: bool) -> Vec<Normaliser> {
    use Normaliser::{Account, Cnic, Iccid, Imei, Imsi, Msisdn, Ntn, Secp};
    if plus {
        return vec![Msisdn];
    }
    match digits.len() {
        0..=6 => vec![Msisdn, Secp, Account],
        7 => vec![Ntn, Secp, Msisdn, Account],
        8 => vec![Ntn, Msisdn, Account],
        11 => vec![Msisdn, Cnic, Account],
        // A CNIC never begins with a country code written as 92 (its province would be 9).
        13 => vec![Cnic, Msisdn, Account],
        14 | 16 => vec![Imei, Msisdn, Account],
        15 if digits.starts_with("410") => vec![Imsi, Imei, Msisdn, Account],
        15 => vec![Imei, Imsi, Msisdn, Account],
        19 | 20 => vec![Iccid, Account],
        _ => vec![Msisdn, Account],
    }
}

fn by_letters(text: &str) -> Vec<Normaliser> {
    use Normaliser::{Account, Msisdn, Ntn, Passport, Plate, Wallet};
    let has_digit = text.chars().any(char::is_numeric);
    let words = text.split_whitespace().count();
    if has_digit {
        vec![Plate, Passport, Ntn, Msisdn, Account, Wallet]
    } else if words == 1 {
        // One word may be a sender of bulk messages; several are a name.
        vec![Msisdn]
    } else {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_fail_a_check_are_found_too() {
        for (text, scheme, value) in [
            ("95202-1234567-1", "cnic", "9520212345671"),
            ("49-015420-323751-7", "imei", "490154203237517"),
            ("300 123 456", "msisdn", "300123456"),
        ] {
            let found = guess(text, &mut Context::default());
            assert!(found.iter().any(|f| f.scheme == scheme && f.value == value && !f.is_valid()), "{text}");
        }
    }

    #[test]
    fn the_likeliest_reading_comes_first() {
        let mut ctx = Context::default();
        for (text, schemes) in [
            ("0300-1234567", &["msisdn", "cnic", "account"][..]),
            ("+923001234567", &["msisdn"]),
            ("923001234567", &["msisdn", "account"]),
            ("35202-1234567-1", &["cnic", "account"]),
            ("490154203237518", &["imei", "imsi", "account"]),
            ("410011234567891", &["imsi", "account"]),
            ("8558", &["shortcode", "secp", "account"]),
            ("1234567", &["ntn", "secp", "account"]),
            ("LEA-12-1234", &["plate", "sender", "account"]),
            ("HBL", &["sender"]),
            ("Muhammad Ali", &[]),
            ("ali@example.org", &["email"]),
            ("PK36SCBL0000001123456702", &["iban"]),
            ("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", &["wallet"]),
            ("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", &["wallet"]),
            ("PAK:AB1234567", &["passport"]),
            ("923001234567@s.whatsapp.net", &["msisdn"]),
            ("", &[]),
        ] {
            let found = guess(text, &mut ctx);
            let named: Vec<&str> = found.iter().filter(|f| f.is_valid()).map(|f| f.scheme).collect();
            assert_eq!(named, schemes, "{text}");
        }
    }
}
