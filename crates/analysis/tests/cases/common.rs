//! Small cases through the real stack: claims are appended to a ledger, the image is derived, the view opened.

use std::fmt::Write as _;

use jaal_graph::{Lens, Sources, View, derive_segment};
use jaal_ledger::{Ledger, Prepared, SourceRows};
use jaal_model::claim::{ClaimBlock, ClaimTable, Discrimination, KeyList, NO_TIME, Shape, ShapeClaim};
use jaal_model::value::Date;
use jaal_model::{
    CommitNote, Counts, Delivery, Digest, Grade, Handover, Key, Marking, NodeIdx, Scheme, SourceFile, Value,
    base_kind,
};

/// What a row of a delivery claims.
struct Claim {
    shape: ShapeClaim,
    ends: Vec<Key>,
    properties: Vec<(String, Value)>,
    grade: Grade,
    validity: (i64, i64),
}

/// A case being written.
pub(crate) struct CaseBuilder {
    deliveries: Vec<(String, Vec<Claim>)>,
    grade: Grade,
}

/// A case to ask questions of.
pub(crate) struct Case {
    _folder: tempfile::TempDir,
    pub(crate) view: View,
    pub(crate) sources: Sources,
}

/// A date of 2025.
pub(crate) fn on(month: u32, day: u32) -> Value {
    Value::Date(Date::from_ymd(2025, month, day).unwrap())
}

/// Days since 1970 of a date of 2025.
pub(crate) fn days(month: u32, day: u32) -> i64 {
    Date::from_ymd(2025, month, day).unwrap().days()
}

fn key(text: &str) -> Key {
    let (scheme, value) = text.split_once('=').unwrap();
    Key::new(scheme, value)
}

fn scheme(name: &str) -> Scheme {
    let custom = [("fir", "Case"), ("unit", "Premises"), ("memo", "Recovery"), ("shop", "Shop")];
    let kind = base_kind(name).or_else(|| custom.iter().find(|(n, _)| *n == name).map(|(_, kind)| *kind));
    Scheme { name: name.to_owned(), kind: kind.map(str::to_owned) }
}

impl CaseBuilder {
    pub(crate) fn new() -> Self {
        Self { deliveries: Vec::new(), grade: Grade::parse("2B").unwrap() }
    }

    /// Further claims come from a new delivery of this agency.
    pub(crate) fn delivery(&mut self, agency: &str) -> &mut Self {
        self.deliveries.push((agency.to_owned(), Vec::new()));
        self
    }

    /// Further claims have this grade.
    pub(crate) fn grade(&mut self, grade: &str) -> &mut Self {
        self.grade = Grade::parse(grade).unwrap();
        self
    }

    pub(crate) fn entity(
        &mut self,
        subject: &str,
        kinds: &[&str],
        properties: &[(&str, Value)],
    ) -> &mut Self {
        let kinds = kinds.iter().map(|k| (*k).to_owned()).collect();
        self.claim(ShapeClaim::Entity { kinds }, &[subject], properties, (NO_TIME, NO_TIME))
    }

    /// An entity with properties that hold for a time.
    pub(crate) fn entity_held(
        &mut self,
        subject: &str,
        kinds: &[&str],
        properties: &[(&str, Value)],
        validity: (i64, i64),
    ) -> &mut Self {
        let kinds = kinds.iter().map(|k| (*k).to_owned()).collect();
        self.claim(ShapeClaim::Entity { kinds }, &[subject], properties, validity)
    }

    pub(crate) fn link(
        &mut self,
        from: &str,
        link_type: &str,
        to: &str,
        properties: &[(&str, Value)],
    ) -> &mut Self {
        self.link_held(from, link_type, to, properties, (NO_TIME, NO_TIME))
    }

    pub(crate) fn link_held(
        &mut self,
        from: &str,
        link_type: &str,
        to: &str,
        properties: &[(&str, Value)],
        validity: (i64, i64),
    ) -> &mut Self {
        let discrimination = Discrimination::Row;
        let shape = ShapeClaim::Link { link_type: link_type.to_owned(), discrimination };
        self.claim(shape, &[from, to], properties, validity)
    }

    /// A link that is one with all others of its type between the same two.
    pub(crate) fn tie_held(
        &mut self,
        from: &str,
        link_type: &str,
        to: &str,
        validity: (i64, i64),
    ) -> &mut Self {
        let discrimination = Discrimination::Ends;
        let shape = ShapeClaim::Link { link_type: link_type.to_owned(), discrimination };
        self.claim(shape, &[from, to], &[], validity)
    }

