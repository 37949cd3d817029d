//! Zips that fit into memory.

use crate::head::Method;
use crate::packer::{PackError, Packer};
use crate::places::Places;
use crate::walk::UnpackError;

/// A zip of these entries, in this order, stored.
///
/// # Errors
/// When two names are the same, or one is none.
pub fn pack<'a>(entries: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Result<Vec<u8>, PackError> {
    let mut packer = Packer::new(Vec::new());
    for (name, content) in entries {
        packer.add(name, content)?;
    }
    packer.finish()
}

/// An entry of a zip in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unpacked<'a> {
    /// Its name.
    pub name: String,
    /// Its content.
    pub content: &'a [u8],
}

/// The entries of a zip as [`pack`] makes it, in their order. What comes back, packed again, is the same zip to the byte.
///
/// # Errors
/// When anything is otherwise, an entry is compressed, or there are more than `most_entries`.
pub fn unpack(zip: &[u8], most_entries: usize) -> Result<Vec<Unpacked<'_>>, UnpackError> {
    let places = Places::of(std::io::Cursor::new(zip), most_entries)?;
    places
        .iter()
        .map(|place| {
            let at = usize::try_from(place.offset).map_err(|_| UnpackError::Short)?;
            let bytes = usize::try_from(place.head.packed_bytes()).map_err(|_| UnpackError::Short)?;
            if place.head.method() != Method::Stored {
                return Err(UnpackError::Layout { what: "a method of compression", at: place.offset });
            }
            let content = zip.get(at..).and_then(|rest| rest.get(..bytes)).ok_or(UnpackError::Short)?;
            if crc32fast::hash(content) != place.head.crc32() {
                return Err(UnpackError::Content(place.head.name().to_owned()));
            }
            Ok(Unpacked { name: place.head.name().to_owned(), content })
        })
        .collect()
}
