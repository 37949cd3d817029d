//! One journal file: its list of entries, walked from the last to the first.

use super::JournalError;
use super::layout::{
    ALIGNMENT, ARRAY_HEADER_BYTES, ENTRY_HEADER_BYTES, HEADER_BYTES, Header, OBJECT_HEADER_BYTES, ObjectKind,
    id_at, u64_at,
};
use super::window::{ReadAt, Source, Windows};

/// Most entry arrays followed. They double in size, so that 64 would do for any file that a writer made.
const MOST_ARRAYS: usize = 1 << 16;
/// Offsets read from an entry array at once.
const BATCH: u64 = 8192;
/// Unusable offsets in a row after which the rest of a file is given up: a sparse file can hold any number of them.
const MOST_UNUSABLE: u32 = 1 << 18;
/// Most fields of one entry. The journal's own bound is 1024.
const MOST_ITEMS: usize = 4096;

/// What identifies and orders an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EntryKey {
    /// Where the entry begins.
    pub(crate) offset: u64,
    /// Number among the entries with the same `seqnum_id`.
    pub(crate) seqnum: u64,
    pub(crate) seqnum_id: u128,
    /// Microseconds since 1970.
    pub(crate) realtime: u64,
    /// Microseconds since the boot.
    pub(crate) monotonic: u64,
    pub(crate) boot_id: u128,
    /// Exclusive or of the hashes of the fields.
    pub(crate) xor_hash: u64,
    items: u32,
}

struct Array {
    first_item: u64,
    items: u64,
}

/// An open journal file and the place reached in it.
pub(crate) struct JournalFile {
    pub(crate) header: Header,
    pub(crate) source: Source,
    arrays: Vec<Array>,
    /// Offsets of entries, ascending; taken from the back.
    batch: Vec<u64>,
    /// The list of entries could not be followed to its end: entries are missing.
    pub(crate) cut_short: bool,
    /// Entries left out because they are damaged.
    pub(crate) damaged_entries: u64,
}

impl JournalFile {
    /// Reads the header and follows the chain of entry arrays.
    ///
    /// # Errors
    /// When it is no journal file that this reader understands.
    pub(crate) fn open(reader: Box<dyn ReadAt>, size_bytes: u64, number: u16) -> Result<Self, JournalError> {
        let mut start = [0; HEADER_BYTES];
        let count = reader.read_at(&mut start, 0)?;
        let header = Header::parse(&start[..count])?;
        let source = Source { number, reader, size_bytes };
        let mut file = Self {
            header,
            source,
            arrays: Vec::new(),
            batch: Vec::new(),
            cut_short: false,
            damaged_entries: 0,
        };
        file.cut_short = file.follow_arrays().is_err();
        Ok(file)
    }

    fn follow_arrays(&mut self) -> Result<(), JournalError> {
        let mut offset = self.header.first_array;
        let mut left = self.header.entries;
        let mut before = 0;
        while offset != 0 && left > 0 {
            // Arrays are only ever appended: an offset that goes back would be a loop.
            if offset <= before || self.arrays.len() >= MOST_ARRAYS {
                return Err(JournalError::Damaged("its list of entries runs in a circle"));
            }
            before = offset;
            let mut head = [0; ARRAY_HEADER_BYTES];
            let size = self.object(offset, ObjectKind::EntryArray, &mut head)?;
            let item = self.header.array_item_bytes() as u64;
            let end = (offset + size).min(self.source.size_bytes);
            let first_item = offset + ARRAY_HEADER_BYTES as u64;
            let items = (end.saturating_sub(first_item) / item).min(left);
            self.arrays.push(Array { first_item, items });
            left -= items;
            offset = u64_at(&head, 16);
        }
        if left > 0 {
            return Err(JournalError::Damaged("its list of entries is incomplete"));
        }
        Ok(())
    }

    /// True when the header says that all entries are older than that.
    pub(crate) fn ends_before(&self, oldest: u64) -> bool {
        self.header.realtime.0.max(self.header.realtime.1) < oldest
    }

