//! Views brought up commit by commit, against images derived afresh and the plainest derivation there is.

use jaal_graph::Lens;
use jaal_model::{Clearance, Level};
use jaal_testkit::{History, Store, history, plain_of_view, portrait};
use proptest::prelude::*;

/// Everything, and what a reader cleared for OFFICIAL sees.
fn lenses() -> [Lens; 2] {
    let official =
        Lens { clearance: Clearance { level: Level::Official, ..Clearance::everything() }, as_known: None };
    [Lens::everything(), official]
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
            match store.advance(view, &admission, &after) {
                Some(next) => *view = next,
                None => {
                    anew += 1;
                    *view = fresh.clone();
                }
            }
            let portrait = portrait(view);
            let differs = portrait.lines().zip(expected.lines()).find(|(a, b)| a != b);
            prop_assert_eq!(differs, None, "brought up, derived afresh");
            prop_assert_eq!(portrait.len(), expected.len());
            prop_assert_eq!(plain_of_view(view), so_far.reference(lens));
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
}
