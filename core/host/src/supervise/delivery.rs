//! What a worker delivers: checked, counted, redacted and staged. Every byte of it is hostile.

use std::sync::Arc;
use std::time::Instant;

use candor_container::HEAD_BYTES;
use candor_contract::document::{ArtifactHeader, ArtifactTrailer};
use candor_manifest::{Budget, ByteSize, Level, Manifest};
use candor_redact::{Engine, Tally};
use candor_report::{ArtifactEntry, ArtifactName, CollectorStage, Redactions, StageError};

use super::Surroundings;
use super::caps::{CapReached, ReportCaps};
use super::content::{Treatment, treatment};
use super::names::Names;
use super::packed::{Packed, Patience, Repacked};
use super::text::Text;
use crate::redaction::clean;

/// Longest media type.
const MEDIA_TYPE_MAX: usize = 128;

/// What a worker must not do, or what it ran into. It ends the worker.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Violation {
    #[error("it sent an unreadable {0}")]
    Unreadable(&'static str),
    #[error("it sent {0} while no artifact was open")]
    NothingOpen(&'static str),
    #[error("it began an artifact while another was open")]
    AlreadyOpen,
    #[error("it named an artifact that no report may hold: {0}")]
    Name(String),
    #[error("it delivered two artifacts of the same name")]
    Duplicate,
    #[error("it stated a media type that is none")]
    MediaType,
    #[error("it claimed level `{claimed}` for an artifact where its manifest declares `{declared}`")]
    Level { claimed: String, declared: Level },
    #[error("it counted {told} bytes for an artifact of which {received} arrived")]
    Count { told: u64, received: u64 },
    #[error("its output is larger than {0}")]
    OutputBudget(ByteSize),
    #[error("it delivered more than {0} artifacts")]
    Files(u32),
    #[error(transparent)]
    Cap(#[from] CapReached),
    #[error("its gate could not be opened: {0}")]
    Gate(String),
    #[error("the disk is full")]
    DiskFull,
    #[error("what it delivered could not be staged: {0}")]
    Stage(String),
}

impl From<StageError> for Violation {
    fn from(error: StageError) -> Self {
        match error {
            StageError::DiskFull { .. } => Self::DiskFull,
            StageError::Duplicate => Self::Duplicate,
            other => Self::Stage(chain(&other)),
        }
    }
}

pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    text
}

/// The artifact that is being delivered.
struct Open {
    /// As the report has it.
    name: ArtifactName,
    media_type: String,
    received_bytes: u64,
    state: State,
}

enum State {
    /// Its kind is not known yet: its first bytes decide.
    Unknown(Vec<u8>),
    /// Text: through the redactor.
    Text(Box<Text>),
    /// An archive or compressed file: opened and packed again.
    Packed(Packed),
    /// A picture, or of level `secret`: as it is.
    Raw,
    /// Withheld: the rest is counted and forgotten.
    Withheld,
}

/// Everything that one collector delivers.
pub(crate) struct Delivery<'a> {
    stage: CollectorStage,
    level: Level,
    budget: &'a Budget,
    caps: &'a ReportCaps,
    engine: &'a Arc<Engine>,
    patience: Patience<'a>,
    names: Names,
    open: Option<Open>,
    received_bytes: u64,
    counted_bytes: u64,
    files: u32,
    withheld: Vec<String>,
}

impl<'a> Delivery<'a> {
    pub(super) fn new(
        stage: CollectorStage,
        manifest: &'a Manifest,
        around: &'a Surroundings<'a>,
        deadline: Instant,
    ) -> Self {
        Self {
            stage,
            level: manifest.level,
            budget: &manifest.budget,
            caps: around.caps,
            engine: around.engine,
            patience: Patience { stop: around.stop, deadline },
            names: Names::default(),
            open: None,
            received_bytes: 0,
            counted_bytes: 0,
            files: 0,
            withheld: Vec::new(),
        }
    }

