//! The blank places of dropped artifacts.

use std::collections::HashMap;
use std::io::Read;

use super::{ProblemKind, Verification};
use crate::edit::blank;
use crate::index::ReportIndex;
use crate::reader::{Archive, ArchiveEntry};

/// Leaves of which a blank place may stand in the archive, each once.
pub(super) struct Dropped {
    leaves: HashMap<String, bool>,
}

impl Dropped {
    /// Those that were edited away.
    pub(super) fn of(index: &ReportIndex) -> Self {
        let edits = index.proof.iter().flat_map(|proof| &proof.edits);
        Self { leaves: edits.map(|edit| (edit.leaf.to_string(), false)).collect() }
    }

    /// True for names that only blank places have.
    pub(super) fn is_path(path: &str) -> bool {
        path.starts_with(blank::PREFIX)
    }

    /// Checks one blank place.
    pub(super) fn check(
        &mut self,
        archive: &mut Archive,
        number: usize,
        entry: &ArchiveEntry,
        found: &mut Verification,
    ) {
        if !self.take(entry) {
            let detail = "the edits tell of no artifact whose place this could be";
            return found.problem(&entry.path, ProblemKind::Dropped, detail);
        }
        let detail = match is_blank(archive, number) {
            Ok(true) => return,
            Ok(false) => "the place of a dropped artifact is not blank".to_owned(),
            Err(error) => format!("the place of a dropped artifact cannot be read: {error}"),
        };
        found.problem(&entry.path, ProblemKind::Dropped, detail);
    }

    /// Finds the leaf. Where there was no room for all of its digits there was none for data either.
    fn take(&mut self, entry: &ArchiveEntry) -> bool {
        let Some(digits) = blank::digits(&entry.path) else { return false };
        let taken = if digits.len() == blank::LEAF_DIGITS {
            self.leaves.get_mut(digits)
        } else if entry.bytes == 0 {
            self.leaves.iter_mut().find_map(|(leaf, taken)| leaf.starts_with(digits).then_some(taken))
        } else {
            None
        };
        taken.is_some_and(|taken| !std::mem::replace(taken, true))
    }
}

/// True for an entry that is stored and all zeros.
fn is_blank(archive: &mut Archive, number: usize) -> std::io::Result<bool> {
    let mut entry = archive.by_index(number).map_err(std::io::Error::other)?;
    if entry.compression() != zip::CompressionMethod::Stored {
        return Ok(false);
    }
    let mut buffer = vec![0; 256 * 1024];
    loop {
        match entry.read(&mut buffer)? {
            0 => return Ok(true),
            read if buffer[..read].iter().any(|byte| *byte != 0) => return Ok(false),
            _ => {}
        }
    }
}
