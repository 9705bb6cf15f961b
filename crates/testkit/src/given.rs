//! What is left of a history when whatever a lens hides was never there.

use crate::history::{Act, Drop, History, sealed};
use jaal_graph::Lens;
use jaal_model::{CommitId, Key, Marking};
use std::collections::{BTreeMap, BTreeSet};

impl History {
    /// The history with judgements sealed that name what no claim that the lens shows has named by then: without the
    /// hidden claims nobody could have made them.
    #[must_use]
    pub fn sayable(mut self, lens: &Lens) -> Self {
        let added = self.added_markings(lens);
        let mut named: BTreeSet<Key> = BTreeSet::new();
        let mut delivery = 0;
        for act in &mut self.acts {
            match act.opened().0 {
                Act::Deliver(drop) => {
                    delivery += 1;
                    let shown = shown(drop, added.get(&delivery), lens);
                    named.extend(
                        shown
                            .claims
                            .iter()
                            .flat_map(|claim| claim.keys().into_iter().cloned().collect::<Vec<_>>()),
                    );
                }
                judged @ (Act::Same(a, b) | Act::NotSame(a, b))
                    if !named.contains(a) || !named.contains(b) =>
                {
                    *act = Act::Marked(sealed(), Box::new(judged.clone()));
                }
                _ => {}
            }
        }
        self
    }

    /// The history without what the lens hides.
    #[must_use]
    pub fn given_to(&self, lens: &Lens) -> Self {
        let added = self.added_markings(lens);
        let mut given = Self::default();
        // The number that each judgement has among those that are left, if it is left.
        let mut numbers: Vec<Option<u64>> = Vec::new();
        let (mut delivery, mut left) = (0, 0);
        for act in self.known(lens) {
            let (judged, marking) = act.opened();
            if let Act::Deliver(drop) = judged {
                delivery += 1;
                given.acts.push(Act::Deliver(shown(drop, added.get(&delivery), lens)));
                continue;
            }
            let is_seen = lens.clearance.admits(&marking);
            let judged = match judged {
                // What undoes a judgement that was never there is a judgement all the same.
                Act::Undo(which) => numbers.get(*which as usize - 1).copied().flatten().map(Act::Undo),
                judged => Some(judged.clone()),
            };
            let kept = judged.filter(|_| is_seen);
            left += u64::from(kept.is_some());
            numbers.push(kept.as_ref().map(|_| left));
            given.acts.extend(kept.map(|judged| Act::Marked(marking, Box::new(judged))));
        }
        given
    }

    /// The steps that the lens knows of: each is a commit.
    fn known(&self, lens: &Lens) -> impl DoubleEndedIterator<Item = &Act> + ExactSizeIterator {
        let known = (1..=self.acts.len()).take_while(|at| lens.knows(CommitId(*at as u64))).count();
        self.acts[..known].iter()
    }

    /// The markings added to deliveries by judgements that stand for whoever reads through the lens.
    fn added_markings(&self, lens: &Lens) -> BTreeMap<u64, Marking> {
        let judged = self.known(lens).filter(|act| !matches!(act, Act::Deliver(_))).zip(1_u64..);
        let seen: Vec<(&Act, u64)> = judged
            .map(|(act, number)| (act.opened(), number))
            .filter(|((_, marking), _)| lens.clearance.admits(marking))
            .map(|((act, _), number)| (act, number))
            .collect();
        let mut undone = BTreeSet::new();
        for (act, number) in seen.iter().rev() {
            if let (Act::Undo(which), false) = (act, undone.contains(number)) {
                undone.insert(*which);
            }
        }
        let mut added: BTreeMap<u64, Marking> = BTreeMap::new();
        for (act, number) in seen {
            if let (Act::Remark(delivery, more), false) = (act, undone.contains(&number)) {
                let all = added.entry(*delivery).or_insert_with(|| more.clone());
                *all = all.join(more);
            }
        }
        added
    }
}

/// The claims of a delivery that the lens shows.
fn shown(drop: &Drop, added: Option<&Marking>, lens: &Lens) -> Drop {
    let marking = |own: &Marking| added.map_or_else(|| own.clone(), |added| own.join(added));
    let claims = drop.claims.iter().filter(|claim| lens.clearance.admits(&marking(&claim.marking)));
    Drop { claims: claims.cloned().collect() }
}
