//! `candor rules test`: every rule on its own examples.

use std::io::Write;

use candor_redact::{Policy, Rule, RuleSet};

use super::shipped;
use crate::exit::Exit;
use crate::failure::Outcome;

/// Tries them and says which do not hold.
pub fn run(policy: &Policy, json: bool) -> Outcome {
    let shipped = shipped()?;
    let rules: Vec<&Rule> = shipped.iter().chain(&policy.rules).collect();
    let examples: usize = rules.iter().map(|rule| rule.positive.len() + rule.negative.len()).sum();
    let problems: Vec<_> = rules.iter().filter_map(|rule| problem(rule)).collect();
    if json {
        super::super::print_json(&serde_json::json!({
            "schema": 1, "rules": rules.len(), "examples": examples, "problems": problems,
        }))?;
    } else {
        let mut out = std::io::stdout().lock();
        problems.iter().try_for_each(|problem| writeln!(out, "{problem}"))?;
        let hold = rules.len() - problems.len();
        writeln!(out, "{hold} of {} rules do what their {examples} examples say", rules.len())?;
        out.flush()?;
    }
    Ok(if problems.is_empty() { Exit::Success } else { Exit::Unverified })
}

fn problem(rule: &Rule) -> Option<String> {
    let tried = RuleSet::new(vec![rule.clone()]).and_then(|set| set.try_examples());
    tried.err().map(|error| error.to_string())
}
