//! `candor consent`: what was consented to, and taking it back.

mod message;
mod show;
mod withdraw;

use crate::arguments::{Consent, ConsentAction};
use crate::failure::Outcome;

/// Runs the command.
pub fn run(arguments: &Consent) -> Outcome {
    match &arguments.action {
        ConsentAction::Show { file, json } => show::run(file, json.json),
        ConsentAction::Withdraw { report, collector, output, json } => {
            withdraw::run(report, collector, output.as_deref(), json.json)
        }
    }
}
