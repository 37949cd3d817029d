//! What a collector reads and writes through.

use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use candor_contract::abi::SinkBox;
use candor_contract::document::{ArtifactHeader, EXACT_READS, Request, Response, Status};
use serde::Serialize;

use crate::declared::DeclaredReads;
use crate::walk::{self, Expansion, WalkLimits};
use crate::{ArtifactWriter, CollectError, Completion, Input, InputError, Text};

/// Most reasons that a report keeps of one collector; the rest is counted.
const MOST_REASONS: usize = 50;

/// One run of one collector.
pub struct Context {
    request: Request,
    declared: DeclaredReads,
    exact_reads: bool,
    sink: Arc<SinkBox>,
    started: Instant,
    reasons: Mutex<Reasons>,
}

#[derive(Default)]
struct Reasons {
    kept: Vec<String>,
    further: usize,
}

impl Context {
    /// Made by the export glue and by the testkit.
    #[doc(hidden)]
    pub fn new(request: Request, sink: Arc<SinkBox>) -> Self {
        let declared = DeclaredReads::new(&request.reads);
        let exact_reads = request.features.iter().any(|feature| feature == EXACT_READS);
        Self { request, declared, exact_reads, sink, started: Instant::now(), reasons: Mutex::default() }
    }

    pub(crate) fn request(&self) -> &Request {
        &self.request
    }

    pub(crate) fn sink(&self) -> &SinkBox {
        &self.sink
    }

    /// Id of the collector, as its manifest declares it.
    pub fn collector(&self) -> &str {
        &self.request.collector
    }

    /// The declared path patterns.
    pub fn declared_reads(&self) -> &[String] {
        &self.request.reads
    }

    /// Time until the host ends this worker; `None` when not told.
    pub fn time_left(&self) -> Option<Duration> {
        let wall = Duration::from_millis(self.request.limits.wall_ms);
        (!wall.is_zero()).then(|| wall.saturating_sub(self.started.elapsed()))
    }

    /// Bytes that all artifacts together may have; `None` when not told.
    pub fn output_budget_bytes(&self) -> Option<u64> {
        let bytes = self.request.limits.output_bytes;
        (bytes != 0).then_some(bytes)
    }

    /// Artifacts that may be delivered in all; `None` when not told.
    pub fn file_budget(&self) -> Option<u32> {
        let files = self.request.limits.files;
        (files != 0).then_some(files)
    }

    /// Opens a declared regular file without ever blocking on it.
    ///
    /// # Errors
    /// When it is undeclared, absent, unreadable, or a FIFO, device, socket or folder.
    pub fn open(&self, path: impl AsRef<Path>) -> Result<Input, InputError> {
        Input::open(path.as_ref(), &self.declared, self.exact_reads)
    }

    /// Reads at most `limit` bytes of a declared file; the flag says whether there was more.
    ///
    /// # Errors
    /// As [`Context::open`], and when reading fails.
    pub fn read(&self, path: impl AsRef<Path>, limit: u64) -> Result<(Vec<u8>, bool), InputError> {
        self.open(path)?.read_bounded(limit)
    }

    /// Reads at most `limit` bytes of a declared text file; invalid UTF-8 is replaced, a cut is noted as partial.
    ///
    /// # Errors
    /// As [`Context::read`].
    pub fn read_text(&self, path: impl AsRef<Path>, limit: u64) -> Result<String, InputError> {
        let path = path.as_ref();
        let Text { text, truncated } = self.read_text_cut(path, limit)?;
        if truncated {
            self.note_partial(format!("`{}` was cut at {limit} bytes", path.display()));
        }
        Ok(text)
    }

    /// As [`Context::read_text`], but tells about a cut instead of noting it.
    ///
    /// # Errors
    /// As [`Context::read`].
    pub fn read_text_cut(&self, path: impl AsRef<Path>, limit: u64) -> Result<Text, InputError> {
        let (data, truncated) = self.read(path, limit)?;
        Ok(Text { text: String::from_utf8_lossy(&data).into_owned(), truncated })
    }

