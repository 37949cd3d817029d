//! What was done to keep a worker to its manifest, as the report states it.

use serde::{Deserialize, Serialize};

/// How much of the lock-down holds for one worker. Never more than was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enforcement {
    /// `full`, `partial` or `none`.
    pub level: EnforcementLevel,
    /// Measures that hold: `own-process-group`, `undumpable`, ….
    pub applied: Vec<String>,
    /// Measures that do not, with the reason.
    pub missing: Vec<MissingMeasure>,
}

/// See [`Enforcement`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EnforcementLevel {
    /// Everything that this program knows is applied.
    Full,
    /// Something is missing.
    Partial,
    /// Nothing is applied.
    None,
}

/// A measure that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingMeasure {
    /// Its name.
    pub measure: String,
    /// Why.
    pub reason: String,
}

impl Enforcement {
    /// Sums up what was tried.
    pub(crate) fn of(steps: impl IntoIterator<Item = (&'static str, Result<(), String>)>) -> Self {
        let mut applied = Vec::new();
        let mut missing = Vec::new();
        for (measure, result) in steps {
            match result {
                Ok(()) => applied.push(measure.to_owned()),
                Err(reason) => missing.push(MissingMeasure { measure: measure.to_owned(), reason }),
            }
        }
        let level = match (applied.is_empty(), missing.is_empty()) {
            (false, true) => EnforcementLevel::Full,
            (false, false) => EnforcementLevel::Partial,
            (true, _) => EnforcementLevel::None,
        };
        Self { level, applied, missing }
    }
}
