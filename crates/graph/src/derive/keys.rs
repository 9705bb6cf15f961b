//! Keys: for each scheme its values in order, each with the entity it names.

use super::Identities;
use super::nodes::{NO_NODE, Nodes};
use crate::GraphError;
use crate::error::narrow;
use crate::segment::{CatalogText, SectionId, SegmentWriter, StringTable, tag};
use jaal_model::ROW_SCHEME;
use rayon::prelude::*;

/// Writes the keys of all identities that the image has. Schemes are in the order of their names.
pub(crate) fn write(
    writer: &mut SegmentWriter,
    identities: &Identities,
    nodes: &Nodes,
    catalog: &mut CatalogText,
) -> Result<(), GraphError> {
    let mut by_scheme: Vec<Vec<u32>> = vec![Vec::new(); identities.schemes.len()];
    for (identity, scheme) in identities.scheme.iter().enumerate() {
        if nodes.of_identity[identity] != NO_NODE
            && let Some(list) = by_scheme.get_mut(usize::from(*scheme))
        {
            list.push(identity as u32);
        }
    }
    let mut order: Vec<usize> = (0..identities.schemes.len()).filter(|s| !by_scheme[*s].is_empty()).collect();
    order.sort_by_key(|s| &identities.schemes[*s].name);
    let mut positions = vec![u32::MAX; identities.scheme.len()];
    let mut first = 0_u64;
    for (at, scheme) in order.into_iter().enumerate() {
        let mut members = std::mem::take(&mut by_scheme[scheme]);
        members.par_sort_unstable_by_key(|identity| identities.values.get(*identity as usize));
        let values = StringTable::collect(members.iter().map(|i| identities.values.get(*i as usize)))?;
        let section = |tag| SectionId::new(tag, at as u32, 0);
        values.write(writer, section(tag::KEY_ENDS), section(tag::KEY_BYTES))?;
        let owners: Vec<u32> = members.iter().map(|i| nodes.of_identity[*i as usize]).collect();
        writer.add(section(tag::KEY_NODE), &owners)?;
        let is_read_backwards = identities.schemes[scheme].name != ROW_SCHEME;
        writer.add(section(tag::KEY_BACKWARDS), &backwards(&values, is_read_backwards))?;
        for (offset, identity) in members.iter().enumerate() {
            positions[*identity as usize] = narrow("keys", first + offset as u64)?;
        }
        let scheme = &identities.schemes[scheme];
        catalog.schemes.push((scheme.name.clone(), scheme.kind.clone(), first as u32));
        first += members.len() as u64;
    }
    writer.add(SectionId::one(tag::IDENTITY_KEY), &nodes.kept(&positions))
}

/// The keys in the order of their texts read backwards, so that those with one ending stand together. Endings of
/// names of keyless rows tell nothing.
fn backwards(values: &StringTable, is_wanted: bool) -> Vec<u32> {
    let texts = values.as_texts();
    let mut order: Vec<u32> = if is_wanted { (0..texts.len() as u32).collect() } else { Vec::new() };
    order.par_sort_unstable_by(|a, b| {
        let backwards = |code: &u32| texts.get(*code as usize).bytes().rev();
        backwards(a).cmp(backwards(b))
    });
    order
}
