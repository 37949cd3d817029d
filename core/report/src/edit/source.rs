//! The report as it is before an edit: locked, checked, its parts known.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};

use super::check_sum;
use super::error::EditError;
use crate::archive::{COMMENT_BYTES, DosTime, Entry, parse_comment};
use crate::attached::is_document;
use crate::file::FileError;
use crate::layout;
use crate::reader::ReportReader;

/// How often a report may be replaced between its opening and its locking.
const ATTEMPTS: usize = 5;

/// A report that nobody else edits as long as this value lives.
pub(super) struct Source {
    /// Its path, without links.
    pub(super) path: PathBuf,
    pub(super) file: File,
    pub(super) reader: ReportReader,
    pub(super) length: u64,
    /// What the directory names, in the order of the file.
    pub(super) entries: Vec<Entry<'static>>,
    pub(super) time: DosTime,
    /// Where the documents begin, behind which there are no artifacts.
    pub(super) tail_start: u64,
    /// Where the directory begins.
    pub(super) directory_start: u64,
    /// True when the file has other names besides this one.
    pub(super) has_other_names: bool,
    /// Path to number in `entries`.
    numbers: HashMap<String, usize>,
}

impl Source {
    /// Takes a file that is locked, reads its index and checks how it is laid out, which needs no look at the artifacts.
    pub(super) fn of(path: PathBuf, file: File) -> Result<Self, EditError> {
        let metadata = file.metadata().map_err(FileError::on("read", &path))?;
        let reader = ReportReader::open(&path)?;
        let damaged = |what: &str| EditError::Damaged { path: path.clone(), what: what.to_owned() };
        let (offset, directory_start) = reader.bounds();
        let read_error = |error| FileError::on("read", &path)(error);
        let faults = layout::check_structure(&file, offset, directory_start).map_err(read_error)?;
        if let Some(fault) = faults.first() {
            return Err(damaged(fault));
        }
        let entries = layout::entries(&file, directory_start).map_err(read_error)?;
        let (entries, time) = entries.ok_or_else(|| damaged("it has no directory"))?;
        let documents = entries.iter().position(|entry| is_document(&entry.name));
        let tail = documents.map_or(&[][..], |first| &entries[first..]);
        let first = tail.first().ok_or_else(|| damaged("it has no documents"))?;
        if !tail.iter().all(|entry| is_document(&entry.name)) {
            return Err(damaged("an artifact stands behind the documents"));
        }
        let (tail_start, length) = (first.offset, metadata.len());
        let has_other_names = metadata.nlink() > 1;
        let numbers =
            entries.iter().enumerate().map(|(number, entry)| (entry.name.to_string(), number)).collect();
        Ok(Self {
            path,
            file,
            reader,
            length,
            entries,
            time,
            tail_start,
            directory_start,
            has_other_names,
            numbers,
        })
    }

    /// Reads the whole file and compares it with its check sum.
    pub(super) fn check_whole(&self) -> Result<(), EditError> {
        let faults = layout::check(&self.file, 0, self.directory_start)
            .map_err(|error| FileError::on("read", &self.path)(error))?;
        if faults.check_sum {
            let what = "its check sum does not hold".to_owned();
            return Err(EditError::Damaged { path: self.path.clone(), what });
        }
        Ok(())
    }

    /// Where the entry of an artifact begins, and its length with the header.
    pub(super) fn place(&self, path: &str) -> Option<(u64, u64)> {
        self.extent(*self.numbers.get(path)?)
    }

    /// The same of the entry with this number.
    pub(super) fn extent(&self, number: usize) -> Option<(u64, u64)> {
        let end = self.entries.get(number + 1).map_or(self.directory_start, |next| next.offset);
        self.entries.get(number).map(|entry| (entry.offset, end - entry.offset))
    }

    /// Check sum of everything before the documents, from that of the whole file: only the end is read.
    pub(super) fn check_sum_of_beginning(&self) -> std::io::Result<u32> {
        let end = self.length - u64::from(COMMENT_BYTES);
        let mut comment = [0; COMMENT_BYTES as usize];
        self.file.read_exact_at(&mut comment, end)?;
        let whole = parse_comment(&comment).ok_or(std::io::ErrorKind::InvalidData)?;
        let tail = self.check_sum_of(self.tail_start, end)?;
        Ok(check_sum::of_beginning(whole, tail, end - self.tail_start))
    }

    /// Check sum of a part, which is read.
    pub(super) fn check_sum_of(&self, begin: u64, end: u64) -> std::io::Result<u32> {
        let (mut sum, mut at) = (crc32fast::Hasher::new(), begin);
        let mut buffer = vec![0; 256 * 1024];
        while at < end {
            let wanted = usize::try_from(end - at).unwrap_or(buffer.len()).min(buffer.len());
            self.file.read_exact_at(&mut buffer[..wanted], at)?;
            sum.update(&buffer[..wanted]);
            at += wanted as u64;
        }
        Ok(sum.finalize())
    }
}

/// Opens a report for writing and keeps all others who edit away.
pub(super) fn lock(path: &Path) -> Result<(PathBuf, File), EditError> {
    // A report is replaced by renaming, which would replace a link by a file.
    let path = fs::canonicalize(path).map_err(FileError::on("open", path))?;
    for _ in 0..ATTEMPTS {
        if !fs::metadata(&path).map_err(FileError::on("open", &path))?.is_file() {
            return Err(EditError::NotAFile(path));
        }
        let opened = OpenOptions::new().read(true).write(true).open(&path);
        let file = opened.map_err(FileError::on("open", &path))?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Err(rustix::io::Errno::WOULDBLOCK) => return Err(EditError::InUse(path)),
            locked => locked.map_err(|error| FileError::on("lock", &path)(error.into()))?,
        }
        // Whoever edited it before may have put another file in its place.
        let identity = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
        if fs::metadata(&path).ok().map(identity) == file.metadata().ok().map(identity) {
            return Ok((path, file));
        }
    }
    Err(EditError::InUse(path))
}
