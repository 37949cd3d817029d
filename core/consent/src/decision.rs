//! One answer.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The two answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// It may be collected.
    Approved,
    /// It may not.
    Refused,
}

/// Where an answer came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A card of its own in the terminal dialog.
    Terminal,
    /// The terminal dialog's common go-ahead, which lists the technical and identifying collectors.
    GoAhead,
    /// `--approve` or `--refuse`.
    Flag,
    /// The decisions file.
    DecisionsFile,
    /// Nobody answered, so it is refused.
    Undecided,
}

impl Source {
    /// True for answers that were given before the questions were shown.
    pub fn is_beforehand(self) -> bool {
        matches!(self, Self::Flag | Self::DecisionsFile)
    }
}

/// An answer, its source and its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The answer.
    pub choice: Choice,
    /// Where it came from.
    pub source: Source,
    /// When it was given.
    pub at: Timestamp,
}
