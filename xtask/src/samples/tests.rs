//! The figures of the sample, counted again from the written bytes by a reader of its own.

use super::world::{Role, Tie};
use super::{build, generate};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

const CAMPAIGN: std::ops::RangeInclusive<&str> = "2025-09-01"..="2025-10-31";

/// The generated files as text, by path.
fn texts() -> BTreeMap<String, String> {
    generate().into_iter().map(|file| (file.path.clone(), decode(&file.path, &file.bytes))).collect()
}

fn decode(path: &str, bytes: &[u8]) -> String {
    if let Some(wide) = bytes.strip_prefix(b"\xff\xfe") {
        let units: Vec<u16> =
            wide.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
        return String::from_utf16(&units).unwrap();
    }
    let plain = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if ["police/arrests.csv", "companies.csv"].iter().any(|western| path.ends_with(western)) {
        return plain.iter().map(|&byte| char::from(byte)).collect();
    }
    String::from_utf8(plain.to_vec()).unwrap()
}

/// Splits a line at a delimiter outside quotes.
fn split(line: &str, delimiter: char) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            c if c == delimiter && !quoted => fields.push(String::new()),
            c => fields.last_mut().unwrap().push(c),
        }
    }
    fields
}

/// The whole rows below the header that begins with `first`, as maps from column to text.
fn rows(text: &str, first: &str, delimiter: char) -> Vec<BTreeMap<String, String>> {
    let mut lines = text.lines().skip_while(|line| split(line, delimiter)[0] != first);
    let header = split(lines.next().unwrap(), delimiter);
    lines
        .map(|line| split(line, delimiter))
        .filter(|fields| fields.len() == header.len())
        .map(|fields| header.iter().cloned().zip(fields).collect())
        .collect()
}

/// `2025-10-04` of any spelling in the deliveries that is day first, named, compact or ISO; `None` for no
/// real date.
fn iso(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split(['-', '/']).collect();
    let (y, m, d) = match parts[..] {
        [all] if all.len() == 8 => (&all[..4], all[4..6].to_owned(), &all[6..]),
        [y, m, d] if y.len() == 4 => (y, m.to_owned(), d),
        [d, m, y] => {
            let names = "JanFebMarAprMayJunJulAugSepOctNovDec";
            (y, names.find(m).map_or(m.to_owned(), |at| format!("{:02}", at / 3 + 1)), d)
        }
        _ => return None,
    };
    let longest = match m.as_str() {
        "02" => "28",
        "04" | "06" | "09" | "11" => "30",
        _ => "31",
    };
    (d <= longest && d >= "01").then(|| format!("{y}-{m}-{d}"))
}

/// The person that a row names: bare CNIC, passport with country, or the name where both are blank.
fn person(row: &BTreeMap<String, String>, [cnic, passport, country, name]: [&str; 4]) -> String {
    match (row[cnic].replace('-', ""), &row[passport]) {
        (cnic, _) if !cnic.is_empty() => cnic,
        (_, passport) if !passport.is_empty() => format!("{}:{passport}", row[country]),
        _ => row[name].clone(),
    }
}

/// Person to nationality, of those involved and of those arrested.
fn namings(texts: &BTreeMap<String, String>) -> [BTreeMap<String, String>; 2] {
    let mut involved = BTreeMap::new();
    let mut arrested = BTreeMap::new();
    for month in ["2025-09", "2025-10"] {
        for row in rows(&texts[&format!("deliveries/cca/arrests_{month}.csv")], "Sr", ',') {
            let day = iso(&row["Date"]);
            if row["FIR No"].is_empty() || !day.is_some_and(|day| CAMPAIGN.contains(&day.as_str())) {
                continue;
            }
            let who = person(&row, ["CNIC", "Passport No", "Nationality", "Name"]);
            involved.insert(who.clone(), row["Nationality"].clone());
            if row["Status"] == "Arrested" {
                arrested.insert(who, row["Nationality"].clone());
            }
        }
    }
    for row in rows(&texts["deliveries/police/arrests.csv"], "FIR", ';') {
        let unusable = row["FIR"].is_empty() || (row["ID Card"].is_empty() && row["Passport"].is_empty());
        if unusable || !iso(&row["Arrest Date"]).is_some_and(|day| CAMPAIGN.contains(&day.as_str())) {
            continue;
        }
        let who = person(&row, ["ID Card", "Passport", "Country", "Accused"]);
        for list in [&mut involved, &mut arrested] {
            let known = list.insert(who.clone(), row["Country"].clone());
            assert!(known.is_none_or(|country| country == row["Country"]));
        }
    }
    [involved, arrested]
}

