//! What a consent is given for, besides the collector itself.

use std::fmt;
use std::str::FromStr;

use candor_manifest::{Language, Level};
use candor_trust::{
    CanonicalError, Digest, KeyName, Nonce, PlainText, Recipient, VerifyingKey, to_canonical,
};
use jiff::{Timestamp, civil};
use serde::{Deserialize, Deserializer, Serialize};

/// A case, a role, a version: at most 200 printable characters.
pub type Line = PlainText<200>;
/// A purpose, a legal basis: at most 2000 printable characters.
pub type Paragraph = PlainText<2000>;

/// The terms of a request. When one of them changes, what was consented to is another thing, and nobody has answered for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// The request that states them.
    pub request: RequestReference,
    /// The vendor's case.
    pub case: Line,
    /// What the report is for.
    pub purpose: Paragraph,
    /// Who asks.
    pub requester: Requester,
    /// Who will be able to read it, in the order of the request.
    pub recipients: Vec<NamedRecipient>,
    /// The privacy statement.
    pub statement: StatementReference,
    /// Why the vendor may process it: `consent`.
    pub legal_basis: Paragraph,
    /// Days that it is kept for, from when it is received; `None` when the request does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention_days: Option<u32>,
    /// Where it may be sent to, in order of preference.
    pub deliver: Vec<Delivery>,
    /// Until when it may be collected and sent, to the second.
    pub expires: Timestamp,
}

impl Terms {
    /// The hash of their canonical form: what stands for them in the subject of a decision.
    ///
    /// # Errors
    /// Never: terms have a JSON form.
    pub fn sha256(&self) -> Result<Digest, CanonicalError> {
        to_canonical(self).map(|bytes| Digest::of(&bytes))
    }
}

/// Which request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestReference {
    /// Its id.
    pub nonce: Nonce,
    /// Hash of its `request.json`.
    pub sha256: Digest,
}

/// Who asks for a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requester {
    /// A person or a group: `Support, first line`.
    pub name: KeyName,
    /// The controller, in the words of the law: who answers for what is done with the report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<KeyName>,
    /// How to reach them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<KeyName>,
    /// The key that signed the request.
    pub key: VerifyingKey,
}

/// Who will be able to read a report, or a part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedRecipient {
    /// A person or a group, where the request names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<KeyName>,
    /// What they do with it: `first line`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Line>,
    /// The key that it is encrypted to.
    pub recipient: Recipient,
    /// The highest level that they can read.
    pub level: Level,
}

/// Which privacy statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatementReference {
    /// Its version, in the vendor's own counting: `3`, `2026-01`.
    pub version: Line,
    /// The day since which it holds.
    pub date: civil::Date,
    /// The language that it is written in.
    pub language: Language,
    /// Hash of its bytes.
    pub sha256: Digest,
}

/// Where a sealed report may be sent: `https://intake.example.com/…` or `mailto:support@example.com`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Delivery(String);

/// A text that is no such address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an address to deliver to: `https://…` or `mailto:…` is expected, in ASCII and without blanks")]
pub struct DeliveryError;

impl Delivery {
    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Delivery {
    type Err = DeliveryError;

    /// Unencrypted HTTP is taken for this machine only, for tests of an intake.
    fn from_str(text: &str) -> Result<Self, DeliveryError> {
        let schemes = ["https://", "mailto:", "http://127.0.0.1", "http://[::1]", "http://localhost"];
        let rest = schemes.into_iter().find_map(|scheme| text.strip_prefix(scheme));
        let local = text.starts_with("http://");
        let fits = rest.is_some_and(|rest| match rest.chars().next() {
            None => local,
            Some(first) => !local || matches!(first, ':' | '/'),
        });
        let plain = text.len() <= 2000 && text.bytes().all(|byte| byte.is_ascii_graphic());
        if fits && plain && !text.contains('\\') { Ok(Self(text.to_owned())) } else { Err(DeliveryError) }
    }
}

impl fmt::Display for Delivery {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Delivery {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_encrypted_or_of_this_machine() {
        for right in [
            "https://intake.example.com/v1",
            "mailto:support@example.com",
            "http://127.0.0.1:8080/",
            "http://localhost",
        ] {
            assert_eq!(right.parse::<Delivery>().unwrap().as_str(), right);
        }
        for wrong in [
            "",
            "https://",
            "mailto:",
            "http://intake.example.com",
            "http://127.0.0.1.example.com",
            "http://localhost@example.com",
            "ftp://a",
            "https://a b",
            "https://ä",
            "/tmp",
        ] {
            assert_eq!(wrong.parse::<Delivery>(), Err(DeliveryError), "{wrong}");
        }
    }

    #[test]
    fn each_change_of_the_terms_changes_their_hash() {
        let key = candor_trust::SigningKey::generate().unwrap().verifying_key().clone();
        let (_, recipient) = candor_trust::new_identity().unwrap();
        let terms = Terms {
            request: RequestReference { nonce: Nonce::random().unwrap(), sha256: Digest::of(b"request") },
            case: "4711".parse().unwrap(),
            purpose: "find out why it hangs".parse().unwrap(),
            requester: Requester { name: "Support".parse().unwrap(), organisation: None, contact: None, key },
            recipients: vec![NamedRecipient { name: None, role: None, recipient, level: Level::Identifying }],
            statement: StatementReference {
                version: "3".parse().unwrap(),
                date: "2026-01-31".parse().unwrap(),
                language: "en".parse().unwrap(),
                sha256: Digest::of(b"statement"),
            },
            legal_basis: "consent".parse().unwrap(),
            retention_days: Some(90),
            deliver: vec!["https://intake.example.com/".parse().unwrap()],
            expires: "2026-02-28T12:00:00Z".parse().unwrap(),
        };
        let before = terms.sha256().unwrap();
        assert_eq!(before, terms.clone().sha256().unwrap());
        let changed = [
            Terms { case: "4712".parse().unwrap(), ..terms.clone() },
            Terms { retention_days: None, ..terms.clone() },
            Terms { recipients: Vec::new(), ..terms.clone() },
        ];
        for other in changed {
            assert_ne!(other.sha256().unwrap(), before);
        }
        let text = to_canonical(&terms).unwrap();
        assert_eq!(candor_trust::from_canonical::<Terms>(&text).unwrap(), terms);
    }
}