    /// Reads the head of an object outside the windows and returns the object's size.
    fn object(&self, offset: u64, kind: ObjectKind, head: &mut [u8]) -> Result<u64, JournalError> {
        let least = head.len() as u64;
        if !offset.is_multiple_of(ALIGNMENT) || offset < self.header.header_bytes {
            return Err(JournalError::Damaged("an offset is not aligned"));
        }
        let end = offset.checked_add(least).ok_or(JournalError::BeyondEnd)?;
        if end > self.source.size_bytes || self.source.reader.read_at(head, offset)? < head.len() {
            return Err(JournalError::BeyondEnd);
        }
        let size = object_size(head, kind)?;
        if size < least || offset.checked_add(size).is_none() {
            return Err(JournalError::Damaged("an object has an impossible size"));
        }
        Ok(size)
    }

    /// The next older entry that is not damaged.
    pub(crate) fn previous(&mut self, windows: &mut Windows) -> Option<EntryKey> {
        for _ in 0..MOST_UNUSABLE {
            let offset = self.previous_offset()?;
            // A slot that the writer has not filled yet.
            if offset == 0 {
                continue;
            }
            match self.entry(windows, offset) {
                Ok(key) => return Some(key),
                Err(_) => self.damaged_entries += 1,
            }
        }
        self.cut_short = true;
        self.arrays.clear();
        self.batch.clear();
        None
    }

    fn previous_offset(&mut self) -> Option<u64> {
        while self.batch.is_empty() {
            let array = self.arrays.last_mut()?;
            let count = array.items.min(BATCH);
            array.items -= count;
            let (first_item, index) = (array.first_item, array.items);
            if array.items == 0 {
                self.arrays.pop();
            }
            if self.load_batch(first_item, index, count).is_err() {
                self.damaged_entries += count;
            }
        }
        self.batch.pop()
    }

    fn load_batch(&mut self, first_item: u64, index: u64, count: u64) -> Result<(), JournalError> {
        let item = self.header.array_item_bytes();
        let mut bytes = vec![0; count as usize * item];
        let read = self.source.reader.read_at(&mut bytes, first_item + index * item as u64)?;
        if read < bytes.len() {
            return Err(JournalError::BeyondEnd);
        }
        let offsets = bytes.chunks_exact(item).map(|chunk| self.header.offset_at(chunk, 0));
        self.batch.extend(offsets);
        Ok(())
    }

    fn entry(&self, windows: &mut Windows, offset: u64) -> Result<EntryKey, JournalError> {
        check_place(&self.header, offset)?;
        let bytes = windows.read(&self.source, offset, ENTRY_HEADER_BYTES)?;
        let size = object_size(bytes, ObjectKind::Entry)?;
        let items = size.saturating_sub(ENTRY_HEADER_BYTES as u64) / self.header.entry_item_bytes() as u64;
        if items == 0 || items > MOST_ITEMS as u64 {
            return Err(JournalError::Damaged("an entry has an impossible size"));
        }
        Ok(EntryKey {
            offset,
            seqnum: u64_at(bytes, 16),
            seqnum_id: self.header.seqnum_id,
            realtime: u64_at(bytes, 24),
            monotonic: u64_at(bytes, 32),
            boot_id: id_at(bytes, 40),
            xor_hash: u64_at(bytes, 56),
            items: items as u32,
        })
    }

    /// Puts the offsets of an entry's fields into `items`, in the entry's order.
    ///
    /// # Errors
    /// When the entry runs beyond the end of the file.
    pub(crate) fn items(
        &self,
        windows: &mut Windows,
        key: &EntryKey,
        items: &mut Vec<u64>,
    ) -> Result<(), JournalError> {
        items.clear();
        let item = self.header.entry_item_bytes();
        let length = key.items as usize * item;
        let bytes = windows.read(&self.source, key.offset + ENTRY_HEADER_BYTES as u64, length)?;
        let offsets = bytes[..length].chunks_exact(item).map(|chunk| self.header.offset_at(chunk, 0));
        items.extend(offsets);
        Ok(())
    }
}

/// Refuses places where no object can begin.
pub(crate) fn check_place(header: &Header, offset: u64) -> Result<(), JournalError> {
    if !offset.is_multiple_of(ALIGNMENT) || offset < header.header_bytes {
        return Err(JournalError::Damaged("an offset is not aligned"));
    }
    Ok(())
}

/// The size that an object states, header included. `bytes` holds at least the object header.
pub(crate) fn object_size(bytes: &[u8], kind: ObjectKind) -> Result<u64, JournalError> {
    debug_assert!(bytes.len() >= OBJECT_HEADER_BYTES);
    if bytes[0] != kind as u8 {
        return Err(JournalError::Damaged("an object is of another kind than expected"));
    }
    Ok(u64_at(bytes, 8))
}
