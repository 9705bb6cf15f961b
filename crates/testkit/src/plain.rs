//! The plainest derivation of a graph from a history, and an image turned into the same form.
//!
//! Nothing here is shared with the real derivation: entities are sets of keys found by closing over same-as one
//! at a time, links are found by comparing everything with everything.

use crate::history::{Act, Claim, History, Told};
use jaal_csr::{Adjacency, Direction};
use jaal_graph::{Filter, Lens, View};
use jaal_model::claim::Discrimination;
use jaal_model::identifier::is_valid_cnic;
use jaal_model::{CommitId, Key, NodeIdx, Value, base_kind};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

/// An entity without any number.
#[derive(Clone, PartialEq, Debug)]
pub struct PlainEntity {
    /// Its keys.
    pub keys: BTreeSet<Key>,
    /// Its kinds.
    pub kinds: BTreeSet<String>,
    /// Its properties.
    pub properties: BTreeMap<String, Value>,
}

/// A link without any number.
#[derive(Clone, PartialEq, PartialOrd, Debug)]
pub struct PlainLink {
    /// Its type.
    pub link_type: String,
    /// Keys of the entity it starts at.
    pub from: BTreeSet<Key>,
    /// Keys of the entity it ends at.
    pub to: BTreeSet<Key>,
    /// Its properties.
    pub properties: BTreeMap<String, Value>,
    /// Rank of its best grade.
    pub grade: u8,
    /// Its validity.
    pub valid: (Option<i64>, Option<i64>),
    /// From, to and event of all its claims.
    pub times: BTreeSet<(Option<i64>, Option<i64>, Option<i64>)>,
    /// How many claims stand behind it.
    pub claims: u64,
}

/// A graph without any number; links sorted.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct PlainGraph {
    /// Entities by their keys.
    pub entities: Vec<PlainEntity>,
    /// Links, sorted.
    pub links: Vec<PlainLink>,
}

/// A visible claim: delivery, place in the history's order of claims, claim.
type Visible<'a> = (u64, u64, &'a Claim);

impl History {
    /// The graph that a lens shows of the history.
    pub fn reference(&self, lens: &Lens) -> PlainGraph {
        self.reference_under(lens, Filter::default())
    }

    /// The same under a filter: entities joined as without it, and of what is claimed of them what passes.
    pub fn reference_under(&self, lens: &Lens, filter: Filter) -> PlainGraph {
        let (standing, claims) = self.visible(lens);
        let sets = join(&standing, &claims);
        let links = links(&sets, &claims, filter);
        let mut entities = entities(&sets, &claims, filter);
        let linked: BTreeSet<&BTreeSet<Key>> = links.iter().flat_map(|link| [&link.from, &link.to]).collect();
        let graded = |set: &BTreeSet<Key>| {
            claims.iter().any(|(_, _, claim)| match &claim.told {
                Told::Entity { key, .. } => {
                    set.contains(key) && filter.lowest_grade.is_none_or(|l| claim.grade.rank() <= l.rank())
                }
                _ => false,
            })
        };
        if filter.lowest_grade.is_some() {
            entities.retain(|entity| graded(&entity.keys) || linked.contains(&entity.keys));
        }
        PlainGraph { entities, links }.sorted()
    }

