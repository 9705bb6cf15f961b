//! Random deliveries, how they are loaded, and what the ledger must then hold: the twin that tests compare with.

use jaal_ledger::{Ledger, Prepared, Result, SourceRows};
use jaal_model::claim::{ClaimBlock, ClaimTable, Discrimination, KeyList, NO_TIME, Shape, ShapeClaim};
use jaal_model::value::{Date, DateTime, Duration, LocalDateTime, LocalTime, Point, Time, Value};
use jaal_model::{
    AssertionId, Commit, CommitNote, Counts, Delivery, DeliveryId, Digest, Grade, Handover, IdentityId, Key,
    Level, Marking, Reject, Scheme, SourceRow,
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What is said in one delivery.
#[derive(Clone, Debug)]
pub(crate) struct DeliveryPlan {
    pub(crate) chunks: Vec<ChunkPlan>,
    pub(crate) rejects: Vec<String>,
}

/// One chunk of it.
#[derive(Clone, Debug)]
pub(crate) struct ChunkPlan {
    pub(crate) keys: Vec<(usize, String)>,
    pub(crate) rows: Vec<String>,
    pub(crate) tables: Vec<TablePlan>,
}

/// Subject, object, discriminator, beginning and end of one claim.
pub(crate) type RowPlan = (u64, u64, u64, Option<i64>, Option<i64>);

/// One claim table: its columns are given one by one, all of `rows` values.
#[derive(Clone, Debug)]
pub(crate) struct TablePlan {
    pub(crate) claim: ShapeClaim,
    pub(crate) grade: u8,
    pub(crate) rows: Vec<RowPlan>,
    pub(crate) columns: Vec<Vec<Value>>,
}

/// What a ledger must hold.
#[derive(Default)]
pub(crate) struct Twin {
    pub(crate) identities: BTreeMap<Key, u64>,
    /// The keys in order of identity, those that are gone included.
    pub(crate) keys: Vec<Key>,
    /// For each identity the delivery that its key belongs to; 0 when it is gone.
    pub(crate) owners: Vec<u64>,
    pub(crate) blocks: Vec<(AssertionId, DeliveryId, ClaimBlock)>,
    pub(crate) claims: u64,
    pub(crate) rows: BTreeMap<(u64, u64), SourceRow>,
    pub(crate) rejects: BTreeMap<u64, Vec<Reject>>,
    pub(crate) deliveries: Vec<Delivery>,
}

pub(crate) fn schemes() -> [Scheme; 3] {
    [("cnic", Some("Person")), ("msisdn", Some("Phone")), ("row", None)]
        .map(|(name, kind)| Scheme { name: name.to_owned(), kind: kind.map(str::to_owned) })
}

pub(crate) fn note(at: i64) -> CommitNote {
    CommitNote { at, actor: "tester".to_owned(), purpose: format!("commit at {at}") }
}

fn value() -> impl Strategy<Value = Value> {
    let nanos = 0_u32..1_000_000_000;
    let seconds = -100_000_000_000_i64..100_000_000_000;
    let offset = (-64_i32..=64).prop_map(|quarters| quarters * 900);
    let local = (0_u64..86_400_000_000_000).prop_map(LocalTime);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        any::<u64>().prop_map(|bits| Value::Float(f64::from_bits(bits))),
        prop_oneof![Just(f64::NAN), Just(-0.0), Just(f64::INFINITY), Just(0.1)].prop_map(Value::Float),
        ".{0,12}".prop_map(Value::Str),
        (-1_000_000_i64..1_000_000).prop_map(|days| Value::Date(Date::from_days(days))),
        local.clone().prop_map(Value::LocalTime),
        (local, offset.clone()).prop_map(|(local, offset_s)| Value::Time(Time { local, offset_s })),
        (seconds.clone(), nanos.clone())
            .prop_map(|(seconds, nanos)| Value::LocalDateTime(LocalDateTime { seconds, nanos })),
        (seconds, prop_oneof![Just(0), nanos.clone()], offset, any::<bool>()).prop_map(
            |(seconds, nanos, offset_s, zoned)| Value::DateTime(DateTime {
                seconds,
                nanos,
                offset_s,
                zone: zoned.then(|| "Asia/Karachi".to_owned()),
            })
        ),
        (-900_i64..900, -900_i64..900, -90_000_i64..90_000, nanos).prop_map(
            |(months, days, seconds, nanos)| {
                Value::Duration(Duration { months, days, seconds, nanos: nanos as i32 })
            }
        ),
        (-90.0..90.0_f64, -90.0..90.0_f64, prop::option::of(-9.0..9.0_f64)).prop_map(|(x, y, z)| {
            Value::Point(Point { srid: if z.is_some() { 4979 } else { 4326 }, x, y, z })
        }),
    ];
    leaf.prop_recursive(2, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
            prop::collection::btree_map("[a-z]{0,4}", inner, 0..4).prop_map(Value::Map),
        ]
    })
}

