//! The specifications that come with the project are good ones, and those with a file beside them read it as they should.

#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up should stop")]

mod common;

use common::{check, claims, count_line, key, rejects};
use jaal_ingest::{Chunk, Intake, SourceInput, Spec, sniff};
use jaal_model::claim::ShapeClaim;
use jaal_model::identifier::Country;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples")
}

fn files(folder: &Path, fits: &dyn Fn(&Path) -> bool, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, fits, found);
        } else if fits(&path) {
            found.push(path);
        }
    }
}

fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    path.extension().is_some_and(|e| extensions.iter().any(|wanted| e == *wanted))
}

#[test]
fn every_sample_specification_is_good() {
    let mut found = Vec::new();
    let in_specs = |path: &Path| path.components().any(|c| c.as_os_str() == "specs");
    files(&samples(), &|path| has_extension(path, &["toml"]) && in_specs(path), &mut found);
    assert!(found.len() > 20);
    for path in found {
        if let Err(error) = Spec::open(&path) {
            panic!("{error}");
        }
    }
}

fn read(spec: &Spec, file: &Path) -> Vec<Chunk> {
    let mut intake = Intake::open(spec, vec![SourceInput::at(file)]).unwrap();
    let mut chunks = Vec::new();
    while let Some(wave) = intake.next_wave().unwrap() {
        chunks.extend(wave);
    }
    check(&chunks);
    chunks
}

/// How many entities of each scheme are named, and links of each type are told apart.
fn census(chunks: &[Chunk]) -> String {
    let mut named: BTreeSet<String> = BTreeSet::new();
    let mut links: BTreeSet<(String, String, String, u64)> = BTreeSet::new();
    for chunk in chunks {
        named.extend((0..chunk.keys.len()).map(|at| key(&chunk.keys, at as u64)));
        for table in &chunk.block.tables {
            let ShapeClaim::Link { link_type, .. } = &table.shape.claim else { continue };
            for i in 0..table.len() {
                let ends = [table.subject[i], table.object[i]].map(|at| key(&chunk.keys, at));
                let [from, to] = ends;
                links.insert((link_type.clone(), from, to, table.discriminator[i]));
            }
        }
    }
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let schemes = named.iter().map(|key| key.split('=').next().unwrap().to_owned());
    schemes.chain(links.into_iter().map(|(link_type, ..)| link_type)).for_each(|name| {
        *counts.entry(name).or_default() += 1;
    });
    let words: Vec<String> = counts.into_iter().map(|(name, count)| format!("{name} {count}")).collect();
    words.join(", ")
}

#[test]
fn each_sample_file_is_read_by_its_specification() {
    let folder = samples().join("specs");
    for (name, file, counts, found, reasons) in [
        (
            "call-records",
            "call-records.csv",
            // Two banner lines and the legend; the 31st of September.
            "13 9 0 3 1",
            "CALLED 7, SIM_OF 4, USED_HANDSET 3, imei 3, imsi 4, msisdn 4, row 1, sender 1, shortcode 1",
            vec!["12: Date + Time: `31/09/2025 12:30:00` is not a date in the order dmy with a time of day"],
        ),
        (
            "subscribers",
            "subscribers.csv",
            "6 4 0 1 1",
            "ACTIVATED_AT 4, REGISTERED_TO 3, VERIFIED_BY 4, bvs 2, cnic 2, franchise 2, msisdn 4",
            vec!["7: Activation Date: `30-Feb-2024` is not a date in the order dmy"],
        ),
        (
            "tower-dump",
            "tower-dump.txt",
            "8 5 0 2 1",
            "SEEN_AT 5, USED_HANDSET 3, cell 2, imei 3, msisdn 4",
            vec!["8: -: the row has 23 characters"],
        ),
        (
            "bank-statement",
            "bank-statement.csv",
            "8 5 0 2 1",
            "ENTRY_OF 5, PAID 3, iban 4, row 5",
            vec!["8: Debit: `thirty` is not an amount"],
        ),
        (
            "company-register",
            "company-register.csv",
            "4 3 0 0 1",
            "DIRECTS 3, REGISTERED_AT 2, address 1, cnic 2, secp 2",
            vec!["5: Incorporated: `31/11/2024` is not a date in the order dmy"],
        ),
        (
            "arrest-list",
            "arrest-list.csv",
            "4 3 0 0 1",
            "ARRESTED_IN 3, FOUND_AT 3, USES 2, cnic 2, fir 1, msisdn 2, passport 1, unit 1",
            vec!["5: Classification: `VERY SECRET` is not a marking"],
        ),
    ] {
        let chunks = read(&Spec::open(&folder.join(format!("{name}.toml"))).unwrap(), &folder.join(file));
        let said = rejects(&chunks);
        assert_eq!(
            (count_line(&chunks).as_str(), census(&chunks).as_str()),
            (counts, found),
            "{name} {said:?}"
        );
        assert!(
            said.len() == reasons.len() && said.iter().zip(&reasons).all(|(a, b)| a.starts_with(b)),
            "{said:?}"
        );
    }
}

