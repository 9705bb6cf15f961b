//! Everything on one entity, with the notes that people have written on it.

use crate::EngineError;
use crate::database::Reading;
use jaal_analysis::card::show;
use jaal_graph::{Lens, standing_judgements};
use jaal_model::answer::{EntityCard, NoteLine};
use jaal_model::{Decision, NodeIdx};

impl Reading {
    /// The card of an entity, with the standing notes on its identities that a lens admits, in their order. The lens
    /// must be the one that the view was read through.
    ///
    /// # Errors
    /// [`EngineError`] when the claims or the judgements cannot be read.
    ///
    /// # Complexity
    /// That of [`show`], and one pass over all judgements.
    pub fn card(&self, lens: &Lens, node: NodeIdx) -> Result<EntityCard, EngineError> {
        let mut card = show(&self.view, &self.sources, node)?;
        let snapshot = self.sources.snapshot();
        let seen = snapshot.judgements()?.into_iter().filter(|judgement| lens.sees(judgement));
        for judgement in standing_judgements(seen.collect()) {
            let Decision::Note(identity) = &judgement.decision else { continue };
            if self.view.node_of_identity(*identity) != Some(node) {
                continue;
            }
            let note = snapshot.commit(judgement.commit)?.map(|commit| commit.note);
            let (actor, at) = note.map_or((String::new(), 0), |note| (note.actor, note.at));
            card.notes.push(NoteLine {
                judgement: judgement.id,
                text: judgement.reason,
                actor,
                at,
                marking: judgement.marking,
            });
        }
        Ok(card)
    }
}
