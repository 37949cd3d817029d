//! Rotated logs: the end of what a packed file holds, in bounded memory and time.

use std::io::{self, BufReader, Read};

/// Most bytes unpacked of one file. A log packs to a twentieth; a few kilobytes that unpack to gigabytes are a bomb.
const MOST_UNPACKED: u64 = 256 << 20;
/// Most memory that unpacking may take: enough for all levels of the usual packers, not for their modes for archives.
const DICTIONARY_BYTES: u64 = 72 << 20;

/// How a file is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    Gzip,
    Bzip2,
    Xz,
    Zstd,
}

impl Packing {
    /// By the ending of the name, as log rotation names them.
    pub(crate) fn of(name: &str) -> Option<Self> {
        let (_, ending) = name.rsplit_once('.')?;
        match ending {
            "gz" => Some(Self::Gzip),
            "bz2" => Some(Self::Bzip2),
            "xz" => Some(Self::Xz),
            "zst" => Some(Self::Zstd),
            _ => None,
        }
    }
}

/// The end of a text.
#[derive(Debug, Default)]
pub(crate) struct Tail {
    pub(crate) bytes: Vec<u8>,
    /// True when something before it was left out.
    pub(crate) cut: bool,
    /// True when the packed file was damaged or too long: what came after is missing.
    pub(crate) broken_off: bool,
}

/// Unpacks and keeps the last `limit` bytes.
pub(crate) fn unpack_tail(packing: Packing, packed: impl Read, limit: usize) -> Tail {
    let packed = BufReader::with_capacity(64 << 10, packed);
    match packing {
        Packing::Gzip => tail_of(flate2::bufread::MultiGzDecoder::new(packed), limit),
        Packing::Bzip2 => tail_of(bzip2::bufread::MultiBzDecoder::new(packed), limit),
        Packing::Xz => {
            let most = (DICTIONARY_BYTES >> 10) as u32;
            tail_of(lzma_rust2::XzReader::new_mem_limit(packed, true, most), limit)
        }
        Packing::Zstd => tail_of(ZstdFrames::new(packed), limit),
    }
}

/// Keeps the last `limit` bytes of a stream, `MOST_UNPACKED` at most of it read.
fn tail_of(stream: impl Read, limit: usize) -> Tail {
    let mut tail = Tail::default();
    let mut stream = stream.take(MOST_UNPACKED);
    let mut chunk = vec![0; 64 << 10];
    loop {
        match stream.read(&mut chunk) {
            Ok(0) => break,
            Ok(count) => tail.bytes.extend_from_slice(&chunk[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => {
                tail.broken_off = true;
                break;
            }
        }
        if tail.bytes.len() > 2 * limit {
            tail.keep_last(limit);
        }
    }
    tail.broken_off |= stream.limit() == 0;
    tail.keep_last(limit);
    tail
}

impl Tail {
    fn keep_last(&mut self, limit: usize) {
        if self.bytes.len() > limit {
            self.bytes.drain(..self.bytes.len() - limit);
            self.cut = true;
        }
    }
}

/// A file of Zstandard frames one after the other, as parallel and appending packers write it.
struct ZstdFrames<R: Read> {
    state: Option<Frame<R>>,
}

enum Frame<R: Read> {
    Between(R),
    Inside(Box<ruzstd::decoding::StreamingDecoder<R, ruzstd::decoding::FrameDecoder>>),
}

impl<R: io::BufRead> ZstdFrames<R> {
    fn new(packed: R) -> Self {
        Self { state: Some(Frame::Between(packed)) }
    }

    fn begin(&mut self, mut packed: R) -> io::Result<bool> {
        if packed.fill_buf()?.is_empty() {
            return Ok(false);
        }
        let decoder = ruzstd::decoding::StreamingDecoder::new_with_max_window_size(packed, DICTIONARY_BYTES);
        let decoder =
            decoder.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error.to_string()))?;
        self.state = Some(Frame::Inside(Box::new(decoder)));
        Ok(true)
    }
}

