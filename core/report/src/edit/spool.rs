//! What is left of masked artifacts, packed, until the report is written. The file has no name and is gone with the process.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::error::EditError;
use super::mask::MaskError;
use crate::archive::{DosTime, Entry};
use crate::container::Container;
use crate::digest::Sums;
use crate::output::Unnamed;

const BUFFER_BYTES: usize = 64 * 1024;

pub(super) struct Spool {
    unnamed: Unnamed,
    time: DosTime,
    end: u64,
    /// Entries in this file, each with its length.
    entries: Vec<(Entry<'static>, u64)>,
}

/// What the index says of an artifact's bytes.
pub(super) struct Spooled {
    pub(super) bytes: u64,
    pub(super) sha256: String,
}

impl Spool {
    pub(super) fn beside(report: &Path, time: DosTime) -> Result<Self, EditError> {
        let unnamed = Unnamed::beside(report).map_err(EditError::write(report))?;
        Ok(Self { unnamed, time, end: 0, entries: Vec::new() })
    }

    /// Takes an artifact that `write` makes. After a failure what came of it is written over by the next.
    pub(super) fn add<T>(
        &mut self,
        path: &str,
        write: impl FnOnce(&mut dyn Write) -> Result<T, MaskError>,
    ) -> Result<(T, Spooled), MaskError> {
        let places = (0, self.end);
        let mut container = Container::resume(self.unnamed.file(), self.time, places, 0, Vec::new());
        let (mut made, mut spooled) = (None, None);
        let added = container.add(path.to_owned(), |writer| {
            let mut out = BufWriter::with_capacity(BUFFER_BYTES, Summed::new(writer));
            made = Some(write(&mut out));
            out.flush()?;
            let summed = out.into_inner().map_err(io::IntoInnerError::into_error)?;
            spooled = Some(summed.finish());
            Ok(())
        });
        // What failed first is the cause of what failed then.
        let made = made.transpose()?;
        added?;
        let end = container.position();
        let (Some(made), Some(spooled), Some(entry)) = (made, spooled, container.into_last_entry()) else {
            return Err(MaskError::Nothing);
        };
        self.entries.push((entry.into_owned(), end - self.end));
        self.end = end;
        Ok((made, spooled))
    }

    /// Copies everything into a report.
    pub(super) fn copy_to<'a>(&'a self, container: &mut Container<'a>) -> io::Result<()> {
        let mut entries = self.entries.iter();
        entries
            .try_for_each(|(entry, length)| container.copy_entry(self.unnamed.file(), entry.clone(), *length))
    }
}

/// Counts and sums what passes.
struct Summed<'a> {
    inner: &'a mut dyn Write,
    sums: Sums,
    bytes: u64,
}

impl<'a> Summed<'a> {
    fn new(inner: &'a mut dyn Write) -> Self {
        Self { inner, sums: Sums::default(), bytes: 0 }
    }

    fn finish(self) -> Spooled {
        Spooled { bytes: self.bytes, sha256: self.sums.finish().sha256 }
    }
}

impl Write for Summed<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.bytes += written as u64;
        self.sums.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
