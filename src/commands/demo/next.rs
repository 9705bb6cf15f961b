//! The last part of the story: commands to try now.

use super::connection::Connection;
use crate::output::Page;
use std::fmt::Write as _;
use std::io;
use std::path::Path;

/// The store that the commands name when none was kept.
const STORE: &str = "demo.jaal";

/// What to type now, each with what it does.
pub(super) fn page(
    page: &mut Page<'_>,
    kept: Option<&Path>,
    connection: Option<&Connection>,
) -> io::Result<()> {
    let store = kept.map_or_else(|| STORE.to_owned(), |path| quoted(&path.display().to_string()));
    if kept.is_none() {
        page.line(format_args!("  jaal demo --keep {STORE}"))?;
        page.faint("      keeps the store, so that the following can be asked of it")?;
    }
    // Five commands in all: whoever reads the end of a long page takes in no more.
    let most = if kept.is_some() { 5 } else { 4 };
    for (command, does) in commands(&store, connection).into_iter().take(most) {
        page.line(format_args!("  {command}"))?;
        page.faint(format_args!("      {does}"))?;
    }
    Ok(())
}

fn commands(store: &str, connection: Option<&Connection>) -> Vec<(String, &'static str)> {
    let mut commands = vec![(
        format!(
            "jaal report crackdown --db {store} --from 2025-09-01 --to 2025-10-31 --rows arrested.foreign"
        ),
        "the people behind a figure, each with the rows that say so",
    )];
    if let Some(connection) = connection {
        let (from, to) = connection.addresses();
        let (from, to) = (quoted(&from), quoted(&to));
        commands.push((format!("jaal show --db {store} {from}"), "all that is known of one person"));
        commands.push((
            format!("jaal path --db {store} {from} {to} --hub-cap {} --why", super::connection::HUB_CAP),
            "how two people are connected, with every row behind each link",
        ));
    }
    commands.push((
        format!("jaal verify --db {store}"),
        "whether anything in the store was changed since it was written",
    ));
    commands.push((
        format!("jaal networks --db {store}"),
        "the networks again, now with the new arrests, and those without arrests too",
    ));
    commands
}

/// A text as a shell takes it as one word.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-:=+,@%".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    let mut out = String::from("'");
    for c in text.chars() {
        if c == '\'' {
            let _ = write!(out, "'\\''");
        } else {
            out.push(c);
        }
    }
    out.push('\'');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_takes_what_is_quoted_as_one_word() {
        for text in ["plain.jaal", "two words", "it's", "", "$HOME;`x`", "Person:cnic=3520212345671"] {
            let said = std::process::Command::new("sh")
                .args(["-c", &format!("printf %s {}", quoted(text))])
                .output()
                .unwrap();
            assert_eq!(String::from_utf8(said.stdout).unwrap(), text);
        }
        assert_eq!(quoted("Person:cnic=3520212345671"), "Person:cnic=3520212345671");
    }
}
