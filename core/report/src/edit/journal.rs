//! `REPORT.edit`: all that a finished edit writes, on disk before the first byte of the report is changed.
//!
//! ```text
//! the new end of the report: masked artifacts, documents, directory, check sum
//! the plan as JSON
//! 8 bytes: length of the plan, little-endian
//! 32 bytes: SHA-256 of all before
//! ```
//!
//! Carrying it out twice gives the same as once, so whoever finds a journal carries it out.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use candor_trust::{Digest, Hasher};
use serde::{Deserialize, Serialize};

use super::blank;
use super::error::EditError;
use super::target::Target;
use crate::archive::{DosTime, Entry, local_header};
use crate::file::FileError;
use crate::layout;
use crate::output::{Unnamed, folder_of};

const FORMAT: &str = "candor-edit/1";
const LENGTH_BYTES: u64 = 8;
const DIGEST_BYTES: u64 = 32;
/// A plan names places and nothing else; one of a hundred thousand drops has less.
const MAX_PLAN_BYTES: u64 = 64 * 1024 * 1024;
const COPY_BYTES: u64 = 1024 * 1024;

/// What is done besides writing the new end.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Plan {
    pub(super) format: String,
    /// Where the new end begins.
    pub(super) tail_start: u64,
    /// Where its directory begins.
    pub(super) directory_start: u64,
    /// Places that become blank.
    pub(super) blanks: Vec<Place>,
}

/// A place that becomes blank.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Place {
    /// Leaf of the artifact that is there.
    pub(super) leaf: Digest,
    pub(super) offset: u64,
    pub(super) length: u64,
}

impl Plan {
    pub(super) fn new(tail_start: u64, directory_start: u64, blanks: Vec<Place>) -> Self {
        Self { format: FORMAT.to_owned(), tail_start, directory_start, blanks }
    }
}

/// A journal that was read and is whole.
#[derive(Debug)]
pub(super) struct Journal {
    file: File,
    path: PathBuf,
    plan: Plan,
    tail_bytes: u64,
    entries: Vec<Entry<'static>>,
    time: DosTime,
}

/// Where the journal of a report stands.
pub(super) fn path_of(report: &Path) -> PathBuf {
    let mut name = report.as_os_str().to_owned();
    name.push(".edit");
    PathBuf::from(name)
}

/// Adds the plan behind the new end and gives the file the journal's name.
pub(super) fn publish(unnamed: Unnamed, tail_bytes: u64, plan: &Plan, report: &Path) -> io::Result<()> {
    let file = unnamed.file();
    let mut trailer = serde_json::to_vec(plan)?;
    let plan_bytes = trailer.len() as u64;
    trailer.extend_from_slice(&plan_bytes.to_le_bytes());
    file.write_all_at(&trailer, tail_bytes)?;
    let length = tail_bytes + trailer.len() as u64;
    file.write_all_at(digest_of(file, length)?.as_bytes(), length)?;
    unnamed.publish(&path_of(report), false)?;
    sync_folder(report);
    Ok(())
}

/// Reads the journal of a report, if there is one.
pub(super) fn open(report: &Path) -> Result<Option<Journal>, EditError> {
    let path = path_of(report);
    let opened = OpenOptions::new()
        .read(true)
        .custom_flags(rustix::fs::OFlags::NOFOLLOW.bits().cast_signed())
        .open(&path);
    let file = match opened {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened.map_err(FileError::on("open", &path))?,
    };
    // In a folder of everybody's, others could tell this report what to become.
    let owner = file.metadata().map_err(FileError::on("read", &path))?.uid();
    if ![0, rustix::process::geteuid().as_raw()].contains(&owner) {
        return Err(EditError::Journal { path, what: "it belongs to another user" });
    }
    let read = read(file, &path).map_err(FileError::on("read", &path))?;
    let what = "it is no whole journal of an edit";
    read.map(Some).ok_or(EditError::Journal { path, what })
}