/// A column of one type with gaps, as most are, or of anything.
fn column(rows: usize) -> impl Strategy<Value = Vec<Value>> {
    let typed = value()
        .prop_flat_map(move |like| prop::collection::vec(prop_oneof![Just(Value::Null), Just(like)], rows));
    prop_oneof![
        typed,
        prop::collection::vec(prop_oneof![Just(Value::Null), ".{0,9}".prop_map(Value::Str)], rows),
        prop::collection::vec(value(), rows),
    ]
}

fn table() -> impl Strategy<Value = TablePlan> {
    let claim = prop_oneof![
        prop::collection::btree_set("[A-Z][a-z]{0,3}", 0..3)
            .prop_map(|kinds| ShapeClaim::Entity { kinds: kinds.into_iter().collect() }),
        prop_oneof![Just(Discrimination::Row), Just(Discrimination::Declared), Just(Discrimination::Ends)]
            .prop_map(|discrimination| ShapeClaim::Link { link_type: "CALLED".to_owned(), discrimination }),
        Just(ShapeClaim::Same),
    ];
    let time = || prop::option::weighted(0.3, any::<i32>().prop_map(i64::from));
    let rows = prop::collection::vec((any::<u64>(), any::<u64>(), any::<u64>(), time(), time()), 0..80);
    (claim, 0_u8..15, rows, 0_usize..4).prop_flat_map(|(claim, grade, rows, width)| {
        prop::collection::vec(column(rows.len()), width).prop_map(move |columns| TablePlan {
            claim: claim.clone(),
            grade,
            rows: rows.clone(),
            columns,
        })
    })
}

fn chunk() -> impl Strategy<Value = ChunkPlan> {
    let key = (0_usize..3, "[0-9]{1,2}|[a-zé]{1,4}");
    (
        prop::collection::vec(key, 1..40),
        prop::collection::vec(".{0,30}", 0..20),
        prop::collection::vec(table(), 0..4),
    )
        .prop_map(|(keys, rows, tables)| ChunkPlan { keys, rows, tables })
}

/// Random deliveries.
pub(crate) fn deliveries(most: usize) -> impl Strategy<Value = Vec<DeliveryPlan>> {
    let delivery = (prop::collection::vec(chunk(), 0..4), prop::collection::vec(".{0,9}", 0..4))
        .prop_map(|(chunks, rejects)| DeliveryPlan { chunks, rejects });
    prop::collection::vec(delivery, 1..=most)
}

fn claims(plan: &TablePlan, ids: &[u64], record: u64) -> ClaimTable {
    let shape = Shape {
        claim: plan.claim.clone(),
        properties: (0..plan.columns.len()).map(|i| format!("p{i}")).collect(),
        grade: Grade::from_rank(plan.grade),
        marking: Marking { level: Level::Restricted, ..Marking::default() },
    };
    let mut table = ClaimTable::new(shape);
    for (at, (subject, object, discriminator, from, to)) in plan.rows.iter().enumerate() {
        table.record.push(record + at as u64);
        table.subject.push(ids[*subject as usize % ids.len()]);
        if !matches!(plan.claim, ShapeClaim::Entity { .. }) {
            table.object.push(ids[*object as usize % ids.len()]);
        }
        if matches!(plan.claim, ShapeClaim::Link { .. }) {
            table.discriminator.push(*discriminator);
        }
        table.set_validity(from.unwrap_or(NO_TIME), to.unwrap_or(NO_TIME));
        for (column, values) in table.columns.iter_mut().zip(&plan.columns) {
            match &values[at] {
                // Both ways of adding a text must give the same column.
                Value::Str(text) if at % 2 == 0 => column.push_str(text),
                other => column.push(other.clone()),
            }
        }
    }
    table.finish();
    table
}

