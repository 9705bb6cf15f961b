//! Import specifications: what a file of an agency means, in TOML.
//!
//! A [`Spec`] is read once and is then a plan: columns, patterns, schemes and types are resolved and checked, so
//! that whatever can be wrong with it is said before any file is opened. `docs/import.md` describes every key.

mod balance;
mod compile;
mod derived;
mod entities;
mod fault;
mod layout;
mod lookups;
mod raw;

use crate::error::{IngestError, Result};
use crate::plan::Plan;
use crate::rows::form::RowForm;
use crate::source::encoding::EncodingRule;
use crate::source::split::SplitRules;
use jaal_model::identifier::Country;
use jaal_model::{Digest, Grade, Handover, Marking};
use sha2::{Digest as _, Sha256};
use std::path::Path;
use std::sync::Arc;

/// A specification that has been read and checked.
///
/// ```
/// let spec = jaal_ingest::Spec::parse(
///     r#"
///     name = "calls"
///     format = "csv"
///     [entities.caller]
///     key = { scheme = "msisdn", from = "A Party" }
///     [entities.callee]
///     key = { scheme = "msisdn", from = "B Party" }
///     [[links]]
///     type = "CALLED"
///     from = "caller"
///     to = "callee"
///     "#,
///     "calls.toml",
/// )?;
/// assert_eq!(spec.name(), "calls");
/// # Ok::<(), jaal_ingest::IngestError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Spec {
    name: String,
    title: String,
    handover: Handover,
    /// The country where the specification names none.
    default_country: Country,
    sha256: Digest,
    pub(crate) layout: Layout,
    pub(crate) plan: Arc<Plan>,
}

/// How a file is laid out.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    pub(crate) form: RowForm,
    pub(crate) encoding: EncodingRule,
    pub(crate) split: SplitRules,
    /// The columns, where the file has no header.
    pub(crate) columns: Option<Vec<String>>,
}

impl Spec {
    /// Reads a specification that names no other file. `origin` is its file's name, for errors.
    ///
    /// # Errors
    /// [`crate::IngestError::Spec`] with line, column and what would be right.
    pub fn parse(text: &str, origin: &str) -> Result<Self> {
        compile::spec(fault::Text { origin, text }, None)
    }

    /// Reads a specification and the files of its lookups, which it names from its own folder.
    ///
    /// # Errors
    /// [`crate::IngestError::Io`] when it or one of them cannot be read, [`crate::IngestError::Spec`] when it is
    /// none.
    pub fn open(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(IngestError::io("read the specification", path))?;
        let folder = path.parent().unwrap_or(Path::new(""));
        compile::spec(fault::Text { origin: &path.display().to_string(), text: &text }, Some(folder))
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its title; the name where it gives none.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What it says of the hand-over; the command line overrides it.
    pub fn handover(&self) -> &Handover {
        &self.handover
    }

    /// The country whose telephone numbers are written without country code: the one it names, else the one of
    /// [`Spec::in_country`], else Pakistan.
    pub fn country(&self) -> Country {
        self.plan.country.unwrap_or(self.default_country)
    }

    /// The same specification for files of a country, unless it names one itself.
    #[must_use]
    pub fn in_country(self, country: Country) -> Self {
        Self { default_country: country, ..self }
    }

    /// The grade of its claims, unless a row says otherwise.
    pub fn grade(&self) -> Grade {
        self.plan.grade
    }

    /// The marking of its claims, unless an entity or link says otherwise.
    pub fn marking(&self) -> &Marking {
        &self.plan.marking
    }

    /// SHA-256 of its text; where it has lookups in files, of that digest and theirs.
    pub fn sha256(&self) -> Digest {
        self.sha256
    }

    /// Every column that it names, in no particular order.
    pub fn columns(&self) -> &[String] {
        &self.plan.columns
    }
}

/// What tells specifications apart: the text, and where it names other files, their contents too.
fn digest(text: &str, files: &[Digest]) -> Digest {
    let own = Sha256::digest(text.as_bytes());
    if files.is_empty() {
        return Digest(own.into());
    }
    let mut all = Sha256::new();
    all.update(own);
    for file in files {
        all.update(file.0);
    }
    Digest(all.finalize().into())
}