#[test]
fn people_of_the_campaign() {
    let [involved, arrested] = namings(&texts());
    let citizens =
        |list: &BTreeMap<String, String>| list.values().filter(|country| *country == "PAK").count();
    assert_eq!((involved.len(), citizens(&involved)), (537, 268));
    assert_eq!((arrested.len(), citizens(&arrested)), (482, 213));
    assert!(arrested.keys().all(|who| involved.contains_key(who)));
}

#[test]
fn both_agencies_are_needed_and_overlap() {
    let texts = texts();
    let police: BTreeSet<String> = rows(&texts["deliveries/police/arrests.csv"], "FIR", ';')
        .iter()
        .map(|row| person(row, ["ID Card", "Passport", "Country", "Accused"]))
        .collect();
    let cca: BTreeSet<String> = ["09", "10"]
        .iter()
        .flat_map(|month| rows(&texts[&format!("deliveries/cca/arrests_2025-{month}.csv")], "Sr", ','))
        .map(|row| person(&row, ["CNIC", "Passport No", "Nationality", "Name"]))
        .collect();
    assert!(police.intersection(&cca).count() > 100);
    assert!(police.difference(&cca).count() > 20);
}

#[test]
fn sealed_units() {
    let texts = texts();
    let sealed: BTreeSet<(String, String)> = rows(&texts["deliveries/cca/sealed_units.csv"], "Unit No", ',')
        .into_iter()
        .filter(|row| !row["FIR No"].is_empty())
        .filter(|row| iso(&row["Sealed On"]).is_some_and(|day| CAMPAIGN.contains(&day.as_str())))
        .map(|row| (row["Unit No"].clone(), row["Premises Code"].clone()))
        .collect();
    let count = |of: fn(&(String, String)) -> &String| sealed.iter().map(of).collect::<BTreeSet<_>>().len();
    assert_eq!((sealed.len(), count(|pair| &pair.0), count(|pair| &pair.1)), (54, 54, 54));
}

#[test]
fn money_recovered() {
    let texts = texts();
    let mut memos: BTreeMap<String, (String, i64)> = BTreeMap::new();
    let mut reports = 0;
    for (path, delimiter, [memo, day, amount]) in [
        ("deliveries/cca/recoveries.csv", ',', ["Memo No", "Recovered On", "Amount"]),
        ("deliveries/police/recoveries.tsv", '\t', ["memo", "date", "rupees"]),
        ("deliveries/treasury/recoveries.csv", '|', ["Memo Ref", "Date of Recovery", "Amount"]),
    ] {
        for row in rows(&texts[path], memo, delimiter) {
            let rupees = row[amount].trim_start_matches("Rs ").replace(',', "").parse::<i64>();
            let (false, Some(day), Ok(rupees)) = (row[memo].is_empty(), iso(&row[day]), rupees) else {
                continue;
            };
            reports += 1;
            let before = memos.insert(row[memo].clone(), (day.clone(), rupees));
            assert!(before.is_none_or(|before| before == (day, rupees)));
        }
    }
    let since = |first: &str, last: &str| -> i64 {
        memos
            .values()
            .filter(|(day, _)| (first..=last).contains(&day.as_str()))
            .map(|(_, rupees)| rupees)
            .sum()
    };
    assert_eq!(since("2025-09-01", "2025-10-31"), 62_270_000);
    assert_eq!(since("2025-01-01", "2025-12-31"), 1_405_000_000);
    assert!(since("2024-01-01", "2024-12-31") > 0);
    assert!(reports > memos.len() + 20, "some memos must be reported twice");
}

#[test]
fn payments_between_banks_are_in_both_statements() {
    let texts = texts();
    let seen = |path: &str, account: &str, reference: &str| -> BTreeSet<(String, String)> {
        let delimiter = if path.contains("synb") { ';' } else { ',' };
        rows(&texts[path], account, delimiter)
            .into_iter()
            .filter(|row| row[reference].starts_with("SN3"))
            .map(|row| (row[reference].clone(), row[account].clone()))
            .collect()
    };
    let a = seen("deliveries/finmon/statements_syna.csv", "Account", "Ref");
    let b = seen("deliveries/finmon/statements_synb.csv", "A/C No (IBAN)", "Reference");
    let references =
        |side: &BTreeSet<(String, String)>| side.iter().map(|row| row.0.clone()).collect::<BTreeSet<_>>();
    assert!(references(&a).intersection(&references(&b)).count() > 500);
    assert!(
        a.iter().all(|row| row.1[4..].starts_with("SYNA"))
            && b.iter().all(|row| row.1[4..].starts_with("SYNB"))
    );
}

