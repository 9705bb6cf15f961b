//! The sixth part of the story: pictures of the path, of the largest network, and of one new arrest's surroundings.

use super::arrests::After;
use super::connection::Connection;
use super::groups::with_arrests;
use crate::commands::networks::Grouped;
use crate::failure::Failure;
use crate::output::words::label;
use jaal_engine::algorithms::paths::Workspace;
use jaal_engine::analysis::around::{AroundQuestion, around};
use jaal_engine::analysis::chart::{NetworkChart, around_chart, network_chart, path_chart};
use jaal_engine::export::{RenderOptions, render};
use jaal_engine::model::answer::Chart;
use jaal_engine::{Budget, Reading};
use std::path::{Path, PathBuf};

/// Entities linked with more others than this are shown and not walked through.
const HUB_CAP: u64 = 60;
/// The most entities around a new arrest.
const AROUND: usize = 80;

/// Draws what there is to draw; gives each file with what it shows.
pub(super) fn draw_all(
    folder: &Path,
    reading: &Reading,
    grouped: &Grouped,
    connection: Option<&Connection>,
    after: Option<&After>,
) -> Result<Vec<(PathBuf, String)>, Failure> {
    std::fs::create_dir_all(folder).map_err(Failure::io("make the folder", folder))?;
    let mut drawn = Vec::new();
    if let Some(connection) = connection {
        let chart = path_chart(&reading.view, &connection.question, &connection.answer)?;
        let ends = (label(&connection.answer.from), label(&connection.answer.to));
        drawn.push(draw(folder, "path.svg", &chart, &format!("the path between {} and {}", ends.0, ends.1))?);
    }
    if let Some(largest) = with_arrests(grouped).next() {
        let what = NetworkChart { members: 25, things: 25, ..NetworkChart::of(vec![largest.number]) };
        let chart = network_chart(&reading.view, &grouped.ties, &grouped.networks, &what)?;
        let words = format!("network {}: its most strongly tied members and what they share", largest.number);
        drawn.push(draw(folder, "network.svg", &chart, &words)?);
    }
    let nearby = after.and_then(|after| {
        let one = after.people.iter().find(|one| !one.known_before && !one.nearest.is_empty())?;
        Some((after, one, after.reading.view.node_of(one.person.id)?))
    });
    if let Some((after, one, centre)) = nearby {
        let question =
            AroundQuestion { hops: 2, hub_cap: Some(HUB_CAP), limit: AROUND, ..AroundQuestion::of(centre) };
        let answer = around(&after.reading.view, &question, &mut Workspace::new(), &Budget::default())?;
        let chart = around_chart(&after.reading.view, &answer);
        let words = format!("what lies within two links of the new arrest {}", label(&one.person));
        drawn.push(draw(folder, "new-arrest.svg", &chart, &words)?);
    }
    Ok(drawn)
}

fn draw(folder: &Path, name: &str, chart: &Chart, what: &str) -> Result<(PathBuf, String), Failure> {
    let path = folder.join(name);
    let picture = render(chart, &RenderOptions::default())?;
    std::fs::write(&path, &picture.bytes).map_err(Failure::io("write", &path))?;
    Ok((path, format!("{what} (layout: {})", picture.layout)))
}
