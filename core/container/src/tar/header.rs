//! The block of 512 bytes before each entry (POSIX.1-1988 ustar, and what GNU tar makes of it).

use std::ops::Range;

pub(super) const BLOCK: usize = 512;

/// A header block whose checksum is right.
#[derive(Clone)]
pub(super) struct Header {
    block: [u8; BLOCK],
}

/// Which fields stand behind the first 257 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// None.
    Version7,
    /// User and group names, and a prefix of the name.
    Ustar,
    /// User and group names, and times.
    Gnu,
}

const NAME: Range<usize> = 0..100;
const MODE: Range<usize> = 100..108;
const SIZE: Range<usize> = 124..136;
const CHECKSUM: Range<usize> = 148..156;
const TYPE: usize = 156;
const LINK: Range<usize> = 157..257;
const MAGIC: Range<usize> = 257..265;
const USER: Range<usize> = 265..297;
const GROUP: Range<usize> = 297..329;
const PREFIX: Range<usize> = 345..500;
/// Times of access and change in the dialect of GNU; behind them are offsets and maps.
const GNU_REST: Range<usize> = 369..512;

/// True when a tar begins like this.
pub(crate) fn begins(head: &[u8]) -> bool {
    let Some(block) = head.first_chunk::<BLOCK>() else { return false };
    Header::parse(block).is_some_and(|header| {
        header.dialect() != Dialect::Version7 || block[0] != 0 && matches!(header.kind(), 0 | b'0'..=b'7')
    })
}

impl Header {
    /// The header in a block; `None` when the checksum is wrong.
    pub(super) fn parse(block: &[u8; BLOCK]) -> Option<Self> {
        let header = Self { block: *block };
        let stated = number(&block[CHECKSUM])?;
        let unsigned: u64 = header.checked_bytes().map(u64::from).sum();
        // Some old programs summed signed bytes.
        let signed: i64 = header.checked_bytes().map(|byte| i64::from(byte as i8)).sum();
        let is_right = stated == unsigned || i64::try_from(stated) == Ok(signed);
        (is_right && stated != 0).then_some(header)
    }

    /// A header for records or a long name that belong to the next entry.
    pub(super) fn auxiliary(kind: u8, name: &[u8], size: u64, dialect: Dialect) -> Self {
        let mut header = Self { block: [0; BLOCK] };
        header.put(NAME, name);
        for (field, value) in [(MODE, "0000644\0"), (108..116, "0000000\0"), (116..124, "0000000\0")] {
            header.put(field, value.as_bytes());
        }
        header.put(136..148, b"00000000000\0");
        header.block[TYPE] = kind;
        let magic: &[u8] = if dialect == Dialect::Gnu { b"ustar  \0" } else { b"ustar\x0000" };
        header.put(MAGIC, magic);
        header.set_size(size);
        header
    }

