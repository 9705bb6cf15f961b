//! Deliveries of the City Police: arrests of the raids it took part in, the tenancy register, recoveries.

use super::super::calendar::Day;
use super::super::mess::{grouped, spell_cnic, spell_name};
use super::super::rng::Rng;
use super::super::sheet::{Encoding, Layout, Output, PLAIN, Sheet};
use super::super::world::{Sex, World};
use super::{namings, or_blank};

/// What the police's old system exports.
const OLD_SYSTEM: Layout = Layout { delimiter: ';', newline: "\r\n", encoding: Encoding::Windows1252 };

pub(super) fn deliver(world: &World, out: &mut Output) {
    let mut rng = Rng::of("police");
    arrests(world, out, &mut rng);
    tenancies(world, out, &mut rng);
    recoveries(world, out);
}

/// Arrests in Lahore and Rawalpindi. Most are in the other agency's list too, spelt otherwise.
fn arrests(world: &World, out: &mut Output, rng: &mut Rng) {
    let mut sheet = Sheet::new("deliveries/police/arrests.csv", OLD_SYSTEM);
    sheet.line("CITY POLICE - DAILY SITUATION REPORTS, SEPTEMBER TO OCTOBER 2025");
    sheet.row(&[
        "FIR",
        "Arrest Date",
        "Accused",
        "Parentage",
        "Gender",
        "Country",
        "ID Card",
        "Passport",
        "DOB",
        "Home Address",
        "Place",
        "Charge",
    ]);
    let mut rows = 0;
    for naming in namings(world).iter().filter(|naming| naming.arrested) {
        let case = &world.cases[naming.case];
        if !case.police || !(case.police_only || rng.chance(85)) {
            continue;
        }
        let person = naming.person;
        let unit = naming.member.unit.map(|unit| world.units[unit].number.as_str());
        sheet.row(&[
            case.number.as_str(),
            &naming.on.day_first(),
            &spell_name(rng, &person.name),
            &person.father,
            if person.sex == Sex::Male { "Male" } else { "Female" },
            person.nationality,
            &person.cnic.as_deref().map(|cnic| spell_cnic(rng, cnic)).unwrap_or_default(),
            or_blank(person.passport.as_deref()),
            &person.born.day_first(),
            &person.address,
            or_blank(unit),
            "accused",
        ]);
        rows += 1;
        if rows == 30 {
            sheet.line("----------;;;;;;;;;;;");
            sheet.line("CCA-LHR-0101/2025;31/02/2025;Date Unreadable;;Male;PAK;3990100000051;;;;;accused");
            sheet.line(";14/10/2025;No Case Given;;Male;PAK;3990100000077;;;;;accused");
            sheet.line("CCA-LHR-0101/2025;14/10/2025;No Papers;;Male;PAK;;;;;;accused");
        }
    }
    sheet.line(&format!("Total;{rows};;;;;;;;;;"));
    out.take(sheet);
}

/// Who lets which premises to whom, as registered at the police station.
fn tenancies(world: &World, out: &mut Output, rng: &mut Rng) {
    let mut sheet = Sheet::new("deliveries/police/tenancies.csv", PLAIN);
    sheet.row(&[
        "Registration",
        "Property Code",
        "Property Address",
        "Landlord",
        "Landlord CNIC",
        "Tenant",
        "Tenant CNIC",
        "From",
        "To",
    ]);
    for (number, premises) in world.premises.iter().enumerate() {
        let Some(lessor) = premises.lessor else { continue };
        let from = Day::of(2024, 1, 1).plus(rng.between(0, 420));
        let landlord = &world.people[lessor];
        let tenant = premises.tenant.map(|tenant| &world.people[tenant]);
        let tenant_card = tenant.and_then(|t| t.cnic.as_deref()).map(|cnic| spell_cnic(rng, cnic));
        let line = sheet.row(&[
            format!("TR-{:05}", 700 + number),
            premises.code.clone(),
            premises.address.clone(),
            landlord.name.clone(),
            landlord.cnic.as_deref().map(|cnic| spell_cnic(rng, cnic)).unwrap_or_default(),
            tenant.map(|t| t.name.clone()).unwrap_or_default(),
            tenant_card.unwrap_or_default(),
            from.iso(),
            if rng.chance(50) { from.plus(365).iso() } else { "-".to_owned() },
        ]);
        if lessor == world.shared_lessor {
            out.shows(&sheet, line, "LETS", landlord.key(), format!("premises={}", premises.code));
        }
    }
    sheet.line("TR-99999,PR-LHR-1000,Office 1,Somebody,3990100000099,,,2025-13-01,-");
    out.take(sheet);
}

/// Recoveries of the campaign: those it made alone, and every fifth of the joint ones.
fn recoveries(world: &World, out: &mut Output) {
    let tabs = Layout { delimiter: '\t', newline: "\n", encoding: Encoding::Utf8 };
    let mut sheet = Sheet::new("deliveries/police/recoveries.tsv", tabs);
    sheet.row(&["memo", "fir", "place", "date", "rupees", "item"]);
    for (place, recovery) in world.recoveries.iter().enumerate() {
        let Some(unit) = recovery.unit.filter(|_| place % 6 == 5 || place % 5 == 0) else { continue };
        let unit = &world.units[unit];
        sheet.row(&[
            recovery.memo.as_str(),
            &world.cases[unit.case].number,
            &unit.number,
            &recovery.on.day_first(),
            &grouped(recovery.amount),
            recovery.what,
        ]);
    }
    out.take(sheet);
}
