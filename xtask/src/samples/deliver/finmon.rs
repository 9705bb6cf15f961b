//! Deliveries of Financial Monitoring: account holders, and statements of three banks in three forms.
//!
//! A payment between two banks is in the statements of both under one reference.

use super::super::mess::{dashed_msisdn, grouped, rupees, spell_cnic};
use super::super::rng::Rng;
use super::super::sheet::{Encoding, Layout, Output, PLAIN, Sheet};
use super::super::world::{Bank, Holder, Payment, World};

const SEMICOLONS: Layout = Layout { delimiter: ';', newline: "\r\n", encoding: Encoding::Utf8Bom };

pub(super) fn deliver(world: &World, out: &mut Output) {
    let mut rng = Rng::of("finmon");
    holders(world, out, &mut rng);
    statements_a(world, out, &mut rng);
    statements_b(world, out);
    statements_c(world, out);
}

fn holders(world: &World, out: &mut Output, rng: &mut Rng) {
    let mut sheet = Sheet::new("deliveries/finmon/accounts.csv", PLAIN);
    sheet.row(&["IBAN", "Title", "CNIC", "Company Reg No", "Contact Number", "Opened"]);
    for account in &world.accounts {
        let contact =
            account.contact.map(|phone| dashed_msisdn(&world.phones[phone].digits)).unwrap_or_default();
        let opened = account.opened.day_first();
        let (key, person, line) = match account.holder {
            Holder::Person(person) => {
                let holder = &world.people[person];
                let card = holder.cnic.as_deref().map(|cnic| spell_cnic(rng, cnic)).unwrap_or_default();
                let line = sheet.row(&[account.iban.as_str(), &holder.name, &card, "", &contact, &opened]);
                (holder.key(), Some(person), line)
            }
            Holder::Company(company) => {
                let company = &world.companies[company];
                let fields = [account.iban.as_str(), &company.name, "", &company.number, &contact, &opened];
                (format!("secp={}", company.number), None, sheet.row(&fields))
            }
        };
        if person.is_some_and(|person| world.in_spotlight(person)) {
            out.shows(&sheet, line, "HOLDS", key, format!("iban={}", account.iban));
        }
    }
    sheet.row(&["", "No Account Given", "3990100000215", "", "", "01/01/2020"]);
    sheet.row(&["PK00SYNA0000000000000000", "Odd Date", "3990100000217", "", "", "31/02/2020"]);
    out.take(sheet);
}

/// A payment seen from one of its accounts: the account, the other one, whether money left it.
type Side<'a> = (&'a Payment, usize, usize, bool);

/// The sides of all payments that touch a bank's accounts, in order of time.
fn sides(world: &World, bank: Bank) -> Vec<Side<'_>> {
    let both = world.payments.iter().flat_map(|p| [(p, p.from, p.to, true), (p, p.to, p.from, false)]);
    both.filter(|(_, own, _, _)| world.accounts[*own].bank == bank).collect()
}

fn note(world: &World, out: &mut Output, sheet: &Sheet, line: u64, payment: &Payment) {
    let person = |account: usize| match world.accounts[account].holder {
        Holder::Person(person) => Some(person),
        Holder::Company(_) => None,
    };
    if person(payment.to).is_some_and(|person| world.in_spotlight(person)) {
        let key = |account: usize| format!("iban={}", world.accounts[account].iban);
        out.shows(sheet, line, "PAID", key(payment.from), key(payment.to));
    }
}

