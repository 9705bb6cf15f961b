//! The catalog of a segment: names, label sets, link types, columns, schemes, and where their sections are.

use super::bytes::{Put, Take};
use super::column::ColumnMeta;
use super::dictionary::DictionaryRef;
use super::format::{SectionId, tag};
use super::lists::ListRef;
use super::map::SectionRef;
use super::names::NamesRef;
use crate::derive::Tally;
use jaal_model::Marking;

/// Finds a section by name.
pub(crate) type Find<'a> = dyn Fn(SectionId) -> Option<SectionRef> + 'a;

/// The entities that have exactly these kinds: a range of nodes.
#[derive(Clone, Debug, Default)]
pub(crate) struct LabelSet {
    /// Kinds, ascending.
    pub(crate) kinds: Vec<u16>,
    pub(crate) first: u32,
    pub(crate) count: u32,
    pub(crate) columns: Vec<ColumnMeta>,
    pub(crate) out: Vec<OutGroup>,
    pub(crate) into: Vec<InGroup>,
}

/// Links of one type that lead out of one label set: rows `first_row..` of the type.
#[derive(Clone, Debug)]
pub(crate) struct OutGroup {
    pub(crate) link_type: u16,
    pub(crate) first_row: u32,
    pub(crate) offsets: SectionRef,
    pub(crate) targets: SectionRef,
}

/// Links of one type that lead into one label set.
#[derive(Clone, Debug)]
pub(crate) struct InGroup {
    pub(crate) link_type: u16,
    pub(crate) offsets: SectionRef,
    pub(crate) sources: SectionRef,
    pub(crate) rows: SectionRef,
}

/// A link type.
#[derive(Clone, Debug)]
pub(crate) struct LinkType {
    pub(crate) name: String,
    pub(crate) count: u32,
    pub(crate) targets: SectionRef,
    pub(crate) grades: SectionRef,
    pub(crate) claims: ListRef,
    pub(crate) times: SectionRef,
    pub(crate) columns: Vec<ColumnMeta>,
}

/// The key values of one scheme.
#[derive(Clone, Debug)]
pub(crate) struct SchemeIndex {
    pub(crate) name: String,
    pub(crate) kind: Option<String>,
    /// Position of the scheme's first key among all keys.
    pub(crate) first: u32,
    pub(crate) values: DictionaryRef,
    pub(crate) nodes: SectionRef,
    /// The keys in the order of their texts read backwards.
    pub(crate) backwards: SectionRef,
}

/// Sections that there is one of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fixed {
    pub(crate) node_identity: SectionRef,
    pub(crate) node_more: SectionRef,
    pub(crate) identity_node: SectionRef,
    pub(crate) identity_key: SectionRef,
    pub(crate) identity_list: SectionRef,
    pub(crate) node_earliest: SectionRef,
    pub(crate) node_as_object: SectionRef,
    pub(crate) node_grade: SectionRef,
    pub(crate) node_claims: ListRef,
    pub(crate) join_claims: SectionRef,
    pub(crate) conflicts: SectionRef,
    pub(crate) names: NamesRef,
}

/// The catalog.
#[derive(Clone, Debug, Default)]
pub(crate) struct Catalog {
    pub(crate) nodes: u32,
    pub(crate) links: u64,
    pub(crate) kinds: Vec<String>,
    pub(crate) properties: Vec<String>,
    pub(crate) label_sets: Vec<LabelSet>,
    pub(crate) link_types: Vec<LinkType>,
    pub(crate) schemes: Vec<SchemeIndex>,
    /// How many claims bear what.
    pub(crate) tally: Tally,
    /// The digest of what the image is a function of, see `Deriver::finish`.
    pub(crate) digest: [u8; 32],
    pub(crate) fixed: Option<Fixed>,
}

/// The writer's side of the catalog: the same facts without section positions.
#[derive(Default)]
pub(crate) struct CatalogText {
    pub(crate) nodes: u32,
    pub(crate) links: u64,
    pub(crate) kinds: Vec<String>,
    pub(crate) properties: Vec<String>,
    /// Kinds, first node, node count, columns, (link type, first row) of out groups, link types of in groups.
    pub(crate) label_sets: Vec<LabelSetText>,
    /// Name, links, columns.
    pub(crate) link_types: Vec<(String, u32, Vec<ColumnMeta>)>,
    /// Name, base kind, position of the first key.
    pub(crate) schemes: Vec<(String, Option<String>, u32)>,
    pub(crate) tally: Tally,
    pub(crate) digest: [u8; 32],
}

