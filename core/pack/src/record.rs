//! The records of a zip: the tables of the crate's documentation, as code.

use crate::head::{Head, Method};

/// Bytes of a local header without name and extra field.
pub(crate) const LOCAL_BYTES: usize = 30;
/// Signature of a local header.
pub(crate) const LOCAL: u32 = 0x0403_4b50;
const DIRECTORY: u32 = 0x0201_4b50;
/// The zip64 extra field of a local header.
pub(crate) const LOCAL_EXTRA_BYTES: u16 = 20;
const VERSION_PLAIN: u16 = 20;
const VERSION_WIDE: u16 = 45;
const MADE_BY: u16 = (3 << 8) | VERSION_WIDE;
/// A regular file, 0600.
const ATTRIBUTES: u32 = 0o100_600 << 16;
const UTF8: u16 = 1 << 11;
/// 1980-01-01, the first day that zip knows.
const DATE: u16 = (1 << 5) | 1;
const MAX_16: u64 = u16::MAX as u64;
const MAX_32: u64 = u32::MAX as u64;

fn put16(out: &mut Vec<u8>, value: u16) {
    out.extend_from_slice(&value.to_le_bytes());
}

fn put32(out: &mut Vec<u8>, value: u32) {
    out.extend_from_slice(&value.to_le_bytes());
}

fn put64(out: &mut Vec<u8>, value: u64) {
    out.extend_from_slice(&value.to_le_bytes());
}

/// The value, or all ones where only zip64's field can hold it.
fn narrow(value: u64) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// Length of a name, which is at most 1024.
fn length(name: &str) -> u16 {
    u16::try_from(name.len()).unwrap_or(u16::MAX)
}

fn has_wide_size(head: &Head) -> bool {
    head.bytes() >= MAX_32 || head.packed_bytes() >= MAX_32
}

/// From the version to the length of the name: what both records have in common.
fn put_common(out: &mut Vec<u8>, head: &Head, version: u16) {
    let wide = has_wide_size(head);
    put16(out, version);
    put16(out, if head.name().is_ascii() { 0 } else { UTF8 });
    put16(out, head.method().code());
    put16(out, 0);
    put16(out, DATE);
    put32(out, head.crc32());
    put32(out, if wide { u32::MAX } else { narrow(head.packed_bytes()) });
    put32(out, if wide { u32::MAX } else { narrow(head.bytes()) });
    put16(out, length(head.name()));
}

/// The local header of an entry.
pub(crate) fn local_header(head: &Head) -> Vec<u8> {
    let wide = has_wide_size(head);
    let mut out = Vec::with_capacity(LOCAL_BYTES + head.name().len() + usize::from(LOCAL_EXTRA_BYTES));
    put32(&mut out, LOCAL);
    put_common(&mut out, head, if wide { VERSION_WIDE } else { VERSION_PLAIN });
    put16(&mut out, if wide { LOCAL_EXTRA_BYTES } else { 0 });
    out.extend_from_slice(head.name().as_bytes());
    if wide {
        put16(&mut out, 1);
        put16(&mut out, LOCAL_EXTRA_BYTES - 4);
        put64(&mut out, head.bytes());
        put64(&mut out, head.packed_bytes());
    }
    out
}

/// The directory record of an entry whose local header begins at `offset`.
pub(crate) fn directory_record(head: &Head, offset: u64) -> Vec<u8> {
    let mut wide = Vec::new();
    if has_wide_size(head) {
        wide.extend([head.bytes(), head.packed_bytes()]);
    }
    wide.extend((offset >= MAX_32).then_some(offset));
    let extra = if wide.is_empty() { 0 } else { 4 + 8 * wide.len() };
    let extra = u16::try_from(extra).unwrap_or(u16::MAX);
    let mut out = Vec::with_capacity(46 + head.name().len() + usize::from(extra));
    put32(&mut out, DIRECTORY);
    put16(&mut out, MADE_BY);
    put_common(&mut out, head, if wide.is_empty() { VERSION_PLAIN } else { VERSION_WIDE });
    put16(&mut out, extra);
    // Length of the comment, number of the disk, internal attributes.
    out.extend_from_slice(&[0; 6]);
    put32(&mut out, ATTRIBUTES);
    put32(&mut out, narrow(offset));
    out.extend_from_slice(head.name().as_bytes());
    if !wide.is_empty() {
        put16(&mut out, 1);
        put16(&mut out, extra - 4);
        wide.into_iter().for_each(|value| put64(&mut out, value));
    }
    out
}

/// What stands behind the directory.
pub(crate) fn end(entries: u64, directory_offset: u64, directory_bytes: u64) -> Vec<u8> {
    let mut out = Vec::with_capacity(98);
    if entries >= MAX_16 || directory_offset >= MAX_32 || directory_bytes >= MAX_32 {
        put32(&mut out, 0x0606_4b50);
        put64(&mut out, 44);
        put16(&mut out, MADE_BY);
        put16(&mut out, VERSION_WIDE);
        put64(&mut out, 0);
        [entries, entries, directory_bytes, directory_offset]
            .into_iter()
            .for_each(|value| put64(&mut out, value));
        put32(&mut out, 0x0706_4b50);
        put32(&mut out, 0);
        put64(&mut out, directory_offset + directory_bytes);
        put32(&mut out, 1);
    }
    let count = u16::try_from(entries).unwrap_or(u16::MAX);
    put32(&mut out, 0x0605_4b50);
    put32(&mut out, 0);
    put16(&mut out, count);
    put16(&mut out, count);
    put32(&mut out, narrow(directory_bytes));
    put32(&mut out, narrow(directory_offset));
    put16(&mut out, 0);
    out
}

/// What the fixed part of a local header says of its entry, as far as it is needed to read on.
pub(crate) struct Fixed {
    pub(crate) method: Option<Method>,
    pub(crate) crc32: u32,
    pub(crate) packed_bytes: u32,
    pub(crate) bytes: u32,
    pub(crate) name_bytes: u16,
    pub(crate) extra_bytes: u16,
}

/// Reads the fixed part. What is not looked at here is found when the header is made anew.
pub(crate) fn parse_fixed(header: &[u8; LOCAL_BYTES]) -> Fixed {
    let at16 = |at: usize| u16::from_le_bytes([header[at], header[at + 1]]);
    let at32 = |at: usize| u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
    Fixed {
        method: Method::of(at16(8)),
        crc32: at32(14),
        packed_bytes: at32(18),
        bytes: at32(22),
        name_bytes: at16(26),
        extra_bytes: at16(28),
    }
}
