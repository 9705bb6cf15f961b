//! Deliveries of the Telecom Authority: subscriber records and call records of operators Alpha and Beta.
//!
//! The operators write differently. Alpha always puts its own subscriber first and tells the direction by the
//! call type; Beta puts the caller first and tells by the leg whose record it is. A call across operators is
//! in the files of both.

use super::super::calendar::Day;
use super::super::mess::{dashed_msisdn, spell_imei, spell_msisdn, spreadsheet_accident};
use super::super::numbers::dashed_cnic;
use super::super::rng::Rng;
use super::super::sheet::{Encoding, Layout, Output, PLAIN, Sheet};
use super::super::world::{Call, Operator, Party, Phone, World};

const WINDOWS: Layout = Layout { delimiter: ',', newline: "\r\n", encoding: Encoding::Utf8 };
const WIDE_TABS: Layout = Layout { delimiter: '\t', newline: "\r\n", encoding: Encoding::Utf16Le };
const SEMICOLONS: Layout = Layout { delimiter: ';', newline: "\n", encoding: Encoding::Utf8 };

pub(super) fn deliver(world: &World, out: &mut Output) {
    let mut rng = Rng::of("operators");
    subscribers(world, out, Operator::Alpha);
    subscribers(world, out, Operator::Beta);
    alpha_calls(world, out, &mut rng, "08-09", Day::of(2025, 8, 1), Day::of(2025, 9, 30));
    alpha_calls(world, out, &mut rng, "10-11", Day::of(2025, 10, 1), Day::of(2025, 11, 30));
    beta_calls(world, out, &mut rng);
}

fn subscribers(world: &World, out: &mut Output, operator: Operator) {
    let alpha = operator == Operator::Alpha;
    let mut sheet = if alpha {
        let mut sheet = Sheet::new("deliveries/telecom/subscribers_alpha.csv", PLAIN);
        sheet.row(&["MSISDN", "CNIC", "NAME", "FATHER NAME", "ADDRESS", "ACTIVATED", "FRANCHISE", "IMSI"]);
        sheet
    } else {
        let mut sheet = Sheet::new("deliveries/telecom/subscribers_beta.tsv", WIDE_TABS);
        sheet.row(&[
            "Number",
            "Id Card",
            "Subscriber",
            "S/o D/o W/o",
            "Address",
            "Active Since",
            "Sold At",
            "IMSI",
        ]);
        sheet
    };
    for phone in world.phones.iter().filter(|phone| phone.operator == operator) {
        let registrant = &world.people[phone.registrant];
        let Some(cnic) = &registrant.cnic else { continue };
        let franchise = format!("FR-{:03}", phone.franchise);
        let line = if alpha {
            let (number, since) = (&phone.digits, phone.activated.named());
            let fields = [
                number,
                cnic,
                &registrant.name,
                &registrant.father,
                &registrant.address,
                &since,
                &franchise,
                &phone.imsi,
            ];
            sheet.row(&fields)
        } else {
            let (number, since) = (dashed_msisdn(&phone.digits), phone.activated.iso());
            let card = dashed_cnic(cnic);
            let fields = [
                &number,
                &card,
                &registrant.name,
                &registrant.father,
                &registrant.address,
                &since,
                &franchise,
                &phone.imsi,
            ];
            sheet.row(&fields)
        };
        if world.in_spotlight(phone.user) {
            out.shows(&sheet, line, "REGISTERED_TO", phone.key(), registrant.key());
        }
    }
    if alpha {
        sheet.line("923080999999,3990100000111,Cut Off");
        sheet.line("923080999998,3990100000113,Odd Date,,,31-Feb-2025,FR-001,");
    }
    out.take(sheet);
}

/// The phone at an end of a call, if it is one of an operator's.
fn subscriber(world: &World, party: Party, operator: Operator) -> Option<&Phone> {
    match party {
        Party::Phone(phone) => Some(&world.phones[phone]).filter(|phone| phone.operator == operator),
        Party::Service(_) => None,
    }
}

/// Another subscriber's number, a short code or a sender.
fn spell_party(world: &World, rng: &mut Rng, party: Party) -> String {
    match party {
        Party::Phone(phone) => spell_msisdn(rng, &world.phones[phone].digits),
        Party::Service(name) => name.to_owned(),
    }
}

/// Whether a call is part of the planted story, so that its row must stay whole.
fn planted(world: &World, call: &Call) -> bool {
    [call.from, call.to].into_iter().any(|party| match party {
        Party::Phone(phone) => world.phones[phone].user >= world.everyday,
        Party::Service(_) => false,
    })
}

fn spotlight(world: &World, call: &Call) -> Option<(String, String)> {
    match (call.from, call.to) {
        (Party::Phone(from), Party::Phone(to)) => {
            let (from, to) = (&world.phones[from], &world.phones[to]);
            (world.in_spotlight(from.user) && world.in_spotlight(to.user)).then(|| (from.key(), to.key()))
        }
        _ => None,
    }
}