/// A label set as it is written.
#[derive(Default)]
pub(crate) struct LabelSetText {
    pub(crate) kinds: Vec<u16>,
    pub(crate) first: u32,
    pub(crate) count: u32,
    pub(crate) columns: Vec<ColumnMeta>,
    pub(crate) out: Vec<(u16, u32)>,
    pub(crate) into: Vec<u16>,
}

impl CatalogText {
    pub(crate) fn put(&self) -> Vec<u8> {
        let mut out = Put::default();
        out.u32(self.nodes);
        out.u64(self.links);
        out.list(&self.kinds, |out, kind| out.text(kind));
        out.list(&self.properties, |out, name| out.text(name));
        out.list(&self.label_sets, |out, set| {
            out.list(&set.kinds, |out, kind| out.u32(u32::from(*kind)));
            out.u32(set.first);
            out.u32(set.count);
            out.list(&set.columns, |out, column| column.put(out));
            out.list(&set.out, |out, (link_type, first_row)| {
                out.u32(u32::from(*link_type));
                out.u32(*first_row);
            });
            out.list(&set.into, |out, link_type| out.u32(u32::from(*link_type)));
        });
        out.list(&self.link_types, |out, (name, count, columns)| {
            out.text(name);
            out.u32(*count);
            out.list(columns, |out, column| column.put(out));
        });
        out.list(&self.schemes, |out, (name, kind, first)| {
            out.text(name);
            out.text(kind.as_deref().unwrap_or(""));
            out.u32(*first);
        });
        let markings: Vec<_> = self.tally.markings.iter().collect();
        out.list(&markings, |out, (marking, claims)| {
            put_marking(out, marking);
            out.u64(**claims);
        });
        let properties: Vec<_> = self.tally.properties.iter().collect();
        out.list(&properties, |out, (name, claims)| {
            out.text(name);
            out.u64(**claims);
        });
        out.bytes.extend(self.digest);
        out.bytes
    }
}

impl Catalog {
    /// Reads a catalog and finds the sections it speaks of; `None` when anything does not fit.
    pub(crate) fn take(bytes: &[u8], find: &Find<'_>) -> Option<Self> {
        let mut take = Take { bytes };
        let nodes = take.u32()?;
        let links = take.u64()?;
        let kinds = take.list(Take::text)?;
        let properties = take.list(Take::text)?;
        let mut at = 0;
        let label_sets = take.list(|take| {
            let set = take_label_set(take, at, find)?;
            at += 1;
            Some(set)
        })?;
        let mut at = 0;
        let link_types = take.list(|take| {
            let link_type = take_link_type(take, at, find)?;
            at += 1;
            Some(link_type)
        })?;
        let mut at = 0;
        let schemes = take.list(|take| {
            let scheme = take_scheme(take, at, find)?;
            at += 1;
            Some(scheme)
        })?;
        let markings = take.list(|take| Some((take_marking(take)?, take.u64()?)))?.into_iter().collect();
        let counts = take.list(|take| Some((take.text()?, take.u64()?)))?.into_iter().collect();
        let tally = Tally { markings, properties: counts };
        let digest = take.slice(32)?.try_into().ok()?;
        let covered = label_sets.iter().try_fold(0_u32, |next, set: &LabelSet| {
            (set.first == next).then(|| next.checked_add(set.count)).flatten()
        })?;
        let known = label_sets.iter().flat_map(|set| &set.kinds).all(|kind| usize::from(*kind) < kinds.len());
        if covered != nodes || !known {
            return None;
        }
        Some(Self {
            nodes,
            links,
            kinds,
            properties,
            label_sets,
            link_types,
            schemes,
            tally,
            digest,
            fixed: Some(take_fixed(find)?),
        })
    }

    /// The label set that a node belongs to.
    pub(crate) fn label_set_of(&self, node: u32) -> Option<(usize, &LabelSet)> {
        let at = self.label_sets.partition_point(|set| set.first + set.count <= node);
        Some((at, self.label_sets.get(at)?))
    }
}

