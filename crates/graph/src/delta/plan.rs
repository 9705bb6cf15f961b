//! Which of the claims that came need an entity derived again as a whole, and which only add to what is there.

use super::Delta;
use super::changes::Changes;
use super::heavy::close;
use super::light::{Further, FurtherLink, is_same};
use super::mini::Names;
use super::reader::Reader;
use crate::admission::Admission;
use crate::derive::{Fed, entity_kinds};
use crate::{GraphError, View};
use jaal_model::claim::ShapeClaim;
use jaal_model::identifier::is_valid_cnic;
use jaal_model::{Decision, Key};
use std::collections::{BTreeMap, BTreeSet};

/// What to do about changes.
#[derive(Default)]
pub(super) struct Plan {
    /// Identities whose entities are derived again, closed over what joins them.
    pub(super) own: BTreeSet<u32>,
    /// What is new about entities that are there, by place.
    pub(super) further: BTreeMap<u32, Further>,
    pub(super) links: Vec<FurtherLink>,
}

/// Whether a key is a valid CNIC, of which no entity has two.
pub(super) fn is_cnic(key: &Key) -> bool {
    key.scheme == "cnic" && is_valid_cnic(&key.value)
}

/// What the planner looks at.
struct Planner<'a> {
    view: &'a View,
    base: &'a Delta,
    /// The end of the claims that the image could have had.
    next: u64,
    /// Identities that came with the claims, with whom they join, where they join one entity that is there.
    joined: BTreeMap<u32, u32>,
}

/// Plans what to do about changes.
pub(super) fn plan(
    view: &View,
    base: &Delta,
    reader: &Reader<'_>,
    [before, after]: [&Admission; 2],
    changes: &Changes,
) -> Result<Plan, GraphError> {
    let mut planner = Planner { view, base, next: before.next_assertion(), joined: BTreeMap::new() };
    let mut seeds = changes.judged.clone();
    changes.gone.iter().for_each(|fed| seeds.extend(ends(fed)));
    let mut came: BTreeSet<u32> = BTreeSet::new();
    for fed in &changes.come {
        if u64::from(fed.claim(0)) < planner.next {
            seeds.extend(ends(fed));
        }
        came.extend(ends(fed).filter(|id| view.place_of_identity(*id).is_none()));
    }
    seeds.extend(judged_of(after, &came));
    planner.join(reader, &changes.come, &came, &mut seeds)?;
    seeds.extend(came.iter().filter(|id| !planner.joined.contains_key(*id)));
    let own = close(view, base, seeds, &changes.come, after.judgements());
    let mut plan = Plan { own, ..Plan::default() };
    for fed in &changes.come {
        planner.sort_out(fed, &mut plan);
    }
    Ok(plan)
}

/// The identities of some that a standing judgement on sameness names.
fn judged_of(admission: &Admission, some: &BTreeSet<u32>) -> BTreeSet<u32> {
    let named = admission.judgements().iter().flat_map(|judgement| match judgement.decision {
        Decision::Same(a, b) | Decision::NotSame(a, b) => vec![a.0 as u32, b.0 as u32],
        _ => Vec::new(),
    });
    named.filter(|id| some.contains(id)).collect()
}

fn ends(fed: &Fed) -> impl Iterator<Item = u32> + '_ {
    fed.table.subject.iter().chain(&fed.table.object).map(|id| *id as u32)
}

/// What same-as joins: entities that are there by place, and new identities.
#[derive(Default)]
struct Group {
    places: BTreeSet<u32>,
    new: BTreeSet<u32>,
    all: BTreeSet<u32>,
}

