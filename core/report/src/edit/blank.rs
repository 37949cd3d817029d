//! The entry that stands in the place of a dropped artifact: exactly as long, stored, all zeros.

use std::borrow::Cow;

use candor_trust::Digest;

use crate::archive::{Entry, LOCAL_HEADER_BYTES, Method, WIDE_EXTRA_BYTES};

/// Folder of the blank places.
pub(crate) const PREFIX: &str = "dropped/";
/// Digits of a leaf.
pub(crate) const LEAF_DIGITS: usize = 64;
/// Fewest digits by which a leaf is named. The shortest header of an artifact, `artifacts/a/b`, has room for as many.
const FEWEST_DIGITS: usize = 5;
/// Length of a header that names a whole leaf.
const HEADER_BYTES: u64 = LOCAL_HEADER_BYTES + (PREFIX.len() + LEAF_DIGITS) as u64;
/// The value in a header's field of 32 bits that means: look into the zip64 field.
const WIDE_FROM: u64 = u32::MAX as u64;

/// The digits by which a blank place names its leaf; `None` for other paths.
pub(crate) fn digits(path: &str) -> Option<&str> {
    let digits = path.strip_prefix(PREFIX)?;
    let known = (FEWEST_DIGITS..=LEAF_DIGITS).contains(&digits.len())
        && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    known.then_some(digits)
}

/// A blank entry and whether its header has a zip64 field.
#[derive(Debug)]
pub(crate) struct Blank {
    pub(crate) entry: Entry<'static>,
    pub(crate) wide: bool,
}

/// The entry of exactly `length` bytes, header included, at `offset`. A place that is shorter than a header with a whole leaf has no
/// data, and as many digits of the leaf as there is room for; `None` where that is hardly any.
pub(crate) fn entry(leaf: &Digest, offset: u64, length: u64) -> Option<Blank> {
    let leaf = leaf.to_string();
    let (digits, wide, bytes) = match length.checked_sub(HEADER_BYTES) {
        Some(bytes) if bytes >= WIDE_FROM => (LEAF_DIGITS, true, bytes - WIDE_EXTRA_BYTES),
        Some(bytes) => (LEAF_DIGITS, false, bytes),
        None => {
            let digits = usize::try_from(length).ok()?.checked_sub(30 + PREFIX.len())?;
            (digits, false, 0)
        }
    };
    if digits < FEWEST_DIGITS {
        return None;
    }
    let name = Cow::Owned(format!("{PREFIX}{}", leaf.get(..digits)?));
    let crc32 = crc32_of_zeros(bytes);
    let entry = Entry { name, method: Method::Stored, crc32, compressed_bytes: bytes, bytes, offset };
    Some(Blank { entry, wide })
}

/// CRC-32 of so many zeros, in logarithmic time: twice as many by each step.
pub(crate) fn crc32_of_zeros(bytes: u64) -> u32 {
    let mut sum = crc32fast::Hasher::new();
    let mut piece = crc32fast::Hasher::new();
    piece.update(&[0]);
    let mut left = bytes;
    while left > 0 {
        if left & 1 == 1 {
            sum.combine(&piece);
        }
        let twice = piece.clone();
        piece.combine(&twice);
        left >>= 1;
    }
    sum.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::{DosTime, local_header};

    #[test]
    fn a_blank_is_exactly_as_long_as_what_it_replaces() {
        let leaf = Digest::of(b"x");
        let time = DosTime::new(jiff::Timestamp::UNIX_EPOCH);
        let lengths = (43..400).chain([u64::from(u32::MAX) + 101, u64::from(u32::MAX) + 102, 5 << 30]);
        for length in lengths {
            let blank = entry(&leaf, 7, length).unwrap();
            let header = local_header(&blank.entry, time, blank.wide);
            assert_eq!(header.len() as u64 + blank.entry.compressed_bytes, length, "{length}");
            assert!(leaf.to_string().starts_with(digits(&blank.entry.name).unwrap()));
        }
        assert!(entry(&leaf, 0, 42).is_none());
    }

    #[test]
    fn only_beginnings_of_leaves_are_names_of_blanks() {
        for wrong in ["dropped/abcd", "dropped/abcdeg", "dropped/ABCDE", "dropped/", "artifacts/a/b"] {
            assert_eq!(digits(wrong), None, "{wrong}");
        }
        assert_eq!(digits(&format!("dropped/{}", "0".repeat(65))), None);
    }

    #[test]
    fn the_check_sum_of_zeros_needs_no_zeros() {
        for bytes in [0, 1, 2, 3, 255, 256, 100_001] {
            assert_eq!(crc32_of_zeros(bytes), crc32fast::hash(&vec![0; usize::try_from(bytes).unwrap()]));
        }
    }
}
