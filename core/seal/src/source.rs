//! Where the artifacts of a sealed report come from.

use std::io::Read;

use candor_pack::{Head, HeadError};
use candor_report::{ArtifactEntry, PackedEntry, Packing, ReadError, ReportReader};

use crate::error::SealError;

/// Gives packed artifacts. They are asked for in the order in which they stand in the part.
pub(crate) trait Source {
    /// What the archive says of an artifact.
    fn entry(&mut self, artifact: &ArtifactEntry) -> Result<PackedEntry, SealError>;

    /// Hands the packed bytes to `sink`, piece by piece.
    fn copy(
        &mut self,
        artifact: &ArtifactEntry,
        sink: &mut dyn FnMut(&[u8]) -> Result<(), SealError>,
    ) -> Result<(), SealError>;
}

/// Bytes that are read at a time.
pub(crate) const READ_BYTES: usize = 256 * 1024;

/// A report on disk.
pub(crate) struct ReportSource {
    reader: ReportReader,
    buffer: Vec<u8>,
}

impl ReportSource {
    pub(crate) fn new(reader: ReportReader) -> Self {
        Self { reader, buffer: vec![0; READ_BYTES] }
    }
}

impl Source for ReportSource {
    fn entry(&mut self, artifact: &ArtifactEntry) -> Result<PackedEntry, SealError> {
        Ok(self.reader.packed(&artifact.path).map(|(entry, _)| entry)?)
    }

    fn copy(
        &mut self,
        artifact: &ArtifactEntry,
        sink: &mut dyn FnMut(&[u8]) -> Result<(), SealError>,
    ) -> Result<(), SealError> {
        let (_, mut data) = self.reader.packed(&artifact.path)?;
        loop {
            let read = data.read(&mut self.buffer);
            match read.map_err(|source| ReadError::Entry { path: artifact.path.clone(), source })? {
                0 => return Ok(()),
                count => sink(&self.buffer[..count])?,
            }
        }
    }
}

/// The same in the terms of the pack.
pub(crate) fn head(entry: &PackedEntry) -> Result<Head, HeadError> {
    match entry.packing {
        Packing::Stored => Head::stored(&*entry.path, entry.bytes, entry.crc32),
        Packing::Deflated => Head::deflated(&*entry.path, entry.compressed_bytes, entry.bytes, entry.crc32),
    }
}