impl Planner<'_> {
    /// Finds the new identities that join one entity that is there with nothing against it. All that new same-as joins
    /// otherwise becomes a seed.
    fn join(
        &mut self,
        reader: &Reader<'_>,
        come: &[Fed],
        came: &BTreeSet<u32>,
        seeds: &mut BTreeSet<u32>,
    ) -> Result<(), GraphError> {
        let groups = self.groups(come);
        let of_groups = groups.iter().flat_map(|group| group.new.iter().copied());
        let names = Names::of(self.view, reader, of_groups)?;
        for group in groups {
            let place = group.places.first().copied();
            let simple = group.places.len() == 1
                && group.all.is_disjoint(seeds)
                && group.new.is_subset(came)
                && place.is_some_and(|place| self.nothing_against(place, &group.new, &names));
            match place {
                Some(place) if simple => self.joined.extend(group.new.iter().map(|id| (*id, place))),
                _ => seeds.extend(group.all),
            }
        }
        Ok(())
    }

    /// Whether new identities can join an entity whatever the order of joins.
    fn nothing_against(&self, place: u32, new: &BTreeSet<u32>, names: &Names) -> bool {
        let mut cnics = self.view.cnics_at(place);
        cnics.extend(
            new.iter().filter_map(|id| names.key(*id)).filter(|k| is_cnic(k)).map(|k| k.value.clone()),
        );
        let calm = |id: &u32| self.base.conflicts_of(*id).is_empty();
        cnics.len() <= 1 && self.view.identities_at(place).iter().all(calm)
    }

    /// What new same-as joins, in groups that have nothing in common.
    fn groups(&self, come: &[Fed]) -> Vec<Group> {
        let mut groups: Vec<Option<Group>> = Vec::new();
        let mut of_place: BTreeMap<u32, usize> = BTreeMap::new();
        let mut of_new: BTreeMap<u32, usize> = BTreeMap::new();
        for fed in come.iter().filter(|fed| is_same(&fed.table.shape.claim)) {
            for (a, b) in fed.table.subject.iter().zip(&fed.table.object) {
                let mut merged = Group::default();
                for id in [*a as u32, *b as u32] {
                    merged.all.insert(id);
                    let at = if let Some(place) = self.view.place_of_identity(id) {
                        merged.places.insert(place);
                        of_place.get(&place)
                    } else {
                        merged.new.insert(id);
                        of_new.get(&id)
                    };
                    if let Some(other) = at.and_then(|at| groups[*at].take()) {
                        merged.places.extend(other.places);
                        merged.new.extend(other.new);
                        merged.all.extend(other.all);
                    }
                }
                let at = groups.len();
                of_place.extend(merged.places.iter().map(|place| (*place, at)));
                of_new.extend(merged.new.iter().map(|id| (*id, at)));
                groups.push(Some(merged));
            }
        }
        groups.into_iter().flatten().collect()
    }

    /// Puts the claims of a table where they belong, unless an end of them is derived again.
    fn sort_out(&self, fed: &Fed, plan: &mut Plan) {
        for row in 0..fed.table.len() {
            let subject = fed.table.subject[row] as u32;
            let object = fed.table.object.get(row).map(|id| *id as u32);
            if plan.own.contains(&subject) || object.is_some_and(|id| plan.own.contains(&id)) {
                continue;
            }
            let claim = fed.claim(row);
            let Some(from) = self.place(subject) else { continue };
            if let ShapeClaim::Link { link_type, .. } = &fed.table.shape.claim {
                let Some(to) = object.and_then(|id| self.place(id)) else { continue };
                plan.links.push(FurtherLink { link_type: link_type.clone(), from, to, claim });
                continue;
            }
            debug_assert!(object.is_some() || entity_kinds(&fed.table).is_some());
            let more = plan.further.entry(from).or_default();
            more.claims.insert(claim);
            let new = [Some(subject), object].into_iter().flatten();
            more.identities.extend(new.filter(|id| self.joined.contains_key(id)));
        }
    }

    fn place(&self, identity: u32) -> Option<u32> {
        self.view.place_of_identity(identity).or_else(|| self.joined.get(&identity).copied())
    }
}
