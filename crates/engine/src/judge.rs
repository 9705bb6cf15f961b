//! Judgements: what people decide about identities, deliveries and markings. Each is a commit of its own, and each can
//! be taken back.

use crate::database::{Actor, Reading, Watch};
use crate::{Database, EngineError, conflicts};
use jaal_analysis::AnalysisError;
use jaal_analysis::address::{Address, resolve_named};
use jaal_graph::{Lens, standing_judgements};
use jaal_ledger::Snapshot;
use jaal_model::{
    Commit, CommitNote, Decision, DeliveryId, IdentityId, Judgement, JudgementId, Key, Marking, NodeIdx,
};
use serde::Serialize;

/// What a judgement came to.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Judged {
    /// Its number, to take it back by.
    pub judgement: JudgementId,
    /// The commit that it came with.
    pub commit: Commit,
    /// Entities in the graph of everything before and after.
    pub entities: [u64; 2],
    /// Links before and after.
    pub links: [u64; 2],
    /// Same-as that the graph now skips and did not before, in words.
    pub conflicts: Vec<String>,
}

/// A judgement with whether it stands.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct JudgementLine {
    /// The judgement.
    #[serde(flatten)]
    pub judgement: Judgement,
    /// Who decided, and when, seconds since 1970 UTC.
    pub actor: String,
    /// See `actor`.
    pub at: i64,
    /// Whether it has not been taken back.
    pub stands: bool,
    /// The keys of the identities that it names, in their order; null for one that the image does not have.
    pub names: Vec<Option<Key>>,
}

impl Database {
    /// Records a decision and brings the graph up; `marking` says who may see it.
    ///
    /// # Errors
    /// [`EngineError::NoReason`]; [`EngineError::NoDelivery`], [`EngineError::AlreadyWithdrawn`],
    /// [`EngineError::NoJudgement`], [`EngineError::AlreadyUndone`], [`EngineError::Irrevocable`],
    /// [`EngineError::Itself`]: nothing is kept then. [`EngineError::NotDerived`] when the decision stands but its graph
    /// could not be made.
    pub fn judge(
        &self,
        decision: Decision,
        reason: &str,
        marking: &Marking,
        actor: &Actor,
        watch: &mut dyn Watch,
    ) -> Result<Judged, EngineError> {
        if reason.trim().is_empty() {
            return Err(EngineError::NoReason);
        }
        let mut writer = self.ledger().writer()?;
        // Taken after the writer, so that nothing can be committed between the two.
        let before = self.ledger().snapshot()?;
        check(&before, &decision)?;
        let purpose = format!("{}: {reason}", in_words(&decision));
        let judgement = writer.judge(decision, reason, marking)?;
        let mut making = self.images().make();
        self.images().prepare_folder()?;
        let earlier = making.at_hand(&before, &Lens::everything())?;
        let commit = writer.commit(CommitNote { at: actor.now, actor: actor.name.clone(), purpose })?;
        let derived = self.ledger().snapshot().map_err(EngineError::from);
        let derived = derived.and_then(|after| {
            let view = making.publish(&after, watch)?;
            let was = earlier.as_ref().map_or_else(Vec::new, jaal_graph::View::conflicts);
            let now: Vec<_> = view.conflicts().into_iter().filter(|c| !was.contains(c)).collect();
            let counts = |view: &jaal_graph::View| (u64::from(view.node_count()), view.link_count());
            let (entities, links) = counts(&view);
            let (before_e, before_l) = earlier.as_ref().map_or((entities, links), counts);
            let conflicts = if earlier.is_some() { conflicts::in_words(&after, &now)? } else { Vec::new() };
            Ok(Judged {
                judgement,
                commit: commit.clone(),
                entities: [before_e, entities],
                links: [before_l, links],
                conflicts,
            })
        });
        derived.map_err(EngineError::not_derived(commit.id))
    }

    /// Takes a delivery back: none of its claims count any more. The ledger keeps it, and the decision.
    ///
    /// # Errors
    /// As [`Database::judge`].
    pub fn withdraw(
        &self,
        delivery: DeliveryId,
        reason: &str,
        actor: &Actor,
        watch: &mut dyn Watch,
    ) -> Result<Commit, EngineError> {
        let marking = Marking::public();
        Ok(self.judge(Decision::Withdraw(delivery), reason, &marking, actor, watch)?.commit)
    }

