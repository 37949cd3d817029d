//! A file with decisions, for machines without a terminal.

use std::collections::BTreeSet;

use candor_manifest::CollectorId;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{Choice, DecideError, Deliberation, Source};

/// Decisions written down beforehand, one collector each. There is no entry that stands for all.
///
/// ```toml
/// schema = 1
/// approve = ["system-info", "event-log"]
/// refuse = ["settings-unmasked"]
/// ```
///
/// The same as JSON is taken too, for programs that write it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionsFile {
    /// Version of this format: 1.
    pub schema: u32,
    /// Collectors that may be collected.
    #[serde(default)]
    pub approve: BTreeSet<CollectorId>,
    /// Collectors that may not.
    #[serde(default)]
    pub refuse: BTreeSet<CollectorId>,
}

/// A decisions file that cannot be taken.
#[derive(Debug, thiserror::Error)]
pub enum DecisionsFileError {
    /// It is not TOML of the right shape. The text names line and column.
    #[error("not a decisions file: {0}")]
    Toml(Box<toml::de::Error>),
    /// It is not JSON of the right shape. The text names line and column.
    #[error("not a decisions file: {0}")]
    Json(serde_json::Error),
    /// It is of a version that this program does not know.
    #[error("schema {0} is not known; this program reads schema 1")]
    Schema(u32),
    /// It both approves and refuses.
    #[error("`{0}` is both approved and refused")]
    Contradiction(CollectorId),
}

impl DecisionsFile {
    /// Parses the text of a decisions file.
    ///
    /// # Errors
    /// When it is not of the format, or contradicts itself.
    pub fn parse(text: &str) -> Result<Self, DecisionsFileError> {
        let file: Self = if text.trim_start().starts_with('{') {
            serde_json::from_str(text).map_err(DecisionsFileError::Json)?
        } else {
            toml::from_str(text).map_err(|error| DecisionsFileError::Toml(Box::new(error)))?
        };
        if file.schema != 1 {
            return Err(DecisionsFileError::Schema(file.schema));
        }
        if let Some(both) = file.approve.intersection(&file.refuse).next() {
            return Err(DecisionsFileError::Contradiction(both.clone()));
        }
        Ok(file)
    }

    /// Answers what the file answers, and returns the collectors of the file that the plan does not hold.
    pub fn apply(&self, questions: &mut Deliberation) -> Vec<CollectorId> {
        let mut unknown = Vec::new();
        let answers = [(&self.approve, Choice::Approved), (&self.refuse, Choice::Refused)];
        for (collectors, choice) in answers {
            for collector in collectors {
                if let Err(DecideError::Unknown(id)) =
                    questions.decide(collector, choice, Source::DecisionsFile)
                {
                    unknown.push(id);
                }
            }
        }
        unknown
    }
}

/// JSON Schema of the decisions file.
pub fn decisions_schema() -> serde_json::Value {
    schemars::schema_for!(DecisionsFile).to_value()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contradiction_is_no_decision() {
        let error = DecisionsFile::parse("schema = 1\napprove = [\"a\"]\nrefuse = [\"a\"]").unwrap_err();
        assert_eq!(error.to_string(), "`a` is both approved and refused");
    }

    #[test]
    fn a_wildcard_is_not_a_collector() {
        let error = DecisionsFile::parse("schema = 1\napprove = [\"*\"]").unwrap_err();
        assert!(error.to_string().contains("line 2"), "{error}");
    }

    #[test]
    fn json_says_the_same() {
        let json = DecisionsFile::parse("{\"schema\": 1, \"refuse\": [\"a\"]}").unwrap();
        assert_eq!(json, DecisionsFile::parse("schema = 1\nrefuse = [\"a\"]").unwrap());
        assert!(DecisionsFile::parse("{\"schema\": 1, \"approve_all\": true}").is_err());
    }

    #[test]
    fn an_unknown_key_is_an_error() {
        assert!(DecisionsFile::parse("schema = 1\napprove-all = true").is_err());
    }
}
