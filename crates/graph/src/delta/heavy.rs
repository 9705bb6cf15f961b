//! Entities that are derived again as a whole: those whose identities may be joined otherwise, that lost a claim, or
//! that are new.
//!
//! What may be joined otherwise is closed over everything that joins or could join: the members of an entity,
//! same-as that was skipped, standing judgements, new same-as. Within the closure all claims are read again, so joins
//! are taken in the same order as in a fresh derivation and come out the same.

use super::advance::Work;
use super::entities::records;
use super::links;
use super::mini::{Mini, Names};
use super::record::Added;
use super::{Delta, LinkPlace};
use crate::derive::{Conflict, ConflictBy, ConflictReason, Fed};
use crate::{GraphError, View};
use jaal_csr::Direction;
use jaal_model::claim::ShapeClaim;
use jaal_model::{Decision, IdentityId, Judgement, JudgementId};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

/// Closes identities over everything that joins them, or could.
pub(super) fn close(
    view: &View,
    base: &Delta,
    seeds: BTreeSet<u32>,
    come: &[Fed],
    judgements: &[Judgement],
) -> BTreeSet<u32> {
    let edges = edges(come, judgements);
    let mut closed = BTreeSet::new();
    let mut open: Vec<u32> = seeds.into_iter().collect();
    while let Some(identity) = open.pop() {
        if !closed.insert(identity) {
            continue;
        }
        if let Some(place) = view.place_of_identity(identity) {
            open.extend(view.identities_at(place));
        }
        open.extend(edges.get(&identity).into_iter().flatten());
        for conflict in base.conflicts_of(identity) {
            open.extend([conflict.a, conflict.b].map(|id| id.0 as u32));
        }
    }
    closed
}

/// What new same-as claims and standing judgements join each identity with.
fn edges(come: &[Fed], judgements: &[Judgement]) -> BTreeMap<u32, Vec<u32>> {
    let mut edges: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    let mut join = |a: u64, b: u64| {
        edges.entry(a as u32).or_default().push(b as u32);
        edges.entry(b as u32).or_default().push(a as u32);
    };
    for fed in come.iter().filter(|fed| fed.table.shape.claim == ShapeClaim::Same) {
        fed.table.subject.iter().zip(&fed.table.object).for_each(|(a, b)| join(*a, *b));
    }
    for judgement in judgements {
        if let Decision::Same(a, b) = judgement.decision {
            join(a.0, b.0);
        }
    }
    edges
}

impl Work<'_, '_> {
    /// Leaves out the entities of some closed identities with their links, and puts in what they are now.
    /// `false` when that is more than `limit` claims.
    pub(super) fn derive_again(&mut self, own: &BTreeSet<u32>, limit: u64) -> Result<bool, GraphError> {
        if own.is_empty() {
            return Ok(true);
        }
        let claims = self.claims_naming(own);
        if claims.len() as u64 > limit {
            return Ok(false);
        }
        self.again += claims.len() as u64;
        let fed = self.reader.claims(&claims, self.after)?;
        let names = Names::of(self.view, &self.reader, own.iter().copied())?;
        let mini = Mini::new(fed, own, &names, self.after.judgements(), &BTreeMap::new())?;
        self.leave_out(own);
        let wanted = mini.own_nodes();
        let made = records(&mini, &wanted, &names, &mut self.draft)?;
        let mut places: BTreeMap<u32, u32> = BTreeMap::new();
        for (node, made) in made {
            places.insert(node, self.draft.put_node(made.record, &made.bases)?);
        }
        for conflict in &mini.joined.conflicts {
            let known = |id: IdentityId| IdentityId(u64::from(mini.ids[id.0 as usize]));
            let (a, b) = (known(conflict.a), known(conflict.b));
            self.draft.put_conflict(Conflict { a, b, ..*conflict });
        }
        let draft = &self.draft;
        let place_of: Vec<u32> = (0..mini.ids.len())
            .map(|at| match places.get(&mini.nodes.of_identity[at]) {
                Some(place) if mini.own[at] => *place,
                _ => draft.place_of(mini.ids[at]).unwrap_or(u32::MAX),
            })
            .collect();
        for (link_type, record) in
            links::records(&mini.fed, &|local| place_of[local as usize], &mut self.draft)?
        {
            self.draft.add_link(link_type, record)?;
        }
        Ok(true)
    }

    /// The claims that name any of some identities, those that went left out: ascending.
    fn claims_naming(&self, own: &BTreeSet<u32>) -> Vec<u32> {
        let mut claims: BTreeSet<u32> = BTreeSet::new();
        for place in self.places_of(own) {
            claims.extend(self.view.node_claims_at(place));
            claims.extend(self.view.join_claims_at(place));
            for (link, _, _) in self.view.links_of_place(place) {
                claims.extend(self.view.claims_of_place(link));
            }
        }
        for identity in own {
            for conflict in self.base.conflicts_of(*identity) {
                if let ConflictBy::Claim { claim, .. } = conflict.by {
                    claims.insert(claim.0 as u32);
                }
            }
        }
        for fed in &self.changes.come {
            for row in 0..fed.table.len() {
                let ends = fed.table.subject.get(row).into_iter().chain(fed.table.object.get(row));
                if ends.into_iter().any(|id| own.contains(&(*id as u32))) {
                    claims.insert(fed.claim(row));
                }
            }
        }
        for claim in &self.gone {
            claims.remove(claim);
        }
        claims.into_iter().collect()
    }

    /// The places of the entities that identities belong to.
    fn places_of(&self, own: &BTreeSet<u32>) -> BTreeSet<u32> {
        own.iter().filter_map(|identity| self.view.place_of_identity(*identity)).collect()
    }

    fn leave_out(&mut self, own: &BTreeSet<u32>) {
        let places = self.places_of(own);
        for place in &places {
            for (link, from, to) in self.view.links_of_place(*place) {
                self.draft.remove_link(link, from, to);
            }
        }
        for identity in own {
            for conflict in self.base.conflicts_of(*identity) {
                self.draft.remove_conflict(conflict);
            }
        }
        for place in places {
            self.draft.remove_node(place);
        }
    }
}

impl Delta {
    /// Same-as that is skipped and names an identity.
    pub(super) fn conflicts_of(&self, identity: u32) -> Vec<Conflict> {
        let id = IdentityId(u64::from(identity));
        let least = Conflict {
            by: ConflictBy::Judgement(JudgementId(0)),
            a: IdentityId(0),
            b: IdentityId(0),
            reason: ConflictReason::NotSame,
        };
        let from = self.conflicts_of.range((id, least)..);
        from.take_while(|(named, _)| *named == id).map(|(_, conflict)| *conflict).collect()
    }
}

impl View {
    /// All links of the node at a place, with the places of their ends.
    pub(super) fn links_of_place(&self, place: u32) -> Vec<(LinkPlace, u32, u32)> {
        let mut links = Vec::new();
        let _ = self.each_segment_run(place, Direction::Both, &mut |run| {
            for (at, other) in run.neighbours.iter().enumerate() {
                let link = (run.link_type, run.link(at).row);
                if self.delta().is_none_or(|delta| !delta.is_dead(link)) {
                    let (from, to) = if run.out { (place, *other) } else { (*other, place) };
                    links.push((link, from, to));
                }
            }
            ControlFlow::Continue(())
        });
        for Added { link_type, row, out, other, .. } in self.delta().map_or(&[][..], |d| d.added(place)) {
            let (from, to) = if *out { (place, *other) } else { (*other, place) };
            links.push(((*link_type, *row), from, to));
        }
        links
    }
}
