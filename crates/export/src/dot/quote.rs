//! Quoting: texts as DOT strings and as Graphviz's HTML-like labels, and back.
//!
//! Three layers read a label: the DOT lexer (only `\"` means something to it), Graphviz's own escapes (`\N`, `\G`,
//! `\l`, `\n`, `\\`; <https://graphviz.org/docs/attr-types/escString/>), and character references (`&amp;`). A text
//! must pass all three and still show as it stands.

use crate::text::escape_xml;

/// A text as a quoted DOT string that shows literally when it is used as a label.
pub fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '&' => out.push_str("&amp;"),
            // A NUL would end the text for Graphviz, which is written in C.
            '\0' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// The text that [`quote`] was given (with U+FFFD for NUL); `None` when this is not a string of that form.
pub fn unquote(quoted: &str) -> Option<String> {
    let inner = quoted.strip_prefix('"')?.strip_suffix('"')?;
    let mut out = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '\\' => {
                let escaped = rest.chars().next()?;
                rest = &rest[escaped.len_utf8()..];
                out.push(match escaped {
                    'n' => '\n',
                    '"' | '\\' => escaped,
                    _ => return None,
                });
            }
            '&' => {
                rest = rest.strip_prefix("amp;")?;
                out.push('&');
            }
            '"' => return None,
            c => out.push(c),
        }
    }
    Some(out)
}

/// A text for use inside an HTML-like label: XML-escaped, and with backslashes doubled, since Graphviz applies its
/// own escapes there too. Characters that XML does not allow are dropped.
pub fn html(text: &str) -> String {
    escape_xml(text).replace('\\', "\\\\")
}

#[cfg(test)]
mod tests {
    use super::*;
    use graphviz_rust::dot_structures::{Attribute, Graph, Id, Node, NodeId, Stmt};
    use graphviz_rust::printer::{DotPrinter, PrinterContext};
    use proptest::prelude::*;

    fn as_graph(label: Id) -> Graph {
        let node = Node::new(
            NodeId(Id::Plain("n0".into()), None),
            vec![Attribute(Id::Plain("label".into()), label)],
        );
        Graph::DiGraph { id: Id::Plain("g".into()), strict: false, stmts: vec![Stmt::Node(node)] }
    }

    /// What the parser makes of a graph with this label; the graph must come back with nothing more or less.
    fn through_dot(label: Id) -> Id {
        let graph = as_graph(label);
        let text = graph.print(&mut PrinterContext::default());
        let back = graphviz_rust::parse(&text).unwrap();
        assert_eq!(back, graph, "{text}");
        let Graph::DiGraph { mut stmts, .. } = back else { unreachable!("written as a digraph") };
        let Some(Stmt::Node(mut node)) = stmts.pop() else { unreachable!("written with one node") };
        node.attributes.remove(0).1
    }

    fn nasty() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            Just("\"".to_owned()),
            Just("\\".to_owned()),
            Just("\n".to_owned()),
            Just("\\N\\G\\l".to_owned()),
            Just("]; evil [".to_owned()),
            Just("<b>x</b>".to_owned()),
            Just("&amp;&lt;".to_owned()),
            Just(">>".to_owned()),
            Just("\0".to_owned()),
            Just("-> } /* // #".to_owned()),
            any::<char>().prop_map(String::from),
            ".{0,8}",
        ];
        proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn any_text_comes_back_from_a_quoted_string(text in nasty()) {
            let Id::Escaped(quoted) = through_dot(Id::Escaped(quote(&text))) else {
                return Err(TestCaseError::fail("not a quoted string"));
            };
            prop_assert_eq!(unquote(&quoted).unwrap(), text.replace('\0', "\u{fffd}"));
        }

        #[test]
        fn any_text_stays_inside_an_html_label(text in nasty()) {
            let label = format!("<<B>{}</B>>", html(&text));
            prop_assert_eq!(through_dot(Id::Html(label.clone())), Id::Html(label.clone()));
            let document = resvg::usvg::roxmltree::Document::parse(&label[1..label.len() - 1]).unwrap();
            let shown = document.root_element().text().unwrap_or_default().replace("\\\\", "\\");
            let wanted: String = text
                .chars()
                .map(|c| if c == '\n' || c == '\t' { ' ' } else { c })
                .filter(|c| !escape_xml(&c.to_string()).is_empty())
                .collect();
            prop_assert_eq!(shown, wanted);
        }

        #[test]
        fn unquote_takes_any_text(text in ".{0,20}") {
            if let Some(inner) = unquote(&text) {
                prop_assert_eq!(quote(&inner), text.replace('\n', "\\n").replace('\0', "\u{fffd}"));
            }
        }
    }
}
