//! What a lens admits of a ledger: which deliveries and markings count, which judgements stand, and the digest that
//! names the image made of them.
//!
//! 1. Judgements that the lens does not know or may not see are left out first; of the rest those stand that no other
//!    of the rest undoes. A hidden undoing undoes nothing for those who may not see it.
//! 2. A delivery counts if the lens knows it and no standing judgement withdraws it; it is gone for every lens once it
//!    is expunged. Its claims count by marking: their own, joined with what standing judgements have added.
//! 3. The digest covers the deliveries and markings that count and the judgements that decide something, and the hash
//!    of the last commit that brought any of them. That hash covers all before it, so equal digests are equal images,
//!    and lenses that admit the same share one image, at this commit and at later ones that add nothing for them.

use crate::{GraphError, Lens, SEGMENT_VERSION};
use jaal_ledger::Snapshot;
use jaal_model::{
    AssertionId, CommitId, Decision, DeliveryId, Digest, Judgement, JudgementId, Marking, Remarked,
};
use rustc_hash::FxHashSet;
use std::collections::{BTreeMap, BTreeSet};

/// What a lens admits of a ledger.
#[derive(Clone, Debug)]
pub struct Admission {
    lens: Lens,
    /// The deliveries that count.
    deliveries: BTreeMap<DeliveryId, Admitted>,
    /// The deliveries that the snapshot has and that do not count.
    refused: FxHashSet<DeliveryId>,
    /// Standing judgements that the lens admits, in order.
    judgements: Vec<Judgement>,
    /// Markings added to single claims.
    remarks: BTreeMap<AssertionId, Marking>,
    digest: Digest,
    /// The end of the claims that the ledger holds.
    next_assertion: u64,
    commit: CommitId,
}

/// A delivery that counts.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Admitted {
    commit: CommitId,
    /// The marking added to all its claims.
    added: Option<Marking>,
    /// The markings of its claims that count.
    markings: BTreeSet<Marking>,
}

impl Admission {
    /// What a lens admits of a snapshot.
    ///
    /// # Errors
    /// [`GraphError::Ledger`] when the ledger cannot be read.
    ///
    /// # Complexity
    /// Reads all deliveries and judgements, and two commits.
    pub fn of(snapshot: &Snapshot, lens: &Lens) -> Result<Self, GraphError> {
        let head = snapshot.head()?;
        let all = snapshot.judgements()?;
        let expunged: BTreeSet<DeliveryId> = all.iter().filter_map(expunged).collect();
        let judgements = standing_judgements(all.into_iter().filter(|j| lens.sees(j)).collect());
        let mut withdrawn: BTreeSet<DeliveryId> = expunged;
        withdrawn.extend(judgements.iter().filter_map(withdrawal));
        let (added, remarks) = added_markings(&judgements);
        let mut deliveries = BTreeMap::new();
        let mut refused = FxHashSet::default();
        for delivery in snapshot.deliveries()? {
            if !lens.knows(delivery.commit) || withdrawn.contains(&delivery.id) {
                refused.insert(delivery.id);
                continue;
            }
            let added = added.get(&delivery.id).cloned();
            let joined = |own: &Marking| added.as_ref().map_or_else(|| own.clone(), |more| own.join(more));
            let admitted = delivery.markings.into_iter().filter(|own| lens.clearance.admits(&joined(own)));
            let markings = admitted.collect();
            deliveries.insert(delivery.id, Admitted { commit: delivery.commit, added, markings });
        }
        let mut admission = Self {
            lens: lens.clone(),
            deliveries,
            refused,
            judgements,
            remarks,
            digest: Digest::default(),
            next_assertion: head.as_ref().map_or(0, |head| head.next_assertion.0),
            commit: head.map_or(CommitId(0), |head| head.id),
        };
        admission.digest = admission.compute_digest(snapshot)?;
        Ok(admission)
    }

