//! Whole pictures: well-formed, complete, the same every time, with and without Graphviz.
#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up should stop")]

mod common;

use common::{blank, clusters, link, node, path, star};
use jaal_export::dot::{self, DotOptions, Engine};
use jaal_export::graphviz::{LayoutOptions, OutputFormat, layout};
use jaal_export::{ExportError, Format, RenderOptions, Rendered, builtin, png, render};
use jaal_model::answer::Chart;
use proptest::prelude::*;
use resvg::usvg::roxmltree::Document;
use std::path::PathBuf;
use std::time::Duration;

#[allow(clippy::print_stderr, reason = "a test that does not run must say so")]
/// Whether Graphviz is there. Without it the tests that need it say that they did not run.
fn graphviz(test: &str) -> bool {
    let there =
        !matches!(layout("digraph {}", &LayoutOptions::default()), Err(ExportError::GraphvizMissing { .. }));
    if !there {
        eprintln!("needs graphviz: not run: {test}");
    }
    there
}

fn made(chart: &Chart, format: Format, use_graphviz: bool) -> Rendered {
    render(chart, &RenderOptions { format, use_graphviz, scale: 0.5, ..RenderOptions::default() }).unwrap()
}

/// All the text that a reader of an SVG sees.
fn shown(svg: &str) -> String {
    let options = resvg::usvg::roxmltree::ParsingOptions { allow_dtd: true, ..Default::default() };
    let document = Document::parse_with_options(svg, options).unwrap();
    let texts = document.descendants().filter(|node| node.has_tag_name("text"));
    texts.filter_map(|node| node.text()).collect::<Vec<_>>().join("\n")
}

fn check_svg(chart: &Chart, made: &Rendered) {
    let svg = std::str::from_utf8(&made.bytes).unwrap();
    let document = Document::parse(svg).unwrap();
    assert_eq!(document.root_element().attribute("role"), Some("img"));
    let texts = shown(svg);
    for node in &chart.nodes {
        assert!(texts.contains(&node.entity.label), "{} is missing", node.entity.label);
        assert!(texts.contains(&node.entity.kinds[0].to_uppercase()));
    }
    assert_eq!(texts.matches(&chart.marking.to_string()).count(), 2, "banner above and below");
    for words in [chart.title.as_str(), "image 0123456789abcdef", "hops = 2", "commit 12", "confirmed"] {
        assert!(texts.contains(words), "{words} is missing");
    }
    assert!(!svg.contains("href") && !svg.contains("<script") && !svg.contains("<!--"), "self-contained");
}

#[test]
fn pictures_are_complete_and_repeat() {
    let with = graphviz("pictures_are_complete_and_repeat");
    for chart in [path(), star(), clusters()] {
        let own = made(&chart, Format::Svg, false);
        assert_eq!(own.layout, "built-in");
        check_svg(&chart, &own);
        assert!(shown(std::str::from_utf8(&own.bytes).unwrap()).contains("Graphviz not installed"));
        assert_eq!(own, made(&chart, Format::Svg, false));
        if with {
            let drawn = made(&chart, Format::Svg, true);
            assert!(drawn.layout.contains("graphviz "), "{}: {:?}", drawn.layout, drawn.notes);
            check_svg(&chart, &drawn);
            assert_eq!(drawn, made(&chart, Format::Svg, true));
        }
    }
}

#[test]
fn every_line_of_a_path_has_its_label() {
    for use_graphviz in [false, true] {
        if use_graphviz && !graphviz("every_line_of_a_path_has_its_label") {
            continue;
        }
        let texts = shown(std::str::from_utf8(&made(&path(), Format::Svg, use_graphviz).bytes).unwrap());
        for words in ["USED_IN ×37", "2025-09-01 – 2025-10-04", "Rs 1,250,000", "DIRECTOR_OF", "HELD_BY"] {
            assert!(texts.contains(words), "{words} is missing");
        }
    }
}

#[test]
fn a_png_decodes_and_shows_its_text() {
    let own = made(&path(), Format::Png, false);
    let pixels = resvg::tiny_skia::Pixmap::decode_png(&own.bytes).unwrap();
    assert!(pixels.width() > 200 && pixels.height() > 200);
    assert_eq!(own, made(&path(), Format::Png, false));
    let svg = |family: &str, text: &str| {
        format!(
            "<svg xmlns='http://www.w3.org/2000/svg' width='99' height='30'><text x='5' y='20' font-family='{family}'>{text}</text></svg>"
        )
    };
    let dark = |svg: &str| {
        let picture = png::from_svg(svg, 1.0).unwrap();
        let pixels = resvg::tiny_skia::Pixmap::decode_png(&picture.bytes).unwrap();
        (pixels.pixels().iter().filter(|pixel| pixel.red() < 128).count(), picture.missing)
    };
    for family in ["DejaVu Sans", "Helvetica", "Times,serif", "No Such Font", "sans-serif"] {
        let (count, missing) = dark(&svg(family, "Ali Raza"));
        assert!(count > 50 && missing == 0, "text in {family} vanished");
    }
    assert_eq!(dark(&svg("sans-serif", "李 x")).1, 1, "a sign that the font lacks is counted");
}

#[test]
fn a_png_keeps_to_its_pixels() {
    let svg = "<svg xmlns='http://www.w3.org/2000/svg' width='90000' height='30'><rect width='9' height='9'/></svg>";
    let picture = png::from_svg(svg, 2.0).unwrap();
    assert!(picture.scale < 1.0 && picture.width <= 32_000);
    for scale in [0.0, -1.0, f32::NAN, f32::INFINITY] {
        assert!(matches!(png::from_svg(svg, scale), Err(ExportError::Scale { .. })));
    }
    assert!(matches!(png::from_svg("no svg", 1.0), Err(ExportError::Svg { .. })));
}

