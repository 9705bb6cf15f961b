//! The grammar of the command line, and the demonstration from end to end.

use crate::run::{jaal, samples};
use std::path::Path;

const COMMANDS: [&str; 19] = [
    "demo",
    "init",
    "info",
    "load",
    "withdraw",
    "find",
    "show",
    "why",
    "around",
    "path",
    "networks",
    "algo",
    "report",
    "export",
    "verify",
    "checkpoint",
    "dump",
    "restore",
    "serve",
];

#[test]
fn help_lists_every_command_and_each_has_examples() {
    let nowhere = Path::new("no-such.jaal");
    let all = jaal(nowhere, &["--help"]).expect(0).out;
    for name in COMMANDS {
        assert!(all.lines().any(|line| line.trim_start().starts_with(name)), "{name} is listed");
        let help = jaal(nowhere, &[name, "--help"]).expect(0).out;
        assert!(help.contains(&format!("jaal {name}")), "{name} has an example");
    }
}

#[test]
fn a_wrong_command_line_is_told_with_status_2() {
    let nowhere = Path::new("no-such.jaal");
    let wrong: [&[&str]; 9] = [
        &[],
        &["fnd", "x"],
        &["find"],
        &["load"],
        &["load", "--spec", "s.toml"],
        &["load", "--case", "c", "--spec", "s.toml", "f.csv"],
        &["path", "Person:1"],
        &["find", "x", "--format", "xml"],
        &["path", "a", "b", "--lowest-grade", "9Z"],
    ];
    for arguments in wrong {
        let run = jaal(nowhere, arguments).expect(2);
        assert!(
            run.out.is_empty() && run.err.contains("error:") || arguments.is_empty(),
            "{arguments:?}: {}",
            run.err
        );
    }
}

#[test]
fn the_demonstration_tells_the_story_and_draws_it() {
    let folder = tempfile::tempdir().unwrap();
    let text = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (store, out, case) = (text("demo.jaal"), text("pictures"), samples());
    let run = jaal(
        Path::new("no-such.jaal"),
        &["demo", "--keep", &store, "--out", &out, "--samples", case.to_str().unwrap()],
    )
    .expect(0);
    for words in ["537", "482", "Rs 62,270,000", "5. New arrests", "known before", "nearest to"] {
        assert!(run.out.contains(words), "the story says {words}");
    }
    for name in ["path.svg", "network.svg", "new-arrest.svg"] {
        let picture = std::fs::read_to_string(Path::new(&out).join(name)).unwrap();
        assert!(picture.contains("<svg"), "{name}");
    }
    // The commands that it ends with name the store that was kept, and work.
    let (_, end) = run.out.split_once("What to try next").unwrap();
    let commands: Vec<&str> = end.lines().filter_map(|line| line.strip_prefix("  jaal ")).collect();
    assert_eq!(commands.len(), 5, "{end}");
    for command in commands {
        let words: Vec<&str> = command.split(' ').collect();
        assert!(words.contains(&store.as_str()), "{command}");
        jaal(Path::new("no-such.jaal"), &words).expect(0);
    }
    assert!(run.out.lines().count() < 200, "the story fits a few screens");
    jaal(Path::new(&store), &["demo", "--samples", "no-such-folder"]).expect(1);
}
