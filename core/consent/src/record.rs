//! The written record of every decision: `consent.json` in the report.

use candor_manifest::Level;
use candor_sandbox::EnforcementLevel;
use jiff::Timestamp;
use serde::Serialize;

use crate::{Choice, Source};

/// `consent.json`. Its own simple schema for now; a later version follows ISO/IEC TS 27560.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ConsentRecord {
    /// Version of this format.
    pub schema: u32,
    /// When the deliberation ended.
    pub concluded: Timestamp,
    /// The profile that was asked for.
    pub profile: String,
    /// The case, when one was given.
    pub case: Option<String>,
    /// Language of the texts that were shown: `en`.
    pub language: String,
    /// One element for each collector of the plan, in its order.
    pub collectors: Vec<CollectorConsent>,
}

/// What was decided about one collector, and on what.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CollectorConsent {
    /// Id of the collector.
    pub id: String,
    /// Its level.
    pub level: Level,
    /// The answer.
    pub choice: Choice,
    /// Where the answer came from.
    pub source: Source,
    /// When it was given.
    pub at: Timestamp,
    /// SHA-256 of the manifest that was shown.
    pub manifest_digest: String,
    /// SHA-256 of the library that was found.
    pub library_digest: Option<String>,
    /// The options that were shown.
    pub options: serde_json::Map<String, serde_json::Value>,
    /// The enforcement by the kernel that was to be expected when it was shown.
    pub expected_enforcement: Option<EnforcementLevel>,
}