    /// The bytes with the checksum read as spaces.
    fn checked_bytes(&self) -> impl Iterator<Item = u8> + '_ {
        let is_checksum = |index: &usize| CHECKSUM.contains(index);
        self.block.iter().enumerate().map(move |(index, &byte)| if is_checksum(&index) { b' ' } else { byte })
    }

    pub(super) fn dialect(&self) -> Dialect {
        match &self.block[MAGIC] {
            b"ustar  \0" => Dialect::Gnu,
            [b'u', b's', b't', b'a', b'r', ..] => Dialect::Ustar,
            _ => Dialect::Version7,
        }
    }

    /// The type flag.
    pub(super) fn kind(&self) -> u8 {
        self.block[TYPE]
    }

    /// The length of the content that is stated; `None` when it is no number.
    pub(super) fn size(&self) -> Option<u64> {
        number(&self.block[SIZE])
    }

    /// True when an extended sparse map follows.
    pub(super) fn has_more_sparse(&self) -> bool {
        self.block[482] != 0
    }

    /// The name with its prefix.
    pub(super) fn name(&self) -> Vec<u8> {
        let name = text(&self.block[NAME]);
        let prefix = text(&self.block[PREFIX]);
        if self.dialect() == Dialect::Ustar && !prefix.is_empty() {
            return [prefix, b"/", name].concat();
        }
        name.to_vec()
    }

    pub(super) fn link(&self) -> &[u8] {
        text(&self.block[LINK])
    }

    /// The names of user and group.
    pub(super) fn owners(&self) -> [&[u8]; 2] {
        match self.dialect() {
            Dialect::Version7 => [&[], &[]],
            _ => [text(&self.block[USER]), text(&self.block[GROUP])],
        }
    }

    /// Replaces all that is text. What does not fit is cut: it stands in full in what goes before the header.
    pub(super) fn set_texts(&mut self, name: &[u8], link: &[u8], owners: [&[u8]; 2]) {
        let dialect = self.dialect();
        self.put(NAME, name);
        self.put(LINK, link);
        match dialect {
            Dialect::Version7 => self.block[257..].fill(0),
            Dialect::Ustar => self.block[PREFIX.start..].fill(0),
            Dialect::Gnu => self.block[GNU_REST].fill(0),
        }
        if dialect != Dialect::Version7 {
            self.put(USER, owners[0]);
            self.put(GROUP, owners[1]);
            // The last byte is a zero in both.
            self.block[USER.end - 1] = 0;
            self.block[GROUP.end - 1] = 0;
        }
    }

    /// Makes it an ordinary file, whatever it was.
    pub(super) fn set_file(&mut self) {
        self.block[TYPE] = b'0';
    }

    /// In octal digits, or in base 256 where they do not suffice.
    pub(super) fn set_size(&mut self, size: u64) {
        if size < 1 << 33 {
            self.put(SIZE, format!("{size:011o}\0").as_bytes());
        } else {
            self.block[SIZE].fill(0);
            self.block[SIZE.start] = 0x80;
            self.block[SIZE.end - 8..SIZE.end].copy_from_slice(&size.to_be_bytes());
        }
    }

    /// The block with its checksum.
    pub(super) fn finished(&self) -> [u8; BLOCK] {
        let sum: u64 = self.checked_bytes().map(u64::from).sum();
        let mut block = self.block;
        block[CHECKSUM].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        block
    }

    fn put(&mut self, field: Range<usize>, value: &[u8]) {
        let field = &mut self.block[field];
        let count = value.len().min(field.len());
        field.fill(0);
        field[..count].copy_from_slice(&value[..count]);
    }
}

/// The bytes of a field before its first zero.
fn text(field: &[u8]) -> &[u8] {
    field.split(|&byte| byte == 0).next().unwrap_or_default()
}

/// A number in octal digits among spaces and zeros, or in base 256; negative ones are refused.
fn number(field: &[u8]) -> Option<u64> {
    if field[0] & 0x80 != 0 {
        let (high, low) = field.split_last_chunk::<8>().map_or((field, [0; 8]), |(high, low)| (high, *low));
        let is_small = match high {
            [] => low[0] == 0x80,
            [first, rest @ ..] => *first == 0x80 && rest.iter().all(|&byte| byte == 0),
        };
        let value = u64::from_be_bytes(low);
        return is_small.then_some(if high.is_empty() { value & (u64::MAX >> 8) } else { value });
    }
    let digits = text(field).trim_ascii();
    digits.iter().try_fold(0u64, |value, &digit| match digit {
        b'0'..=b'7' => value.checked_mul(8)?.checked_add(u64::from(digit - b'0')),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_of_any_length_are_read_back() {
        let mut header = Header::auxiliary(b'0', b"name", 0, Dialect::Gnu);
        for size in [0, 1, 8_589_934_591, 8_589_934_592, u64::MAX >> 1] {
            header.set_size(size);
            let again = Header::parse(&header.finished()).unwrap();
            assert_eq!(again.size(), Some(size));
        }
    }

    #[test]
    fn a_wrong_checksum_is_no_header() {
        let mut block = Header::auxiliary(b'0', b"name", 7, Dialect::Ustar).finished();
        assert!(begins(&block));
        block[3] ^= 1;
        assert!(!begins(&block));
        assert!(!begins(&[0; BLOCK]));
    }
}
