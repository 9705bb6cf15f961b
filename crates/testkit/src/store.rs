//! Histories written into a real ledger.

use crate::history::{Act, Claim, Drop, History, Told};
use jaal_graph::{Admission, Lens, Sources, View, derive_segment};
use jaal_ledger::{Ledger, Prepared, SourceRows, Writer};
use jaal_model::claim::{ClaimBlock, ClaimTable, KeyList, NO_TIME, Shape, ShapeClaim, StrColumn};
use jaal_model::{
    CommitNote, Counts, Decision, Delivery, DeliveryId, Digest, Grade, Handover, JudgementId, Key, Marking,
    Remarked, Scheme, Value, base_kind,
};
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

/// A store in a temporary folder that is removed with it.
pub struct Store {
    folder: tempfile::TempDir,
    /// The ledger.
    pub ledger: Ledger,
    /// How many segments were derived.
    segments: AtomicU32,
}

impl History {
    /// Writes the history into a new ledger, one commit a step.
    pub fn store(&self) -> Store {
        let store = Store::empty();
        self.acts.iter().enumerate().for_each(|(at, act)| store.act(at, act));
        store
    }
}

impl Store {
    /// The image of everything for a lens, derived afresh.
    pub fn view_for(&self, lens: &Lens) -> View {
        // Each has a file of its own, from which it can be opened again.
        let number = self.segments.fetch_add(1, Ordering::Relaxed);
        let path = self.folder.path().join(format!("{number}.seg"));
        derive_segment(&self.ledger.snapshot().unwrap(), lens, &path, &mut |_, _| ()).unwrap();
        View::open(&path, self.ledger.opaque_key()).unwrap()
    }

    /// The image of everything.
    pub fn view(&self) -> View {
        self.view_for(&Lens::everything())
    }

    /// The view of a lens, brought up from a view of an earlier state; `None` where it has to be derived anew.
    pub fn advance(&self, view: &View, before: &Admission, after: &Admission) -> Option<View> {
        view.advance(before, after, &self.ledger.snapshot().unwrap(), u64::MAX).unwrap()
    }

    /// What a lens admits now.
    pub fn admission(&self, lens: &Lens) -> Admission {
        Admission::of(&self.ledger.snapshot().unwrap(), lens).unwrap()
    }

    /// Takes one more step.
    pub fn act(&self, at: usize, act: &Act) {
        let mut writer = self.ledger.writer().unwrap();
        write_act(&mut writer, &self.ledger, act);
        let note = CommitNote { at: at as i64, actor: "test".to_owned(), purpose: format!("step {at}") };
        writer.commit(note).unwrap();
    }

    /// A store that holds nothing.
    pub fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::create(&folder.path().join("case"), 0).unwrap();
        Self { folder, ledger, segments: AtomicU32::default() }
    }

    /// The store as the next process has it: everything is let go of and opened again.
    #[must_use]
    pub fn reopened(self) -> Self {
        let Self { folder, ledger, segments } = self;
        drop(ledger);
        let ledger = Ledger::open(&folder.path().join("case")).unwrap();
        Self { folder, ledger, segments }
    }

    /// The view of the last commit from a segment on disk, as a process has it that knows nothing of earlier views;
    /// `None` where it has to be derived anew.
    pub fn view_from(&self, segment: &Path, lens: &Lens) -> Option<View> {
        let view = View::open(segment, self.ledger.opaque_key()).unwrap();
        let known = lens.as_known.map_or(view.commit(), |known| known.min(view.commit()));
        let before = self.admission(&Lens { as_known: Some(known), ..lens.clone() });
        self.advance(&view, &before, &self.admission(lens))
    }

    /// The rows.
    pub fn sources(&self) -> Sources {
        Sources::new(self.ledger.snapshot().unwrap())
    }
}

fn write_act(writer: &mut Writer, ledger: &Ledger, act: &Act) {
    let identity = |key: &Key| ledger.snapshot().unwrap().resolve(key).unwrap();
    let (act, marking) = act.opened();
    let decision = match act {
        // Steps do not nest deeper.
        Act::Marked(..) => return,
        Act::Remark(delivery, added) => {
            Decision::Remark(Remarked::Delivery(DeliveryId(*delivery)), added.clone())
        }
        Act::Deliver(delivery) => return deliver(writer, delivery),
        Act::Withdraw(delivery) => Decision::Withdraw(DeliveryId(*delivery)),
        Act::Same(a, b) | Act::NotSame(a, b) => {
            let (Some(x), Some(y)) = (identity(a), identity(b)) else { return };
            if matches!(act, Act::Same(..)) { Decision::Same(x, y) } else { Decision::NotSame(x, y) }
        }
        Act::Undo(judgement) => Decision::Undo(JudgementId(*judgement)),
    };
    // A history may name what is not there; the ledger refuses that, and the reference ignores it likewise.
    writer.judge(decision, "test", &marking).unwrap();
}

