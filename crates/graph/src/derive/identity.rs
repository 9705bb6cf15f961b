//! Which identities are one entity.
//!
//! Same-as is taken in the order judgement, grade, ledger position. One that would join identities held *not
//! same*, or two people with different valid CNICs, is skipped and reported; *undecided* joins nothing. A
//! union-find over identities (R. E. Tarjan, *Efficiency of a good but not linear set union algorithm*, J. ACM
//! 22(2), 1975) carries for each set its valid CNIC and its members that must not meet others.

use super::{Fed, Identities};
use crate::GraphError;
use crate::segment::{SectionId, Sections, tag};
use jaal_model::claim::ShapeClaim;
use jaal_model::identifier::is_valid_cnic;
use jaal_model::{AssertionId, Decision, IdentityId, Judgement, JudgementId};
use rustc_hash::FxHashMap;

/// A same-as that was skipped. The order is that in which same-as is taken.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Conflict {
    /// Who said that the two are the same.
    pub by: ConflictBy,
    /// One identity.
    pub a: IdentityId,
    /// The other.
    pub b: IdentityId,
    /// Why it was skipped.
    pub reason: ConflictReason,
}

/// Who said that two identities are the same.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum ConflictBy {
    /// A judgement.
    Judgement(JudgementId),
    /// A claim.
    Claim {
        /// The rank of its grade.
        rank: u8,
        /// Which.
        claim: AssertionId,
    },
}

impl ConflictBy {
    const CLAIM: u64 = 1 << 63;

    fn code(self) -> u64 {
        match self {
            Self::Judgement(id) => id.0,
            Self::Claim { rank, claim } => Self::CLAIM | u64::from(rank) << 48 | claim.0,
        }
    }

    fn of_code(code: u64) -> Self {
        if code & Self::CLAIM == 0 {
            return Self::Judgement(JudgementId(code));
        }
        Self::Claim { rank: (code >> 48 & 0x7f) as u8, claim: AssertionId(code & 0xffff_ffff_ffff) }
    }
}

/// Why a same-as was skipped.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum ConflictReason {
    /// A judgement holds that the two, or others already joined to them, are not the same.
    NotSame,
    /// The two have different valid CNICs.
    DifferentCnic,
}

/// The identities of an image and what they were joined into.
pub(crate) struct Joined {
    /// For each identity twice the earliest claim that names it, plus one where it names it as the object;
    /// `u64::MAX` where no admitted claim does.
    pub(crate) earliest: Vec<u64>,
    /// For each identity the set it belongs to.
    pub(crate) root: Vec<u32>,
    /// Identity and claim of each same-as that holds.
    pub(crate) joins: Vec<(u32, u32)>,
    pub(crate) conflicts: Vec<Conflict>,
}

pub(crate) const ABSENT: u64 = u64::MAX;

/// Joins the identities that admitted claims and standing judgements hold to be the same.
///
/// # Errors
/// [`GraphError::TooLarge`] cannot occur here but for damaged claims that name identities the ledger does not have.
pub(crate) fn join(
    fed: &[Fed],
    identities: &Identities,
    judgements: &[Judgement],
) -> Result<Joined, GraphError> {
    let earliest = earliest(fed, identities.scheme.len())?;
    Ok(join_from(fed, identities, judgements, earliest))
}

/// The same, with what names each identity first given.
pub(crate) fn join_from(
    fed: &[Fed],
    identities: &Identities,
    judgements: &[Judgement],
    earliest: Vec<u64>,
) -> Joined {
    let mut sets = Sets::new(identities, &earliest, judgements);
    let mut joins = Vec::new();
    let mut conflicts = Vec::new();
    for judgement in judgements {
        if let Decision::Same(a, b) = judgement.decision
            && sets.has(a.0)
            && sets.has(b.0)
            && let Err(reason) = sets.union(a.0 as u32, b.0 as u32)
        {
            conflicts.push(Conflict { by: ConflictBy::Judgement(judgement.id), a, b, reason });
        }
    }
    for (rank, claim, a, b) in same_claims(fed) {
        match sets.union(a, b) {
            Ok(()) => joins.push((a, claim)),
            Err(reason) => {
                let (a, b) = (IdentityId(u64::from(a)), IdentityId(u64::from(b)));
                let claim = AssertionId(u64::from(claim));
                conflicts.push(Conflict { by: ConflictBy::Claim { rank, claim }, a, b, reason });
            }
        }
    }
    let root = (0..identities.scheme.len() as u32).map(|identity| sets.find(identity)).collect();
    Joined { earliest, root, joins, conflicts }
}

/// Same-as claims, best grade first, then in ledger order: rank, claim and the two identities.
fn same_claims(fed: &[Fed]) -> Vec<(u8, u32, u32, u32)> {
    let mut ranked = Vec::new();
    for fed in fed.iter().filter(|fed| fed.table.shape.claim == ShapeClaim::Same) {
        let rank = fed.table.shape.grade.rank();
        for (row, (a, b)) in fed.table.subject.iter().zip(&fed.table.object).enumerate() {
            ranked.push((rank, fed.claim(row), *a as u32, *b as u32));
        }
    }
    ranked.sort_unstable();
    ranked
}

