//! Runs a declared command: exactly the manifest's arguments, a clean environment, a lock-down of its own, a deadline and
//! an output cap.

mod output;
mod process;

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use candor_contract::document::{CommandResult, Failure};
use candor_manifest::Command;
use candor_redact::Engine;
use candor_sandbox::{Confined, Enforcement, Policy};

use crate::frame::Kind;
use crate::redaction::redact_text;
use crate::stop::Stop;
use crate::worker::launch::{LaunchStart, NotExecuted};
use output::Gathered;
use process::{Conversation, Process};

/// Bytes of standard error that the report keeps.
const STDERR_KEPT: usize = 4096;

/// How a command is to be run.
pub(super) struct Launch<'a> {
    /// What it may do.
    pub(super) policy: Policy,
    /// The program to start as a launcher.
    pub(super) program: &'a Path,
    /// Why it must not run with this enforcement, if so.
    pub(super) objection: &'a dyn Fn(&Enforcement) -> Option<String>,
    /// Redacts what the report says about it.
    pub(super) engine: &'a Arc<Engine>,
    /// Ends it early.
    pub(super) stop: &'a Stop,
    /// When the time of its collector is over.
    pub(super) deadline: Instant,
}

/// One run of a command, and what the report says about it.
pub(super) struct Run<'a> {
    command: &'a Command,
    enforcement: Option<Enforcement>,
    access: Option<serde_json::Value>,
}

impl<'a> Run<'a> {
    pub(super) fn new(command: &'a Command) -> Self {
        Self { command, enforcement: None, access: None }
    }

    /// Runs it to its end, or to the end of its time.
    pub(super) fn execute(&mut self, launch: &Launch<'_>) -> Result<CommandResult, Failure> {
        let program = self.check()?;
        if let Some(objection) = (launch.objection)(&launch.policy.expected()) {
            return Err(Failure::new("denied", objection));
        }
        let begun = Instant::now();
        let deadline = launch.deadline.min(begun + self.command.timeout.get());
        let cannot_start = |error| cannot_start(program, &error);
        let (mut process, conversation) =
            Process::spawn(launch.program, &launch.policy, deadline).map_err(cannot_start)?;
        let started = self.start(launch, &mut process, conversation);
        let gathered = match started {
            Ok(()) => process.gather(self.command.output.get(), launch.stop, deadline),
            Err(NotStarted::Late) => Gathered { timed_out: true, ..Gathered::default() },
            Err(NotStarted::Failed(failure)) => {
                process.end();
                self.access = process.close_gate(launch.engine);
                return Err(failure);
            }
        };
        if gathered.finished {
            // The kernel forgets what a process read once its end was asked for.
            self.access = process.close_gate(launch.engine);
        }
        let status = if gathered.finished { process.wait() } else { None };
        process.end();
        self.access = self.access.take().or_else(|| process.close_gate(launch.engine));
        Ok(CommandResult {
            argv: self.command.argv.clone(),
            exit_code: status.and_then(|status| status.code()),
            signal: status.and_then(|status| status.signal()),
            timed_out: gathered.timed_out,
            truncated: gathered.truncated,
            stdout: String::from_utf8_lossy(&gathered.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&gathered.stderr).into_owned(),
            duration_ms: u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
        })
    }

    /// What can be said without starting anything.
    fn check(&self) -> Result<&'a str, Failure> {
        let Some(program) = self.command.argv.first() else {
            return Err(Failure::new("undeclared", "the command has no program"));
        };
        if !Path::new(program).is_absolute() {
            return Err(Failure::new("undeclared", "the command's program is not an absolute path"));
        }
        if self.command.root && !rustix::process::geteuid().is_root() {
            return Err(Failure::new("denied", format!("`{program}` needs root")));
        }
        match std::fs::metadata(program) {
            Err(error) => Err(cannot_start(program, &error)),
            Ok(_) => Ok(program),
        }
    }

    /// Lets the launcher confine itself, opens its gate, and lets it become the command.
    fn start(
        &mut self,
        launch: &Launch<'_>,
        process: &mut Process,
        mut conversation: Conversation,
    ) -> Result<(), NotStarted> {
        let program = self.command.argv.first().map_or("", String::as_str);
        let start = LaunchStart { policy: launch.policy.clone(), argv: self.command.argv.clone() };
        conversation.send(Kind::Start, &start)?;
        let confined: Confined =
            conversation.hear(Kind::Confined)?.ok_or_else(|| broken("it ended too early"))?;
        tracing::debug!(command = %self.command.id, "confined: {}", confined.enforcement.sentence());
        self.enforcement = Some(confined.enforcement.clone());
        if let Some(objection) = (launch.objection)(&confined.enforcement) {
            return Err(Failure::new("denied", objection).into());
        }
        process.open_gate(&confined).map_err(|error| broken(&error.to_string()))?;
        conversation.send(Kind::Go, &())?;
        match conversation.hear::<NotExecuted>(Kind::Failed)? {
            // The launcher's end is closed by the execution itself.
            None => Ok(()),
            Some(failed) => Err(cannot_start(program, &io::Error::from_raw_os_error(failed.errno)).into()),
        }
    }

    /// What the report says about it: everything but what it printed, of which it keeps a little of standard error.
    pub(super) fn record(
        &self,
        result: &Result<CommandResult, Failure>,
        engine: &Arc<Engine>,
    ) -> serde_json::Value {
        let command = self.command;
        let mut record = match result {
            Ok(result) => serde_json::json!({
                "id": command.id, "argv": command.argv, "exit_code": result.exit_code, "signal": result.signal,
                "timed_out": result.timed_out, "truncated": result.truncated, "duration_ms": result.duration_ms,
                "stdout_bytes": result.stdout.len(),
                "stderr": end_of(&redact_text(&result.stderr, engine)),
            }),
            Err(failure) => {
                serde_json::json!({ "id": command.id, "argv": command.argv, "error": failure.message })
            }
        };
        if let Some(enforcement) = &self.enforcement {
            record["enforcement"] = serde_json::json!(enforcement);
        }
        if let Some(access) = &self.access {
            record["access"] = access.clone();
        }
        record
    }
}

/// Why a launcher did not become the command.
enum NotStarted {
    Late,
    Failed(Failure),
}

impl From<Failure> for NotStarted {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<io::Error> for NotStarted {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => Self::Late,
            _ => Self::Failed(broken(&error.to_string())),
        }
    }
}

fn broken(why: &str) -> Failure {
    Failure::new("command", format!("the process that was to become the command failed: {why}"))
}

fn end_of(text: &str) -> &str {
    let from = text.char_indices().map(|(at, _)| at).find(|at| text.len() - at <= STDERR_KEPT);
    &text[from.unwrap_or(0)..]
}

fn cannot_start(program: &str, error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::NotFound => Failure::new("unavailable", format!("`{program}` is not installed")),
        io::ErrorKind::PermissionDenied => {
            Failure::new("denied", format!("no permission to run `{program}`"))
        }
        _ => Failure::new("command", format!("cannot start `{program}`: {error}")),
    }
}