    /// All judgements that a lens admits, in order, with whether they stand.
    ///
    /// # Errors
    /// As [`Database::read_as`].
    pub fn judgements(&self, lens: &Lens, watch: &mut dyn Watch) -> Result<Vec<JudgementLine>, EngineError> {
        let reading = self.read_as(lens, watch)?;
        let snapshot = reading.sources.snapshot();
        let seen: Vec<Judgement> = snapshot.judgements()?.into_iter().filter(|j| lens.sees(j)).collect();
        let standing: Vec<JudgementId> = standing_judgements(seen.clone()).iter().map(|j| j.id).collect();
        let line = |judgement: Judgement| {
            let note = snapshot.commit(judgement.commit)?.map(|commit| commit.note);
            let (actor, at) = note.map_or((String::new(), 0), |note| (note.actor, note.at));
            // A judgement may be seen by who may not see all that it names.
            let name = |id: &IdentityId| match reading.view.node_of_identity(*id) {
                Some(_) => Ok(snapshot.identity(*id)?),
                None => Ok(None),
            };
            let names = named(&judgement.decision).iter().map(name).collect::<Result<_, EngineError>>()?;
            Ok(JudgementLine { stands: standing.contains(&judgement.id), judgement, actor, at, names })
        };
        seen.into_iter().map(line).collect()
    }
}

impl Reading {
    /// The entity that a text names, and which of its identities: the one of the key that the text gives, else the
    /// one that the entity is named after.
    ///
    /// # Errors
    /// As [`jaal_analysis::address::resolve`].
    pub fn identity(&self, text: &str, country: &str) -> Result<(NodeIdx, IdentityId), EngineError> {
        let (node, key) = resolve_named(&self.view, text, country)?;
        if let Address::Id(id) = Address::parse(text)? {
            return Ok((node, self.view.identity_of(id)));
        }
        let of_key = key.map(|key| self.sources.snapshot().resolve(&key)).transpose()?.flatten();
        let first = self.view.identities(node).into_iter().next();
        let not_found = || EngineError::from(AnalysisError::NotFound { text: text.to_owned() });
        Ok((node, of_key.or(first).ok_or_else(not_found)?))
    }
}

/// The identities that a decision names.
fn named(decision: &Decision) -> Vec<IdentityId> {
    match decision {
        Decision::Same(a, b) | Decision::NotSame(a, b) | Decision::Undecided(a, b) => vec![*a, *b],
        Decision::Note(identity) => vec![*identity],
        _ => Vec::new(),
    }
}

/// Whether a decision can be taken.
fn check(before: &Snapshot, decision: &Decision) -> Result<(), EngineError> {
    let all = before.judgements()?;
    let standing = standing_judgements(all.clone());
    match decision {
        Decision::Withdraw(delivery) => {
            if before.delivery(*delivery)?.is_none() {
                return Err(EngineError::NoDelivery(*delivery));
            }
            if standing.iter().any(|judgement| judgement.decision == *decision) {
                return Err(EngineError::AlreadyWithdrawn(*delivery));
            }
        }
        Decision::Undo(which) => match all.iter().find(|judgement| judgement.id == *which) {
            None => return Err(EngineError::NoJudgement(*which)),
            Some(judgement) if matches!(judgement.decision, Decision::Expunge(_)) => {
                return Err(EngineError::Irrevocable(*which));
            }
            Some(_) if !standing.iter().any(|judgement| judgement.id == *which) => {
                return Err(EngineError::AlreadyUndone(*which));
            }
            Some(_) => {}
        },
        Decision::Same(a, b) | Decision::NotSame(a, b) | Decision::Undecided(a, b) if a == b => {
            return Err(EngineError::Itself);
        }
        _ => {}
    }
    Ok(())
}

/// A decision as the purpose of its commit. Identities are numbers of the ledger here; their keys are in it.
fn in_words(decision: &Decision) -> String {
    match decision {
        Decision::Withdraw(delivery) => format!("withdraw delivery {delivery}"),
        Decision::Same(a, b) => format!("identities {a} and {b} are the same"),
        Decision::NotSame(a, b) => format!("identities {a} and {b} are not the same"),
        Decision::Undecided(a, b) => format!("it is undecided whether identities {a} and {b} are the same"),
        Decision::Undo(judgement) => format!("undo judgement {judgement}"),
        Decision::Note(identity) => format!("a note on identity {identity}"),
        Decision::Remark(_, marking) => format!("add the marking {marking}"),
        Decision::Expunge(delivery) => format!("expunge delivery {delivery}"),
    }
}
