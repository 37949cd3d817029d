//! Who somebody is: the public half of their keys, in a file that is handed on.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};

use crate::recipient::Recipient;
use crate::signing::VerifyingKey;
use crate::text;

/// Most characters of a name.
const MAX_NAME: usize = 100;

/// The name of a person, a group or an organisation: 1 to 100 printable characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct KeyName(String);

/// A text that is no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a name has 1 to {MAX_NAME} printable characters and no blanks at its ends")]
pub struct KeyNameError;

impl KeyName {
    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for KeyName {
    type Err = KeyNameError;

    fn from_str(text: &str) -> Result<Self, KeyNameError> {
        if text::is_plain(text, MAX_NAME) { Ok(Self(text.to_owned())) } else { Err(KeyNameError) }
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for KeyName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A card: `NAME.candor-card`, TOML, nothing secret in it. It proves nothing by itself: what counts is that two people have compared
/// the fingerprints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// Version of this format: 1.
    pub schema: u32,
    /// Who it is: `Support, first line`.
    pub name: KeyName,
    /// Where they belong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<KeyName>,
    /// How to reach them: an address of mail, a telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<KeyName>,
    /// The key that checks their signatures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signing: Option<VerifyingKey>,
    /// The key to encrypt to them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient: Option<Recipient>,
}

/// A card that cannot be taken.
#[derive(Debug, thiserror::Error)]
pub enum CardError {
    /// It is not TOML of the right shape. The text names line and column.
    #[error("not a card: {0}")]
    Toml(Box<toml::de::Error>),
    /// It is of a version that this program does not know.
    #[error("schema {0} is not known; this program reads schema 1")]
    Schema(u32),
    /// It has no key at all.
    #[error("the card has neither a signing key nor a recipient")]
    Empty,
}

impl Card {
    /// Parses the text of a card.
    ///
    /// # Errors
    /// When it is not of the format or has no key.
    pub fn parse(text: &str) -> Result<Self, CardError> {
        let card: Self = toml::from_str(text).map_err(|error| CardError::Toml(Box::new(error)))?;
        if card.schema != 1 {
            return Err(CardError::Schema(card.schema));
        }
        if card.signing.is_none() && card.recipient.is_none() {
            return Err(CardError::Empty);
        }
        Ok(card)
    }

    /// The text of the file.
    ///
    /// # Errors
    /// Never: every card has a TOML form.
    pub fn to_text(&self) -> Result<String, toml::ser::Error> {
        toml::to_string(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_comes_back() {
        let signing = crate::SigningKey::generate().unwrap().verifying_key().clone();
        let (_, recipient) = crate::new_identity().unwrap();
        let card = Card {
            schema: 1,
            name: "Support".parse().unwrap(),
            organisation: Some("Example AB".parse().unwrap()),
            contact: None,
            signing: Some(signing),
            recipient: Some(recipient),
        };
        assert_eq!(Card::parse(&card.to_text().unwrap()).unwrap(), card);
    }

    #[test]
    fn what_is_no_card_is_told() {
        for (text, part) in [
            ("schema = 1\nname = \"x\"\n", "neither"),
            ("schema = 2\nname = \"x\"\n", "schema 2"),
            ("schema = 1\nname = \"x\"\nsecret = \"y\"\n", "unknown field `secret`"),
            ("schema = 1\nname = \"\"\n", "printable"),
            ("schema = 1\nname = \"a\\u202eb\"\n", "printable"),
            ("schema = 1\nname = \"x\"\nrecipient = \"AGE-SECRET-KEY-1X\"\n", "secret key"),
        ] {
            let error = Card::parse(text).unwrap_err().to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
