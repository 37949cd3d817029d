//! Bytes that wait until it is certain what becomes of them.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;

use crate::run::Run;

/// Bytes written once and read at any place: the last of them in memory, what went before in a file without a name,
/// mode 0600, which is gone when this value or the process is.
pub(crate) struct Spool<'r> {
    run: &'r Run<'r>,
    bound: usize,
    folder: Option<&'r Path>,
    file: Option<File>,
    /// Bytes in the file.
    filed: u64,
    recent: Vec<u8>,
}

impl<'r> Spool<'r> {
    /// An empty one, with less memory the deeper it is nested.
    pub(crate) fn new(run: &'r Run<'r>, depth: usize) -> Self {
        let bound = run.limits.spool_bytes / (depth + 1);
        let folder = run.limits.spool_folder.as_deref();
        Self { run, bound, folder, file: None, filed: 0, recent: Vec::new() }
    }

    /// An empty one for input as it came.
    pub(crate) fn for_input(run: &'r Run<'r>, depth: usize) -> Self {
        let input_folder = run.limits.input_folder.as_deref();
        let other = Self::new(run, depth);
        Self { folder: input_folder.or(other.folder), ..other }
    }

    pub(crate) fn len(&self) -> u64 {
        self.filed + self.recent.len() as u64
    }

    /// Appends everything to `output`.
    pub(crate) fn copy_to(&self, output: &mut dyn Write) -> io::Result<()> {
        let mut chunk = vec![0; self.filed.min(64 * 1024) as usize];
        let mut at = 0;
        while at < self.filed {
            let count = self.read_at(at, &mut chunk)?;
            output.write_all(&chunk[..count])?;
            at += count as u64;
        }
        output.write_all(&self.recent)
    }

    /// Reads at `offset`: at least one byte, or none behind the end.
    pub(crate) fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        if let (Some(file), true) = (&self.file, offset < self.filed) {
            let wanted = buffer.len().min(usize::try_from(self.filed - offset).unwrap_or(usize::MAX));
            let count =
                file.read_at(&mut buffer[..wanted], offset).map_err(|error| self.run.spool_failed(error))?;
            return if count == 0 && wanted > 0 {
                Err(self.run.spool_failed(io::ErrorKind::UnexpectedEof.into()))
            } else {
                Ok(count)
            };
        }
        let behind = usize::try_from(offset - self.filed).unwrap_or(usize::MAX);
        let rest = self.recent.get(behind..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }

    /// A reader of the bytes from `start` to `end`.
    pub(crate) fn slice(&self, start: u64, end: u64) -> Slice<'_> {
        Slice { spool: self, at: start, end: end.min(self.len()) }
    }

    fn file_recent(&mut self) -> io::Result<()> {
        if self.file.is_none() {
            let file = match self.folder {
                Some(folder) => tempfile::tempfile_in(folder),
                None => tempfile::tempfile(),
            };
            self.file = Some(file?);
        }
        if let Some(file) = &mut self.file {
            file.write_all(&self.recent)?;
        }
        self.filed += self.recent.len() as u64;
        self.recent.clear();
        Ok(())
    }
}

impl Write for Spool<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.recent.len() + bytes.len() > self.bound {
            self.file_recent().map_err(|error| self.run.spool_failed(error))?;
        }
        let count = bytes.len().min(self.bound.max(1));
        self.recent.extend_from_slice(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A part of a spool, read from its beginning.
pub(crate) struct Slice<'s> {
    spool: &'s Spool<'s>,
    at: u64,
    end: u64,
}

impl Read for Slice<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let wanted = buffer.len().min(left);
        let count = self.spool.read_at(self.at, &mut buffer[..wanted])?;
        self.at += count as u64;
        Ok(count)
    }
}
