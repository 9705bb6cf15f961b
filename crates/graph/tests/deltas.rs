//! Views brought up commit by commit, against images derived afresh and the plainest derivation there is.

use jaal_graph::{ConflictReason, Filter, Lens, View};
use jaal_model::Grade;
use jaal_testkit::{History, Store, history, lens, plain_of_view, portrait};
use proptest::collection::vec;
use proptest::prelude::*;

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
/// was brought up; and so does one that a new process brings up from a segment on disk, where the store is opened
/// again. How many steps had to be derived anew.
fn follow(history: &History, lens: &Lens, restarts: &[bool]) -> Result<usize, TestCaseError> {
    let mut store = Store::empty();
    let mut anew = 0;
    let mut admission = store.admission(lens);
    let mut views = vec![store.view_for(lens)];
    for (at, act) in history.acts.iter().enumerate() {
        store.act(at, act);
        let restarts = restarts.get(at).is_some_and(|restarts| *restarts);
        if restarts {
            store = store.reopened();
        }
        let after = store.admission(lens);
        let fresh = store.view_for(lens);
        let expected = portrait(&fresh);
        let so_far = History { acts: history.acts[..=at].to_vec() };
        prop_assert_eq!(plain_of_view(&fresh), so_far.reference(lens));
        for view in &mut views {
            let segment = view.segment().path().to_owned();
            let next = if restarts {
                store.view_from(&segment, lens)
            } else {
                store.advance(view, &admission, &after)
            };
            if let Some(next) = next {
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

/// What an image says of itself as a whole. Not the order of nodes: leaving rows out of a file moves the bounds of the
/// chunks that it is read in, within which claims are ordered by their shape.
fn counted(view: &View) -> impl PartialEq + std::fmt::Debug + use<> {
    let names = |names: &[String]| names.to_vec();
    let properties: Vec<String> = view.property_names().map(str::to_owned).collect();
    let conflicts: Vec<ConflictReason> = view.conflicts().iter().map(|c| c.reason).collect();
    let marking = view.marking().clone();
    (names(view.kinds()), names(view.link_types()), properties, conflicts, view.claim_count(), marking)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_view_brought_up_equals_the_image_derived_afresh(
        (history, lens, restarts) in (history(), lens(), vec(any::<bool>(), 9))
    ) {
        for lens in [Lens::everything(), lens] {
            prop_assert_eq!(follow(&history, &lens, &restarts)?, 0, "no step needs a fresh derivation");
        }
    }

    #[test]
    fn a_lens_shows_what_a_store_that_never_held_the_rest_would((history, lens) in (history(), lens())) {
        let history = history.sayable(&lens);
        let (seen, never) = (history.store().view_for(&lens), history.given_to(&lens).store().view());
        prop_assert_eq!(plain_of_view(&seen), plain_of_view(&never));
        prop_assert_eq!(counted(&seen), counted(&never));
    }
}