fn deliver(writer: &mut Writer, delivery: &Drop) {
    let id = writer.begin_delivery().unwrap();
    // A few claims a block, so that small histories cross blocks.
    for (at, claims) in delivery.claims.chunks(7).enumerate() {
        let first_record = (at * 7) as u64;
        let mut keys = KeyList::new();
        let mut block = block_of(claims, first_record, &mut keys);
        let ids = writer.identities(id, &keys).unwrap();
        for table in &mut block.tables {
            table.subject.iter_mut().chain(&mut table.object).for_each(|end| *end = ids[*end as usize]);
        }
        let mut text = StrColumn::new();
        for claim in claims {
            text.push(&format!("{:?}", claim.told));
        }
        let lines = (0..claims.len() as u64).map(|line| first_record + line + 1).collect();
        let rows = SourceRows { first_record, file: vec![0; claims.len()], line: lines, text };
        writer.append(id, &[Prepared { claims: block, rows }]).unwrap();
    }
    let accepted = delivery.claims.len() as u64;
    let finished = Delivery {
        id,
        commit: jaal_model::CommitId(0),
        handover: Handover { agency: format!("agency {id}"), ..Handover::default() },
        spec: "test".to_owned(),
        spec_sha256: Digest::default(),
        files: vec![jaal_model::SourceFile {
            name: format!("delivery-{id}.csv"),
            bytes: 0,
            sha256: Digest::default(),
            encoding: "utf-8".to_owned(),
        }],
        counts: Counts { read: accepted, accepted, ..Counts::default() },
        grade: Grade::UNGRADED,
        marking: Marking::default(),
        markings: Vec::new(),
    };
    let mut fingerprint = [0; 32];
    fingerprint[..8].copy_from_slice(&id.0.to_le_bytes());
    writer.finish_delivery(finished, &Digest(fingerprint)).unwrap();
}

/// Claims as tables: one for each shape, in the order in which shapes are met.
fn block_of(claims: &[Claim], first_record: u64, keys: &mut KeyList) -> ClaimBlock {
    let mut block = ClaimBlock::default();
    for (row, claim) in claims.iter().enumerate() {
        let (shape, values) = shape_of(claim);
        let at = block.tables.iter().position(|table| table.shape == shape).unwrap_or_else(|| {
            block.tables.push(ClaimTable::new(shape));
            block.tables.len() - 1
        });
        let table = &mut block.tables[at];
        table.record.push(first_record + row as u64);
        let mut valid = (None, None);
        match &claim.told {
            Told::Entity { key, valid: validity, .. } => {
                table.subject.push(name(keys, key));
                valid = *validity;
            }
            Told::Link { from, to, discriminator, valid: validity, .. } => {
                table.subject.push(name(keys, from));
                table.object.push(name(keys, to));
                table.discriminator.push(*discriminator);
                valid = *validity;
            }
            Told::Same { a, b } => {
                table.subject.push(name(keys, a));
                table.object.push(name(keys, b));
            }
        }
        table.columns.iter_mut().zip(values).for_each(|(column, value)| column.push(value));
        table.set_validity(valid.0.unwrap_or(NO_TIME), valid.1.unwrap_or(NO_TIME));
    }
    block.tables.iter_mut().for_each(ClaimTable::finish);
    block
}

fn name(keys: &mut KeyList, key: &Key) -> u64 {
    let kind = base_kind(&key.scheme).map(str::to_owned);
    let scheme = keys.scheme(&Scheme { name: key.scheme.clone(), kind });
    keys.push(scheme, &key.value)
}

fn shape_of(claim: &Claim) -> (Shape, Vec<Value>) {
    let (shape_claim, properties) = match &claim.told {
        Told::Entity { kinds, properties, .. } => {
            let mut kinds = kinds.clone();
            kinds.sort();
            kinds.dedup();
            (ShapeClaim::Entity { kinds }, properties.clone())
        }
        Told::Link { link_type, discrimination, properties, .. } => {
            let claim = ShapeClaim::Link { link_type: link_type.clone(), discrimination: *discrimination };
            (claim, properties.clone())
        }
        Told::Same { .. } => (ShapeClaim::Same, std::collections::BTreeMap::new()),
    };
    let (properties, values) = properties.into_iter().unzip();
    (Shape { claim: shape_claim, properties, grade: claim.grade, marking: claim.marking.clone() }, values)
}
