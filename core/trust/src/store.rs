//! Whom somebody trusts, and for what.

use serde::{Deserialize, Serialize};

use crate::card::KeyName;
use crate::recipient::Recipient;
use crate::signing::VerifyingKey;

/// What somebody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum May {
    /// Ask for reports.
    Request,
    /// Receive reports.
    Receive,
}

/// Somebody who is trusted. Their fingerprints have been compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trusted {
    /// Who it is.
    pub name: KeyName,
    /// Where they belong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<KeyName>,
    /// How to reach them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<KeyName>,
    /// The key that checks their signatures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signing: Option<VerifyingKey>,
    /// The key to encrypt to them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient: Option<Recipient>,
    /// For what.
    pub may: Vec<May>,
    /// Since when, RFC 3339.
    pub since: jiff::Timestamp,
}

/// `trust.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrustFile {
    /// Version of this format: 1.
    pub schema: u32,
    /// Everybody who is trusted.
    #[serde(default)]
    pub trusted: Vec<Trusted>,
}

/// A trust file that cannot be followed.
#[derive(Debug, thiserror::Error)]
pub enum TrustFileError {
    /// It is not TOML of the right shape. The text names line and column.
    #[error("not a trust file: {0}")]
    Toml(Box<toml::de::Error>),
    /// It is of a version that this program does not know.
    #[error("schema {0} is not known; this program reads schema 1")]
    Schema(u32),
}

impl Default for TrustFile {
    fn default() -> Self {
        Self { schema: 1, trusted: Vec::new() }
    }
}

impl TrustFile {
    /// Parses the text of a trust file.
    ///
    /// # Errors
    /// When it is not of the format.
    pub fn parse(text: &str) -> Result<Self, TrustFileError> {
        let file: Self = toml::from_str(text).map_err(|error| TrustFileError::Toml(Box::new(error)))?;
        if file.schema == 1 { Ok(file) } else { Err(TrustFileError::Schema(file.schema)) }
    }

    /// The text of the file.
    ///
    /// # Errors
    /// Never: every trust file has a TOML form.
    pub fn to_text(&self) -> Result<String, toml::ser::Error> {
        toml::to_string(self)
    }

    /// Adds what another file trusts.
    pub fn extend(&mut self, other: Self) {
        self.trusted.extend(other.trusted);
    }

    /// Who signs with this key, if they may do this.
    pub fn signer(&self, key: &VerifyingKey, may: May) -> Option<&Trusted> {
        self.trusted
            .iter()
            .find(|trusted| trusted.signing.as_ref() == Some(key) && trusted.may.contains(&may))
    }

    /// Who receives with this key, if they are trusted to.
    pub fn receiver(&self, key: &Recipient) -> Option<&Trusted> {
        let may = |trusted: &&Trusted| trusted.may.contains(&May::Receive);
        self.trusted.iter().filter(may).find(|trusted| trusted.recipient.as_ref() == Some(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trust_is_for_a_purpose() {
        let signing = crate::SigningKey::generate().unwrap().verifying_key().clone();
        let (_, recipient) = crate::new_identity().unwrap();
        let trusted = Trusted {
            name: "Support".parse().unwrap(),
            organisation: None,
            contact: None,
            signing: Some(signing.clone()),
            recipient: Some(recipient.clone()),
            may: vec![May::Request],
            since: "2026-01-31T12:00:00Z".parse().unwrap(),
        };
        let file = TrustFile { schema: 1, trusted: vec![trusted] };
        let file = TrustFile::parse(&file.to_text().unwrap()).unwrap();
        assert!(file.signer(&signing, May::Request).is_some());
        assert!(file.signer(&signing, May::Receive).is_none());
        assert!(file.receiver(&recipient).is_none());
        assert!(file.signer(crate::SigningKey::generate().unwrap().verifying_key(), May::Request).is_none());
        assert!(TrustFile::parse("schema = 1\ntrust_all = true\n").is_err());
        assert!(TrustFile::parse("schema = 3\n").is_err());
    }
}
