//! Texts made fit for a picture: control characters removed, wrapped, cut to a length, escaped for XML.

/// Whether a character may stand in a picture: allowed by XML 1.0 (section 2.2), not a control character, and not
/// one of those that reorder the text around them, which could make a chart show another number than the record.
fn drawable(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{fffe}' | '\u{ffff}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}')
}

/// One line without characters that must not be drawn; any white space becomes one space.
pub(crate) fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_whitespace() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else if drawable(c) {
            out.push(c);
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// One line, cut to `limit` characters with an ellipsis.
pub(crate) fn short(text: &str, limit: usize) -> String {
    let line = one_line(text);
    if line.chars().count() <= limit {
        return line;
    }
    let mut cut: String = line.chars().take(limit.saturating_sub(1)).collect();
    cut.truncate(cut.trim_end().len());
    cut.push('…');
    cut
}

/// Lines of at most `columns` characters, broken at spaces where there are some; at most `rows` lines, the last
/// one cut with an ellipsis when there is more.
pub(crate) fn wrap(text: &str, columns: usize, rows: usize) -> Vec<String> {
    let line = one_line(text);
    let mut out: Vec<String> = Vec::new();
    let mut rest = line.as_str();
    while !rest.is_empty() && out.len() < rows {
        if out.len() + 1 == rows {
            out.push(short(rest, columns));
            break;
        }
        let end = rest.char_indices().nth(columns).map_or(rest.len(), |(at, _)| at);
        if end == rest.len() {
            out.push(rest.to_owned());
            break;
        }
        // A break that leaves less than a third of the line would waste a row; cut inside the word then.
        let space = if rest[end..].starts_with(' ') { Some(end) } else { rest[..end].rfind(' ') };
        let at = space.filter(|&at| at >= end / 3).unwrap_or(end);
        out.push(rest[..at].trim_end().to_owned());
        rest = rest[at..].trim_start();
    }
    out
}

/// A text escaped for XML content and attributes, without characters that XML does not allow.
pub fn escape_xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(' '),
            c if drawable(c) => out.push(c),
            _ => {}
        }
    }
    out
}

/// A count with thousands set off by commas, for example `1,250,000`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, c) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn wraps_at_spaces_and_cuts_the_rest() {
        assert_eq!(wrap("one two three", 7, 3), ["one two", "three"]);
        assert_eq!(wrap("abcdefghij", 4, 2), ["abcd", "efg…"]);
        assert_eq!(wrap(" \n ", 4, 2), Vec::<String>::new());
        assert_eq!(grouped(1_250_000), "1,250,000");
        assert_eq!(grouped(12), "12");
        assert_eq!(grouped(123), "123");
    }

    #[test]
    fn reordering_characters_do_not_reach_a_picture() {
        assert_eq!(one_line("03\u{202e}00\u{0}1\t 2"), "03001 2");
    }

    proptest! {
        #[test]
        fn wrapped_lines_keep_the_text_and_the_limits(text in ".{0,80}", columns in 2_usize..20) {
            let lines = wrap(&text, columns, 100);
            prop_assert!(lines.iter().all(|line| line.chars().count() <= columns));
            let joined: String = lines.concat().chars().filter(|c| *c != ' ').collect();
            let wanted: String = one_line(&text).chars().filter(|c| *c != ' ').collect();
            prop_assert_eq!(joined, wanted);
            prop_assert!(wrap(&text, columns, 2).len() <= 2);
        }
    }
}
