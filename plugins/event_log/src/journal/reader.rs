//! All files of a journal as one list, newest entry first.

use std::cmp::Ordering;

use super::file::{EntryKey, JournalFile};
use super::window::Windows;

/// An entry of the list.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    /// Index of its file.
    pub(crate) file: usize,
    pub(crate) key: EntryKey,
    /// It was found in another file just before.
    pub(crate) duplicate: bool,
}

/// Merges files.
pub(crate) struct JournalReader {
    pub(crate) files: Vec<JournalFile>,
    /// The newest entry of each file that was not given yet.
    heads: Vec<Option<EntryKey>>,
    /// The file to take from, and the newest entry of the others.
    leader: Option<(usize, Option<EntryKey>)>,
    last: Option<EntryKey>,
    /// Entries that another file had too.
    pub(crate) duplicates: u64,
}

impl JournalReader {
    pub(crate) fn new(mut files: Vec<JournalFile>, windows: &mut Windows) -> Self {
        let heads = files.iter_mut().map(|file| file.previous(windows)).collect();
        Self { files, heads, leader: None, last: None, duplicates: 0 }
    }

    /// The next older entry.
    pub(crate) fn previous(&mut self, windows: &mut Windows) -> Option<Found> {
        let (file, key) = self.newest()?;
        self.heads[file] = self.files[file].previous(windows);
        let duplicate = self.last.is_some_and(|last| compare(&last, &key) == Ordering::Equal);
        self.duplicates += u64::from(duplicate);
        self.last = Some(key);
        Some(Found { file, key, duplicate })
    }

    /// Takes nothing further from a file.
    pub(crate) fn leave(&mut self, index: usize) {
        self.heads[index] = None;
        self.leader = None;
    }

    fn newest(&mut self) -> Option<(usize, EntryKey)> {
        if let Some((index, runner_up)) = self.leader
            && let Some(key) = self.heads[index]
            && runner_up.is_none_or(|other| compare(&key, &other) != Ordering::Less)
        {
            return Some((index, key));
        }
        let mut best: Option<(usize, EntryKey)> = None;
        let mut runner_up: Option<EntryKey> = None;
        for (index, key) in self.heads.iter().enumerate() {
            let Some(key) = *key else { continue };
            match best {
                Some((_, leading)) if compare(&key, &leading) != Ordering::Greater => {
                    if runner_up.is_none_or(|other| compare(&key, &other) == Ordering::Greater) {
                        runner_up = Some(key);
                    }
                }
                _ => {
                    runner_up = best.map(|(_, leading)| leading);
                    best = Some((index, key));
                }
            }
        }
        self.leader = best.map(|(index, _)| (index, runner_up));
        best
    }
}

/// The journal's order: the number where both come from one writer, else the clock of the boot where both come from
/// one boot, else the wall clock. Not transitive when the wall clock was set back, which no order of several writers is.
fn compare(one: &EntryKey, other: &EntryKey) -> Ordering {
    let mut order = Ordering::Equal;
    if one.seqnum_id == other.seqnum_id {
        order = one.seqnum.cmp(&other.seqnum);
    }
    if one.boot_id == other.boot_id {
        order = order.then(one.monotonic.cmp(&other.monotonic));
    }
    order.then(one.realtime.cmp(&other.realtime)).then(one.xor_hash.cmp(&other.xor_hash))
}
