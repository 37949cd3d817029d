//! What stands before an entry and says more than its header holds: pax records and GNU's long names.

use std::io::{self, Write};

use super::header::{BLOCK, Dialect, Header};
use crate::run::Run;

/// What was read before an entry.
#[derive(Default)]
pub(super) struct Extended {
    pub(super) name: Option<Vec<u8>>,
    pub(super) link: Option<Vec<u8>>,
    pub(super) user: Option<Vec<u8>>,
    pub(super) group: Option<Vec<u8>>,
    pub(super) size: Option<u64>,
    /// The entry is sparse, in one of the ways that pax records tell.
    pub(super) sparse: bool,
    /// Something before the entry was longer than the limit or could not be read.
    pub(super) unreadable: bool,
    /// Records that are passed on, already rewritten.
    pub(super) records: Records,
}

/// Keys and values.
pub(super) type Records = Vec<(Vec<u8>, Vec<u8>)>;

impl Extended {
    /// Takes the pax records in `body`.
    pub(super) fn read_records(&mut self, run: &Run<'_>, body: &[u8]) {
        let Some(records) = parse(body) else {
            self.unreadable = true;
            return;
        };
        for (key, value) in records {
            match key {
                b"path" | b"GNU.sparse.name" => self.name = Some(value.to_vec()),
                b"linkpath" => self.link = Some(value.to_vec()),
                b"uname" => self.user = Some(value.to_vec()),
                b"gname" => self.group = Some(value.to_vec()),
                b"size" => match std::str::from_utf8(value).ok().and_then(|digits| digits.parse().ok()) {
                    Some(size) => self.size = Some(size),
                    None => self.unreadable = true,
                },
                _ if key.starts_with(b"GNU.sparse.") => self.sparse = true,
                _ => self.records.extend(kept(run, key, value)),
            }
        }
    }
}

/// The records of a global header, rewritten.
pub(super) fn rewrite_global(run: &Run<'_>, body: &[u8]) -> Option<Records> {
    let names: [&[u8]; 4] = [b"path", b"linkpath", b"uname", b"gname"];
    let rewrite = |(key, value): (&[u8], &[u8])| match names.contains(&key) {
        true => Some((key.to_vec(), run.filter.name(value))),
        false => kept(run, key, value),
    };
    Some(parse(body)?.into_iter().filter_map(rewrite).collect())
}

/// A record that is passed on: times, numbers, and comments through the filter. Extended attributes, access lists and
/// whatever else a program puts here are dropped.
fn kept(run: &Run<'_>, key: &[u8], value: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let is_number =
        !value.is_empty() && value.iter().all(|byte| byte.is_ascii_digit() || b".-".contains(byte));
    match key {
        b"mtime" | b"atime" | b"ctime" | b"uid" | b"gid" if is_number => Some((key.to_vec(), value.to_vec())),
        b"comment" => Some((key.to_vec(), run.filter.name(value))),
        _ => None,
    }
}

/// Splits records of the form `LENGTH KEY=VALUE\n` (POSIX.1-2001, pax).
fn parse(mut body: &[u8]) -> Option<Vec<(&[u8], &[u8])>> {
    let mut records = Vec::new();
    while !body.is_empty() && body[0] != 0 {
        let space = body.iter().take(20).position(|&byte| byte == b' ')?;
        let length: usize = std::str::from_utf8(&body[..space]).ok()?.parse().ok()?;
        let record = body.get(space + 1..length)?.strip_suffix(b"\n")?;
        let equals = record.iter().position(|&byte| byte == b'=')?;
        records.push((&record[..equals], &record[equals + 1..]));
        body = &body[length..];
    }
    Some(records)
}

/// Writes records before an entry (`x`) or for all that follow (`g`).
pub(super) fn write_records(output: &mut dyn Write, kind: u8, records: &Records) -> io::Result<()> {
    let mut body = Vec::new();
    for (key, value) in records {
        body.extend_from_slice(&record(key, value));
    }
    write_auxiliary(output, kind, b"././@PaxHeader", Dialect::Ustar, &body)
}

/// Writes a name that is too long for a header, as GNU tar does.
pub(super) fn write_long(output: &mut dyn Write, kind: u8, name: &[u8]) -> io::Result<()> {
    write_auxiliary(output, kind, b"././@LongLink", Dialect::Gnu, &[name, b"\0"].concat())
}

fn write_auxiliary(
    output: &mut dyn Write,
    kind: u8,
    name: &[u8],
    dialect: Dialect,
    body: &[u8],
) -> io::Result<()> {
    output.write_all(&Header::auxiliary(kind, name, body.len() as u64, dialect).finished())?;
    output.write_all(body)?;
    pad(output, body.len() as u64)
}

/// Fills the last block of a content of `length` bytes.
pub(super) fn pad(output: &mut dyn Write, length: u64) -> io::Result<()> {
    output.write_all(&[0; BLOCK][..padding(length)])
}

/// Bytes between a content of `length` bytes and the next block.
pub(super) const fn padding(length: u64) -> usize {
    (length.wrapping_neg() % BLOCK as u64) as usize
}

/// One record. Its length counts its own digits.
fn record(key: &[u8], value: &[u8]) -> Vec<u8> {
    let rest = key.len() + value.len() + 3;
    let mut length = rest + 1;
    while rest + length.to_string().len() != length {
        length += 1;
    }
    [length.to_string().as_bytes(), b" ", key, b"=", value, b"\n"].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_read_back_at_every_length() {
        for length in 0..1200 {
            let value = vec![b'v'; length];
            let body = record(b"path", &value);
            assert_eq!(parse(&body).unwrap(), [(&b"path"[..], value.as_slice())]);
        }
    }

    #[test]
    fn broken_records_are_refused() {
        for body in [&b"9 a=b\n"[..], b"x a=b\n", b"6 a=bc", b"0 ", b"99999999999999999999 a=b\n", b"5 ab\n"]
        {
            assert!(parse(body).is_none(), "{body:?}");
        }
    }
}
