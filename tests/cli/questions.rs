//! Questions through the command line, on the sample case: answers in every form, and the exit status of each end.

use crate::run::{case, command, jaal, samples};
use serde_json::Value;
use std::io::Read;
use std::process::Stdio;

/// The ends of the first planted path, from the truth that is never loaded.
fn planted() -> (String, String) {
    let text = std::fs::read_to_string(samples().join("truth/paths.csv")).unwrap();
    let row: Vec<&str> = text.lines().nth(1).unwrap().split(',').collect();
    (format!("Person:{}", row[0]), format!("Person:{}", row[1]))
}

#[test]
fn a_search_finds_a_person_in_every_form_that_a_cnic_is_written_in() {
    let (from, _) = planted();
    let digits = from.trim_start_matches("Person:cnic=");
    let dashed = format!("{}-{}-{}", &digits[..5], &digits[5..12], &digits[12..]);
    let id = |text: &str| {
        let hits = jaal(case(), &["find", text, "--format", "json"]).expect(0).json();
        hits[0]["entity"]["id"].as_str().unwrap().to_owned()
    };
    assert_eq!(id(digits), id(&dashed));
    let card = jaal(case(), &["show", &id(digits), "--format", "json"]).expect(0).json();
    assert_eq!(card["keys"][0]["value"], digits);
    assert!(jaal(case(), &["show", &from]).expect(0).out.contains(&dashed));
    jaal(case(), &["find", "nobody of this name"]).expect(3);
    let unknown = jaal(case(), &["show", "Phone:+923009999999"]).expect(3);
    assert!(unknown.err.contains("hint:") && unknown.out.is_empty(), "{}", unknown.err);
    assert!(jaal(case(), &["show", "Phne:1"]).expect(2).err.contains("nearest: Phone"));
}

#[test]
fn a_file_of_numbers_is_told_line_by_line() {
    let (from, _) = planted();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("numbers.txt");
    let known = from.trim_start_matches("Person:cnic=");
    let last = if known.ends_with('0') { '1' } else { '0' };
    let wrong = format!("{}{last}", &known[..12]);
    std::fs::write(&file, format!("# asked by letter\nno-such\n\n\"{known}\",x\n{wrong}\n")).unwrap();
    let ask =
        |format| jaal(case(), &["find", "--file", file.to_str().unwrap(), "--format", format]).expect(0);
    let answer = ask("json").json();
    assert_eq!(answer["hits"][0]["line"], 4);
    assert_eq!(answer["misses"][0]["text"], "no-such");
    assert_eq!(answer["skipped"], 2);
    let rows = ask("csv").out;
    let lines: Vec<&str> = rows.lines().collect();
    assert_eq!(lines[1], "2,no-such,miss,,,,,");
    assert!(lines[2].starts_with(&format!("4,{known},hit,E")), "{rows}");
    let differs = format!("place 13 is {}, not {last}", &known[12..]);
    assert!(lines[3..].iter().all(|line| line.starts_with(&format!("5,{wrong},near,E"))), "{rows}");
    assert!(
        lines[3..].iter().any(|line| line.contains(known) && line.ends_with(&format!("\"{differs}\""))),
        "{rows}"
    );
    let table = ask("table").out;
    assert!(table.contains(&differs), "{table}");
    assert!(
        table.ends_with("3 numbers: 1 known, 1 near, 1 not known; 2 lines blank or comment\n"),
        "{table}"
    );
    assert_eq!(
        ask("ndjson").out.lines().filter(|line| serde_json::from_str::<Value>(line).is_ok()).count(),
        3
    );
    std::fs::write(&file, "no-such\n").unwrap();
    jaal(case(), &["find", "--file", file.to_str().unwrap()]).expect(3);
    std::fs::write(&file, &wrong).unwrap();
    jaal(case(), &["find", "--file", file.to_str().unwrap()]).expect(0);
}

#[test]
fn a_path_names_the_rows_it_stands_on_and_they_stand_there() {
    let (from, to) = planted();
    let answer = jaal(case(), &["path", &from, &to, "--why", "--format", "json"]).expect(0).json();
    let steps = answer["paths"][0]["steps"].as_array().unwrap();
    assert_eq!(steps.len() as u64, answer["length"].as_u64().unwrap());
    for step in steps {
        let link = step["link"]["id"].as_str().unwrap();
        let rows = step["link"]["evidence"].as_array().unwrap();
        assert!(!rows.is_empty(), "{link} stands on rows");
        let why = jaal(case(), &["why", link, "--format", "json"]).expect(0).json();
        assert_eq!(why["evidence"][0], rows[0]);
    }
    let table = jaal(case(), &["path", &from, &to]).expect(0).out;
    assert_eq!(table.lines().filter(|line| line.contains("── ")).count(), steps.len(), "{table}");
    let csv = jaal(case(), &["path", &from, &to, "--format", "csv"]).expect(0).out;
    assert_eq!(csv.lines().count(), steps.len() + 1);
}

#[test]
fn where_there_is_no_path_the_answer_says_what_stands_in_the_way() {
    let (from, to) = planted();
    let run = jaal(case(), &["path", &from, &to, "--types", "SEALED_IN", "--format", "json"]).expect(3);
    let answer = run.json();
    assert_eq!(answer["length"], Value::Null);
    assert_eq!(answer["none"]["obstacles"][0]["constraint"], "--types SEALED_IN");
    let table = jaal(case(), &["path", &from, &to, "--types", "SEALED_IN"]).expect(3).out;
    assert!(table.contains("no path") && table.contains("without --types SEALED_IN"), "{table}");
    assert!(
        jaal(case(), &["path", &from, &to, "--types", "CALED"]).expect(2).err.contains("nearest: CALLED")
    );
    let stopped = jaal(case(), &["path", &from, &to, "--max-expansions", "1", "--format", "json"]).expect(4);
    assert!(stopped.json()["stopped"].is_string());
    jaal(case(), &["why", &from, &to]).expect(3);
}

