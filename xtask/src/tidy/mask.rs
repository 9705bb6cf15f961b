//! Masking: Rust source with the contents of its literals, or of its comments too, blanked out, so that a word in a
//! message or a test is not taken for the thing it names. Lines stay where they are.

/// One source text, twice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Masked {
    /// Neither comments nor contents of literals.
    pub(super) code: String,
    /// Code and comments, without contents of literals.
    pub(super) prose: String,
}

/// Masks a source text. What does not parse is taken for code.
pub(super) fn mask(text: &str) -> Masked {
    let mut masker =
        Masker { chars: text.chars().collect(), at: 0, code: String::new(), prose: String::new() };
    while masker.at < masker.chars.len() {
        masker.step();
    }
    Masked { code: masker.code, prose: masker.prose }
}

/// What a character is part of.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Code,
    Comment,
    Literal,
}

struct Masker {
    chars: Vec<char>,
    at: usize,
    code: String,
    prose: String,
}

impl Masker {
    fn step(&mut self) {
        match self.peek(0) {
            '/' if self.peek(1) == '/' => self.take_while(Part::Comment, |rest| rest[0] != '\n'),
            '/' if self.peek(1) == '*' => self.block_comment(),
            '"' => self.text(),
            '\'' => self.quote(),
            'r' if !self.after_name() && self.raw_hashes(1).is_some() => self.raw_text(1),
            'b' | 'c' if !self.after_name() && self.peek(1) == 'r' && self.raw_hashes(2).is_some() => {
                self.raw_text(2);
            }
            _ => self.take(1, Part::Code),
        }
    }

    /// The character so many places on; a zero after the end.
    fn peek(&self, ahead: usize) -> char {
        self.chars.get(self.at + ahead).copied().unwrap_or('\0')
    }

    fn take(&mut self, count: usize, part: Part) {
        let end = (self.at + count).min(self.chars.len());
        for &c in &self.chars[self.at..end] {
            let blank = if c == '\n' { '\n' } else { ' ' };
            self.code.push(if part == Part::Code { c } else { blank });
            self.prose.push(if part == Part::Literal { blank } else { c });
        }
        self.at = end;
    }

    fn take_while(&mut self, part: Part, more: impl Fn(&[char]) -> bool) {
        while self.at < self.chars.len() && more(&self.chars[self.at..]) {
            self.take(1, part);
        }
    }

    /// Comments within comments end one by one.
    fn block_comment(&mut self) {
        let mut depth = 0;
        loop {
            match (self.peek(0), self.peek(1)) {
                ('/', '*') => depth += 1,
                ('*', '/') => depth -= 1,
                _ if self.at >= self.chars.len() => return,
                _ => {
                    self.take(1, Part::Comment);
                    continue;
                }
            }
            self.take(2, Part::Comment);
            if depth == 0 {
                return;
            }
        }
    }

    fn text(&mut self) {
        self.take(1, Part::Code);
        while self.at < self.chars.len() && self.peek(0) != '"' {
            let escaped = self.peek(0) == '\\';
            self.take(if escaped { 2 } else { 1 }, Part::Literal);
        }
        self.take(1, Part::Code);
    }

    /// A character, or the name of a lifetime or label.
    fn quote(&mut self) {
        if self.peek(1) == '\\' {
            // The escaped character may itself be a quote.
            self.take(3, Part::Literal);
            self.take_while(Part::Literal, |rest| rest[0] != '\'' && rest[0] != '\n');
            self.take(1, Part::Literal);
        } else if self.peek(2) == '\'' {
            self.take(3, Part::Literal);
        } else {
            self.take(1, Part::Code);
        }
    }

    /// Whether a name goes on here, so that an `r` is not the beginning of a raw text.
    fn after_name(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|at| self.chars.get(at));
        before.is_some_and(|c| c.is_alphanumeric() || *c == '_')
    }

    /// The number of `#` before the quote of a raw text, if one begins so many places on.
    fn raw_hashes(&self, ahead: usize) -> Option<usize> {
        let hashes = self.chars[self.at + ahead..].iter().take_while(|c| **c == '#').count();
        (self.peek(ahead + hashes) == '"').then_some(hashes)
    }

    fn raw_text(&mut self, prefix: usize) {
        let Some(hashes) = self.raw_hashes(prefix) else { return self.take(1, Part::Code) };
        self.take(prefix + hashes + 1, Part::Code);
        let ends = |rest: &[char]| {
            rest[0] == '"' && rest.len() > hashes && rest[1..=hashes].iter().all(|c| *c == '#')
        };
        self.take_while(Part::Literal, |rest| !ends(rest));
        self.take(1 + hashes, Part::Code);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> String {
        mask(text).code
    }

    #[test]
    fn comments_are_prose_and_not_code() {
        let masked = mask("a // b\nc /* d /* e */ f\n */ g");
        assert_eq!(masked.code, "a     \nc               \n    g");
        assert_eq!(masked.prose, "a // b\nc /* d /* e */ f\n */ g");
    }

    #[test]
    fn contents_of_literals_are_neither() {
        assert_eq!(code(r#"f("a \" // b", 'c', b"d")"#), r#"f("         ",    , b" ")"#);
        assert_eq!(code("x = r#\"a \" b\"#; y"), "x = r#\"     \"#; y");
        assert_eq!(code("br\"unsafe\" unsafe"), "br\"      \" unsafe");
        assert_eq!(mask("\"a\" // b").prose, "\" \" // b");
    }

    #[test]
    fn quotes_of_lifetimes_and_characters_are_told_apart() {
        assert_eq!(code("fn f<'a>(x: &'a str) {}"), "fn f<'a>(x: &'a str) {}");
        assert_eq!(code(r"['\'', '\u{1F}', '\\', '/']"), "[    ,         ,     ,    ]");
        assert_eq!(code("'outer: loop { for \"x\" }"), "'outer: loop { for \" \" }");
    }

    #[test]
    fn what_is_never_closed_ends_with_the_text() {
        for text in ["\"abc", "/* abc", "r#\"abc", "'", "'\\", "r", "br", "r#", "/"] {
            let masked = mask(text);
            assert_eq!(masked.code.chars().count(), text.chars().count(), "{text}");
        }
    }
}
