//! The beginnings of containers.

use super::Format;
use crate::tar;

/// The container that can be opened and begins like this. Short magics are checked with what must follow them, so
/// that text which happens to begin alike stays text.
pub(super) fn format(head: &[u8]) -> Option<Format> {
    match head {
        // Deflate is the only method; the upper flags are reserved (RFC 1952, 2.3.1).
        [0x1f, 0x8b, 8, flags, ..] if flags & 0xe0 == 0 => Some(Format::Gzip),
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Format::Xz),
        [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Some(Format::Zstd),
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some(Format::Zip),
        // An archive that was to be split and then was not (APPNOTE, 8.5.4).
        [b'P', b'K', b'0', b'0', b'P', b'K', 3, 4, ..] | [b'P', b'K', 7, 8, b'P', b'K', 3, 4, ..] => {
            Some(Format::Zip)
        }
        [b'B', b'Z', b'h', b'1'..=b'9', block @ ..] if begins_bzip2_block(block) => Some(Format::Bzip2),
        _ if tar::begins(head) => Some(Format::Tar),
        _ => None,
    }
}

/// The digits of pi before a block, or of its root before the end.
pub(crate) fn begins_bzip2_block(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x31, 0x41, 0x59, 0x26, 0x53, 0x59])
        || bytes.starts_with(&[0x17, 0x72, 0x45, 0x38, 0x50, 0x90])
}

/// Containers that are not opened. What looks like text in the first bytes needs to be here; the rest would be taken
/// for binary data anyway, and is here for the name.
const CLOSED: [(&str, &[u8]); 18] = [
    ("7z", b"7z\xbc\xaf\x27\x1c"),
    ("rar", b"Rar!\x1a\x07"),
    ("lz4", b"\x04\x22\x4d\x18"),
    ("lz4", b"\x02\x21\x4c\x18"),
    ("lzip", b"LZIP\x01"),
    ("lzop", b"\x89LZO\0\r\n\x1a\n"),
    ("compress", b"\x1f\x9d"),
    ("pack", b"\x1f\x1e"),
    ("ar", b"!<arch>\n"),
    ("ar", b"!<thin>\n"),
    ("rpm", b"\xed\xab\xee\xdb"),
    ("cpio", b"\xc7\x71"),
    ("cpio", b"\x71\xc7"),
    ("cab", b"MSCF\0\0\0\0"),
    ("squashfs", b"hsqs"),
    ("xar", b"xar!\0"),
    ("pdf", b"%PDF-"),
    ("age", b"age-encryption.org/v1\n"),
];

/// The name of the container that begins like this and cannot be opened.
pub(super) fn closed(head: &[u8]) -> Option<&'static str> {
    if is_ascii_cpio(head) {
        return Some("cpio");
    }
    if is_lzma_alone(head) {
        return Some("lzma");
    }
    CLOSED.into_iter().find(|(_, magic)| head.starts_with(magic)).map(|(name, _)| name)
}

/// A magic of digits is not enough: the whole header is digits (cpio(5)).
fn is_ascii_cpio(head: &[u8]) -> bool {
    let all =
        |length: usize, is: fn(&u8) -> bool| head.get(..length).is_some_and(|header| header.iter().all(is));
    match head.get(..6) {
        Some(b"070701" | b"070702") => all(110, u8::is_ascii_hexdigit),
        Some(b"070707") => all(76, |byte| (b'0'..=b'7').contains(byte)),
        _ => false,
    }
}

/// The old format without a magic: usual properties, a dictionary of a power of two, and a size that is unknown or
/// below 256 GiB.
fn is_lzma_alone(head: &[u8]) -> bool {
    let Some([0x5d, a, b, c, d, size @ ..]) = head.first_chunk::<13>() else { return false };
    let dictionary = u32::from_le_bytes([*a, *b, *c, *d]);
    let size = u64::from_le_bytes(*size);
    dictionary.is_power_of_two() && dictionary >= 4096 && (size == u64::MAX || size < 1 << 38)
}
