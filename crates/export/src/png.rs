//! PNG: an SVG drawn as pixels, with the fonts that the crate carries.
//!
//! Fonts of the machine are not used, so the same SVG gives the same pixels everywhere. DejaVu Sans covers Latin,
//! Greek, Cyrillic and most of Arabic script, but neither ہ (U+06C1) nor ے (U+06D2), nor Chinese: [`Picture::missing`]
//! counts what shows as an empty box.

use crate::ExportError;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{self, fontdb};
use std::sync::{Arc, LazyLock};

/// The most pixels of a picture.
pub const PIXELS_MAX: u64 = 64_000_000;
/// The largest enlargement.
pub const SCALE_MAX: f32 = 16.0;

const REGULAR: &[u8] = include_bytes!("../assets/DejaVuSans.ttf");
const BOLD: &[u8] = include_bytes!("../assets/DejaVuSans-Bold.ttf");

/// The embedded fonts, also under the generic names and whatever else a text asks for.
static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    fonts.load_font_data(REGULAR.to_vec());
    fonts.load_font_data(BOLD.to_vec());
    for set in [
        fontdb::Database::set_serif_family::<&str>,
        fontdb::Database::set_sans_serif_family::<&str>,
        fontdb::Database::set_cursive_family::<&str>,
        fontdb::Database::set_fantasy_family::<&str>,
        fontdb::Database::set_monospace_family::<&str>,
    ] {
        set(&mut fonts, "DejaVu Sans");
    }
    Arc::new(fonts)
});

/// A drawn picture.
#[derive(Clone, PartialEq, Debug)]
pub struct Picture {
    /// The PNG file.
    pub bytes: Vec<u8>,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// The scale used: the one asked for, or less where that would have given more than [`PIXELS_MAX`] pixels.
    pub scale: f32,
    /// Characters for which the fonts have no sign.
    pub missing: usize,
}

/// Draws an SVG; at scale 1 one of its units (CSS pixels at 96 to the inch) is one pixel.
///
/// # Errors
/// [`ExportError::Svg`] when the text is not an SVG, [`ExportError::Scale`] when the scale is not between 0 and
/// [`SCALE_MAX`], [`ExportError::Png`] when the pixels cannot be had or written.
///
/// # Complexity
/// O(pixels × shapes) at worst; memory four bytes for each pixel.
pub fn from_svg(svg: &str, scale: f32) -> Result<Picture, ExportError> {
    if !(scale > 0.0 && scale <= SCALE_MAX) {
        return Err(ExportError::Scale { scale, limit: SCALE_MAX });
    }
    let options = usvg::Options {
        font_family: "DejaVu Sans".to_owned(),
        fontdb: Arc::clone(&FONTS),
        // A picture made here refers to nothing outside itself; one from elsewhere must not make us read files.
        image_href_resolver: usvg::ImageHrefResolver {
            resolve_data: Box::new(|_, _, _| None),
            resolve_string: Box::new(|_, _| None),
        },
        ..usvg::Options::default()
    };
    let tree = usvg::Tree::from_str(svg, &options).map_err(|source| ExportError::Svg { source })?;
    let (width, height) = (f64::from(tree.size().width()), f64::from(tree.size().height()));
    let most = (PIXELS_MAX as f64 / (width * height)).sqrt();
    let mut used = f64::from(scale).min(most);
    if width.max(height) * used > 32_000.0 {
        used = 32_000.0 / width.max(height);
    }
    let pixels = |length: f64| ((length * used).floor() as u32).max(1);
    let (across, down) = (pixels(width), pixels(height));
    let failed = |message: String| ExportError::Png { width: across, height: down, message };
    let mut pixmap =
        Pixmap::new(across, down).ok_or_else(|| failed("no memory for the pixels".to_owned()))?;
    pixmap.fill(resvg::tiny_skia::Color::WHITE);
    let used = used as f32;
    resvg::render(&tree, Transform::from_scale(used, used), &mut pixmap.as_mut());
    let bytes = pixmap.encode_png().map_err(|error| failed(error.to_string()))?;
    Ok(Picture { bytes, width: across, height: down, scale: used, missing: missing(tree.root()) })
}

/// Signs that the fonts do not have: by convention of OpenType they are drawn as glyph 0.
fn missing(group: &usvg::Group) -> usize {
    let mut count = 0;
    for node in group.children() {
        match node {
            usvg::Node::Group(inner) => count += missing(inner),
            usvg::Node::Text(text) => {
                let glyphs = text.layouted().iter().flat_map(|span| &span.positioned_glyphs);
                count += glyphs.filter(|glyph| glyph.id.0 == 0).count();
            }
            _ => {}
        }
    }
    count
}
