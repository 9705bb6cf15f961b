//! Random histories through the engine: loads, judgements, take-backs and withdrawals of every marking, with the store
//! closed and opened again in between. After every step what is live equals what is derived afresh, and what a lens
//! shows is what a store would show that was only ever given what the lens admits.

use crate::support::{actor, assert_sound};
use jaal_engine::graph::{View, derive_segment};
use jaal_engine::model::{Decision, DeliveryId, Handover, JudgementId, Key, Remarked};
use jaal_engine::{Database, EngineError, Lens, LoadOptions, LoadRequest, Reading, Unwatched};
use jaal_testkit::{Act, Claim, Drop, History, Told, history, lens, plain_of_view, portrait};
use proptest::collection::vec;
use proptest::prelude::*;
use std::path::Path;
use tempfile::TempDir;

/// A row says one thing, and its marking is of its own.
const SPEC: &str = r#"
name = "told"
format = "csv"
[marking]
from = "Marking"
[entities.a]
key = { scheme = "msisdn", from = "A" }
properties.name = { from = "Name" }
[entities.b]
key = { scheme = "msisdn", from = "B" }
optional = true
[entities.c]
key = { scheme = "msisdn", from = "C" }
optional = true
[[links]]
type = "CALLED"
from = "a"
to = "b"
[[links]]
type = "USES"
from = "a"
to = "b"
identity = "ends"
[[sames]]
a = "a"
b = "c"
"#;

/// The phone that stands for a key of a history.
fn phone(key: &Key) -> String {
    let scheme = ["cnic", "msisdn", "thing"].iter().position(|scheme| *scheme == key.scheme).unwrap();
    format!("+92300{scheme}00000{}", key.value.chars().last().unwrap())
}

fn row(claim: &Claim) -> String {
    let (a, b, c, name) = match &claim.told {
        Told::Entity { key, kinds, .. } => (key, None, None, kinds.join(" ")),
        Told::Link { from, to, .. } => (from, Some(to), None, String::new()),
        Told::Same { a, b } => (a, None, Some(b), String::new()),
    };
    let [b, c] = [b, c].map(|key| key.map(phone).unwrap_or_default());
    // A banner has commas between units.
    format!("{},{b},{c},{name},\"{}\"\n", phone(a), claim.marking)
}

/// A store, and what it took of what it was given.
struct Store {
    folder: TempDir,
    database: Database,
    taken: History,
}

impl Store {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::create(&folder.path().join("store"), &actor()).unwrap();
        Self { folder, database, taken: History::default() }
    }

    /// A store that was given a history; `None` where it refuses a step.
    fn of(history: &History) -> Option<Self> {
        let mut store = Self::new();
        history.acts.iter().all(|act| store.take(act)).then_some(store)
    }

    /// The store as the next process has it.
    fn reopened(self) -> Self {
        let Self { folder, database, taken } = self;
        drop(database);
        let database = Database::open(&folder.path().join("store")).unwrap();
        Self { folder, database, taken }
    }

    /// Takes one more step, if it is one that can be taken.
    fn take(&mut self, act: &Act) -> bool {
        let (judged, marking) = act.opened();
        let decision = match judged {
            Act::Deliver(drop) => {
                self.deliver(drop);
                self.taken.acts.push(act.clone());
                return true;
            }
            Act::Same(a, b) | Act::NotSame(a, b) => {
                let reading = self.database.read().unwrap();
                let identity = |key: &Key| {
                    let key = Key::new("msisdn", phone(key));
                    reading.sources.snapshot().resolve(&key).unwrap()
                };
                let (Some(a), Some(b)) = (identity(a), identity(b)) else { return false };
                if matches!(judged, Act::Same(..)) { Decision::Same(a, b) } else { Decision::NotSame(a, b) }
            }
            Act::Withdraw(delivery) => Decision::Withdraw(DeliveryId(*delivery)),
            Act::Remark(delivery, added) => {
                Decision::Remark(Remarked::Delivery(DeliveryId(*delivery)), added.clone())
            }
            Act::Undo(judgement) => Decision::Undo(JudgementId(*judgement)),
            Act::Marked(..) => return false,
        };
        match self.database.judge(decision, "a test", &marking, &actor(), &mut Unwatched) {
            Ok(_) => self.taken.acts.push(act.clone()),
            Err(
                EngineError::NoDelivery(_)
                | EngineError::NoJudgement(_)
                | EngineError::AlreadyWithdrawn(_)
                | EngineError::AlreadyUndone(_)
                | EngineError::Itself,
            ) => return false,
            Err(error) => panic!("{error}"),
        }
        true
    }

    fn deliver(&self, drop: &Drop) {
        // The same rows from another agency are another delivery.
        let number = self.taken.acts.len();
        let (spec, rows) = (self.folder.path().join("told.toml"), self.folder.path().join("told.csv"));
        std::fs::write(&spec, SPEC).unwrap();
        let content: String = drop.claims.iter().map(row).collect();
        std::fs::write(&rows, format!("A,B,C,Name,Marking\n{content}")).unwrap();
        let handover = Handover { agency: format!("agency {number}"), ..Handover::default() };
        let request = LoadRequest::spec(&spec, &[rows], handover).unwrap();
        let options = LoadOptions::default();
        let report = self.database.load(vec![request], &options, &actor(), &mut Unwatched).unwrap();
        assert_eq!(report.counts.accepted, drop.claims.len() as u64, "{:?}", report.deliveries);
    }

    fn read(&self, lens: &Lens) -> Reading {
        self.database.read_as(lens, &mut Unwatched).unwrap()
    }
}

/// The image of a lens derived afresh.
fn derived(reading: &Reading, lens: &Lens, file: &Path) -> View {
    let snapshot = reading.sources.snapshot();
    derive_segment(snapshot, lens, file, &mut |_, _| ()).unwrap();
    View::open(file, snapshot.ledger().opaque_key()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn what_is_live_is_what_is_derived_after_every_step_and_restart(
        (history, lens, restarts) in (history(), lens(), vec(any::<bool>(), 9))
    ) {
        let mut store = Store::new();
        for (act, restarts) in history.acts.iter().zip(restarts) {
            store.take(act);
            if restarts {
                store = store.reopened();
            }
            prop_assert_eq!(store.database.info().unwrap().commits, store.taken.acts.len() as u64);
            assert_sound(&store.database);
            let reading = store.read(&lens);
            let fresh = derived(&reading, &lens, &store.folder.path().join("fresh.seg"));
            prop_assert_eq!(portrait(&reading.view), portrait(&fresh));
        }
    }

    #[test]
    fn a_lens_shows_a_store_that_was_only_given_what_it_admits(
        (history, lens, restarts) in (history(), lens(), vec(any::<bool>(), 9))
    ) {
        let mut store = Store::new();
        for (act, restarts) in history.sayable(&lens).acts.iter().zip(restarts) {
            store.take(act);
            store.read(&lens);
            if restarts {
                store = store.reopened();
            }
        }
        // Steps that were not taken may have been what made others sayable, and what undoes a hidden step may be taken
        // where that is, and not where it is not.
        prop_assume!(store.taken.clone().sayable(&lens) == store.taken);
        let never = Store::of(&store.taken.given_to(&lens));
        prop_assume!(never.is_some());
        let never = never.map(|never| never.read(&Lens::everything()).view);
        let seen = store.read(&lens).view;
        prop_assert_eq!(Some(plain_of_view(&seen)), never.as_ref().map(plain_of_view));
        prop_assert_eq!(Some(seen.marking()), never.as_ref().map(View::marking));
    }
}