    /// Standing judgements on sameness and visible claims, in order.
    fn visible(&self, lens: &Lens) -> (Vec<&Act>, Vec<Visible<'_>>) {
        let (mut judgements, mut delivered) = (Vec::new(), Vec::new());
        let mut number = 0;
        for (at, act) in self.acts.iter().enumerate() {
            if !lens.knows(CommitId(at as u64 + 1)) {
                break;
            }
            let (act, marking) = act.opened();
            match act {
                Act::Deliver(delivery) => delivered.push(&delivery.claims),
                Act::Same(a, b) | Act::NotSame(a, b) if !known(&delivered, a) || !known(&delivered, b) => {}
                _ => {
                    number += 1;
                    if lens.clearance.admits(&marking) {
                        judgements.push((number, act));
                    }
                }
            }
        }
        let mut undone = BTreeSet::new();
        for (number, act) in judgements.iter().rev() {
            if let Act::Undo(which) = act
                && !undone.contains(number)
            {
                undone.insert(*which);
            }
        }
        let standing: Vec<&Act> =
            judgements.into_iter().filter(|(n, _)| !undone.contains(n)).map(|(_, act)| act).collect();
        let withdrawn = |delivery: u64| standing.iter().any(|act| **act == Act::Withdraw(delivery));
        let mut claims = Vec::new();
        let mut order = 0;
        for (at, delivery) in delivered.iter().enumerate() {
            // Within a chunk of seven rows the ledger orders claims by shape, as the store writes them.
            for chunk in delivery.chunks(7) {
                for claim in by_shape(chunk) {
                    order += 1;
                    let added = standing.iter().filter_map(|act| match act {
                        Act::Remark(delivery, added) if *delivery == at as u64 + 1 => Some(added),
                        _ => None,
                    });
                    let marking = added.fold(claim.marking.clone(), |marking, added| marking.join(added));
                    if !withdrawn(at as u64 + 1) && lens.clearance.admits(&marking) {
                        claims.push((at as u64 + 1, order, claim));
                    }
                }
            }
        }
        (standing, claims)
    }
}

fn known(delivered: &[&Vec<Claim>], key: &Key) -> bool {
    delivered.iter().flat_map(|claims| claims.iter()).any(|claim| claim.keys().contains(&key))
}

fn by_shape(chunk: &[Claim]) -> Vec<&Claim> {
    let shape = |claim: &Claim| match &claim.told {
        Told::Entity { kinds, properties, .. } => {
            let kinds: BTreeSet<&String> = kinds.iter().collect();
            format!("e{kinds:?}{:?}{}{}", properties.keys(), claim.grade, claim.marking)
        }
        Told::Link { link_type, discrimination, properties, .. } => {
            format!("l{link_type}{discrimination:?}{:?}{}{}", properties.keys(), claim.grade, claim.marking)
        }
        Told::Same { .. } => format!("s{}{}", claim.grade, claim.marking),
    };
    let mut groups: Vec<(String, Vec<&Claim>)> = Vec::new();
    for claim in chunk {
        let name = shape(claim);
        match groups.iter_mut().find(|(other, _)| *other == name) {
            Some((_, group)) => group.push(claim),
            None => groups.push((name, vec![claim])),
        }
    }
    groups.into_iter().flat_map(|(_, group)| group).collect()
}

/// Sets of keys that are one entity.
fn join(standing: &[&Act], claims: &[Visible<'_>]) -> Vec<BTreeSet<Key>> {
    let keys: BTreeSet<&Key> = claims.iter().flat_map(|(_, _, claim)| claim.keys()).collect();
    let mut sets: Vec<BTreeSet<Key>> = keys.iter().map(|key| BTreeSet::from([(*key).clone()])).collect();
    let apart: Vec<(&Key, &Key)> = standing
        .iter()
        .filter_map(|act| if let Act::NotSame(a, b) = act { Some((a, b)) } else { None })
        .collect();
    let mut pairs: Vec<(&Key, &Key)> = standing
        .iter()
        .filter_map(|act| if let Act::Same(a, b) = act { Some((a, b)) } else { None })
        .collect();
    let mut claimed: Vec<(u8, u64, &Key, &Key)> = claims
        .iter()
        .filter_map(|(_, order, claim)| match &claim.told {
            Told::Same { a, b } => Some((claim.grade.rank(), *order, a, b)),
            _ => None,
        })
        .collect();
    claimed.sort_by_key(|(rank, order, ..)| (*rank, *order));
    pairs.extend(claimed.into_iter().map(|(_, _, a, b)| (a, b)));
    for (a, b) in pairs {
        let (Some(x), Some(y)) =
            (sets.iter().position(|s| s.contains(a)), sets.iter().position(|s| s.contains(b)))
        else {
            continue;
        };
        if x == y {
            continue;
        }
        let both: BTreeSet<Key> = sets[x].union(&sets[y]).cloned().collect();
        let cnics = both.iter().filter(|key| key.scheme == "cnic" && is_valid_cnic(&key.value)).count();
        if cnics > 1 || apart.iter().any(|(a, b)| both.contains(*a) && both.contains(*b) && a != b) {
            continue;
        }
        sets[x] = both;
        sets.remove(y);
    }
    sets
}

fn set_of<'a>(sets: &'a [BTreeSet<Key>], key: &Key) -> &'a BTreeSet<Key> {
    sets.iter().find(|set| set.contains(key)).unwrap()
}

