//! From a grant to a finished collector.

use std::os::fd::{AsFd, OwnedFd};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use candor_consent::{Grant, GrantError};
use candor_redact::Engine;
use candor_report::{CollectorEntry, Compressor, Outcome, Session};
use jiff::Timestamp;

use candor_sandbox::{Machine, PolicyError};

use super::delivery::Delivery;
use super::ending::Ending;
use super::gatekeeper::Gatekeeper;
use super::listener::{Heard, Listener};
use super::{Conversation, ReportCaps, Worker};
use crate::broker::Brokers;
use crate::descendants::Ended;
use crate::frame::{FrameError, FrameReader};
use crate::library::{LibraryError, SealedLibraries};
use crate::plan::{Availability, PlannedCollector};
use crate::redaction::redact_text;
use crate::required::Required;
use crate::run::Progress;
use crate::stop::Stop;

/// What all collectors of a run share.
pub struct Surroundings<'a> {
    /// Where artifacts are staged.
    pub session: &'a Session,
    /// Compresses them.
    pub compressor: &'a Compressor,
    /// Bounds of the run.
    pub caps: &'a ReportCaps,
    /// Ends the run early.
    pub stop: &'a Stop,
    /// Hears how it goes.
    pub progress: &'a (dyn Fn(Progress) + Sync),
    /// Most verbose level of log records: `info`.
    pub log_level: &'a str,
    /// The program to start as a worker; `None` is the one that runs.
    pub program: Option<PathBuf>,
    /// What the machine can.
    pub machine: &'a Machine,
    /// The least enforcement that is accepted.
    pub required: &'a Required,
    /// Redacts everything below level `secret`.
    pub engine: &'a Arc<Engine>,
    /// The libraries that were sealed so far.
    pub(crate) libraries: SealedLibraries,
}

