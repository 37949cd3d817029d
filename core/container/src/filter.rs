//! What the caller brings: the decision about each entry, and the rewriting of text and names.

use std::fmt;

use crate::EntryPath;

/// Decides what becomes of the entries, and rewrites them.
pub trait Filter {
    /// A stream for one text entry, whose first bytes are `head` (at most [`HEAD_BYTES`](crate::HEAD_BYTES)). An
    /// error withholds the entry.
    fn text(&self, path: &EntryPath, head: &[u8]) -> Result<Box<dyn TextFilter + '_>, FilterError>;

    /// What to do with an entry that is neither text nor a container that can be opened.
    fn binary(&self, path: &EntryPath, head: &[u8], why: Opaque) -> Binary;

    /// The name of an entry, target of a link, user or group name, or comment, rewritten. Called once for each
    /// occurrence; the same name must give the same answer, so that links keep their targets.
    fn name(&self, name: &[u8]) -> Vec<u8>;
}

/// Rewrites one text. The result must not depend on how the input is cut.
pub trait TextFilter {
    /// Takes the next bytes and appends what is certain by now to `out`.
    fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<(), FilterError>;

    /// Takes the end of the text and appends the rest to `out`.
    fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), FilterError>;
}

/// Why a filter could not rewrite an entry: a few words, without anything of the entry in them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct FilterError(String);

impl FilterError {
    /// An error that says `what` went wrong, in lower case and without a full stop.
    pub fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }
}

/// What an entry is that cannot be read as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opaque {
    /// Not text, and no format that this crate knows.
    Binary,
    /// A container that is recognised and not opened, such as `7z`: text may be inside.
    Container(&'static str),
}

impl fmt::Display for Opaque {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Binary => f.write_str("binary data that cannot be searched"),
            Self::Container(name) => write!(f, "a container of the kind {name}, which cannot be opened"),
        }
    }
}

/// What becomes of an entry that is not text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binary {
    /// It is passed on byte for byte.
    Keep,
    /// A line that says why stands in its place.
    Withhold,
}
