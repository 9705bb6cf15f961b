//! Views brought up commit by commit, against images derived afresh and the plainest derivation there is.

use jaal_graph::{ConflictReason, Filter, Lens, View};
use jaal_model::{Clearance, Grade, Key, Level};
use jaal_testkit::{Act, Claim, Drop, History, Store, Told, history, plain_of_view, portrait};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// Everything, and what a reader cleared for OFFICIAL sees.
fn lenses() -> [Lens; 2] {
    let official =
        Lens { clearance: Clearance { level: Level::Official, ..Clearance::everything() }, as_known: None };
    [Lens::everything(), official]
}

/// What readers ask for beside: a time, a grade, both.
fn filters() -> [Filter; 4] {
    let [best, corroborated] = [0, 4].map(|rank| Some(Grade::from_rank(rank)));
    [
        Filter { as_of: Some(0), lowest_grade: None },
        Filter { as_of: Some(1), lowest_grade: None },
        Filter { as_of: None, lowest_grade: best },
        Filter { as_of: Some(1), lowest_grade: corroborated },
    ]
}

/// After every step the view brought up from the step before equals the one derived afresh, from whatever step on it
/// was brought up. How many steps had to be derived anew.
fn follow(history: &History, lens: &Lens) -> Result<usize, TestCaseError> {
    let store = Store::empty();
    let mut anew = 0;
    let mut admission = store.admission(lens);
    let mut views = vec![store.view_for(lens)];
    for (at, act) in history.acts.iter().enumerate() {
        store.act(at, act);
        let after = store.admission(lens);
        let fresh = store.view_for(lens);
        let expected = portrait(&fresh);
        let so_far = History { acts: history.acts[..=at].to_vec() };
        prop_assert_eq!(plain_of_view(&fresh), so_far.reference(lens));
        for view in &mut views {
            if let Some(next) = store.advance(view, &admission, &after) {
                *view = next;
            } else {
                anew += 1;
                *view = fresh.clone();
            }
            let portrait = portrait(view);
            let differs = portrait.lines().zip(expected.lines()).find(|(a, b)| a != b);
            prop_assert_eq!(differs, None, "brought up, derived afresh");
            prop_assert_eq!(portrait.len(), expected.len());
            prop_assert_eq!(plain_of_view(view), so_far.reference(lens));
            for filter in filters() {
                let seen = plain_of_view(&view.filtered(filter));
                prop_assert_eq!(seen, so_far.reference_under(lens, filter), "{:?}", filter);
            }
        }
        for filter in filters() {
            prop_assert_eq!(plain_of_view(&fresh.filtered(filter)), so_far.reference_under(lens, filter));
        }
        // A view that starts here, so that changes lie on segments of every state.
        views.push(fresh);
        admission = after;
    }
    Ok(anew)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_view_brought_up_equals_the_image_derived_afresh(history in history()) {
        for lens in lenses() {
            prop_assert_eq!(follow(&history, &lens)?, 0, "no step needs a fresh derivation");
        }
    }

    #[test]
    fn a_lens_shows_what_a_store_that_never_held_the_rest_would(history in history()) {
        let [_, lens] = lenses();
        let history = sayable(history);
        let (seen, never) = (history.store().view_for(&lens), open_part(&history).store().view());
        prop_assert_eq!(plain_of_view(&seen), plain_of_view(&never));
        // Not the order of nodes: leaving rows out of a file moves the bounds of the chunks that it is read in, within
        // which claims are ordered by their shape.
        let counted = |view: &View| {
            let names = |names: &[String]| names.to_vec();
            let properties: Vec<String> = view.property_names().map(str::to_owned).collect();
            let conflicts: Vec<ConflictReason> = view.conflicts().iter().map(|c| c.reason).collect();
            (names(view.kinds()), names(view.link_types()), properties, conflicts, view.claim_count(), view.marking().clone())
        };
        prop_assert_eq!(counted(&seen), counted(&never));
    }
}

/// The history with judgements made secret that name what no open claim has named by then: without the secret claims
/// nobody could have made them.
fn sayable(mut history: History) -> History {
    let mut open: BTreeSet<Key> = BTreeSet::new();
    let remarked = remarks_that_stand(&history);
    let mut delivery = 0;
    for act in &mut history.acts {
        match act {
            Act::Deliver(drop) => {
                delivery += 1;
                let seen =
                    |claim: &&Claim| claim.marking.level == Level::Official && !remarked.contains(&delivery);
                for claim in drop.claims.iter().filter(seen) {
                    match &claim.told {
                        Told::Entity { key, .. } => open.extend([key.clone()]),
                        Told::Link { from, to, .. } => open.extend([from.clone(), to.clone()]),
                        Told::Same { a, b } => open.extend([a.clone(), b.clone()]),
                    }
                }
            }
            Act::Same(a, b) | Act::NotSame(a, b) if !open.contains(a) || !open.contains(b) => {
                *act = Act::Secretly(Box::new(act.clone()));
            }
            _ => {}
        }
    }
    history
}

/// The history without what a reader cleared for OFFICIAL may not see.
fn open_part(history: &History) -> History {
    let mut open = History::default();
    // The number that each judgement has among those that are left, if it is left.
    let mut numbers: Vec<Option<u64>> = Vec::new();
    let mut left = 0;
    let remarked: BTreeSet<u64> = remarks_that_stand(history);
    let mut delivery = 0;
    for act in &history.acts {
        match act {
            Act::Deliver(drop) => {
                delivery += 1;
                let seen =
                    |claim: &&Claim| claim.marking.level == Level::Official && !remarked.contains(&delivery);
                open.acts
                    .push(Act::Deliver(Drop { claims: drop.claims.iter().filter(seen).cloned().collect() }));
            }
            Act::Secretly(_) => numbers.push(None),
            Act::Undo(which) => {
                let target = numbers.get(*which as usize - 1).copied().flatten();
                // What undoes a judgement that was never there is a judgement all the same.
                numbers.push(target.map(|_| left + 1));
                if let Some(target) = target {
                    left += 1;
                    open.acts.push(Act::Undo(target));
                }
            }
            // An added marking says of itself that there is something to hide.
            Act::Remark(_) => numbers.push(None),
            judged => {
                numbers.push(Some(left + 1));
                left += 1;
                open.acts.push(judged.clone());
            }
        }
    }
    open
}

/// The deliveries to which a marking was added for good, for readers who see the judgements that are not secret.
fn remarks_that_stand(history: &History) -> BTreeSet<u64> {
    let judged = history.acts.iter().filter(|act| !matches!(act, Act::Deliver(_))).zip(1_u64..);
    let seen: Vec<(&Act, u64)> = judged.filter(|(act, _)| !matches!(act, Act::Secretly(_))).collect();
    let mut undone = BTreeSet::new();
    for (act, number) in seen.iter().rev() {
        if let (Act::Undo(which), false) = (act, undone.contains(number)) {
            undone.insert(*which);
        }
    }
    let remark = |(act, number): &(&Act, u64)| match act {
        Act::Remark(delivery) if !undone.contains(number) => Some(*delivery),
        _ => None,
    };
    seen.iter().filter_map(remark).collect()
}
