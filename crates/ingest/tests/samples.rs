//! The specifications that come with the project are good ones.

#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up should stop")]

use jaal_ingest::Spec;
use std::path::{Path, PathBuf};

fn specifications(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            specifications(&path, found);
        } else if path.extension().is_some_and(|e| e == "toml")
            && path.components().any(|c| c.as_os_str() == "specs")
        {
            found.push(path);
        }
    }
}

#[test]
fn every_sample_specification_is_good() {
    let mut found = Vec::new();
    specifications(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples"), &mut found);
    assert!(!found.is_empty());
    for path in found {
        let text = std::fs::read_to_string(&path).unwrap();
        if let Err(error) = Spec::parse(&text, &path.display().to_string()) {
            panic!("{error}");
        }
    }
}
