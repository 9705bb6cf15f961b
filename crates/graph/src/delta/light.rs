//! Changes that leave what is joined as it was: further claims about entities that are there, identities that are new
//! and join one entity without anything against it, and links between entities that are there. All such claims are
//! later than every claim of the image, so the order of what was there stays as it is.

use super::advance::Work;
use super::entities::{Made, records};
use super::links;
use super::mini::{Mini, Names};
use crate::derive::{Fed, entity_kinds};
use crate::{GraphError, View};
use jaal_model::claim::ShapeClaim;
use jaal_model::{Decision, IdentityId, Judgement};
use std::collections::{BTreeMap, BTreeSet};

/// What is new about an entity.
#[derive(Default, Debug)]
pub(super) struct Further {
    /// Identities that join it.
    pub(super) identities: BTreeSet<u32>,
    /// Claims about it, and those that join the identities.
    pub(super) claims: BTreeSet<u32>,
}

/// A link claim between entities that are there: its type, the places of its ends, the claim.
pub(super) struct FurtherLink {
    pub(super) link_type: String,
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) claim: u32,
}

impl Work<'_, '_> {
    /// Resolves entities again, with what is new about them. `false` when what is joined is not as was foreseen.
    pub(super) fn resolve_again(&mut self, further: &BTreeMap<u32, Further>) -> Result<bool, GraphError> {
        if further.is_empty() {
            return Ok(true);
        }
        let (mut own, mut known, mut claims) = (BTreeSet::new(), BTreeMap::new(), BTreeSet::new());
        let mut joins = BTreeSet::new();
        let first = self.first_named();
        for (place, more) in further {
            for (at, identity) in self.view.identities_at(*place).into_iter().enumerate() {
                own.insert(identity);
                known.insert(identity, at as u64);
            }
            own.extend(&more.identities);
            known.extend(more.identities.iter().filter_map(|id| Some((*id, *first.get(id)?))));
            claims.extend(self.view.node_claims_at(*place));
            joins.extend(self.view.join_claims_at(*place));
            joins.extend(&more.claims);
        }
        // What only names an entity, being the earliest claim that does, joins nothing: same-as that is skipped, say.
        let naming: BTreeSet<u32> = claims.difference(&joins).copied().collect();
        let claims: Vec<u32> = claims.union(&joins).copied().collect();
        self.again += claims.len() as u64;
        let fed = self.reader.claims(&claims, self.after)?;
        let joins_or_tells =
            |fed: Fed| if is_same(&fed.table.shape.claim) { fed.without(&naming) } else { Some(fed) };
        let fed = fed.into_iter().filter_map(joins_or_tells).collect();
        let names = Names::of(self.view, &self.reader, own.iter().copied())?;
        let mini = Mini::new(fed, &own, &names, &self.judged_together(), &known)?;
        if !mini.joined.conflicts.is_empty() {
            return Ok(false);
        }
        let described = described(&mini);
        let wanted = mini.own_nodes();
        let mut made = records(&mini, &wanted, &names, &mut self.draft)?;
        for (place, more) in further {
            let had = self.view.identities_at(*place);
            let Some(node) = had.first().and_then(|id| mini.node_of(*id)) else { return Ok(false) };
            let Some(Made { mut record, bases }) = made.remove(&node) else { return Ok(false) };
            if !record.identities.starts_with(&had)
                || record.identities.len() != had.len() + more.identities.len()
            {
                return Ok(false);
            }
            record.standing.earliest = self.view.earliest_at(*place);
            if !described.contains(&node) {
                record.claims = self.view.node_claims_at(*place);
            }
            self.draft.patch_node(*place, record, &bases);
        }
        Ok(made.is_empty())
    }

    /// The standing judgements that join what is one entity already: none joins anything else here.
    fn judged_together(&self) -> Vec<Judgement> {
        let place = |id: IdentityId| self.view.place_of_identity(id.0 as u32);
        let joins = |judgement: &&Judgement| match judgement.decision {
            Decision::Same(a, b) => place(a).is_some() && place(a) == place(b),
            _ => false,
        };
        self.after.judgements().iter().filter(joins).cloned().collect()
    }

    /// Where the claims that came first name each identity.
    fn first_named(&self) -> BTreeMap<u32, u64> {
        let mut first: BTreeMap<u32, u64> = BTreeMap::new();
        for fed in &self.changes.come {
            for (ends, as_object) in [(&fed.table.subject, 0), (&fed.table.object, 1)] {
                for (row, identity) in ends.iter().enumerate() {
                    let position = 2 * u64::from(fed.claim(row)) + as_object;
                    let at = first.entry(*identity as u32).or_insert(position);
                    *at = position.min(*at);
                }
            }
        }
        first
    }

    /// Folds link claims into the links that are there, or puts new ones in.
    pub(super) fn fold_again(&mut self, further: &[FurtherLink]) -> Result<(), GraphError> {
        let mut pairs = BTreeSet::new();
        let mut claims: BTreeSet<u32> = BTreeSet::new();
        for link in further {
            pairs.insert((self.draft.type_id(&link.link_type)?, link.from, link.to));
            claims.insert(link.claim);
        }
        let mut there = BTreeMap::new();
        for (own, from, to) in pairs {
            for row in self.view.links_between(own, from, to) {
                let behind = self.view.claims_of_place((own, row));
                claims.extend(&behind);
                there.insert((own, behind.first().copied()), (row, behind));
            }
        }
        let claims: Vec<u32> = claims.into_iter().collect();
        self.again += (claims.len() - further.len()) as u64;
        let fed = self.reader.claims(&claims, self.after)?;
        let mut places: BTreeMap<u64, u32> = BTreeMap::new();
        for end in fed.iter().flat_map(|fed| fed.table.subject.iter().chain(&fed.table.object)) {
            if let Some(place) = self.draft.place_of(*end as u32) {
                places.insert(*end, place);
            }
        }
        let place = |identity: u64| places.get(&identity).copied().unwrap_or(u32::MAX);
        for (own, record) in links::records(&fed, &place, &mut self.draft)? {
            match there.remove(&(own, record.claims.first().copied())) {
                Some((_, behind)) if behind == record.claims => {}
                Some((row, _)) => {
                    self.draft.remove_link((own, row), record.from, record.to);
                    self.draft.add_link(own, record)?;
                }
                None => self.draft.add_link(own, record)?,
            }
        }
        Ok(())
    }
}

impl Mini {
    /// The local node of an identity.
    fn node_of(&self, id: u32) -> Option<u32> {
        Some(self.nodes.of_identity[self.ids.binary_search(&id).ok()?])
    }
}

/// The nodes that a claim is about.
fn described(mini: &Mini) -> BTreeSet<u32> {
    let about = mini.fed.iter().filter(|fed| entity_kinds(&fed.table).is_some());
    about.flat_map(|fed| fed.table.subject.iter().map(|subject| mini.nodes.of(*subject))).collect()
}

/// Same-as among the claims of a table.
pub(super) fn is_same(claim: &ShapeClaim) -> bool {
    *claim == ShapeClaim::Same
}

impl View {
    /// The valid CNICs of the entity at a place.
    pub(super) fn cnics_at(&self, place: u32) -> BTreeSet<String> {
        let keys = self.keys_at(place).into_iter();
        keys.filter(super::plan::is_cnic).map(|key| key.value).collect()
    }
}
