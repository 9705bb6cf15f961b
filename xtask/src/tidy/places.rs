//! Places: nothing that people write may name a path or a host of one machine.

use super::Problem;
use super::tree::Tree;

/// First folders of paths that exist on one machine only.
const FOLDERS: [&str; 4] = ["work", "root", "home", "Users"];
/// And in documents, where an example should work for every reader.
const FOLDERS_OF_DOCUMENTS: [&str; 1] = ["tmp"];
/// Parts of names of hosts that serve packages to one network.
const HOSTS: [&str; 7] = ["registry", "artifactory", "mirror", "mirrors", "proxy", "nexus", "localdomain"];

/// Checks every text file.
pub(super) fn check(tree: &Tree, problems: &mut Vec<Problem>) {
    for file in &tree.files {
        for (number, line) in file.text.lines().enumerate() {
            let of_documents = if file.ends(".md") { &FOLDERS_OF_DOCUMENTS[..] } else { &[] };
            for folder in FOLDERS.iter().chain(of_documents).filter(|folder| has_path(line, folder)) {
                let what = format!("/{folder}/ is a path of one machine: use a relative path");
                problems.push(Problem::at(&file.path, number + 1, what));
            }
            for host in hosts(line).filter(|host| is_local(host)) {
                let what = format!("{host} is a host of one network: name the public one, or none");
                problems.push(Problem::at(&file.path, number + 1, what));
            }
        }
    }
}

/// Whether a line has an absolute path that begins with a folder.
fn has_path(line: &str, folder: &str) -> bool {
    let path = format!("/{folder}/");
    let goes_on = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '~' | '}' | ')' | '*');
    line.match_indices(&path).any(|(at, _)| !line[..at].ends_with(goes_on))
}

/// The hosts of the addresses in a line.
fn hosts(line: &str) -> impl Iterator<Item = &str> {
    line.split("://").skip(1).map(|rest| {
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-')));
        &rest[..end.unwrap_or(rest.len())]
    })
}

fn is_local(host: &str) -> bool {
    host.split('.').any(|part| HOSTS.contains(&part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(path: &str, text: &str) -> Vec<String> {
        let mut problems = Vec::new();
        check(&Tree::of(&[(path, text)]), &mut problems);
        problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn paths_of_one_machine_are_found() {
        for folder in FOLDERS {
            let text = format!("first\nlet path = \"/{folder}/case\";\n");
            assert_eq!(problems("src/a.rs", &text).len(), 1);
            assert!(problems("src/a.rs", &text)[0].starts_with("src/a.rs:2: /"));
        }
        let text = format!("write to `/{}/case`", "tmp");
        assert_eq!(problems("README.md", &text).len(), 1);
        assert!(problems("src/a.rs", &text).is_empty(), "a program may name it");
    }

    #[test]
    fn relative_paths_and_addresses_are_not() {
        for text in ["../work/a", "a/home/b", "https://example.org/home/", "{root}/work/", "framework/x"] {
            assert!(problems("a.md", text).is_empty(), "{text}");
        }
    }

    #[test]
    fn hosts_of_one_network_are_found() {
        let text = format!("see https://{}.example.org:8080/crates and https://example.org", HOSTS[0]);
        assert_eq!(problems("a.toml", &text).len(), 1);
        assert!(problems("a.toml", "registry+https://github.com/rust-lang/crates.io-index").is_empty());
    }
}