/// Why a collector was not started. Nothing of it has run.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The grant does not cover it.
    #[error("it is not approved as it is now")]
    Grant(#[from] GrantError),
    /// The manifest declares a level that its reads do not allow.
    #[error("its manifest declares a level that is too low for what it reads")]
    Level,
    /// The manifest asks for more than its level allows.
    #[error("its manifest asks for more than its level allows")]
    Policy(#[from] PolicyError),
    /// The customer demands more enforcement than there is.
    #[error("{0}")]
    Enforcement(String),
    /// There is nothing to start.
    #[error("{0}")]
    Unavailable(String),
    /// The library is gone or another one.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// The process could not be started.
    #[error("cannot start a worker")]
    Spawn(#[source] std::io::Error),
    /// Its folder in the session could not be made.
    #[error("cannot stage its output")]
    Stage(#[source] candor_report::SessionError),
    /// A bound of the run is reached.
    #[error(transparent)]
    Cap(#[from] super::caps::CapReached),
}

/// Runs one collector to its end. The grant is used up: it is taken by value, and there is no other way to start one.
///
/// # Errors
/// When it could not be started at all. Whatever happens after that is in the entry.
pub fn start(
    grant: Grant,
    planned: &PlannedCollector,
    around: &Surroundings<'_>,
) -> Result<CollectorEntry, StartError> {
    check_manifest(planned)?;
    grant.check(&planned.subject(), Timestamp::now())?;
    tracing::debug!(collector = %planned.id(), "the grant holds");
    drop(grant);
    let policy = planned.policy(around.machine)?;
    if let Some(objection) = around.required.objection(planned.id(), &policy.expected()) {
        return Err(StartError::Enforcement(objection));
    }
    let sealed = sealed_library(planned, around)?;
    around.caps.check_disk()?;
    let manifest = &planned.manifest.value;
    let stage =
        around.session.stage(planned.id(), planned.level(), around.compressor).map_err(StartError::Stage)?;
    let program = around.program.clone().unwrap_or_else(super::spawn::own_program);
    let begun = Instant::now();
    let mut entry = crate::run::entry_of(planned);
    entry.started = Some(Timestamp::now().to_string());
    let (mut worker, socket, stderr) =
        Worker::spawn(&program, sealed.as_fd(), policy.user_namespace).map_err(StartError::Spawn)?;
    tracing::debug!(collector = %planned.id(), "worker started");
    let pidfd = worker.pidfd().map_err(StartError::Spawn)?;
    let deadline = begun + manifest.budget.wall.get();
    let delivery = Delivery::new(stage, manifest, around, deadline);
    let listener = Listener {
        conversation: Conversation::new(
            socket,
            stderr,
            manifest.budget.stderr.get(),
            pidfd,
            around.stop,
            deadline,
        ),
        delivery,
        brokers: Brokers::new(planned, around, &program),
        gatekeeper: Gatekeeper {
            policy,
            library: Some(sealed),
            pidfd: worker.pidfd().map_err(StartError::Spawn)?,
            pid: worker.pid(),
            gate: None,
        },
        frames: FrameReader::new(),
        planned,
        around,
        entry,
        last_progress: begun,
    };
    let mut entry = see_through(listener, &mut worker, planned);
    entry.duration_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(entry)
}

/// Listens until the worker is done or must be ended, ends it, and sums up.
fn see_through(
    mut listener: Listener<'_, '_>,
    worker: &mut Worker,
    planned: &PlannedCollector,
) -> CollectorEntry {
    let heard = listener.listen();
    let engine = listener.around.engine;
    listener.entry.access = listener.gatekeeper.close(engine);
    if matches!(heard, Heard::Broken(_)) {
        worker.end();
        listener.hear_the_rest();
    }
    let stderr_end = listener.conversation.stderr_end();
    let Listener { delivery, brokers, mut entry, .. } = listener;
    let ending = conclude(heard, planned, worker, &delivery, engine);
    let ended = worker.end();
    entry.commands = brokers.into_records();
    finish(&mut entry, ending, delivery, ended, &redact_text(&stderr_end, engine));
    entry
}

fn check_manifest(planned: &PlannedCollector) -> Result<(), StartError> {
    match &planned.availability {
        Availability::Ready => {}
        Availability::Unsupported { reason } | Availability::Broken { reason, .. } => {
            return Err(StartError::Unavailable(reason.clone()));
        }
    }
    // The catalogue has checked this already; the host does not rely on it.
    let (least, _) = planned.manifest.value.least_level();
    if planned.level() < least { Err(StartError::Level) } else { Ok(()) }
}

fn sealed_library(planned: &PlannedCollector, around: &Surroundings<'_>) -> Result<Arc<OwnedFd>, StartError> {
    let library = planned
        .library
        .as_ref()
        .ok_or_else(|| StartError::Unavailable("it has no plugin library".to_owned()))?;
    Ok(around.libraries.get(library)?)
}

fn conclude(
    heard: Heard,
    planned: &PlannedCollector,
    worker: &mut Worker,
    delivery: &Delivery<'_>,
    engine: &Arc<Engine>,
) -> Ending {
    let budget = &planned.manifest.value.budget;
    match heard {
        Heard::Response(response) => Ending::answered(&response, delivery.withheld(), engine),
        Heard::Failure(failure) => Ending::gave_up(&failure, engine),
        Heard::Unenforced(objection) => Ending::new(Outcome::Skipped, objection),
        Heard::Violation(violation) => Ending::violated(&violation),
        Heard::Broken(error) => match is_exit(&error) {
            true => Ending::exited(worker.exit_status(), budget),
            false => Ending::broken(&error, budget),
        },
        Heard::Closed => Ending::exited(worker.exit_status(), budget),
    }
}

fn is_exit(error: &FrameError) -> bool {
    let FrameError::Io(error) = error else {
        return false;
    };
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<super::Interrupt>());
    inner == Some(&super::Interrupt::Exited)
}

fn finish(
    entry: &mut CollectorEntry,
    ending: Ending,
    delivery: Delivery<'_>,
    ended: Ended,
    stderr_end: &str,
) {
    entry.outcome = ending.outcome;
    entry.reason = ending.reason;
    entry.hints = ending.hints;
    match delivery.close() {
        Ok((artifacts, withheld)) => {
            entry.bytes = artifacts.iter().map(|artifact| artifact.bytes).sum();
            entry.artifacts = artifacts;
            if entry.outcome == Outcome::Collected && !withheld.is_empty() {
                entry.outcome = Outcome::Partial;
                entry.reason = Some(withheld.join("; "));
            }
        }
        Err(violation) => {
            let ending = Ending::violated(&violation);
            entry.outcome = ending.outcome;
            entry.reason = ending.reason;
            entry.hints = ending.hints;
        }
    }
    if ended.strays > 0 {
        entry.hints.push(format!("it left {} processes behind, which were ended", ended.strays));
    }
    if !ended.completely {
        entry.hints.push("a process of this collector could not be ended within two seconds".to_owned());
    }
    if entry.outcome != Outcome::Collected && !stderr_end.is_empty() {
        entry.log.push(serde_json::json!({ "level": "stderr", "message": stderr_end }));
    }
}
