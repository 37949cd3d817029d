//! What is known of one entry, and the headers that say it.

use super::extra::{self, Extra};

pub(super) const LOCAL: [u8; 4] = *b"PK\x03\x04";
pub(super) const CENTRAL: [u8; 4] = *b"PK\x01\x02";
pub(super) const END: [u8; 4] = *b"PK\x05\x06";
pub(super) const END64: [u8; 4] = *b"PK\x06\x06";
pub(super) const LOCATOR64: [u8; 4] = *b"PK\x06\x07";
pub(super) const DESCRIPTOR: [u8; 4] = *b"PK\x07\x08";

pub(super) const LOCAL_BYTES: usize = 30;
pub(super) const CENTRAL_BYTES: usize = 46;

pub(super) const ENCRYPTED: u16 = 1;
pub(super) const HAS_DESCRIPTOR: u16 = 1 << 3;
pub(super) const UTF8: u16 = 1 << 11;
pub(super) const MASKED: u16 = 1 << 13;

/// One entry as a directory tells it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Record {
    /// The system that the attributes are of, in the high byte.
    pub(super) made_by: u16,
    pub(super) flags: u16,
    pub(super) method: u16,
    /// Time and date of MS-DOS.
    pub(super) modified: u32,
    pub(super) crc: u32,
    pub(super) packed: u64,
    pub(super) size: u64,
    pub(super) internal: u16,
    pub(super) external: u32,
    pub(super) offset: u64,
    pub(super) name: Vec<u8>,
    pub(super) comment: Vec<u8>,
    /// Extra fields that hold times, as they are written.
    pub(super) times: Vec<u8>,
    /// The name or the comment is longer than the limit and was cut.
    pub(super) cut: bool,
}

impl Record {
    /// What the fixed part of a central header says. Lengths of name, extra fields and comment come with it.
    pub(super) fn central(header: &[u8; CENTRAL_BYTES]) -> Option<(Self, [usize; 3])> {
        let field = Fields(header);
        let record = Self {
            made_by: field.u16(4),
            flags: field.u16(8),
            method: field.u16(10),
            modified: field.u32(12),
            crc: field.u32(16),
            packed: field.u32(20).into(),
            size: field.u32(24).into(),
            internal: field.u16(36),
            external: field.u32(38),
            offset: field.u32(42).into(),
            ..Self::default()
        };
        let lengths = [28, 30, 32].map(|at| field.u16(at).into());
        header.starts_with(&CENTRAL).then_some((record, lengths))
    }

    /// What the fixed part of a local header says. Lengths of name and extra fields come with it.
    pub(super) fn local(header: &[u8; LOCAL_BYTES]) -> Option<(Self, [usize; 2])> {
        let field = Fields(header);
        let record = Self {
            made_by: field.u16(4),
            flags: field.u16(6),
            method: field.u16(8),
            modified: field.u32(10),
            crc: field.u32(14),
            packed: field.u32(18).into(),
            size: field.u32(22).into(),
            ..Self::default()
        };
        header.starts_with(&LOCAL).then_some((record, [field.u16(26).into(), field.u16(28).into()]))
    }

    /// Takes the extra fields: large numbers and times.
    pub(super) fn take_extra(&mut self, bytes: &[u8]) -> Option<()> {
        let Extra { large, times } = extra::parse(bytes);
        let mut large = large.into_iter();
        for number in [&mut self.size, &mut self.packed, &mut self.offset] {
            if *number == u64::from(u32::MAX) {
                *number = large.next()?;
            }
        }
        self.times = times;
        Some(())
    }

    pub(super) fn is_encrypted(&self) -> bool {
        self.flags & (ENCRYPTED | MASKED) != 0 || self.method == 99
    }

    pub(super) fn is_folder(&self) -> bool {
        self.name.ends_with(b"/")
    }

    /// True for a symbolic link of Unix: its content is its target.
    pub(super) fn is_link(&self) -> bool {
        self.made_by >> 8 == 3 && (self.external >> 16) & 0o170_000 == 0o120_000
    }
}

/// Little-endian numbers at places that are within the header by its type.
pub(super) struct Fields<'h>(pub(super) &'h [u8]);

impl Fields<'_> {
    pub(super) fn u16(&self, at: usize) -> u16 {
        self.bytes(at).map_or(0, u16::from_le_bytes)
    }

    pub(super) fn u32(&self, at: usize) -> u32 {
        self.bytes(at).map_or(0, u32::from_le_bytes)
    }

    pub(super) fn u64(&self, at: usize) -> u64 {
        self.bytes(at).map_or(0, u64::from_le_bytes)
    }

    fn bytes<const N: usize>(&self, at: usize) -> Option<[u8; N]> {
        self.0.get(at..)?.first_chunk().copied()
    }
}