/// Alpha's records: `A Party` is the subscriber whose record it is, whoever called.
fn alpha_calls(world: &World, out: &mut Output, rng: &mut Rng, months: &str, first: Day, last: Day) {
    let mut sheet = Sheet::new(&format!("deliveries/telecom/cdr_alpha_2025-{months}.csv"), WINDOWS);
    sheet.line("OPERATOR ALPHA,,,,,,,,");
    sheet.line("Call detail record of the numbers requested by letter TA/2025/61,,,,,,,,");
    sheet.line(&format!("Period: {} to {},,,,,,,,", first.day_first(), last.day_first()));
    sheet.line(",,,,,,,,");
    sheet.row(&["A Party", "B Party", "Date", "Time", "Duration", "Call Type", "IMEI", "IMSI", "Cell"]);
    let mut rows = 0;
    for call in world.calls.iter().filter(|call| (first..=last).contains(&call.at.day())) {
        let ends = [(call.from, call.to, "MO"), (call.to, call.from, "MT")];
        for (own, other, direction) in ends {
            let Some(phone) = subscriber(world, own, Operator::Alpha) else { continue };
            // A call inside the network is asked for by its caller; the other leg is delivered now and then.
            let inside = subscriber(world, other, Operator::Alpha).is_some();
            if direction == "MT" && inside && !rng.chance(6) {
                continue;
            }
            let line = alpha_row(world, &mut sheet, rng, call, phone, other, direction);
            if let Some((from, to)) = spotlight(world, call) {
                out.shows(&sheet, line, "CALLED", from, to);
            }
            rows += 1;
            if rows % 1500 == 700 {
                spoil_alpha(&mut sheet, call);
            }
        }
    }
    sheet.line("Legend: MO outgoing; MT incoming; SMS-MO and SMS-MT messages,,,,,,,,");
    sheet.line("This is a system generated record,,,,,,,,");
    out.take(sheet);
}

fn alpha_row(
    world: &World,
    sheet: &mut Sheet,
    rng: &mut Rng,
    call: &Call,
    phone: &Phone,
    other: Party,
    direction: &str,
) -> u64 {
    let other = match other {
        Party::Phone(number) if !planted(world, call) && rng.below(300) == 0 => {
            spreadsheet_accident(&world.phones[number].digits)
        }
        _ => spell_party(world, rng, other),
    };
    let imei = spell_imei(rng, &world.handsets[phone.handsets[0]]);
    let fields = [
        phone.digits.clone(),
        other,
        call.at.day().day_first(),
        call.at.clock(),
        call.seconds.to_string(),
        if call.sms { format!("SMS-{direction}") } else { direction.to_owned() },
        imei,
        if rng.chance(30) { phone.imsi.clone() } else { String::new() },
        format!(
            "410-99-{}-{}",
            100 + world.people[phone.user].circle % 50,
            1 + phone.digits.len() + phone.franchise % 40
        ),
    ];
    let line = sheet.row(&fields);
    if rng.below(120) == 0 {
        // The switch wrote the record twice.
        sheet.row(&fields);
    }
    line
}

fn spoil_alpha(sheet: &mut Sheet, call: &Call) {
    let day = call.at.day().day_first();
    sheet.line(&format!(",923080123456,{day},12:00:00,12,MO,,,"));
    sheet.line("923080123456,923080123457,31/02/2025,12:00:00,12,MO,,,");
    sheet.line(&format!("923080123456,923080123457,{day},25:61:00,12,MO,,,"));
    sheet.line(&format!("923080123456,923080123457,{day}"));
}

/// Beta's records: the caller first; `Leg` tells whose record it is (`O` the caller's, `T` the called one's).
fn beta_calls(world: &World, out: &mut Output, rng: &mut Rng) {
    let mut sheet = Sheet::new("deliveries/telecom/cdr_beta.csv", SEMICOLONS);
    sheet.line("# Operator Beta; export of call records; times in local time");
    sheet.row(&["Calling", "Called", "Start", "Secs", "Service", "Leg", "Handset", "Site"]);
    let mut rows = 0;
    for call in &world.calls {
        for (own, other, leg) in [(call.from, call.to, "O"), (call.to, call.from, "T")] {
            let Some(phone) = subscriber(world, own, Operator::Beta) else { continue };
            let inside = subscriber(world, other, Operator::Beta).is_some();
            if leg == "T" && inside && !rng.chance(6) {
                continue;
            }
            let fields = [
                spell_party(world, rng, call.from),
                spell_party(world, rng, call.to),
                format!("{} {}", call.at.day().iso(), call.at.clock()),
                call.seconds.to_string(),
                if call.sms { "SMS" } else { "VOICE" }.to_owned(),
                leg.to_owned(),
                spell_imei(rng, &world.handsets[phone.handsets[0]]),
                format!("B{:04}", 1000 + phone.franchise * 3),
            ];
            let line = sheet.row(&fields);
            if let Some((from, to)) = spotlight(world, call) {
                out.shows(&sheet, line, "CALLED", from, to);
            }
            rows += 1;
            if rows % 2000 == 900 {
                sheet.row(&fields);
                sheet.line("0348-0123456;0308-0123456;2025-02-31 10:00:00;10;VOICE;O;;B1000");
                sheet.line("0348-0123456;0308-0123456");
                sheet.line("# page break");
            }
        }
    }
    out.take(sheet);
}
