//! The list of new arrests that arrives after the campaign and is not part of the case's deliveries.

use super::super::mess::dashed_msisdn;
use super::super::newcomers::ARRESTED;
use super::super::numbers::{self, dashed_cnic};
use super::super::sheet::{Output, PLAIN, Sheet};
use super::super::world::{Operator, Sex, World};
use super::or_blank;

/// Serials of numbers and handsets that nobody else in the story has.
const FRESH: u64 = 90_000;

pub(super) fn deliver(world: &World, out: &mut Output) {
    let mut sheet = Sheet::new("new_arrests.csv", PLAIN);
    sheet.row(&[
        "FIR No",
        "Arrested On",
        "Name",
        "Father Name",
        "Sex",
        "Nationality",
        "CNIC",
        "Passport No",
        "Date of Birth",
        "Number",
        "IMEI",
        "Account",
        "Unit No",
    ]);
    for (place, newcomer) in world.newcomers.iter().enumerate() {
        let person = &world.people[newcomer.person];
        let fresh = FRESH + place as u64;
        let number = match newcomer.phone {
            Some(phone) => world.phones[phone].digits.clone(),
            None => numbers::msisdn(fresh, Operator::Beta),
        };
        let imei = match newcomer.handset {
            Some(handset) => world.handsets[handset].clone(),
            None => numbers::imei(fresh),
        };
        let account = newcomer.account.map(|account| world.accounts[account].iban.as_str());
        let unit = newcomer.unit.map(|unit| world.units[unit].number.as_str());
        sheet.row(&[
            format!("CCA-LHR-{:04}/2025", 901 + place / 4).as_str(),
            &ARRESTED.iso(),
            &person.name,
            &person.father,
            if person.sex == Sex::Male { "M" } else { "F" },
            person.nationality,
            &person.cnic.as_deref().map(dashed_cnic).unwrap_or_default(),
            or_blank(person.passport.as_deref()),
            &person.born.iso(),
            &dashed_msisdn(&number),
            &imei,
            or_blank(account),
            or_blank(unit),
        ]);
    }
    out.take(sheet);
}
