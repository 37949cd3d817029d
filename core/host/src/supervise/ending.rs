//! How a collector ended, in the words of the report.

use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::sync::Arc;

use candor_contract::document::{Failure, Response, Status};
use candor_manifest::Budget;
use candor_redact::Engine;
use candor_report::Outcome;

use super::delivery::Violation;
use crate::frame::{BadFrame, FrameError};
use crate::redaction::clean;
use crate::supervise::Interrupt;

/// Reasons that go into one sentence; the others are counted.
const MOST_REASONS: usize = 8;

/// Outcome, reason and hints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ending {
    pub(crate) outcome: Outcome,
    pub(crate) reason: Option<String>,
    pub(crate) hints: Vec<String>,
}

impl Ending {
    pub(crate) fn new(outcome: Outcome, reason: impl Into<String>) -> Self {
        Self { outcome, reason: Some(reason.into()), hints: Vec::new() }
    }

    fn failed(reason: impl Into<String>) -> Self {
        Self::new(Outcome::Failed, reason)
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// It answered. `withheld` are reasons of the host's own why less was delivered.
    pub(crate) fn answered(response: &Response, withheld: &[String], engine: &Arc<Engine>) -> Self {
        let mut reasons: Vec<_> = response.reasons.iter().map(|reason| clean(reason, engine)).collect();
        reasons.extend(withheld.iter().cloned());
        let outcome = match response.status {
            Status::Complete if withheld.is_empty() => Outcome::Collected,
            Status::Complete | Status::Partial => Outcome::Partial,
            Status::Skipped => Outcome::Skipped,
        };
        Self { outcome, reason: join(reasons), hints: Vec::new() }
    }

    /// It gave up with an error.
    pub(crate) fn gave_up(failure: &Failure, engine: &Arc<Engine>) -> Self {
        let ending = Self::failed(clean(&failure.to_string(), engine));
        match failure.kind.as_str() {
            "load" => ending.hint("rebuild the plugin with `cargo xtask dist`"),
            "budget" => ending.hint("raise `budget.output` in its manifest, or narrow its options"),
            _ => ending,
        }
    }

    /// It broke a rule of the interface, or a bound was reached.
    pub(crate) fn violated(violation: &Violation) -> Self {
        let ending = Self::failed(violation.to_string());
        match violation {
            Violation::OutputBudget(_) => {
                ending.hint("raise `budget.output` in its manifest, or narrow its options")
            }
            Violation::Cap(_) | Violation::DiskFull => ending.hint("free some space, or collect less"),
            _ => ending,
        }
    }

    /// Listening ended.
    pub(crate) fn interrupted(interrupt: Interrupt, budget: &Budget) -> Self {
        match interrupt {
            Interrupt::Deadline => {
                Self::new(Outcome::TimedOut, format!("not finished after {}", budget.wall))
                    .hint("raise `budget.wall` in its manifest, or narrow its options")
            }
            Interrupt::StderrBudget => {
                Self::failed(format!("it wrote more than {} to standard error", budget.stderr))
            }
            Interrupt::Stopped(reason) => Self::failed(reason.sentence()),
            Interrupt::Exited => Self::failed("its process ended before it answered"),
        }
    }

    /// The connection broke.
    pub(crate) fn broken(error: &FrameError, budget: &Budget) -> Self {
        match error {
            FrameError::Bad(bad) => Self::bad_frame(bad),
            FrameError::Io(error) => {
                match error.get_ref().and_then(|inner| inner.downcast_ref::<Interrupt>()) {
                    Some(interrupt) => Self::interrupted(*interrupt, budget),
                    None => Self::failed(format!("the connection to its worker broke: {error}")),
                }
            }
        }
    }

    pub(crate) fn bad_frame(bad: &BadFrame) -> Self {
        Self::failed(bad.to_string())
    }

    /// It is gone without an answer.
    pub(crate) fn exited(status: Option<ExitStatus>, budget: &Budget) -> Self {
        let Some(status) = status else {
            return Self::failed("it closed the connection before it answered");
        };
        match (status.signal(), status.code()) {
            (Some(signal), _) => {
                let ending = Self::failed(format!("its process was ended by {}", signal_name(signal)));
                if signal == libc::SIGABRT || signal == libc::SIGSEGV || signal == libc::SIGBUS {
                    ending.hint(format!("its memory limit is {}", budget.memory))
                } else {
                    ending
                }
            }
            (None, Some(code)) => {
                Self::failed(format!("its process exited with code {code} before it answered"))
            }
            (None, None) => Self::failed("its process ended before it answered"),
        }
    }
}

fn join(mut reasons: Vec<String>) -> Option<String> {
    if reasons.is_empty() {
        return None;
    }
    let further = reasons.len().saturating_sub(MOST_REASONS);
    reasons.truncate(MOST_REASONS);
    let mut text = reasons.join("; ");
    if further > 0 {
        text.push_str(&format!("; and {further} more"));
    }
    Some(text)
}

fn signal_name(signal: i32) -> String {
    let name = match signal {
        libc::SIGABRT => "SIGABRT",
        libc::SIGBUS => "SIGBUS",
        libc::SIGFPE => "SIGFPE",
        libc::SIGILL => "SIGILL",
        libc::SIGKILL => "SIGKILL",
        libc::SIGSEGV => "SIGSEGV",
        libc::SIGSYS => "SIGSYS",
        libc::SIGTERM => "SIGTERM",
        libc::SIGTRAP => "SIGTRAP",
        libc::SIGXCPU => "SIGXCPU (its processor time was used up)",
        libc::SIGXFSZ => "SIGXFSZ (it tried to write a file)",
        _ => return format!("signal {signal}"),
    };
    name.to_owned()
}
