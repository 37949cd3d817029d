//! To whom is encrypted: one key of age's.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::fingerprint::Fingerprint;

/// A public key of age's, as text: `age1…`.
///
/// The one place that knows which kinds there are.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Recipient {
    text: String,
    class: RecipientClass,
}

/// What a recipient's key withstands. A file is encrypted to recipients of one class: the weakest lock decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecipientClass {
    /// Elliptic curves: `age1…` of age itself, `age1tag1…`, and those of plugins, of which no more is known.
    Classic,
    /// Withstands quantum computers as far as anybody knows: `age1tagpq1…`.
    PostQuantum,
}

impl RecipientClass {
    /// For people.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Classic => "classic",
            Self::PostQuantum => "post-quantum",
        }
    }
}

/// A text that is no recipient.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecipientError {
    /// It is not age's text of a public key.
    #[error("not an age recipient: a text that begins with `age1` is expected")]
    Format,
    /// It is a secret.
    #[error("this is a secret key; a recipient is the public key, which begins with `age1`")]
    Secret,
    /// It is a key that signs.
    #[error("this is a key that checks signatures; a recipient is an age key, which begins with `age1`")]
    Signing,
}

/// A recipient as the age library has it.
pub(crate) enum AgeRecipient {
    X25519(age::x25519::Recipient),
    Tag(age::tag::Recipient),
    TagPostQuantum(Box<age::tagpq::Recipient>),
    Plugin(age::plugin::Recipient),
}

impl AgeRecipient {
    fn parse(text: &str) -> Option<Self> {
        let native = text.parse().map(Self::X25519).ok();
        let native = native.or_else(|| text.parse().map(|key| Self::TagPostQuantum(Box::new(key))).ok());
        let native = native.or_else(|| text.parse().map(Self::Tag).ok());
        native.or_else(|| text.parse().map(Self::Plugin).ok())
    }
}

impl Recipient {
    /// The class of its key.
    pub fn class(&self) -> RecipientClass {
        self.class
    }

    /// What two people compare.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.text)
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn of_age(&self) -> Option<AgeRecipient> {
        AgeRecipient::parse(&self.text)
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Recipient({})", self.text)
    }
}

impl FromStr for Recipient {
    type Err = RecipientError;

    fn from_str(text: &str) -> Result<Self, RecipientError> {
        let text = text.trim();
        let upper = text.to_ascii_uppercase();
        if upper.starts_with("AGE-SECRET-KEY-") || upper.starts_with("AGE-PLUGIN-") {
            return Err(RecipientError::Secret);
        }
        if text.parse::<crate::VerifyingKey>().is_ok() {
            return Err(RecipientError::Signing);
        }
        // Bech32 may be written in capitals; fingerprints are made of the text, so there is one spelling.
        if text.chars().any(|letter| letter.is_ascii_uppercase()) {
            return Err(RecipientError::Format);
        }
        let class = match AgeRecipient::parse(text).ok_or(RecipientError::Format)? {
            AgeRecipient::TagPostQuantum(_) => RecipientClass::PostQuantum,
            AgeRecipient::X25519(_) | AgeRecipient::Tag(_) | AgeRecipient::Plugin(_) => {
                RecipientClass::Classic
            }
        };
        Ok(Self { text: text.to_owned(), class })
    }
}

impl Serialize for Recipient {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Recipient {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_the_wrong_kind_are_named() {
        let identity = age::x25519::Identity::generate();
        let public = identity.to_public().to_string();
        let recipient: Recipient = public.parse().unwrap();
        assert_eq!((recipient.as_str(), recipient.class()), (public.as_str(), RecipientClass::Classic));
        let secret = age::secrecy::ExposeSecret::expose_secret(&identity.to_string()).to_owned();
        assert_eq!(secret.parse::<Recipient>(), Err(RecipientError::Secret));
        let signing = crate::SigningKey::generate().unwrap().verifying_key().to_string();
        assert_eq!(signing.parse::<Recipient>(), Err(RecipientError::Signing));
        for wrong in ["", "age1", &public[1..], &public.to_uppercase(), &format!("{public}q")] {
            assert_eq!(wrong.parse::<Recipient>(), Err(RecipientError::Format), "{wrong}");
        }
    }
}
