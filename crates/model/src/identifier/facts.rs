//! What a normal form says about its bearer. All of it is what was true when the number was given out: people
//! move, and numbers have been portable between operators since 2007.

/// The province or territory that issued a CNIC; `None` for anything but thirteen digits, the first 1 to 8.
pub fn cnic_province(value: &str) -> Option<&'static str> {
    let first = thirteen_digits(value)?.first()?;
    Some(match first {
        b'1' => "Khyber Pakhtunkhwa",
        b'2' => "Former Federally Administered Tribal Areas",
        b'3' => "Punjab",
        b'4' => "Sindh",
        b'5' => "Balochistan",
        b'6' => "Islamabad Capital Territory",
        b'7' => "Gilgit-Baltistan",
        b'8' => "Azad Jammu and Kashmir",
        _ => return None,
    })
}

/// `male` or `female`, by the last digit of a CNIC: odd or even, 0 included.
pub fn cnic_sex(value: &str) -> Option<&'static str> {
    let last = thirteen_digits(value)?.last()?;
    Some(if last % 2 == 1 { "male" } else { "female" })
}

fn thirteen_digits(value: &str) -> Option<&[u8]> {
    (value.len() == 13 && value.bytes().all(|b| b.is_ascii_digit())).then_some(value.as_bytes())
}

/// The operator that a Pakistani mobile number was first given out by.
pub fn msisdn_operator(value: &str) -> Option<&'static str> {
    let subscriber = value.strip_prefix("+92")?;
    if subscriber.len() != 10 || !subscriber.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    match subscriber.get(..3)?.parse().ok()? {
        300..=309 | 320..=329 => Some("Jazz"),
        310..=319 | 370..=371 => Some("Zong"),
        330..=339 => Some("Ufone"),
        340..=349 => Some("Telenor"),
        355 => Some("SCO"),
        _ => None,
    }
}

/// The operator of a Pakistani subscription number: country 410, then two digits for the network.
pub fn imsi_operator(value: &str) -> Option<&'static str> {
    if value.len() != 15 || !value.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    match value.strip_prefix("410")?.get(..2)? {
        "01" | "07" => Some("Jazz"),
        "03" => Some("Ufone"),
        "04" => Some("Zong"),
        "06" => Some("Telenor"),
        "05" | "08" => Some("SCO"),
        _ => None,
    }
}

/// Four-letter codes in Pakistani IBANs and the banks they stand for.
const BANKS: &[(&str, &str)] = &[
    ("ABPA", "Allied Bank"),
    ("ALFH", "Bank Alfalah"),
    ("ASCM", "Askari Bank"),
    ("BAHL", "Bank AL Habib"),
    ("BKIP", "BankIslami Pakistan"),
    ("BPUN", "Bank of Punjab"),
    ("DUIB", "Dubai Islamic Bank Pakistan"),
    ("FAYS", "Faysal Bank"),
    ("HABB", "Habib Bank"),
    ("JSBL", "JS Bank"),
    ("KHYB", "Bank of Khyber"),
    ("MEZN", "Meezan Bank"),
    ("MPBL", "Habib Metropolitan Bank"),
    ("MUCB", "MCB Bank"),
    ("NBPA", "National Bank of Pakistan"),
    ("SCBL", "Standard Chartered Bank Pakistan"),
    ("SONE", "Soneri Bank"),
    ("UNIL", "United Bank"),
];

/// The four letters for the bank in a Pakistani IBAN.
pub fn iban_bank_code(value: &str) -> Option<&str> {
    (value.len() == 24 && value.starts_with("PK")).then(|| value.get(4..8)).flatten()
}

/// The bank of a Pakistani IBAN, where its code is known.
pub fn iban_bank(value: &str) -> Option<&'static str> {
    let code = iban_bank_code(value)?;
    BANKS.iter().find(|(known, _)| *known == code).map(|(_, name)| *name)
}

/// The account number inside a Pakistani IBAN, without leading zeros: where it equals a bare account number,
/// the two are possibly one account.
pub fn iban_account(value: &str) -> Option<&str> {
    iban_bank_code(value)?;
    value.get(8..).map(|tail| tail.trim_start_matches('0')).filter(|tail| !tail.is_empty())
}

/// The type allocation code of a handset number: its first eight digits, which stand for make and model.
pub fn imei_tac(value: &str) -> Option<&str> {
    ((14..=16).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_digit()))
        .then(|| value.get(..8))
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_follow_from_the_digits() {
        assert_eq!(cnic_province("3520212345671"), Some("Punjab"));
        assert_eq!(cnic_province("8220312345670"), Some("Azad Jammu and Kashmir"));
        assert_eq!(cnic_province("9520212345671"), None);
        assert_eq!(cnic_sex("3520212345671"), Some("male"));
        assert_eq!(cnic_sex("8220312345670"), Some("female"));
        assert_eq!(cnic_sex("352021234567"), None);
        for (number, operator) in [
            ("+923001234567", Some("Jazz")),
            ("+923201234567", Some("Jazz")),
            ("+923701234567", Some("Zong")),
            ("+923331234567", Some("Ufone")),
            ("+923451234567", Some("Telenor")),
            ("+923551234567", Some("SCO")),
            ("+923991234567", None),
            ("+8613800138000", None),
            ("+92é23456789", None),
        ] {
            assert_eq!(msisdn_operator(number), operator, "{number}");
        }
        assert_eq!(imsi_operator("410071234567890"), Some("Jazz"));
        assert_eq!(imsi_operator("310071234567890"), None);
        assert_eq!(iban_bank("PK36SCBL0000001123456702"), Some("Standard Chartered Bank Pakistan"));
        assert_eq!(iban_account("PK36SCBL0000001123456702"), Some("1123456702"));
        assert_eq!(iban_bank("GB29NWBK60161331926819"), None);
        assert_eq!(imei_tac("49015420323751"), Some("49015420"));
        assert_eq!(imei_tac("4901542"), None);
    }
}
