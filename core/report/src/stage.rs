//! Where one running collector's artifacts are compressed, hashed and staged.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use candor_manifest::{CollectorId, Level};

use crate::archive::{DosTime, Method};
use crate::artifact::{
    OpenArtifact, RECORD_HEAD_BYTES, finished, gather_deflated, gather_stored, make_whole, stream_deflated,
    stream_stored,
};
use crate::compressor::{Compression, Compressor};
use crate::deflate::Deflater;
use crate::entries::{EntriesFile, Piece};
use crate::file::FileError;
use crate::index::ArtifactEntry;
use crate::media;
use crate::name::ArtifactName;
use crate::redactions::Redactions;
use crate::session::StageGuard;
use crate::staged::Staged;
use crate::tail::Tail;

/// A collector that delivers no more than this is compressed without any thread.
const INLINE_BYTES: u64 = 256 * 1024;

/// Why an artifact could not be staged.
///
/// After [`StageError::DiskFull`] and [`StageError::File`] the stage takes nothing more; what was finished before is kept.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StageError {
    /// The collector has delivered an artifact of this name, differing at most in case, or one whose name is a folder of
    /// the other's.
    #[error("an artifact of this name, or one that cannot be unpacked beside it, was delivered before")]
    Duplicate,
    /// Another artifact is still open.
    #[error("an artifact was begun before the one before it was finished")]
    Open,
    /// No artifact is open.
    #[error("no artifact is open")]
    NotOpen,
    /// An artifact can be at most as private as its collector says.
    #[error("an artifact of level {artifact} was delivered by a collector of level {collector}")]
    Level {
        /// Level of the artifact.
        artifact: Level,
        /// Level of the collector.
        collector: Level,
    },
    /// No room is left where sessions are kept.
    #[error("no room is left on the file system of `{}`", path.display())]
    DiskFull {
        /// The file that could not grow.
        path: PathBuf,
        /// The cause.
        #[source]
        source: Arc<std::io::Error>,
    },
    /// A file operation failed.
    #[error(transparent)]
    File(FileError),
    /// The compressor failed, which is a fault of this program.
    #[error("the compressor failed")]
    Compressor,
    /// The stage was dropped.
    #[error("the stage is closed")]
    Closed,
}

impl From<FileError> for StageError {
    fn from(error: FileError) -> Self {
        if error.is_disk_full() {
            Self::DiskFull { path: error.path, source: error.source }
        } else {
            Self::File(error)
        }
    }
}

/// Takes the artifacts of one collector, one after the other.
///
/// Compression, hashing and writing go on behind the caller's back, so an error may be told by a later call; the last
/// ones by [`CollectorStage::close`]. Dropped, it keeps what was finished.
pub struct CollectorStage {
    collector: CollectorId,
    level: Level,
    folder: PathBuf,
    compressor: Compressor,
    tail: Arc<Tail>,
    names: HashSet<String>,
    folders: HashSet<String>,
    open: Option<OpenArtifact>,
    inline_left: u64,
    _guard: StageGuard,
}

impl CollectorStage {
    pub(crate) fn create(
        collector: CollectorId,
        level: Level,
        folder: &Path,
        time: DosTime,
        compressor: Compressor,
        guard: StageGuard,
    ) -> Result<Self, FileError> {
        let file = EntriesFile::create(folder, time, compressor.clone())?;
        Ok(Self {
            collector,
            level,
            folder: folder.to_owned(),
            compressor,
            tail: Tail::new(file),
            names: HashSet::new(),
            folders: HashSet::new(),
            open: None,
            inline_left: INLINE_BYTES,
            _guard: guard,
        })
    }

    /// Begins an artifact.
    ///
    /// # Errors
    /// When one is open, the name was used, the level is above the collector's, or an earlier write failed.
    pub fn begin(&mut self, name: &ArtifactName, media_type: &str, level: Level) -> Result<(), StageError> {
        self.tail.check()?;
        if self.open.is_some() {
            return Err(StageError::Open);
        }
        if level > self.level {
            return Err(StageError::Level { artifact: level, collector: self.level });
        }
        let folded = self.claim(name)?;
        let stored = self.compressor.compression() == Compression::Stored || media::is_compressed(media_type);
        let method = if stored { Method::Stored } else { Method::Deflated };
        self.open = Some(OpenArtifact {
            folded,
            path: format!("artifacts/{}/{name}", self.collector),
            media_type: media_type.to_owned(),
            level,
            method,
            bytes: 0,
            gathered: Vec::new(),
            streaming: None,
        });
        Ok(())
    }