    pub(crate) fn same(&mut self, a: &str, b: &str) -> &mut Self {
        self.claim(ShapeClaim::Same, &[a, b], &[], (NO_TIME, NO_TIME))
    }

    fn claim(
        &mut self,
        shape: ShapeClaim,
        ends: &[&str],
        properties: &[(&str, Value)],
        validity: (i64, i64),
    ) -> &mut Self {
        let properties = properties.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let ends = ends.iter().map(|end| key(end)).collect();
        let claim = Claim { shape, ends, properties, grade: self.grade, validity };
        self.deliveries.last_mut().unwrap().1.push(claim);
        self
    }

    /// Writes the case to a store and opens its view.
    pub(crate) fn build(&self) -> Case {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::create(&folder.path().join("case.jaal"), 0).unwrap();
        for (number, (agency, claims)) in self.deliveries.iter().enumerate() {
            deliver(&ledger, number as u8, agency, claims);
        }
        let snapshot = ledger.snapshot().unwrap();
        let file = folder.path().join("image.seg");
        derive_segment(&snapshot, &Lens::everything(), &file, &mut |_, _| ()).unwrap();
        let view = View::open(&file, ledger.opaque_key()).unwrap();
        Case { _folder: folder, view, sources: Sources::new(snapshot) }
    }
}

fn deliver(ledger: &Ledger, number: u8, agency: &str, claims: &[Claim]) {
    let mut writer = ledger.writer().unwrap();
    let id = writer.begin_delivery().unwrap();
    let mut keys = KeyList::new();
    let mut block = ClaimBlock::default();
    let mut rows = SourceRows::default();
    for (record, claim) in claims.iter().enumerate() {
        let mut ends = claim.ends.iter().map(|end| {
            let scheme = keys.scheme(&scheme(&end.scheme));
            keys.push(scheme, &end.value)
        });
        let (subject, object) = (ends.next().unwrap(), ends.next());
        drop(ends);
        let mut table = ClaimTable::new(Shape {
            claim: claim.shape.clone(),
            properties: claim.properties.iter().map(|(name, _)| name.clone()).collect(),
            grade: claim.grade,
            marking: Marking::default(),
        });
        table.record.push(record as u64);
        table.subject.push(subject);
        table.object.extend(object);
        if let ShapeClaim::Link { discrimination, .. } = &claim.shape {
            let by_ends = *discrimination == Discrimination::Ends;
            table.discriminator.push(if by_ends { 0 } else { u64::from(number) << 32 | record as u64 });
        }
        let mut text = String::new();
        for (column, (name, value)) in table.columns.iter_mut().zip(&claim.properties) {
            column.push(value.clone());
            write!(text, "{name}={value};").unwrap();
        }
        table.set_validity(claim.validity.0, claim.validity.1);
        table.finish();
        block.tables.push(table);
        rows.file.push(0);
        rows.line.push(record as u64 + 2);
        rows.text
            .push(&format!("{} {text}", claim.ends.iter().map(Key::to_string).collect::<Vec<_>>().join(",")));
    }
    let ids = writer.identities(id, &keys).unwrap();
    for table in &mut block.tables {
        for end in table.subject.iter_mut().chain(&mut table.object) {
            *end = ids[*end as usize];
        }
    }
    writer.append(id, &[Prepared { claims: block, rows }]).unwrap();
    let delivery = Delivery {
        id,
        commit: jaal_model::CommitId(0),
        handover: Handover { agency: agency.to_owned(), ..Handover::default() },
        spec: "test".to_owned(),
        spec_sha256: Digest::default(),
        files: vec![SourceFile {
            name: format!("{agency}.csv"),
            bytes: 0,
            sha256: Digest([number; 32]),
            encoding: "UTF-8".to_owned(),
        }],
        counts: Counts { read: claims.len() as u64, accepted: claims.len() as u64, ..Counts::default() },
        grade: Grade::UNGRADED,
        marking: Marking::default(),
        markings: Vec::new(),
    };
    writer.finish_delivery(delivery, &Digest([number + 1; 32])).unwrap();
    let note = CommitNote { at: i64::from(number), actor: "test".into(), purpose: "load".into() };
    writer.commit(note).unwrap();
}

impl Case {
    /// The entity of a key written `scheme=value`.
    pub(crate) fn node(&self, text: &str) -> NodeIdx {
        self.view.find_key(&key(text)).unwrap()
    }
}
