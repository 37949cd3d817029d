//! Reading from header to header: what streams and files have in common.

use std::io::{self, Read};

use crate::head::{Directory, Head, HeadError};
use crate::name::MAX_NAME_BYTES;
use crate::record::{self, LOCAL, LOCAL_BYTES, LOCAL_EXTRA_BYTES};

/// A zip that is not taken.
#[derive(Debug, thiserror::Error)]
pub enum UnpackError {
    /// It cannot be read.
    #[error("cannot read the zip")]
    Read(#[source] io::Error),
    /// It ends too early.
    #[error("the zip is cut short")]
    Short,
    /// It is no zip, or one that was not made in the one way: another spelling, something between, before or behind.
    #[error("not a zip as this program packs it: {what} at byte {at}")]
    Layout {
        /// What is otherwise.
        what: &'static str,
        /// Where the part begins that is otherwise.
        at: u64,
    },
    /// An entry that cannot be.
    #[error("an entry of the zip is refused")]
    Head(#[from] HeadError),
    /// The content of an entry is not what its CRC-32 says.
    #[error("the content of `{0}` is damaged")]
    Content(String),
    /// It has more entries than the reader takes.
    #[error("the zip has more than {0} entries")]
    TooMany(usize),
}

impl UnpackError {
    fn read(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::Short,
            _ => Self::Read(error),
        }
    }
}

/// The error of this crate inside one that a [`Read`] of it gave.
pub fn unpack_error_in(error: &io::Error) -> Option<&UnpackError> {
    error.get_ref().and_then(|inner| inner.downcast_ref())
}

/// Goes from header to header. Between two calls, the bytes of the entry have to be taken from the input.
#[derive(Debug)]
pub(crate) struct Walk {
    directory: Directory,
    most: usize,
}

impl Walk {
    pub(crate) fn new(most: usize) -> Self {
        Self { directory: Directory::new(), most }
    }

    /// Reads the next local header; `None` when directory and end have been read and are as they have to be. The offset is
    /// that of the header.
    pub(crate) fn next(&mut self, input: &mut impl Read) -> Result<Option<(u64, Head)>, UnpackError> {
        let mut header = [0; LOCAL_BYTES];
        // The shortest thing that is no header, the end of an empty zip, has 22 bytes.
        let (signature, rest) = header.split_at_mut(4);
        input.read_exact(signature).map_err(UnpackError::read)?;
        if signature != LOCAL.to_le_bytes() {
            self.check_directory(&*signature, input)?;
            return Ok(None);
        }
        input.read_exact(rest).map_err(UnpackError::read)?;
        let head = self.read_head(&header, input)?;
        if self.directory.len() >= self.most {
            return Err(UnpackError::TooMany(self.most));
        }
        let offset = self.directory.add(head.clone())?;
        Ok(Some((offset, head)))
    }

    fn read_head(&self, header: &[u8; LOCAL_BYTES], input: &mut impl Read) -> Result<Head, UnpackError> {
        let wrong = |what| UnpackError::Layout { what, at: self.directory.offset() };
        let fixed = record::parse_fixed(header);
        if usize::from(fixed.name_bytes) > MAX_NAME_BYTES || fixed.extra_bytes > LOCAL_EXTRA_BYTES {
            return Err(wrong("a header"));
        }
        let mut name = vec![0; usize::from(fixed.name_bytes)];
        let mut extra = vec![0; usize::from(fixed.extra_bytes)];
        input.read_exact(&mut name).map_err(UnpackError::read)?;
        input.read_exact(&mut extra).map_err(UnpackError::read)?;
        let wide = |at: usize| extra.get(at..at + 8)?.try_into().ok().map(u64::from_le_bytes);
        let bytes = wide(4).unwrap_or(u64::from(fixed.bytes));
        let packed_bytes = wide(12).unwrap_or(u64::from(fixed.packed_bytes));
        let method = fixed.method.ok_or_else(|| wrong("a method of compression"))?;
        let text = String::from_utf8(name.clone()).map_err(|_| wrong("a name"))?;
        let head = Head::new(text, method, fixed.crc32, packed_bytes, bytes)?;
        let anew = head.local_header();
        let same = anew == [&header[..], &name, &extra].concat();
        let sizes = method == crate::Method::Deflated || packed_bytes == bytes;
        if same && sizes { Ok(head) } else { Err(wrong("a header")) }
    }

    /// Compares directory and end, of which the first bytes are read already, with what the headers said.
    fn check_directory(&self, begun: &[u8], input: &mut impl Read) -> Result<(), UnpackError> {
        let mut input = begun.chain(input);
        let mut at = self.directory.offset();
        let mut found = Vec::new();
        self.directory.write(|piece| {
            found.resize(piece.len(), 0);
            input.read_exact(&mut found).map_err(UnpackError::read)?;
            if found != piece {
                return Err(UnpackError::Layout { what: "the directory", at });
            }
            at += piece.len() as u64;
            Ok(())
        })?;
        match input.read(&mut [0]).map_err(UnpackError::read)? {
            0 => Ok(()),
            _ => Err(UnpackError::Layout { what: "something behind the end", at }),
        }
    }
}
