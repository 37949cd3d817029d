//! The privacy statement: a text in the request, shown as it is.

use candor_consent::{Line, StatementReference};
use candor_manifest::Language;
use candor_trust::Digest;
use jiff::civil;

/// Most bytes of a statement.
pub const MAX_STATEMENT_BYTES: usize = 256 * 1024;

/// A privacy statement: its text, and what is said about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Its version, in the vendor's own counting.
    pub version: Line,
    /// The day since which it holds.
    pub date: civil::Date,
    /// The language that it is written in.
    pub language: Language,
    text: String,
}

/// A text that can be no statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// There is nothing in it.
    #[error("the privacy statement is empty")]
    Empty,
    /// It has more than [`MAX_STATEMENT_BYTES`].
    #[error("the privacy statement is larger than 256 KiB")]
    TooLarge,
    /// It is not UTF-8.
    #[error("the privacy statement is not a text in UTF-8")]
    NoText,
    /// It could show something else than it is.
    #[error("line {line} of the privacy statement holds a control character, or one that is not seen")]
    Hidden {
        /// Counted from 1.
        line: usize,
    },
}

impl Statement {
    /// Takes the bytes of a statement.
    ///
    /// # Errors
    /// When they are no text that can be shown as it is.
    pub fn new(
        version: Line,
        date: civil::Date,
        language: Language,
        bytes: &[u8],
    ) -> Result<Self, StatementError> {
        Ok(Self { version, date, language, text: check_text(bytes)?.to_owned() })
    }

    /// Its text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its first line that is not empty.
    pub fn title(&self) -> &str {
        self.text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default()
    }

    /// What a request says of it.
    pub fn reference(&self) -> StatementReference {
        StatementReference {
            version: self.version.clone(),
            date: self.date,
            language: self.language.clone(),
            sha256: Digest::of(self.text.as_bytes()),
        }
    }

    /// A statement as a request refers to it; the hash has been compared.
    pub(crate) fn referred(reference: &StatementReference, text: &str) -> Self {
        Self {
            version: reference.version.clone(),
            date: reference.date,
            language: reference.language.clone(),
            text: text.to_owned(),
        }
    }
}

/// Checks that the bytes are a text of which every character is seen, but for line ends and tabs.
pub(crate) fn check_text(bytes: &[u8]) -> Result<&str, StatementError> {
    if bytes.len() > MAX_STATEMENT_BYTES {
        return Err(StatementError::TooLarge);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| StatementError::NoText)?;
    if text.trim().is_empty() {
        return Err(StatementError::Empty);
    }
    // Two joiners are not seen by themselves, and Persian and Hindi cannot be written without them.
    let is_hidden =
        |letter: char| !matches!(letter, '\t' | '\u{200c}' | '\u{200d}') && candor_trust::is_hidden(letter);
    let is_hidden = |line: &str| line.strip_suffix('\r').unwrap_or(line).chars().any(is_hidden);
    match text.split('\n').position(is_hidden) {
        Some(index) => Err(StatementError::Hidden { line: index + 1 }),
        None => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_a_text_that_shows_what_it_is() {
        assert!(check_text("\nWhat we do\r\n\twith «it»\n".as_bytes()).is_ok());
        for (bytes, error) in [
            (&b""[..], StatementError::Empty),
            (b" \n\t\n", StatementError::Empty),
            (b"\xff", StatementError::NoText),
            (b"a\nb\x1b[1A", StatementError::Hidden { line: 2 }),
            (b"a\rb", StatementError::Hidden { line: 1 }),
            ("a\u{202e}b".as_bytes(), StatementError::Hidden { line: 1 }),
            (&[b'a'; MAX_STATEMENT_BYTES + 1], StatementError::TooLarge),
        ] {
            assert_eq!(check_text(bytes), Err(error));
        }
    }

    #[test]
    fn its_title_is_its_first_line() {
        let text = b"\n  Privacy of reports  \n\nWe ...";
        let statement =
            Statement::new("1".parse().unwrap(), "2026-01-31".parse().unwrap(), "en".parse().unwrap(), text);
        assert_eq!(statement.unwrap().title(), "Privacy of reports");
    }
}
