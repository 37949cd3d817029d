//! Who asked, what was shown, who may read.

use candor_manifest::Level;
use candor_trust::{Digest, Recipient, VerifyingKey};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::vocabulary::constant;
use crate::terms::{NamedRecipient, Requester, StatementReference};

constant! {
    /// `dpv:DataController`
    ControllerKind = "dpv:DataController"
}
constant! {
    /// `dpv:Recipient`
    RecipientKind = "dpv:Recipient"
}

/// Who asked, by a signed request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Controller {
    /// Always `dpv:DataController`.
    #[serde(rename = "@type")]
    pub kind: ControllerKind,
    /// Name of the person or group.
    #[serde(rename = "dpv:hasName")]
    pub name: String,
    /// Their organisation, which answers for what is done with the report.
    #[serde(rename = "candor:organisation", default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// How to reach them.
    #[serde(rename = "dpv:hasContact", default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// The key that signed the request.
    #[serde(rename = "candor:key")]
    #[schemars(with = "String", regex(pattern = "^RW[A-Za-z0-9+/]{54}$"))]
    pub key: VerifyingKey,
    /// Fingerprint of that key.
    #[serde(rename = "candor:fingerprint")]
    pub fingerprint: RecordedFingerprint,
}

/// What was shown before the decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// Which sort.
    #[serde(rename = "@type")]
    pub kind: NoticeKind,
    /// Its language: `en`.
    #[serde(rename = "dct:language")]
    pub language: String,
    /// The date that it carries.
    #[serde(rename = "dct:date", default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// The version that it carries.
    #[serde(rename = "candor:version", default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// SHA-256 of its text.
    #[serde(rename = "candor:sha256", default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", regex(pattern = "^[0-9a-f]{64}$"))]
    pub sha256: Option<Digest>,
}

/// Sorts of notices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum NoticeKind {
    /// The texts of the manifests, which are bound by the digests of the manifests.
    #[serde(rename = "dpv:ConsentNotice")]
    Consent,
    /// The privacy statement of who asked.
    #[serde(rename = "dpv:PrivacyNotice")]
    Privacy,
}

/// Who may read what leaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordedRecipient {
    /// Always `dpv:Recipient`.
    #[serde(rename = "@type")]
    pub kind: RecipientKind,
    /// Name of the person or group, where one is known.
    #[serde(rename = "dpv:hasName", default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What they do: `first line`.
    #[serde(rename = "candor:role", default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Highest level that they may read.
    #[serde(rename = "candor:level")]
    pub level: Level,
    /// Their age recipient.
    #[serde(rename = "candor:key")]
    #[schemars(with = "String", regex(pattern = "^age1[a-z0-9]+$"))]
    pub key: Recipient,
    /// Fingerprint of that key.
    #[serde(rename = "candor:fingerprint")]
    pub fingerprint: RecordedFingerprint,
}

impl RecordedRecipient {
    /// Writes down a recipient.
    pub fn new(name: Option<String>, role: Option<String>, level: Level, key: Recipient) -> Self {
        let fingerprint = RecordedFingerprint::of(key.as_str());
        Self { kind: RecipientKind::Only, name, role, level, key, fingerprint }
    }
}

impl From<&NamedRecipient> for RecordedRecipient {
    fn from(named: &NamedRecipient) -> Self {
        let name = named.name.as_ref().map(ToString::to_string);
        let role = named.role.as_ref().map(ToString::to_string);
        Self::new(name, role, named.level, named.recipient.clone())
    }
}

impl From<&Requester> for Controller {
    fn from(requester: &Requester) -> Self {
        Self {
            kind: ControllerKind::Only,
            name: requester.name.to_string(),
            organisation: requester.organisation.as_ref().map(ToString::to_string),
            contact: requester.contact.as_ref().map(ToString::to_string),
            fingerprint: RecordedFingerprint::of(requester.key.as_str()),
            key: requester.key.clone(),
        }
    }
}

impl From<&StatementReference> for Notice {
    fn from(statement: &StatementReference) -> Self {
        Self {
            kind: NoticeKind::Privacy,
            language: statement.language.to_string(),
            date: Some(statement.date.to_string()),
            version: Some(statement.version.to_string()),
            sha256: Some(statement.sha256),
        }
    }
}

/// A fingerprint, as two people compare it and as programs do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordedFingerprint {
    /// Its eight words.
    pub words: String,
    /// SHA-256 over the text of the key.
    #[schemars(with = "String", regex(pattern = "^[0-9a-f]{64}$"))]
    pub sha256: Digest,
}

impl RecordedFingerprint {
    /// Of the text of a key: `RWQ…` or `age1…`.
    pub fn of(key: &str) -> Self {
        Self { words: candor_trust::Fingerprint::of(key).to_string(), sha256: Digest::of(key.as_bytes()) }
    }
}