/// Loads deliveries, each in a commit of its own, and enters them into the twin.
pub(crate) fn load(ledger: &Ledger, plans: &[DeliveryPlan], twin: &mut Twin) -> Result<Vec<Commit>> {
    plans.iter().map(|plan| load_one(ledger, plan, twin)).collect()
}

fn load_one(ledger: &Ledger, plan: &DeliveryPlan, twin: &mut Twin) -> Result<Commit> {
    let mut writer = ledger.writer()?;
    let id = writer.begin_delivery()?;
    let mut next_record = 0;
    for chunk in &plan.chunks {
        let mut keys = KeyList::new();
        for (scheme, value) in &chunk.keys {
            let number = keys.scheme(&schemes()[*scheme]);
            keys.push(number, value);
        }
        let ids = writer.identities(id, &keys)?;
        for ((scheme, value), got) in chunk.keys.iter().zip(&ids) {
            let key = Key::new(&schemes()[*scheme].name, value);
            let next = twin.keys.len() as u64;
            let want = *twin.identities.entry(key.clone()).or_insert_with(|| {
                twin.keys.push(key);
                twin.owners.push(id.0);
                next
            });
            assert_eq!(*got, want);
        }
        let claims =
            ClaimBlock { tables: chunk.tables.iter().map(|t| claims(t, &ids, next_record)).collect() };
        let mut rows = SourceRows { first_record: next_record, ..SourceRows::default() };
        for (at, text) in chunk.rows.iter().enumerate() {
            let row = SourceRow { file: 0, line: 2 + next_record + at as u64, text: text.clone() };
            rows.file.push(row.file);
            rows.line.push(row.line);
            rows.text.push(&row.text);
            twin.rows.insert((id.0, next_record + at as u64), row);
        }
        next_record += chunk.rows.len() as u64;
        let first = writer.append(id, &[Prepared { claims: claims.clone(), rows }])?;
        assert_eq!(first, [AssertionId(twin.claims)]);
        if !claims.is_empty() {
            twin.blocks.push((first[0], id, claims.clone()));
            twin.claims += claims.len() as u64;
        }
    }
    let rejects: Vec<Reject> = (1..).zip(&plan.rejects).map(|(line, row)| reject(line, row)).collect();
    writer.rejects(id, &rejects)?;
    let delivery = delivery(id, next_record, rejects.len() as u64);
    twin.rejects.insert(id.0, rejects);
    writer.finish_delivery(delivery.clone(), &fingerprint(id))?;
    let commit = writer.commit(note(1_700_000_000 + id.0 as i64))?;
    let own = twin.blocks.iter().filter(|(_, of, _)| *of == id).flat_map(|(.., claims)| &claims.tables);
    let markings: BTreeSet<Marking> =
        own.filter(|table| !table.is_empty()).map(|table| table.shape.marking.clone()).collect();
    let markings = markings.into_iter().collect();
    twin.deliveries.push(Delivery { commit: commit.id, markings, ..delivery });
    Ok(commit)
}

/// Expunges a delivery, from the ledger and from the twin.
pub(crate) fn expunge(ledger: &Ledger, which: DeliveryId, twin: &mut Twin) -> Result<Commit> {
    let mut writer = ledger.writer()?;
    writer.expunge(which, "order of the court", &Marking::public())?;
    let commit = writer.commit(note(1_800_000_000 + which.0 as i64))?;
    twin.blocks.retain(|(_, of, _)| *of != which);
    twin.rows.retain(|(of, _), _| *of != which.0);
    twin.rejects.remove(&which.0);
    twin.deliveries.retain(|delivery| delivery.id != which);
    for (id, owner) in twin.owners.iter_mut().enumerate().filter(|(_, owner)| **owner == which.0) {
        let named = |block: &ClaimBlock| {
            block.tables.iter().any(|t| t.subject.contains(&(id as u64)) || t.object.contains(&(id as u64)))
        };
        *owner = twin.blocks.iter().find(|(.., block)| named(block)).map_or(0, |(_, of, _)| of.0);
        if *owner == 0 {
            twin.identities.remove(&twin.keys[id]);
        }
    }
    Ok(commit)
}

