//! What a run tells about itself.

use std::fmt;

use crate::Opaque;

/// What became of one input.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Summary {
    /// What became of the input as a whole.
    pub outcome: Outcome,
    /// Entries met, the input itself included: what is text, binary, a link or a folder, and what was withheld.
    pub entries: u64,
    /// Texts that went through the filter.
    pub redacted: u64,
    /// Entries passed on without their content being looked at: kept binaries, folders, links, devices.
    pub kept: u64,
    /// Entries withheld, listed or not.
    pub withheld: u64,
    /// The first of the withheld entries.
    pub withheld_entries: Vec<WithheldEntry>,
    /// What was left out besides entries.
    pub remarks: Vec<(String, Remark)>,
    /// Bytes read of the input.
    pub bytes_in: u64,
    /// Bytes written to the output.
    pub bytes_out: u64,
}

impl Summary {
    pub(crate) fn new() -> Self {
        Self {
            outcome: Outcome::Written,
            entries: 0,
            redacted: 0,
            kept: 0,
            withheld: 0,
            withheld_entries: Vec::new(),
            remarks: Vec::new(),
            bytes_in: 0,
            bytes_out: 0,
        }
    }
}

/// What became of the input as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The output is complete: text rewritten, a container packed again, or a binary kept.
    Written,
    /// The input itself is withheld and nothing was written.
    Withheld(Reason),
}

/// One entry that was not passed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithheldEntry {
    /// Its place, as [`EntryPath`](crate::EntryPath) displays it.
    pub path: String,
    /// Why.
    pub reason: Reason,
}

/// Why an entry is withheld. `Display` gives a few words, without anything of the entry in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The filter said so of something that is not text.
    Opaque(Opaque),
    /// The filter failed.
    Filter(String),
    /// What began as text is something else further on.
    TurnsBinary,
    /// The input ends in the middle.
    Truncated,
    /// The input is not what its format demands.
    Damaged,
    /// It is encrypted.
    Encrypted,
    /// It is packed by a method that this crate does not know.
    Method(u16),
    /// Containers are nested deeper than the limit.
    TooDeep,
    /// More bytes came out than all decompressors together may give.
    TooLarge,
    /// More bytes came out than the ratio allows.
    Ratio,
    /// Reading it needs more memory than the limit.
    Memory,
    /// The input has more entries than the limit.
    TooManyEntries,
    /// Its name, the target of its link or its extended header is longer than the limit.
    LongName,
    /// A sparse file of an archive.
    Sparse,
    /// A type of entry that cannot be passed on.
    Type(u8),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Opaque(what) => write!(f, "{what}"),
            Self::Filter(why) => write!(f, "it could not be rewritten: {why}"),
            Self::TurnsBinary => f.write_str("it begins as text and goes on as binary data"),
            Self::Truncated => f.write_str("it is cut off"),
            Self::Damaged => f.write_str("it is damaged"),
            Self::Encrypted => f.write_str("it is encrypted"),
            Self::Method(method) => write!(f, "it is packed by the unknown method {method}"),
            Self::TooDeep => f.write_str("containers are nested too deep"),
            Self::TooLarge => f.write_str("the input expands to more bytes than the limit"),
            Self::Ratio => f.write_str("it expands far more than honest data do"),
            Self::Memory => f.write_str("reading it needs more memory than the limit"),
            Self::TooManyEntries => f.write_str("the input has more entries than the limit"),
            Self::LongName => f.write_str("its name or header is longer than the limit"),
            Self::Sparse => f.write_str("it is a sparse file, which is not expanded"),
            Self::Type(flag) => write!(f, "its type, {flag:#04x}, is not known"),
        }
    }
}

/// Something that was left out and is no entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remark {
    /// Bytes behind the end of a container.
    TrailingBytes,
    /// Bytes of a zip that belong to no entry.
    HiddenBytes,
    /// The central directory of a zip is missing or damaged; what was found without it was used.
    DirectoryRebuilt,
    /// A container is damaged behind its last entry.
    DamagedEnd,
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TrailingBytes => "bytes behind the end were left out",
            Self::HiddenBytes => "bytes that belong to no entry were left out",
            Self::DirectoryRebuilt => "the directory is damaged; entries were found without it",
            Self::DamagedEnd => "the end is damaged; all entries before it were whole",
        })
    }
}

/// The name of the entry that stands for a withheld one.
pub fn withheld_name(name: &[u8]) -> Vec<u8> {
    [name, b".withheld.txt"].concat()
}

/// The line that stands for a withheld entry.
pub fn withheld_line(reason: &Reason) -> String {
    format!("This entry is withheld: {reason}.\n")
}
