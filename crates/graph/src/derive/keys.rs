//! Keys: for each scheme its values in order, each with the entity it names.

use super::Identities;
use super::nodes::{NO_NODE, Nodes};
use crate::GraphError;
use crate::error::narrow;
use crate::segment::{SectionId, Sections, StringTable, tag};
use jaal_model::{ROW_SCHEME, text_order};
use rayon::prelude::*;

/// A scheme of the catalog: name, kind, and the position of its first key.
type SchemeText = (String, Option<String>, u32);

/// The keys of all identities that the image has. Schemes are in the order of their names.
pub(crate) fn build(
    identities: &Identities,
    nodes: &Nodes,
) -> Result<(Sections, Vec<SchemeText>), GraphError> {
    let mut sections = Sections::default();
    let mut schemes = Vec::new();
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
        let members = in_order(&by_scheme[scheme], identities);
        let values = StringTable::collect(members.iter().map(|i| identities.values.get(*i as usize)))?;
        let section = |tag| SectionId::new(tag, at as u32, 0);
        values.write(&mut sections, section(tag::KEY_ENDS), section(tag::KEY_BYTES));
        let owners: Vec<u32> = members.iter().map(|i| nodes.of_identity[*i as usize]).collect();
        sections.add(section(tag::KEY_NODE), &owners);
        let is_read_backwards = identities.schemes[scheme].name != ROW_SCHEME;
        sections.add(section(tag::KEY_BACKWARDS), &backwards(&values, is_read_backwards));
        for (offset, identity) in members.iter().enumerate() {
            positions[*identity as usize] = narrow("keys", first + offset as u64)?;
        }
        let scheme = &identities.schemes[scheme];
        schemes.push((scheme.name.clone(), scheme.kind.clone(), first as u32));
        first += members.len() as u64;
    }
    sections.add(SectionId::one(tag::IDENTITY_KEY), &nodes.kept(&positions));
    Ok((sections, schemes))
}

/// Identities in the order of their keys' values.
fn in_order(members: &[u32], identities: &Identities) -> Vec<u32> {
    let value = |identity: u32| identities.values.get(identity as usize).as_bytes();
    let mut order: Vec<(u128, u32)> =
        members.par_iter().map(|identity| (text_order::beginning(value(*identity)), *identity)).collect();
    order.par_sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| value(a.1).cmp(value(b.1))));
    order.into_iter().map(|(_, identity)| identity).collect()
}

/// The keys in the order of their texts read backwards, so that those with one ending stand together. Endings of
/// names of keyless rows tell nothing.
fn backwards(values: &StringTable, is_wanted: bool) -> Vec<u32> {
    let texts = values.as_texts();
    let text = |code: u32| texts.raw(code as usize);
    let codes = if is_wanted { 0..texts.len() as u32 } else { 0..0 };
    let mut order: Vec<(u128, u32)> =
        codes.into_par_iter().map(|code| (text_order::ending(text(code)), code)).collect();
    order
        .par_sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| text_order::backwards(text(a.1), text(b.1))));
    order.into_iter().map(|(_, code)| code).collect()
}
