//! `candor redact`: the engine on files, folders, archives and streams.

mod account;
mod check;
mod filter;
mod folder;
pub mod key;
mod memory;
mod names;
mod parallel;
mod progress;
mod single;
mod source;
mod target;
mod telling;
mod text;
mod tree;

use std::io::IsTerminal;
use std::path::Path;
use std::sync::Arc;

use candor_container::{Binary, Error, Limits};
use candor_host::{Stop, StopReason};
use candor_redact::Engine;

use crate::arguments::Redact;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::places;
use crate::redaction::{self, Redaction};
use crate::running::stop_on_signals;

use account::Account;
use key::RunKey;
use names::shown;
use progress::Progress;
use source::{Identities, Source};
use target::Target;
use telling::Told;

/// What every part of a run needs.
pub struct Context<'a> {
    engine: &'a Arc<Engine>,
    binary: Binary,
    stop: &'a Stop,
    progress: &'a Progress,
    /// Files that go nowhere: policies and the key.
    private: &'a Identities,
}

impl Context<'_> {
    /// Ends a walk that a stop cut short.
    fn go_on(&self) -> Result<(), Failure> {
        self.stop.requested().map_or(Ok(()), |reason| Err(Failure::internal(reason.sentence())))
    }
}

/// Runs the command.
pub fn run(arguments: &Redact) -> Outcome {
    memory::give_back_what_is_free();
    let source = Source::open(&arguments.path)?;
    let target = if arguments.check { Target::None } else { Target::choose(arguments, &source)? };
    let policy = redaction::policy(&arguments.policy)?;
    // A check makes nothing, no key either.
    let key = arguments.key.as_deref().filter(|path| !arguments.check || path.exists());
    let key = RunKey::obtain(key)?;
    let redaction = Redaction::new(policy, &key.key, !arguments.no_machine)?;
    let private = private_files(arguments);
    refuse_private(&source, &private)?;

    let stop = Stop::new()?;
    stop_on_signals(
        &stop,
        "Ended at once: a hidden folder `.candor-….part` may be left beside the output.".to_owned(),
    )?;
    let progress = Progress::of(source.size());
    let binary = if arguments.keep_binary { Binary::Keep } else { Binary::Withhold };
    let context =
        Context { engine: &redaction.engine, binary, stop: &stop, progress: &progress, private: &private };

    if arguments.check {
        let checked = progress::shown(&progress, "Checked", true, || check::run(&context, source));
        return ended(&stop, checked).and_then(|checked| checked.tell(arguments.report));
    }
    let visible = !(matches!(target, Target::Stdout) && std::io::stdout().is_terminal());
    let told = Told { format: arguments.report, redaction: &redaction, key_is_kept: key.is_kept };
    let done = progress::shown(&progress, "Redacted", visible, || match source {
        Source::Stream(stream) => single::redact(&context, &stream, &target),
        Source::Folder(folder) => folder::redact(&context, &folder, &target),
    });
    let account = ended(&stop, done)?;
    told.tell(&account, &target)?;
    Ok(if account.faults > 0 { Exit::Incomplete } else { Exit::Success })
}

/// What a run ends with that was asked to stop: whatever failed, failed by that.
fn ended<T>(stop: &Stop, result: Result<T, Failure>) -> Result<T, Failure> {
    let (Some(reason), true) = (stop.requested(), result.is_err()) else { return result };
    let exit = if reason == StopReason::Interrupted { Exit::Interrupted } else { Exit::Terminated };
    Err(Failure::internal(reason.sentence()).with_exit(exit).hint("no output is left behind"))
}

fn private_files(arguments: &Redact) -> Identities {
    let configured = places::redaction_policy_files();
    let named = arguments.policy.iter().chain(&arguments.key);
    Identities::of(configured.iter().chain(named).map(AsRef::<Path>::as_ref))
}

fn refuse_private(source: &Source, private: &Identities) -> Result<(), Failure> {
    match source {
        Source::Stream(stream) if private.hold(&stream.file) => {
            Err(Failure::usage("this is the redaction policy or the key itself")
                .hint("neither belongs into anything that is passed on"))
        }
        _ => Ok(()),
    }
}

/// Bounds of the walk through one file. Two of them run at a time.
fn limits() -> Limits {
    let default = Limits::default();
    Limits { window_bytes: default.window_bytes / 2, packing_bytes: default.packing_bytes / 2, ..default }
}

/// What a failed walk means for the person.
fn failed(error: &Error, input: &str, output: &Path) -> Failure {
    match error {
        Error::Read(cause) => Failure::because(format!("cannot read `{input}`"), cause, Exit::Internal),
        Error::Write(cause) => {
            Failure::because(format!("cannot write `{}`", shown(output)), cause, Exit::Internal)
                .hint("nothing is left of it; is there room on the disk?")
        }
        Error::Spool(cause) => Failure::because("cannot use a temporary file", cause, Exit::Internal)
            .hint("name another folder for them by TMPDIR"),
    }
}

impl Source {
    fn size(&self) -> Option<u64> {
        match self {
            Self::Stream(stream) => stream.size,
            Self::Folder(_) => None,
        }
    }
}

/// The name by which a single input is told of: its last name, redacted.
fn name_of(engine: &Arc<Engine>, path: Option<&Path>) -> (String, Account) {
    let mut account = Account::default();
    let Some(name) = path.and_then(Path::file_name) else { return ("stdin".to_owned(), account) };
    let (name, rules) = names::redact_last(engine, Path::new(name));
    let name = String::from_utf8_lossy(&name).into_owned();
    rules.iter().for_each(|rule| account.redacted(&name, rule, 1, &[]));
    (name, account)
}
