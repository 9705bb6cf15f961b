//! Derivation: from admitted claims to a segment.
//!
//! 1. Claims of withdrawn or unknown deliveries and of markings the lens does not admit are left out.
//! 2. Identities are joined ([`identity`]), entities numbered by label set and earliest claim ([`nodes`]).
//! 3. Properties are resolved by grade, then by record time ([`properties`]).
//! 4. Links are folded by identity and laid out in both directions ([`links`]).
//! 5. Keys and names are sorted for look-up ([`keys`], [`names`]).
//!
//! The result depends on the admitted claims and their order in the ledger alone: no clock, no thread count, no
//! iteration over a hash map reaches it.

mod fed;
mod gather;
mod identities;
pub(crate) mod identity;
mod keys;
pub(crate) mod links;
pub(crate) mod names;
pub(crate) mod nodes;
pub(crate) mod properties;

pub(crate) use fed::{Fed, Seen, Tally, admitted};
pub use identities::Identities;
pub(crate) use identity::read_conflict;
pub use identity::{Conflict, ConflictBy, ConflictReason};

use crate::admission::Admission;
use crate::segment::{CatalogText, SectionId, Sections, SegmentWriter, tag};
use crate::{GraphError, Lens};
use jaal_ledger::Snapshot;
use jaal_model::claim::{ClaimBlock, ClaimTable, ShapeClaim};
use jaal_model::{AssertionId, DeliveryId};
use rayon::prelude::*;
use std::path::Path;

/// What a derivation made.
#[derive(Clone, PartialEq, Debug)]
pub struct Summary {
    /// Entities.
    pub nodes: u32,
    /// Links.
    pub links: u64,
    /// Same-as that was skipped.
    pub conflicts: Vec<Conflict>,
    /// Length of the segment file in bytes.
    pub file_len: u64,
}

/// Takes in claims block by block, then makes a segment of them. A load that has the blocks in its hands feeds
/// them as it appends them, and the ledger need not be read again.
pub struct Deriver {
    admission: Admission,
    fed: Vec<Fed>,
    tally: Tally,
}

impl Deriver {
    /// A deriver for what an admission admits. Deliveries that its snapshot does not know count: they are being
    /// written.
    pub fn new(admission: Admission) -> Self {
        Self { admission, fed: Vec::new(), tally: Tally::default() }
    }

    /// Whether claims of a delivery count.
    pub fn admits(&self, delivery: DeliveryId) -> bool {
        self.admission.admits_delivery(delivery)
    }

    /// Takes in a block. Blocks must come in ledger order.
    ///
    /// # Errors
    /// [`GraphError::TooLarge`] when claims outgrow what an image holds.
    pub fn feed(
        &mut self,
        first: AssertionId,
        delivery: DeliveryId,
        block: ClaimBlock,
    ) -> Result<(), GraphError> {
        if !self.admits(delivery) {
            return Ok(());
        }
        let (fed, tally) = admitted(&self.admission, first, delivery, block)?;
        self.fed.extend(fed);
        self.tally.join(&tally);
        Ok(())
    }

