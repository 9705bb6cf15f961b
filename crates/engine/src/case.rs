//! Case manifests: a TOML file that lists deliveries with their specifications, so that a whole case loads with
//! one command.
//!
//! ```toml
//! name = "crackdown"
//! title = "Crackdown on illegal call centres (synthetic)"
//! synthetic = true
//!
//! [[deliveries]]
//! spec = "specs/arrests.toml"          # relative to the manifest
//! files = ["deliveries/arrests.csv"]
//! agency = "Cyber Crime Agency"        # agency, letter, received and case may also stand in the specification
//! letter = "CCA/2025/118"
//!
//! [new_arrests]                        # not loaded with the case
//! spec = "specs/new-arrests.toml"
//! files = ["new_arrests.csv"]
//! ```

use crate::EngineError;
use crate::load::LoadRequest;
use jaal_model::Handover;
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// A case manifest.
#[derive(Clone, Debug)]
pub struct CaseManifest {
    /// Short name.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// Whether all data in it is made up.
    pub synthetic: bool,
    folder: PathBuf,
    deliveries: Vec<Entry>,
    new_arrests: Option<Entry>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    name: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    synthetic: bool,
    #[serde(default)]
    deliveries: Vec<Entry>,
    new_arrests: Option<Entry>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    spec: PathBuf,
    #[serde(default)]
    files: Vec<PathBuf>,
    /// The same as `files` with one element.
    file: Option<PathBuf>,
    #[serde(default)]
    agency: String,
    letter: Option<String>,
    received: Option<String>,
    case: Option<String>,
}

impl CaseManifest {
    /// Reads a manifest, named itself or by its folder (then `case.toml` in it).
    ///
    /// # Errors
    /// [`EngineError::Io`] when it cannot be read, [`EngineError::Manifest`] when it is not a manifest.
    pub fn open(path: &Path) -> Result<Self, EngineError> {
        let path = if path.is_dir() { path.join("case.toml") } else { path.to_owned() };
        let text = std::fs::read_to_string(&path).map_err(EngineError::io("read", &path))?;
        let manifest = |message: String| EngineError::Manifest { path: path.clone(), message };
        let text: Text = toml::from_str(&text).map_err(|error| manifest(error.to_string()))?;
        if text.deliveries.is_empty() {
            return Err(manifest("it lists no [[deliveries]]".to_owned()));
        }
        let folder = path.parent().map(Path::to_owned).unwrap_or_default();
        let Text { name, title, synthetic, deliveries, new_arrests } = text;
        let title = if title.is_empty() { name.clone() } else { title };
        Ok(Self { name, title, synthetic, folder, deliveries, new_arrests })
    }

    /// The deliveries, ready to be loaded, in the order in which they are listed.
    ///
    /// # Errors
    /// [`EngineError::Ingest`] for a specification that cannot be read.
    pub fn requests(&self) -> Result<Vec<LoadRequest>, EngineError> {
        self.deliveries.iter().map(|entry| self.request(entry)).collect()
    }

    /// The file of new arrests, if the case has one.
    ///
    /// # Errors
    /// As [`CaseManifest::requests`].
    pub fn new_arrests(&self) -> Result<Option<LoadRequest>, EngineError> {
        self.new_arrests.as_ref().map(|entry| self.request(entry)).transpose()
    }

    fn request(&self, entry: &Entry) -> Result<LoadRequest, EngineError> {
        let files: Vec<PathBuf> =
            entry.files.iter().chain(&entry.file).map(|file| self.folder.join(file)).collect();
        let handover = Handover {
            agency: entry.agency.clone(),
            letter: entry.letter.clone(),
            received: entry.received.clone(),
            case: entry.case.clone(),
        };
        LoadRequest::spec(&self.folder.join(&entry.spec), &files, handover)
    }
}
