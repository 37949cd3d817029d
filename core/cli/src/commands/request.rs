//! `candor request`: asking for a report.

mod expiry;
mod new;
mod recipient;
mod show;

use crate::arguments::{Global, Request, RequestAction};
use crate::failure::Outcome;

/// Runs the command.
pub fn run(global: &Global, arguments: &Request) -> Outcome {
    match &arguments.action {
        RequestAction::New(arguments) => new::run(global, arguments),
        RequestAction::Show(arguments) => show::run(global, arguments),
    }
}
