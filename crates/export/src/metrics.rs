//! Text measures: how wide a text is in the embedded font, without shaping it.
//!
//! The tables hold the advance widths of printable ASCII in DejaVu Sans and DejaVu Sans Bold 2.37 in thousandths
//! of the font size. Other characters get a generous guess, since a box that is a little too wide does no harm and
//! one that is too narrow cuts a name.

/// Regular, from U+0020 to U+007E.
const REGULAR: [u16; 95] = [
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636,
    636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 295,
    295, 656, 557, 863, 748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838,
    500, 500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521,
    392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
];

/// Bold, from U+0020 to U+007E.
const BOLD: [u16; 95] = [
    348, 456, 521, 838, 696, 1002, 872, 306, 457, 457, 523, 838, 380, 415, 380, 365, 696, 696, 696, 696, 696,
    696, 696, 696, 696, 696, 400, 400, 838, 838, 838, 580, 1000, 774, 762, 734, 830, 683, 683, 821, 837, 372,
    372, 775, 637, 995, 837, 850, 733, 850, 770, 720, 682, 812, 774, 1103, 771, 724, 725, 457, 365, 457, 838,
    500, 500, 675, 716, 593, 716, 678, 435, 716, 712, 343, 343, 665, 343, 1042, 712, 687, 716, 716, 493, 595,
    478, 712, 652, 924, 645, 652, 582, 712, 365, 712, 838,
];

/// Regular or bold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Weight {
    Regular,
    Bold,
}

/// Width of a line of text at a font size, in the unit of the size.
pub(crate) fn width(text: &str, size: f64, weight: Weight) -> f64 {
    let thousandths: u64 = text.chars().map(|c| u64::from(advance(c, weight))).sum();
    thousandths as f64 * size / 1000.0
}

fn advance(c: char, weight: Weight) -> u16 {
    let table = if weight == Weight::Bold { &BOLD } else { &REGULAR };
    match c {
        ' '..='~' => table[c as usize - ' ' as usize],
        // Combining marks of Latin and Arabic script sit on the letter before.
        '\u{300}'..='\u{36f}' | '\u{64b}'..='\u{65f}' => 0,
        '\u{a0}'..='\u{24f}' => 720,
        '\u{600}'..='\u{6ff}' => 850,
        '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' => 1000,
        '\u{ff00}'..='\u{ff60}' | '\u{1_f000}'..='\u{3_ffff}' => 1100,
        _ => 850,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_add_up_and_grow_with_size() {
        assert_eq!(width("", 10.0, Weight::Bold), 0.0);
        assert_eq!(width("AB", 10.0, Weight::Regular), 13.7);
        for text in ["A", "Mir", "علی", "李"] {
            assert!(width(text, 20.0, Weight::Bold) > width(text, 10.0, Weight::Bold));
            assert!(width(text, 10.0, Weight::Bold) >= width(text, 10.0, Weight::Regular));
        }
    }
}
