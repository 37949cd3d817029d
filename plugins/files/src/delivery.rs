//! One file after the other, from open to artifact; whatever is wrong with one leaves the others alone.

use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use candor_plugin::{ArtifactWriter, CollectError, Context, Input, InputError};

use crate::artifact_name::{Names, shown};
use crate::index::FileEntry;
use crate::media::{is_text, media_type};
use crate::{Keep, Options, tail};

/// As many bytes as an [`ArtifactWriter`] passes on without copying.
const BUFFER_BYTES: usize = 256 * 1024;
/// Time kept back for the index.
const TIME_FOR_INDEX: Duration = Duration::from_millis(500);

/// Why the remaining files are not tried.
pub(crate) struct Stop(&'static str);

/// The state of one run.
pub(crate) struct Delivery<'a> {
    context: &'a Context,
    options: &'a Options,
    names: Names,
    buffer: Vec<u8>,
    /// Bytes that may still be delivered, less the index; `None` when not told.
    room_bytes: Option<u64>,
}

impl<'a> Delivery<'a> {
    pub(crate) fn new(context: &'a Context, options: &'a Options, paths: &[PathBuf]) -> Self {
        let index_bytes: u64 = paths.iter().map(|path| FileEntry::room_bytes(path)).sum();
        Self {
            context,
            options,
            names: Names::new(),
            buffer: vec![0; BUFFER_BYTES],
            room_bytes: context.output_budget_bytes().map(|bytes| bytes.saturating_sub(index_bytes)),
        }
    }

    /// Delivers what can be delivered; the index has an entry for every path.
    pub(crate) fn run(mut self, paths: &[PathBuf]) -> Vec<FileEntry> {
        let mut stopped: Option<&str> = None;
        let mut index = Vec::with_capacity(paths.len());
        for path in paths {
            let mut entry = FileEntry::new(path);
            if let Some(reason) = stopped {
                entry.reason = Some(reason.to_owned());
            } else if let Err(Stop(reason)) = self.one(path, &mut entry) {
                stopped = Some(reason);
                self.partial(&mut entry, reason.to_owned());
                self.context.note_partial(format!("no file after `{}` is delivered: {reason}", entry.path));
            }
            index.push(entry);
        }
        index
    }

    fn one(&mut self, path: &Path, entry: &mut FileEntry) -> Result<(), Stop> {
        if self.context.time_left().is_some_and(|left| left < TIME_FOR_INDEX) {
            return Err(Stop("the time ran out"));
        }
        let link = std::fs::read_link(path).ok();
        entry.link_target = link.as_deref().map(shown);
        match self.context.open(path) {
            Ok(input) => self.send(input, entry),
            Err(error) => {
                self.not_opened(path, link.as_deref(), &error, entry);
                Ok(())
            }
        }
    }

    fn not_opened(&self, path: &Path, link: Option<&Path>, error: &InputError, entry: &mut FileEntry) {
        let literal = || self.context.declared_reads().iter().any(|read| Path::new(read) == path);
        match (error, link) {
            (InputError::Absent(_), Some(_)) => entry.reason = Some("the link leads nowhere".to_owned()),
            (InputError::Absent(_), None) if literal() => entry.note_absent("does not exist"),
            (InputError::Absent(_), None) => self.partial(entry, "vanished before it was read".to_owned()),
            // How systemd and others switch a file off: there is nothing to read in it.
            (InputError::NotRegular { .. }, Some(target)) if target == Path::new("/dev/null") => {
                entry.reason = Some("is switched off by a link to `/dev/null`".to_owned());
            }
            (error, _) => self.partial(entry, reason_of(error)),
        }
    }

    pub(crate) fn send(&mut self, input: Input, entry: &mut FileEntry) -> Result<(), Stop> {
        let size = input.metadata().len();
        entry.describe(input.metadata());
        let limit = self.options.max_file_bytes;
        if self.room_bytes.is_some_and(|room| size.min(limit) > room) {
            self.partial(entry, "does not fit into the output budget any more".to_owned());
            return Ok(());
        }
        let limit = self.room_bytes.map_or(limit, |room| limit.min(room));
        match self.copy(input, limit, entry) {
            Ok(()) => {}
            Err(Trouble::Read(error)) => self.partial(entry, format!("cannot be read: {error}")),
            Err(Trouble::Host(error)) => return self.refused(&error, entry),
        }
        self.room_bytes = self.room_bytes.map(|room| room.saturating_sub(entry.delivered_bytes));
        Ok(())
    }

