//! Reading pieces of files that are far greater than memory, and that may shrink at any moment.
//!
//! Files are read with `pread` into windows rather than mapped: a journal that is truncated under a map kills the
//! reader with SIGBUS, and here it is a short read.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use super::JournalError;

/// Bytes read at once.
const WINDOW_BYTES: usize = 1 << 20;
/// Windows kept: 32 MiB.
const WINDOWS: usize = 32;
/// Longest piece that may be asked for when it does not fit into one window.
pub(crate) const LONGEST_PIECE: usize = 8 << 20;

/// Something that can be read at an offset.
pub(crate) trait ReadAt {
    /// Reads up to `buffer.len()` bytes; fewer only at the end.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;
}

impl ReadAt for File {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut filled = 0;
        while filled < buffer.len() {
            match FileExt::read_at(self, &mut buffer[filled..], offset + filled as u64) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }
}

/// A file to read from, with the number that tells its windows apart.
pub(crate) struct Source {
    pub(crate) number: u16,
    pub(crate) reader: Box<dyn ReadAt>,
    pub(crate) size_bytes: u64,
}

#[derive(Default)]
struct Window {
    key: (u16, u64),
    bytes: Vec<u8>,
    last_use: u64,
}

/// The windows of all files.
pub(crate) struct Windows {
    windows: Vec<Window>,
    current: usize,
    uses: u64,
    spanning: Vec<u8>,
}

impl Windows {
    pub(crate) fn new() -> Self {
        Self { windows: Vec::new(), current: 0, uses: 0, spanning: Vec::new() }
    }

    /// The bytes from `offset` on: at least `least`, and as many more as happen to be at hand.
    ///
    /// # Errors
    /// When the file ends before that, or reading fails.
    pub(crate) fn read(&mut self, source: &Source, offset: u64, least: usize) -> Result<&[u8], JournalError> {
        let end = offset.checked_add(least as u64).ok_or(JournalError::BeyondEnd)?;
        if end > source.size_bytes || least > LONGEST_PIECE {
            return Err(JournalError::BeyondEnd);
        }
        let start = (offset % WINDOW_BYTES as u64) as usize;
        if start + least > WINDOW_BYTES {
            return self.spanning(source, offset, least);
        }
        let slot = self.window(source, offset / WINDOW_BYTES as u64)?;
        self.windows[slot]
            .bytes
            .get(start..)
            .filter(|bytes| bytes.len() >= least)
            .ok_or(JournalError::BeyondEnd)
    }

    fn spanning(&mut self, source: &Source, offset: u64, length: usize) -> Result<&[u8], JournalError> {
        self.spanning.resize(length, 0);
        if source.reader.read_at(&mut self.spanning, offset)? < length {
            return Err(JournalError::BeyondEnd);
        }
        Ok(&self.spanning)
    }

    fn window(&mut self, source: &Source, number: u64) -> Result<usize, JournalError> {
        let key = (source.number, number);
        let found = match self.windows.get(self.current) {
            Some(window) if window.key == key => return Ok(self.current),
            _ => self.windows.iter().position(|window| window.key == key),
        };
        let slot = match found {
            Some(slot) => slot,
            None => self.load(source, key)?,
        };
        self.uses += 1;
        self.windows[slot].last_use = self.uses;
        self.current = slot;
        Ok(slot)
    }

    fn load(&mut self, source: &Source, key: (u16, u64)) -> Result<usize, JournalError> {
        let slot = self.free_slot();
        let window = &mut self.windows[slot];
        // Until the read has succeeded the window belongs to nobody.
        window.key = (u16::MAX, u64::MAX);
        window.bytes.resize(WINDOW_BYTES, 0);
        let count = source.reader.read_at(&mut window.bytes, key.1 * WINDOW_BYTES as u64)?;
        window.bytes.truncate(count);
        window.key = key;
        Ok(slot)
    }

    fn free_slot(&mut self) -> usize {
        if self.windows.len() < WINDOWS {
            self.windows.push(Window::default());
            return self.windows.len() - 1;
        }
        let oldest = self.windows.iter().enumerate().min_by_key(|(_, window)| window.last_use);
        oldest.map_or(0, |(slot, _)| slot)
    }
}
