//! Text of others that is shown to people.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};

/// A text of 1 to `MOST` printable characters, all in one line, without blanks at its ends. What it shows is what it is: there are no
/// characters in it that are not seen or turn the direction.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct PlainText<const MOST: usize>(String);

/// A text that cannot be shown as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("1 to {most} printable characters in one line are expected, without blanks at the ends")]
pub struct PlainTextError {
    /// Most characters that it may have.
    pub most: usize,
}

impl<const MOST: usize> PlainText<MOST> {
    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MOST: usize> FromStr for PlainText<MOST> {
    type Err = PlainTextError;

    fn from_str(text: &str) -> Result<Self, PlainTextError> {
        if is_plain(text, MOST) { Ok(Self(text.to_owned())) } else { Err(PlainTextError { most: MOST }) }
    }
}

impl<const MOST: usize> fmt::Display for PlainText<MOST> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

impl<'de, const MOST: usize> Deserialize<'de> for PlainText<MOST> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// True for 1 to `most` characters that are all seen, without blanks at the ends.
pub(crate) fn is_plain(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.chars().count()) && text.trim() == text && !text.chars().any(is_hidden)
}

/// True for characters with which a text could look like another: controls, and those that change the direction or are not seen.
pub fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_seen_is_not_taken() {
        assert_eq!("a ü".parse::<PlainText<3>>().unwrap().as_str(), "a ü");
        for wrong in ["", "abcd", " a", "a\n", "a\tb", "\u{202e}a", "a\u{200b}", "\u{1b}[1"] {
            assert_eq!(wrong.parse::<PlainText<3>>(), Err(PlainTextError { most: 3 }), "{wrong:?}");
        }
    }
}