#[test]
fn the_report_counts_what_was_planted_and_opens_into_rows() {
    let period = ["report", "crackdown", "--from", "2025-09-01", "--to", "2025-10-31", "--format"];
    let report = jaal(case(), &[&period[..], &["json"]].concat()).expect(0).json();
    let figures = report["figures"].as_array().unwrap();
    let value = |name: &str| figures.iter().find(|f| f["name"] == name).unwrap()["value"].as_i64().unwrap();
    let planted = [("sealed", 54), ("involved", 537), ("arrested", 482), ("arrested.foreign", 269)];
    for (name, number) in planted {
        assert_eq!(value(name), number, "{name}");
    }
    assert_eq!((value("recovered"), value("recovered.since")), (62_270_000, 1_405_000_000));
    let rows = jaal(case(), &[&period[..], &["ndjson", "--rows", "sealed"]].concat()).expect(0);
    let figure: Value = serde_json::from_str(rows.out.lines().next().unwrap()).unwrap();
    assert_eq!(figure["rows"].as_array().unwrap().len(), 54);
    jaal(case(), &[&period[..], &["json", "--rows", "no.such"]].concat()).expect(2);
    jaal(case(), &["report", "crackdown", "--from", "2025-11-01", "--to", "2025-10-31"]).expect(2);
    jaal(case(), &["report", "crackdown", "--from", "yesterday", "--to", "2025-10-31"]).expect(2);
}

#[test]
fn networks_and_algorithms_give_their_sizes_twice_the_same() {
    let list = jaal(case(), &["networks", "--limit", "0", "--format", "json"]).expect(0);
    assert_eq!(list.out, jaal(case(), &["networks", "--limit", "0", "--format", "json"]).expect(0).out);
    let all = list.json();
    let first = &all[0];
    let members = jaal(case(), &["networks", "1", "--format", "csv"]).expect(0).out;
    assert_eq!(members.lines().count() as u64, first["size"].as_u64().unwrap() + 1);
    jaal(case(), &["networks", "100000"]).expect(3);

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("parts.csv");
    let answer = jaal(case(), &["algo", "wcc", "--output", file.to_str().unwrap()]).expect(0).json();
    let rows = std::fs::read_to_string(file).unwrap();
    assert_eq!(rows.lines().count() as u64, answer["nodes"].as_u64().unwrap() + 1);
    assert!(answer["project_s"].is_number() && answer["compute_s"].is_number());
    jaal(case(), &["algo", "no-such"]).expect(2);
}

#[test]
fn pictures_are_written_in_each_format() {
    let (from, to) = planted();
    let folder = tempfile::tempdir().unwrap();
    let draw = |name: &str, what: &[&str]| {
        let file = folder.path().join(name);
        let output = ["export", "--engine", "built-in", "--output", file.to_str().unwrap()];
        jaal(case(), &[&output[..], what].concat()).expect(0);
        std::fs::read(file).unwrap()
    };
    let svg = String::from_utf8(draw("path.svg", &["--path", &from, &to])).unwrap();
    assert!(svg.contains("<svg") && svg.contains("OFFICIAL"));
    assert!(draw("around.png", &["--around", &from]).starts_with(b"\x89PNG"));
    assert!(draw("list.dot", &["--entities", &format!("{from},{to}")]).starts_with(b"digraph"));
    assert!(draw("network.svg", &["--community", "1"]).len() > 1_000);
    jaal(case(), &["export", "--around", &from, "--output", "x.pdf"]).expect(2);
    let none = folder.path().join("none.svg");
    jaal(case(), &["export", "--path", &from, &to, "--types", "SEALED_IN", "-o", none.to_str().unwrap()])
        .expect(3);
    assert!(!none.exists());
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let (from, _) = planted();
    for arguments in [&["around", &from, "--hops", "4", "--format", "json"][..], &["dump"]] {
        let mut child =
            command(case(), arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut first = [0; 16];
        child.stdout.take().unwrap().read_exact(&mut first).unwrap();
        let end = child.wait_with_output().unwrap();
        assert_eq!((end.status.code(), String::from_utf8_lossy(&end.stderr).as_ref()), (Some(0), ""));
    }
}

#[test]
fn a_neighbourhood_opens_into_rows() {
    let (from, _) = planted();
    let plain = jaal(case(), &["around", &from, "--format", "json"]).expect(0).json();
    let opened = jaal(case(), &["around", &from, "--why", "--format", "json"]).expect(0).json();
    let links = opened["links"].as_array().unwrap();
    assert!(!links.is_empty() && links.len() == plain["links"].as_array().unwrap().len());
    for (link, closed) in links.iter().zip(plain["links"].as_array().unwrap()) {
        assert_eq!(link["id"], closed["id"]);
        assert!(closed["evidence"].as_array().unwrap().is_empty());
        assert!(link["evidence"].as_array().unwrap().iter().all(|row| row["line"].as_u64() > Some(0)));
        assert!(!link["evidence"].as_array().unwrap().is_empty());
    }
    let text = jaal(case(), &["around", &from, "--why"]).expect(0).out;
    assert!(text.contains("grade ") && text.contains(", line "), "{text}");
}
