//! An archive or compressed file that a worker delivers: opened, redacted inside and packed again on a thread of its own.
//!
//! Both ways are bounded channels, so that neither side runs ahead of the other. Whatever goes wrong, the artifact is
//! withheld. Raw bytes are only held in memory: see [`limits`].

use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use candor_container::{Binary, EntryPath, Limits, Outcome, Summary, transform_draft};
use candor_redact::Engine;
use candor_report::{Redactions, StageError};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};

use crate::redaction::ArchiveFilter;
use crate::stop::Stop;

/// Chunks that wait on each side.
const WAITING: usize = 4;
/// Bytes that are handed on at once.
const CHUNK_BYTES: usize = 256 * 1024;
/// Time between two looks at the clock while the thread is busy.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// Withheld entries that are named in the report.
const MOST_NAMED: usize = 3;

/// How long is waited.
#[derive(Clone, Copy)]
pub(super) struct Patience<'a> {
    pub(super) stop: &'a Stop,
    pub(super) deadline: Instant,
}

impl Patience<'_> {
    fn is_over(self) -> bool {
        self.stop.requested().is_some() || Instant::now() >= self.deadline
    }
}

/// What became of the archive.
pub(super) enum Repacked {
    /// Everything has been handed on; `left_out` says what is missing inside.
    Whole { redactions: Redactions, left_out: Option<String> },
    /// It must not be used, for this reason.
    Withheld(String),
}

/// What the thread ends with.
type Ended = Result<(Summary, Redactions), String>;

/// The archive on its way.
pub(super) struct Packed {
    /// None once the thread takes nothing more.
    input: Option<Sender<Vec<u8>>>,
    output: Receiver<Vec<u8>>,
    given_up: Arc<AtomicBool>,
    thread: Option<JoinHandle<Ended>>,
}

/// Takes what comes out.
pub(super) type Take<'t> = dyn FnMut(Vec<u8>) -> Result<(), StageError> + 't;

impl Packed {
    /// Starts the thread. `path` is the artifact's in the report.
    pub(super) fn start(engine: &Arc<Engine>, path: &str) -> io::Result<Self> {
        let (input, chunks) = bounded(WAITING);
        let (results, output) = bounded(WAITING);
        let given_up = Arc::new(AtomicBool::new(false));
        let filter = ArchiveFilter::new(engine, Binary::Withhold).until(&given_up);
        let source = Source { chunks, chunk: Vec::new(), at: 0, given_up: Arc::clone(&given_up) };
        let path = EntryPath::new(path);
        let sink = Sink { results, gathered: Vec::new() };
        let work = move || repack(filter, source, sink, &path);
        let thread = std::thread::Builder::new().name("archive".to_owned()).spawn(work)?;
        Ok(Self { input: Some(input), output, given_up, thread: Some(thread) })
    }

    /// Hands on the next bytes, and takes what comes out meanwhile. False when time is over.
    pub(super) fn push(
        &mut self,
        chunk: Vec<u8>,
        patience: Patience<'_>,
        take: &mut Take<'_>,
    ) -> Result<bool, StageError> {
        let mut chunk = Some(chunk);
        while let Some(input) = &self.input
            && let Some(waiting) = chunk.take()
        {
            // What comes out goes first, or both sides would wait for each other.
            while let Ok(result) = self.output.try_recv() {
                take(result)?;
            }
            match input.try_send(waiting) {
                Ok(()) => {}
                // It has seen the end of the archive, or failed, which its end tells.
                Err(crossbeam_channel::TrySendError::Disconnected(_)) => self.input = None,
                Err(crossbeam_channel::TrySendError::Full(waiting)) => {
                    chunk = Some(waiting);
                    if patience.is_over() {
                        return Ok(false);
                    }
                    if let Some(result) = wait(input, &self.output) {
                        take(result)?;
                    }
                }
            }
        }
        Ok(true)
    }

