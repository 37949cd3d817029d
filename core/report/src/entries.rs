//! The files of a collector that stages: `entries`, `entries.ndjson` and `redactions.ndjson`.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use candor_manifest::Level;

use crate::archive::{DosTime, Entry, Method, local_header};
use crate::compressor::{Chunk, Compressor};
use crate::digest::Digest;
use crate::file::{self, FileError};
use crate::index::ArtifactEntry;
use crate::redactions::{DetailsFile, Redactions};
use crate::staged::{ENTRIES, LINES, Line, Place};

/// What is written next.
pub(crate) enum Piece {
    /// A whole artifact: room for its header, then its data.
    Whole { finished: Box<Finished>, record: Vec<u8>, chunk: Arc<Chunk> },
    /// Begins an artifact whose size is not known yet.
    Begin { path: String, method: Method },
    /// Its next bytes as they are.
    Stored(Arc<Chunk>),
    /// Its next bytes, compressed.
    Deflated { data: Vec<u8>, chunk: Arc<Chunk> },
    /// Ends it.
    End(Box<Finished>),
    /// Forgets it.
    Abort,
    /// Stands for a piece that could not be made.
    Lost,
}

/// What is known of an artifact when all of it has come.
pub(crate) struct Finished {
    pub(crate) path: String,
    pub(crate) media_type: String,
    pub(crate) level: Level,
    pub(crate) redactions: Redactions,
    pub(crate) method: Method,
    pub(crate) bytes: u64,
    pub(crate) digest: Digest,
}

/// An artifact that is being written.
struct Unfinished {
    path: String,
    method: Method,
    header_bytes: u64,
    compressed_bytes: u64,
    /// Of the data as they are written; not kept for stored data, whose CRC the digest has.
    crc32: crc32fast::Hasher,
}

/// Writes the files. A line follows when all bytes and details that it speaks of are written.
pub(crate) struct EntriesFile {
    entries: File,
    entries_path: PathBuf,
    lines: File,
    lines_path: PathBuf,
    time: DosTime,
    compressor: Compressor,
    /// Bytes of finished artifacts and their CRC-32.
    end: u64,
    crc32: crc32fast::Hasher,
    lines_end: u64,
    details: DetailsFile,
    unfinished: Option<Unfinished>,
}

impl EntriesFile {
    pub(crate) fn create(folder: &Path, time: DosTime, compressor: Compressor) -> Result<Self, FileError> {
        let (entries_path, lines_path) = (folder.join(ENTRIES), folder.join(LINES));
        Ok(Self {
            entries: file::create_new(&entries_path)?,
            lines: file::create_new(&lines_path)?,
            entries_path,
            lines_path,
            time,
            compressor,
            end: 0,
            crc32: crc32fast::Hasher::new(),
            lines_end: 0,
            details: DetailsFile::below(folder),
            unfinished: None,
        })
    }

    /// Bytes of `entries`, those of an unfinished artifact included.
    pub(crate) fn length(&self) -> u64 {
        self.end + self.unfinished.as_ref().map_or(0, |open| open.header_bytes + open.compressed_bytes)
    }

    pub(crate) fn apply(&mut self, piece: Piece) -> Result<(), FileError> {
        match piece {
            Piece::Whole { finished, record, chunk } => {
                let written = self.write_whole(*finished, record);
                drop(chunk);
                written
            }
            Piece::Begin { path, method } => self.begin(path, method),
            Piece::Stored(chunk) => self.append(&chunk, false),
            Piece::Deflated { data, chunk } => {
                let written = self.append(&data, true);
                self.compressor.give_buffer(data);
                drop(chunk);
                written
            }
            Piece::End(finished) => self.finish(*finished),
            Piece::Abort => self.abort(),
            Piece::Lost => Ok(()),
        }
    }

    /// Best effort after an error: the lines already say how far `entries` is valid.
    pub(crate) fn drop_unfinished(&mut self) {
        self.unfinished = None;
        let _ = self.entries.set_len(self.end);
        let _ = self.lines.set_len(self.lines_end);
    }

