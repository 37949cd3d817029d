//! A zip whose directory is missing or damaged, read by the headers before each entry.

use std::io;

use super::directory::take;
use super::record::{CENTRAL, DESCRIPTOR, END, END64, Fields, HAS_DESCRIPTOR, LOCAL_BYTES, Record};
use crate::Reason;
use crate::peek::Peek;
use crate::run::Run;
use crate::spool::Spool;
use crate::stream::{Inflate, Member};

/// What stands at a place where an entry may begin.
pub(super) enum Found {
    /// An entry, and where the next one begins.
    Entry(Record, u64),
    /// The directory, or nothing: no more entries.
    End,
    /// An entry that is cut off or cannot be measured; nothing behind it can be found.
    Broken(Option<Record>, Reason),
}

/// Where the first entry begins: behind the mark of an archive that was to be split, if there is one.
pub(super) fn first(file: &Spool<'_>) -> io::Result<u64> {
    let mut mark = [0; 4];
    file.read_at(0, &mut mark)?;
    Ok(if mark == DESCRIPTOR || mark == *b"PK00" { 4 } else { 0 })
}

/// Looks at `place`.
pub(super) fn at(run: &Run<'_>, file: &Spool<'_>, place: u64) -> io::Result<Found> {
    let mut slice = file.slice(place, file.len());
    let mut input = Peek::new(&mut slice);
    let signature = input.peek(4);
    if signature.is_empty() || [CENTRAL, END, END64].iter().any(|known| signature == known) {
        return Ok(Found::End);
    }
    let Some(header) = input.peek(LOCAL_BYTES).first_chunk::<LOCAL_BYTES>().copied() else {
        return Ok(Found::Broken(None, Reason::Truncated));
    };
    let Some((mut record, [name, extra])) = Record::local(&header) else {
        return Ok(Found::Broken(None, Reason::Damaged));
    };
    input.consume(LOCAL_BYTES);
    record.cut = name > run.limits.name_bytes;
    let read = take(&mut input, name, run.limits.name_bytes)
        .and_then(|name| Ok((name, take(&mut input, extra, usize::MAX)?)));
    let extra = match read {
        Ok((name, extra)) => {
            record.name = name;
            extra
        }
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            return Ok(Found::Broken(None, Reason::Truncated));
        }
        Err(error) => return Err(error),
    };
    record.offset = place;
    if record.take_extra(&extra).is_none() {
        return Ok(Found::Broken(Some(record), Reason::Damaged));
    }
    if record.flags & HAS_DESCRIPTOR != 0 && record.packed == 0 {
        return measure(&mut input, record, place);
    }
    let next = input.taken().checked_add(place).and_then(|data| data.checked_add(record.packed));
    Ok(match next {
        Some(next) if next <= file.len() => Found::Entry(record, next),
        _ => Found::Broken(Some(record), Reason::Truncated),
    })
}

/// Finds the end of an entry whose length stands behind it: deflate says itself where it ends.
fn measure(input: &mut Peek<'_>, mut record: Record, place: u64) -> io::Result<Found> {
    if record.method != 8 || record.is_encrypted() {
        return Ok(Found::Broken(Some(record), Reason::Damaged));
    }
    let began = input.taken();
    let mut inflate = Inflate::new();
    let mut scratch = vec![0; 32 * 1024];
    loop {
        let chunk = input.fill()?;
        if chunk.is_empty() {
            return Ok(Found::Broken(Some(record), Reason::Truncated));
        }
        let Ok(step) = inflate.step(chunk, &mut scratch) else {
            return Ok(Found::Broken(Some(record), Reason::Damaged));
        };
        input.consume(step.consumed);
        record.size += step.produced as u64;
        if step.ended {
            break;
        }
    }
    record.packed = input.taken() - began;
    let length = match input.peek(24) {
        tail if tail.starts_with(&DESCRIPTOR) => {
            descriptor_bytes(&tail[4..], &record).map(|length| length + 4)
        }
        tail => descriptor_bytes(tail, &record),
    };
    let Some(length) = length else { return Ok(Found::Broken(Some(record), Reason::Damaged)) };
    let signed = input.peek(4) == DESCRIPTOR;
    record.crc = Fields(input.peek(8)).u32(if signed { 4 } else { 0 });
    input.skip(length)?;
    Ok(Found::Entry(record, place + input.taken()))
}

/// The length of the descriptor, whose sizes have 4 or 8 bytes.
fn descriptor_bytes(descriptor: &[u8], record: &Record) -> Option<u64> {
    let field = Fields(descriptor);
    if descriptor.len() >= 20 && (field.u64(4), field.u64(12)) == (record.packed, record.size) {
        return Some(20);
    }
    let small = (u64::from(field.u32(4)), u64::from(field.u32(8)));
    (descriptor.len() >= 12 && small == (record.packed, record.size)).then_some(12)
}
