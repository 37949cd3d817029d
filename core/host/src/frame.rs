//! Frames between host and worker, over a stream socket.
//!
//! A frame is a header of eight bytes (length of the payload as little-endian `u32`, kind, three zero bytes) and the
//! payload. Control payloads are JSON documents of `candor_contract::document` or postcard; chunks are raw. Whatever
//! comes from a worker is hostile: the length is checked against the most that its kind may have before anything is
//! allocated.

use std::io::{self, Read};

/// Bytes of a header.
pub(crate) const HEADER_BYTES: usize = 8;
/// Most bytes of artifact data in one frame.
pub(crate) const CHUNK_MAX: usize = 1 << 20;
/// Most bytes of a control payload.
const CONTROL_MAX: usize = 256 << 10;
/// Most bytes of an answer to a call: the socket owners of a busy machine.
const ANSWER_MAX: usize = 64 << 20;
/// Bytes that are read at once when frames are small.
const BUFFER_BYTES: usize = 64 << 10;

/// What a frame is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    /// Host → worker: [`crate::worker::Start`], JSON; to a launcher [`crate::worker::launch::LaunchStart`].
    Start = 1,
    /// Worker → host: [`candor_sandbox::Confined`], JSON; once, before the library is loaded.
    Confined = 2,
    /// Worker → host: [`crate::worker::Loaded`], JSON.
    Loaded = 3,
    /// Worker → host: an artifact header.
    Begin = 4,
    /// Worker → host: bytes of the open artifact.
    Chunk = 5,
    /// Worker → host: an artifact trailer.
    End = 6,
    /// Worker → host: a log record.
    Log = 7,
    /// Worker → host: [`crate::worker::Call`], JSON.
    Call = 8,
    /// Host → worker: the answer to a call.
    Answer = 9,
    /// Host → worker: the failure of a call.
    Refusal = 10,
    /// Worker → host: the collector's response.
    Done = 11,
    /// Worker → host: the collector's failure, or why it could not be loaded; from a launcher
    /// [`crate::worker::launch::NotExecuted`].
    Failed = 12,
    /// Host → worker: the gate is open, foreign code may be loaded or executed.
    Go = 13,
}

impl Kind {
    const ALL: [Self; 13] = [
        Self::Start,
        Self::Confined,
        Self::Loaded,
        Self::Begin,
        Self::Chunk,
        Self::End,
        Self::Log,
        Self::Call,
        Self::Answer,
        Self::Refusal,
        Self::Done,
        Self::Failed,
        Self::Go,
    ];

    fn most_bytes(self) -> usize {
        match self {
            Self::Chunk => CHUNK_MAX,
            Self::Answer => ANSWER_MAX,
            Self::Start => 4 * CONTROL_MAX,
            _ => CONTROL_MAX,
        }
    }
}

/// One frame.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) kind: Kind,
    pub(crate) payload: Vec<u8>,
}

/// Bytes that are no frame. The sender is at fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadFrame {
    #[error("it sent a frame of unknown kind {0}")]
    Kind(u8),
    #[error("it sent a frame with a broken header")]
    Header,
    #[error("it sent a frame of {length} bytes where at most {most} are allowed")]
    Length { length: usize, most: usize },
    #[error("it closed the connection within a frame")]
    Truncated,
}

