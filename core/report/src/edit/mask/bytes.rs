//! Zeros over bytes.

use std::io::{self, Read, Write};

use super::{MaskError, Spans};

/// Copies `length` bytes with the spans zeroed; gives the number of bytes that were.
pub(super) fn mask(
    spans: &Spans,
    length: u64,
    mut source: impl Read,
    mut out: impl Write,
) -> Result<u64, MaskError> {
    let (mut at, mut masked) = (0, 0);
    for span in spans.iter() {
        if span.first >= length {
            return Err(MaskError::Beyond { unit: "bytes", has: length, first: span.first });
        }
        let bytes = span.last.min(length - 1) - span.first + 1;
        copy(&mut source, span.first - at, &mut out)?;
        copy(&mut source, bytes, &mut io::sink())?;
        io::copy(&mut io::repeat(0).take(bytes), &mut out)?;
        (at, masked) = (span.first + bytes, masked + bytes);
    }
    io::copy(&mut source, &mut out)?;
    Ok(masked)
}

fn copy(source: &mut impl Read, bytes: u64, out: &mut impl Write) -> io::Result<()> {
    if io::copy(&mut source.by_ref().take(bytes), out)? == bytes {
        Ok(())
    } else {
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(spans: &str, text: &[u8]) -> Result<(u64, Vec<u8>), MaskError> {
        let mut out = Vec::new();
        let count = mask(&spans.parse().unwrap(), text.len() as u64, text, &mut out)?;
        Ok((count, out))
    }

    #[test]
    fn bytes_are_counted_from_zero_and_both_ends_are_zeroed() {
        assert_eq!(masked("0,2-3,8-99", b"0123456789").unwrap(), (5, b"\x001\0\x004567\0\0".to_vec()));
        assert!(matches!(masked("10", b"0123456789"), Err(MaskError::Beyond { has: 10, first: 10, .. })));
    }
}