    /// An empty buffer of at least that capacity, a used one where there is one.
    pub(crate) fn spare_buffer(&self, bytes: usize) -> Vec<u8> {
        self.stage.spare_buffer(bytes)
    }

    /// Bytes received so far, for the progress line.
    pub(crate) fn received_bytes(&self) -> u64 {
        self.received_bytes
    }

    /// Artifacts begun so far, for the progress line.
    pub(crate) fn files(&self) -> u32 {
        self.files
    }

    /// Reasons of the host's own why less was delivered.
    pub(crate) fn withheld(&self) -> &[String] {
        &self.withheld
    }

    pub(crate) fn begin(&mut self, payload: &[u8]) -> Result<(), Violation> {
        if self.open.is_some() {
            return Err(Violation::AlreadyOpen);
        }
        let header: ArtifactHeader =
            serde_json::from_slice(payload).map_err(|_| Violation::Unreadable("artifact header"))?;
        self.files += 1;
        if self.files > self.budget.files {
            return Err(Violation::Files(self.budget.files));
        }
        let name = ArtifactName::parse(&header.name).map_err(|error| Violation::Name(error.to_string()))?;
        if !is_media_type(&header.media_type) {
            return Err(Violation::MediaType);
        }
        // A level below the manifest's would take an artifact out of the consent that it needs.
        if let Some(claimed) = header.level.filter(|claimed| claimed != self.level.as_str()) {
            let claimed = clean(&claimed, self.engine);
            return Err(Violation::Level { claimed, declared: self.level });
        }
        let name = self.names.begin(&mut self.stage, &name, &header.media_type, self.level, self.engine)?;
        let state = if self.level == Level::Secret { State::Raw } else { State::Unknown(Vec::new()) };
        self.open = Some(Open { name, media_type: header.media_type, received_bytes: 0, state });
        Ok(())
    }

    pub(crate) fn chunk(&mut self, payload: Vec<u8>) -> Result<(), Violation> {
        let Some(open) = &mut self.open else {
            return Err(Violation::NothingOpen("data"));
        };
        let length = payload.len() as u64;
        open.received_bytes += length;
        self.received_bytes += length;
        if self.received_bytes > self.budget.output.get() {
            return Err(Violation::OutputBudget(self.budget.output));
        }
        self.process(payload)?;
        let staged = self.stage.staged_bytes();
        self.caps.add(staged.saturating_sub(self.counted_bytes))?;
        self.counted_bytes = self.counted_bytes.max(staged);
        Ok(())
    }

    fn process(&mut self, payload: Vec<u8>) -> Result<(), Violation> {
        let Some(open) = &mut self.open else { return Ok(()) };
        match &mut open.state {
            State::Withheld => Ok(()),
            State::Raw => Ok(self.stage.write(payload)?),
            State::Unknown(first) => {
                first.extend_from_slice(&payload);
                if first.len() >= HEAD_BYTES { self.decide_kind() } else { Ok(()) }
            }
            State::Text(text) => {
                let mut settled = Vec::with_capacity(payload.len() + 256);
                match text.push(&payload, &mut settled) {
                    Ok(()) if settled.is_empty() => Ok(()),
                    Ok(()) => Ok(self.stage.write(settled)?),
                    Err(why) => self.withhold(&why),
                }
            }
            State::Packed(packed) => {
                let in_time = packed.push(payload, self.patience, &mut |bytes| self.stage.write(bytes))?;
                if in_time { Ok(()) } else { self.withhold("there was no time left to look through it") }
            }
        }
    }