    fn copy(&mut self, input: Input, limit: u64, entry: &mut FileEntry) -> Result<(), Trouble> {
        let size = input.metadata().len();
        let start = if self.options.keep == Keep::Tail { size.saturating_sub(limit) } else { 0 };
        if start > 0 {
            input.file().seek(SeekFrom::Start(start))?;
        }
        let expected = if size == 0 { limit } else { limit.min(size) };
        let name = self.names.give(input.path());
        let mut source = input.take(expected);
        let count = fill(&mut source, &mut self.buffer)?;
        let media_type = media_type(&name, &self.buffer[..count]);
        let skip = match start {
            0 => Some(0),
            _ if !is_text(media_type) => Some(0),
            _ => tail::skip(&tail::before(source.get_ref().file(), start)?, &self.buffer[..count]),
        };
        let Some(skip) = skip else {
            entry.truncated = true;
            self.partial(entry, "no line starts within the first 256 KiB of the part to keep".to_owned());
            return Ok(());
        };
        let mut writer = self.context.artifact(&name, media_type)?;
        writer.write_all(&self.buffer[skip..count])?;
        let broken = if count == self.buffer.len() { self.stream(&mut source, &mut writer)? } else { None };
        entry.delivered_bytes = writer.written_bytes();
        writer.finish()?;
        entry.artifact = Some(name);
        entry.media_type = Some(media_type);
        entry.from_byte = (start > 0).then_some(start + skip as u64);
        self.judge(source, expected - skip as u64, broken, entry);
        Ok(())
    }

    /// Passes the rest on. A read that fails ends it; what was read until then stays.
    fn stream(
        &mut self,
        source: &mut impl Read,
        writer: &mut ArtifactWriter,
    ) -> Result<Option<io::Error>, CollectError> {
        loop {
            let count = match fill(source, &mut self.buffer) {
                Ok(count) => count,
                Err(error) => return Ok(Some(error)),
            };
            writer.write_all(&self.buffer[..count])?;
            if count < self.buffer.len() {
                return Ok(None);
            }
        }
    }

    /// Compares what was delivered with what there is now.
    fn judge(
        &self,
        source: io::Take<Input>,
        expected: u64,
        broken: Option<io::Error>,
        entry: &mut FileEntry,
    ) {
        let mut input = source.into_inner();
        let now = input.metadata_now().ok();
        let size = input.metadata().len();
        if let Some(error) = broken {
            entry.truncated = true;
            self.partial(entry, format!("cannot be read beyond {} bytes: {error}", entry.delivered_bytes));
        } else if size == 0 {
            // Files of `/proc` state no size: only reading on tells whether there is more.
            entry.truncated = entry.delivered_bytes == expected && matches!(input.read(&mut [0]), Ok(1));
        } else if entry.delivered_bytes < expected {
            // Files of `/sys` state a page and hold less; only a size that became smaller is a loss.
            if now.as_ref().is_none_or(|now| now.len() < size) {
                self.partial(entry, "shrank while it was read".to_owned());
            }
        } else {
            entry.truncated = entry.delivered_bytes < size;
        }
        if entry.truncated && entry.reason.is_none() {
            let kept = if entry.from_byte.is_some() { "last" } else { "first" };
            self.partial(entry, format!("is cut to its {kept} {} bytes", entry.delivered_bytes));
        }
        let before = input.metadata();
        entry.changed = size != 0
            && now.is_some_and(|now| {
                now.len() != size || (now.mtime(), now.mtime_nsec()) != (before.mtime(), before.mtime_nsec())
            });
    }

    /// A used up budget ends the run; a file that the redactor withholds does not.
    fn refused(&self, error: &CollectError, entry: &mut FileEntry) -> Result<(), Stop> {
        entry.delivered_bytes = 0;
        match error {
            CollectError::Host { source, .. } if source.kind == "budget" => {
                Err(Stop("the output budget is used up"))
            }
            CollectError::Host { source, .. } => {
                self.partial(entry, format!("was refused by the host: {}", source.message));
                Ok(())
            }
            other => {
                self.partial(entry, format!("was not delivered: {other}"));
                Ok(())
            }
        }
    }

    fn partial(&self, entry: &mut FileEntry, reason: String) {
        self.context.note_partial(format!("`{}` {reason}", entry.path));
        entry.reason = Some(reason);
    }
}

/// Reading and delivering fail for different people.
enum Trouble {
    Read(io::Error),
    Host(CollectError),
}

impl From<CollectError> for Trouble {
    fn from(error: CollectError) -> Self {
        Self::Host(error)
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        // An `ArtifactWriter` wraps the host's refusal in an `io::Error`.
        match CollectError::from(error) {
            CollectError::Other(message) => Self::Read(io::Error::other(message)),
            refusal => Self::Host(refusal),
        }
    }
}

fn reason_of(error: &InputError) -> String {
    match error {
        InputError::Absent(_) => "does not exist".to_owned(),
        InputError::Denied(_) => "may not be read by this user".to_owned(),
        InputError::Undeclared(_) => "is not among the declared reads".to_owned(),
        InputError::LinkUndeclared { target, .. } => {
            format!("leads to `{}`, which is not among the declared reads", shown(target))
        }
        InputError::NotRegular { kind, .. } => format!("is a {kind}, not a regular file"),
        InputError::Io { source, .. } => format!("cannot be read: {source}"),
    }
}

/// Reads until the buffer is full or the source ends.
fn fill(source: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match source.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
