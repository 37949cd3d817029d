//! Entries as they are packed: moved from one archive to another without unpacking and packing again.

use std::io::{self, Read};
use std::path::Path;

use crate::archive::{Entry, Method};
use crate::container::Container;
use crate::output::Unnamed;

/// How an entry's bytes are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// As they are.
    Stored,
    /// RFC 1951.
    Deflated,
}

impl From<Method> for Packing {
    fn from(method: Method) -> Self {
        match method {
            Method::Stored => Self::Stored,
            Method::Deflated => Self::Deflated,
        }
    }
}

impl From<Packing> for Method {
    fn from(packing: Packing) -> Self {
        match packing {
            Packing::Stored => Self::Stored,
            Packing::Deflated => Self::Deflated,
        }
    }
}

/// What an archive says of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackedEntry {
    /// Path in the archive.
    pub path: String,
    /// How its bytes are kept.
    pub packing: Packing,
    /// CRC-32 of its bytes.
    pub crc32: u32,
    /// Size in the archive, in bytes.
    pub compressed_bytes: u64,
    /// Its size in bytes.
    pub bytes: u64,
}

/// A report that is being put together from entries that are packed already, and from documents.
pub struct ReportWriter<'a> {
    container: Container<'a>,
}

impl ReportWriter<'_> {
    /// Adds an entry whose packed bytes come from `data`. Whether they are what `entry` says is the caller's to check.
    ///
    /// # Errors
    /// When `data` has more or fewer bytes than `entry` says, or the file cannot be written.
    pub fn packed(&mut self, entry: &PackedEntry, data: &mut dyn Read) -> io::Result<()> {
        let record = Entry {
            name: entry.path.clone().into(),
            method: entry.packing.into(),
            crc32: entry.crc32,
            compressed_bytes: entry.compressed_bytes,
            bytes: entry.bytes,
            offset: 0,
        };
        self.container.packed(record, data)
    }

    /// Adds a document.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn document(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.container.add(name.to_owned(), |writer| writer.write_all(bytes))
    }
}

/// Writes a report to `output` in one step: what `fill` adds, and the directory. Gives the size in bytes. An error leaves nothing behind.
///
/// # Errors
/// What `fill` gives, or that of writing; without `overwrite` also when there is a file already.
pub fn write_report<E: From<io::Error>>(
    output: &Path,
    overwrite: bool,
    created: jiff::Timestamp,
    fill: impl FnOnce(&mut ReportWriter<'_>) -> Result<(), E>,
) -> Result<u64, E> {
    if !overwrite && output.symlink_metadata().is_ok() {
        return Err(io::Error::from(io::ErrorKind::AlreadyExists).into());
    }
    let unnamed = Unnamed::beside(output)?;
    let mut writer = ReportWriter { container: Container::new(unnamed.file(), created) };
    fill(&mut writer)?;
    let bytes = writer.container.finish()?;
    unnamed.publish(output, overwrite)?;
    Ok(bytes)
}
