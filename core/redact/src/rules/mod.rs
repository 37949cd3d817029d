//! Rules: secrets with a shape of their own, or with a service's key. They are data, one TOML table each.

mod builtin;
mod compiled;
mod examples;
mod keyed;
mod pattern;
mod schema;

pub(crate) use compiled::CompiledRule;
pub use schema::{Rule, RuleError};

use std::sync::Arc;

/// Rules that are ready for use.
#[derive(Debug, Clone, Default)]
pub struct RuleSet {
    rules: Vec<Arc<CompiledRule>>,
}

impl RuleSet {
    /// Compiles rules.
    ///
    /// # Errors
    /// When one of them is unusable, or two have the same id. Their examples are not tried.
    pub fn new(rules: Vec<Rule>) -> Result<Self, RuleError> {
        let mut set = Self::default();
        for rule in rules {
            set.push(rule)?;
        }
        Ok(set)
    }

    /// The rules that ship with the program.
    ///
    /// # Errors
    /// Never in a build whose tests pass.
    pub fn builtin() -> Result<Self, RuleError> {
        Self::new(builtin::rules()?)
    }

    /// Adds a rule.
    ///
    /// # Errors
    /// When it is unusable, or its id is taken.
    pub fn push(&mut self, rule: Rule) -> Result<(), RuleError> {
        if self.rules.iter().any(|other| other.rule.id == rule.id) {
            return Err(RuleError::Duplicate { id: rule.id });
        }
        self.rules.push(Arc::new(CompiledRule::new(rule)?));
        Ok(())
    }

    /// The rules in the order in which they are tried.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().map(|compiled| &compiled.rule)
    }

    /// The number of rules.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// True when there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    pub(crate) fn compiled(&self) -> &[Arc<CompiledRule>] {
        &self.rules
    }
}