fn u16_of(number: u32) -> Option<u16> {
    u16::try_from(number).ok()
}

fn take_label_set(take: &mut Take<'_>, at: u32, find: &Find<'_>) -> Option<LabelSet> {
    Some(LabelSet {
        kinds: take.list(|take| take.u32().and_then(u16_of))?,
        first: take.u32()?,
        count: take.u32()?,
        columns: take.list(|take| ColumnMeta::take(take, find))?,
        out: take.list(|take| {
            let (link_type, first_row) = (take.u32()?, take.u32()?);
            Some(OutGroup {
                link_type: u16_of(link_type)?,
                first_row,
                offsets: find(SectionId::new(tag::OUT_OFFSETS, at, link_type))?,
                targets: find(SectionId::new(tag::TARGETS, link_type, 0))?,
            })
        })?,
        into: take.list(|take| {
            let link_type = take.u32()?;
            let section = |tag| find(SectionId::new(tag, at, link_type));
            Some(InGroup {
                link_type: u16_of(link_type)?,
                offsets: section(tag::IN_OFFSETS)?,
                sources: section(tag::IN_SOURCES)?,
                rows: section(tag::IN_ROWS)?,
            })
        })?,
    })
}

fn take_link_type(take: &mut Take<'_>, at: u32, find: &Find<'_>) -> Option<LinkType> {
    Some(LinkType {
        name: take.text()?,
        count: take.u32()?,
        targets: find(SectionId::new(tag::TARGETS, at, 0))?,
        grades: find(SectionId::new(tag::LINK_GRADE, at, 0))?,
        claims: ListRef::find(find, |part| SectionId::new(tag::LINK_CLAIMS, at, part))?,
        times: find(SectionId::new(tag::LINK_TIMES, at, 0))?,
        columns: take.list(|take| ColumnMeta::take(take, find))?,
    })
}

fn take_scheme(take: &mut Take<'_>, at: u32, find: &Find<'_>) -> Option<SchemeIndex> {
    Some(SchemeIndex {
        name: take.text()?,
        kind: Some(take.text()?).filter(|kind| !kind.is_empty()),
        first: take.u32()?,
        values: DictionaryRef::find(
            find,
            SectionId::new(tag::KEY_ENDS, at, 0),
            SectionId::new(tag::KEY_BYTES, at, 0),
        )?,
        nodes: find(SectionId::new(tag::KEY_NODE, at, 0))?,
        backwards: find(SectionId::new(tag::KEY_BACKWARDS, at, 0))?,
    })
}

fn take_fixed(find: &Find<'_>) -> Option<Fixed> {
    let one = |tag| find(SectionId::one(tag));
    Some(Fixed {
        node_identity: one(tag::NODE_IDENTITY)?,
        node_more: one(tag::NODE_MORE)?,
        identity_node: one(tag::IDENTITY_NODE)?,
        identity_key: one(tag::IDENTITY_KEY)?,
        identity_list: one(tag::IDENTITY_LIST)?,
        node_earliest: one(tag::NODE_EARLIEST)?,
        node_as_object: one(tag::NODE_AS_OBJECT)?,
        node_grade: one(tag::NODE_GRADE)?,
        node_claims: ListRef::find(find, |part| SectionId::new(tag::NODE_CLAIMS, 0, part))?,
        join_claims: one(tag::JOIN_CLAIMS)?,
        conflicts: one(tag::CONFLICTS)?,
        names: NamesRef::find(find)?,
    })
}

fn put_marking(out: &mut Put, marking: &Marking) {
    out.u32(marking.level as u32);
    for set in [&marking.compartments, &marking.releasable_to] {
        let list: Vec<&String> = set.iter().collect();
        out.list(&list, |out, word| out.text(word));
    }
}

fn take_marking(take: &mut Take<'_>) -> Option<Marking> {
    use jaal_model::Level;
    let levels = [Level::Public, Level::Official, Level::Restricted, Level::Confidential, Level::Secret];
    Some(Marking {
        level: *levels.get(take.u32()? as usize)?,
        compartments: take.list(Take::text)?.into_iter().collect(),
        releasable_to: take.list(Take::text)?.into_iter().collect(),
    })
}