#[test]
fn running_balances_add_up() {
    let texts = texts();
    let mut last: BTreeMap<String, i64> = BTreeMap::new();
    let number = |text: &str| text.replace(',', "").parse::<i64>().ok();
    let mut checked = 0;
    for row in rows(&texts["deliveries/finmon/statements_syna.csv"], "Account", ',') {
        let (true, Some(balance)) = (row["Ref"].starts_with("SN3"), number(&row["Balance"])) else {
            continue;
        };
        let change = number(&row["Credit"]).unwrap_or(0) - number(&row["Debit"]).unwrap_or(0);
        if let Some(before) = last.insert(row["Account"].clone(), balance) {
            assert_eq!(before + change, balance);
            checked += 1;
        }
    }
    assert!(checked > 2000);
}

#[test]
fn calls_between_operators_are_in_both_files() {
    let texts = texts();
    let ten = |number: &str| {
        number.replace('-', "").chars().rev().take(10).collect::<Vec<_>>().into_iter().rev().collect()
    };
    let mut alpha: BTreeSet<(String, String, String)> = BTreeSet::new();
    for part in ["08-09", "10-11"] {
        for row in rows(&texts[&format!("deliveries/telecom/cdr_alpha_2025-{part}.csv")], "A Party", ',') {
            let Some(day) = iso(&row["Date"]) else { continue };
            let (own, other): (String, String) = (ten(&row["A Party"]), ten(&row["B Party"]));
            if own.starts_with("3080") && other.starts_with("3480") && other.len() == 10 {
                let out = row["Call Type"].ends_with("MO");
                let (from, to) = if out { (own, other) } else { (other, own) };
                alpha.insert((from, to, format!("{day} {}", row["Time"])));
            }
        }
    }
    let beta: BTreeSet<(String, String, String)> =
        rows(&texts["deliveries/telecom/cdr_beta.csv"], "Calling", ';')
            .into_iter()
            .map(|row| (ten(&row["Calling"]), ten(&row["Called"]), row["Start"].clone()))
            .collect();
    assert!(alpha.len() > 3000);
    assert!(alpha.is_subset(&beta));
}

#[test]
fn rows_of_evidence_show_their_links() {
    let texts = texts();
    let evidence = rows(&texts["truth/evidence.csv"], "link_type", ',');
    assert!(evidence.len() >= 50);
    let types: BTreeSet<&String> = evidence.iter().map(|row| &row["link_type"]).collect();
    assert_eq!(types.len(), 11);
    for row in &evidence {
        let line = texts[&row["file"]].lines().nth(row["line"].parse::<usize>().unwrap() - 1).unwrap();
        let bare = line.replace('-', "");
        for key in [&row["from_key"], &row["to_key"]] {
            let value = key.split_once('=').unwrap().1.replace('-', "");
            let value = value.rsplit(':').next().unwrap().trim_start_matches("+92").to_owned();
            assert!(bare.contains(&value), "{key} is not in line {line}");
        }
    }
}

#[test]
fn networks_have_the_planted_sizes_and_no_file_tells_them() {
    let texts = texts();
    let mut sizes: BTreeMap<String, usize> = BTreeMap::new();
    for row in rows(&texts["truth/members.csv"], "person", ',') {
        *sizes.entry(row["network"].clone()).or_default() += 1;
    }
    assert_eq!(sizes.into_values().collect::<Vec<_>>(), [110, 108, 104, 98, 89, 28]);
    for (path, text) in texts.iter().filter(|(path, _)| !path.starts_with("truth/")) {
        for word in ["organiser", "receptionist", "mule", "sim_supplier", "network", "straw"] {
            assert!(!text.to_lowercase().contains(word), "{path} tells {word}");
        }
    }
}

