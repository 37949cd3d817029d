//! The zip container's records, written by hand because entries are compressed long before the archive is put together.
//!
//! Source: PKWARE APPNOTE 6.3.10, sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.14–4.3.16 (end records)
//! and 4.5.3 (zip64 extra field).

use std::borrow::Cow;

/// Times in zip are local by custom; reports state UTC so that the same report has the same bytes everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DosTime {
    time: u16,
    date: u16,
}

impl DosTime {
    /// Two-second precision, clamped to 1980–2107, which is all that the format can say.
    pub(crate) fn new(timestamp: jiff::Timestamp) -> Self {
        let moment = timestamp.to_zoned(jiff::tz::TimeZone::UTC).datetime();
        let year = u16::try_from(moment.year()).unwrap_or(0);
        if year < 1980 {
            return Self { time: 0, date: (1 << 5) | 1 };
        }
        if year > 2107 {
            return Self { time: 0xbf7d, date: 0xff9f };
        }
        let part = |value: i8| u16::try_from(value).unwrap_or(0);
        Self {
            time: (part(moment.hour()) << 11) | (part(moment.minute()) << 5) | (part(moment.second()) / 2),
            date: ((year - 1980) << 9) | (part(moment.month()) << 5) | part(moment.day()),
        }
    }
}

/// How an entry's bytes are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Method {
    /// As they are.
    Stored,
    /// RFC 1951.
    Deflated,
}

impl Method {
    pub(crate) fn code(self) -> u16 {
        match self {
            Self::Stored => 0,
            Self::Deflated => 8,
        }
    }
}

/// Everything that the records say about one entry.
#[derive(Debug, Clone)]
pub(crate) struct Entry<'a> {
    pub(crate) name: Cow<'a, str>,
    pub(crate) method: Method,
    pub(crate) crc32: u32,
    pub(crate) compressed_bytes: u64,
    pub(crate) bytes: u64,
    /// Where its local header begins.
    pub(crate) offset: u64,
}

impl Entry<'_> {
    /// The same with a name of its own.
    pub(crate) fn into_owned(self) -> Entry<'static> {
        Entry { name: Cow::Owned(self.name.into_owned()), ..self }
    }
}

/// Bytes of a local header without name and extra field.
pub(crate) const LOCAL_HEADER_BYTES: u64 = 30;
/// Bytes of the zip64 extra field in a local header.
pub(crate) const WIDE_EXTRA_BYTES: u64 = 20;
const VERSION_PLAIN: u16 = 20;
const VERSION_WIDE: u16 = 45;
const MADE_BY_UNIX: u16 = (3 << 8) | VERSION_WIDE;
/// A regular file, 0600.
const ATTRIBUTES: u32 = 0o100_600 << 16;
const UTF8: u16 = 1 << 11;
const MAX_16: u16 = u16::MAX;
const MAX_32: u32 = u32::MAX;

fn put16(out: &mut Vec<u8>, value: u16) {
    out.extend_from_slice(&value.to_le_bytes());
}

fn put32(out: &mut Vec<u8>, value: u32) {
    out.extend_from_slice(&value.to_le_bytes());
}

fn put64(out: &mut Vec<u8>, value: u64) {
    out.extend_from_slice(&value.to_le_bytes());
}

/// The value, or all ones where only the zip64 field can hold it.
fn narrow(value: u64) -> u32 {
    u32::try_from(value).unwrap_or(MAX_32)
}

/// Names are checked to be at most a few hundred bytes long.
fn name_length(name: &str) -> u16 {
    u16::try_from(name.len()).unwrap_or(MAX_16)
}

fn flags(name: &str) -> u16 {
    if name.is_ascii() { 0 } else { UTF8 }
}

/// Version to method, flags, times: what local and central records have in common.
fn put_common(out: &mut Vec<u8>, entry: &Entry<'_>, time: DosTime, version: u16) {
    put16(out, version);
    put16(out, flags(&entry.name));
    put16(out, entry.method.code());
    put16(out, time.time);
    put16(out, time.date);
    put32(out, entry.crc32);
}

