//! Deliveries of the Company Register, the Software Export Board and the Treasury.

use super::super::numbers::dashed_cnic;
use super::super::people::CITIES;
use super::super::sheet::{Encoding, Layout, Output, PLAIN, Sheet};
use super::super::world::World;

const WINDOWS: Layout = Layout { delimiter: ',', newline: "\r\n", encoding: Encoding::Windows1252 };
const BARS: Layout = Layout { delimiter: '|', newline: "\n", encoding: Encoding::Utf8 };

pub(super) fn deliver(world: &World, out: &mut Output) {
    companies(world, out);
    licences(world, out);
    treasury(world, out);
}

/// One row a director.
fn companies(world: &World, out: &mut Output) {
    let mut sheet = Sheet::new("deliveries/company-register/companies.csv", WINDOWS);
    sheet.row(&[
        "Registration No",
        "Company Name",
        "Incorporated",
        "Premises Code",
        "Registered Address",
        "City",
        "Director",
        "Director CNIC",
    ]);
    for company in &world.companies {
        let premises = &world.premises[company.premises];
        let incorporated = company.incorporated.compact();
        for &director in &company.directors {
            let person = &world.people[director];
            let line = sheet.row(&[
                company.number.as_str(),
                &company.name,
                &incorporated,
                &premises.code,
                &premises.address,
                CITIES[premises.city],
                &person.name,
                &person.cnic.as_deref().map(dashed_cnic).unwrap_or_default(),
            ]);
            if world.in_spotlight(director) {
                let (firm, place) =
                    (format!("secp={}", company.number), format!("premises={}", premises.code));
                out.shows(&sheet, line, "DIRECTS", person.key(), firm.clone());
                out.shows(&sheet, line, "REGISTERED_AT", firm, place);
            }
        }
    }
    sheet.line("0999999,Cut Off (Pvt) Ltd,20200101");
    sheet.line(",No Number (Pvt) Ltd,20200101,PR-ORD-5000,,Lahore,,39901-0000031-1");
    out.take(sheet);
}

/// The board writes months first, and its spreadsheet dropped leading zeros of registration numbers.
fn licences(world: &World, out: &mut Output) {
    let mut sheet = Sheet::new("deliveries/export-board/licences.csv", PLAIN);
    sheet.line("Register of software exporters,,,,");
    sheet.row(&["Licence No", "Company Reg No", "Company", "Issued", "Valid Until"]);
    for company in &world.companies {
        let Some((licence, issued, until)) = &company.licence else { continue };
        sheet.row(&[
            licence.as_str(),
            company.number.trim_start_matches('0'),
            &company.name,
            &issued.month_first(),
            &until.month_first(),
        ]);
    }
    sheet.line("SEB-99999,900001,Odd Date (Pvt) Ltd,02/31/2024,02/28/2026");
    out.take(sheet);
}

/// Deposits of recovered money since July 2024: all earlier operations, and every third memo of the campaign.
fn treasury(world: &World, out: &mut Output) {
    let mut sheet = Sheet::new("deliveries/treasury/recoveries.csv", BARS);
    sheet.row(&["Memo Ref", "Date of Recovery", "Amount", "Head"]);
    let mut all: Vec<_> = world
        .recoveries
        .iter()
        .enumerate()
        .filter(|(place, recovery)| recovery.unit.is_none() || place % 3 == 0)
        .map(|(_, recovery)| recovery)
        .collect();
    all.sort_by(|a, b| (a.on, &a.memo).cmp(&(b.on, &b.memo)));
    for recovery in all {
        sheet.row(&[
            recovery.memo.as_str(),
            &recovery.on.compact(),
            &recovery.amount.to_string(),
            recovery.what,
        ]);
    }
    sheet.line("RM/2025/9999|20250231|1000|cash");
    sheet.line("|20250301|1000|cash");
    out.take(sheet);
}
