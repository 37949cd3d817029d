//! Gathers the receipt: what was opened, refused, and looked for.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use candor_manifest::PathPattern;

use super::rules::Judgement;
use crate::{AccessReceipt, DeniedAccess, PathAccess, UnusedRead};

/// Different paths in one list of the receipt.
const MOST_PATHS: usize = 1000;
/// Characters of one path in it.
const MOST_CHARACTERS: usize = 512;

/// What was asked of a gate so far. Whatever a process does, it stays small.
#[derive(Debug)]
pub(super) struct Tally {
    reads: Vec<Declared>,
    opened: Counts<String>,
    denied: Counts<(String, &'static str)>,
}

#[derive(Debug)]
struct Declared {
    pattern: PathPattern,
    /// The deepest folder without wildcards.
    folder: PathBuf,
    opened: bool,
    looked_for: bool,
}

impl Tally {
    /// An empty one, for these declared reads.
    pub(super) fn new(reads: &[PathPattern]) -> Self {
        let declared = |pattern: &PathPattern| Declared {
            pattern: pattern.clone(),
            folder: pattern.literal_prefix(),
            opened: false,
            looked_for: false,
        };
        Self {
            reads: reads.iter().map(declared).collect(),
            opened: Counts::default(),
            denied: Counts::default(),
        }
    }

    /// Something was opened. What only programs need is not listed.
    pub(super) fn opened(&mut self, path: &Path, judgement: &Judgement, folder: bool) {
        if judgement.reads().chain(judgement.leads()).next().is_none() {
            return;
        }
        self.opened.add(text(path));
        for place in judgement.reads() {
            self.reads[place].opened = true;
        }
        if folder {
            // Whoever lists the folder that the wildcard is about has looked for what it matches.
            for place in judgement.leads() {
                let read = &mut self.reads[place];
                read.looked_for |= path.starts_with(&read.folder);
            }
        }
    }

    /// Something was refused.
    pub(super) fn denied(&mut self, operation: &'static str, path: &Path) {
        self.denied.add((text(path), operation));
    }

    /// An address was refused.
    pub(super) fn denied_connection(&mut self, address: &str) {
        self.denied.add((short(address), "connect"));
    }

    /// Something declared was looked at without being opened, or is not there.
    pub(super) fn looked_for(&mut self, judgement: &Judgement) {
        for place in judgement.reads().chain(judgement.leads()) {
            self.reads[place].looked_for = true;
        }
    }

    /// The receipt of it.
    pub(super) fn receipt(&self, complete: bool, bytes_read: Option<u64>) -> AccessReceipt {
        let opened = |(path, count): (&String, &u64)| PathAccess { path: path.clone(), count: *count };
        let denied = |((path, operation), count): (&(String, &'static str), &u64)| DeniedAccess {
            path: path.clone(),
            operation: (*operation).to_owned(),
            count: *count,
        };
        let unused =
            |read: &Declared| UnusedRead { declared: read.pattern.clone(), looked_for: read.looked_for };
        AccessReceipt {
            complete,
            opened: self.opened.counts.iter().map(opened).collect(),
            more_opened: self.opened.more,
            denied: self.denied.counts.iter().map(denied).collect(),
            more_denied: self.denied.more,
            unused: self.reads.iter().filter(|read| !read.opened).map(unused).collect(),
            bytes_read,
        }
    }
}

/// Counts up to [`MOST_PATHS`] different things, and the rest together.
#[derive(Debug)]
struct Counts<T> {
    counts: BTreeMap<T, u64>,
    more: u64,
}

impl<T> Default for Counts<T> {
    fn default() -> Self {
        Self { counts: BTreeMap::new(), more: 0 }
    }
}

impl<T: Ord> Counts<T> {
    fn add(&mut self, thing: T) {
        if let Some(count) = self.counts.get_mut(&thing) {
            *count += 1;
        } else if self.counts.len() < MOST_PATHS {
            self.counts.insert(thing, 1);
        } else {
            self.more += 1;
        }
    }
}

fn text(path: &Path) -> String {
    short(&path.to_string_lossy())
}

/// Cut to a bound, and without what a terminal would obey.
fn short(text: &str) -> String {
    let harmless = |letter: char| if letter.is_control() { char::REPLACEMENT_CHARACTER } else { letter };
    text.chars().take(MOST_CHARACTERS).map(harmless).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_bounded_and_the_rest_is_counted() {
        let mut tally = Tally::new(&[]);
        for number in 0..MOST_PATHS + 5 {
            tally.denied("open", Path::new(&format!("/{number}")));
            tally.denied("open", Path::new("/0"));
        }
        tally.denied_connection(&"x".repeat(2000));
        let receipt = tally.receipt(true, Some(1));
        assert_eq!((receipt.denied.len(), receipt.more_denied), (MOST_PATHS, 6));
        let first = receipt.denied.iter().find(|denied| denied.path == "/0").unwrap();
        assert_eq!(first.count, MOST_PATHS as u64 + 6);
    }

    #[test]
    fn names_are_cut_and_hold_nothing_that_a_terminal_obeys() {
        let mut tally = Tally::new(&[]);
        tally.denied("stat", Path::new(&format!("/\u{1b}[2J{}", "ä".repeat(3000))));
        let receipt = tally.receipt(true, None);
        let path = &receipt.denied[0].path;
        assert_eq!(path.chars().count(), MOST_CHARACTERS);
        assert!(path.starts_with("/\u{fffd}[2J"), "{path}");
    }
}
