//! Reads a report, whoever wrote it.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use candor_trust::Hasher;
use serde::Serialize;
use zip::ZipArchive;
use zip::result::ZipError;

use crate::aside::HashingAside;
use crate::assemble::{
    CONSENT_PATH, CONSENT_SIGNATURE_PATH, INDEX_PATH, MAX_CONSENT_BYTES, REDACTIONS_PATH, Record,
};
use crate::digest::Sums;
use crate::file::{self, FileError};
use crate::index::{ArtifactEntry, ReportIndex, SCHEMA};
use crate::packed::{PackedEntry, Packing};
use crate::redactions::{REDACTIONS_SCHEMA, RedactionsDocument};

/// From this size on, an artifact is hashed by a thread of its own.
const HASHED_ASIDE_BYTES: u64 = 4 * 1024 * 1024;
/// Bytes of a small artifact that are read at a time.
const SMALL_BLOCK_BYTES: usize = 64 * 1024;
/// Largest index, and account of redactions, that is read. A report of a hundred thousand artifacts has one of about 40 MB.
pub(crate) const MAX_INDEX_BYTES: u64 = 128 * 1024 * 1024;

/// Why a report or a part of it could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file could not be opened or read.
    #[error(transparent)]
    File(#[from] FileError),
    /// It is no zip archive, or a damaged one.
    #[error("`{}` is not a readable zip archive", path.display())]
    Archive {
        /// Its path.
        path: PathBuf,
        /// The cause.
        source: ZipError,
    },
    /// It has no `report.json`.
    #[error("`{}` is no report: it has no `{INDEX_PATH}`", path.display())]
    NoReport {
        /// Its path.
        path: PathBuf,
    },
    /// A document in it cannot be understood.
    #[error("cannot understand `{name}` of the report")]
    Document {
        /// `report.json`, `consent.json` or `redactions.json`.
        name: &'static str,
        /// The cause.
        source: serde_json::Error,
    },
    /// Its index is of a revision that this program does not know.
    #[error("the report has index revision {0}, and only {SCHEMA} is understood")]
    Schema(u32),
    /// Its account of redactions is of a revision that this program does not know.
    #[error("the report has `{REDACTIONS_PATH}` of revision {0}, and only {REDACTIONS_SCHEMA} is understood")]
    RedactionsSchema(u32),
    /// It has no such entry.
    #[error("the report has no `{0}`")]
    Missing(String),
    /// An entry cannot be unpacked: damaged, encrypted, or compressed in a way that reports do not use.
    #[error("cannot unpack `{path}`")]
    Entry {
        /// Path in the report.
        path: String,
        /// The cause.
        source: io::Error,
    },
    /// An entry is larger than it may be.
    #[error("`{path}` is larger than {limit} bytes")]
    TooLarge {
        /// Path in the report.
        path: String,
        /// Most bytes that were expected.
        limit: u64,
    },
    /// An artifact is not what the index says.
    #[error("`{path}` does not have the size and SHA-256 that the index states")]
    Changed {
        /// Path in the report.
        path: String,
    },
    /// What was read could not be passed on.
    #[error("cannot write what was read from the report")]
    Destination(#[source] io::Error),
}

/// An entry of the archive, whether the index knows it or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ArchiveEntry {
    /// Path in the report.
    pub path: String,
    /// Uncompressed size that the archive states, in bytes.
    pub bytes: u64,
    /// Size in the archive, in bytes.
    pub compressed_bytes: u64,
}

/// An open report.
#[derive(Debug)]
pub struct ReportReader {
    archive: ZipArchive<BufReader<File>>,
    index: ReportIndex,
}

impl ReportReader {
    /// Opens a report and reads its index.
    ///
    /// # Errors
    /// When it cannot be read, is no report, or has an index of another revision.
    pub fn open(path: &Path) -> Result<Self, ReadError> {
        let mut archive = open_archive(path)?;
        let index = read_index(&mut archive).map_err(|error| match error {
            ReadError::Missing(_) => ReadError::NoReport { path: path.to_owned() },
            error => error,
        })?;
        Ok(Self { archive, index })
    }