/// Why no frame came.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FrameError {
    #[error(transparent)]
    Bad(#[from] BadFrame),
    #[error("cannot read from the worker")]
    Io(#[source] io::Error),
}

/// The header of a frame.
pub(crate) fn header(kind: Kind, length: usize) -> [u8; HEADER_BYTES] {
    let mut header = [0; HEADER_BYTES];
    header[..4].copy_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
    header[4] = kind as u8;
    header
}

fn parse_header(header: &[u8]) -> Result<(Kind, usize), BadFrame> {
    let &[a, b, c, d, kind, 0, 0, 0] = header else {
        return Err(BadFrame::Header);
    };
    let length = u32::from_le_bytes([a, b, c, d]) as usize;
    let kind = Kind::ALL.into_iter().find(|known| *known as u8 == kind).ok_or(BadFrame::Kind(kind))?;
    let most = kind.most_bytes();
    if length > most { Err(BadFrame::Length { length, most }) } else { Ok((kind, length)) }
}

/// Takes frames out of a stream. Small frames share one read; a large payload is read straight into its place.
pub(crate) struct FrameReader {
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// A payload was left half read: what follows in the stream is the rest of it and not a frame.
    torn: bool,
}

impl FrameReader {
    pub(crate) fn new() -> Self {
        Self { buffer: vec![0; BUFFER_BYTES], start: 0, end: 0, torn: false }
    }

    /// The next frame, or `None` when the sender closed the connection between two frames. `source` decides how it
    /// waits; an error of it ends the reading.
    pub(crate) fn next(&mut self, source: &mut impl Source) -> Result<Option<Frame>, FrameError> {
        self.next_into(source, Vec::with_capacity)
    }

    /// As [`FrameReader::next`], with the payload in a buffer of the caller's: `spare` is asked for one of that capacity.
    pub(crate) fn next_into(
        &mut self,
        source: &mut impl Source,
        spare: impl FnOnce(usize) -> Vec<u8>,
    ) -> Result<Option<Frame>, FrameError> {
        if self.torn {
            return Err(BadFrame::Truncated.into());
        }
        while self.end - self.start < HEADER_BYTES {
            if self.fill(source)? == 0 {
                return if self.start == self.end { Ok(None) } else { Err(BadFrame::Truncated.into()) };
            }
        }
        let (kind, length) = parse_header(&self.buffer[self.start..self.start + HEADER_BYTES])?;
        self.start += HEADER_BYTES;
        let mut payload = spare(length);
        payload.clear();
        let ready = length.min(self.end - self.start);
        payload.extend_from_slice(&self.buffer[self.start..self.start + ready]);
        self.start += ready;
        self.torn = true;
        while payload.len() < length {
            let missing = length - payload.len();
            if retry(|| source.append(&mut payload, missing))? == 0 {
                return Err(BadFrame::Truncated.into());
            }
        }
        self.torn = false;
        Ok(Some(Frame { kind, payload }))
    }

    fn fill(&mut self, source: &mut impl Source) -> Result<usize, FrameError> {
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        let count = retry(|| source.fill(&mut self.buffer[self.end..]))?;
        self.end += count;
        Ok(count)
    }
}

/// Where frames come from. It decides how to wait.
pub(crate) trait Source {
    /// Reads some bytes; 0 is the end.
    fn fill(&mut self, buffer: &mut [u8]) -> io::Result<usize>;

    /// Appends at most `most` bytes without filling the room with zeros first; 0 is the end.
    fn append(&mut self, buffer: &mut Vec<u8>, most: usize) -> io::Result<usize>;
}

/// A blocking descriptor, and bytes in memory for tests.
impl<R: Read> Source for R {
    fn fill(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        Read::read(self, buffer)
    }

    fn append(&mut self, buffer: &mut Vec<u8>, most: usize) -> io::Result<usize> {
        let start = buffer.len();
        buffer.resize(start + most, 0);
        let result = Read::read(self, &mut buffer[start..]);
        buffer.truncate(start + result.as_ref().map_or(0, |count| *count));
        result
    }
}

fn retry(mut read: impl FnMut() -> io::Result<usize>) -> Result<usize, FrameError> {
    loop {
        match read() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other.map_err(FrameError::Io),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bytes_of(frames: &[(Kind, &[u8])]) -> Vec<u8> {
        let one = |(kind, payload): &(Kind, &[u8])| [&header(*kind, payload.len())[..], payload].concat();
        frames.iter().flat_map(one).collect()
    }

    #[test]
    fn frames_come_out_as_they_went_in() {
        let large = vec![7; CHUNK_MAX];
        let bytes = bytes_of(&[(Kind::Begin, b"{}"), (Kind::Chunk, &large), (Kind::End, b"")]);
        let mut source = &bytes[..];
        let mut reader = FrameReader::new();
        assert_eq!(
            reader.next(&mut source).unwrap(),
            Some(Frame { kind: Kind::Begin, payload: b"{}".to_vec() })
        );
        assert_eq!(reader.next(&mut source).unwrap().unwrap().payload, large);
        assert_eq!(reader.next(&mut source).unwrap(), Some(Frame { kind: Kind::End, payload: Vec::new() }));
        assert_eq!(reader.next(&mut source).unwrap(), None);
    }

    #[test]
    fn a_length_beyond_its_kind_is_refused_before_it_is_read() {
        let mut source = &header(Kind::Begin, CONTROL_MAX + 1)[..];
        let error = FrameReader::new().next(&mut source).unwrap_err();
        assert!(matches!(error, FrameError::Bad(BadFrame::Length { .. })), "{error}");
    }

    #[test]
    fn a_cut_frame_is_told_from_a_closed_connection() {
        let bytes = bytes_of(&[(Kind::Log, b"abcdef")]);
        let mut source = &bytes[..bytes.len() - 1];
        let error = FrameReader::new().next(&mut source).unwrap_err();
        assert!(matches!(error, FrameError::Bad(BadFrame::Truncated)), "{error}");
    }

    /// Gives its bytes, then one error, then the rest: a deadline in the middle of a payload.
    struct Interrupted<'a>(&'a [u8], Option<&'a [u8]>);

    impl Read for Interrupted<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if self.0.is_empty()
                && let Some(rest) = self.1.take()
            {
                self.0 = rest;
                return Err(io::ErrorKind::TimedOut.into());
            }
            self.0.read(buffer)
        }
    }

    #[test]
    fn the_rest_of_a_half_read_payload_is_never_taken_for_a_frame() {
        let inner = bytes_of(&[(Kind::Begin, b"{}")]);
        let outer = bytes_of(&[(Kind::Chunk, &inner)]);
        let (sent, rest) = outer.split_at(HEADER_BYTES);
        let mut source = Interrupted(sent, Some(rest));
        let mut reader = FrameReader::new();
        assert!(matches!(reader.next(&mut source), Err(FrameError::Io(_))));
        assert!(matches!(reader.next(&mut source), Err(FrameError::Bad(BadFrame::Truncated))));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic_or_allocate_beyond_the_bound(bytes in proptest::collection::vec(any::<u8>(), 0..4096)) {
            let mut source = &bytes[..];
            let mut reader = FrameReader::new();
            while let Ok(Some(frame)) = reader.next(&mut source) {
                prop_assert!(frame.payload.len() <= bytes.len());
            }
        }
    }
}
