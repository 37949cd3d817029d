//! One side of the conversation with a worker: frame by frame, each of them hostile.

use std::time::{Duration, Instant};

use candor_contract::document::{DOCUMENT_VERSION, Failure, Limits, LogRecord, Request, Response};
use candor_report::CollectorEntry;

use candor_sandbox::Confined;

use super::delivery::{Delivery, Violation, chain};
use super::gatekeeper::Gatekeeper;
use super::{Conversation, Surroundings};
use crate::broker::Brokers;
use crate::frame::{Frame, FrameError, FrameReader, Kind};
use crate::plan::PlannedCollector;
use crate::redaction::clean;
use crate::run::Progress;
use crate::worker::{Call, Start};

/// Log records that the report keeps of one collector.
const LOG_RECORDS_MAX: usize = 200;
/// Time between two progress events of one collector.
const PROGRESS_EVERY: Duration = Duration::from_millis(100);

/// What listening came to.
pub(super) enum Heard {
    Response(Response),
    Failure(Failure),
    Violation(Violation),
    Broken(FrameError),
    /// Less is enforced than the customer demands.
    Unenforced(String),
    Closed,
}

/// Listens to one worker and answers it, until it ended or did what it must not.
pub(super) struct Listener<'a, 'w> {
    pub(super) conversation: Conversation<'w>,
    pub(super) delivery: Delivery<'a>,
    pub(super) brokers: Brokers<'a>,
    pub(super) gatekeeper: Gatekeeper,
    pub(super) frames: FrameReader,
    pub(super) planned: &'a PlannedCollector,
    pub(super) around: &'a Surroundings<'a>,
    pub(super) entry: CollectorEntry,
    pub(super) last_progress: Instant,
}

impl Listener<'_, '_> {
    /// Listens to the end.
    pub(super) fn listen(&mut self) -> Heard {
        if let Err(heard) = self.let_in() {
            return heard;
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
    pub(super) fn hear_the_rest(&mut self) {
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
            Kind::Loaded => Ok(()),
            Kind::Confined => Err(Violation::Unreadable("frame: it was confined already")),
            _ => Err(Violation::Unreadable("frame: it is the host's")),
        }
    }

    /// Lets the worker confine itself and opens its gate. No foreign code is in it before this has succeeded, so that
    /// what it says of its confinement is this program's own word; it says it once.
    fn let_in(&mut self) -> Result<(), Heard> {
        self.send_start().map_err(|_| Heard::Closed)?;
        let frame = match self.frames.next(&mut self.conversation) {
            Ok(Some(frame)) => frame,
            Ok(None) => return Err(Heard::Closed),
            Err(error) => return Err(Heard::Broken(error)),
        };
        if frame.kind != Kind::Confined {
            return Err(Heard::Violation(Violation::Unreadable("frame: it is not confined yet")));
        }
        let confined: Confined =
            read(&frame.payload, "account of its confinement").map_err(Heard::Violation)?;
        let enforcement = &confined.enforcement;
        tracing::debug!(collector = %self.planned.id(), "confined: {}", enforcement.sentence());
        self.entry.enforcement = serde_json::to_value(enforcement).ok();
        if let Some(objection) = self.around.required.objection(self.planned.id(), enforcement) {
            return Err(Heard::Unenforced(objection));
        }
        self.gatekeeper.open(&confined).map_err(|error| Heard::Violation(Violation::Gate(chain(&error))))?;
        self.conversation.send_frame(Kind::Go, b"").map_err(|_| Heard::Closed)
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
            reads: manifest.reads_with(&self.planned.options).map(|read| read.path.to_string()).collect(),
            commands: manifest.commands.iter().map(|command| command.id.to_string()).collect(),
            limits,
            log_level: Some(self.around.log_level.to_owned()),
        };
        let start = Start {
            request: Some(request),
            policy: self.gatekeeper.policy.clone(),
            output_bytes: budget.output.get(),
        };
        let payload = serde_json::to_vec(&start)?;
        self.conversation.send_frame(Kind::Start, &payload)
    }

    fn log(&mut self, payload: &[u8]) -> Result<(), Violation> {
        let mut record: LogRecord = read(payload, "log record")?;
        if self.entry.log.len() < LOG_RECORDS_MAX {
            record.message = clean(&record.message, self.around.engine);
            tracing::debug!(collector = %self.planned.id(), level = record.level, "{}", record.message);
            for value in record.fields.values_mut() {
                *value = clean(value, self.around.engine);
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
            Ok(body) => self.conversation.send_frame(Kind::Answer, &body)?,
            Err(failure) => self.conversation.send_frame(Kind::Refusal, &serde_json::to_vec(&failure)?)?,
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