/// The best value: lowest rank, then latest.
fn best(mut values: Vec<(u8, u64, Value)>) -> Option<Value> {
    values.sort_by_key(|(rank, order, _)| (*rank, std::cmp::Reverse(*order)));
    values.into_iter().next().map(|(_, _, value)| value)
}

fn resolve(claims: &[(u8, u64, &BTreeMap<String, Value>)]) -> BTreeMap<String, Value> {
    let names: BTreeSet<&String> = claims.iter().flat_map(|(_, _, properties)| properties.keys()).collect();
    names
        .into_iter()
        .filter_map(|name| {
            let given = claims.iter().filter_map(|(rank, order, properties)| {
                properties.get(name).filter(|v| !v.is_null()).map(|v| (*rank, *order, v.clone()))
            });
            Some((name.clone(), best(given.collect())?))
        })
        .collect()
}

/// Rank, order, kinds and properties of a claim about an entity.
type Described<'a> = (u8, u64, &'a Vec<String>, &'a BTreeMap<String, Value>);

fn entities(sets: &[BTreeSet<Key>], claims: &[Visible<'_>], filter: Filter) -> Vec<PlainEntity> {
    sets.iter()
        .map(|set| {
            let mine = claims.iter().filter_map(|(_, order, claim)| match &claim.told {
                Told::Entity { key, kinds, properties, valid } if set.contains(key) => {
                    let passes = passes(claim, *valid, filter);
                    Some((passes, (claim.grade.rank(), *order, kinds, properties)))
                }
                _ => None,
            });
            let mine: Vec<(bool, Described<'_>)> = mine.collect();
            let asserted = mine.iter().flat_map(|(_, (_, _, kinds, _))| kinds.iter().cloned());
            let base = set.iter().filter_map(|key| base_kind(&key.scheme)).map(str::to_owned);
            let passing = mine.iter().filter(|(passes, _)| *passes);
            let properties: Vec<_> =
                passing.map(|(_, (rank, order, _, properties))| (*rank, *order, *properties)).collect();
            PlainEntity {
                keys: set.clone(),
                kinds: base.chain(asserted).collect(),
                properties: resolve(&properties),
            }
        })
        .collect()
}

fn links(sets: &[BTreeSet<Key>], claims: &[Visible<'_>], filter: Filter) -> Vec<PlainLink> {
    type LinkName = (String, Key, Key, u8, u64, u64);
    let mut grouped: BTreeMap<LinkName, Vec<Visible<'_>>> = BTreeMap::new();
    let mut seen: BTreeMap<(LinkName, u64), u64> = BTreeMap::new();
    for (delivery, order, claim) in claims {
        let Told::Link { link_type, from, to, discrimination, discriminator, .. } = &claim.told else {
            continue;
        };
        let code = match discrimination {
            Discrimination::Row => 0,
            Discrimination::Declared => 1,
            Discrimination::Ends => 2,
        };
        let mut name = (link_type.clone(), from.clone(), to.clone(), code, *discriminator, 0);
        let count = seen.entry((name.clone(), *delivery)).or_default();
        *count += 1;
        if code == 0 {
            name.5 = *count;
        }
        grouped.entry(name).or_default().push((*delivery, *order, claim));
    }
    grouped
        .into_iter()
        .filter(|(_, claims)| claims.iter().any(|(_, _, claim)| tells_of_link(claim, filter)))
        .map(|((link_type, from, to, ..), claims)| plain_link(sets, link_type, &from, &to, &claims, filter))
        .collect()
}

fn plain_link(
    sets: &[BTreeSet<Key>],
    link_type: String,
    from: &Key,
    to: &Key,
    claims: &[Visible<'_>],
    filter: Filter,
) -> PlainLink {
    let mut given = Vec::new();
    let (mut valids, mut times) = (Vec::new(), BTreeSet::new());
    for (_, order, claim) in claims {
        let Told::Link { properties, valid, .. } = &claim.told else { continue };
        let rank = claim.grade.rank();
        if passes(claim, *valid, filter) {
            given.push((rank, *order, properties));
        }
        let event = ["at", "date"].iter().find_map(|name| properties.get(*name)?.clock_seconds());
        times.insert((valid.0, valid.1, event));
        if *valid != (None, None) {
            valids.push((rank, std::cmp::Reverse(*order), *valid));
        }
    }
    valids.sort_unstable();
    PlainLink {
        link_type,
        from: set_of(sets, from).clone(),
        to: set_of(sets, to).clone(),
        properties: resolve(&given),
        grade: claims.iter().map(|(_, _, claim)| claim.grade.rank()).min().unwrap(),
        valid: valids.first().map_or((None, None), |(_, _, valid)| *valid),
        times,
        claims: claims.len() as u64,
    }
}

impl PlainGraph {
    fn sorted(mut self) -> Self {
        self.entities.sort_by(|a, b| a.keys.cmp(&b.keys));
        self.links.sort_by_key(|link| format!("{link:?}"));
        self
    }
}

/// Whether a claim of a link counts under a filter: one without a validity from its event on.
fn tells_of_link(claim: &Claim, filter: Filter) -> bool {
    let Told::Link { properties, valid, .. } = &claim.told else { return false };
    let event = ["at", "date"].iter().find_map(|name| properties.get(*name)?.clock_seconds());
    let has_begun = |instant| *valid != (None, None) || event.is_none_or(|event| event <= instant);
    passes(claim, *valid, filter) && filter.as_of.is_none_or(has_begun)
}

/// Whether what a claim says of a property counts under a filter.
fn passes(claim: &Claim, valid: (Option<i64>, Option<i64>), filter: Filter) -> bool {
    filter.lowest_grade.is_none_or(|lowest| claim.grade.rank() <= lowest.rank())
        && filter.as_of.is_none_or(|t| valid.0.is_none_or(|f| f <= t) && valid.1.is_none_or(|e| t < e))
}

/// An image without its numbers, as its filter shows it. Links are taken from both directions, which must agree.
pub fn plain_of_view(view: &View) -> PlainGraph {
    let nodes: Vec<NodeIdx> = (0..view.node_count()).map(NodeIdx).collect();
    let keys = |node: NodeIdx| view.keys(node).into_iter().collect::<BTreeSet<Key>>();
    let entities = nodes
        .iter()
        .filter(|node| view.admits_node(**node))
        .map(|node| PlainEntity {
            keys: keys(*node),
            kinds: view.kinds_of(*node).iter().map(|kind| view.kinds()[usize::from(*kind)].clone()).collect(),
            properties: view.properties(*node).into_iter().collect(),
        })
        .collect();
    let mut links = [Vec::new(), Vec::new()];
    for (direction, list) in [Direction::Out, Direction::In].into_iter().zip(&mut links) {
        for node in &nodes {
            let _ = view.runs(node.0, direction, &mut |run| {
                assert!(run.neighbours.is_sorted());
                for at in 0..run.neighbours.len() {
                    let link = run.link(at);
                    let (from, to) = view.ends(link);
                    let ends =
                        if run.out { (node.0, run.neighbours[at]) } else { (run.neighbours[at], node.0) };
                    assert_eq!((from.0, to.0), ends);
                    list.push(link);
                }
                ControlFlow::Continue(())
            });
        }
        list.sort_unstable();
    }
    let [out, into] = links;
    assert_eq!(out, into, "both directions hold the same links");
    assert!(!view.filter().is_open() || out.len() as u64 == view.link_count());
    let links = out
        .into_iter()
        .map(|link| {
            let (from, to) = view.ends(link);
            PlainLink {
                link_type: view.link_types()[usize::from(link.link_type)].clone(),
                from: keys(from),
                to: keys(to),
                properties: view.link_properties(link).into_iter().collect(),
                grade: view.link_grade(link).rank(),
                valid: view.link_validity(link),
                times: view.link_times(link).iter().map(|t| (t.from, t.to, t.event)).collect(),
                claims: view.link_claim_count(link),
            }
        })
        .collect();
    PlainGraph { entities, links }.sorted()
}
