//! The written record of every decision: `consent.json` in a report.
//!
//! JSON-LD in the W3C DPV's form of ISO/IEC TS 27560, canonical, and refused where anything in it is not known. What the
//! vocabulary lacks is under `candor:`; a key without a prefix is that too.

mod draft;
mod event;
mod happening;
mod parties;
mod process;
mod schema;
mod signed;
mod time;
pub(crate) mod vocabulary;

use candor_trust::{Nonce, VerifyingKey};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(crate) use draft::{Described, Draft};
pub use event::{Event, Method, Party, Status};
pub use happening::{Release, ReportState, Withdrawal};
pub use parties::{Controller, Notice, NoticeKind, RecordedFingerprint, RecordedRecipient};
pub use process::{
    Affected, BasisKind, Necessary, PersonalData, Process, Purpose, RecordedBasis, RecordedSubject, Retention,
};
pub use schema::record_schema;
pub use signed::{MAX_RECORD_BYTES, RecordError, SignedRecord};
pub use time::{Moment, MomentError};
pub use vocabulary::{
    Context, ControlKind, DataKind, DataSubject, PersonKind, Profile27560, RecordKind, Withdrawable,
    WithdrawalRight,
};

/// `consent.json`: who asked for what, what was decided on it, and what became of the data.
///
/// Events, releases and withdrawals are only ever added; see [`SignedRecord`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsentRecord {
    /// What the prefixes stand for.
    #[serde(rename = "@context")]
    pub context: Context,
    /// Always `dpv:ConsentRecord`.
    #[serde(rename = "@type")]
    pub kind: RecordKind,
    /// The profile of DPV that the record follows.
    #[serde(rename = "dct:conformsTo")]
    pub conforms_to: Profile27560,
    /// Random id of the record.
    #[serde(rename = "dct:identifier")]
    #[schemars(with = "String", regex(pattern = "^[0-9a-f]{32}$"))]
    pub id: Nonce,
    /// When the questions ended.
    #[serde(rename = "dct:created")]
    pub created: Moment,
    /// Language of the texts that were shown: `en`.
    #[serde(rename = "dct:language")]
    pub language: String,
    /// Who decided.
    #[serde(rename = "dpv:hasDataSubject")]
    pub data_subject: DataSubject,
    /// Who asked, by a signed request; absent where nobody did.
    #[serde(rename = "dpv:hasDataController", default, skip_serializing_if = "Option::is_none")]
    pub controller: Option<Controller>,
    /// What was shown: the consent texts, and the privacy statement where there was one.
    #[serde(rename = "dpv:hasNotice")]
    pub notices: Vec<Notice>,
    /// Who may read the report, as the request says.
    #[serde(rename = "dpv:hasRecipient", default, skip_serializing_if = "Vec::is_empty")]
    pub recipients: Vec<RecordedRecipient>,
    /// How consent is withdrawn.
    #[serde(rename = "dpv:hasConsentControl")]
    pub control: Withdrawable,
    /// The right to do so.
    #[serde(rename = "dpv:hasRight")]
    pub right: WithdrawalRight,
    /// One for each collector of the plan, in its order.
    #[serde(rename = "dpv:hasProcess")]
    pub processes: Vec<Process>,
    /// Id of the profile that was asked for.
    #[serde(rename = "candor:profile")]
    pub profile: String,
    /// The case, where one was named.
    #[serde(rename = "candor:case", default, skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
    /// Nonce of the request, where there was one.
    #[serde(rename = "candor:request", default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", regex(pattern = "^[0-9a-f]{32}$"))]
    pub request: Option<Nonce>,
    /// The report that came of it; absent until it is finished.
    #[serde(rename = "candor:report", default, skip_serializing_if = "Option::is_none")]
    pub report: Option<ReportState>,
    /// Each decision to let exact bytes leave.
    #[serde(rename = "candor:releases", default, skip_serializing_if = "Vec::is_empty")]
    pub releases: Vec<Release>,
    /// Each withdrawal.
    #[serde(rename = "candor:withdrawals", default, skip_serializing_if = "Vec::is_empty")]
    pub withdrawals: Vec<Withdrawal>,
    /// The installation that signs; absent until the report is finished.
    #[serde(rename = "candor:signer", default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", regex(pattern = "^RW[A-Za-z0-9+/]{54}$"))]
    pub signer: Option<VerifyingKey>,
}

impl ConsentRecord {
    /// What was decided about one collector.
    pub fn process(&self, collector: &str) -> Option<&Process> {
        self.processes.iter().find(|process| process.collector.as_str() == collector)
    }
}
