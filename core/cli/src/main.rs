//! The program `candor`: thin presentation over consent, host and report.
//!
//! What for: parses the command line, asks for consent on a terminal, draws progress, prints results. Everything that
//! decides, runs or stores is in the library crates.
//!
//! Who uses it: people and scripts. Started as `candor worker` by the host, it becomes a worker and never gets here.
//!
//! What it never does: decide on its own, approve anything that was not approved, or print collected data unasked.
//!
//! Start with [`arguments::Command`], then the modules of `commands`.

mod answers;
mod arguments;
mod asked;
mod commands;
mod diagnostics;
mod dialog;
mod editing;
mod enforcement;
mod exit;
mod failure;
mod file;
mod installation;
mod keys;
mod logging;
mod outlook;
mod places;
mod progress;
mod proof;
mod receipt;
mod record;
mod redaction;
mod requirements;
mod running;
mod summary;
mod terminal;
mod trust;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};
use exit::Exit;
use failure::Outcome;

fn main() -> ExitCode {
    // Before anything else: a worker confines itself first of all.
    if std::env::args_os().nth(1).is_some_and(|argument| argument == candor_host::worker::WORKER_ARGUMENT) {
        candor_host::worker::main();
    }
    let arguments = Arguments::parse();
    logging::start(&arguments.global);
    match dispatch(&arguments) {
        Ok(exit) => exit.into(),
        Err(failure) if failure.is_broken_pipe() => Exit::Success.into(),
        Err(failure) => {
            failure.print();
            failure.exit.into()
        }
    }
}

fn dispatch(arguments: &Arguments) -> Outcome {
    let global = &arguments.global;
    match &arguments.command {
        Command::Collectors(output) => commands::collectors::run(global, output),
        Command::Plan(arguments) => commands::plan::run(global, arguments),
        Command::Collect(arguments) => commands::collect::run(global, arguments),
        Command::Show(arguments) => commands::show::run(arguments),
        Command::Verify(arguments) => commands::verify::run(arguments),
        Command::Consent(arguments) => commands::consent::run(arguments),
        Command::Drop(arguments) => commands::drop::run(arguments),
        Command::Mask(arguments) => commands::mask::run(arguments),
        Command::Check(arguments) => commands::check::run(global, arguments),
        Command::Sessions(arguments) => commands::sessions::run(arguments),
        Command::Redact(arguments) => commands::redact::run(arguments),
        Command::Rules(arguments) => commands::rules::run(arguments),
        Command::Reveal(arguments) => commands::reveal::run(arguments),
        Command::Key(arguments) => commands::key::run(arguments),
        Command::Trust(arguments) => commands::trust::run(arguments),
        Command::Request(arguments) => commands::request::run(global, arguments),
        Command::Completions { shell } => commands::generate::completions(*shell),
        Command::Generate(arguments) => commands::generate::run(global, arguments),
    }
}
