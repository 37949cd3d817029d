//! Raw deflate of whole artifacts and of chunks that follow each other in one stream.
//!
//! Whole artifacts go through libdeflate, which is twice as fast as zlib-rs at the same ratio and knows neither dictionaries nor
//! a flush in the middle of a stream; chunks therefore go through zlib-rs.

use flate2::{Compress, Compression, FlushCompress, Status};
use libdeflater::{CompressionError, CompressionLvl};

/// How far back a deflate stream may refer.
pub(crate) const WINDOW_BYTES: usize = 32 * 1024;
/// Most bytes of one stored block.
const STORED_BLOCK_BYTES: usize = 65_535;
/// Chunks below this are too small for a sample to be cheaper than the attempt.
const PROBED_BYTES: usize = 64 * 1024;
/// Size of each of the three samples that stand for a chunk.
const SAMPLE_BYTES: usize = 4 * 1024;

/// The compressor broke off, which is a fault in it.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the compressor stopped before the end of its input")]
pub(crate) struct DeflateError;

/// A compressor that is used again and again.
pub(crate) struct Deflater {
    state: Compress,
    whole: libdeflater::Compressor,
}

impl Deflater {
    pub(crate) fn new() -> Self {
        Self { state: fresh_state(), whole: libdeflater::Compressor::new(WHOLE_LEVEL) }
    }

    /// Appends `bytes` to `out` as a complete stream. False, and nothing appended, when that would not make them smaller.
    pub(crate) fn whole(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<bool, DeflateError> {
        if bytes.len() >= PROBED_BYTES && !self.shrinks(bytes) {
            return Ok(false);
        }
        let begin = out.len();
        out.resize(begin + bytes.len().saturating_sub(1), 0);
        match self.whole.deflate_compress(bytes, &mut out[begin..]) {
            Ok(length) => {
                out.truncate(begin + length);
                Ok(length > 0)
            }
            Err(CompressionError::InsufficientSpace) => {
                out.truncate(begin);
                Ok(false)
            }
        }
    }

    /// Appends `bytes` to `out` as a piece of a stream. A piece that is not the last ends at a byte boundary, so that pieces
    /// made apart can be put one after the other. `dictionary` is what precedes `bytes` in the stream.
    pub(crate) fn piece(
        &mut self,
        bytes: &[u8],
        dictionary: &[u8],
        last: bool,
        out: &mut Vec<u8>,
    ) -> Result<(), DeflateError> {
        let begin = out.len();
        if bytes.len() >= PROBED_BYTES && !self.shrinks(bytes) {
            store(bytes, last, out);
            return Ok(());
        }
        self.compress(bytes, dictionary, last, out)?;
        if out.len() - begin > stored_length(bytes.len()) {
            out.truncate(begin);
            store(bytes, last, out);
        }
        Ok(())
    }

    /// Whether samples from begin, middle and end become smaller.
    fn shrinks(&mut self, bytes: &[u8]) -> bool {
        let middle = (bytes.len() - SAMPLE_BYTES) / 2;
        let mut sample = Vec::with_capacity(3 * SAMPLE_BYTES);
        for begin in [0, middle, bytes.len() - SAMPLE_BYTES] {
            sample.extend_from_slice(&bytes[begin..begin + SAMPLE_BYTES]);
        }
        let mut out = vec![0; sample.len() - sample.len() / 64];
        self.whole.deflate_compress(&sample, &mut out).is_ok()
    }

    fn compress(
        &mut self,
        bytes: &[u8],
        dictionary: &[u8],
        last: bool,
        out: &mut Vec<u8>,
    ) -> Result<(), DeflateError> {
        if dictionary.is_empty() {
            self.state.reset();
        } else {
            // Not `reset`: zlib-rs 0.6 compresses a dictionary's successor differently after an earlier use, and equal
            // artifacts must give equal bytes.
            self.state = fresh_state();
            self.state.set_dictionary(dictionary).map_err(|_| DeflateError)?;
        }
        let flush = if last { FlushCompress::Finish } else { FlushCompress::Sync };
        out.reserve(stored_length(bytes.len()) + bytes.len() / 16 + 64);
        loop {
            let taken = usize::try_from(self.state.total_in()).unwrap_or(usize::MAX);
            let rest = bytes.get(taken..).unwrap_or_default();
            let status = self.state.compress_vec(rest, out, flush).map_err(|_| DeflateError)?;
            let all_taken = self.state.total_in() == bytes.len() as u64;
            match status {
                Status::StreamEnd => return Ok(()),
                // Room left over means that the flush is complete (zlib.h, deflate()).
                Status::Ok if !last && all_taken && out.len() < out.capacity() => return Ok(()),
                Status::Ok | Status::BufError if out.len() == out.capacity() => out.reserve(64 * 1024),
                _ if !all_taken || last => return Err(DeflateError),
                _ => return Ok(()),
            }
        }
    }
}

/// libdeflate's level. What the crate calls its fastest is 0, which compresses nothing.
const WHOLE_LEVEL: CompressionLvl = match CompressionLvl::new(1) {
    Ok(level) => level,
    Err(_) => panic!("level 1 exists"),
};

fn fresh_state() -> Compress {
    Compress::new(Compression::new(LEVEL), false)
}

/// zlib's level. Level 1 of zlib-rs has fixed trees only, and its reports are a fifth larger.
const LEVEL: u32 = 3;

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
mod tests {
    use std::io::Read;