    fn write_whole(&mut self, finished: Finished, mut record: Vec<u8>) -> Result<(), FileError> {
        let header_bytes = header_bytes(&finished.path, false);
        let compressed_bytes = record.len() as u64 - header_bytes;
        let entry = self.entry(&finished, compressed_bytes);
        let header = local_header(&entry, self.time, false);
        record[..header.len()].copy_from_slice(&header);
        self.write_at(&record, self.end)?;
        self.crc32.update(&record);
        let length = record.len() as u64;
        self.compressor.give_buffer(record);
        self.add_line(finished, compressed_bytes, length)
    }

    fn begin(&mut self, path: String, method: Method) -> Result<(), FileError> {
        let header_bytes = header_bytes(&path, true);
        let (compressed_bytes, crc32) = (0, crc32fast::Hasher::new());
        self.unfinished = Some(Unfinished { path, method, header_bytes, compressed_bytes, crc32 });
        Ok(())
    }

    fn append(&mut self, data: &[u8], count_crc: bool) -> Result<(), FileError> {
        let offset = self.length();
        self.write_at(data, offset)?;
        if let Some(open) = &mut self.unfinished {
            open.compressed_bytes += data.len() as u64;
            if count_crc {
                open.crc32.update(data);
            }
        }
        Ok(())
    }

    fn finish(&mut self, finished: Finished) -> Result<(), FileError> {
        let Some(open) = self.unfinished.take() else { return Ok(()) };
        debug_assert!(open.path == finished.path && open.method == finished.method);
        let compressed_bytes = open.compressed_bytes;
        let header = local_header(&self.entry(&finished, compressed_bytes), self.time, true);
        self.write_at(&header, self.end)?;
        let data_crc32 = match open.method {
            Method::Stored => finished.digest.crc32,
            Method::Deflated => open.crc32.finalize(),
        };
        self.crc32.update(&header);
        self.crc32.combine(&crc32fast::Hasher::new_with_initial_len(data_crc32, compressed_bytes));
        self.add_line(finished, compressed_bytes, header.len() as u64 + compressed_bytes)
    }

    fn abort(&mut self) -> Result<(), FileError> {
        self.unfinished = None;
        self.entries.set_len(self.end).map_err(FileError::on("truncate", &self.entries_path))
    }

    /// The archive's view of an artifact that begins at the end of the finished ones.
    fn entry<'a>(&self, finished: &'a Finished, compressed_bytes: u64) -> Entry<'a> {
        Entry {
            name: finished.path.as_str().into(),
            method: finished.method,
            crc32: finished.digest.crc32,
            compressed_bytes,
            bytes: finished.bytes,
            offset: self.end,
        }
    }

    fn add_line(&mut self, finished: Finished, compressed_bytes: u64, length: u64) -> Result<(), FileError> {
        let artifact = ArtifactEntry {
            path: finished.path,
            media_type: finished.media_type,
            bytes: finished.bytes,
            sha256: finished.digest.sha256,
            level: finished.level,
            redactions: finished.redactions.counts(),
            salt: None,
            leaf: None,
        };
        self.details.add(&artifact.path, finished.redactions)?;
        let place = Place {
            method: finished.method,
            crc32: finished.digest.crc32,
            compressed_bytes,
            offset: self.end,
            length,
            entries_crc32: self.crc32.clone().finalize(),
        };
        let staged = Line { artifact, place };
        let line = serde_json::to_vec(&staged).map_err(io::Error::from).and_then(|mut line| {
            line.push(b'\n');
            self.lines.write_all_at(&line, self.lines_end)?;
            Ok(line.len() as u64)
        });
        self.lines_end += line.map_err(FileError::on("write", &self.lines_path))?;
        self.end += length;
        Ok(())
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> Result<(), FileError> {
        self.entries.write_all_at(bytes, offset).map_err(FileError::on("write", &self.entries_path))
    }
}

/// Length of the local header of an entry with this path.
pub(crate) fn header_bytes(path: &str, wide: bool) -> u64 {
    use crate::archive::{LOCAL_HEADER_BYTES, WIDE_EXTRA_BYTES};
    LOCAL_HEADER_BYTES + path.len() as u64 + if wide { WIDE_EXTRA_BYTES } else { 0 }
}
