//! What is said of an entry, and of all entries together.

use crate::name::{self, NameError, Names};
use crate::record;

/// How the bytes of an entry are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// As they are.
    Stored,
    /// As RFC 1951 says; they were compressed elsewhere and are passed on as they came.
    Deflated,
}

impl Method {
    pub(crate) fn code(self) -> u16 {
        match self {
            Self::Stored => 0,
            Self::Deflated => 8,
        }
    }

    pub(crate) fn of(code: u16) -> Option<Self> {
        match code {
            0 => Some(Self::Stored),
            8 => Some(Self::Deflated),
            _ => None,
        }
    }
}

/// What a zip says of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    name: String,
    method: Method,
    crc32: u32,
    packed_bytes: u64,
    bytes: u64,
}

/// An entry that cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HeadError {
    /// Its name.
    #[error(transparent)]
    Name(#[from] NameError),
    /// The whole would be larger than a zip can be.
    #[error("more bytes than a zip can hold")]
    TooLarge,
}

impl Head {
    /// Of an entry that is stored: `bytes` with this CRC-32 (IEEE).
    ///
    /// # Errors
    /// When the name is none.
    pub fn stored(name: impl Into<String>, bytes: u64, crc32: u32) -> Result<Self, HeadError> {
        Self::new(name.into(), Method::Stored, crc32, bytes, bytes)
    }

    /// Of an entry that was compressed elsewhere: `packed_bytes` that are handed over, and size and CRC-32 of what they hold.
    ///
    /// # Errors
    /// When the name is none.
    pub fn deflated(
        name: impl Into<String>,
        packed_bytes: u64,
        bytes: u64,
        crc32: u32,
    ) -> Result<Self, HeadError> {
        Self::new(name.into(), Method::Deflated, crc32, packed_bytes, bytes)
    }

    /// Of an entry whose content is at hand.
    ///
    /// # Errors
    /// When the name is none.
    pub fn of(name: impl Into<String>, content: &[u8]) -> Result<Self, HeadError> {
        Self::stored(name, content.len() as u64, crc32fast::hash(content))
    }

    pub(crate) fn new(
        name: String,
        method: Method,
        crc32: u32,
        packed_bytes: u64,
        bytes: u64,
    ) -> Result<Self, HeadError> {
        name::check(&name)?;
        Ok(Self { name, method, crc32, packed_bytes, bytes })
    }

    /// Its name: `artifacts/system-info/cpu.json`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How its bytes are kept.
    pub fn method(&self) -> Method {
        self.method
    }

    /// CRC-32 of its content.
    pub fn crc32(&self) -> u32 {
        self.crc32
    }

    /// Bytes that stand in the zip.
    pub fn packed_bytes(&self) -> u64 {
        self.packed_bytes
    }

    /// Bytes of its content.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Its local header. The length depends on the name, and on whether a size is `0xffffffff` or larger.
    pub fn local_header(&self) -> Vec<u8> {
        record::local_header(self)
    }
}

/// The directory of a zip as it grows: for those who write entries at their places themselves. [`Packer`](crate::Packer) does it all.
#[derive(Debug, Default)]
pub struct Directory {
    names: Names,
    heads: Vec<(u64, Head)>,
    offset: u64,
}

impl Directory {
    /// Of a zip without entries.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next entry and says where its local header begins; its bytes follow that.
    ///
    /// # Errors
    /// When the name is there already, or the zip gets too large.
    pub fn add(&mut self, head: Head) -> Result<u64, HeadError> {
        let offset = self.offset;
        let header = head.local_header().len() as u64;
        let end = offset.checked_add(header).and_then(|end| end.checked_add(head.packed_bytes));
        // Directory and end are far smaller than what is left of 64 bits then.
        self.offset = end.filter(|end| *end < 1 << 60).ok_or(HeadError::TooLarge)?;
        self.names.add(&head.name)?;
        self.heads.push((offset, head));
        Ok(offset)
    }

    /// Where the next local header begins, or the directory.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// What was added, in order, each with the offset of its local header.
    pub fn heads(&self) -> impl Iterator<Item = (u64, &Head)> {
        self.heads.iter().map(|(offset, head)| (*offset, head))
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.heads.len()
    }

    /// True when there is none.
    pub fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }

    /// Gives what follows the last entry, piece by piece: the directory's records and the end.
    ///
    /// # Errors
    /// Those of `sink`.
    pub fn write<E>(&self, mut sink: impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        let mut bytes = 0;
        for (offset, head) in self.heads() {
            let record = record::directory_record(head, offset);
            bytes += record.len() as u64;
            sink(&record)?;
        }
        sink(&record::end(self.heads.len() as u64, self.offset, bytes))
    }
}