/// A local header. `wide` ones have the same length whatever the sizes are, so that they can be patched later.
pub(crate) fn local_header(entry: &Entry<'_>, time: DosTime, wide: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(64 + entry.name.len());
    put32(&mut out, 0x0403_4b50);
    put_common(&mut out, entry, time, if wide { VERSION_WIDE } else { VERSION_PLAIN });
    put32(&mut out, if wide { MAX_32 } else { narrow(entry.compressed_bytes) });
    put32(&mut out, if wide { MAX_32 } else { narrow(entry.bytes) });
    put16(&mut out, name_length(&entry.name));
    put16(&mut out, if wide { 20 } else { 0 });
    out.extend_from_slice(entry.name.as_bytes());
    if wide {
        put16(&mut out, 1);
        put16(&mut out, 16);
        put64(&mut out, entry.bytes);
        put64(&mut out, entry.compressed_bytes);
    }
    out
}

/// Appends the central directory's record of an entry.
pub(crate) fn central_record(out: &mut Vec<u8>, entry: &Entry<'_>, time: DosTime) {
    let wide: Vec<u64> = [entry.bytes, entry.compressed_bytes, entry.offset]
        .into_iter()
        .filter(|value| *value >= u64::from(MAX_32))
        .collect();
    put32(out, 0x0201_4b50);
    put16(out, MADE_BY_UNIX);
    put_common(out, entry, time, if wide.is_empty() { VERSION_PLAIN } else { VERSION_WIDE });
    put32(out, narrow(entry.compressed_bytes));
    put32(out, narrow(entry.bytes));
    put16(out, name_length(&entry.name));
    let extra_bytes = if wide.is_empty() { 0 } else { 4 + 8 * wide.len() };
    put16(out, u16::try_from(extra_bytes).unwrap_or(0));
    put16(out, 0);
    put16(out, 0);
    put16(out, 0);
    put32(out, ATTRIBUTES);
    put32(out, narrow(entry.offset));
    out.extend_from_slice(entry.name.as_bytes());
    if !wide.is_empty() {
        put16(out, 1);
        put16(out, u16::try_from(8 * wide.len()).unwrap_or(0));
        wide.into_iter().for_each(|value| put64(out, value));
    }
}

/// Appends the end records up to and with the comment's length: zip64 ones where a number is too large for the plain one.
pub(crate) fn end_records(out: &mut Vec<u8>, entries: u64, start: u64, size: u64, comment_bytes: u16) {
    let wide = entries >= u64::from(MAX_16) || start >= u64::from(MAX_32) || size >= u64::from(MAX_32);
    if wide {
        put32(out, 0x0606_4b50);
        put64(out, 44);
        put16(out, MADE_BY_UNIX);
        put16(out, VERSION_WIDE);
        put32(out, 0);
        put32(out, 0);
        put64(out, entries);
        put64(out, entries);
        put64(out, size);
        put64(out, start);
        put32(out, 0x0706_4b50);
        put32(out, 0);
        put64(out, start + size);
        put32(out, 1);
    }
    let count = u16::try_from(entries).unwrap_or(MAX_16);
    put32(out, 0x0605_4b50);
    put16(out, 0);
    put16(out, 0);
    put16(out, count);
    put16(out, count);
    put32(out, narrow(size));
    put32(out, narrow(start));
    put16(out, comment_bytes);
}

/// A record of the central directory as it was read.
#[derive(Debug)]
pub(crate) struct DirectoryRecord<'a> {
    pub(crate) entry: Entry<'a>,
    pub(crate) time: DosTime,
}

