//! Changes a large report where it is: what is dropped becomes blank, the end is written anew, the rest is not touched.

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

use rustix::fs::{FallocateFlags, fallocate};

use super::error::EditError;
use super::journal::{self, Journal, Place, Plan};
use super::{Parts, blank, check_sum};
use crate::archive::{Entry, local_header};
use crate::container::Container;
use crate::file::FileError;
use crate::output::Unnamed;

/// Changes the report and gives its new size; `None` when some place is too small to become blank, so that the report has to be
/// written anew.
pub(super) fn write(parts: &Parts<'_>) -> Result<Option<u64>, EditError> {
    let Some(bytes) = prepare(parts)? else { return Ok(None) };
    finish(&parts.source.path, &parts.source.file)?;
    Ok(Some(bytes))
}

/// Puts the journal in place, from which on the edit will be carried out; gives the new size.
pub(super) fn prepare(parts: &Parts<'_>) -> Result<Option<u64>, EditError> {
    let path = &parts.source.path;
    let Some(entries) = kept(parts) else { return Ok(None) };
    let prepared = write_journal(parts, entries).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => EditError::Journal {
            path: journal::path_of(path),
            what: "an edit keeps its journal under this name",
        },
        _ => EditError::write(path)(error),
    });
    prepared.map(Some)
}

/// Carries out the journal of a locked report; false when there is none.
pub(super) fn finish(path: &Path, report: &File) -> Result<bool, EditError> {
    let Some(journal) = journal::open(path)? else { return Ok(false) };
    if !journal.is_of(report).map_err(FileError::on("read", path))? {
        let what = "it is the journal of another report, or of another state of this one";
        return Err(EditError::Journal { path: journal::path_of(path), what });
    }
    let unfinished = |error| EditError::Unfinished { path: path.to_owned(), source: Arc::new(error) };
    journal.carry_out(report).and_then(|()| Journal::remove(journal)).map_err(unfinished)?;
    Ok(true)
}

/// Everything before the documents as it will be; `None` when that cannot be.
fn kept(parts: &Parts<'_>) -> Option<Vec<Entry<'static>>> {
    let removed: HashMap<u64, &Place> = parts.removed.iter().map(|place| (place.offset, place)).collect();
    let before = parts.source.entries.iter().filter(|entry| entry.offset < parts.source.tail_start);
    let kept = before.map(|entry| match removed.get(&entry.offset) {
        Some(place) => blank::entry(&place.leaf, place.offset, place.length).map(|blank| blank.entry),
        None => Some(entry.clone()),
    });
    let kept: Vec<Entry<'static>> = kept.collect::<Option<_>>()?;
    // Two leaves may begin alike where there was room for their first digits only.
    let mut names: Vec<&str> = kept.iter().map(|entry| &*entry.name).collect();
    names.sort_unstable();
    (!names.windows(2).any(|pair| pair[0] == pair[1])).then_some(kept)
}

/// Writes the journal. Nothing of the report is changed.
fn write_journal(parts: &Parts<'_>, entries: Vec<Entry<'static>>) -> io::Result<u64> {
    let source = parts.source;
    let unnamed = Unnamed::beside(&source.path)?;
    let start = source.tail_start;
    let sum = sum_of_beginning(parts)?;
    let container = Container::resume(unnamed.file(), source.time, (start, start), sum, entries);
    let written = parts.write_tail(container)?;
    let tail_bytes = written.bytes - start;
    // Room for the new end, before anything depends on it. Where the file system cannot say, it is found out later.
    match fallocate(&source.file, FallocateFlags::KEEP_SIZE, start, tail_bytes) {
        Err(error @ (rustix::io::Errno::NOSPC | rustix::io::Errno::DQUOT)) => return Err(error.into()),
        _ => {}
    }
    let plan = Plan::new(start, written.directory_start, parts.removed.to_vec());
    journal::publish(unnamed, tail_bytes, &plan, &source.path)?;
    Ok(written.bytes)
}

/// Check sum of everything before the documents as it will be: of the artifacts only those that become blank are read.
fn sum_of_beginning(parts: &Parts<'_>) -> io::Result<u32> {
    let source = parts.source;
    let mut sum = source.check_sum_of_beginning()?;
    for place in parts.removed {
        let end = place.offset + place.length;
        let before = source.check_sum_of(place.offset, end)?;
        let after = sum_of_blank(parts, place).ok_or(io::ErrorKind::InvalidData)?;
        sum = check_sum::with_replaced(sum, before, after, source.tail_start - end);
    }
    Ok(sum)
}

fn sum_of_blank(parts: &Parts<'_>, place: &Place) -> Option<u32> {
    let blank = blank::entry(&place.leaf, place.offset, place.length)?;
    let mut sum = crc32fast::Hasher::new();
    sum.update(&local_header(&blank.entry, parts.source.time, blank.wide));
    let zeros = blank.entry.compressed_bytes;
    sum.combine(&crc32fast::Hasher::new_with_initial_len(blank::crc32_of_zeros(zeros), zeros));
    Some(sum.finalize())
}
