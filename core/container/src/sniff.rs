//! What a run of bytes is, judged by its beginning and never by its name.

mod container;
mod encoding;

pub use encoding::Encoding;
pub(crate) use encoding::{is_binary, is_odd};

/// Bytes that [`sniff`] wants to see, if there are so many.
pub const HEAD_BYTES: usize = 8 * 1024;

/// What begins with a head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// Text; nothing at all is text too.
    Text(Encoding),
    /// A container that can be opened.
    Container(Format),
    /// A container that is recognised and cannot be opened, such as `7z`.
    Closed(&'static str),
    /// None of these.
    Binary,
}

/// The containers that can be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// RFC 1952.
    Gzip,
    /// The .xz file format 1.2.
    Xz,
    /// RFC 8878.
    Zstd,
    /// bzip2 1.0.
    Bzip2,
    /// PKWARE's APPNOTE.
    Zip,
    /// POSIX ustar and pax, GNU tar, and the tar of Unix version 7.
    Tar,
}

/// Judges the first bytes of something; [`HEAD_BYTES`] of them, or all if there are fewer.
pub fn sniff(head: &[u8]) -> Content {
    if let Some(format) = container::format(head) {
        return Content::Container(format);
    }
    if let Some(name) = container::closed(head) {
        return Content::Closed(name);
    }
    encoding::encoding(head).map_or(Content::Binary, Content::Text)
}

#[cfg(test)]
mod tests;
