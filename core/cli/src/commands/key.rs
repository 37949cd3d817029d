//! `candor key`: keys of one's own.

mod new;
mod qr;
mod show;

use crate::arguments::{Key, KeyAction};
use crate::failure::Outcome;

/// Runs the command.
pub fn run(arguments: &Key) -> Outcome {
    match &arguments.action {
        KeyAction::New(arguments) => new::run(arguments),
        KeyAction::Show(arguments) => show::run(arguments),
    }
}