#[test]
fn the_samples_show_what_their_readme_says() {
    let folder = samples().join("specs");
    let lines = |name: &str, file: &str| {
        claims(&read(&Spec::open(&folder.join(format!("{name}.toml"))).unwrap(), &folder.join(file)))
    };
    let calls = lines("call-records", "call-records.csv");
    assert!(calls.iter().any(|l| l.contains("site=Synthetic Plaza, Sector 1, Islamabad")), "{calls:?}");
    assert!(calls.iter().any(|l| l.contains("msisdn_flags=damaged")), "{calls:?}");
    let entries = lines("bank-statement", "bank-statement.csv");
    let broken: Vec<&String> =
        entries.iter().filter(|l| l.contains("balance_break=") && l.contains("row=")).collect();
    assert!(
        broken.len() == 1 && broken[0].contains("the balance is 115000.5, and 125000.5 follows"),
        "{broken:?}"
    );
    let people = lines("arrest-list", "arrest-list.csv");
    assert!(people.iter().any(|l| l.contains("name=محمد فرض")), "{people:?}");
}

#[test]
fn a_first_specification_of_every_sample_file_loads() {
    let mut found = Vec::new();
    let is_delivery = |path: &Path| {
        has_extension(path, &["csv", "tsv", "ndjson", "txt"])
            && !path.components().any(|c| c.as_os_str() == "truth")
    };
    files(&samples(), &is_delivery, &mut found);
    assert!(found.len() > 20);
    let mut shares = Vec::new();
    for path in found {
        let draft = sniff(&path, Country::default()).unwrap();
        let spec = Spec::parse(&draft, "draft.toml").unwrap_or_else(|error| panic!("{error}\n{draft}"));
        let chunks = read(&spec, &path);
        let counts = common::counts(&chunks);
        let tried = counts.accepted + counts.rejected;
        assert!(
            counts.accepted * 10 >= tried * 8 && counts.accepted > 0,
            "{}: {counts:?} {:?}\n{draft}",
            path.display(),
            rejects(&chunks).first()
        );
        assert!(draft.contains("# unsure: "));
        shares.push(counts.accepted as f64 / tried as f64);
    }
    let mean = shares.iter().sum::<f64>() / shares.len() as f64;
    assert!(mean > 0.95, "{mean} {shares:?}");
}

#[test]
fn a_first_specification_says_what_columns_are() {
    let folder = samples();
    let draft = |file: &str| sniff(&folder.join(file), Country::default()).unwrap();
    let calls = draft("crackdown/deliveries/telecom/cdr_beta.csv");
    for part in [
        "delimiter = \";\"",
        "type = \"CALLED\"",
        "scheme = \"imei\"",
        "type = \"datetime\"",
        "identity = [\"at\"]",
    ] {
        assert!(calls.contains(part), "{part}\n{calls}");
    }
    let statement = draft("specs/bank-statement.csv");
    for part in
        ["[balance]", "type = \"PAID\"", "scheme = \"iban\"", "type = \"money\"", "date_order = \"dmy\""]
    {
        assert!(statement.contains(part), "{part}\n{statement}");
    }
    let people = draft("specs/arrest-list.csv");
    for part in [
        "encoding = \"windows-1256\"",
        "# unsure: the encoding windows-1256",
        "scheme = \"cnic\"",
        "type = \"USES\"",
    ] {
        assert!(people.contains(part), "{part}\n{people}");
    }
    let dump = draft("specs/tower-dump.txt");
    assert!(dump.contains("format = "), "{dump}");
    assert!(sniff(&folder.join("none.csv"), Country::default()).is_err());
}
