//! Deliveries of the Cyber Crime Agency: cases, arrests, sealed units, seized devices, attributed numbers,
//! recoveries.

use super::super::calendar::{CAMPAIGN_FIRST, CAMPAIGN_LAST, Day};
use super::super::mess::{dashed_msisdn, rupees, spell_cnic};
use super::super::numbers::dashed_cnic;
use super::super::people::CITIES;
use super::super::rng::Rng;
use super::super::sheet::{Encoding, Layout, Output, PLAIN, Sheet};
use super::super::world::{Role, Sex, World};
use super::{Naming, fir_key, namings, or_blank};

const OFFICE: Layout = Layout { delimiter: ',', newline: "\r\n", encoding: Encoding::Utf8Bom };

pub(super) fn deliver(world: &World, out: &mut Output) {
    let mut rng = Rng::of("cca");
    cases(world, out);
    sealed_units(world, out);
    arrests(world, out, &mut rng, "2025-09", CAMPAIGN_FIRST, Day::of(2025, 9, 30));
    arrests(world, out, &mut rng, "2025-10", Day::of(2025, 10, 1), CAMPAIGN_LAST);
    seizures(world, out, &mut rng);
    attributed_numbers(world, out);
    recoveries(world, out);
}

fn cases(world: &World, out: &mut Output) {
    let mut sheet = Sheet::new("deliveries/cca/cases.csv", OFFICE);
    sheet.row(&["FIR No", "Police Station", "Registered On", "Sections of Law", "City"]);
    for case in &world.cases {
        let registered = case.raided.named();
        sheet.row(&[case.number.as_str(), &case.station, &registered, case.sections, CITIES[case.city]]);
    }
    sheet.row(&["", "Cyber Crime Office Quetta", "02-Oct-2025", "14 PECA", "Quetta"]);
    sheet.row(&["CCA-PEW-0999/2025", "Cyber Crime Office Peshawar", "31-Feb-2025", "14 PECA", "Peshawar"]);
    out.take(sheet);
}

fn sealed_units(world: &World, out: &mut Output) {
    let mut sheet = Sheet::new("deliveries/cca/sealed_units.csv", PLAIN);
    sheet.line("List of units sealed in the campaign,,,,,");
    sheet.row(&["Unit No", "Premises Code", "Address", "City", "FIR No", "Sealed On"]);
    for unit in &world.units {
        let (case, premises) = (&world.cases[unit.case], &world.premises[unit.premises]);
        let sealed = case.raided.plus(1).day_first();
        let fields = [
            unit.number.as_str(),
            &premises.code,
            &premises.address,
            CITIES[premises.city],
            &case.number,
            &sealed,
        ];
        sheet.row(&fields);
    }
    sheet.row(&["U-2025-900", "PR-LHR-9999", "Office 3, Lahore", "Lahore", "", "12/10/2025"]);
    sheet.row(&[
        "U-2025-901",
        "PR-LHR-9998",
        "Office 4, Lahore",
        "Lahore",
        "CCA-LHR-0101/2025",
        "31/02/2025",
    ]);
    sheet.line("Total units sealed,54,,,,");
    out.take(sheet);
}

const ARREST_HEADER: [&str; 14] = [
    "Sr",
    "FIR No",
    "Date",
    "Name",
    "Father/Husband Name",
    "Sex",
    "Nationality",
    "CNIC",
    "Passport No",
    "Date of Birth",
    "Address",
    "Status",
    "Role",
    "Unit No",
];

/// Arrests and nominations of a month, with banner and footer, and with rows nobody can use.
fn arrests(world: &World, out: &mut Output, rng: &mut Rng, month: &str, first: Day, last: Day) {
    let mut sheet = Sheet::new(&format!("deliveries/cca/arrests_{month}.csv"), OFFICE);
    sheet.line("CYBER CRIME AGENCY,,,,,,,,,,,,,");
    sheet.line(&format!(
        "Arrests and nominations in {month} (campaign against illegal call centres),,,,,,,,,,,,,"
    ));
    sheet.line(",,,,,,,,,,,,,");
    sheet.row(&ARREST_HEADER);
    let mut serial = 0;
    let mut arrested = 0;
    for naming in namings(world) {
        let case = &world.cases[naming.case];
        if naming.on < first || naming.on > last || (naming.arrested && case.police_only) {
            continue;
        }
        serial += 1;
        arrested += u32::from(naming.arrested);
        let line = sheet.row(&arrest_row(world, rng, &naming, serial));
        if world.in_spotlight(naming.member.person) {
            let person = naming.person.key();
            out.shows(&sheet, line, "INVOLVED_IN", person, fir_key(world, naming.case));
        }
        spoil_arrests(&mut sheet, serial, first);
    }
    sheet.line(&format!("Total arrested,{arrested},,,,,,,,,,,,"));
    sheet.line("Prepared by: Statistics Cell,,,,,,,,,,,,,");
    out.take(sheet);
}

/// Rows nobody can use: cut short, without a case, on an impossible day.
fn spoil_arrests(sheet: &mut Sheet, serial: u32, first: Day) {
    const AFTER_DATE: &str = "Name Unreadable,,M,PAK,39901-0000001-1,,,,Arrested,accused,";
    let text = match serial {
        20 => "21,CCA-LHR-0101/2025,torn page".to_owned(),
        45 => format!("46,,{},{AFTER_DATE}", first.named()),
        70 => format!("71,CCA-LHR-0101/2025,31-Feb-2025,{AFTER_DATE}"),
        _ => return,
    };
    sheet.line(&text);
}

