//! What a store holds, in figures.

use crate::database::{Unwatched, Watch};
use crate::{Database, EngineError};
use jaal_graph::{Admission, Lens, standing_judgements};
use jaal_ledger::Snapshot;
use jaal_model::{Commit, Decision, Delivery, DeliveryId, Judgement};
use serde::Serialize;
use std::collections::BTreeSet;

/// A kind or link type with how many there are.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct NameCount {
    /// The name.
    pub name: String,
    /// How many.
    pub count: u64,
}

/// A delivery with whether it still counts.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct DeliveryLine {
    /// The delivery.
    #[serde(flatten)]
    pub delivery: Delivery,
    /// Whether it has been withdrawn.
    pub withdrawn: bool,
}

/// What a store holds.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Info {
    /// Entities in the graph.
    pub entities: u64,
    /// Links in the graph.
    pub links: u64,
    /// Entities of each kind; one of two kinds counts under both.
    pub kinds: Vec<NameCount>,
    /// Links of each type.
    pub link_types: Vec<NameCount>,
    /// Identities in the ledger.
    pub identities: u64,
    /// Claims in the ledger.
    pub claims: u64,
    /// Same-as that was skipped because something forbids it.
    pub conflicts: u64,
    /// Commits.
    pub commits: u64,
    /// The last commit.
    pub head: Option<Commit>,
    /// Digest that names the image.
    pub image: String,
    /// Deliveries in order.
    pub deliveries: Vec<DeliveryLine>,
    /// Bytes of the ledger file.
    pub ledger_bytes: u64,
    /// Bytes of the segment file.
    pub segment_bytes: u64,
    /// When the store was made, seconds since 1970 UTC.
    pub created_at: i64,
}

impl Database {
    /// What the store holds.
    ///
    /// # Errors
    /// As [`Database::read`].
    pub fn info(&self) -> Result<Info, EngineError> {
        self.info_as(&Lens::everything(), &mut Unwatched)
    }

    /// What the store holds as a lens shows it. Figures of the ledger are the administrator's: for any other lens they
    /// are those of the image, or nothing.
    ///
    /// # Errors
    /// As [`Database::read_as`].
    pub fn info_as(&self, lens: &Lens, watch: &mut dyn Watch) -> Result<Info, EngineError> {
        let reading = self.read_as(lens, watch)?;
        let is_all = *lens == Lens::everything();
        let (view, snapshot) = (&reading.view, reading.sources.snapshot());
        let head = snapshot.head()?.filter(|_| is_all);
        let admission = Admission::of(snapshot, lens)?;
        let withdrawn = withdrawn(snapshot)?;
        let seen = |delivery: &Delivery| {
            is_all || delivery.markings.iter().any(|marking| admission.admits(delivery.id, marking))
        };
        let deliveries = snapshot.deliveries()?.into_iter().filter(seen);
        let kinds = view.kinds().iter().enumerate();
        let link_types = view.link_types().iter().enumerate();
        let ledger_file = self.ledger().path().to_owned();
        let info = Info {
            entities: u64::from(view.node_count()),
            links: view.link_count(),
            kinds: kinds
                .map(|(at, name)| NameCount { name: name.clone(), count: view.count_of_kind(at as u16) })
                .collect(),
            link_types: link_types
                .map(|(at, name)| NameCount {
                    name: name.clone(),
                    count: u64::from(view.link_count_of(at as u16)),
                })
                .collect(),
            identities: head.as_ref().map_or(0, |c| c.next_identity.0),
            claims: head.as_ref().map_or_else(|| view.claim_count(), |c| c.next_assertion.0),
            conflicts: view.conflict_count(),
            commits: head.as_ref().map_or(0, |c| c.id.0),
            head,
            image: view.digest().to_string(),
            deliveries: deliveries
                .map(|delivery| DeliveryLine { withdrawn: withdrawn.contains(&delivery.id), delivery })
                .collect(),
            ledger_bytes: if is_all { file_len(&ledger_file)? } else { 0 },
            segment_bytes: if is_all { view.segment().file_len() } else { 0 },
            created_at: self.ledger().created_at(),
        };
        reading.check(info)
    }
}

/// Deliveries that are withdrawn as a snapshot has it.
pub(crate) fn withdrawn(snapshot: &Snapshot) -> Result<BTreeSet<DeliveryId>, EngineError> {
    let standing = standing_judgements(snapshot.judgements()?).into_iter();
    let delivery = |judgement: Judgement| match judgement.decision {
        Decision::Withdraw(delivery) => Some(delivery),
        _ => None,
    };
    Ok(standing.filter_map(delivery).collect())
}

fn file_len(path: &std::path::Path) -> Result<u64, EngineError> {
    let file = if path.is_dir() { path.join("ledger.redb") } else { path.to_owned() };
    Ok(std::fs::metadata(&file).map_err(EngineError::io("look at", &file))?.len())
}

#[cfg(test)]
mod tests {
    use crate::{Actor, Database, LoadOptions, LoadRequest, Unwatched};
    use jaal_model::{CommitNote, Decision, DeliveryId, Handover, JudgementId, Marking};

    const SPEC: &str =
        "name = \"p\"\nformat = \"csv\"\n[entities.p]\nkey = { scheme = \"cnic\", from = \"C\" }\n";

    fn judge(database: &Database, decision: Decision) {
        let mut writer = database.ledger().writer().unwrap();
        writer.judge(decision, "a test", &Marking::public()).unwrap();
        writer.commit(CommitNote { at: 1, actor: "tester".into(), purpose: "judge".into() }).unwrap();
    }

    /// Whether the list of deliveries says that the only one is withdrawn, and how many entities the graph has.
    fn state(database: &Database) -> (bool, u64) {
        let info = database.info().unwrap();
        (info.deliveries[0].withdrawn, info.entities)
    }

    #[test]
    fn an_undo_that_is_undone_counts_no_more() {
        let folder = tempfile::tempdir().unwrap();
        let actor = Actor { name: "tester".into(), now: 1 };
        let database = Database::create(&folder.path().join("store"), &actor).unwrap();
        let (spec, file) = (folder.path().join("p.toml"), folder.path().join("p.csv"));
        std::fs::write(&spec, SPEC).unwrap();
        std::fs::write(&file, "C\n3520212345671\n").unwrap();
        let request = LoadRequest::spec(&spec, &[file], Handover::default()).unwrap();
        database.load(vec![request], &LoadOptions::default(), &actor, &mut Unwatched).unwrap();
        assert_eq!(state(&database), (false, 1));
        judge(&database, Decision::Withdraw(DeliveryId(1)));
        assert_eq!(state(&database), (true, 0));
        judge(&database, Decision::Undo(JudgementId(1)));
        assert_eq!(state(&database), (false, 1));
        judge(&database, Decision::Undo(JudgementId(2)));
        assert_eq!(state(&database), (true, 0));
    }
}