    /// Appends to the open artifact. Waits while too much is in flight.
    ///
    /// # Errors
    /// When no artifact is open or an earlier write failed.
    pub fn write(&mut self, bytes: Vec<u8>) -> Result<(), StageError> {
        self.tail.check()?;
        let open = self.open.as_mut().ok_or(StageError::NotOpen)?;
        open.bytes += bytes.len() as u64;
        match open.method {
            Method::Stored => gather_stored(&self.compressor, &self.tail, open, bytes),
            Method::Deflated => gather_deflated(&self.compressor, &self.tail, open, bytes),
        }
        Ok(())
    }

    /// Ends the open artifact: it will be in the report.
    ///
    /// # Errors
    /// When no artifact is open or an earlier write failed.
    pub fn finish(&mut self, redactions: Redactions) -> Result<(), StageError> {
        let open = self.open.take().ok_or(StageError::NotOpen)?;
        self.tail.check()?;
        if open.streaming.is_some() {
            self.finish_streaming(open, redactions);
        } else {
            self.finish_whole(open, redactions);
        }
        Ok(())
    }

    /// Forgets the open artifact; its name can be used again.
    ///
    /// # Errors
    /// When no artifact is open or an earlier write failed.
    pub fn abort(&mut self) -> Result<(), StageError> {
        let open = self.open.take().ok_or(StageError::NotOpen)?;
        self.names.remove(&open.folded);
        if open.streaming.is_some() {
            self.tail.reserve().fulfil(Piece::Abort);
        }
        self.tail.check()
    }

    /// Bytes that the staged artifacts take on disk by now, compressed.
    pub fn staged_bytes(&self) -> u64 {
        self.tail.bytes_on_disk()
    }

    /// An empty buffer with room for `bytes`, for the next [`CollectorStage::write`]; where possible one that an earlier write
    /// brought, which saves the kernel from making new pages for each.
    pub fn spare_buffer(&self, bytes: usize) -> Vec<u8> {
        self.compressor.take_buffer(bytes)
    }

    /// Waits until everything is written and gives the finished artifacts. An artifact that is still open is forgotten.
    ///
    /// # Errors
    /// When something could not be written; what was finished before it stays staged.
    pub fn close(mut self) -> Result<Vec<ArtifactEntry>, StageError> {
        if self.open.is_some() {
            self.abort()?;
        }
        self.tail.settle()?;
        // Read back rather than kept: a collector of very many files would hold its list twice.
        self.names = HashSet::new();
        let (_, artifacts) = Staged::read(&self.folder)?;
        Ok(artifacts)
    }

    /// Takes the name, unless a desk that ignores case could not unpack both.
    fn claim(&mut self, name: &ArtifactName) -> Result<String, StageError> {
        let folded = name.folded();
        let ancestors: Vec<&str> = folded.match_indices('/').map(|(end, _)| &folded[..end]).collect();
        let taken = self.names.contains(&folded)
            || self.folders.contains(&folded)
            || ancestors.iter().any(|folder| self.names.contains(*folder));
        if taken {
            return Err(StageError::Duplicate);
        }
        for folder in ancestors {
            if !self.folders.contains(folder) {
                self.folders.insert(folder.to_owned());
            }
        }
        self.names.insert(folded.clone());
        Ok(folded)
    }

    fn finish_streaming(&mut self, mut open: OpenArtifact, redactions: Redactions) {
        let bytes = std::mem::take(&mut open.gathered);
        match open.method {
            Method::Stored if bytes.is_empty() => {}
            Method::Stored => stream_stored(&self.compressor, &self.tail, &mut open, bytes),
            Method::Deflated => stream_deflated(&self.compressor, &self.tail, &mut open, bytes, true),
        }
        let Some(streaming) = open.streaming.take() else { return };
        let ticket = self.tail.reserve();
        streaming.hashing.finish(Box::new(move |digest| {
            ticket.fulfil(Piece::End(Box::new(finished(open, redactions, digest))));
        }));
    }

    /// An artifact of at most one chunk is made in one go, by the caller while there is little.
    fn finish_whole(&mut self, mut open: OpenArtifact, redactions: Redactions) {
        let ticket = self.tail.reserve();
        let mut bytes = std::mem::take(&mut open.gathered);
        if bytes.len() < bytes.capacity() / 4 {
            // A small artifact in a large buffer: the buffer is worth more to the next.
            let small = bytes.as_slice().to_vec();
            self.compressor.give_buffer(std::mem::replace(&mut bytes, small));
        }
        let inline = open.bytes <= self.inline_left;
        self.inline_left = self.inline_left.saturating_sub(open.bytes);
        let chunk = self.compressor.admit(bytes);
        let compressor = self.compressor.clone();
        let make = move |deflater: &mut Deflater| {
            let record = compressor.take_buffer(RECORD_HEAD_BYTES + chunk.len());
            make_whole(deflater, ticket, open, redactions, chunk, record);
        };
        if inline {
            self.compressor.inline(make);
        } else {
            self.compressor.submit(Box::new(make));
        }
    }
}

impl Drop for CollectorStage {
    fn drop(&mut self) {
        self.tail.abandon();
    }
}
