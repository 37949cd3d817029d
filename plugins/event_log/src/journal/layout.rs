//! Where things stand in a journal file. All numbers are little endian, all offsets count from the start of the file.
//!
//! Source: `JOURNAL_FILE_FORMAT` of the systemd project. The first 208 bytes of the header exist in every revision.

use super::JournalError;

/// Objects begin at multiples of this.
pub(crate) const ALIGNMENT: u64 = 8;
/// Bytes of the header that are looked at.
pub(crate) const HEADER_BYTES: usize = 208;
/// Type, flags and size: what every object begins with.
pub(crate) const OBJECT_HEADER_BYTES: usize = 16;
/// Bytes of an entry before its items.
pub(crate) const ENTRY_HEADER_BYTES: usize = 64;
/// Bytes of an entry array before its items.
pub(crate) const ARRAY_HEADER_BYTES: usize = 24;

const SIGNATURE: &[u8; 8] = b"LPKSHHRH";
const COMPACT: u32 = 1 << 4;
/// XZ, LZ4, keyed hashes, ZSTD and compact. A file with any other bit is for a newer reader.
const KNOWN_INCOMPATIBLE: u32 = 0b1_1111;

/// What kind of object it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ObjectKind {
    Data = 1,
    Entry = 3,
    EntryArray = 6,
}

/// The part of the file header that a reader needs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Header {
    /// Offsets take four bytes instead of eight.
    pub(crate) compact: bool,
    /// Sequence numbers count within this id, which files of one journal share.
    pub(crate) seqnum_id: u128,
    pub(crate) header_bytes: u64,
    pub(crate) entries: u64,
    pub(crate) first_array: u64,
    /// The wall clock at the first and the last entry, in microseconds.
    pub(crate) realtime: (u64, u64),
}

impl Header {
    /// # Errors
    /// When it is no journal file or one for a newer reader.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, JournalError> {
        if bytes.len() < HEADER_BYTES || !bytes.starts_with(SIGNATURE) {
            return Err(JournalError::NoJournal);
        }
        let incompatible = u32_at(bytes, 12);
        if incompatible & !KNOWN_INCOMPATIBLE != 0 {
            return Err(JournalError::TooNew(incompatible & !KNOWN_INCOMPATIBLE));
        }
        let header = Self {
            compact: incompatible & COMPACT != 0,
            seqnum_id: id_at(bytes, 72),
            header_bytes: u64_at(bytes, 88),
            entries: u64_at(bytes, 152),
            first_array: u64_at(bytes, 176),
            realtime: (u64_at(bytes, 184), u64_at(bytes, 192)),
        };
        if header.header_bytes < HEADER_BYTES as u64 {
            return Err(JournalError::Damaged("its header is too short"));
        }
        Ok(header)
    }

    /// Bytes of one offset in an entry array.
    pub(crate) fn array_item_bytes(&self) -> usize {
        if self.compact { 4 } else { 8 }
    }

    /// Bytes of one item of an entry: an offset, and in the older form a hash.
    pub(crate) fn entry_item_bytes(&self) -> usize {
        if self.compact { 4 } else { 16 }
    }

    /// Bytes of a data object before its payload.
    pub(crate) fn data_header_bytes(&self) -> usize {
        if self.compact { 72 } else { 64 }
    }

    /// One offset, in the form of the file. `bytes` holds at least [`Header::array_item_bytes`].
    pub(crate) fn offset_at(&self, bytes: &[u8], at: usize) -> u64 {
        if self.compact { u64::from(u32_at(bytes, at)) } else { u64_at(bytes, at) }
    }
}

/// A number of four bytes; the caller has checked that they are there.
pub(crate) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    let mut word = [0; 4];
    word.copy_from_slice(&bytes[at..at + 4]);
    u32::from_le_bytes(word)
}

/// A number of eight bytes; the caller has checked that they are there.
pub(crate) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    let mut word = [0; 8];
    word.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(word)
}

/// An id of 16 bytes, which is written in the order of its bytes.
pub(crate) fn id_at(bytes: &[u8], at: usize) -> u128 {
    let mut word = [0; 16];
    word.copy_from_slice(&bytes[at..at + 16]);
    u128::from_be_bytes(word)
}
