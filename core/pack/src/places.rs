//! Where the entries of a file are.

use std::io::{BufReader, Read, Seek, SeekFrom};

use crate::head::Head;
use crate::walk::{UnpackError, Walk};

/// An entry and where its bytes are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// What is said of it.
    pub head: Head,
    /// Where its bytes begin, behind its header.
    pub offset: u64,
}

/// The places of all entries of a zip that can seek. Headers, directory and end have been checked; the bytes of the entries were not
/// read, and their CRC-32 is for the caller to check.
#[derive(Debug)]
pub struct Places(Vec<Place>);

impl Places {
    /// Goes through a zip from header to header.
    ///
    /// # Errors
    /// When something is not as it has to be, or the source cannot be read.
    pub fn of(input: impl Read + Seek, most_entries: usize) -> Result<Self, UnpackError> {
        let mut input = BufReader::with_capacity(4096, input);
        input.rewind().map_err(UnpackError::Read)?;
        let mut walk = Walk::new(most_entries);
        let mut places = Vec::new();
        while let Some((at, head)) = walk.next(&mut input)? {
            let offset = at + head.local_header().len() as u64;
            let skipped = i64::try_from(head.packed_bytes()).map_err(|_| UnpackError::Short)?;
            input.seek_relative(skipped).map_err(UnpackError::Read)?;
            places.push(Place { head, offset });
        }
        Ok(Self(places))
    }

    /// All, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Place> {
        self.0.iter()
    }

    /// The entry of this name.
    pub fn find(&self, name: &str) -> Option<&Place> {
        self.0.iter().find(|place| place.head.name() == name)
    }
}

impl Place {
    /// Its bytes, as they are packed.
    ///
    /// # Errors
    /// When the source cannot seek there.
    pub fn open<R: Read + Seek>(&self, mut input: R) -> std::io::Result<std::io::Take<R>> {
        input.seek(SeekFrom::Start(self.offset))?;
        Ok(input.take(self.head.packed_bytes()))
    }
}