    /// The lens.
    pub fn lens(&self) -> &Lens {
        &self.lens
    }

    /// The commit of the snapshot.
    pub fn commit(&self) -> CommitId {
        self.commit
    }

    /// What names the image: equal digests are equal images.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// Standing judgements that the lens admits, in order.
    pub fn judgements(&self) -> &[Judgement] {
        &self.judgements
    }

    /// Whether claims of a delivery count. One that the snapshot does not have counts: it is being written.
    pub fn admits_delivery(&self, delivery: DeliveryId) -> bool {
        !self.refused.contains(&delivery)
    }

    /// Whether the snapshot has a delivery that counts.
    pub(crate) fn has(&self, delivery: DeliveryId) -> bool {
        self.deliveries.contains_key(&delivery)
    }

    /// Whether a delivery's claims of a marking count.
    pub fn admits(&self, delivery: DeliveryId, marking: &Marking) -> bool {
        match self.deliveries.get(&delivery) {
            Some(admitted) => admitted.markings.contains(marking),
            None => self.admits_delivery(delivery) && self.lens.clearance.admits(marking),
        }
    }

    /// The marking that a delivery's claims of a marking bear, with what was added to all of them.
    pub fn effective(&self, delivery: DeliveryId, marking: &Marking) -> Marking {
        let added = self.deliveries.get(&delivery).and_then(|admitted| admitted.added.as_ref());
        added.map_or_else(|| marking.clone(), |added| marking.join(added))
    }

    /// The claims below `end` from `first` on to which a marking was added one by one, with what was added.
    pub(crate) fn remarked(&self, first: u64, end: u64) -> impl Iterator<Item = (u64, &Marking)> {
        self.remarks.range(AssertionId(first)..AssertionId(end)).map(|(claim, marking)| (claim.0, marking))
    }

    /// The end of the claims that the ledger held.
    pub(crate) fn next_assertion(&self) -> u64 {
        self.next_assertion
    }

    /// The deliveries of whose claims not the same count in both, or count with another marking: those here and not
    /// in `other` first, as (delivery, marking) pairs, then the reverse.
    pub(crate) fn difference(&self, other: &Self) -> [Vec<(DeliveryId, Marking)>; 2] {
        [only_in(self, other), only_in(other, self)]
    }

    /// The claims to which not the same marking was added one by one.
    pub(crate) fn remarked_otherwise(&self, other: &Self) -> Vec<u64> {
        let differs = |claim: &&AssertionId| self.remarks.get(claim) != other.remarks.get(claim);
        let all: BTreeSet<&AssertionId> = self.remarks.keys().chain(other.remarks.keys()).collect();
        all.into_iter().filter(differs).map(|claim| claim.0).collect()
    }

    /// The commit that took a delivery in, if it counts.
    pub(crate) fn commit_of(&self, delivery: DeliveryId) -> Option<CommitId> {
        self.deliveries.get(&delivery).map(|admitted| admitted.commit)
    }

    /// Whether every claim that counts here counts in `other` too. Judgements that only one of the two may see can make
    /// it untrue although the one clearance is within the other: a marking added under a marking of its own hides
    /// claims from those who see that it was added. Says no where it would take reading single claims to know.
    pub fn is_within(&self, other: &Self) -> bool {
        let counts = |(id, admitted): (&DeliveryId, &Admitted)| {
            let is_part = |theirs: &Admitted| {
                theirs.added == admitted.added && admitted.markings.is_subset(&theirs.markings)
            };
            admitted.markings.is_empty() || other.deliveries.get(id).is_some_and(is_part)
        };
        let as_marked = |(claim, added): (&AssertionId, &Marking)| self.remarks.get(claim) == Some(added);
        self.deliveries.iter().all(counts) && other.remarks.iter().all(as_marked)
    }

