//! Draws the charts of the tests into a folder, to look at: `cargo run -p jaal-export --example sheet -- FOLDER [SCALE]`.

#[path = "../tests/common/mod.rs"]
mod common;

use jaal_export::dot::{self, DotOptions};
use jaal_export::{Format, RenderOptions, render};
use std::error::Error;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or("a folder expected")?);
    let scale = std::env::args().nth(2).map_or(Ok(1.5), |text| text.parse())?;
    for (name, chart) in
        [("path", common::path()), ("star", common::star()), ("clusters", common::clusters())]
    {
        std::fs::write(folder.join(format!("{name}.dot")), dot::render(&chart, &DotOptions::default()))?;
        for (suffix, use_graphviz) in [("", true), ("-builtin", false)] {
            for (ending, format) in [("svg", Format::Svg), ("png", Format::Png)] {
                let options = RenderOptions { format, use_graphviz, scale, ..RenderOptions::default() };
                let made = render(&chart, &options)?;
                std::fs::write(folder.join(format!("{name}{suffix}.{ending}")), made.bytes)?;
            }
        }
    }
    Ok(())
}
