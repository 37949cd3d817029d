//! What a collector has staged, as its folder tells: lines of `entries.ndjson` over bytes of `entries`.

use std::fs;
use std::io::{BufRead, BufReader, ErrorKind, Read};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::archive::{Entry, Method};
use crate::file::FileError;
use crate::index::ArtifactEntry;

/// Zip local entries, back to back.
pub(crate) const ENTRIES: &str = "entries";
/// One line for each finished artifact.
pub(crate) const LINES: &str = "entries.ndjson";
/// How the collector ended.
pub(crate) const RESULT: &str = "result.json";
/// Longest line that is read: path, media type and redactions are all bounded far below.
const MAX_LINE_BYTES: u64 = 64 * 1024;

/// One line of `entries.ndjson`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) artifact: ArtifactEntry,
    pub(crate) place: Place,
}

/// Where in `entries` an artifact is, and what its zip records say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    pub(crate) method: Method,
    pub(crate) crc32: u32,
    pub(crate) compressed_bytes: u64,
    /// Where its local header begins.
    pub(crate) offset: u64,
    /// Bytes from there to the end of its data.
    pub(crate) length: u64,
    /// CRC-32 of `entries` from its first byte to this artifact's last.
    pub(crate) entries_crc32: u32,
}

impl Place {
    fn end(&self) -> u64 {
        self.offset.saturating_add(self.length)
    }

    /// The archive's view of it when `entries` begins at `base`.
    pub(crate) fn archive_entry<'a>(&self, artifact: &'a ArtifactEntry, base: u64) -> Entry<'a> {
        Entry {
            name: artifact.path.as_str().into(),
            method: self.method,
            crc32: self.crc32,
            compressed_bytes: self.compressed_bytes,
            bytes: artifact.bytes,
            offset: base + self.offset,
        }
    }
}

/// The finished artifacts of one collector: one place for each that the index names.
#[derive(Debug)]
pub(crate) struct Staged {
    pub(crate) entries_path: PathBuf,
    pub(crate) places: Vec<Place>,
}

impl Staged {
    /// Reads a collector's folder. A process that died in the middle of a write leaves a torn last line, or bytes in
    /// `entries` that no line speaks of; both are passed over.
    pub(crate) fn read(folder: &Path) -> Result<(Self, Vec<ArtifactEntry>), FileError> {
        let entries_path = folder.join(ENTRIES);
        let length = match fs::metadata(&entries_path) {
            Ok(metadata) => metadata.len(),
            Err(error) if error.kind() == ErrorKind::NotFound => 0,
            Err(error) => return Err(FileError::on("read", &entries_path)(error)),
        };
        let (places, artifacts) = read_lines(&folder.join(LINES), length)?;
        Ok((Self { entries_path, places }, artifacts))
    }

    /// Bytes of `entries` that belong to finished artifacts.
    pub(crate) fn length(&self) -> u64 {
        self.places.last().map_or(0, Place::end)
    }

    /// CRC-32 of those bytes.
    pub(crate) fn crc32(&self) -> u32 {
        self.places.last().map_or(0, |place| place.entries_crc32)
    }
}

fn read_lines(path: &Path, entries_bytes: u64) -> Result<(Vec<Place>, Vec<ArtifactEntry>), FileError> {
    let (mut places, mut artifacts) = (Vec::<Place>::new(), Vec::<ArtifactEntry>::new());
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok((places, artifacts)),
        Err(error) => return Err(FileError::on("open", path)(error)),
    };
    let mut reader = BufReader::new(file);
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = reader.by_ref().take(MAX_LINE_BYTES).read_until(b'\n', &mut line);
        read.map_err(FileError::on("read", path))?;
        let begin = places.last().map_or(0, Place::end);
        let fits = |line: &Line| line.place.offset == begin && line.place.end() <= entries_bytes;
        let Some(Line { artifact, place }) = parse_line(&line).filter(fits) else {
            return Ok((places, artifacts));
        };
        places.push(place);
        artifacts.push(artifact);
    }
}

fn parse_line(line: &[u8]) -> Option<Line> {
    serde_json::from_slice(line.strip_suffix(b"\n")?).ok()
}
