//! `candor rules`: what can be found, what the rules find in a text, and whether their examples hold.

mod examples;
mod listing;
mod trial;

use candor_redact::RuleSet;

use crate::arguments::{Rules, RulesAction};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::redaction;

/// Runs the command.
pub fn run(arguments: &Rules) -> Outcome {
    if arguments.action.is_some() && (arguments.only.is_some() || arguments.matching.is_some()) {
        return Err(Failure::usage("`--only` and `--matching` narrow the list, and `test` lists nothing"));
    }
    let policy = redaction::policy(&arguments.policy)?;
    match &arguments.action {
        None => listing::run(&policy, arguments),
        Some(RulesAction::Test { file: None, json }) => {
            examples::run(&policy, json.json || arguments.json.json)
        }
        Some(RulesAction::Test { file: Some(file), json }) => {
            trial::run(policy, file, json.json || arguments.json.json)
        }
    }
}

fn shipped() -> Result<RuleSet, Failure> {
    RuleSet::builtin().map_err(|error| Failure::of(&error, Exit::Internal))
}