/// Takes the first record off; `None` where there is none that a report can have. Of the extra fields only zip64's is read.
pub(crate) fn parse_central_record(bytes: &[u8]) -> Option<(DirectoryRecord<'_>, &[u8])> {
    let (fixed, rest) = bytes.split_at_checked(46)?;
    let at16 =
        |at: usize| fixed.get(at..at + 2).and_then(|field| field.try_into().ok()).map(u16::from_le_bytes);
    let at32 =
        |at: usize| fixed.get(at..at + 4).and_then(|field| field.try_into().ok()).map(u32::from_le_bytes);
    if at32(0)? != 0x0201_4b50 {
        return None;
    }
    let method = match at16(10)? {
        0 => Method::Stored,
        8 => Method::Deflated,
        _ => return None,
    };
    let (name, rest) = rest.split_at_checked(usize::from(at16(28)?))?;
    let (extra, rest) = rest.split_at_checked(usize::from(at16(30)?))?;
    let rest = rest.get(usize::from(at16(32)?)..)?;
    let mut wide = extra.get(4..).unwrap_or_default().chunks_exact(8);
    let mut widen = |value: u32| match value {
        MAX_32 => wide.next().and_then(|field| field.try_into().ok()).map(u64::from_le_bytes),
        value => Some(u64::from(value)),
    };
    let (bytes, compressed_bytes, offset) = (widen(at32(24)?)?, widen(at32(20)?)?, widen(at32(42)?)?);
    let name = Cow::Borrowed(std::str::from_utf8(name).ok()?);
    let entry = Entry { name, method, crc32: at32(16)?, compressed_bytes, bytes, offset };
    Some((DirectoryRecord { entry, time: DosTime { time: at16(12)?, date: at16(14)? } }, rest))
}

/// The archive's comment: a check sum of every byte before it, which also finds changes that unpacking would not notice.
pub(crate) fn comment(crc32: u32) -> String {
    format!("{COMMENT_PREFIX}{crc32:08x}")
}

const COMMENT_PREFIX: &str = "candor report 1, crc-32 ";
/// Length of [`comment`].
pub(crate) const COMMENT_BYTES: u16 = COMMENT_PREFIX.len() as u16 + 8;

/// The check sum that a comment states.
pub(crate) fn parse_comment(comment: &[u8]) -> Option<u32> {
    let digits = comment.strip_prefix(COMMENT_PREFIX.as_bytes())?;
    let lowercase_hex =
        digits.len() == 8 && digits.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let digits = lowercase_hex.then(|| std::str::from_utf8(digits).ok()).flatten()?;
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dos_times_are_utc_and_clamped() {
        let at = |text: &str| DosTime::new(text.parse().unwrap());
        assert_eq!(
            at("2026-01-31T13:14:15+01:00"),
            DosTime { time: (12 << 11) | (14 << 5) | 7, date: 0x5c3f }
        );
        assert_eq!(at("1969-01-01T00:00:00Z"), DosTime { time: 0, date: 0x21 });
        assert_eq!(at("2200-01-01T00:00:00Z"), DosTime { time: 0xbf7d, date: 0xff9f });
    }

    #[test]
    fn a_wide_header_keeps_its_length_when_patched() {
        let mut entry = Entry {
            name: Cow::Borrowed("artifacts/a/ü"),
            method: Method::Deflated,
            crc32: 0,
            compressed_bytes: 0,
            bytes: 0,
            offset: 0,
        };
        let time = DosTime { time: 0, date: 0x21 };
        let before = local_header(&entry, time, true);
        (entry.bytes, entry.compressed_bytes, entry.crc32) = (5 << 32, 4 << 32, 7);
        let after = local_header(&entry, time, true);
        assert_eq!(before.len(), after.len());
        assert_eq!(before.len() as u64, LOCAL_HEADER_BYTES + 14 + WIDE_EXTRA_BYTES);
    }

    #[test]
    fn only_a_comment_of_the_exact_form_is_taken() {
        assert_eq!(comment(0xab).len(), usize::from(COMMENT_BYTES));
        assert_eq!(parse_comment(comment(0xab).as_bytes()), Some(0xab));
        for wrong in [
            "",
            "candor report 1, crc-32 000000AB",
            "candor report 1, crc-32 +00000ab",
            "candor report 1, crc-32 ab",
        ] {
            assert_eq!(parse_comment(wrong.as_bytes()), None, "{wrong}");
        }
    }
}
