//! A zip written from its first byte to its last: the length of an entry is known before its header is written.

use std::io::{self, Write};

use super::extra::zip64;
use super::record::{CENTRAL, END, END64, LOCAL, LOCATOR64, Record, UTF8};
use crate::spool::Spool;

/// Writes entries, and keeps their directory until the end.
pub(super) struct ZipWriter<'o, 'r> {
    output: &'o mut dyn Write,
    offset: u64,
    entries: u64,
    directory: Spool<'r>,
}

const LARGE: u64 = u32::MAX as u64;

impl<'o, 'r> ZipWriter<'o, 'r> {
    pub(super) fn new(output: &'o mut dyn Write, directory: Spool<'r>) -> Self {
        Self { output, offset: 0, entries: 0, directory }
    }

    /// Writes one entry; `record` says all but where it begins.
    pub(super) fn entry(&mut self, record: &Record, content: &Spool<'_>) -> io::Result<()> {
        let local = local_header(record);
        self.output.write_all(&local)?;
        content.copy_to(self.output)?;
        self.directory.write_all(&central_header(record, self.offset))?;
        self.offset += local.len() as u64 + content.len();
        self.entries += 1;
        Ok(())
    }

    /// Writes the directory.
    pub(super) fn finish(self, comment: &[u8]) -> io::Result<()> {
        self.directory.copy_to(self.output)?;
        let length = self.directory.len();
        if self.entries >= 0xffff || length >= LARGE || self.offset >= LARGE {
            self.output.write_all(&end64(self.entries, length, self.offset))?;
        }
        let entries = (self.entries.min(0xffff) as u16).to_le_bytes();
        let comment = &comment[..comment.len().min(usize::from(u16::MAX))];
        self.output.write_all(&END)?;
        self.output.write_all(&[0; 4])?;
        self.output.write_all(&[entries, entries].concat())?;
        self.output.write_all(&small(length))?;
        self.output.write_all(&small(self.offset))?;
        self.output.write_all(&(comment.len() as u16).to_le_bytes())?;
        self.output.write_all(comment)
    }
}

/// A number in four bytes, or the sign that it stands elsewhere.
fn small(number: u64) -> [u8; 4] {
    (number.min(LARGE) as u32).to_le_bytes()
}

/// The version of the format that a reader needs.
fn needs(method: u16, is_large: bool) -> u16 {
    let by_method = match method {
        12 => 46,
        93 | 95 => 63,
        _ => 20,
    };
    by_method.max(if is_large { 45 } else { 0 })
}

/// What both headers have in common: version, flags, method, time, checksum and sizes.
fn shared(record: &Record, is_large: bool, sizes: [u64; 2]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(128 + record.name.len());
    for number in [needs(record.method, is_large), record.flags & UTF8, record.method] {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    bytes.extend_from_slice(&record.modified.to_le_bytes());
    bytes.extend_from_slice(&record.crc.to_le_bytes());
    bytes.extend_from_slice(&small(sizes[0]));
    bytes.extend_from_slice(&small(sizes[1]));
    bytes.extend_from_slice(&(record.name.len() as u16).to_le_bytes());
    bytes
}

fn local_header(record: &Record) -> Vec<u8> {
    let is_large = record.packed >= LARGE || record.size >= LARGE;
    // The local header has both sizes there or none (APPNOTE, 4.5.3).
    let (sizes, large) = match is_large {
        true => ([LARGE; 2], zip64(&[record.size, record.packed])),
        false => ([record.packed, record.size], Vec::new()),
    };
    let extra = [large, record.times.clone()].concat();
    let mut header = LOCAL.to_vec();
    header.extend_from_slice(&shared(record, is_large, sizes));
    header.extend_from_slice(&(extra.len() as u16).to_le_bytes());
    header.extend_from_slice(&record.name);
    header.extend_from_slice(&extra);
    header
}

fn central_header(record: &Record, offset: u64) -> Vec<u8> {
    let numbers = [record.size, record.packed, offset];
    let large: Vec<u64> = numbers.into_iter().filter(|&number| number >= LARGE).collect();
    let extra = [zip64(&large), record.times.clone()].concat();
    let mut header = CENTRAL.to_vec();
    header.extend_from_slice(&record.made_by.to_le_bytes());
    header.extend_from_slice(&shared(record, !large.is_empty(), [record.packed, record.size]));
    header.extend_from_slice(&(extra.len() as u16).to_le_bytes());
    header.extend_from_slice(&(record.comment.len() as u16).to_le_bytes());
    header.extend_from_slice(&[0; 2]);
    header.extend_from_slice(&record.internal.to_le_bytes());
    header.extend_from_slice(&record.external.to_le_bytes());
    header.extend_from_slice(&small(offset));
    header.extend_from_slice(&record.name);
    header.extend_from_slice(&extra);
    header.extend_from_slice(&record.comment);
    header
}

/// The larger end record and its locator.
fn end64(entries: u64, length: u64, offset: u64) -> Vec<u8> {
    let mut bytes = END64.to_vec();
    bytes.extend_from_slice(&44u64.to_le_bytes());
    bytes.extend_from_slice(&[45, 3, 45, 0]);
    bytes.extend_from_slice(&[0; 8]);
    for number in [entries, entries, length, offset] {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    bytes.extend_from_slice(&LOCATOR64);
    bytes.extend_from_slice(&[0; 4]);
    bytes.extend_from_slice(&(offset + length).to_le_bytes());
    bytes.extend_from_slice(&1u32.to_le_bytes());
    bytes
}
