//! The examples that each rule brings along.

use super::{RuleError, RuleSet};
use crate::engine::Engine;

impl RuleSet {
    /// Tries every rule, alone, on its own examples.
    ///
    /// # Errors
    /// Names the first example that does not hold.
    pub fn try_examples(&self) -> Result<(), RuleError> {
        for compiled in self.compiled() {
            compiled.compile()?;
            let rule = &compiled.rule;
            let engine = Engine::of_rules(&Self { rules: vec![compiled.clone()] });
            let positive = rule.positive.iter().enumerate().map(|(index, text)| ("positive", index, text, 1));
            let negative = rule.negative.iter().enumerate().map(|(index, text)| ("negative", index, text, 0));
            for (list, index, text, expected) in positive.chain(negative) {
                let found = engine.scan(text.as_bytes()).len();
                if found != expected {
                    let example = format!("{list} {}", index + 1);
                    return Err(RuleError::Example { id: rule.id.clone(), example, found, expected });
                }
            }
        }
        Ok(())
    }
}
