//! What is remembered of fields: their names, and the JSON of those that many entries share.
//!
//! A journal stores each distinct field once and refers to it; of 19 fields of an entry some two are new. So each is
//! turned into JSON once and copied afterwards, found again by its place in the file.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::facts::EventMark;

/// Most names before everything is forgotten and begun anew.
pub(super) const MOST_NAMES: usize = 8192;
/// Longest field name that the journal allows.
pub(super) const LONGEST_NAME: usize = 64;

/// Together 768 KiB, which a processor's second cache holds.
const SLOTS: usize = 1 << 15;
const ARENA_BYTES: usize = 8 << 20;
/// Longer ones are turned into JSON anew each time.
const LONGEST_FRAGMENT: usize = 4096;

/// What a field tells about its entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Nothing,
    Priority(u8),
    /// Index of the unit's name.
    Unit(u16),
    /// The field names a unit that the filter asks for.
    WantedUnit,
    Kernel,
    Message,
    Event(EventMark),
    /// A field that is not written: the entry's head has it.
    InHead,
}

/// How the value of a name is treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NameKind {
    Plain,
    InHead,
    /// Holds memory or the environment of a process: never written.
    Withheld,
    Priority,
    Unit,
    /// Names a unit too, when the entry is about that unit rather than from it.
    RelatedUnit,
    Transport,
    Message,
    MessageId,
}

impl NameKind {
    fn of(name: &[u8]) -> Self {
        match name {
            b"_BOOT_ID" => Self::InHead,
            b"COREDUMP" | b"COREDUMP_ENVIRON" => Self::Withheld,
            b"PRIORITY" => Self::Priority,
            b"_SYSTEMD_UNIT" => Self::Unit,
            b"UNIT" | b"USER_UNIT" | b"OBJECT_SYSTEMD_UNIT" | b"COREDUMP_UNIT" | b"_SYSTEMD_USER_UNIT" => {
                Self::RelatedUnit
            }
            b"_TRANSPORT" => Self::Transport,
            b"MESSAGE" => Self::Message,
            b"MESSAGE_ID" => Self::MessageId,
            _ => Self::Plain,
        }
    }
}

pub(super) struct Name {
    /// `,"NAME":`
    pub(super) prefix: Vec<u8>,
    pub(super) kind: NameKind,
}

/// FNV-1a: names are short, few, and bounded in number, so that collisions made on purpose gain nothing.
pub(super) struct NameHasher(u64);

impl Default for NameHasher {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for NameHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

/// Names of fields, numbered in the order in which they were met.
#[derive(Default)]
pub(super) struct Names {
    numbers: HashMap<Box<[u8]>, u16, BuildHasherDefault<NameHasher>>,
    pub(super) list: Vec<Name>,
    /// For each name, the last entry that had it.
    pub(super) seen: Vec<u32>,
}

impl Names {
    /// The number of a name; `None` when the journal does not allow such a name.
    pub(super) fn number(&mut self, name: &[u8]) -> Option<u16> {
        if let Some(number) = self.numbers.get(name) {
            return Some(*number);
        }
        if !is_allowed(name) {
            return None;
        }
        let number = self.list.len() as u16;
        let prefix = [b",\"", name, b"\":"].concat();
        self.list.push(Name { prefix, kind: NameKind::of(name) });
        self.seen.push(0);
        self.numbers.insert(name.into(), number);
        Some(number)
    }

    pub(super) fn clear(&mut self) {
        self.numbers.clear();
        self.list.clear();
        self.seen.clear();
    }
}

/// Capital letters, digits and underscores; the ones that begin with two underscores are the head's.
fn is_allowed(name: &[u8]) -> bool {
    let allowed = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_';
    !name.is_empty()
        && name.len() <= LONGEST_NAME
        && !name[0].is_ascii_digit()
        && !name.starts_with(b"__")
        && name.iter().all(allowed)
}

/// Where the JSON of a field stands. Small, because the table of them is what the time goes into.
#[derive(Clone, Copy)]
pub(super) struct Fragment {
    /// 0 for none: no object begins there.
    offset: u64,
    start: u32,
    length: u16,
    file: u16,
    pub(super) name: u16,
    pub(super) mark: Mark,
}

const EMPTY: Fragment = Fragment { offset: 0, start: 0, length: 0, file: 0, name: 0, mark: Mark::Nothing };

/// JSON of fields by their place: a table in which the newer one of two with the same slot stays.
pub(super) struct Fragments {
    slots: Vec<Fragment>,
    arena: Vec<u8>,
}

impl Fragments {
    pub(super) fn new() -> Self {
        Self { slots: vec![EMPTY; SLOTS], arena: Vec::new() }
    }

    fn slot(file: u16, offset: u64) -> usize {
        let mixed = (offset ^ u64::from(file).rotate_right(16)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed >> 48) as usize % SLOTS
    }

    /// What is remembered of the fields at these offsets. Asked for all at once, the processor waits for the memory of
    /// all at once. The answers hold until [`Fragments::make_room`].
    pub(super) fn find(&self, file: u16, offsets: &[u64], found: &mut Vec<Option<Fragment>>) {
        found.clear();
        found.extend(offsets.iter().map(|offset| {
            let fragment = self.slots[Self::slot(file, *offset)];
            // An empty slot has the offset 0, and a damaged entry may ask for just that.
            let fits = fragment.offset == *offset && fragment.file == file && *offset != 0;
            fits.then_some(fragment)
        }));
    }

    pub(super) fn json(&self, fragment: Fragment) -> &[u8] {
        let start = fragment.start as usize;
        &self.arena[start..start + usize::from(fragment.length)]
    }

    pub(super) fn keep(&mut self, file: u16, offset: u64, name: u16, mark: Mark, json: &[u8]) {
        if json.len() > LONGEST_FRAGMENT || self.arena.len() + json.len() > ARENA_BYTES {
            return;
        }
        self.slots[Self::slot(file, offset)] =
            Fragment { offset, start: self.arena.len() as u32, length: json.len() as u16, file, name, mark };
        self.arena.extend_from_slice(json);
    }

    /// Forgets everything when there is little room left.
    pub(super) fn make_room(&mut self) {
        if self.arena.len() > ARENA_BYTES - ARENA_BYTES / 16 {
            self.clear();
        }
    }

    pub(super) fn clear(&mut self) {
        self.slots.fill(EMPTY);
        self.arena.clear();
    }
}