    use super::*;

    fn inflate(stream: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        flate2::read::DeflateDecoder::new(stream).read_to_end(&mut out).unwrap();
        out
    }

    fn text(bytes: usize) -> Vec<u8> {
        (0..)
            .flat_map(|number| format!("line {number} of {}\n", number * 7919 % 1013).into_bytes())
            .take(bytes)
            .collect()
    }

    fn noise(bytes: usize) -> Vec<u8> {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_le_bytes()[3]
        };
        std::iter::repeat_with(next).take(bytes).collect()
    }

    fn stream(pieces: &[&[u8]]) -> Vec<u8> {
        let mut deflater = Deflater::new();
        let mut out = Vec::new();
        let mut dictionary = Vec::new();
        for (number, piece) in pieces.iter().enumerate() {
            deflater.piece(piece, &dictionary, number + 1 == pieces.len(), &mut out).unwrap();
            dictionary = piece[piece.len().saturating_sub(WINDOW_BYTES)..].to_vec();
        }
        out
    }

    #[test]
    fn pieces_made_apart_read_as_one_stream() {
        let (text, noise) = (text(300_000), noise(200_000));
        for pieces in
            [[&text[..], &noise, &text], [&noise, &text, &noise], [&text, &text[..1], &noise[..70_000]]]
        {
            assert_eq!(inflate(&stream(&pieces)), pieces.concat());
        }
    }

    #[test]
    fn what_does_not_shrink_grows_by_the_block_headers_only() {
        let noise = noise(1 << 20);
        assert_eq!(stream(&[&noise]).len(), stored_length(noise.len()));
        assert_eq!(stream(&[&noise[..1000]]).len(), 1005);
    }

    #[test]
    fn the_preceding_piece_helps() {
        let noise = noise(20_000);
        let alone = stream(&[&noise]).len();
        assert!(stream(&[&noise, &noise]).len() < alone + 1000);
    }

    #[test]
    fn whole_artifacts_read_back_or_are_left_alone() {
        let mut deflater = Deflater::new();
        for bytes in [text(900_000), text(300), vec![b'a'; 200]] {
            let mut out = b"before".to_vec();
            assert!(deflater.whole(&bytes, &mut out).unwrap());
            assert!(out.len() < bytes.len() && inflate(&out[6..]) == bytes);
        }
        for bytes in [noise(900_000), noise(300), b"a".to_vec(), Vec::new()] {
            let mut out = b"before".to_vec();
            assert!(!deflater.whole(&bytes, &mut out).unwrap());
            assert_eq!(out, b"before");
        }
    }

    #[test]
    fn an_empty_piece_is_a_valid_stream() {
        assert_eq!(inflate(&stream(&[b""])), b"");
    }
}
