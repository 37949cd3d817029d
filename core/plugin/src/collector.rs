//! The trait that a plugin implements.

use serde::de::DeserializeOwned;

use crate::{CollectError, Context};

/// How a collector ended. What it saw less of than it wanted is noted with [`Context::note_partial`] as it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Completion {
    /// Everything is delivered, less what [`Context::note_partial`] noted.
    Collected,
    /// This machine has nothing to collect: no journal, no wireless interface. One sentence says what is missing.
    Skipped(String),
}

/// Collecting code for one subject.
pub trait Collector {
    /// The manifest's options, by name. Durations arrive as integers in milliseconds, sizes as integers in bytes.
    type Options: DeserializeOwned;

    /// Reads through `context` and delivers artifacts to it.
    ///
    /// # Errors
    /// When nothing useful can be delivered. Artifacts that were finished before stay in the report.
    fn collect(options: Self::Options, context: &Context) -> Result<Completion, CollectError>;
}