fn read(file: File, path: &Path) -> io::Result<Option<Journal>> {
    let digest_at = file.metadata()?.len().checked_sub(DIGEST_BYTES);
    let Some((digest_at, length_at)) =
        digest_at.and_then(|digest_at| Some((digest_at, digest_at.checked_sub(LENGTH_BYTES)?)))
    else {
        return Ok(None);
    };
    let (mut digest, mut plan_bytes) = ([0; DIGEST_BYTES as usize], [0; LENGTH_BYTES as usize]);
    file.read_exact_at(&mut digest, digest_at)?;
    file.read_exact_at(&mut plan_bytes, length_at)?;
    let plan_bytes = u64::from_le_bytes(plan_bytes);
    let tail_bytes = length_at.checked_sub(plan_bytes).filter(|_| plan_bytes <= MAX_PLAN_BYTES);
    let Some(tail_bytes) = tail_bytes else { return Ok(None) };
    if *digest_of(&file, digest_at)?.as_bytes() != digest {
        return Ok(None);
    }
    let Ok(plan) = serde_json::from_slice::<Plan>(&read_range(&file, tail_bytes, length_at)?) else {
        return Ok(None);
    };
    let directory_at = plan.directory_start.checked_sub(plan.tail_start).filter(|at| *at <= tail_bytes);
    let Some(directory_at) = directory_at.filter(|_| plan.format == FORMAT) else { return Ok(None) };
    let directory = read_range(&file, directory_at, tail_bytes)?;
    let Some((entries, time)) = layout::parse_entries(&directory) else { return Ok(None) };
    Ok(Some(Journal { file, path: path.to_owned(), plan, tail_bytes, entries, time }))
}

fn read_range(file: &File, begin: u64, end: u64) -> io::Result<Vec<u8>> {
    let bytes = usize::try_from(end - begin).map_err(|_| io::ErrorKind::FileTooLarge)?;
    let mut range = vec![0; bytes];
    file.read_exact_at(&mut range, begin)?;
    Ok(range)
}

/// Digest of the first `length` bytes.
fn digest_of(file: &File, length: u64) -> io::Result<Digest> {
    let mut hasher = Hasher::default();
    for_each_piece(file, length, |piece, _| {
        hasher.update(piece);
        Ok(())
    })?;
    Ok(hasher.finish())
}

fn for_each_piece(
    file: &File,
    length: u64,
    mut take: impl FnMut(&[u8], u64) -> io::Result<()>,
) -> io::Result<()> {
    let mut at = 0;
    while at < length {
        let piece = read_range(file, at, length.min(at + COPY_BYTES))?;
        take(&piece, at)?;
        at += piece.len() as u64;
    }
    Ok(())
}

impl Journal {
    /// True when this is the report that the journal was made for: the headers of everything that the edit leaves alone stand in their
    /// places, with names and check sums.
    pub(super) fn is_of(&self, report: &File) -> io::Result<bool> {
        let tail_start = self.plan.tail_start;
        let blank = |entry: &Entry<'_>| self.plan.blanks.iter().any(|place| place.offset == entry.offset);
        let blanks = self.plan.blanks.iter();
        let fits = blanks.clone().all(|place| {
            place.offset.checked_add(place.length).is_some_and(|end| end <= tail_start)
                && self.blank_header(place).is_some()
        });
        if !fits || report.metadata()?.len() < tail_start {
            return Ok(false);
        }
        let kept = self.entries.iter().filter(|entry| entry.offset < tail_start && !blank(entry));
        for entry in kept {
            if !layout::header_stands(report, entry, self.time)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Changes the report. Doing so again after a failure or a kill gives the same.
    pub(super) fn carry_out(&self, report: &impl Target) -> io::Result<()> {
        self.blank(report)?;
        let tail_start = self.plan.tail_start;
        for_each_piece(&self.file, self.tail_bytes, |piece, at| report.write(piece, tail_start + at))?;
        let length = tail_start + self.tail_bytes;
        if let Some(surplus) = report.length()?.checked_sub(length).filter(|surplus| *surplus > 0) {
            report.zero(length, surplus)?;
            report.sync()?;
            report.set_length(length)?;
        }
        report.sync()
    }

    /// Zeros reach the disk before their blocks are given back: what was there is overwritten, not only forgotten.
    fn blank(&self, report: &impl Target) -> io::Result<()> {
        for place in &self.plan.blanks {
            let header = self.blank_header(place).ok_or(io::ErrorKind::InvalidData)?;
            let header_bytes = header.len() as u64;
            report.write(&header, place.offset)?;
            report.zero(place.offset + header_bytes, place.length - header_bytes)?;
        }
        if !self.plan.blanks.is_empty() {
            report.sync()?;
        }
        for place in &self.plan.blanks {
            let header_bytes = self.blank_header(place).map_or(0, |header| header.len() as u64);
            report.punch(place.offset + header_bytes, place.length - header_bytes)?;
        }
        Ok(())
    }

    fn blank_header(&self, place: &Place) -> Option<Vec<u8>> {
        let blank = blank::entry(&place.leaf, place.offset, place.length)?;
        Some(local_header(&blank.entry, self.time, blank.wide))
    }

    /// Removes it when the report is as it says.
    pub(super) fn remove(self) -> io::Result<()> {
        fs::remove_file(&self.path)?;
        sync_folder(&self.path);
        Ok(())
    }
}

/// Best effort: some file systems cannot.
pub(super) fn sync_folder(path: &Path) {
    let _ = File::open(folder_of(path)).and_then(|folder| folder.sync_all());
}
