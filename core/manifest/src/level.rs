//! How private a collector is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How private what a collector reads is. Ordered: `Technical < Identifying < Sensitive < Secret`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Facts about the machine that identify nobody: CPU model, OS version.
    Technical,
    /// Names a person or a machine: user ids, host names, addresses, log lines.
    Identifying,
    /// May show people or content: pictures, screenshots, actions, traffic headers.
    Sensitive,
    /// May hold anything, passwords included: memory, packet payloads, unmasked settings.
    Secret,
}

impl Level {
    /// Every level, lowest first.
    pub const ALL: [Self; 4] = [Self::Technical, Self::Identifying, Self::Sensitive, Self::Secret];

    /// True when a collector of this level is approved on its own, never by the common go-ahead.
    pub fn needs_own_approval(self) -> bool {
        self >= Self::Sensitive
    }

    /// The word that manifests and reports use: `technical`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Technical => "technical",
            Self::Identifying => "identifying",
            Self::Sensitive => "sensitive",
            Self::Secret => "secret",
        }
    }
}

impl std::fmt::Display for Level {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// The text is none of the four words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown level `{0}`")]
pub struct LevelError(String);

impl std::str::FromStr for Level {
    type Err = LevelError;

    fn from_str(text: &str) -> Result<Self, LevelError> {
        Self::ALL.into_iter().find(|level| level.as_str() == text).ok_or_else(|| LevelError(text.to_owned()))
    }
}
