//! How a collector ended.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How a collector ended. The set is closed: every collector of a report has exactly one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Outcome {
    /// Everything that it wanted was read and delivered.
    Collected,
    /// Something was delivered, and less than it wanted.
    Partial,
    /// It does not apply here, for example because the machine has no such device.
    Skipped,
    /// The person who was asked did not approve it. Nothing of it was started.
    Refused,
    /// It ended with an error.
    Failed,
    /// Its deadline passed and it was ended.
    TimedOut,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 6] =
        [Self::Collected, Self::Partial, Self::Skipped, Self::Refused, Self::Failed, Self::TimedOut];

    /// The word that people and programs see: `TimedOut`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Collected => "Collected",
            Self::Partial => "Partial",
            Self::Skipped => "Skipped",
            Self::Refused => "Refused",
            Self::Failed => "Failed",
            Self::TimedOut => "TimedOut",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stored_word_of_every_outcome_reads_back() {
        let words: Vec<String> =
            Outcome::ALL.iter().map(|outcome| serde_json::to_string(outcome).unwrap()).collect();
        let plain: Vec<&str> = words.iter().map(|word| word.trim_matches('"')).collect();
        assert_eq!(plain, Outcome::ALL.map(Outcome::as_str));
        for (word, outcome) in words.iter().zip(Outcome::ALL) {
            assert_eq!(serde_json::from_str::<Outcome>(word).unwrap(), outcome);
        }
    }

    #[test]
    fn outcomes_line_up_to_the_right() {
        assert_eq!(format!("{:>10}", Outcome::Failed), "    Failed");
    }
}
