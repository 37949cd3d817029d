//! One artifact on its way to disk.

use std::sync::Arc;

use crate::encoding::{self, Encoding, RedactError, Utf16};
use crate::engine::Engine;
use crate::stream::{Removal, Stream};
use crate::tally::Tally;

/// Removes secrets from one artifact and treats its identifiers, piece by piece.
///
/// The result does not depend on how the artifact is cut into pieces, and redacting it again changes nothing. Bytes
/// that are neither pass unchanged, valid UTF-8 or not. A bounded part of the artifact is held at a time.
///
/// ```
/// let mut redactor = candor_redact::Redactor::new(&candor_redact::Engine::secrets_only());
/// let mut output = Vec::new();
/// redactor.push(b"user=app pass", &mut output)?;
/// redactor.push(b"word=hunter2\n", &mut output)?;
/// let tally = redactor.finish(&mut output)?;
/// assert_eq!(output, b"user=app password=[removed:password]\n");
/// assert_eq!(tally.of("password"), 1);
/// # Ok::<(), candor_redact::RedactError>(())
/// ```
pub struct Redactor {
    stream: Stream,
    /// The first bytes, until there are enough to tell the encoding.
    head: Option<Vec<u8>>,
    /// For text in UTF-16.
    utf16: Option<Utf16>,
    failed: Option<RedactError>,
}

impl std::fmt::Debug for Redactor {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Redactor({:?})", self.stream)
    }
}

/// UTF-16 is transcoded in pieces of this size.
const PIECE: usize = 64 * 1024;

impl Redactor {
    /// A redactor for one artifact.
    #[must_use]
    pub fn new(engine: &Arc<Engine>) -> Self {
        Self::over(Stream::new(engine, 0))
    }

    /// A redactor for an artifact that is known to be in UTF-16, with a byte order mark or without.
    #[must_use]
    pub fn utf16(engine: &Arc<Engine>, big_endian: bool) -> Self {
        Self { head: None, utf16: Some(Utf16::new(big_endian)), ..Self::new(engine) }
    }

    /// A redactor for the content of an encoding.
    pub(crate) fn inside(engine: &Arc<Engine>, depth: u8) -> Self {
        Self::over(Stream::new(engine, depth))
    }

    fn over(stream: Stream) -> Self {
        Self { stream, head: Some(Vec::new()), utf16: None, failed: None }
    }

    /// Remembers what is removed where, beside counting it.
    pub(crate) fn remember_removals(&mut self) {
        self.stream.removals = Some(Vec::new());
    }

    /// Takes the next bytes and appends to `output` what is settled.
    ///
    /// # Errors
    /// When the text cannot be searched for secrets. The artifact is to be withheld; every later call fails too.
    pub fn push(&mut self, input: &[u8], output: &mut Vec<u8>) -> Result<(), RedactError> {
        let rest = self.sniff(input, output)?;
        self.feed(rest, output);
        Ok(())
    }

    /// Bytes of the artifact that are held, because what they are is not decided.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        self.stream.held_bytes() + self.head.as_ref().map_or(0, Vec::len)
    }

    /// Appends the rest to `output` and says what was removed.
    ///
    /// # Errors
    /// As [`Redactor::push`].
    pub fn finish(mut self, output: &mut Vec<u8>) -> Result<Tally, RedactError> {
        self.end(output)?;
        Ok(self.stream.tally())
    }

    /// As [`Redactor::finish`], with what was removed where.
    pub(crate) fn finish_removals(mut self, output: &mut Vec<u8>) -> Result<Vec<Removal>, RedactError> {
        self.end(output)?;
        Ok(self.stream.removals.unwrap_or_default())
    }

    fn end(&mut self, output: &mut Vec<u8>) -> Result<(), RedactError> {
        self.sniff_rest(output)?;
        let Some(mut utf16) = self.utf16.take() else {
            self.stream.finish(output);
            return Ok(());
        };
        let (mut text, mut redacted) = (Vec::new(), Vec::new());
        utf16.finish_decoding(&mut text);
        self.stream.push(&text, &mut redacted);
        self.stream.finish(&mut redacted);
        utf16.encode(&redacted, output);
        utf16.finish_encoding(output);
        Ok(())
    }

    /// Collects the head until the encoding is known. Returns what of `input` is to be fed; the head has been.
    fn sniff<'a>(&mut self, input: &'a [u8], output: &mut Vec<u8>) -> Result<&'a [u8], RedactError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let Some(head) = &mut self.head else { return Ok(input) };
        let missing = (encoding::SNIFFED - head.len()).min(input.len());
        let (first, rest) = input.split_at(missing);
        head.extend_from_slice(first);
        if head.len() == encoding::SNIFFED {
            self.sniff_rest(output)?;
        }
        Ok(rest)
    }

    /// Decides about the encoding by the head there is, and feeds that.
    fn sniff_rest(&mut self, output: &mut Vec<u8>) -> Result<(), RedactError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let Some(head) = self.head.take() else { return Ok(()) };
        match encoding::detect(&head).inspect_err(|error| self.failed = Some(*error))? {
            Encoding::Bytes => {}
            Encoding::Utf16Le => self.utf16 = Some(Utf16::new(false)),
            Encoding::Utf16Be => self.utf16 = Some(Utf16::new(true)),
        }
        self.feed(&head, output);
        Ok(())
    }

    fn feed(&mut self, input: &[u8], output: &mut Vec<u8>) {
        let Some(utf16) = &mut self.utf16 else { return self.stream.push(input, output) };
        let (mut text, mut redacted) = (Vec::new(), Vec::new());
        for piece in input.chunks(PIECE) {
            text.clear();
            redacted.clear();
            utf16.decode(piece, &mut text);
            self.stream.push(&text, &mut redacted);
            utf16.encode(&redacted, output);
        }
    }
}
