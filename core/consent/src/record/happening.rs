//! What became of what was consented to: the report, its releases, withdrawals.

use candor_manifest::CollectorId;
use candor_trust::{Digest, Nonce};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Moment, RecordedRecipient};

/// The report that a record belongs to, as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportState {
    /// Id of the report.
    pub id: String,
    /// Root over all that was collected. Never changes.
    #[schemars(with = "String", regex(pattern = "^[0-9a-f]{64}$"))]
    pub collected_root: Digest,
    /// SHA-256 of `report.json`, which an edit changes.
    #[schemars(with = "String", regex(pattern = "^[0-9a-f]{64}$"))]
    pub index: Digest,
}

/// A decision to let exact bytes leave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// When.
    pub at: Moment,
    /// Id of the envelope.
    #[schemars(with = "String", regex(pattern = "^[0-9a-f]{32}$"))]
    pub envelope: Nonce,
    /// Root over what left.
    #[schemars(with = "String", regex(pattern = "^[0-9a-f]{64}$"))]
    pub released_root: Digest,
    /// To whom.
    pub recipients: Vec<RecordedRecipient>,
    /// Artifacts that were taken out before.
    pub drops: u64,
    /// Artifacts in which something was blanked.
    pub masks: u64,
    /// Values that were removed or replaced in what left.
    pub redactions: u64,
}

/// A withdrawal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Withdrawal {
    /// Nonce of the withdrawal, also in the message to the recipients.
    #[schemars(with = "String", regex(pattern = "^[0-9a-f]{32}$"))]
    pub id: Nonce,
    /// When.
    pub at: Moment,
    /// Of which collectors.
    pub collectors: Vec<CollectorId>,
    /// Envelopes that had left by then.
    #[schemars(with = "Vec<String>")]
    pub releases: Vec<Nonce>,
}