fn reject(line: u64, row: &str) -> Reject {
    Reject {
        file: "calls.csv".to_owned(),
        line,
        column: line.is_multiple_of(2).then(|| "A Party".to_owned()),
        reason: "not a number".to_owned(),
        row: row.to_owned(),
    }
}

pub(crate) fn fingerprint(id: DeliveryId) -> Digest {
    Digest([id.0 as u8; 32])
}

pub(crate) fn delivery(id: DeliveryId, accepted: u64, rejected: u64) -> Delivery {
    Delivery {
        id,
        commit: jaal_model::CommitId(0),
        handover: Handover {
            agency: "PTA".to_owned(),
            letter: Some("1/2024".to_owned()),
            ..Handover::default()
        },
        spec: "calls".to_owned(),
        spec_sha256: Digest([7; 32]),
        files: Vec::new(),
        counts: Counts { read: accepted + rejected, accepted, rejected, ..Counts::default() },
        grade: Grade::UNGRADED,
        marking: Marking::default(),
        markings: Vec::new(),
    }
}

/// Compares everything that a ledger holds with the twin.
pub(crate) fn compare(ledger: &Ledger, twin: &Twin) -> Result<()> {
    let snapshot = ledger.snapshot()?;
    let blocks = snapshot.claim_blocks()?;
    assert_eq!(blocks.len(), twin.blocks.len());
    for (block, (first, delivery, claims)) in blocks.iter().zip(&twin.blocks) {
        assert_eq!((block.first, block.delivery), (*first, *delivery));
        // Debug text, because NaN is not equal to itself inside a typed column.
        assert_eq!(format!("{:?}", snapshot.read_block(block)?), format!("{claims:?}"));
        let last = AssertionId(first.0 + claims.len() as u64 - 1);
        assert_eq!(snapshot.block_of(last)?, *block);
    }
    assert!(snapshot.block_of(AssertionId(twin.claims)).is_err());
    let mut keys = Vec::new();
    for block in snapshot.identity_keys()? {
        for (id, scheme, value) in block?.iter() {
            keys.push((id.0, Key::new(scheme, value)));
        }
    }
    let standing = (0..).zip(&twin.keys).filter(|(id, _)| twin.owners[*id as usize] != 0);
    let expected: Vec<(u64, Key)> = standing.map(|(id, key)| (id, key.clone())).collect();
    assert_eq!(keys, expected);
    for (id, key) in &keys {
        assert_eq!(snapshot.resolve(key)?, Some(IdentityId(*id)));
    }
    let all: Vec<IdentityId> = (0..=twin.keys.len() as u64).map(IdentityId).collect();
    let held: BTreeMap<u64, Key> = keys.into_iter().collect();
    for (id, key) in all.iter().zip(snapshot.keys_of(&all)?) {
        assert_eq!(key.as_ref(), held.get(&id.0), "identity {id}");
        assert_eq!(snapshot.identity(*id)?, key);
    }
    for (key, owner) in twin.keys.iter().zip(&twin.owners) {
        if *owner == 0 && !twin.identities.contains_key(key) {
            assert_eq!(snapshot.resolve(key)?, None);
        }
    }
    assert_eq!(snapshot.deliveries()?, twin.deliveries);
    for delivery in &twin.deliveries {
        assert_eq!(snapshot.rejects(delivery.id)?, twin.rejects[&delivery.id.0]);
        let records: Vec<u64> = (0..=delivery.counts.accepted).collect();
        let rows = snapshot.source_rows(delivery.id, &records)?;
        for (record, row) in records.iter().zip(rows) {
            assert_eq!(row.as_ref(), twin.rows.get(&(delivery.id.0, *record)));
        }
    }
    Ok(())
}
