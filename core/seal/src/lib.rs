//! Sealed reports: what leaves the machine, so that only the people on the case can read it.
//!
//! What for: a report is split by the levels of its artifacts, and each part is encrypted to those who may read that level. The
//! outside says nothing of anybody. Inside, each part is signed and names its report, its envelope and its recipients, so that none
//! can be passed on unnoticed, exchanged or left out. `docs/format.md` tells a stranger how to read one.
//!
//! Who uses it: the CLI, and later the intake, which sees envelopes and nothing else.
//!
//! What it never does: decide that something may leave, look for what should have been removed, or write plain bytes anywhere but into
//! the report that [`open`] restores.
//!
//! Start with [`seal`] and [`open`], then [`Envelope`] and [`SealStatement`].

mod content;
mod documents;
mod error;
mod forwarding;
mod grant;
mod opening;
mod outer;
mod part;
mod pipe;
mod reading;
mod sealing;
mod source;
mod stamp;
mod unpacking;

pub use documents::{
    CollectorSummary, ENVELOPE_FORMAT, Envelope, LevelCollector, LevelEntries, Part, ReportSummary,
    SEAL_FORMAT, SealRecipient, SealStatement,
};
pub use error::{OpenError, SealError};
pub use forwarding::{ForwardError, Forwarding, forward};
pub use grant::{
    FORWARD_FORMAT, ForwardGrant, GrantError, GrantRefused, Granting, MAX_GRANT_BYTES, Receiver, SignedGrant,
};
pub use opening::{Accept, ClosedPart, Inside, Opened, open};
pub use outer::{read_envelope, unfinished_envelope};
pub use sealing::{Sealed, Sealing, seal};
