//! Raw deflate of whole artifacts and of pieces that follow each other in one stream.
//!
//! Both go through libdeflate, which is more than twice as fast as zlib-rs at the same ratio. It knows neither dictionaries nor a
//! flush: each result is a stream that ends. A piece that others follow is opened again afterwards, see [`Deflater::reopen`].

mod bits;
mod blocks;
mod code;

use libdeflater::{CompressionError, CompressionLvl};

use self::blocks::{Blocks, LastBlock};

/// Most bytes of one stored block.
const STORED_BLOCK_BYTES: usize = 65_535;
/// Chunks below this are too small for a sample to be cheaper than the attempt.
const PROBED_BYTES: usize = 64 * 1024;
/// Size of each of the three samples that stand for a chunk.
const SAMPLE_BYTES: usize = 4 * 1024;

/// A compressor that is used again and again.
pub(crate) struct Deflater {
    compressor: libdeflater::Compressor,
    blocks: Blocks,
}

impl Deflater {
    pub(crate) fn new() -> Self {
        Self { compressor: libdeflater::Compressor::new(LEVEL), blocks: Blocks::new() }
    }

    /// Appends `bytes` to `out` as a complete stream. False, and nothing appended, when that would not make them smaller.
    pub(crate) fn whole(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> bool {
        if bytes.len() >= PROBED_BYTES && !self.shrinks(bytes) {
            return false;
        }
        let begin = out.len();
        out.resize(begin + bytes.len().saturating_sub(1), 0);
        match self.compressor.deflate_compress(bytes, &mut out[begin..]) {
            Ok(length) => {
                out.truncate(begin + length);
                length > 0
            }
            Err(CompressionError::InsufficientSpace) => {
                out.truncate(begin);
                false
            }
        }
    }

    /// Appends `bytes` to `out` as a piece of a stream, which begins and ends at a byte boundary and refers to nothing before it:
    /// pieces made apart can be put one after the other.
    pub(crate) fn piece(&mut self, bytes: &[u8], last: bool, out: &mut Vec<u8>) {
        let begin = out.len();
        if bytes.len() >= PROBED_BYTES && !self.shrinks(bytes) {
            return store(bytes, last, out);
        }
        let most_bytes = stored_length(bytes.len());
        out.resize(begin + most_bytes, 0);
        let length = self.compressor.deflate_compress(bytes, &mut out[begin..]).unwrap_or(usize::MAX);
        if length < most_bytes {
            out.truncate(begin + length);
            if last || self.reopen(begin, out).is_some() && out.len() - begin <= most_bytes {
                return;
            }
        }
        out.truncate(begin);
        store(bytes, last, out);
    }

    /// Makes the complete stream at the end of `out` one that more can follow: its last block is no longer marked as such, and
    /// an empty stored block takes the rest of its last byte (RFC 1951, 3.2.4).
    fn reopen(&mut self, begin: usize, out: &mut Vec<u8>) -> Option<()> {
        let block = self.blocks.last(&out[begin..]);
        debug_assert!(block.is_some(), "the compressor's stream is well-formed");
        let LastBlock { begin: mark, end } = block?;
        out[begin + mark / 8] &= !(1 << (mark % 8));
        // The header of the empty block: three zeros, which the padding has if it is long enough, and then up to a byte.
        let padding = end.next_multiple_of(8) - end;
        debug_assert!(padding == 0 || out[begin + end / 8] >> (end % 8) == 0, "the padding is zero");
        if padding < 3 {
            out.push(0);
        }
        out.extend_from_slice(&[0, 0, 0xff, 0xff]);
        Some(())
    }

    /// Whether samples from begin, middle and end become smaller.
    fn shrinks(&mut self, bytes: &[u8]) -> bool {
        let middle = (bytes.len() - SAMPLE_BYTES) / 2;
        let mut sample = Vec::with_capacity(3 * SAMPLE_BYTES);
        for begin in [0, middle, bytes.len() - SAMPLE_BYTES] {
            sample.extend_from_slice(&bytes[begin..begin + SAMPLE_BYTES]);
        }
        let mut out = vec![0; sample.len() - sample.len() / 64];
        self.compressor.deflate_compress(&sample, &mut out).is_ok()
    }
}

/// libdeflate's level: not slower than 3 and smaller. 5 is a fifth slower for 3 %.
const LEVEL: CompressionLvl = match CompressionLvl::new(4) {
    Ok(level) => level,
    Err(_) => panic!("level 4 exists"),
};

/// Bytes that `length` bytes take as stored blocks.
fn stored_length(length: usize) -> usize {
    length + 5 * length.div_ceil(STORED_BLOCK_BYTES).max(1)
}

/// RFC 1951, 3.2.4. Begins and ends at a byte boundary.
fn store(bytes: &[u8], last: bool, out: &mut Vec<u8>) {
    out.reserve(stored_length(bytes.len()));
    let blocks = bytes.len().div_ceil(STORED_BLOCK_BYTES).max(1);
    for number in 0..blocks {
        let begin = number * STORED_BLOCK_BYTES;
        let block = &bytes[begin..bytes.len().min(begin + STORED_BLOCK_BYTES)];
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        out.push(u8::from(last && number + 1 == blocks));
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&(!length).to_le_bytes());
        out.extend_from_slice(block);
    }
}

#[cfg(test)]
mod tests;
