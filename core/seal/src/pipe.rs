//! Bytes from one thread to the next, a bounded number of them at a time.

use std::io::{self, Read, Write};

use crossbeam_channel::{Receiver, Sender, bounded};

/// Bytes that travel together.
pub(crate) const BLOCK_BYTES: usize = 256 * 1024;
/// Blocks that may wait between two threads.
const WAITING_BLOCKS: usize = 8;

/// A pipe between two threads. The reader sees an error when the writer goes away without [`PipeWriter::finish`].
pub(crate) fn pipe() -> (PipeWriter, PipeReader) {
    let (sender, receiver) = bounded(WAITING_BLOCKS);
    let writer = PipeWriter { sender, block: Vec::with_capacity(BLOCK_BYTES) };
    (writer, PipeReader { receiver, block: Vec::new(), position: 0, ended: false })
}

/// Where bytes go in.
pub(crate) struct PipeWriter {
    /// `None` is the end.
    sender: Sender<Option<Vec<u8>>>,
    block: Vec<u8>,
}

impl PipeWriter {
    /// Sends what is left and the end.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.send()?;
        self.sender.send(None).map_err(|_| gone())
    }

    fn send(&mut self) -> io::Result<()> {
        if self.block.is_empty() {
            return Ok(());
        }
        let block = std::mem::replace(&mut self.block, Vec::with_capacity(BLOCK_BYTES));
        self.sender.send(Some(block)).map_err(|_| gone())
    }
}

impl Write for PipeWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let fitting = &bytes[..bytes.len().min(BLOCK_BYTES - self.block.len())];
        self.block.extend_from_slice(fitting);
        if self.block.len() == BLOCK_BYTES {
            self.send()?;
        }
        Ok(fitting.len())
    }

    /// Does nothing: a block is sent when it is full, and the last one by `finish`.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Where they come out.
pub(crate) struct PipeReader {
    receiver: Receiver<Option<Vec<u8>>>,
    block: Vec<u8>,
    position: usize,
    ended: bool,
}

impl PipeReader {
    /// The next block; `None` at the end.
    pub(crate) fn block(&mut self) -> io::Result<Option<Vec<u8>>> {
        if self.position < self.block.len() {
            let rest = self.block.split_off(self.position);
            self.position = self.block.len();
            return Ok(Some(rest));
        }
        if self.ended {
            return Ok(None);
        }
        let block = self.receiver.recv().map_err(|_| gone())?;
        self.ended = block.is_none();
        Ok(block)
    }
}

impl Read for PipeReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.position == self.block.len() {
            let Some(block) = self.block()? else { return Ok(0) };
            (self.block, self.position) = (block, 0);
        }
        let waiting = &self.block[self.position..];
        let count = waiting.len().min(buffer.len());
        buffer[..count].copy_from_slice(&waiting[..count]);
        self.position += count;
        Ok(count)
    }
}

/// The other thread has ended with an error of its own, which is the one to tell.
fn gone() -> io::Error {
    io::Error::new(io::ErrorKind::BrokenPipe, OtherSideGone)
}

/// The cause of an error that only follows another.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the other side has ended")]
pub(crate) struct OtherSideGone;

/// True for an error that only follows another thread's.
pub(crate) fn is_consequence(error: &io::Error) -> bool {
    error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<OtherSideGone>)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_comes_out_in_order() {
        let (mut writer, mut reader) = pipe();
        let plain: Vec<u8> = (0..3 * BLOCK_BYTES + 17).map(|number| (number % 251) as u8).collect();
        let expected = plain.clone();
        std::thread::scope(|scope| {
            scope.spawn(move || {
                writer.write_all(&plain).unwrap();
                writer.finish().unwrap();
            });
            let mut found = vec![0; 100];
            reader.read_exact(&mut found).unwrap();
            while let Some(block) = reader.block().unwrap() {
                found.extend_from_slice(&block);
            }
            assert_eq!(reader.read(&mut [0; 1]).unwrap(), 0);
            assert!(found == expected);
        });
    }

    #[test]
    fn a_writer_that_goes_away_is_no_end() {
        let (mut writer, mut reader) = pipe();
        writer.write_all(b"some").unwrap();
        drop(writer);
        assert!(is_consequence(&reader.read(&mut [0; 4]).unwrap_err()));
        let (mut writer, reader) = pipe();
        drop(reader);
        let error = writer.write_all(&vec![0; BLOCK_BYTES]).unwrap_err();
        assert!(is_consequence(&error));
    }
}