#[test]
fn newcomers_tie_as_planted() {
    let (world, texts) = (build(), texts());
    let delivered: String = texts
        .iter()
        .filter(|(path, _)| path.starts_with("deliveries/"))
        .map(|(_, text)| text.replace('-', ""))
        .collect();
    let list = rows(&texts["new_arrests.csv"], "FIR No", ',');
    assert_eq!((list.len(), world.newcomers.len()), (12, 12));
    for (row, newcomer) in list.iter().zip(&world.newcomers) {
        let digits = row["Number"].replace('-', "");
        let known_number = delivered.contains(&digits[1..]);
        let known_handset = delivered.contains(&row["IMEI"][..14]);
        let who = person(row, ["CNIC", "Passport No", "Nationality", "Name"]);
        let known_person = delivered.contains(who.rsplit(':').next().unwrap());
        let expected = match newcomer.tie {
            Tie::Phone => (true, true, false),
            Tie::Handset => (false, true, false),
            Tie::Subscriber => (true, false, false),
            Tie::Known => (false, false, true),
            Tie::Account | Tie::Premises | Tie::None => (false, false, false),
        };
        assert_eq!((known_number, known_handset, known_person), expected, "{:?}", newcomer.tie);
        assert_eq!(
            newcomer.tie == Tie::Account,
            delivered.contains(&row["Account"]) && !row["Account"].is_empty()
        );
        assert_eq!(newcomer.tie == Tie::Premises, !row["Unit No"].is_empty());
    }
}

#[test]
fn organisers_of_paths_call_each_other() {
    let world = build();
    for network in 0..5 {
        let organisers = world.role(network, Role::Organiser);
        let called = world.calls.iter().any(|call| match (call.from, call.to) {
            (super::world::Party::Phone(from), super::world::Party::Phone(to)) => {
                (world.phones[from].user, world.phones[to].user) == (organisers[0], organisers[1])
            }
            _ => false,
        });
        assert!(called, "network {network}");
    }
}

/// The folder of committed samples.
fn samples() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../samples"))
}

#[test]
fn the_committed_files_are_those_generated() {
    let files = generate();
    let total: usize = files.iter().map(|file| file.bytes.len()).sum();
    assert!(total < 8_000_000, "{total} bytes");
    for file in files {
        let committed = std::fs::read(samples().join("crackdown").join(&file.path)).unwrap();
        assert!(committed == file.bytes, "{} differs: run `cargo xtask samples`", file.path);
    }
}

#[test]
fn every_column_a_specification_names_is_in_its_files() {
    let texts = texts();
    let manifest = std::fs::read_to_string(samples().join("crackdown/case.toml")).unwrap();
    let mut listed = BTreeSet::new();
    let mut specs = 0;
    let mut names: Vec<String> = Vec::new();
    for line in manifest.lines() {
        let quoted = line.split('"').skip(1).step_by(2);
        if line.starts_with("spec = ") {
            let spec =
                std::fs::read_to_string(samples().join("crackdown").join(quoted.last().unwrap())).unwrap();
            names = columns(&spec);
            assert!(names.len() > 3);
            specs += 1;
        } else if line.starts_with("files = ") || line.starts_with("file = ") {
            for file in quoted {
                let head = texts[file].lines().take(6).collect::<Vec<_>>().join("\n");
                for name in &names {
                    assert!(head.contains(name.as_str()), "{file} has no column {name}");
                }
                listed.insert(file.to_owned());
            }
        }
    }
    assert_eq!(specs, 21);
    let delivered: BTreeSet<String> = texts.into_keys().filter(|path| !path.starts_with("truth/")).collect();
    assert_eq!(listed, delivered, "every delivered file is in the manifest");
}

/// The texts of a specification that follow `from =`, `country_from =` and `column =`.
fn columns(spec: &str) -> Vec<String> {
    let body = spec.split("[[links]]").map(|part| {
        // Ends of links are slots, not columns; the lines with them stand alone.
        part.lines().filter(|line| !line.starts_with("from = ")).collect::<Vec<_>>().join("\n")
    });
    let mut found = Vec::new();
    for part in body {
        for marker in ["from = \"", "column = \"", "from = [\""] {
            for after in part.split(marker).skip(1) {
                let list = after.split([']', '}']).next().unwrap_or_default();
                let taken = if marker.ends_with("[\"") { list.split("\", \"").count() } else { 1 };
                found.extend(after.split('"').step_by(2).take(taken).map(str::to_owned));
            }
        }
    }
    found
}
