//! The chart of a neighbourhood: the entity in the middle, what was found around it, and the links among them.

use jaal_graph::View;
use jaal_model::answer::{AroundAnswer, Chart, Emphasis};

use super::{empty, fold, label, node, positions};

/// The chart of an answer to `around`.
pub fn around_chart(view: &View, answer: &AroundAnswer) -> Chart {
    let parameters = vec![
        ("around".to_owned(), answer.centre.id.to_string()),
        ("hops".to_owned(), answer.hops.to_string()),
    ];
    let mut chart = empty(view, format!("Around {}", label(&answer.centre)), parameters);
    for (entity, distance) in &answer.entities {
        if let Some(at) = view.node_of(entity.id) {
            let emphasis = if *distance == 0 { Emphasis::Strong } else { Emphasis::Plain };
            chart.nodes.push(node(view, at, emphasis, None));
        }
    }
    chart.links = fold::fold(&answer.links, &positions(&chart.nodes), |_| Emphasis::Plain);
    if answer.more > 0 {
        chart
            .notes
            .push(format!("{} further entities within {} hops are not shown", answer.more, answer.hops));
    }
    for (hub, degree) in &answer.hubs {
        chart.notes.push(format!("not walked through: {} with {degree} others", label(hub)));
    }
    if answer.more_links > 0 {
        chart.notes.push(format!("{} further links are not counted", answer.more_links));
    }
    chart.notes.extend(answer.stopped.clone());
    chart
}
