//! Entities and links as answers show them: what to call an entity, which of its kinds comes first, one link on
//! one line.

use jaal_csr::LinkHandle;
use jaal_graph::View;
use jaal_model::answer::{EntityRef, LinkLine};
use jaal_model::{Key, NodeIdx, ROW_SCHEME, Value, base_kind};

/// One entity on one line.
pub fn entity_ref(view: &View, node: NodeIdx) -> EntityRef {
    let id = view.entity_id(node);
    let key = preferred_key(view, node);
    let label =
        name(view, node).or_else(|| key.as_ref().map(|k| k.value.clone())).unwrap_or_else(|| id.to_string());
    EntityRef { id, kinds: kinds(view, node, key.as_ref()), label, key }
}

/// Several entities, each on one line, in the given order.
pub fn entity_refs(view: &View, nodes: impl IntoIterator<Item = NodeIdx>) -> Vec<EntityRef> {
    nodes.into_iter().map(|node| entity_ref(view, node)).collect()
}

/// The kind that tells most of an entity: the base kind of its preferred key, else the first by name.
pub fn first_kind(view: &View, node: NodeIdx) -> String {
    match view.kinds_of(node) {
        [] => String::new(),
        [only] => kind_name(view, *only),
        _ => kinds(view, node, preferred_key(view, node).as_ref()).into_iter().next().unwrap_or_default(),
    }
}

/// An entity in a sentence: its first kind, its label and, where the label is not the id already, its id.
pub fn in_words(entity: &EntityRef) -> String {
    let kind = entity.kinds.first().map_or("Entity", String::as_str);
    let id = entity.id.to_string();
    if entity.label == id { format!("{kind} {id}") } else { format!("{kind} {} ({id})", entity.label) }
}

/// One link on one line, without its evidence.
pub fn link_line(view: &View, link: LinkHandle) -> LinkLine {
    let (from, to) = view.ends(link);
    let (valid_from, valid_to) = view.link_validity(link);
    let grade = view.link_grade(link);
    LinkLine {
        id: view.link_id(link),
        link_type: type_name(view, link.link_type),
        from: view.entity_id(from),
        to: view.entity_id(to),
        properties: view.link_properties(link),
        grade,
        certainty: grade.certainty(),
        valid_from,
        valid_to,
        claims: view.link_claim_count(link),
        evidence: Vec::new(),
    }
}

/// The name of a link type; empty for a number that the view does not know.
pub(crate) fn type_name(view: &View, link_type: u16) -> String {
    view.link_types().get(usize::from(link_type)).cloned().unwrap_or_default()
}

/// The name of a kind; empty for a number that the view does not know.
pub(crate) fn kind_name(view: &View, kind: u16) -> String {
    view.kinds().get(usize::from(kind)).cloned().unwrap_or_default()
}

/// The preferred key, keys of keyless rows left out: their values are digests that tell a reader nothing.
fn preferred_key(view: &View, node: NodeIdx) -> Option<Key> {
    view.keys(node).into_iter().find(|key| key.scheme != ROW_SCHEME)
}

/// The name; with the surname behind it where the sources keep the two apart.
fn name(view: &View, node: NodeIdx) -> Option<String> {
    let name = view.name(node).filter(|n| !n.trim().is_empty())?;
    Some(match view.property(node, "surname") {
        Value::Str(surname) if name.split_whitespace().count() == 1 => with_surname(&name, &surname),
        _ => name,
    })
}

fn with_surname(name: &str, surname: &str) -> String {
    let surname = surname.trim();
    if surname.is_empty() || name == surname { name.to_owned() } else { format!("{name} {surname}") }
}

fn kinds(view: &View, node: NodeIdx, key: Option<&Key>) -> Vec<String> {
    let names = view.kinds_of(node).iter().map(|kind| kind_name(view, *kind)).collect();
    lead_with(names, key.and_then(|k| base_kind(&k.scheme)))
}

/// The names sorted, the leading one first if it is among them.
fn lead_with(mut names: Vec<String>, leading: Option<&str>) -> Vec<String> {
    names.sort_by(|a, b| (Some(a.as_str()) != leading, a).cmp(&(Some(b.as_str()) != leading, b)));
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_base_kind_leads_and_the_rest_is_sorted() {
        let names = ["Suspect", "Person", "Director"].map(String::from);
        assert_eq!(lead_with(names.to_vec(), Some("Person")), ["Person", "Director", "Suspect"]);
        assert_eq!(lead_with(names.to_vec(), Some("Phone")), ["Director", "Person", "Suspect"]);
        assert_eq!(lead_with(names.to_vec(), None), ["Director", "Person", "Suspect"]);
    }

    #[test]
    fn a_surname_is_not_said_twice() {
        assert_eq!(with_surname("Ahmed", " Khan "), "Ahmed Khan");
        assert_eq!(with_surname("Khan", "Khan"), "Khan");
        assert_eq!(with_surname("Ahmed", ""), "Ahmed");
    }
}