    /// The bytes of a document; `None` where there is none of that name.
    pub(crate) fn document_within(&mut self, path: &str, limit: u64) -> Result<Option<Vec<u8>>, ReadError> {
        match read_document(&mut self.archive, path, limit) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(ReadError::Missing(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The archive and what its index says.
    pub(crate) fn parts(&mut self) -> (&mut Archive, &ReportIndex) {
        (&mut self.archive, &self.index)
    }

    /// Where the archive begins in the file, and where its directory does.
    pub(crate) fn bounds(&self) -> (u64, u64) {
        (self.archive.offset(), self.archive.central_directory_start())
    }

    /// What the report holds.
    pub fn index(&self) -> &ReportIndex {
        &self.index
    }

    /// The consent record.
    ///
    /// # Errors
    /// When there is none, or it is damaged or no JSON.
    pub fn consent(&mut self) -> Result<serde_json::Value, ReadError> {
        let bytes = read_document(&mut self.archive, CONSENT_PATH, MAX_CONSENT_BYTES)?;
        serde_json::from_slice(&bytes).map_err(|source| ReadError::Document { name: CONSENT_PATH, source })
    }

    /// The consent record with its signature as they are stored. Nothing in it is to be believed before
    /// [`check_chain`](candor_consent::check_chain) has looked at it.
    ///
    /// # Errors
    /// When there is no record, or it is damaged.
    pub fn record(&mut self) -> Result<Record, ReadError> {
        let json = read_document(&mut self.archive, CONSENT_PATH, MAX_CONSENT_BYTES)?;
        match read_document(&mut self.archive, CONSENT_SIGNATURE_PATH, MAX_CONSENT_BYTES) {
            Ok(signature) => Ok(Record { json, signature: Some(signature) }),
            Err(ReadError::Missing(_)) => Ok(Record { json, signature: None }),
            Err(error) => Err(error),
        }
    }

    /// A document as it is stored: `report.json`, `request.json`, …
    ///
    /// # Errors
    /// When there is none, or it is damaged.
    pub fn read_document(&mut self, path: &str) -> Result<Vec<u8>, ReadError> {
        read_document(&mut self.archive, path, MAX_INDEX_BYTES)
    }

    /// What was removed and replaced.
    ///
    /// # Errors
    /// When there is no such account, or it is damaged or of another revision.
    pub fn redactions(&mut self) -> Result<RedactionsDocument, ReadError> {
        read_redactions(&mut self.archive)
    }

    /// Unpacks the artifact at `path` (`artifacts/system-info/cpu.json`) into `destination` and checks it on the way. No more
    /// bytes are written than the index states, and an error tells that what was written must not be used.
    ///
    /// # Errors
    /// When the index or the archive has no such artifact, or it is damaged or changed.
    pub fn read_artifact(&mut self, path: &str, destination: impl Write) -> Result<(), ReadError> {
        let artifact = self.index.artifact(path).ok_or_else(|| ReadError::Missing(path.to_owned()))?;
        read_artifact(&mut self.archive, artifact, destination)
    }

    /// The artifact at `path` as a reader. It gives an error at its end when it is not what the index says: what was read
    /// must not be used then.
    ///
    /// # Errors
    /// When the index or the archive has no such artifact.
    pub fn artifact(&mut self, path: &str) -> Result<impl Read + '_, ReadError> {
        let artifact = self.index.artifact(path).ok_or_else(|| ReadError::Missing(path.to_owned()))?;
        let entry = self.archive.by_name(path).map_err(|error| unpack_error(path, error))?;
        Ok(Checked { entry, artifact, left: artifact.bytes, sums: Some(Sums::default()) })
    }

    /// The entry at `path` as it is packed, and its packed bytes.
    ///
    /// # Errors
    /// When the archive has no such entry, or packs it in a way that reports do not use.
    pub fn packed(&mut self, path: &str) -> Result<(PackedEntry, impl Read + '_), ReadError> {
        let number = self.archive.index_for_name(path).ok_or_else(|| ReadError::Missing(path.to_owned()))?;
        let entry = self.archive.by_index_raw(number).map_err(|error| unpack_error(path, error))?;
        let packing = match entry.compression() {
            zip::CompressionMethod::Stored => Packing::Stored,
            zip::CompressionMethod::Deflated => Packing::Deflated,
            other => {
                let source = io::Error::other(format!("it is packed with {other}, which reports do not use"));
                return Err(ReadError::Entry { path: path.to_owned(), source });
            }
        };
        let packed = PackedEntry {
            path: path.to_owned(),
            packing,
            crc32: entry.crc32(),
            compressed_bytes: entry.compressed_size(),
            bytes: entry.size(),
        };
        Ok((packed, entry))
    }

    /// The bytes of a document, such as `consent.json`; `None` where the report has none of this name.
    ///
    /// # Errors
    /// When it is damaged, or larger than any of its kind.
    pub fn document(&mut self, path: &str) -> Result<Option<Vec<u8>>, ReadError> {
        self.document_within(path, MAX_INDEX_BYTES)
    }

    /// Every entry of the archive, documents included, in the archive's order.
    ///
    /// # Errors
    /// When the directory is damaged.
    pub fn entries(&mut self) -> Result<Vec<ArchiveEntry>, ReadError> {
        (0..self.archive.len()).map(|number| archive_entry(&mut self.archive, number)).collect()
    }
}

/// Compares what is read with the index.
struct Checked<'a, R> {
    entry: R,
    artifact: &'a ArtifactEntry,
    left: u64,
    /// None once the end was seen.
    sums: Option<Sums>,
}

impl<R: Read> Checked<'_, R> {
    fn changed(&self) -> io::Error {
        io::Error::other(ReadError::Changed { path: self.artifact.path.clone() })
    }
}

impl<R: Read> Read for Checked<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        let count = self.entry.read(buffer)?;
        let Some(sums) = &mut self.sums else { return Ok(0) };
        if count > 0 {
            sums.update(&buffer[..count]);
            self.left = self.left.checked_sub(count as u64).ok_or_else(|| self.changed())?;
            return Ok(count);
        }
        let same = self.sums.take().is_some_and(|sums| sums.finish().sha256 == self.artifact.sha256);
        if same && self.left == 0 { Ok(0) } else { Err(self.changed()) }
    }
}

