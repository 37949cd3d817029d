//! Checks that a report is laid out as reports are written: the directory is read, everything that follows from it is made
//! anew, and the two are compared.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use crate::archive::{
    COMMENT_BYTES, DirectoryRecord, DosTime, Entry, central_record, end_records, local_header,
    parse_central_record, parse_comment,
};

/// Bytes that are read at a time for the check sum.
const BUFFER_BYTES: usize = 256 * 1024;
/// A directory of half a million entries takes less.
const MAX_DIRECTORY_BYTES: u64 = 128 * 1024 * 1024;
/// End records take less: 56 + 20 + 22 bytes and the comment.
const MAX_END_BYTES: u64 = 512;

/// What is wrong with the container.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    /// The check sum is missing or wrong.
    pub(crate) check_sum: bool,
    /// One sentence for each fault of the layout; after the first of a kind the rest is not looked for.
    pub(crate) container: Vec<&'static str>,
}

/// Reads the file once for the check sum and once more along its headers.
pub(crate) fn check(mut file: &File, offset: u64, directory_start: u64) -> io::Result<Faults> {
    let length = file.seek(SeekFrom::End(0))?;
    let check_sum = !check_sum_holds(file, length)?;
    Ok(Faults { check_sum, container: check_structure(file, offset, directory_start)? })
}

/// Reads directory and headers and nothing else. One sentence for each fault.
pub(crate) fn check_structure(
    mut file: &File,
    offset: u64,
    directory_start: u64,
) -> io::Result<Vec<&'static str>> {
    let mut faults = Vec::new();
    if offset != 0 {
        faults.push("bytes stand before the archive");
    }
    let tail_bytes = file.seek(SeekFrom::End(0))?.saturating_sub(directory_start);
    if tail_bytes > MAX_DIRECTORY_BYTES {
        faults.push("the directory is larger than any report's");
        return Ok(faults);
    }
    let tail = read_tail(file, directory_start, tail_bytes)?;
    let records = parse_records(&tail);
    if !is_canonical(&tail, &records, directory_start) {
        faults.push("the directory or the end of the archive is not as reports have it");
    }
    if records.windows(2).any(|pair| pair[0].entry.name == pair[1].entry.name) {
        faults.push("a path stands in the archive more than once");
    }
    if !headers_follow(file, records, directory_start)? {
        faults
            .push("the entries do not follow each other without gaps, or a header contradicts the directory");
    }
    Ok(faults)
}

/// The entries that the directory names, in the order in which they stand in the file, and the time that all of them have.
/// Meaningful for a file whose structure was checked.
pub(crate) fn entries(
    mut file: &File,
    directory_start: u64,
) -> io::Result<Option<(Vec<Entry<'static>>, DosTime)>> {
    let tail_bytes = file.seek(SeekFrom::End(0))?.saturating_sub(directory_start).min(MAX_DIRECTORY_BYTES);
    Ok(parse_entries(&read_tail(file, directory_start, tail_bytes)?))
}

/// The same of a directory that was read.
pub(crate) fn parse_entries(directory: &[u8]) -> Option<(Vec<Entry<'static>>, DosTime)> {
    let records = parse_records(directory);
    let time = records.first()?.time;
    let mut entries: Vec<_> = records.into_iter().map(|record| record.entry.into_owned()).collect();
    entries.sort_unstable_by_key(|entry| entry.offset);
    Some((entries, time))
}

/// True when the header of this entry stands in its place, with or without a zip64 field.
pub(crate) fn header_stands(file: &File, entry: &Entry<'_>, time: DosTime) -> io::Result<bool> {
    Ok(header_bytes(file, entry, time)?.is_some())
}

fn read_tail(mut file: &File, start: u64, bytes: u64) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(start))?;
    let mut tail = Vec::new();
    file.take(bytes).read_to_end(&mut tail)?;
    Ok(tail)
}

/// Length of the entry's header in the file; `None` where it is another's.
fn header_bytes(mut file: &File, entry: &Entry<'_>, time: DosTime) -> io::Result<Option<u64>> {
    let wide = local_header(entry, time, true);
    let narrow = local_header(entry, time, false);
    let mut found = Vec::new();
    file.seek(SeekFrom::Start(entry.offset))?;
    file.take(wide.len() as u64).read_to_end(&mut found)?;
    Ok(match () {
        () if found == wide => Some(wide.len() as u64),
        () if found.starts_with(&narrow) => Some(narrow.len() as u64),
        () => None,
    })
}

fn check_sum_holds(mut file: &File, length: u64) -> io::Result<bool> {
    let Some(summed_bytes) = length.checked_sub(u64::from(COMMENT_BYTES)) else { return Ok(false) };
    file.seek(SeekFrom::Start(0))?;
    let mut crc32 = crc32fast::Hasher::new();
    let mut summed = file.take(summed_bytes);
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        match summed.read(&mut buffer)? {
            0 => break,
            read => crc32.update(&buffer[..read]),
        }
    }
    let mut comment = Vec::new();
    file.take(u64::from(COMMENT_BYTES)).read_to_end(&mut comment)?;
    Ok(parse_comment(&comment) == Some(crc32.finalize()))
}

fn parse_records(tail: &[u8]) -> Vec<DirectoryRecord<'_>> {
    let mut records = Vec::new();
    let mut rest = tail;
    while let Some((record, after)) = parse_central_record(rest) {
        records.push(record);
        rest = after;
    }
    records
}

/// True when directory and end are exactly what would be written for these records, which are sorted and have one time.
fn is_canonical(tail: &[u8], records: &[DirectoryRecord<'_>], start: u64) -> bool {
    let Some(first) = records.first() else { return false };
    let sorted = records.is_sorted_by(|left, right| left.entry.name <= right.entry.name);
    let mut rest = tail;
    let mut made = Vec::new();
    let as_made = records.iter().all(|record| {
        made.clear();
        central_record(&mut made, &record.entry, first.time);
        rest.strip_prefix(&made[..]).is_some_and(|after| {
            rest = after;
            true
        })
    });
    if !(sorted && as_made) || rest.len() as u64 > MAX_END_BYTES {
        return false;
    }
    made.clear();
    end_records(&mut made, records.len() as u64, start, (tail.len() - rest.len()) as u64, COMMENT_BYTES);
    rest.strip_prefix(&made[..]).is_some_and(|comment| parse_comment(comment).is_some())
}

/// True when the entries fill the file from its first byte to the directory, each behind the header that belongs to it.
fn headers_follow(
    file: &File,
    mut records: Vec<DirectoryRecord<'_>>,
    directory_start: u64,
) -> io::Result<bool> {
    records.sort_unstable_by_key(|record| record.entry.offset);
    let mut position = 0;
    for DirectoryRecord { entry, time } in &records {
        if entry.offset != position {
            return Ok(false);
        }
        let Some(header_bytes) = header_bytes(file, entry, *time)? else { return Ok(false) };
        let data = position.checked_add(header_bytes);
        let Some(end) = data.and_then(|data| data.checked_add(entry.compressed_bytes)) else {
            return Ok(false);
        };
        position = end;
    }
    Ok(position == directory_start)
}
