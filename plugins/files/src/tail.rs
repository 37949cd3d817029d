//! Where the kept end of a large text may begin.
//!
//! A cut inside a line could leave the value of a password without its key, and one inside a PEM block a private key
//! without its first line. Neither would be recognised by the redactor. Hence the kept part begins at a line, and not
//! inside a PEM block.

use std::fs::File;
use std::os::unix::fs::FileExt;

/// Bytes before the cut that are looked at for the start of a PEM block: more than any private key has.
const LOOKBACK_BYTES: u64 = 64 * 1024;

/// What stands before the cut at `start`.
pub(crate) fn before(file: &File, start: u64) -> std::io::Result<Vec<u8>> {
    let length = start.min(LOOKBACK_BYTES);
    let mut data = vec![0; usize::try_from(length).unwrap_or_default()];
    let mut filled = 0;
    while filled < data.len() {
        match file.read_at(&mut data[filled..], start - length + filled as u64)? {
            0 => break,
            count => filled += count,
        }
    }
    data.truncate(filled);
    Ok(data)
}

/// Bytes at the start of `kept` that have to go; `None` when none of it may stay.
pub(crate) fn skip(before: &[u8], kept: &[u8]) -> Option<usize> {
    let at_line_start = before.last().is_none_or(|byte| *byte == b'\n');
    let line = if at_line_start { 0 } else { after_newline(kept, 0)? };
    let mut seen = before.to_vec();
    seen.extend_from_slice(&kept[..line]);
    if !ends_inside_block(&seen) {
        return Some(line);
    }
    let end = find(&kept[line..], b"-----END ")? + line;
    after_newline(kept, end)
}

fn ends_inside_block(text: &[u8]) -> bool {
    let begin = rfind(text, b"-----BEGIN ");
    begin.is_some_and(|begin| find(&text[begin..], b"-----END ").is_none())
}

fn after_newline(text: &[u8], from: usize) -> Option<usize> {
    text[from..].iter().position(|byte| *byte == b'\n').map(|at| from + at + 1)
}

fn find(text: &[u8], needle: &[u8]) -> Option<usize> {
    text.windows(needle.len()).position(|window| window == needle)
}

fn rfind(text: &[u8], needle: &[u8]) -> Option<usize> {
    text.windows(needle.len()).rposition(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kept_part_begins_at_a_line() {
        assert_eq!(skip(b"a\n", b"b\nc\n"), Some(0));
        assert_eq!(skip(b"a\npassw", b"ord=x\nc\n"), Some(6));
        assert_eq!(skip(b"one long", b" line"), None);
    }

    #[test]
    fn the_kept_part_does_not_begin_inside_a_private_key() {
        let before = b"-----BEGIN PRIVATE KEY-----\nMIIE\n";
        assert_eq!(skip(before, b"vQIB\n-----END PRIVATE KEY-----\nc\n"), Some(31));
        assert_eq!(skip(before, b"vQIB\nmore\n"), None);
        assert_eq!(skip(b"-----BEGIN PRIVATE K", b"EY-----\nMIIE\n-----END PRIVATE KEY-----\nc\n"), Some(39));
    }

    #[test]
    fn a_closed_block_before_the_cut_is_no_hindrance() {
        assert_eq!(skip(b"-----BEGIN X-----\nM\n-----END X-----\n", b"c\n"), Some(0));
    }
}