/// Bank A: sorted by account, debit and credit columns, running balance, page breaks, a total.
fn statements_a(world: &World, out: &mut Output, rng: &mut Rng) {
    let mut sheet = Sheet::new("deliveries/finmon/statements_syna.csv", PLAIN);
    sheet.line("SYNA BANK - ACCOUNT STATEMENTS UNDER LETTER FM/2025/77,,,,,,,,,");
    sheet.row(&[
        "Account",
        "Txn Date",
        "Time",
        "Value Date",
        "Ref",
        "Debit",
        "Credit",
        "Balance",
        "Counterparty",
        "Channel",
    ]);
    let mut all = sides(world, Bank::A);
    all.sort_by_key(|(payment, own, _, _)| (*own, payment.at));
    let mut current = usize::MAX;
    let (mut balance, mut debits, mut rows) = (0, 0, 0);
    for (payment, own, other, debit) in all {
        if own != current {
            current = own;
            balance = rng.between(2000, 9000) * 1000;
        }
        balance += if debit { -payment.amount } else { payment.amount };
        debits += if debit { payment.amount } else { 0 };
        let (day, amount) = (payment.at.day().day_first(), grouped(payment.amount));
        let line = sheet.row(&[
            world.accounts[own].iban.as_str(),
            &day,
            &payment.at.clock(),
            &day,
            &payment.reference,
            if debit { &amount } else { "" },
            if debit { "" } else { &amount },
            &grouped(balance),
            &world.accounts[other].iban,
            payment.channel,
        ]);
        note(world, out, &sheet, line, payment);
        rows += 1;
        if rows % 800 == 0 {
            sheet.line(&format!("Page {},,,,,,,,,", rows / 800 + 1));
        }
        if rows == 500 {
            let iban = &world.accounts[own].iban;
            sheet.line(&format!("{iban},31/02/2025,10:00:00,31/02/2025,SN00000001,100,,0,{iban},ATM"));
            sheet.line(&format!("{iban},{day},10:00:00,{day},SN00000002,see slip,,0,{iban},ATM"));
            sheet.line(&format!("{iban},{day}"));
        }
    }
    sheet.row(&["Total", "", "", "", "", &grouped(debits), "", "", "", ""]);
    out.take(sheet);
}

/// Bank B: in order of time, one amount with a flag, month names.
fn statements_b(world: &World, out: &mut Output) {
    let mut sheet = Sheet::new("deliveries/finmon/statements_synb.csv", SEMICOLONS);
    sheet.row(&["A/C No (IBAN)", "Date", "Dr/Cr", "Amount", "Reference", "Other A/C", "Mode"]);
    for (payment, own, other, debit) in sides(world, Bank::B) {
        let line = sheet.row(&[
            world.accounts[own].iban.as_str(),
            &format!("{} {}", payment.at.day().named(), payment.at.clock()),
            if debit { "Dr" } else { "Cr" },
            &rupees(payment.amount),
            &payment.reference,
            &world.accounts[other].iban,
            payment.channel,
        ]);
        note(world, out, &sheet, line, payment);
    }
    sheet.line(";04-Oct-2025 10:00:00;Dr;Rs 500;SN00000003;;ATM");
    sheet.line("Closing of the day;;;;;;");
    out.take(sheet);
}

/// Bank C: JSON lines.
fn statements_c(world: &World, out: &mut Output) {
    let mut sheet = Sheet::new("deliveries/finmon/statements_sync.ndjson", PLAIN);
    for (payment, own, other, debit) in sides(world, Bank::C) {
        let line = sheet.line(&format!(
            concat!(
                r#"{{"iban":"{}","booked":"{}T{}","direction":"{}","amount":{},"#,
                r#""counterparty":"{}","reference":"{}","channel":"{}"}}"#
            ),
            world.accounts[own].iban,
            payment.at.day().iso(),
            payment.at.clock(),
            if debit { "debit" } else { "credit" },
            payment.amount,
            world.accounts[other].iban,
            payment.reference,
            payment.channel,
        ));
        note(world, out, &sheet, line, payment);
    }
    sheet.line(r#"{"iban":"PK00SYNC0000000000000000","booked":"#);
    sheet.line(r#"{"iban":"PK00SYNC0000000000000000","booked":"2025-02-31T10:00:00","direction":"debit","amount":5}"#);
    out.take(sheet);
}
