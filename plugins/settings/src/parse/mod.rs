//! Pure parsers, one a format: text in, settings with their lines out.

mod assignment;
mod directive;
mod ini;
mod json;
mod lines;
mod toml;
mod yaml;

use serde_json::Value;

use crate::format::Format;

/// Most settings of one file.
const MOST_SETTINGS: usize = 20_000;
/// Most bytes of the keys and values of one file: aliases and long paths multiply what the file holds.
const MOST_BYTES: usize = 8 * 1024 * 1024;
/// Most levels below each other.
pub(crate) const MOST_DEPTH: usize = 64;
/// Longest name of a key; a longer run of letters is data.
pub(crate) const MOST_KEY_BYTES: usize = 200;

/// Why a file gave no settings, or not all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ParseError {
    /// It breaks the format's grammar. What stands there is not repeated.
    #[error("is not valid {format} at line {line}")]
    Syntax {
        /// The format.
        format: Format,
        /// Line, from 1.
        line: u32,
    },
    /// Values lie deeper than anybody writes settings.
    #[error("is nested deeper than {MOST_DEPTH} levels")]
    Depth,
    /// The rest is not listed.
    #[error("has more than {MOST_SETTINGS} settings or {MOST_BYTES} bytes of them")]
    TooMany,
}

/// One key with its value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Found {
    /// From the outermost section to the key itself: `["ethernets", "eth0", "mtu"]`.
    pub(crate) path: Vec<String>,
    /// Typed where the format has types, else text without its outer quotes; null for a key without a value.
    pub(crate) value: Value,
    /// Line, from 1.
    pub(crate) line: u32,
}

/// What a file holds.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) settings: Vec<Found>,
    /// Lines that are neither comment nor setting: shell code, rules of another grammar. They are not delivered.
    pub(crate) unrecognised_lines: u32,
    bytes: usize,
}

impl Findings {
    fn push(&mut self, path: &[String], value: Value, line: u32) -> Result<(), ParseError> {
        let path: Vec<String> = path.iter().map(|part| shortened(part)).collect();
        self.bytes += 64 + path.iter().map(String::len).sum::<usize>() + value.as_str().map_or(8, str::len);
        if self.settings.len() >= MOST_SETTINGS || self.bytes > MOST_BYTES {
            return Err(ParseError::TooMany);
        }
        self.settings.push(Found { path, value, line });
        Ok(())
    }
}

fn shortened(part: &str) -> String {
    if part.len() <= MOST_KEY_BYTES {
        return part.to_owned();
    }
    format!("{}…", &part[..part.floor_char_boundary(MOST_KEY_BYTES)])
}

/// Parses a whole file. With [`ParseError::TooMany`] the findings hold what came before; with others nothing.
pub(crate) fn parse(format: Format, text: &str) -> (Findings, Option<ParseError>) {
    let mut findings = Findings::default();
    let parsed = match format {
        Format::Ini => ini::parse(text, &mut findings),
        Format::Sysctl | Format::Parameters | Format::Env => assignment::parse(format, text, &mut findings),
        Format::KeyValue => directive::parse(text, &mut findings),
        Format::Limits => directive::parse_limits(text, &mut findings),
        Format::Json => json::parse(text, &mut findings),
        Format::Toml => toml::parse(text, &mut findings),
        Format::Yaml => yaml::parse(text, &mut findings),
    };
    match parsed {
        Ok(()) => (findings, None),
        Err(ParseError::TooMany) => (findings, Some(ParseError::TooMany)),
        Err(error) => (Findings::default(), Some(error)),
    }
}

/// A number where it is written as this crate would write it, else its text: `1.10` and `0755` keep their digits.
fn number_or_text(text: &str) -> Value {
    match serde_json::from_str::<Value>(text) {
        Ok(Value::Number(number)) if number.to_string() == text => Value::Number(number),
        _ => Value::from(text),
    }
}

/// The text without one pair of outer quotes. Where the quote also stands inside, the outer two are no pair, and
/// without them `"password": "x"` would not be recognised any more.
fn unquoted(text: &str) -> &str {
    let inner = |quote: char| {
        let inner = text.strip_prefix(quote)?.strip_suffix(quote)?;
        let mut previous = ' ';
        let is_pair =
            inner.chars().all(|letter| std::mem::replace(&mut previous, letter) == '\\' || letter != quote);
        is_pair.then_some(inner)
    };
    inner('"').or_else(|| inner('\'')).unwrap_or(text)
}

/// The value less a comment that starts with one of the characters after a blank, outside of quotes.
fn without_comment<'a>(value: &'a str, marks: &[char]) -> &'a str {
    let mut quote = None;
    let mut previous = ' ';
    for (at, character) in value.char_indices() {
        match quote {
            Some(open) if character == open && previous != '\\' => quote = None,
            Some(_) => {}
            // A quote inside a word is an apostrophe.
            None if matches!(character, '"' | '\'') && matches!(previous, ' ' | '\t' | '=' | ',') => {
                quote = Some(character);
            }
            None if marks.contains(&character) && previous.is_whitespace() => return value[..at].trim_end(),
            None => {}
        }
        previous = character;
    }
    value
}

/// True for a word that a setting may be called: it decides whether a line that nothing else explains is one.
fn is_word(text: &str) -> bool {
    text.len() <= MOST_KEY_BYTES
        && text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-.:/@[]".contains(letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_the_digits_that_were_written() {
        assert_eq!(number_or_text("12"), Value::from(12));
        assert_eq!(number_or_text("1.5"), Value::from(1.5));
        for text in ["1.10", "0755", "1e3", "+1", "99999999999999999999999"] {
            assert_eq!(number_or_text(text), Value::from(text));
        }
    }

    #[test]
    fn only_a_pair_of_quotes_is_taken_off() {
        for (text, expected) in [
            ("\"a\"", "a"),
            ("'a'", "a"),
            ("\"a\\\"b\"", "a\\\"b"),
            ("\"a\": \"b\"", "\"a\": \"b\""),
            ("\"", "\""),
        ] {
            assert_eq!(unquoted(text), expected);
        }
    }

    #[test]
    fn a_comment_behind_a_value_is_cut_and_a_mark_inside_it_is_not() {
        assert_eq!(without_comment("on # why", &['#']), "on");
        assert_eq!(without_comment("a#b", &['#']), "a#b");
        assert_eq!(without_comment("\"a # b\" # c", &['#']), "\"a # b\"");
        assert_eq!(without_comment("it's # c", &['#']), "it's");
    }

    #[test]
    fn a_file_with_too_many_settings_keeps_the_first() {
        let text = "a=1\n".repeat(MOST_SETTINGS + 1);
        let (findings, error) = parse(Format::Sysctl, &text);
        assert_eq!((findings.settings.len(), error), (MOST_SETTINGS, Some(ParseError::TooMany)));
    }
}
