//! What a request says.

use std::collections::BTreeMap;

use candor_consent::{
    Delivery, Line, NamedRecipient, Paragraph, RequestReference, Requester, StatementReference, Terms,
};
use candor_manifest::{CollectorId, Level, OptionName, ProfileId};
use candor_trust::{Digest, Nonce};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The format of `request.json` that this crate writes and reads.
pub const FORMAT: &str = "candor-request/1";

/// `request.json`. It is stored in canonical form, and signed as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// [`FORMAT`].
    pub format: String,
    /// Names this request for ever.
    pub nonce: Nonce,
    /// The vendor's case.
    pub case: Line,
    /// What the report is for.
    pub purpose: Paragraph,
    /// Why the vendor may process it: `consent`.
    pub legal_basis: Paragraph,
    /// Days that the report is kept for; `None` when that is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention_days: Option<u32>,
    /// When it was made, to the second.
    pub created: Timestamp,
    /// Until when it may be answered, to the second.
    pub expires: Timestamp,
    /// Who asks.
    pub requester: Requester,
    /// What is asked for.
    pub profile: ProfileId,
    /// Which of its collectors; `None` for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collectors: Option<Vec<CollectorId>>,
    /// Options that differ from the profile's, each as a person writes it: `1h`, `64KiB`, `a,b`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub options: BTreeMap<CollectorId, BTreeMap<OptionName, String>>,
    /// The highest level of a collector; `None` when the profile alone decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// Who will be able to read the report, or a part of it.
    pub recipients: Vec<NamedRecipient>,
    /// The privacy statement that lies beside it.
    pub statement: StatementReference,
    /// Where the report may be sent to, in order of preference.
    pub deliver: Vec<Delivery>,
}

impl Request {
    /// What a consent to this request is given for. `sha256` is that of its `request.json`.
    pub fn terms(&self, sha256: Digest) -> Terms {
        Terms {
            request: RequestReference { nonce: self.nonce, sha256 },
            case: self.case.clone(),
            purpose: self.purpose.clone(),
            requester: self.requester.clone(),
            recipients: self.recipients.clone(),
            statement: self.statement.clone(),
            legal_basis: self.legal_basis.clone(),
            retention_days: self.retention_days,
            deliver: self.deliver.clone(),
            expires: self.expires,
        }
    }
}
