//! What was done to keep a process to its policy, as the report states it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Measure;

/// How much of the lock-down holds for one process. Never more than the kernel accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enforcement {
    /// `full`, `partial` or `none`.
    pub level: EnforcementLevel,
    /// Measures that hold.
    pub applied: Vec<Measure>,
    /// Measures that its policy wants and that do not hold, with the reason.
    pub missing: Vec<MissingMeasure>,
}

/// See [`Enforcement`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EnforcementLevel {
    /// Nothing is applied.
    None,
    /// Something is missing.
    Partial,
    /// Everything that the policy wants is applied.
    Full,
}

/// A measure that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingMeasure {
    /// Which.
    pub measure: Measure,
    /// Why.
    pub reason: String,
}

impl Enforcement {
    /// Sums up what was tried.
    pub fn of(steps: impl IntoIterator<Item = (Measure, Result<(), String>)>) -> Self {
        let mut applied = Vec::new();
        let mut missing = Vec::new();
        for (measure, result) in steps {
            match result {
                Ok(()) => applied.push(measure),
                Err(reason) => missing.push(MissingMeasure { measure, reason }),
            }
        }
        let level = match (applied.is_empty(), missing.is_empty()) {
            (false, true) => EnforcementLevel::Full,
            (false, false) => EnforcementLevel::Partial,
            (true, _) => EnforcementLevel::None,
        };
        Self { level, applied, missing }
    }

    /// True when the measure holds.
    pub fn holds(&self, measure: Measure) -> bool {
        self.applied.contains(&measure)
    }

    /// One line for a person: `partial: landlock (this kernel has no Landlock)`.
    pub fn sentence(&self) -> String {
        let missing: Vec<_> =
            self.missing.iter().map(|missing| format!("{} ({})", missing.measure, missing.reason)).collect();
        if missing.is_empty() {
            self.level.to_string()
        } else {
            format!("{}, without {}", self.level, missing.join(", "))
        }
    }
}

impl EnforcementLevel {
    /// `full`, `partial` or `none`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Partial => "partial",
            Self::Full => "full",
        }
    }
}

impl fmt::Display for EnforcementLevel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}