    /// Names in a folder that is declared or holds declared files, sorted.
    ///
    /// # Errors
    /// When it is undeclared, absent or unreadable.
    pub fn list(&self, folder: impl AsRef<Path>) -> Result<Vec<std::ffi::OsString>, InputError> {
        let folder = folder.as_ref();
        if !self.declared.may_hold(folder) {
            return Err(InputError::Undeclared(folder.to_owned()));
        }
        walk::sorted_names(folder)
    }

    /// Files on this machine that a declared pattern stands for.
    pub fn expand(&self, pattern: &str, limits: WalkLimits) -> Expansion {
        walk::expand(pattern, limits)
    }

    /// Starts an artifact. One is open at a time. `name` is relative, with `/` between components.
    ///
    /// # Errors
    /// When the host refuses the name or a budget is used up.
    pub fn artifact(&self, name: &str, media_type: &str) -> Result<ArtifactWriter, CollectError> {
        let header = ArtifactHeader { name: name.to_owned(), media_type: media_type.to_owned(), level: None };
        ArtifactWriter::begin(Arc::clone(&self.sink), &header)
    }

    /// As [`Context::artifact`], with a level below the collector's: `technical`, `identifying`, `sensitive`.
    ///
    /// # Errors
    /// As [`Context::artifact`], and when the level is above the manifest's.
    pub fn artifact_of_level(
        &self,
        name: &str,
        media_type: &str,
        level: &str,
    ) -> Result<ArtifactWriter, CollectError> {
        let header = ArtifactHeader {
            name: name.to_owned(),
            media_type: media_type.to_owned(),
            level: Some(level.to_owned()),
        };
        ArtifactWriter::begin(Arc::clone(&self.sink), &header)
    }

    /// Delivers a value as an indented JSON artifact.
    ///
    /// # Errors
    /// As [`Context::artifact`], and when the value cannot be encoded.
    pub fn write_json<T: Serialize>(&self, name: &str, value: &T) -> Result<(), CollectError> {
        let mut writer = self.artifact(name, "application/json")?;
        serde_json::to_writer_pretty(&mut writer, value)
            .map_err(|source| CollectError::Encode { subject: name.to_owned(), source })?;
        writer.write_all(b"\n")?;
        writer.finish()
    }

    /// Delivers a `text/plain` artifact.
    ///
    /// # Errors
    /// As [`Context::artifact`].
    pub fn write_text(&self, name: &str, text: &str) -> Result<(), CollectError> {
        let mut writer = self.artifact(name, "text/plain; charset=utf-8")?;
        writer.write_all(text.as_bytes())?;
        writer.finish()
    }

    /// Notes that less was seen than wanted: the outcome becomes `Partial`. One sentence, without collected data.
    pub fn note_partial(&self, reason: impl Into<String>) {
        let mut reasons = self.reasons.lock().unwrap_or_else(PoisonError::into_inner);
        let reason = reason.into();
        if reasons.kept.contains(&reason) {
            return;
        }
        if reasons.kept.len() < MOST_REASONS {
            reasons.kept.push(reason);
        } else {
            reasons.further += 1;
        }
    }

    /// Notes an input error as partial unless the file is simply absent.
    pub fn note_input(&self, error: &InputError) {
        if !error.is_absent() {
            self.note_partial(error.to_string());
        }
    }

    /// What goes back to the host.
    #[doc(hidden)]
    pub fn response(&self, completion: Completion) -> Response {
        let reasons = self.reasons.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all = reasons.kept.clone();
        if reasons.further > 0 {
            all.push(format!("{} further reasons", reasons.further));
        }
        let status = match completion {
            Completion::Skipped(reason) => {
                all.insert(0, reason);
                Status::Skipped
            }
            Completion::Collected if all.is_empty() => Status::Complete,
            Completion::Collected => Status::Partial,
        };
        Response { version: candor_contract::document::DOCUMENT_VERSION, status, reasons: all }
    }
}
