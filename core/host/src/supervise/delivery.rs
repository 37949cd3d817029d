//! What a worker delivers: checked, counted, redacted and staged. Every byte of it is hostile.

use candor_contract::document::{ArtifactHeader, ArtifactTrailer};
use candor_manifest::{Budget, ByteSize, Level};
use candor_redact::Redactor;
use candor_report::{ArtifactEntry, ArtifactName, CollectorStage, StageError};

use super::caps::{CapReached, ReportCaps};
use super::text::{container, is_text_type, looks_like_text};

/// Bytes at the start of an artifact of unknown kind that decide whether it is text.
const SNIFFED_BYTES: usize = 8192;
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
    name: String,
    received_bytes: u64,
    state: State,
}

enum State {
    /// Its kind is not known yet: its first bytes decide.
    Unknown(Vec<u8>),
    /// Text: through the redactor.
    Text(Box<Redactor>),
    /// Not text, or of level `secret`: as it is.
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
    open: Option<Open>,
    received_bytes: u64,
    counted_bytes: u64,
    files: u32,
    withheld: Vec<String>,
}

impl<'a> Delivery<'a> {
    pub(crate) fn new(stage: CollectorStage, level: Level, budget: &'a Budget, caps: &'a ReportCaps) -> Self {
        Self {
            stage,
            level,
            budget,
            caps,
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
            let claimed = super::ending::clean(&claimed);
            return Err(Violation::Level { claimed, declared: self.level });
        }
        self.stage.begin(&name, &header.media_type, self.level)?;
        self.open = Some(Open {
            name: header.name,
            received_bytes: 0,
            state: self.initial_state(&header.media_type),
        });
        Ok(())
    }

    fn initial_state(&self, media_type: &str) -> State {
        if self.level == Level::Secret {
            State::Raw
        } else if is_text_type(media_type) {
            State::Text(Box::new(Redactor::new()))
        } else {
            State::Unknown(Vec::new())
        }
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
                if first.len() >= SNIFFED_BYTES { self.decide_kind() } else { Ok(()) }
            }
            State::Text(redactor) => {
                let mut settled = Vec::with_capacity(payload.len() + 256);
                match redactor.push(&payload, &mut settled) {
                    Ok(()) if settled.is_empty() => Ok(()),
                    Ok(()) => Ok(self.stage.write(settled)?),
                    Err(error) => self.withhold(&error.to_string()),
                }
            }
        }
    }

    /// Whatever a plugin calls its bytes: what reads as text is treated as text.
    fn decide_kind(&mut self) -> Result<(), Violation> {
        let Some(open) = &mut self.open else { return Ok(()) };
        let State::Unknown(first) = &mut open.state else {
            return Ok(());
        };
        let first = std::mem::take(first);
        if let Some(container) = container(&first) {
            return self.withhold(&format!(
                "what is inside its {container} compression cannot be searched for secrets"
            ));
        }
        open.state =
            if looks_like_text(&first) { State::Text(Box::new(Redactor::new())) } else { State::Raw };
        self.process(first)
    }

    /// A redactor error withholds the artifact, never the rest of the report.
    fn withhold(&mut self, why: &str) -> Result<(), Violation> {
        if let Some(open) = &mut self.open {
            open.state = State::Withheld;
            self.withheld
                .push(format!("artifact `{}` was withheld: {why}", super::ending::clean(&open.name)));
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
            State::Text(redactor) => self.end_text(&open.name, *redactor),
            State::Raw | State::Unknown(_) => Ok(self.stage.finish(Default::default())?),
        }
    }

    fn end_text(&mut self, name: &str, redactor: Redactor) -> Result<(), Violation> {
        let mut settled = Vec::new();
        match redactor.finish(&mut settled) {
            Ok(tally) => {
                if !settled.is_empty() {
                    self.stage.write(settled)?;
                }
                Ok(self.stage.finish(tally.into_map())?)
            }
            Err(error) => {
                let name = super::ending::clean(name);
                self.withheld.push(format!("artifact `{name}` was withheld: {error}"));
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

fn is_media_type(text: &str) -> bool {
    let printable = text.bytes().all(|byte| (0x20..0x7f).contains(&byte));
    text.len() <= MEDIA_TYPE_MAX && printable && text.contains('/')
}
