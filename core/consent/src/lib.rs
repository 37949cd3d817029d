//! Decides what may be collected, records it, and says whether a record covers a report.
//!
//! What for: between the plan and the first process stands a decision for every collector. This crate holds the rules:
//! undecided is refused, a sensitive collector is approved on its own, there is no way to approve all, and a [`Grant`],
//! without which the host cannot start anything, is made here and nowhere else. What the customer demands of every run stands
//! in a [`PolicyFile`].
//!
//! Who uses it: the CLI and later the review page present questions and report answers; the host takes grants.
//!
//! What it never does: prompt, read the system, start anything, or make a grant from a file: a grant cannot be
//! deserialised, cloned or built from outside.
//!
//! A [`ConsentRecord`] says what was decided; [`check_chain`] says whether what a report holds was decided on.
//!
//! Start with [`Deliberation`], then [`SignedRecord`].

mod chain;
mod decision;
mod decisions_file;
mod deliberation;
mod grant;
mod ledger;
mod policy_file;
mod record;
mod subject;
mod terms;
mod withdrawal;

pub use chain::{Claim, Gap, GapKind, ReportClaims, check_chain};
pub use decision::{Choice, Decision, Source};
pub use decisions_file::{DecisionsFile, DecisionsFileError, decisions_schema};
pub use deliberation::{Conclusion, DecideError, Deliberation};
pub use grant::{Grant, GrantError};
pub use ledger::{Earlier, Ledger, LedgerError};
pub use policy_file::{CollectorPolicy, PolicyFile, PolicyFileError, policy_schema};
pub use record::{
    Affected, BasisKind, ConsentRecord, Context, ControlKind, Controller, DataKind, DataSubject, Event,
    MAX_RECORD_BYTES, Method, Moment, MomentError, Necessary, Notice, NoticeKind, Party, PersonKind,
    PersonalData, Process, Profile27560, Purpose, RecordError, RecordKind, RecordedBasis,
    RecordedFingerprint, RecordedRecipient, RecordedSubject, Release, ReportState, Retention, SignedRecord,
    Status, Withdrawable, Withdrawal, WithdrawalRight, record_schema,
};
pub use subject::Subject;
pub use terms::{
    Delivery, DeliveryError, Line, NamedRecipient, Paragraph, RequestReference, Requester,
    StatementReference, Terms,
};
pub use withdrawal::{SignedWithdrawal, WITHDRAWAL_FILES, WithdrawalFormat, WithdrawalMessage};
