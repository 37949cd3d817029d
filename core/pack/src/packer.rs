//! Writing: entry after entry, to a destination that need not seek.

use std::io::{self, Read, Write};

use crate::head::{Directory, Head, HeadError, Method};

/// Why nothing more can be packed. What was written is of no use.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// The entry cannot be.
    #[error(transparent)]
    Head(#[from] HeadError),
    /// An entry got other bytes than its head says: fewer, more, or of another CRC-32.
    #[error("the content of `{0}` is not what was announced")]
    Content(String),
    /// The content cannot be read.
    #[error("cannot read the content of `{name}`")]
    Read {
        /// Name of the entry.
        name: String,
        /// The cause.
        source: io::Error,
    },
    /// The destination cannot be written.
    #[error("cannot write the zip")]
    Write(#[source] io::Error),
}

/// Writes a zip, entry after entry.
///
/// ```
/// # fn main() -> Result<(), candor_pack::PackError> {
/// let mut packer = candor_pack::Packer::new(Vec::new());
/// packer.add("request.json", b"{}")?;
/// packer.copy(candor_pack::Head::stored("large", 3, 0x352441c2)?, &b"abc"[..])?;
/// let zip = packer.finish()?;
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct Packer<W> {
    output: W,
    directory: Directory,
    open: Option<Open>,
}

/// The entry that is being written.
#[derive(Debug)]
struct Open {
    head: Head,
    left: u64,
    crc32: crc32fast::Hasher,
}

impl<W: Write> Packer<W> {
    /// Begins a zip. `output` gets many small pieces.
    pub fn new(output: W) -> Self {
        Self { output, directory: Directory::new(), open: None }
    }

    /// Packs an entry whose content is at hand.
    ///
    /// # Errors
    /// When it cannot be, or the destination cannot be written.
    pub fn add(&mut self, name: &str, content: &[u8]) -> Result<(), PackError> {
        self.begin(Head::of(name, content)?)?;
        self.put(content)
    }

    /// Packs an entry whose bytes are read until `input` ends.
    ///
    /// # Errors
    /// When it cannot be, `input` cannot be read or is not what `head` says, or the destination cannot be written.
    pub fn copy(&mut self, head: Head, mut input: impl Read) -> Result<(), PackError> {
        let name = head.name().to_owned();
        self.begin(head)?;
        let mut buffer = vec![0; 64 * 1024];
        loop {
            match input.read(&mut buffer) {
                Ok(0) => return self.end(),
                Ok(count) => self.put(&buffer[..count])?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(source) => return Err(PackError::Read { name, source }),
            }
        }
    }

    /// Begins an entry, whose bytes then are [`put`](Self::put).
    ///
    /// # Errors
    /// When it cannot be, the one before is not complete, or the destination cannot be written.
    pub fn begin(&mut self, head: Head) -> Result<(), PackError> {
        self.end()?;
        self.directory.add(head.clone())?;
        self.output.write_all(&head.local_header()).map_err(PackError::Write)?;
        self.open = Some(Open { left: head.packed_bytes(), head, crc32: crc32fast::Hasher::new() });
        Ok(())
    }

    /// Writes the next bytes of the entry that was begun.
    ///
    /// # Errors
    /// When there are more than was announced, no entry was begun, or the destination cannot be written.
    pub fn put(&mut self, bytes: &[u8]) -> Result<(), PackError> {
        let open = self.open.as_mut().ok_or_else(|| PackError::Content(String::new()))?;
        let left = open.left.checked_sub(bytes.len() as u64);
        open.left = left.ok_or_else(|| PackError::Content(open.head.name().to_owned()))?;
        if open.head.method() == Method::Stored {
            open.crc32.update(bytes);
        }
        self.output.write_all(bytes).map_err(PackError::Write)
    }

    /// Checks that the entry that was begun is complete.
    fn end(&mut self) -> Result<(), PackError> {
        let Some(Open { head, left, crc32 }) = self.open.take() else { return Ok(()) };
        let same = head.method() == Method::Deflated || crc32.finalize() == head.crc32();
        if left == 0 && same { Ok(()) } else { Err(PackError::Content(head.name().to_owned())) }
    }

    /// Writes directory and end, and gives the destination back. It is not flushed.
    ///
    /// # Errors
    /// When the last entry is not complete, or the destination cannot be written.
    pub fn finish(mut self) -> Result<W, PackError> {
        self.end()?;
        self.directory.write(|piece| self.output.write_all(piece)).map_err(PackError::Write)?;
        Ok(self.output)
    }
}