fn arrest_row(world: &World, rng: &mut Rng, naming: &Naming<'_>, serial: u32) -> [String; 14] {
    let person = naming.person;
    let unit = naming.member.unit.filter(|_| naming.arrested);
    let sex = if person.sex == Sex::Male { "M" } else { "F" };
    let role = match (naming.arrested, rng.below(10)) {
        (true, 0) => "facilitator",
        (true, _) => "accused",
        (false, 0..=5) => "absconder",
        (false, _) => "facilitator",
    };
    [
        serial.to_string(),
        world.cases[naming.case].number.clone(),
        naming.on.named(),
        person.name.clone(),
        person.father.clone(),
        sex.to_owned(),
        person.nationality.to_owned(),
        person.cnic.as_deref().map(dashed_cnic).unwrap_or_default(),
        or_blank(person.passport.as_deref()).to_owned(),
        if rng.chance(12) { String::new() } else { person.born.named() },
        person.address.clone(),
        if naming.arrested { "Arrested" } else { "Nominated" }.to_owned(),
        role.to_owned(),
        unit.map(|unit| world.units[unit].number.clone()).unwrap_or_default(),
    ]
}

/// Phones and handsets taken from those arrested; three in ten memos were not delivered.
fn seizures(world: &World, out: &mut Output, rng: &mut Rng) {
    let mut sheet = Sheet::new("deliveries/cca/seizures.csv", PLAIN);
    sheet.row(&[
        "Seizure Memo",
        "FIR No",
        "Seized On",
        "Name",
        "CNIC",
        "Passport No",
        "Nationality",
        "Make",
        "IMEI",
        "Number",
    ]);
    let mut memo = 0;
    for member in &world.members {
        let (Some(_), true) = (member.unit, member.role == Role::Organiser || rng.chance(70)) else {
            continue;
        };
        let person = &world.people[member.person];
        for phone in world.phones_of(member.person) {
            memo += 1;
            let imei = &world.handsets[world.phones[phone].handsets[0]];
            let written = if rng.chance(25) { &imei[..14] } else { imei };
            let make = rng.pick(&["Nova A1", "Nova A2", "Terra 5", "Pika C"]);
            let case = &world.cases[member.case];
            let number = if rng.chance(94) || member.role == Role::Organiser {
                dashed_msisdn(&world.phones[phone].digits)
            } else {
                String::new()
            };
            let fields = [
                format!("SM-{memo:04}"),
                case.number.clone(),
                case.raided.iso(),
                person.name.clone(),
                person.cnic.as_deref().map(|cnic| spell_cnic(rng, cnic)).unwrap_or_default(),
                or_blank(person.passport.as_deref()).to_owned(),
                person.nationality.to_owned(),
                (*make).to_owned(),
                written.to_owned(),
                number,
            ];
            let line = sheet.row(&fields);
            if world.in_spotlight(member.person) {
                let device = format!("imei={}", &imei[..14]);
                out.shows(&sheet, line, "USES", person.key(), world.phones[phone].key());
                out.shows(&sheet, line, "HAD", person.key(), device.clone());
                out.shows(&sheet, line, "HELD_SIM", device, world.phones[phone].key());
            }
        }
    }
    let unclaimed =
        ["SM-9001", "CCA-LHR-0101/2025", "2025-10-11", "", "", "", "", "Nova A1", "00199907999999", ""];
    sheet.row(&unclaimed);
    sheet.line("SM-9002,CCA-LHR-0101/2025,2025-10-11,row cut short");
    out.take(sheet);
}

/// Numbers that those questioned gave for people who were not caught.
fn attributed_numbers(world: &World, out: &mut Output) {
    let mut sheet = Sheet::new("deliveries/cca/attributed_numbers.csv", PLAIN);
    sheet.row(&["Number", "Said to be used by", "CNIC", "Basis", "Noted On"]);
    for member in world.members.iter().filter(|m| m.unit.is_none()) {
        let person = &world.people[member.person];
        let Some(cnic) = &person.cnic else { continue };
        for phone in world.phones_of(member.person) {
            let noted = world.cases[member.case].raided.plus(3).iso();
            let phone = &world.phones[phone];
            let line = sheet.row(&[
                &dashed_msisdn(&phone.digits),
                &person.name,
                cnic,
                "statement of accused",
                &noted,
            ]);
            if world.in_spotlight(member.person) {
                out.shows(&sheet, line, "USES", person.key(), phone.key());
            }
        }
    }
    out.take(sheet);
}

/// Recoveries of the campaign, but for every sixth, which the City Police alone reports.
fn recoveries(world: &World, out: &mut Output) {
    let mut sheet = Sheet::new("deliveries/cca/recoveries.csv", OFFICE);
    sheet.line("Recoveries of the campaign,,,,,");
    sheet.row(&["Memo No", "FIR No", "Unit No", "Recovered On", "Amount", "Description"]);
    let mut total = 0;
    for (place, recovery) in world.recoveries.iter().enumerate() {
        let Some(unit) = recovery.unit.filter(|_| place % 6 != 5) else { continue };
        let unit = &world.units[unit];
        total += recovery.amount;
        sheet.row(&[
            recovery.memo.as_str(),
            &world.cases[unit.case].number,
            &unit.number,
            &recovery.on.named(),
            &rupees(recovery.amount),
            recovery.what,
        ]);
    }
    sheet.row(&["RM/2025/4999", "CCA-LHR-0101/2025", "U-2025-001", "14-Oct-2025", "not yet counted", "cash"]);
    sheet.row(&["Total", "", "", "", &rupees(total), ""]);
    out.take(sheet);
}
