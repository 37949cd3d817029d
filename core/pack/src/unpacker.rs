//! Reading: entry after entry, from a source that need not seek.

use std::io::{self, Read};

use crate::head::{Head, Method};
use crate::walk::{UnpackError, Walk};

/// Reads a zip, entry after entry.
///
/// What is read counts only when [`next_entry`](Self::next_entry) has said `None`: before, the directory is not seen.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let zip = candor_pack::pack([("a", &b"abc"[..])])?;
/// let mut unpacker = candor_pack::Unpacker::new(&zip[..], 10);
/// while let Some(head) = unpacker.next_entry()? {
///     let mut content = Vec::new();
///     std::io::Read::read_to_end(&mut unpacker, &mut content)?;
///     assert_eq!((head.name(), &content[..]), ("a", &b"abc"[..]));
/// }
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct Unpacker<R> {
    input: R,
    walk: Walk,
    open: Option<Open>,
}

/// The entry that is being read.
#[derive(Debug)]
struct Open {
    head: Head,
    left: u64,
    crc32: crc32fast::Hasher,
}

impl<R: Read> Unpacker<R> {
    /// Begins to read. At most `most_entries` are taken: for each, some 200 bytes are kept.
    pub fn new(input: R, most_entries: usize) -> Self {
        Self { input, walk: Walk::new(most_entries), open: None }
    }

    /// Goes to the next entry, past what was not read of the one before. Its bytes, as they are packed, are then to be had
    /// from this value as [`Read`]. `None` when all of the zip is read and right.
    ///
    /// # Errors
    /// When something is not as it has to be, or the source cannot be read.
    pub fn next_entry(&mut self) -> Result<Option<Head>, UnpackError> {
        self.skip()?;
        let Some((_, head)) = self.walk.next(&mut self.input)? else { return Ok(None) };
        let open = Open { left: head.packed_bytes(), head: head.clone(), crc32: crc32fast::Hasher::new() };
        self.open = Some(open);
        Ok(Some(head))
    }

    /// Reads what is left of the entry and checks it.
    fn skip(&mut self) -> Result<(), UnpackError> {
        let mut buffer = vec![0; if self.open.is_some() { 64 * 1024 } else { 0 }];
        while self.open.is_some() {
            self.read_open(&mut buffer)?;
        }
        Ok(())
    }

    /// Reads from the entry that is open; at its end it is checked and closed.
    fn read_open(&mut self, buffer: &mut [u8]) -> Result<usize, UnpackError> {
        let Some(open) = &mut self.open else { return Ok(0) };
        let wanted = buffer.len().min(usize::try_from(open.left).unwrap_or(usize::MAX));
        if wanted > 0 {
            let count = self.input.read(&mut buffer[..wanted]).map_err(UnpackError::Read)?;
            if count == 0 {
                return Err(UnpackError::Short);
            }
            if open.head.method() == Method::Stored {
                open.crc32.update(&buffer[..count]);
            }
            open.left -= count as u64;
            return Ok(count);
        }
        if buffer.is_empty() && open.left > 0 {
            return Ok(0);
        }
        self.close()
    }

    fn close(&mut self) -> Result<usize, UnpackError> {
        let Some(Open { head, crc32, .. }) = self.open.take() else { return Ok(0) };
        let same = head.method() == Method::Deflated || crc32.finalize() == head.crc32();
        if same { Ok(0) } else { Err(UnpackError::Content(head.name().to_owned())) }
    }
}

/// Gives the bytes of the entry that is open. That they were damaged is told at their end.
impl<R: Read> Read for Unpacker<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        self.read_open(buffer).map_err(|error| match error {
            UnpackError::Read(error) => error,
            error => io::Error::other(error),
        })
    }
}
