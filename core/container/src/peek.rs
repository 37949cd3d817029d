//! A reader that can be looked ahead into.

use std::io::{self, ErrorKind, Read};

/// Bytes read ahead at most, and so the most that can be peeked.
pub(crate) const CAPACITY: usize = 64 * 1024;

/// A buffered reader that counts what was taken and shows what comes next without taking it.
pub(crate) struct Peek<'i> {
    inner: &'i mut dyn Read,
    buffer: Box<[u8]>,
    start: usize,
    end: usize,
    taken: u64,
}

impl<'i> Peek<'i> {
    pub(crate) fn new(inner: &'i mut dyn Read) -> Self {
        Self::with_capacity(inner, CAPACITY)
    }

    /// A smaller one, for input that is known to be short.
    pub(crate) fn with_capacity(inner: &'i mut dyn Read, bytes: usize) -> Self {
        let buffer = vec![0; bytes.clamp(512, CAPACITY)].into_boxed_slice();
        Self { inner, buffer, start: 0, end: 0, taken: 0 }
    }

    /// Bytes that were taken out.
    pub(crate) fn taken(&self) -> u64 {
        self.taken
    }

    /// The next `count` bytes, or fewer where the input ends or fails before. A failure comes again when it is reached.
    pub(crate) fn peek(&mut self, count: usize) -> &[u8] {
        let count = count.min(self.buffer.len());
        while self.end - self.start < count {
            match self.read_more() {
                Ok(true) => {}
                Ok(false) | Err(_) => break,
            }
        }
        let upto = self.end.min(self.start + count);
        &self.buffer[self.start..upto]
    }

    /// What is buffered, and at least one byte unless the input has ended.
    pub(crate) fn fill(&mut self) -> io::Result<&[u8]> {
        if self.start == self.end {
            self.read_more()?;
        }
        Ok(&self.buffer[self.start..self.end])
    }

    /// Takes `count` bytes of what was shown.
    pub(crate) fn consume(&mut self, count: usize) {
        let count = count.min(self.end - self.start);
        self.start += count;
        self.taken += count as u64;
    }

    /// Takes one byte; an end of the input is an error.
    pub(crate) fn byte(&mut self) -> io::Result<u8> {
        let byte = *self.fill()?.first().ok_or(ErrorKind::UnexpectedEof)?;
        self.consume(1);
        Ok(byte)
    }

    /// Takes `count` bytes and forgets them; an end of the input before that is an error.
    pub(crate) fn skip(&mut self, mut count: u64) -> io::Result<()> {
        while count > 0 {
            let ready = self.fill()?.len();
            if ready == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            let step = ready.min(usize::try_from(count).unwrap_or(usize::MAX));
            self.consume(step);
            count -= step as u64;
        }
        Ok(())
    }

    /// Reads once into the room that is left; `false` at the end of the input.
    fn read_more(&mut self) -> io::Result<bool> {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        loop {
            match self.inner.read(&mut self.buffer[self.end..]) {
                Ok(count) => {
                    self.end += count;
                    return Ok(count > 0);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl Read for Peek<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let ready = self.fill()?;
        let count = ready.len().min(buffer.len());
        buffer[..count].copy_from_slice(&ready[..count]);
        self.consume(count);
        Ok(count)
    }
}

/// The next `left` bytes of an input; if it ends before, that is an error.
pub(crate) struct Part<'p, 'i> {
    input: &'p mut Peek<'i>,
    left: u64,
}

impl<'p, 'i> Part<'p, 'i> {
    pub(crate) fn new(input: &'p mut Peek<'i>, left: u64) -> Self {
        Self { input, left }
    }

    /// Takes what nobody read.
    pub(crate) fn skip_rest(self) -> io::Result<()> {
        self.input.skip(self.left)
    }
}

impl Read for Part<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = buffer.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        if count == 0 {
            return Ok(0);
        }
        let count = self.input.read(&mut buffer[..count])?;
        if count == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        self.left -= count as u64;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_peeked_is_still_there() {
        let mut bytes: &[u8] = b"head and body";
        let mut peek = Peek::new(&mut bytes);
        assert_eq!(peek.peek(4), b"head");
        let mut all = Vec::new();
        peek.read_to_end(&mut all).unwrap();
        assert_eq!((all.as_slice(), peek.taken()), (&b"head and body"[..], 13));
    }

    #[test]
    fn a_part_that_is_cut_off_is_an_error() {
        let mut bytes: &[u8] = b"12345";
        let mut peek = Peek::new(&mut bytes);
        let mut text = Vec::new();
        let error = Part::new(&mut peek, 6).read_to_end(&mut text).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
    }
}