/// For each identity the earliest admitted claim that names it.
pub(crate) fn earliest(fed: &[Fed], count: usize) -> Result<Vec<u64>, GraphError> {
    let mut earliest = vec![ABSENT; count];
    let mut note = |identity: u64, position: u64| match earliest.get_mut(identity as usize) {
        Some(at) => {
            *at = (*at).min(position);
            Ok(())
        }
        None => Err(GraphError::TooLarge {
            what: "identities named by a claim",
            count: identity,
            limit: count as u64,
        }),
    };
    for fed in fed {
        for (row, subject) in fed.table.subject.iter().enumerate() {
            note(*subject, 2 * u64::from(fed.claim(row)))?;
        }
        for (row, object) in fed.table.object.iter().enumerate() {
            note(*object, 2 * u64::from(fed.claim(row)) + 1)?;
        }
    }
    Ok(earliest)
}

/// Disjoint sets of identities with what forbids joining them.
struct Sets<'a> {
    parent: Vec<u32>,
    earliest: &'a [u64],
    /// Root to the valid CNIC in its set.
    cnic: FxHashMap<u32, &'a str>,
    /// Root to pairs (member, identity it must not meet).
    apart: FxHashMap<u32, Vec<u32>>,
}

impl<'a> Sets<'a> {
    fn new(identities: &'a Identities, earliest: &'a [u64], judgements: &[Judgement]) -> Self {
        let count = identities.scheme.len();
        let mut sets = Self {
            parent: (0..count as u32).collect(),
            earliest,
            cnic: FxHashMap::default(),
            apart: FxHashMap::default(),
        };
        let scheme = identities.schemes.iter().position(|scheme| scheme.name == "cnic");
        for identity in 0..count {
            if Some(usize::from(identities.scheme[identity])) == scheme {
                let value = identities.values.get(identity);
                if is_valid_cnic(value) {
                    sets.cnic.insert(identity as u32, value);
                }
            }
        }
        for judgement in judgements {
            if let Decision::NotSame(a, b) = judgement.decision
                && sets.has(a.0)
                && sets.has(b.0)
            {
                sets.apart.entry(a.0 as u32).or_default().push(b.0 as u32);
                sets.apart.entry(b.0 as u32).or_default().push(a.0 as u32);
            }
        }
        sets
    }

    /// Whether the image has the identity.
    fn has(&self, identity: u64) -> bool {
        self.earliest.get(identity as usize).is_some_and(|at| *at != ABSENT)
    }

    fn find(&mut self, identity: u32) -> u32 {
        let mut root = identity;
        while self.parent[root as usize] != root {
            root = self.parent[root as usize];
        }
        let mut at = identity;
        while self.parent[at as usize] != root {
            at = std::mem::replace(&mut self.parent[at as usize], root);
        }
        root
    }

    /// Joins two sets unless something forbids it. The root is the member named earliest.
    fn union(&mut self, a: u32, b: u32) -> Result<(), ConflictReason> {
        let (a, b) = (self.find(a), self.find(b));
        if a == b {
            return Ok(());
        }
        if let (Some(x), Some(y)) = (self.cnic.get(&a), self.cnic.get(&b))
            && x != y
        {
            return Err(ConflictReason::DifferentCnic);
        }
        let enemies = self.apart.get(&a).cloned().unwrap_or_default();
        if enemies.into_iter().any(|enemy| self.find(enemy) == b) {
            return Err(ConflictReason::NotSame);
        }
        let (root, child) =
            if self.earliest[a as usize] <= self.earliest[b as usize] { (a, b) } else { (b, a) };
        self.parent[child as usize] = root;
        if let Some(cnic) = self.cnic.remove(&child) {
            self.cnic.insert(root, cnic);
        }
        if let Some(more) = self.apart.remove(&child) {
            self.apart.entry(root).or_default().extend(more);
        }
        Ok(())
    }
}

/// Writes what was skipped.
pub(crate) fn write_conflicts(sections: &mut Sections, conflicts: &[Conflict]) {
    let rows: Vec<[u64; 4]> = conflicts
        .iter()
        .map(|c| [c.a.0, c.b.0, c.by.code(), u64::from(c.reason == ConflictReason::DifferentCnic)])
        .collect();
    sections.add(SectionId::one(tag::CONFLICTS), &rows);
}

/// Reads what was skipped.
pub(crate) fn read_conflict([a, b, by, reason]: [u64; 4]) -> Conflict {
    let reason = if reason == 0 { ConflictReason::NotSame } else { ConflictReason::DifferentCnic };
    Conflict { by: ConflictBy::of_code(by), a: IdentityId(a), b: IdentityId(b), reason }
}
