//! What an edit does to a report's file.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use rustix::fs::{FallocateFlags, fallocate};

/// Bytes of zeros that are written at a time.
const ZEROS_BYTES: u64 = 1024 * 1024;

/// A file that is changed in place. Doing the same again gives the same.
pub(super) trait Target {
    fn write(&self, bytes: &[u8], offset: u64) -> io::Result<()>;
    /// Gives the blocks of a range that is all zeros back. Where the file system cannot, nothing happens.
    fn punch(&self, offset: u64, bytes: u64) -> io::Result<()>;
    fn set_length(&self, bytes: u64) -> io::Result<()>;
    fn length(&self) -> io::Result<u64>;
    fn sync(&self) -> io::Result<()>;

    /// Overwrites a range with zeros.
    fn zero(&self, mut offset: u64, mut bytes: u64) -> io::Result<()> {
        let zeros = vec![0; usize::try_from(bytes.min(ZEROS_BYTES)).unwrap_or(0)];
        while bytes > 0 {
            let piece = bytes.min(ZEROS_BYTES);
            self.write(zeros.get(..usize::try_from(piece).unwrap_or(0)).unwrap_or_default(), offset)?;
            (offset, bytes) = (offset + piece, bytes - piece);
        }
        Ok(())
    }
}

impl Target for File {
    fn write(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.write_all_at(bytes, offset)
    }

    fn punch(&self, offset: u64, bytes: u64) -> io::Result<()> {
        if bytes > 0 {
            // The zeros are there already; a hole is only what the file system makes of them.
            let _ = fallocate(self, FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE, offset, bytes);
        }
        Ok(())
    }

    fn set_length(&self, bytes: u64) -> io::Result<()> {
        self.set_len(bytes)
    }

    fn length(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }

    fn sync(&self) -> io::Result<()> {
        self.sync_all()
    }
}
