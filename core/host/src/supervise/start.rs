//! From a grant to a finished collector.

use std::os::fd::{AsFd, OwnedFd};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use candor_consent::{Grant, GrantError};
use candor_contract::document::{DOCUMENT_VERSION, Failure, Limits, LogRecord, Request, Response};
use candor_report::{CollectorEntry, Compressor, Session};
use jiff::Timestamp;

use super::delivery::{Delivery, Violation};
use super::ending::Ending;
use super::{Conversation, ReportCaps, Worker};
use crate::broker::Brokers;
use crate::descendants::Ended;
use crate::enforcement::Enforcement;
use crate::frame::{Frame, FrameError, FrameReader, Kind, header};
use crate::library::{LibraryError, SealedLibraries};
use crate::plan::{Availability, PlannedCollector};
use crate::run::Progress;
use crate::stop::Stop;
use crate::worker::{Call, Start};

/// Log records that the report keeps of one collector.
const LOG_RECORDS_MAX: usize = 200;
/// Time between two progress events of one collector.
const PROGRESS_EVERY: Duration = Duration::from_millis(100);

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
    let sealed = sealed_library(planned, around)?;
    around.caps.check_disk()?;
    let stage =
        around.session.stage(planned.id(), planned.level(), around.compressor).map_err(StartError::Stage)?;
    let manifest = &planned.manifest.value;
    let program = around.program.clone().unwrap_or_else(super::spawn::own_program);
    let begun = Instant::now();
    let mut entry = crate::run::entry_of(planned);
    entry.started = Some(Timestamp::now().to_string());
    let (mut worker, socket, stderr) = Worker::spawn(&program, sealed.as_fd()).map_err(StartError::Spawn)?;
    drop(sealed);
    tracing::debug!(collector = %planned.id(), "worker started");
    let deadline = begun + manifest.budget.wall.get();
    let pidfd = worker.pidfd().map_err(StartError::Spawn)?;
    let conversation =
        Conversation::new(socket, stderr, manifest.budget.stderr.get(), pidfd, around.stop, deadline);
    let delivery = Delivery::new(stage, manifest.level, &manifest.budget, around.caps);
    let mut listener = Listener {
        conversation,
        delivery,
        brokers: Brokers::new(manifest),
        planned,
        around,
        entry,
        frames: FrameReader::new(),
        last_progress: begun,
    };
    let heard = listener.listen();
    if matches!(heard, Heard::Broken(_)) {
        worker.end();
        listener.hear_the_rest();
    }
    let stderr_end = listener.conversation.stderr_end();
    let Listener { delivery, brokers, mut entry, .. } = listener;
    let ending = conclude(heard, planned, &mut worker, &delivery);
    let ended = worker.end();
    entry.commands = brokers.into_records();
    finish(&mut entry, ending, delivery, ended, &stderr_end);
    entry.duration_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(entry)
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

/// What listening came to.
enum Heard {
    Response(Response),
    Failure(Failure),
    Violation(Violation),
    Broken(FrameError),
    Closed,
}