pub(crate) type Archive = ZipArchive<BufReader<File>>;

pub(crate) fn open_archive(path: &Path) -> Result<Archive, ReadError> {
    let file = BufReader::new(file::open(path)?);
    ZipArchive::new(file).map_err(|source| ReadError::Archive { path: path.to_owned(), source })
}

pub(crate) fn archive_entry(archive: &mut Archive, number: usize) -> Result<ArchiveEntry, ReadError> {
    let name = format!("entry {number}");
    let entry = archive.by_index_raw(number).map_err(|error| unpack_error(&name, error))?;
    let path = entry.name().map(Cow::into_owned).map_err(|error| unpack_error(&name, error))?;
    Ok(ArchiveEntry { path, bytes: entry.size(), compressed_bytes: entry.compressed_size() })
}

pub(crate) fn read_index(archive: &mut Archive) -> Result<ReportIndex, ReadError> {
    let bytes = read_document(archive, INDEX_PATH, MAX_INDEX_BYTES)?;
    let document = |source| ReadError::Document { name: INDEX_PATH, source };
    // The revision first: another one may have another shape.
    #[derive(serde::Deserialize)]
    struct Revision {
        schema: u32,
    }
    let Revision { schema } = serde_json::from_slice(&bytes).map_err(document)?;
    if schema != SCHEMA {
        return Err(ReadError::Schema(schema));
    }
    serde_json::from_slice(&bytes).map_err(document)
}

pub(crate) fn read_redactions(archive: &mut Archive) -> Result<RedactionsDocument, ReadError> {
    let bytes = read_document(archive, REDACTIONS_PATH, MAX_INDEX_BYTES)?;
    let document = |source| ReadError::Document { name: REDACTIONS_PATH, source };
    let redactions: RedactionsDocument = serde_json::from_slice(&bytes).map_err(document)?;
    match redactions.schema {
        REDACTIONS_SCHEMA => Ok(redactions),
        other => Err(ReadError::RedactionsSchema(other)),
    }
}

pub(crate) fn read_document(archive: &mut Archive, path: &str, limit: u64) -> Result<Vec<u8>, ReadError> {
    let entry = archive.by_name(path).map_err(|error| unpack_error(path, error))?;
    let mut bytes = Vec::new();
    let read = entry.take(limit + 1).read_to_end(&mut bytes);
    read.map_err(|source| ReadError::Entry { path: path.to_owned(), source })?;
    if bytes.len() as u64 > limit {
        return Err(ReadError::TooLarge { path: path.to_owned(), limit });
    }
    Ok(bytes)
}

pub(crate) fn read_artifact(
    archive: &mut Archive,
    artifact: &ArtifactEntry,
    mut destination: impl Write,
) -> Result<(), ReadError> {
    let changed = || ReadError::Changed { path: artifact.path.clone() };
    let mut entry = archive.by_name(&artifact.path).map_err(|error| unpack_error(&artifact.path, error))?;
    let (left, sha256) = if artifact.bytes < HASHED_ASIDE_BYTES {
        let mut hasher = Hasher::default();
        let mut block = vec![0; SMALL_BLOCK_BYTES];
        let mut left = artifact.bytes;
        while let Some(read) = read_block(&mut entry, &mut block, artifact, &mut left, &mut destination)? {
            hasher.update(&block[..read]);
        }
        (left, Some(hasher.finish().to_string()))
    } else {
        std::thread::scope(|scope| {
            let hashing = HashingAside::start(scope);
            let mut left = artifact.bytes;
            while let Some(mut block) = hashing.block() {
                match read_block(&mut entry, &mut block, artifact, &mut left, &mut destination)? {
                    Some(read) => hashing.hash(block, read),
                    None => break,
                }
            }
            Ok::<_, ReadError>((left, hashing.finish()))
        })?
    };
    if left == 0 && sha256.as_ref() == Some(&artifact.sha256) {
        destination.flush().map_err(ReadError::Destination)
    } else {
        Err(changed())
    }
}

/// Reads the next bytes and passes them on; `None` at the end. Never more than the index states.
fn read_block(
    entry: &mut impl Read,
    block: &mut [u8],
    artifact: &ArtifactEntry,
    left: &mut u64,
    destination: &mut impl Write,
) -> Result<Option<usize>, ReadError> {
    let path = || artifact.path.clone();
    let read = entry.read(block).map_err(|source| ReadError::Entry { path: path(), source })?;
    if read == 0 {
        return Ok(None);
    }
    *left = left.checked_sub(read as u64).ok_or_else(|| ReadError::Changed { path: path() })?;
    destination.write_all(&block[..read]).map_err(ReadError::Destination)?;
    Ok(Some(read))
}

fn unpack_error(path: &str, error: ZipError) -> ReadError {
    match error {
        ZipError::FileNotFound => ReadError::Missing(path.to_owned()),
        ZipError::Io(source) => ReadError::Entry { path: path.to_owned(), source },
        error => ReadError::Entry { path: path.to_owned(), source: io::Error::other(error) },
    }
}
