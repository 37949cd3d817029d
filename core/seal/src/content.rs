//! An artifact's packed bytes on their way, checked against what the index says of the unpacked ones.

use std::io::{self, Write};

use candor_report::{ArtifactEntry, PackedEntry, Packing};
use candor_trust::Hasher;
use flate2::write::DeflateDecoder;

/// Takes the packed bytes of an artifact, unpacks them and throws them away; tells at the end whether they were what the index says.
pub(crate) struct ContentCheck {
    unpacking: Unpacking,
}

enum Unpacking {
    Stored(Sums),
    Deflated(DeflateDecoder<Sums>),
}

impl ContentCheck {
    /// No more than `limit` bytes are unpacked.
    pub(crate) fn new(packing: Packing, limit: u64) -> Self {
        let sums = Sums { limit, ..Sums::default() };
        let unpacking = match packing {
            Packing::Stored => Unpacking::Stored(sums),
            Packing::Deflated => Unpacking::Deflated(DeflateDecoder::new(sums)),
        };
        Self { unpacking }
    }

    /// Takes the next packed bytes.
    ///
    /// # Errors
    /// When they cannot be unpacked, or are more than there may be.
    pub(crate) fn update(&mut self, packed: &[u8]) -> io::Result<()> {
        match &mut self.unpacking {
            Unpacking::Stored(sums) => sums.write_all(packed),
            Unpacking::Deflated(decoder) => decoder.write_all(packed),
        }
    }

    /// True when all bytes together are those of the artifact.
    ///
    /// # Errors
    /// When the packed bytes end early.
    pub(crate) fn holds(self, entry: &PackedEntry, artifact: &ArtifactEntry) -> io::Result<bool> {
        let sums = match self.unpacking {
            Unpacking::Stored(sums) => sums,
            Unpacking::Deflated(decoder) => decoder.finish()?,
        };
        let same_size = sums.bytes == artifact.bytes && sums.bytes == entry.bytes;
        let same_crc = sums.crc32.finalize() == entry.crc32;
        Ok(same_size && same_crc && sums.sha256.finish().to_string() == artifact.sha256)
    }
}

#[derive(Default)]
struct Sums {
    sha256: Hasher,
    crc32: crc32fast::Hasher,
    bytes: u64,
    limit: u64,
}

impl Write for Sums {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.len() as u64 > self.limit - self.bytes {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "it unpacks to more than is stated"));
        }
        // In pieces that stay in the cache between the two.
        for piece in bytes.chunks(16 * 1024) {
            self.sha256.update(piece);
            self.crc32.update(piece);
        }
        self.bytes += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
