//! A small universe: some claims with their identities renumbered from 0, so that the functions which derive a whole
//! image derive the part of it that changed.
//!
//! *Own* identities are those whose entities are derived; the others are only the far ends of links. The claims must
//! be all admitted ones that name an own identity, as far as what is asked of the universe depends on them.

use super::reader::Reader;
use crate::derive::identity::{ABSENT, Joined, earliest, join_from};
use crate::derive::nodes::{Nodes, number};
use crate::derive::{Fed, Identities, narrow_u16};
use crate::{GraphError, View};
use jaal_model::{Decision, IdentityId, Judgement, Key, Scheme};
use std::collections::{BTreeMap, BTreeSet};

/// See the module.
pub(super) struct Mini {
    /// The ledger's identities, ascending; a local number is a place here.
    pub(super) ids: Vec<u32>,
    /// Whether each is an own one.
    pub(super) own: Vec<bool>,
    /// The claims, their ends local.
    pub(super) fed: Vec<Fed>,
    pub(super) joined: Joined,
    pub(super) nodes: Nodes,
}

impl Mini {
    /// The universe of some claims. `known` gives positions at which identities were first named, where the claims in
    /// hand do not tell; they go before those of claims.
    pub(super) fn new(
        fed: Vec<Fed>,
        own: &BTreeSet<u32>,
        names: &Names,
        judgements: &[Judgement],
        known: &BTreeMap<u32, u64>,
    ) -> Result<Self, GraphError> {
        let mut all: BTreeSet<u32> = own.clone();
        for fed in &fed {
            all.extend(fed.table.subject.iter().chain(&fed.table.object).map(|id| *id as u32));
        }
        let ids: Vec<u32> = all.into_iter().collect();
        let local = |id: u64| ids.binary_search(&(id as u32)).unwrap_or(usize::MAX);
        let mut fed = fed;
        for fed in &mut fed {
            let ends = fed.table.subject.iter_mut().chain(&mut fed.table.object);
            ends.for_each(|end| *end = local(*end) as u64);
        }
        let identities = names.identities(&ids)?;
        let mut first = earliest(&fed, ids.len())?;
        for (id, position) in known {
            if let Ok(at) = ids.binary_search(id) {
                first[at] = *position;
            }
        }
        let judgements: Vec<Judgement> = judgements.iter().filter_map(|j| localised(j, &ids)).collect();
        let joined = join_from(&fed, &identities, &judgements, first);
        let nodes = number(&fed, &identities, &joined)?;
        let own = ids.iter().map(|id| own.contains(id)).collect();
        Ok(Self { ids, own, fed, joined, nodes })
    }

    /// The local nodes of own identities that the universe has.
    pub(super) fn own_nodes(&self) -> BTreeSet<u32> {
        let here = |at: &usize| self.own[*at] && self.joined.earliest[*at] != ABSENT;
        (0..self.ids.len()).filter(here).map(|at| self.nodes.of_identity[at]).collect()
    }
}

/// A judgement on sameness with local identities, if both are here.
fn localised(judgement: &Judgement, ids: &[u32]) -> Option<Judgement> {
    let local = |id: IdentityId| ids.binary_search(&(id.0 as u32)).ok().map(|at| IdentityId(at as u64));
    let decision = match judgement.decision {
        Decision::Same(a, b) => Decision::Same(local(a)?, local(b)?),
        Decision::NotSame(a, b) => Decision::NotSame(local(a)?, local(b)?),
        _ => return None,
    };
    Some(Judgement { decision, ..judgement.clone() })
}

/// Keys of identities, from the segment where it has them, else from the ledger.
pub(super) struct Names {
    schemes: Vec<Scheme>,
    keys: BTreeMap<u32, Key>,
}

impl Names {
    /// The keys of some identities.
    pub(super) fn of(
        view: &View,
        reader: &Reader<'_>,
        ids: impl Iterator<Item = u32>,
    ) -> Result<Self, GraphError> {
        let mut keys = BTreeMap::new();
        let mut rest = Vec::new();
        for id in ids {
            match view.segment_key(id) {
                Some(key) => {
                    keys.insert(id, key);
                }
                None => rest.push(id),
            }
        }
        rest.sort_unstable();
        rest.dedup();
        let wanted: Vec<IdentityId> = rest.iter().map(|id| IdentityId(u64::from(*id))).collect();
        for (id, key) in rest.into_iter().zip(reader.snapshot().keys_of(&wanted)?) {
            keys.extend(key.map(|key| (id, key)));
        }
        Ok(Self { schemes: reader.snapshot().schemes()?, keys })
    }

    /// The key of an identity.
    pub(super) fn key(&self, id: u32) -> Option<&Key> {
        self.keys.get(&id)
    }

    /// The base kind of a scheme.
    pub(super) fn base(&self, scheme: &str) -> Option<String> {
        self.schemes.iter().find(|s| s.name == scheme)?.kind.clone()
    }

    /// The names of identities in order; those not asked for at the beginning have a scheme without a kind.
    fn identities(&self, ids: &[u32]) -> Result<Identities, GraphError> {
        let mut schemes = self.schemes.clone();
        schemes.push(Scheme { name: String::new(), kind: None });
        let blank = narrow_u16("schemes", schemes.len() as u64)? - 1;
        let mut identities = Identities::new(schemes);
        for (at, id) in (0..).zip(ids) {
            let key = self.keys.get(id);
            let number = key.and_then(|key| self.schemes.iter().position(|s| s.name == key.scheme));
            let scheme = number.map_or(u32::from(blank), |number| number as u32);
            identities.push(at, scheme, key.map_or("", |key| key.value.as_str()))?;
        }
        Ok(identities)
    }
}
