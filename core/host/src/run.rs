//! Runs the approved collectors of a plan side by side.

use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use candor_consent::Grant;
use candor_manifest::CollectorId;
use candor_redact::Engine;
use candor_report::{CollectorEntry, Compression, Compressor, Outcome, Session, SessionError};

use candor_sandbox::Machine;

use crate::library::SealedLibraries;
use crate::plan::{Availability, Plan, PlannedCollector};
use crate::redaction::redact_entry;
use crate::required::Required;
use crate::stop::Stop;
use crate::supervise::{ReportCaps, StartError, Surroundings, start};

/// What happens during a run.
#[derive(Debug, Clone)]
pub enum Progress {
    /// A collector was started.
    Started {
        /// The collector.
        id: CollectorId,
    },
    /// It delivers.
    Delivered {
        /// The collector.
        id: CollectorId,
        /// Bytes so far, before compression.
        bytes: u64,
        /// Artifacts so far.
        files: u32,
    },
    /// It ended, or was never started.
    Ended {
        /// What the report will say, boxed because it is large.
        entry: Box<CollectorEntry>,
    },
}

/// How a run is done.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// Collectors side by side.
    pub workers: usize,
    /// Most verbose level of log records of plugins: `info`.
    pub log_level: String,
    /// The program to start as a worker; `None` is the one that runs.
    pub program: Option<PathBuf>,
    /// Whether artifacts are compressed.
    pub compression: Compression,
    /// What the machine can, as [`candor_sandbox::machine`] found.
    pub machine: Machine,
    /// The least enforcement that is accepted.
    pub required: Required,
    /// Redacts everything below level `secret`, and what the report says of each collector.
    pub engine: Arc<Engine>,
}

impl Default for RunOptions {
    fn default() -> Self {
        let workers = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            workers,
            log_level: "info".to_owned(),
            program: None,
            compression: Compression::Deflate,
            machine: candor_sandbox::machine(),
            required: Required::default(),
            engine: Engine::secrets_only(),
        }
    }
}

/// A run that could not be done.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The host cannot become the parent of what its workers leave behind.
    #[error("cannot take over orphaned processes of workers")]
    Orphans(#[source] std::io::Error),
    /// An entry could not be written into the session.
    #[error("cannot record how `{collector}` ended")]
    Record {
        /// The collector.
        collector: CollectorId,
        /// The cause.
        source: SessionError,
    },
}

/// Runs every collector for which there is a grant, refuses the others, and records in the session how each ended.
/// `progress` hears of every step, from several threads.
///
/// The calling process belongs to the host while this runs: children that it did not start through the host are ended.
///
/// # Errors
/// When the session cannot be written. Failing collectors are no errors: see their entries.
pub fn run(
    plan: &Plan,
    grants: Vec<Grant>,
    session: &Session,
    caps: &ReportCaps,
    stop: &Stop,
    options: &RunOptions,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Vec<CollectorEntry>, RunError> {
    crate::descendants::adopt_orphans().map_err(RunError::Orphans)?;
    let compressor = Compressor::new(options.workers, options.compression);
    let around = Surroundings {
        session,
        compressor: &compressor,
        caps,
        stop,
        progress,
        log_level: &options.log_level,
        program: options.program.clone(),
        libraries: SealedLibraries::default(),
        machine: &options.machine,
        required: &options.required,
        engine: &options.engine,
    };
    let mut grants: BTreeMap<_, _> =
        grants.into_iter().map(|grant| (grant.subject().collector.clone(), grant)).collect();
    let queue: VecDeque<_> =
        plan.collectors.iter().map(|planned| (planned, grants.remove(planned.id()))).collect();
    let queue = Mutex::new(queue);
    let results = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..options.workers.clamp(1, plan.collectors.len().max(1)) {
            scope.spawn(|| {
                while let Some((planned, grant)) = pop(&queue) {
                    let result = one(planned, grant, &around);
                    results.lock().unwrap_or_else(PoisonError::into_inner).push(result);
                }
            });
        }
    });
    results.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter().collect()
}

fn pop<T>(queue: &Mutex<VecDeque<T>>) -> Option<T> {
    queue.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
}

fn one(
    planned: &PlannedCollector,
    grant: Option<Grant>,
    around: &Surroundings<'_>,
) -> Result<CollectorEntry, RunError> {
    let mut entry = match grant {
        None => ended(planned, Outcome::Refused, "you did not approve it"),
        Some(_) if around.stop.requested().is_some() => stopped(planned, around.stop),
        Some(grant) => {
            (around.progress)(Progress::Started { id: planned.id().clone() });
            start(grant, planned, around).unwrap_or_else(|error| not_started(planned, &error))
        }
    };
    // The one way into the report: what was redacted before stays as it is.
    redact_entry(&mut entry, around.engine);
    let collector = planned.id().clone();
    around.session.record(&entry).map_err(|source| RunError::Record { collector, source })?;
    (around.progress)(Progress::Ended { entry: Box::new(entry.clone()) });
    Ok(entry)
}

fn stopped(planned: &PlannedCollector, stop: &Stop) -> CollectorEntry {
    let reason = stop.requested().map_or("stopped", crate::stop::StopReason::sentence);
    ended(planned, Outcome::Failed, &format!("not started: {reason}"))
}

fn not_started(planned: &PlannedCollector, error: &StartError) -> CollectorEntry {
    let outcome = match planned.availability {
        Availability::Unsupported { .. } => Outcome::Skipped,
        _ if matches!(error, StartError::Enforcement(_)) => Outcome::Skipped,
        _ => Outcome::Failed,
    };
    let mut reason = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        reason.push_str(&format!(": {error}"));
        cause = error.source();
    }
    let mut entry = ended(planned, outcome, &reason);
    if let Availability::Broken { hint, .. } = &planned.availability {
        entry.hints.push(hint.clone());
    }
    entry
}

fn ended(planned: &PlannedCollector, outcome: Outcome, reason: &str) -> CollectorEntry {
    let mut entry = entry_of(planned);
    entry.outcome = outcome;
    entry.reason = Some(reason.to_owned());
    entry
}

/// The entry of a collector of which nothing more has been heard.
pub fn entry_of(planned: &PlannedCollector) -> CollectorEntry {
    let subject = planned.subject();
    CollectorEntry {
        library_digest: subject.library_digest,
        options: subject.options,
        ..CollectorEntry::unheard(subject.collector, subject.level, subject.manifest_digest)
    }
}