    /// Whatever a plugin calls its bytes: what they are decides.
    fn decide_kind(&mut self) -> Result<(), Violation> {
        let Some(open) = &mut self.open else { return Ok(()) };
        let State::Unknown(first) = &mut open.state else {
            return Ok(());
        };
        let first = std::mem::take(first);
        open.state = match treatment(&first, &open.media_type, self.level) {
            Treatment::Redact(encoding) => State::Text(Box::new(Text::new(self.engine, encoding, &first))),
            Treatment::Keep => State::Raw,
            Treatment::Repack => match Packed::start(self.engine, open.name.as_str()) {
                Ok(packed) => State::Packed(packed),
                Err(error) => return self.withhold(&format!("it cannot be opened: {error}")),
            },
            Treatment::Withhold(why) => return self.withhold(&why.to_string()),
        };
        self.process(first)
    }

    /// A redactor error withholds the artifact, never the rest of the report.
    fn withhold(&mut self, why: &str) -> Result<(), Violation> {
        if let Some(open) = &mut self.open {
            open.state = State::Withheld;
            self.withheld.push(format!("artifact `{}` was withheld: {why}", open.name));
        }
        Ok(self.stage.abort()?)
    }

    pub(crate) fn end(&mut self, payload: &[u8]) -> Result<(), Violation> {
        let trailer: ArtifactTrailer =
            serde_json::from_slice(payload).map_err(|_| Violation::Unreadable("artifact trailer"))?;
        if matches!(&self.open, Some(Open { state: State::Unknown(_), .. })) {
            self.decide_kind()?;
        }
        let Some(open) = self.open.take() else {
            return Err(Violation::NothingOpen("the end of an artifact"));
        };
        if open.received_bytes != trailer.bytes {
            self.stage.abort()?;
            return Err(Violation::Count { told: trailer.bytes, received: open.received_bytes });
        }
        match open.state {
            State::Withheld => Ok(()),
            _ if !trailer.complete => Ok(self.stage.abort()?),
            State::Text(text) => self.end_text(&open.name, *text),
            State::Packed(packed) => self.end_packed(&open.name, packed),
            State::Raw | State::Unknown(_) => Ok(self.stage.finish(Redactions::default())?),
        }
    }

    fn end_text(&mut self, name: &ArtifactName, text: Text) -> Result<(), Violation> {
        let mut settled = Vec::new();
        match text.finish(&mut settled) {
            Ok(tally) => {
                if !settled.is_empty() {
                    self.stage.write(settled)?;
                }
                Ok(self.stage.finish(redactions(&tally))?)
            }
            Err(why) => {
                self.withheld.push(format!("artifact `{name}` was withheld: {why}"));
                Ok(self.stage.abort()?)
            }
        }
    }

    fn end_packed(&mut self, name: &ArtifactName, packed: Packed) -> Result<(), Violation> {
        match packed.finish(self.patience, &mut |bytes| self.stage.write(bytes))? {
            Repacked::Whole { redactions, left_out } => {
                let left_out = left_out.map(|what| format!("of artifact `{name}`, {what}"));
                self.withheld.extend(left_out.map(|what| clean(&what, self.engine)));
                Ok(self.stage.finish(redactions)?)
            }
            Repacked::Withheld(why) => {
                self.withheld.push(format!("artifact `{name}` was withheld: {why}"));
                Ok(self.stage.abort()?)
            }
        }
    }

    /// Ends the delivery: an artifact that is still open is dropped, the finished ones are returned.
    pub(crate) fn close(mut self) -> Result<(Vec<ArtifactEntry>, Vec<String>), Violation> {
        if let Some(open) = self.open.take()
            && !matches!(open.state, State::Withheld)
        {
            self.stage.abort()?;
            self.withheld.push("its last artifact was not finished and is left out".to_owned());
        }
        let artifacts = self.stage.close()?;
        Ok((artifacts, self.withheld))
    }
}

fn redactions(tally: &Tally) -> Redactions {
    let mut redactions = Redactions::default();
    tally.iter().for_each(|(rule, count)| redactions.add("", rule, count.count, &count.lines));
    redactions
}

fn is_media_type(text: &str) -> bool {
    let printable = text.bytes().all(|byte| (0x20..0x7f).contains(&byte));
    text.len() <= MEDIA_TYPE_MAX && printable && text.contains('/')
}
