//! Identifiers: how the text of a cell becomes the normal form that names an identity.
//!
//! A [`Normaliser`] turns a text into a [`Normalised`]: the scheme it turned out to be of (a cell in a column of
//! phone numbers may hold a short code or a sender's name), its normal form, and [`Flag`]s for whatever is odd
//! about it. Three rules hold for every scheme:
//!
//! 1. Nothing that is not blank is dropped: a text that fails its scheme's rule is kept in trimmed form, flagged.
//! 2. A normal form is its own normal form.
//! 3. Arabic-Indic and Extended Arabic-Indic digits mean the same as ASCII ones.
//!
//! What a normal form says about its bearer (province, operator, bank) is in [`facts`]; what a bare text could
//! be, without a column that says so, is answered by [`guess`].

mod account;
mod clean;
mod cnic;
mod company;
mod context;
mod country;
mod email;
pub mod facts;
mod flag;
mod guess;
mod imei;
mod luhn;
mod msisdn;
mod passport;
mod people;
mod phones;
mod plate;
mod sim;
mod wallet;

pub use clean::tidy;
pub use cnic::is_valid_cnic;
pub use context::{Context, Country};
pub use country::alpha3;
pub use flag::Flag;
pub use guess::guess;
pub use luhn::luhn_digit;
pub use passport::passport_of;
pub use people::for_people;
pub use phones::PhoneCache;

/// An identifier in normal form.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Normalised {
    /// The scheme it is of; empty from [`Normaliser::Text`], whose scheme only the caller knows.
    pub scheme: &'static str,
    /// The normal form; never empty.
    pub value: String,
    /// What is odd about it, in the order found; empty for most.
    pub flags: Vec<Flag>,
}

impl Normalised {
    /// Whether no flag says that the identifier itself is wrong; see [`Flag::is_wrong`].
    pub fn is_valid(&self) -> bool {
        !self.flags.iter().any(|flag| flag.is_wrong())
    }

    fn plain(scheme: &'static str, value: String) -> Self {
        Self { scheme, value, flags: Vec::new() }
    }

    fn flagged(scheme: &'static str, value: String, flag: Flag) -> Self {
        Self { scheme, value, flags: vec![flag] }
    }
}

/// The rule by which texts of a column become identifiers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Normaliser {
    /// Pakistani identity card numbers (CNIC, NICOP, SNIC): 13 digits.
    Cnic,
    /// Telephone numbers in E.164 form; also tells short codes and alphanumeric senders apart from them.
    Msisdn,
    /// International bank account numbers; digits alone become bare account numbers.
    Iban,
    /// Account numbers without bank; a valid IBAN among them becomes one.
    Account,
    /// Handset numbers, by their first 14 digits.
    Imei,
    /// Subscription numbers: 15 digits.
    Imsi,
    /// Numbers printed on SIM cards: 19 or 20 digits.
    Iccid,
    /// Passports: issuing country and number, `PAK:AB1234567`.
    Passport,
    /// Pakistani tax numbers: seven characters; a CNIC among them becomes one.
    Ntn,
    /// Pakistani company registration numbers: seven digits.
    Secp,
    /// Vehicle registration plates.
    Plate,
    /// E-mail addresses.
    Email,
    /// Addresses of Bitcoin, Ethereum and TRON.
    Wallet,
    /// Any other text: trimmed, white space collapsed, compatibility forms unified (Unicode NFKC).
    Text,
}

impl Normaliser {
    /// The rule for a built-in scheme; [`Normaliser::Text`] for any other.
    pub fn for_scheme(scheme: &str) -> Self {
        match scheme {
            "cnic" => Self::Cnic,
            "msisdn" | "shortcode" | "sender" => Self::Msisdn,
            "iban" => Self::Iban,
            "account" => Self::Account,
            "imei" => Self::Imei,
            "imsi" => Self::Imsi,
            "iccid" => Self::Iccid,
            "passport" => Self::Passport,
            "ntn" => Self::Ntn,
            "secp" => Self::Secp,
            "plate" => Self::Plate,
            "email" => Self::Email,
            "wallet" => Self::Wallet,
            _ => Self::Text,
        }
    }

    /// The identifier that a text holds; `None` only for a text without any letter or digit.
    ///
    /// Mobile numbers of the home country in the usual spellings, and card numbers, cost one allocation where
    /// the text is in ASCII: the result. Other telephone numbers are looked up in the context's cache.
    pub fn normalise(self, raw: &str, ctx: &mut Context) -> Option<Normalised> {
        if !raw.is_ascii() {
            // Digits have more forms than the schemes need to know of (`²`, `①`); unify them first.
            return self.of_tidy(&tidy(raw), ctx);
        }
        self.of_tidy(raw, ctx)
    }

    fn of_tidy(self, raw: &str, ctx: &mut Context) -> Option<Normalised> {
        let found = match self {
            Self::Cnic => cnic::cnic(raw),
            Self::Msisdn => msisdn::msisdn(raw, ctx),
            Self::Iban => account::iban(raw),
            Self::Account => account::account(raw),
            Self::Imei => imei::imei(raw),
            Self::Imsi => sim::imsi(raw),
            Self::Iccid => sim::iccid(raw),
            Self::Passport => passport::passport(raw),
            Self::Ntn => company::ntn(raw),
            Self::Secp => company::secp(raw),
            Self::Plate => plate::plate(raw),
            Self::Email => email::email(raw),
            Self::Wallet => wallet::wallet(raw),
            Self::Text => clean::usable(raw).map(|text| Normalised::plain("", text)),
        };
        found.map(clean::mark_placeholder)
    }
}