    /// Takes in everything that a snapshot holds. `progress` hears of blocks read so far and of all blocks.
    ///
    /// # Errors
    /// As [`Deriver::feed`], and [`GraphError::Ledger`] when a block cannot be read.
    pub fn feed_snapshot(
        &mut self,
        snapshot: &Snapshot,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<(), GraphError> {
        // Blocks are decoded in parallel, some at a time so that decoded and undecoded claims are never all in
        // memory twice.
        const WAVE: usize = 256;
        let blocks = snapshot.claim_blocks()?;
        let total = blocks.len() as u64;
        for (wave, refs) in blocks.chunks(WAVE).enumerate() {
            let wanted: Vec<_> = refs.iter().filter(|block| self.admits(block.delivery)).collect();
            let decoded: Vec<_> = wanted.par_iter().map(|block| snapshot.read_block(block)).collect();
            for (block, claims) in wanted.into_iter().zip(decoded) {
                self.feed(block.first, block.delivery, claims?)?;
            }
            progress((wave * WAVE + refs.len()) as u64, total);
        }
        Ok(())
    }

    /// Makes a segment in `folder` of what was fed, to be finished when its commit is there. `identities` must have
    /// every identity that the claims speak of; judgements are those of the admission that the deriver was made with.
    ///
    /// # Errors
    /// [`GraphError`] when the file cannot be written or the graph outgrows an image.
    ///
    /// # Complexity
    /// `O(c log c)` in the number of claims; memory is that of the claims and about 30 bytes a link.
    pub fn draft(self, identities: &Identities, folder: &Path) -> Result<Draft, GraphError> {
        let Self { admission, fed, tally } = self;
        let joined = identity::join(&fed, identities, admission.judgements())?;
        let nodes = nodes::number(&fed, identities, &joined)?;
        let mut writer = SegmentWriter::create(folder)?;
        let mut catalog = CatalogText {
            nodes: nodes.preferred.len() as u32,
            kinds: nodes.kinds.clone(),
            properties: property_names(&tally),
            tally,
            label_sets: nodes.label_sets(),
            ..CatalogText::default()
        };
        let mut sections = Sections::default();
        nodes::write(&mut sections, &nodes, &joined);
        writer.put(sections)?;
        let (columns, (keys, names)) = rayon::join(
            || properties::build(&fed, &nodes, &catalog.properties),
            || rayon::join(|| keys::build(identities, &nodes), || names::build(&fed, &nodes)),
        );
        let mut numbers = gather::Numbers::default();
        writer.put(properties::write(columns?, &mut catalog, &mut numbers))?;
        let (sections, schemes) = keys?;
        catalog.schemes = schemes;
        writer.put(sections)?;
        writer.put(names?)?;
        links::write(&mut writer, &fed, &nodes, &mut catalog, &mut numbers)?;
        let mut sections = Sections::default();
        identity::write_conflicts(&mut sections, &joined.conflicts);
        writer.put(sections)?;
        Ok(Draft { writer, catalog, conflicts: joined.conflicts })
    }
}

/// A segment that lacks only the name of what it is the image of.
pub struct Draft {
    writer: SegmentWriter,
    catalog: CatalogText,
    conflicts: Vec<Conflict>,
}

impl Draft {
    /// Makes it the segment file `target`, a name in its folder: the image of what an admission admits.
    ///
    /// # Errors
    /// [`GraphError::Io`] when the file cannot be written.
    pub fn finish(self, admission: &Admission, target: &Path) -> Result<Summary, GraphError> {
        let Self { mut writer, mut catalog, conflicts } = self;
        catalog.digest = admission.digest().0;
        let mut sections = Sections::default();
        sections.add(SectionId::one(tag::CATALOG), &catalog.put());
        writer.put(sections)?;
        let file_len = writer.finish(target, admission.commit().0)?;
        Ok(Summary { nodes: catalog.nodes, links: catalog.links, conflicts, file_len })
    }
}

/// Derives the image of a snapshot for a lens and writes it as the segment file `target`. `progress` hears of
/// claims read so far and of all claims.
///
/// # Errors
/// As [`Deriver::draft`], and [`GraphError::Ledger`] when the ledger cannot be read.
pub fn derive_segment(
    snapshot: &Snapshot,
    lens: &Lens,
    target: &Path,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Summary, GraphError> {
    derive_admitted(snapshot, &Admission::of(snapshot, lens)?, target, progress)
}

/// The same for what a lens admits of the snapshot.
///
/// # Errors
/// As [`Deriver::draft`], and [`GraphError::Ledger`] when the ledger cannot be read.
pub fn derive_admitted(
    snapshot: &Snapshot,
    admission: &Admission,
    target: &Path,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Summary, GraphError> {
    let mut deriver = Deriver::new(admission.clone());
    deriver.feed_snapshot(snapshot, progress)?;
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    deriver.draft(&Identities::read(snapshot)?, folder)?.finish(admission, target)
}

/// All property names, sorted.
fn property_names(tally: &Tally) -> Vec<String> {
    let mut names: Vec<String> = tally.properties.keys().cloned().collect();
    names.extend([VALID_FROM.to_owned(), VALID_TO.to_owned()]);
    names
}

/// Names under which the validity of links is kept as columns; no specification can declare them.
pub(crate) const VALID_FROM: &str = "\u{1}valid_from";
/// See [`VALID_FROM`].
pub(crate) const VALID_TO: &str = "\u{1}valid_to";

/// Narrows a number to the `u16` that kinds and schemes have in an image.
pub(crate) fn narrow_u16(what: &'static str, count: u64) -> Result<u16, GraphError> {
    let limit = u64::from(u16::MAX);
    u16::try_from(count).map_err(|_| GraphError::TooLarge { what, count, limit })
}

/// The kinds that an entity claim adds.
pub(crate) fn entity_kinds(table: &ClaimTable) -> Option<&[String]> {
    match &table.shape.claim {
        ShapeClaim::Entity { kinds } => Some(kinds),
        _ => None,
    }
}
