//! What an input may cost.

use std::path::PathBuf;

/// Bounds of one [`transform`](crate::transform). What exceeds one is withheld with a reason; the rest goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Containers inside each other; `logs.tar.gz` are two.
    pub depth: usize,
    /// Bytes that all decompressors together may give.
    pub expanded_bytes: u64,
    /// Bytes that may come out for each one that goes in, for every compressed stream and for the whole input.
    pub ratio: u64,
    /// Below this many bytes the ratio does not matter.
    pub ratio_free_bytes: u64,
    /// Entries of all archives together.
    pub entries: u64,
    /// Bytes of window or dictionary that all open decompressors together may take.
    pub window_bytes: u64,
    /// Bytes that all open compressors together may take; a nested one packs with a smaller window where they run short.
    pub packing_bytes: u64,
    /// Bytes of a finished entry that are kept in memory before they go to a temporary file.
    pub spool_bytes: usize,
    /// Where temporary files live, without a name; `None` is the system's folder.
    pub spool_folder: Option<PathBuf>,
    /// Where those live that hold input as it came, which a zip needs; `None` is where the others are.
    pub input_folder: Option<PathBuf>,
    /// Bytes of a name, link target or comment in an archive.
    pub name_bytes: usize,
    /// Withheld entries and remarks that a [`Summary`](crate::Summary) lists; beyond, they are only counted.
    pub listed: usize,
}

const MIB: u64 = 1 << 20;

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 8,
            expanded_bytes: 64 * 1024 * MIB,
            ratio: 1000,
            ratio_free_bytes: 64 * MIB,
            entries: 1_000_000,
            window_bytes: 32 * MIB,
            packing_bytes: 6 * MIB,
            spool_bytes: 1 << 20,
            spool_folder: None,
            input_folder: None,
            name_bytes: 32 * 1024,
            listed: 1000,
        }
    }
}