#[test]
fn small_dot_is_as_it_was() {
    let mut chart = blank("Two \"ends\" & a \\N");
    chart.nodes = vec![node(0, "Person", "Ali <b>\\G"), node(1, "Phone", "+923001234567")];
    chart.links = vec![link(0, 1, "USES", 37)];
    let text = dot::render(&chart, &DotOptions::default());
    assert_eq!(text, include_str!("golden/small.dot"), "tests/golden/small.dot is the reviewed text");
}

#[test]
fn dot_parses_and_graphviz_takes_it() {
    let with = graphviz("dot_parses_and_graphviz_takes_it");
    for chart in [blank("empty"), path(), star(), clusters()] {
        let text = dot::render(&chart, &DotOptions::default());
        dot::parse(&text).unwrap();
        // fdp takes very long for the large chart with its labels.
        if with && chart.nodes.len() < 60 {
            let options = LayoutOptions { engine: Engine::for_chart(&chart), ..LayoutOptions::default() };
            let svg = String::from_utf8(layout(&text, &options).unwrap()).unwrap();
            assert!(svg.contains("RESTRICTED // CYBER"));
        }
    }
}

#[test]
fn graphviz_shows_texts_literally() {
    if !graphviz("graphviz_shows_texts_literally") {
        return;
    }
    let nasty = "\\N \\G\\l &lt; <b> \"x\" ]; y [";
    let mut chart = blank(nasty);
    chart.nodes = vec![node(0, nasty, nasty)];
    chart.nodes[0].group = Some(0);
    chart.groups = vec![jaal_model::answer::ChartGroup { title: nasty.to_owned() }];
    chart.links = vec![link(0, 0, nasty, 1)];
    let text = dot::render(&chart, &DotOptions { engine: Some(Engine::Dot) });
    let svg =
        layout(&text, &LayoutOptions { format: OutputFormat::Svg, ..LayoutOptions::default() }).unwrap();
    let texts = shown(std::str::from_utf8(&svg).unwrap()).replace('\u{a0}', " ");
    let times = texts.matches(nasty).count() + texts.matches("\\N \\G\\l &lt; <b> \"x\" ]").count();
    assert!(times >= 8, "title, cluster, label and link show the text as it is:\n{texts}");
}

#[test]
fn without_graphviz_the_built_in_layout_says_so() {
    let options =
        RenderOptions { graphviz: Some(PathBuf::from("no-such-graphviz")), ..RenderOptions::default() };
    let made = render(&star(), &options).unwrap();
    assert_eq!(made.layout, "built-in");
    assert!(made.notes.iter().any(|note| note.contains("Graphviz is not installed")), "{:?}", made.notes);
    let missing =
        layout("digraph {}", &LayoutOptions { program: "no-such-graphviz".into(), ..Default::default() });
    assert!(missing.unwrap_err().to_string().contains("Debian package `graphviz`"));
}

/// An executable shell script in a folder of its own.
fn script(name: &str, body: &str) -> PathBuf {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("engine");
    std::fs::write(&file, format!("#!/bin/sh\n{body}\n")).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
    file
}

#[test]
fn a_slow_engine_is_stopped() {
    let program = script("slow", "exec sleep 60");
    let started = std::time::Instant::now();
    let options = LayoutOptions { program, timeout: Duration::from_millis(100), ..LayoutOptions::default() };
    assert!(matches!(layout("digraph {}", &options), Err(ExportError::GraphvizTimeout { .. })));
    assert!(started.elapsed() < Duration::from_secs(30), "it did not wait for the sleep to end");
}

#[test]
fn an_engine_that_fails_or_floods_is_an_error() {
    let failing =
        LayoutOptions { program: script("fails", "echo no such thing >&2; exit 3"), ..Default::default() };
    let message = layout("digraph {}", &failing).unwrap_err().to_string();
    assert!(message.contains("no such thing") && message.contains('3'), "{message}");
    let flooding = LayoutOptions {
        program: script("floods", "exec yes"),
        max_output_bytes: 10_000,
        ..Default::default()
    };
    assert!(matches!(
        layout("digraph {}", &flooding),
        Err(ExportError::GraphvizOutput { limit: 10_000, .. })
    ));
    let lying =
        RenderOptions { graphviz: Some(script("lies", "echo graph 1 2 3")), ..RenderOptions::default() };
    let made = render(&path(), &lying).unwrap();
    assert_eq!(made.layout, "built-in");
    assert!(made.notes.iter().any(|note| note.contains("a place for every node")), "{:?}", made.notes);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn any_texts_give_well_formed_pictures(texts in proptest::collection::vec(any::<String>(), 5), budget in 0_usize..4) {
        let mut chart = blank(&texts[0]);
        chart.nodes = vec![node(0, &texts[1], &texts[2]), node(1, "Person", &texts[3]), node(2, "Phone", "x")];
        chart.nodes[0].lines = vec![texts[4].clone()];
        chart.links = vec![link(0, 1, &texts[4], 2), link(1, 1, &texts[0], 1), link(7, 0, "beyond", 1)];
        chart.links[0].note = Some(texts[1].clone());
        chart.groups = vec![jaal_model::answer::ChartGroup { title: texts[2].clone() }];
        chart.nodes[1].group = Some(0);
        chart.nodes[2].group = Some(9);
        chart.parameters = vec![(texts[3].clone(), texts[4].clone())];
        chart.image.clone_from(&texts[1]);
        Document::parse(&builtin::svg(&chart)).unwrap();
        dot::parse(&dot::render(&chart, &DotOptions::default())).unwrap();
        let options = RenderOptions { use_graphviz: false, node_budget: budget, ..RenderOptions::default() };
        render(&chart, &options).unwrap();
    }
}