    /// Ends the input and takes all that still comes out.
    pub(super) fn finish(
        mut self,
        patience: Patience<'_>,
        take: &mut Take<'_>,
    ) -> Result<Repacked, StageError> {
        self.input = None;
        loop {
            match self.output.recv_timeout(LOOK_EVERY) {
                Ok(result) => take(result)?,
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) if patience.is_over() => {
                    return Ok(Repacked::Withheld("there was no time left to look through it".to_owned()));
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
        let ended = self.thread.take().map(JoinHandle::join);
        Ok(match ended {
            Some(Ok(Ok((summary, redactions)))) => conclude(&summary, redactions),
            Some(Ok(Err(reason))) => Repacked::Withheld(reason),
            Some(Err(_)) | None => {
                Repacked::Withheld("this program failed while it looked through it".to_owned())
            }
        })
    }
}

impl Drop for Packed {
    /// A thread that is still at work finds out at its next step, and ends by itself.
    fn drop(&mut self) {
        self.given_up.store(true, Ordering::Relaxed);
    }
}

/// Waits a little until there is room for input or something comes out, which is given back.
fn wait(input: &Sender<Vec<u8>>, output: &Receiver<Vec<u8>>) -> Option<Vec<u8>> {
    let mut select = crossbeam_channel::Select::new();
    select.send(input);
    let received = select.recv(output);
    match select.ready_timeout(LOOK_EVERY) {
        Ok(ready) if ready == received => output.try_recv().ok(),
        _ => None,
    }
}

fn repack(filter: ArchiveFilter, mut source: Source, mut sink: Sink, path: &EntryPath) -> Ended {
    let summary = transform_draft(&mut source, &mut sink, path, &filter, &limits());
    let summary = summary.map_err(|error| super::delivery::chain(&error))?;
    sink.hand_on().map_err(|_| "there was no more time".to_owned())?;
    Ok((summary, filter.into_redactions()))
}

/// What has not been redacted is spooled on a memory file system, since it must not rest on a disk; where there is none, what
/// has to be spooled raw (a zip) is withheld. What has been redacted goes into files without a name in the system's folder.
fn limits() -> Limits {
    const MEMORY: &str = "/dev/shm";
    let is_memory = rustix::fs::statfs(MEMORY)
        .is_ok_and(|found| matches!(found.f_type as u64 & 0xffff_ffff, 0x0102_1994 | 0x8584_58f6));
    let folder = if is_memory { MEMORY } else { "/nonexistent" };
    Limits { input_folder: Some(Path::new(folder).to_owned()), ..Limits::default() }
}

fn conclude(summary: &Summary, redactions: Redactions) -> Repacked {
    match &summary.outcome {
        Outcome::Withheld(reason) => Repacked::Withheld(reason.to_string()),
        Outcome::Written if summary.withheld == 0 => Repacked::Whole { redactions, left_out: None },
        Outcome::Written => {
            let named = summary.withheld_entries.iter().take(MOST_NAMED);
            let mut named: Vec<_> =
                named.map(|entry| format!("`{}`: {}", inside(&entry.path), entry.reason)).collect();
            if summary.withheld > named.len() as u64 {
                named.push("…".to_owned());
            }
            let left_out =
                format!("{} of its entries were withheld ({})", summary.withheld, named.join("; "));
            Repacked::Whole { redactions, left_out: Some(left_out) }
        }
    }
}

/// The place of an entry without the artifact that it is in.
fn inside(path: &str) -> &str {
    path.split_once('!').map_or(path, |(_, inside)| inside)
}

/// Reads what the worker sends.
struct Source {
    chunks: Receiver<Vec<u8>>,
    chunk: Vec<u8>,
    at: usize,
    given_up: Arc<AtomicBool>,
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.chunk.len() {
            let next = self.chunks.recv();
            if self.given_up.load(Ordering::Relaxed) {
                return Err(io::Error::other("the artifact was given up"));
            }
            match next {
                Ok(chunk) => (self.chunk, self.at) = (chunk, 0),
                Err(_) => return Ok(0),
            }
        }
        let count = buffer.len().min(self.chunk.len() - self.at);
        buffer[..count].copy_from_slice(&self.chunk[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

/// Hands on what is packed again.
struct Sink {
    results: Sender<Vec<u8>>,
    gathered: Vec<u8>,
}

impl Sink {
    fn hand_on(&mut self) -> io::Result<()> {
        let gathered = std::mem::take(&mut self.gathered);
        if gathered.is_empty() {
            return Ok(());
        }
        self.results.send(gathered).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.gathered.extend_from_slice(bytes);
        if self.gathered.len() >= CHUNK_BYTES {
            self.hand_on()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
