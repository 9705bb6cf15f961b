//! Arrows between crates: the table in `ARCHITECTURE.md` is compared with what the manifests say.
//!
//! Only ordinary and build dependencies are arrows; tests may use what they need. `jaal-testkit` is for tests alone.

use super::Problem;
use super::manifests::Package;
use super::tree::Tree;
use std::collections::BTreeMap;

/// The document with the table.
const DOCUMENT: &str = "ARCHITECTURE.md";
/// How the table begins.
const HEADER: [&str; 2] = ["crate", "may use"];
/// The crate that nothing but tests may use.
const FOR_TESTS: &str = "testkit";

/// One line of the table.
struct Row {
    /// The line of the document, from 1.
    line: usize,
    may_use: Vec<String>,
}

/// Compares the table with the packages of the workspace.
pub(super) fn check(tree: &Tree, packages: &[Package], problems: &mut Vec<Problem>) {
    let Some(document) = tree.file(DOCUMENT) else {
        problems.push(Problem::of(DOCUMENT, "is missing: it holds the table of arrows between crates"));
        return;
    };
    let rows = table(&document.text, problems);
    if rows.is_empty() {
        let what = format!("has no table `| {} |` of arrows between crates", HEADER.join(" | "));
        problems.push(Problem::of(DOCUMENT, what));
        return;
    }
    downwards(&rows, problems);
    let names: Vec<&str> = packages.iter().map(|package| short(&package.name)).collect();
    for (name, row) in &rows {
        if !names.contains(&name.as_str()) {
            problems.push(Problem::at(DOCUMENT, row.line, format!("there is no crate `{name}`")));
        }
    }
    for package in packages {
        let name = short(&package.name);
        let Some(row) = rows.get(name) else {
            problems.push(Problem::of(DOCUMENT, format!("the table has no row for `{name}`")));
            continue;
        };
        let mut used: Vec<&str> = package.arrows().map(short).filter(|used| names.contains(used)).collect();
        used.sort_unstable();
        used.dedup();
        for used in used {
            if used == FOR_TESTS {
                let what = format!("`{name}` uses `{FOR_TESTS}` outside `[dev-dependencies]`");
                problems.push(Problem::of("Cargo.toml", what));
            } else if !row.may_use.iter().any(|allowed| allowed == used) {
                let what = format!("`{name}` uses `{used}`, which this row does not allow");
                problems.push(Problem::at(DOCUMENT, row.line, what));
            }
        }
    }
}

/// The name of a crate as the table has it.
fn short(name: &str) -> &str {
    name.strip_prefix("jaal-").unwrap_or(name)
}

/// The rows of the table, by crate.
fn table(text: &str, problems: &mut Vec<Problem>) -> BTreeMap<String, Row> {
    let mut rows = BTreeMap::new();
    let lines = text.lines().enumerate().map(|(number, line)| (number + 1, cells(line)));
    let rest = lines.skip_while(|(_, cells)| !cells.iter().map(String::as_str).eq(HEADER)).skip(2);
    for (line, cells) in rest.take_while(|(_, cells)| !cells.is_empty()) {
        let [name, may_use] = cells.as_slice() else {
            problems.push(Problem::at(DOCUMENT, line, "a row of the table of arrows has two cells"));
            continue;
        };
        let may_use = may_use.split(',').map(plain).filter(|name| !matches!(name.as_str(), "" | "–" | "-"));
        let row = Row { line, may_use: may_use.collect() };
        if rows.insert(name.clone(), row).is_some() {
            problems.push(Problem::at(DOCUMENT, line, format!("`{name}` has two rows")));
        }
    }
    rows
}

/// The cells of a line of a table; none if it is not one.
fn cells(line: &str) -> Vec<String> {
    let inner = line.trim().strip_prefix('|').and_then(|line| line.strip_suffix('|'));
    inner.map_or_else(Vec::new, |inner| inner.split('|').map(plain).collect())
}

fn plain(cell: &str) -> String {
    cell.trim().trim_matches('`').to_owned()
}

/// A row names only crates that have a row above it, so there is no way round in a circle.
fn downwards(rows: &BTreeMap<String, Row>, problems: &mut Vec<Problem>) {
    for (name, row) in rows {
        for used in &row.may_use {
            if rows.get(used).is_none_or(|other| other.line >= row.line) {
                let what =
                    format!("`{name}` may only use crates with a row above its own, `{used}` has none");
                problems.push(Problem::at(DOCUMENT, row.line, what));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "# A\n\n| crate | may use |\n|---|---|\n| `model` | – |\n| `csr` | – |\n| `graph` | model, csr |\n\nText\n";

    fn problems(table: &str, packages: &[Package]) -> Vec<String> {
        let mut problems = Vec::new();
        check(&Tree::of(&[(DOCUMENT, table)]), packages, &mut problems);
        problems.iter().map(ToString::to_string).collect()
    }

    fn three(graph: &[(&str, Option<&str>)], csr: &[(&str, Option<&str>)]) -> Vec<Package> {
        vec![Package::of("jaal-model", &[]), Package::of("jaal-csr", csr), Package::of("jaal-graph", graph)]
    }

    #[test]
    fn allowed_arrows_need_not_be_used() {
        assert!(problems(TABLE, &three(&[("jaal-csr", None), ("serde", None)], &[])).is_empty());
    }

    #[test]
    fn an_arrow_that_is_not_in_the_table_is_named() {
        let expected = ["ARCHITECTURE.md:6: `csr` uses `model`, which this row does not allow"];
        assert_eq!(problems(TABLE, &three(&[], &[("jaal-model", None)])), expected);
        assert_eq!(problems(TABLE, &three(&[], &[("jaal-model", Some("build"))])), expected);
        assert!(problems(TABLE, &three(&[], &[("jaal-model", Some("dev"))])).is_empty());
    }

    #[test]
    fn the_table_and_the_workspace_have_the_same_crates() {
        let found = problems(TABLE, &[Package::of("jaal-model", &[]), Package::of("xtask", &[])]);
        let expected = [
            "ARCHITECTURE.md:6: there is no crate `csr`",
            "ARCHITECTURE.md:7: there is no crate `graph`",
            "ARCHITECTURE.md: the table has no row for `xtask`",
        ];
        assert_eq!(found, expected);
        assert!(problems("no table\n", &[])[0].contains("has no table"));
    }

    #[test]
    fn arrows_point_downwards() {
        let table = TABLE.replace("| `csr` | – |", "| `csr` | graph |");
        let found = problems(&table, &three(&[], &[]));
        let expected =
            ["ARCHITECTURE.md:6: `csr` may only use crates with a row above its own, `graph` has none"];
        assert_eq!(found, expected);
    }

    #[test]
    fn the_testkit_is_for_tests() {
        let table = TABLE.replace("\n\nText", "\n| testkit | model |\n\nText");
        let mut packages = three(&[("jaal-testkit", Some("dev"))], &[]);
        packages.push(Package::of("jaal-testkit", &[("jaal-model", None)]));
        assert!(problems(&table, &packages).is_empty());
        packages[2] = Package::of("jaal-graph", &[("jaal-testkit", None)]);
        assert_eq!(problems(&table, &packages).len(), 1);
    }
}