impl<R: io::BufRead> Read for ZstdFrames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.state.take() {
                None => return Ok(0),
                Some(Frame::Between(packed)) => {
                    if !self.begin(packed)? {
                        return Ok(0);
                    }
                }
                Some(Frame::Inside(mut decoder)) => {
                    let count = decoder.read(buffer)?;
                    self.state = Some(if count == 0 && !buffer.is_empty() {
                        Frame::Between(decoder.into_inner())
                    } else {
                        Frame::Inside(decoder)
                    });
                    if count > 0 || buffer.is_empty() {
                        return Ok(count);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn gzip(data: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(data).unwrap();
        encoder.finish().unwrap()
    }

    /// `printf 'first line\nsecond line\n' | xz` and so on.
    const XZ: &[u8] = include_bytes!("../fixtures/two-lines.xz");
    const BZIP2: &[u8] = include_bytes!("../fixtures/two-lines.bz2");
    const ZSTD: &[u8] = include_bytes!("../fixtures/two-lines.zst");
    const LINES: &[u8] = b"first line\nsecond line\n";

    #[test]
    fn every_packing_gives_the_text_back() {
        for (packing, packed) in [
            (Packing::Gzip, gzip(LINES)),
            (Packing::Xz, XZ.to_vec()),
            (Packing::Bzip2, BZIP2.to_vec()),
            (Packing::Zstd, ZSTD.to_vec()),
        ] {
            let tail = unpack_tail(packing, packed.as_slice(), 1000);
            assert_eq!(tail.bytes, LINES, "{packing:?}");
            assert!(!tail.cut && !tail.broken_off, "{packing:?}");
        }
    }

    #[test]
    fn several_streams_in_one_file_are_one_text() {
        for (packing, packed) in [
            (Packing::Gzip, gzip(LINES)),
            (Packing::Xz, XZ.to_vec()),
            (Packing::Bzip2, BZIP2.to_vec()),
            (Packing::Zstd, ZSTD.to_vec()),
        ] {
            let twice = packed.repeat(2);
            let tail = unpack_tail(packing, twice.as_slice(), 1000);
            assert_eq!(tail.bytes, LINES.repeat(2), "{packing:?}");
        }
    }

    #[test]
    fn of_a_long_text_the_end_is_kept() {
        let text: Vec<u8> = (0..100_000).flat_map(|line| format!("line {line}\n").into_bytes()).collect();
        let tail = unpack_tail(Packing::Gzip, gzip(&text).as_slice(), 1000);
        assert_eq!(tail.bytes, text[text.len() - 1000..]);
        assert!(tail.cut && !tail.broken_off);
    }

    #[test]
    fn a_bomb_is_unpacked_to_the_bound_and_no_further() {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        let zeros = vec![b'0'; 1 << 20];
        for _ in 0..300 {
            encoder.write_all(&zeros).unwrap();
        }
        let tail = unpack_tail(Packing::Gzip, encoder.finish().unwrap().as_slice(), 1000);
        assert_eq!(tail.bytes.len(), 1000);
        assert!(tail.cut && tail.broken_off);
    }

    #[test]
    fn a_truncated_file_gives_what_it_has_and_says_so() {
        for (packing, packed) in [(Packing::Gzip, gzip(LINES)), (Packing::Xz, XZ.to_vec())] {
            let tail = unpack_tail(packing, &packed[..packed.len() - 6], 1000);
            assert!(tail.broken_off, "{packing:?}");
        }
        for packing in [Packing::Gzip, Packing::Xz, Packing::Bzip2, Packing::Zstd] {
            let tail = unpack_tail(packing, b"this is not packed at all".as_slice(), 1000);
            assert!(tail.broken_off && tail.bytes.is_empty(), "{packing:?}");
        }
    }
}
