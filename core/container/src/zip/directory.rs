//! The central directory, read entry by entry without holding it.

use std::io::{self, Read};

use super::record::{CENTRAL_BYTES, END, END64, Fields, LOCATOR64, Record};
use crate::peek::Peek;
use crate::spool::Spool;

/// Where the directory is.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Directory {
    /// Where it begins in the file.
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) entries: u64,
    /// What must be added to each offset: bytes that were put before the zip.
    pub(super) shift: u64,
    pub(super) comment: Vec<u8>,
    /// Bytes follow the end.
    pub(super) trailing: bool,
}

const END_BYTES: usize = 22;
const END64_BYTES: usize = 56;
const LOCATOR_BYTES: u64 = 20;

/// Finds the directory by the record at the end of the file, which a comment of up to 64 KiB may follow.
pub(super) fn find(file: &Spool<'_>) -> io::Result<Option<Directory>> {
    let start = file.len().saturating_sub((END_BYTES + usize::from(u16::MAX)) as u64);
    let mut tail = Vec::new();
    file.slice(start, file.len()).read_to_end(&mut tail)?;
    for at in (0..tail.len().saturating_sub(END_BYTES - 1)).rev() {
        if tail[at..].starts_with(&END)
            && let Some(directory) = read_end(file, start + at as u64, &tail[at..])?
        {
            return Ok(Some(directory));
        }
    }
    Ok(None)
}

/// The directory that the end record at `place` speaks of, if it is there.
fn read_end(file: &Spool<'_>, place: u64, tail: &[u8]) -> io::Result<Option<Directory>> {
    let field = Fields(tail);
    // Parts of a split archive have other numbers.
    if field.u16(4) != field.u16(6) {
        return Ok(None);
    }
    let (mut entries, mut length, mut offset) =
        (u64::from(field.u16(10)), u64::from(field.u32(12)), u64::from(field.u32(16)));
    let mut end = place;
    let is_large = entries == 0xffff || length == u64::from(u32::MAX) || offset == u64::from(u32::MAX);
    if is_large && let Some((place64, header)) = read_end64(file, place)? {
        let field = Fields(&header);
        (entries, length, offset) = (field.u64(32), field.u64(40), field.u64(48));
        end = place64;
    }
    let Some(start) = end.checked_sub(length) else { return Ok(None) };
    let Some(shift) = start.checked_sub(offset) else { return Ok(None) };
    let stated = usize::from(field.u16(20));
    let comment = tail[END_BYTES..].iter().take(stated).copied().collect();
    let trailing = tail.len() > END_BYTES + stated;
    Ok(Some(Directory { start, end, entries, shift, comment, trailing }))
}

/// The larger end record, which a locator right before the smaller one points to. Bytes before the zip shift it, so
/// it is looked for at the place right before the locator too.
fn read_end64(file: &Spool<'_>, place: u64) -> io::Result<Option<(u64, [u8; END64_BYTES])>> {
    let Some(locator_place) = place.checked_sub(LOCATOR_BYTES) else { return Ok(None) };
    let locator: [u8; LOCATOR_BYTES as usize] = read(file, locator_place)?;
    if !locator.starts_with(&LOCATOR64) {
        return Ok(None);
    }
    let before = locator_place.checked_sub(END64_BYTES as u64);
    for place in [Some(Fields(&locator).u64(8)), before].into_iter().flatten() {
        let header: [u8; END64_BYTES] = read(file, place)?;
        if header.starts_with(&END64) && place < locator_place {
            return Ok(Some((place, header)));
        }
    }
    Ok(None)
}

/// The bytes at a place; zeros where the file has none.
fn read<const N: usize>(file: &Spool<'_>, place: u64) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    let mut filled = 0;
    while filled < N && place.checked_add(N as u64).is_some() {
        match file.read_at(place + filled as u64, &mut bytes[filled..])? {
            0 => break,
            count => filled += count,
        }
    }
    Ok(bytes)
}

/// Reads the next entry of a directory; none where it ends or is damaged.
pub(super) fn next(directory: &mut Peek<'_>, shift: u64, limit: usize) -> io::Result<Option<Record>> {
    let Some(header) = directory.peek(CENTRAL_BYTES).first_chunk::<CENTRAL_BYTES>().copied() else {
        return Ok(None);
    };
    let Some((mut record, lengths)) = Record::central(&header) else { return Ok(None) };
    directory.consume(CENTRAL_BYTES);
    let [name, extra, comment] = lengths;
    record.cut = name > limit || comment > limit;
    record.name = take(directory, name, limit)?;
    let extra = take(directory, extra, usize::MAX)?;
    record.comment = take(directory, comment, limit)?;
    if record.take_extra(&extra).is_none() {
        return Ok(None);
    }
    let Some(offset) = record.offset.checked_add(shift) else { return Ok(None) };
    record.offset = offset;
    Ok(Some(record))
}

/// The next `length` bytes, of which at most `limit` are kept.
pub(super) fn take(input: &mut Peek<'_>, length: usize, limit: usize) -> io::Result<Vec<u8>> {
    let kept = length.min(limit);
    let mut bytes = vec![0; kept];
    input.read_exact(&mut bytes)?;
    input.skip((length - kept) as u64)?;
    Ok(bytes)
}

/// True when every entry of the directory can be read, and they are as many as stated.
pub(super) fn is_whole(file: &Spool<'_>, directory: &Directory, limit: usize) -> io::Result<bool> {
    let mut slice = file.slice(directory.start, directory.end);
    let mut peek = Peek::new(&mut slice);
    let mut entries = 0;
    loop {
        match next(&mut peek, directory.shift, limit) {
            Ok(Some(record)) if record.offset <= directory.start => entries += 1,
            Ok(None) => return Ok(peek.peek(1).is_empty() && entries == directory.entries),
            Ok(Some(_)) => return Ok(false),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(false),
            Err(error) => return Err(error),
        }
    }
}
