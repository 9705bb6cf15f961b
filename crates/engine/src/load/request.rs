//! What is to be loaded: files by a specification, or a folder of `:ID`/`:START_ID` files.

use crate::EngineError;
use jaal_ingest::neo4j_csv::Folder;
use jaal_ingest::{Chunk, Intake, SourceInput, Spec, check_received};
use jaal_model::identifier::Country;
use jaal_model::{Digest, Grade, Handover, Marking, SourceFile};
use sha2::{Digest as _, Sha256};
use std::fs::File;
use std::path::{Path, PathBuf};

/// The name that deliveries of `:ID` folders have in place of a specification's.
const FOLDER_SPEC: &str = "neo4j-csv";

/// One delivery to be loaded.
#[derive(Clone, Debug)]
pub struct LoadRequest {
    what: What,
    handover: Handover,
}

#[derive(Clone, Debug)]
enum What {
    Files { spec: Box<Spec>, files: Vec<PathBuf> },
    Folder { folder: PathBuf },
}

impl LoadRequest {
    /// Files to be read by a specification. Fields that `handover` leaves empty are the specification's.
    ///
    /// # Errors
    /// [`EngineError::Ingest`] when the specification or a file of its lookups cannot be read or is not one, and when
    /// `handover.received` is neither date nor time.
    pub fn spec(spec: &Path, files: &[PathBuf], handover: Handover) -> Result<Self, EngineError> {
        let spec = Spec::open(spec)?;
        let handover = fill(handover, spec.handover());
        handover.received.as_deref().map_or(Ok(()), check_received)?;
        Ok(Self { what: What::Files { spec: Box::new(spec), files: files.to_vec() }, handover })
    }

    /// A folder of files whose headers name `:ID`, `:START_ID`, `:END_ID`, `:TYPE` and `:LABEL`.
    pub fn neo4j_csv(folder: &Path, handover: Handover) -> Self {
        Self { what: What::Folder { folder: folder.to_owned() }, handover }
    }

    /// The same request with this country for telephone numbers that are written without one, unless the
    /// specification names it.
    #[must_use]
    pub fn in_country(self, country: Country) -> Self {
        let what = match self.what {
            What::Files { spec, files } => What::Files { spec: Box::new(spec.in_country(country)), files },
            What::Folder { folder } => What::Folder { folder },
        };
        Self { what, ..self }
    }

    /// Whether what is to be read is there, so that nothing is begun which cannot be ended.
    ///
    /// # Errors
    /// [`EngineError::Io`] for the first file or folder that cannot be opened.
    pub fn check_files(&self) -> Result<(), EngineError> {
        match &self.what {
            What::Files { files, .. } => files
                .iter()
                .try_for_each(|file| File::open(file).map(drop).map_err(EngineError::io("open", file))),
            What::Folder { folder } => {
                std::fs::read_dir(folder).map(drop).map_err(EngineError::io("list", folder))
            }
        }
    }

    /// How large the files are: as read, not as they may be compressed. What cannot be looked at counts as nothing.
    pub(super) fn bytes(&self) -> u64 {
        /// How many times larger than its file compressed text may well be.
        const PACKED: u64 = 8;
        let size = |path: &Path| {
            let packed = path.extension().is_some_and(|e| e == "gz" || e == "zst" || e == "xlsx");
            let len = std::fs::metadata(path).map_or(0, |file| file.len());
            if packed { len * PACKED } else { len }
        };
        match &self.what {
            What::Files { files, .. } => files.iter().map(|file| size(file)).sum(),
            What::Folder { folder } => {
                let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
                entries.map(|entry| size(&entry.path())).sum()
            }
        }
    }

    /// The names of the files, or of the folder.
    pub(super) fn file_names(&self) -> Vec<String> {
        let name = |path: &Path| path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        match &self.what {
            What::Files { files, .. } => files.iter().map(|file| name(file)).collect(),
            What::Folder { folder } => vec![name(folder)],
        }
    }

    /// Opens and digests the files.
    pub(super) fn open(self) -> Result<Incoming, EngineError> {
        let reader = match self.what {
            What::Files { spec, files } => {
                let inputs = files.into_iter().map(SourceInput::at).collect();
                Reader::Files(Box::new(Intake::open(&spec, inputs)?), spec)
            }
            What::Folder { folder } => Reader::Folder(Box::new(Folder::open(&folder)?)),
        };
        Ok(Incoming { reader, handover: self.handover })
    }
}

fn fill(given: Handover, spec: &Handover) -> Handover {
    Handover {
        agency: if given.agency.is_empty() { spec.agency.clone() } else { given.agency },
        letter: given.letter.or_else(|| spec.letter.clone()),
        received: given.received.or_else(|| spec.received.clone()),
        case: given.case.or_else(|| spec.case.clone()),
    }
}

/// A delivery being read.
pub(super) struct Incoming {
    reader: Reader,
    handover: Handover,
}

enum Reader {
    Files(Box<Intake>, Box<Spec>),
    Folder(Box<Folder>),
}

impl Incoming {
    pub(super) fn next_wave(&mut self) -> jaal_ingest::Result<Option<Vec<Chunk>>> {
        match &mut self.reader {
            Reader::Files(intake, _) => intake.next_wave(),
            Reader::Folder(folder) => folder.next_wave(),
        }
    }

    pub(super) fn files(&self) -> &[SourceFile] {
        match &self.reader {
            Reader::Files(intake, _) => intake.files(),
            Reader::Folder(folder) => folder.files(),
        }
    }

    pub(super) fn total_bytes(&self) -> u64 {
        match &self.reader {
            Reader::Files(intake, _) => intake.total_bytes(),
            Reader::Folder(folder) => folder.total_bytes(),
        }
    }

    pub(super) fn handover(&self) -> &Handover {
        &self.handover
    }

    pub(super) fn spec_name(&self) -> &str {
        match &self.reader {
            Reader::Files(_, spec) => spec.name(),
            Reader::Folder(_) => FOLDER_SPEC,
        }
    }

    pub(super) fn spec_sha256(&self) -> Digest {
        match &self.reader {
            Reader::Files(_, spec) => spec.sha256(),
            Reader::Folder(_) => Digest(Sha256::digest(FOLDER_SPEC).into()),
        }
    }

    pub(super) fn grade(&self) -> Grade {
        match &self.reader {
            Reader::Files(_, spec) => spec.grade(),
            Reader::Folder(_) => Grade::UNGRADED,
        }
    }

    pub(super) fn marking(&self) -> Marking {
        match &self.reader {
            Reader::Files(_, spec) => spec.marking().clone(),
            Reader::Folder(_) => Marking::default(),
        }
    }

    /// What a progress line calls it.
    pub(super) fn title(&self) -> String {
        match self.files() {
            [only] => only.name.clone(),
            files => format!("{} ({} files)", self.spec_name(), files.len()),
        }
    }
}