    fn compute_digest(&self, snapshot: &Snapshot) -> Result<Digest, GraphError> {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&SEGMENT_VERSION.to_le_bytes());
        hasher.update(&snapshot.ledger().opaque_key().0);
        let mut last = CommitId(0);
        for (id, admitted) in self.deliveries.iter().filter(|(_, admitted)| !admitted.markings.is_empty()) {
            last = last.max(admitted.commit);
            hasher.update(format!("delivery {id} {:?} {:?}\n", admitted.added, admitted.markings).as_bytes());
        }
        for judgement in self.judgements.iter().filter(|judgement| decides(judgement)) {
            last = last.max(judgement.commit);
            hasher.update(format!("judgement {}\n", judgement.id).as_bytes());
        }
        if let Some(commit) = snapshot.commit(last)? {
            hasher.update(&commit.hash.0);
        }
        Ok(Digest(*hasher.finalize().as_bytes()))
    }
}

/// Pairs of delivery and marking whose claims count here and do not, or not with the same effective marking, there.
fn only_in(here: &Admission, there: &Admission) -> Vec<(DeliveryId, Marking)> {
    let mut out = Vec::new();
    for (id, admitted) in &here.deliveries {
        let other = there.deliveries.get(id);
        if other == Some(admitted) {
            continue;
        }
        for marking in &admitted.markings {
            let same = other.is_some_and(|o| o.markings.contains(marking) && o.added == admitted.added);
            if !same {
                out.push((*id, marking.clone()));
            }
        }
    }
    out
}

/// Whether a standing judgement changes an image by itself. Withdrawals and added markings show in the deliveries.
fn decides(judgement: &Judgement) -> bool {
    match &judgement.decision {
        Decision::Same(..) | Decision::NotSame(..) => true,
        Decision::Remark(Remarked::Claims(_), _) => true,
        Decision::Remark(Remarked::Delivery(_), _)
        | Decision::Withdraw(_)
        | Decision::Expunge(_)
        | Decision::Undecided(..)
        | Decision::Undo(_)
        | Decision::Note(_) => false,
    }
}

fn expunged(judgement: &Judgement) -> Option<DeliveryId> {
    if let Decision::Expunge(delivery) = judgement.decision { Some(delivery) } else { None }
}

fn withdrawal(judgement: &Judgement) -> Option<DeliveryId> {
    if let Decision::Withdraw(delivery) = judgement.decision { Some(delivery) } else { None }
}

/// The markings added to deliveries, and those added to single claims.
type Added = (BTreeMap<DeliveryId, Marking>, BTreeMap<AssertionId, Marking>);

fn added_markings(judgements: &[Judgement]) -> Added {
    let (mut deliveries, mut claims) = (BTreeMap::new(), BTreeMap::new());
    for judgement in judgements {
        match &judgement.decision {
            Decision::Remark(Remarked::Delivery(delivery), marking) => {
                add(&mut deliveries, *delivery, marking);
            }
            Decision::Remark(Remarked::Claims(list), marking) => {
                for claim in list {
                    add(&mut claims, *claim, marking);
                }
            }
            _ => {}
        }
    }
    (deliveries, claims)
}

fn add<K: Ord>(to: &mut BTreeMap<K, Marking>, key: K, marking: &Marking) {
    to.entry(key).and_modify(|own| *own = own.join(marking)).or_insert_with(|| marking.clone());
}

/// The judgements that have not been undone, in order. An undo can itself be undone.
pub fn standing_judgements(judgements: Vec<Judgement>) -> Vec<Judgement> {
    let mut undone: FxHashSet<JudgementId> = FxHashSet::default();
    for judgement in judgements.iter().rev() {
        if let Decision::Undo(which) = judgement.decision
            && !undone.contains(&judgement.id)
        {
            undone.insert(which);
        }
    }
    // Nothing brings back what was destroyed.
    let stands = |j: &Judgement| !undone.contains(&j.id) || expunged(j).is_some();
    judgements.into_iter().filter(stands).collect()
}
