//! Documents of a report that are no artifacts, and those that go into it as somebody else has made them.

use crate::assemble::{CONSENT_PATH, CONSENT_SIGNATURE_PATH, INDEX_PATH, REDACTIONS_PATH};

/// True for entries of a report that are documents and no artifacts.
pub fn is_document(path: &str) -> bool {
    [CONSENT_PATH, CONSENT_SIGNATURE_PATH, INDEX_PATH, REDACTIONS_PATH].contains(&path)
        || AttachedName::of(path).is_some()
}

/// Names of the documents that can be attached to a session, as they stand in its report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttachedName {
    /// The request that the report answers.
    Request,
    /// Its signature.
    RequestSignature,
    /// The privacy statement that was shown.
    Statement,
    /// The customer's approval to pass this on, in a report that was.
    Forward,
    /// Its signature.
    ForwardSignature,
}

impl AttachedName {
    /// All of them, in the order in which they are stored.
    pub const ALL: [Self; 5] =
        [Self::Request, Self::RequestSignature, Self::Statement, Self::Forward, Self::ForwardSignature];

    /// Those that make a request.
    pub const OF_REQUEST: [Self; 3] = [Self::Request, Self::RequestSignature, Self::Statement];

    /// Path in the report.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Request => "request.json",
            Self::RequestSignature => "request.json.minisig",
            Self::Statement => "statement.txt",
            Self::Forward => "forward.json",
            Self::ForwardSignature => "forward.json.minisig",
        }
    }

    /// The document of this path.
    pub fn of(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|name| name.as_str() == path)
    }
}