fn conclude(
    heard: Heard,
    planned: &PlannedCollector,
    worker: &mut Worker,
    delivery: &Delivery<'_>,
) -> Ending {
    let budget = &planned.manifest.value.budget;
    match heard {
        Heard::Response(response) => Ending::answered(&response, delivery.withheld()),
        Heard::Failure(failure) => Ending::gave_up(&failure),
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
    stderr_end: &[u8],
) {
    entry.outcome = ending.outcome;
    entry.reason = ending.reason;
    entry.hints = ending.hints;
    match delivery.close() {
        Ok((artifacts, withheld)) => {
            entry.bytes = artifacts.iter().map(|artifact| artifact.bytes).sum();
            entry.artifacts = artifacts;
            if entry.outcome == candor_report::Outcome::Collected && !withheld.is_empty() {
                entry.outcome = candor_report::Outcome::Partial;
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
    if entry.outcome != candor_report::Outcome::Collected && !stderr_end.is_empty() {
        let text = crate::broker::redacted(&String::from_utf8_lossy(stderr_end));
        entry.log.push(serde_json::json!({ "level": "stderr", "message": text }));
    }
}

struct Listener<'a, 'w> {
    conversation: Conversation<'w>,
    delivery: Delivery<'a>,
    brokers: Brokers<'a>,
    frames: FrameReader,
    planned: &'a PlannedCollector,
    around: &'a Surroundings<'a>,
    entry: CollectorEntry,
    last_progress: Instant,
}

impl Listener<'_, '_> {
    fn listen(&mut self) -> Heard {
        if self.send_start().is_err() {
            return Heard::Closed;
        }
        loop {
            let Self { frames, conversation, delivery, .. } = self;
            let frame = match frames.next_into(conversation, |bytes| delivery.spare_buffer(bytes)) {
                Ok(Some(frame)) => frame,
                Ok(None) => return Heard::Closed,
                Err(error) => return Heard::Broken(error),
            };
            let handled = match frame.kind {
                Kind::Call => match self.answer(&frame.payload) {
                    Ok(result) => result,
                    Err(error) => return Heard::Broken(FrameError::Io(error)),
                },
                Kind::Done => {
                    return read(&frame.payload, "response").map_or_else(Heard::Violation, Heard::Response);
                }
                Kind::Failed => {
                    return read(&frame.payload, "failure").map_or_else(Heard::Violation, Heard::Failure);
                }
                _ => self.deliver(frame),
            };
            if let Err(violation) = handled {
                return Heard::Violation(violation);
            }
            self.progress();
        }
    }

    /// Takes what had arrived before the worker was ended: it was collected, so it is not lost.
    fn hear_the_rest(&mut self) {
        self.conversation.worker_is_over();
        while let Ok(Some(frame)) = self.frames.next(&mut self.conversation) {
            if matches!(frame.kind, Kind::Call | Kind::Done | Kind::Failed) || self.deliver(frame).is_err() {
                return;
            }
        }
    }

    fn deliver(&mut self, frame: Frame) -> Result<(), Violation> {
        match frame.kind {
            Kind::Begin => self.delivery.begin(&frame.payload),
            Kind::Chunk => self.delivery.chunk(frame.payload),
            Kind::End => self.delivery.end(&frame.payload),
            Kind::Log => self.log(&frame.payload),
            Kind::Confined => self.confined(&frame.payload),
            Kind::Loaded => Ok(()),
            _ => Err(Violation::Unreadable("frame: it is the host's")),
        }
    }

    fn send_start(&mut self) -> std::io::Result<()> {
        let manifest = &self.planned.manifest.value;
        let budget = &manifest.budget;
        let limits = Limits {
            wall_ms: budget.wall.milliseconds(),
            output_bytes: budget.output.get(),
            memory_bytes: budget.memory.get(),
            files: budget.files,
        };
        let request = Request {
            version: DOCUMENT_VERSION,
            collector: manifest.id.to_string(),
            features: Brokers::features(manifest),
            options: self.planned.options_json(),
            reads: manifest.reads.iter().map(|read| read.path.to_string()).collect(),
            commands: manifest.commands.iter().map(|command| command.id.to_string()).collect(),
            limits,
            log_level: Some(self.around.log_level.to_owned()),
        };
        let start = Start {
            request: Some(request),
            memory_bytes: budget.memory.get(),
            cpu_seconds: budget.wall.get().as_secs().saturating_mul(2) + 2,
            output_bytes: budget.output.get(),
        };
        let payload = serde_json::to_vec(&start)?;
        self.reply(Kind::Start, &payload)
    }

    fn reply(&mut self, kind: Kind, payload: &[u8]) -> std::io::Result<()> {
        self.conversation.send(&header(kind, payload.len()))?;
        self.conversation.send(payload)
    }

    fn confined(&mut self, payload: &[u8]) -> Result<(), Violation> {
        let enforcement: Enforcement = read(payload, "account of its confinement")?;
        self.entry.enforcement = serde_json::to_value(enforcement).ok();
        Ok(())
    }

    fn log(&mut self, payload: &[u8]) -> Result<(), Violation> {
        let mut record: LogRecord = read(payload, "log record")?;
        if self.entry.log.len() < LOG_RECORDS_MAX {
            record.message = crate::broker::redacted(&super::ending::clean(&record.message));
            tracing::debug!(collector = %self.planned.id(), level = record.level, "{}", record.message);
            for value in record.fields.values_mut() {
                *value = crate::broker::redacted(&super::ending::clean(value));
            }
            self.entry.log.extend(serde_json::to_value(record));
        }
        Ok(())
    }

    fn answer(&mut self, payload: &[u8]) -> std::io::Result<Result<(), Violation>> {
        let call: Call = match read(payload, "call") {
            Ok(call) => call,
            Err(violation) => return Ok(Err(violation)),
        };
        let answer = self.brokers.answer(&call, self.around.stop, self.conversation.deadline());
        match answer {
            Ok(body) => self.reply(Kind::Answer, &body)?,
            Err(failure) => self.reply(Kind::Refusal, &serde_json::to_vec(&failure)?)?,
        }
        Ok(Ok(()))
    }

    fn progress(&mut self) {
        if self.last_progress.elapsed() >= PROGRESS_EVERY {
            self.last_progress = Instant::now();
            let id = self.planned.id().clone();
            let (bytes, files) = (self.delivery.received_bytes(), self.delivery.files());
            (self.around.progress)(Progress::Delivered { id, bytes, files });
        }
    }
}

fn read<T: serde::de::DeserializeOwned>(payload: &[u8], what: &'static str) -> Result<T, Violation> {
    serde_json::from_slice(payload).map_err(|_| Violation::Unreadable(what))
}
