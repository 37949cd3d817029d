//! A rule as its TOML table has it.

use serde::{Deserialize, Serialize};

use crate::mark::LONGEST_ID;

/// A rule. It has either a `pattern` or a `key` with a `value`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Rule {
    /// Kebab-case and unique; stands in the mark: `aws-access-key`.
    pub id: String,
    /// What is found, for people.
    pub title: String,
    /// The document that names the format.
    pub source: String,
    /// Regular expression over bytes, tried at word starts. Group 1 is the secret, or the whole match.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// Literal inside the match at which the pattern is tried, for one without a literal beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor: Option<String>,
    /// Words of which one stands in the assignment's key, or in the text before the value.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub key: Vec<String>,
    /// Regular expression that matches the assigned value wholly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Least Shannon entropy of the secret, in bits a character.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entropy: Option<f64>,
    /// Texts in which the rule finds exactly one secret each.
    pub positive: Vec<String>,
    /// Texts in which it finds nothing.
    pub negative: Vec<String>,
}

/// Why a rule cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RuleError {
    /// The file is not TOML, or holds what no rule has.
    #[error("{0}")]
    Syntax(String),
    /// Two rules of one id.
    #[error("rule `{id}` is there twice: give one of them another id")]
    Duplicate {
        /// The id.
        id: String,
    },
    /// A part of a rule is wrong.
    #[error("rule `{id}`: {problem}")]
    Unusable {
        /// The rule's id.
        id: String,
        /// What is wrong, and what to write.
        problem: String,
    },
    /// An example of a rule does not hold.
    #[error("rule `{id}`: {example} finds {found} secrets, expected {expected}")]
    Example {
        /// The rule's id.
        id: String,
        /// Which example: `positive 2`.
        example: String,
        /// Number of secrets found.
        found: usize,
        /// Number that should be.
        expected: usize,
    },
}

impl Rule {
    /// An error about this rule.
    pub(crate) fn unusable(&self, problem: impl Into<String>) -> RuleError {
        RuleError::Unusable { id: self.id.clone(), problem: problem.into() }
    }

    /// What can be said without compiling it.
    pub(super) fn check(&self) -> Result<(), RuleError> {
        let kebab = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if self.id.is_empty() || self.id.len() > LONGEST_ID || !self.id.bytes().all(kebab) {
            return Err(self.unusable(format!(
                "an id has 1 to {LONGEST_ID} characters of a-z, 0-9 and -, as in `acme-token`"
            )));
        }
        match (&self.pattern, &self.value, self.key.is_empty()) {
            (Some(_), None, true) | (None, Some(_), false) => {}
            _ => return Err(self.unusable("write either `pattern`, or `key` and `value`")),
        }
        if self.anchor.is_some() && self.pattern.is_none() {
            return Err(self.unusable("`anchor` goes with `pattern` only"));
        }
        if self
            .key
            .iter()
            .any(|word| word.len() < 2 || !word.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        {
            return Err(
                self.unusable("each `key` word has at least 2 ASCII letters or digits and nothing else")
            );
        }
        if self.positive.is_empty() || self.negative.is_empty() {
            return Err(self.unusable("give at least one `positive` and one `negative` example"));
        }
        Ok(())
    }
}
