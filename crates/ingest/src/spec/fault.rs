//! Errors of specifications, with the place in the text and the nearest thing that would be right.

use crate::error::{IngestError, Result};
use crate::suggest::nearest;
use std::ops::Range;
use toml::Spanned;

/// The specification's text, for turning positions into lines.
#[derive(Clone, Copy)]
pub(super) struct Text<'a> {
    /// The file's name.
    pub(super) origin: &'a str,
    pub(super) text: &'a str,
}

impl Text<'_> {
    /// An error at a position.
    pub(super) fn error(
        self,
        span: &Range<usize>,
        message: impl Into<String>,
        hint: Option<String>,
    ) -> IngestError {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        IngestError::Spec {
            origin: self.origin.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).unwrap_or("").chars().count() + 1,
            message: message.into(),
            hint,
        }
    }

    /// What the TOML reader found wrong; for an unknown member also the nearest known one.
    pub(super) fn toml_error(self, error: &toml::de::Error) -> IngestError {
        let message = error.message().to_owned();
        let mut quoted = message.split('`').skip(1).step_by(2);
        let hint = (message.starts_with("unknown "))
            .then(|| quoted.next().and_then(|name| nearest(name, quoted)))
            .flatten()
            .map(did_you_mean);
        self.error(&error.span().unwrap_or(0..0), message, hint)
    }

    /// The value that a word stands for.
    pub(super) fn choose<T: Copy>(
        self,
        what: &str,
        word: &Spanned<String>,
        options: &[(&str, T)],
    ) -> Result<T> {
        let text = word.get_ref();
        if let Some((_, value)) = options.iter().find(|(name, _)| name == text) {
            return Ok(*value);
        }
        let names: Vec<&str> = options.iter().map(|(name, _)| *name).collect();
        Err(self.unknown(&word.span(), what, text, &names))
    }

    /// A name that is not among those that it may be.
    pub(super) fn unknown(self, span: &Range<usize>, what: &str, name: &str, known: &[&str]) -> IngestError {
        let hint = match nearest(name, known.iter().copied()) {
            Some(near) => did_you_mean(near),
            None if known.is_empty() => format!("no {what} is declared"),
            None => format!("one of {} expected", known.join(", ")),
        };
        self.error(span, format!("`{name}` is not a known {what}"), Some(hint))
    }

    /// The one ASCII character of a text.
    pub(super) fn one_character(self, what: &str, text: &Spanned<String>) -> Result<u8> {
        match text.get_ref().as_bytes() {
            [byte] if byte.is_ascii() && !b"\r\n".contains(byte) => Ok(*byte),
            _ => {
                let message = format!("`{}` is not a {what}", text.get_ref().escape_debug());
                Err(self.error(&text.span(), message, Some("one ASCII character expected".to_owned())))
            }
        }
    }
}

fn did_you_mean(name: &str) -> String {
    format!("did you mean `{name}`?")
}
