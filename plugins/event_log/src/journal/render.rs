//! One entry as one line of JSON, with the same members as `journalctl --all -o json`.
//!
//! Apart from that: fields above [`LONGEST_VALUE`] are `null`, and so are the fields in which a core dump holds the
//! memory or the environment of a process. The order of members is the entry's.

use std::ops::Range;

use super::JournalError;
use super::facts::{EventMark, Facts, Filter, NO_UNIT, Units};
use super::fields::{Fragment, Fragments, LONGEST_NAME, MOST_NAMES, Mark, NameKind, Names};
use super::file::{EntryKey, JournalFile, check_place, object_size};
use super::json::{BinaryForm, write_decimal, write_hex, write_id, write_value};
use super::layout::{ObjectKind, u64_at};
use super::payload::{Unpacked, is_packed, unpack};
use super::window::Windows;

/// Longer values are written as `null`.
pub(crate) const LONGEST_VALUE: usize = 1 << 20;
/// Values of one entry together; what goes beyond is written as `null`, what comes after that is left out as damaged.
const LONGEST_ENTRY: usize = 4 << 20;
/// One field in the output of the current entry.
struct Part {
    name: u16,
    start: usize,
    end: usize,
}

/// Turns entries into JSON. Keeps what is worth keeping between them, within fixed bounds.
pub(crate) struct Renderer {
    filter: Filter,
    form: BinaryForm,
    names: Names,
    fragments: Fragments,
    units: Units,
    items: Vec<u64>,
    found: Vec<Option<Fragment>>,
    parts: Vec<Part>,
    unpacked: Vec<u8>,
    regrouped: Vec<u8>,
    entry_number: u32,
    values_left: usize,
    /// Fields left out because they are damaged.
    pub(crate) damaged_fields: u64,
    /// Fields written as `null` because they are long.
    pub(crate) long_fields: u64,
    /// Fields written as `null` because they hold memory or an environment.
    pub(crate) withheld_fields: u64,
}

impl Renderer {
    pub(crate) fn new(filter: Filter, form: BinaryForm) -> Self {
        Self {
            filter,
            form,
            names: Names::default(),
            fragments: Fragments::new(),
            units: Units::default(),
            items: Vec::new(),
            found: Vec::new(),
            parts: Vec::new(),
            unpacked: Vec::new(),
            regrouped: Vec::new(),
            entry_number: 0,
            values_left: 0,
            damaged_fields: 0,
            long_fields: 0,
            withheld_fields: 0,
        }
    }

    /// Names of units, by the index in [`Facts::unit`].
    pub(crate) fn units(&self) -> &[String] {
        &self.units.names
    }

    /// Appends the entry as one line to `out`. Fields that cannot be read are left out and counted.
    ///
    /// # Errors
    /// When the entry itself cannot be read; nothing is appended then.
    pub(crate) fn render(
        &mut self,
        file: &JournalFile,
        windows: &mut Windows,
        key: &EntryKey,
        out: &mut Vec<u8>,
    ) -> Result<Facts, JournalError> {
        let mut items = std::mem::take(&mut self.items);
        let read = file.items(windows, key, &mut items);
        if read.is_ok() {
            self.begin_entry();
        }
        let facts = read.map(|()| self.render_items(file, windows, key, &items, out));
        self.items = items;
        facts
    }

    fn begin_entry(&mut self) {
        self.entry_number = self.entry_number.wrapping_add(1);
        if self.names.list.len() > MOST_NAMES || self.entry_number == 0 {
            self.names.clear();
            self.fragments.clear();
            self.entry_number = 1;
        }
        self.fragments.make_room();
        self.parts.clear();
        self.values_left = LONGEST_ENTRY;
    }

    fn render_items(
        &mut self,
        file: &JournalFile,
        windows: &mut Windows,
        key: &EntryKey,
        items: &[u64],
        out: &mut Vec<u8>,
    ) -> Facts {
        let entry_start = out.len();
        write_head(out, key);
        let fields_start = out.len();
        let mut facts = Facts {
            priority: None,
            unit: NO_UNIT,
            event: None,
            from_kernel: false,
            message: 0..0,
            wanted: self.filter.units.is_empty(),
        };
        let mut repeated = false;
        self.fragments.find(file.source.number, items, &mut self.found);
        for (index, offset) in items.iter().enumerate() {
            let start = out.len();
            let written = match self.found[index] {
                Some(fragment) => {
                    out.extend_from_slice(self.fragments.json(fragment));
                    Ok((fragment.name, fragment.mark))
                }
                None => self.write_field(file, windows, *offset, out),
            };
            match written {
                Ok((_, Mark::InHead)) => out.truncate(start),
                Ok((name, mark)) => {
                    let end = out.len();
                    self.parts.push(Part { name, start, end });
                    let seen = &mut self.names.seen[usize::from(name)];
                    repeated |= *seen == self.entry_number;
                    *seen = self.entry_number;
                    self.apply(mark, start..end, &mut facts);
                }
                Err(_) => {
                    out.truncate(start);
                    self.damaged_fields += 1;
                }
            }
        }
        if repeated {
            self.regroup(fields_start, out);
            facts.message = 0..0;
        }
        out.extend_from_slice(b"}\n");
        facts.wanted &= self.filter.admits_priority(facts.priority);
        debug_assert!(out.len() > entry_start);
        facts
    }

    fn apply(&self, mark: Mark, place: Range<usize>, facts: &mut Facts) {
        match mark {
            Mark::Nothing | Mark::InHead => {}
            Mark::Priority(priority) => facts.priority = Some(priority),
            Mark::Unit(unit) => {
                facts.unit = unit;
                facts.wanted |= self.units.is_wanted(unit);
            }
            Mark::WantedUnit => facts.wanted = true,
            Mark::Kernel => facts.from_kernel = true,
            Mark::Message => facts.message = place,
            Mark::Event(event) => facts.event = Some(event),
        }
    }

    /// Appends `,"NAME":value`.
    fn write_field(
        &mut self,
        file: &JournalFile,
        windows: &mut Windows,
        offset: u64,
        out: &mut Vec<u8>,
    ) -> Result<(u16, Mark), JournalError> {
        if self.values_left == 0 {
            return Err(JournalError::Damaged("the entry is too long"));
        }
        check_place(&file.header, offset)?;
        let head_bytes = file.header.data_header_bytes();
        let head = windows.read(&file.source, offset, head_bytes)?;
        let size = object_size(head, ObjectKind::Data)?;
        let (flags, entries) = (head[1], u64_at(head, 56));
        let length = size
            .checked_sub(head_bytes as u64)
            .ok_or(JournalError::Damaged("a field has an impossible size"))?;
        // A packed value may be twice as long as the longest plain one and still be worth a look.
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let most = LONGEST_NAME + 1 + LONGEST_VALUE;
        let read = length.min(most + 1);
        let bytes = windows.read(&file.source, offset, head_bytes + read)?;
        let payload = &bytes[head_bytes..head_bytes + read];
        let start = out.len();
        let (name, mark) = if is_packed(flags) {
            let mut unpacked = std::mem::take(&mut self.unpacked);
            let state = unpack(flags, payload, most, &mut unpacked);
            let written = state.and_then(|state| {
                let whole = state == Unpacked::Whole && read == length;
                self.write_payload(&unpacked, whole, out)
            });
            self.unpacked = unpacked;
            written?
        } else {
            self.write_payload(payload, read == length, out)?
        };
        // Fields of one entry only are not met again.
        if entries > 1 {
            let number = file.source.number;
            self.fragments.keep(number, offset, name, mark, &out[start..]);
        }
        Ok((name, mark))
    }

    fn write_payload(
        &mut self,
        payload: &[u8],
        whole: bool,
        out: &mut Vec<u8>,
    ) -> Result<(u16, Mark), JournalError> {
        let equals = payload.iter().take(LONGEST_NAME + 1).position(|byte| *byte == b'=');
        let equals = equals.ok_or(JournalError::Damaged("a field has no name"))?;
        let value = &payload[equals + 1..];
        let number = self.names.number(&payload[..equals]);
        let number = number.ok_or(JournalError::Damaged("a field has an impossible name"))?;
        let name = &self.names.list[usize::from(number)];
        let kind = name.kind;
        out.extend_from_slice(&name.prefix);
        let room = self.values_left.min(LONGEST_VALUE);
        // Also of what is not written: it was read and unpacked.
        self.values_left = self.values_left.saturating_sub(value.len());
        if kind == NameKind::Withheld {
            self.withheld_fields += 1;
            out.extend_from_slice(b"null");
        } else if !whole || value.len() > room {
            self.long_fields += 1;
            out.extend_from_slice(b"null");
        } else {
            write_value(out, value, self.form);
        }
        Ok((number, self.mark(kind, value)))
    }

    fn mark(&mut self, kind: NameKind, value: &[u8]) -> Mark {
        match (kind, value) {
            (NameKind::InHead, _) => Mark::InHead,
            (NameKind::Priority, [digit @ b'0'..=b'7']) => Mark::Priority(digit - b'0'),
            (NameKind::Unit, unit) => Mark::Unit(self.units.number(unit, &self.filter)),
            (NameKind::RelatedUnit, unit) if self.filter.units.contains(unit) => Mark::WantedUnit,
            (NameKind::Transport, b"kernel") => Mark::Kernel,
            (NameKind::Message, _) => Mark::Message,
            (NameKind::MessageId, id) => EventMark::of(id).map_or(Mark::Nothing, Mark::Event),
            _ => Mark::Nothing,
        }
    }

    /// Writes the fields again, those with the same name as one array.
    fn regroup(&mut self, fields_start: usize, out: &mut Vec<u8>) {
        self.parts.sort_by_key(|part| part.name);
        self.regrouped.clear();
        for group in self.parts.chunk_by(|one, other| one.name == other.name) {
            let prefix = &self.names.list[usize::from(group[0].name)].prefix;
            self.regrouped.extend_from_slice(prefix);
            let several = group.len() > 1;
            for (index, part) in group.iter().enumerate() {
                if several {
                    self.regrouped.push(if index == 0 { b'[' } else { b',' });
                }
                self.regrouped.extend_from_slice(&out[part.start + prefix.len()..part.end]);
            }
            if several {
                self.regrouped.push(b']');
            }
        }
        out.truncate(fields_start);
        out.extend_from_slice(&self.regrouped);
    }
}

/// The members that come from the entry itself rather than from its fields.
fn write_head(out: &mut Vec<u8>, key: &EntryKey) {
    out.extend_from_slice(b"{\"__CURSOR\":\"s=");
    write_id(out, key.seqnum_id);
    out.extend_from_slice(b";i=");
    write_hex(out, key.seqnum);
    out.extend_from_slice(b";b=");
    write_id(out, key.boot_id);
    out.extend_from_slice(b";m=");
    write_hex(out, key.monotonic);
    out.extend_from_slice(b";t=");
    write_hex(out, key.realtime);
    out.extend_from_slice(b";x=");
    write_hex(out, key.xor_hash);
    out.extend_from_slice(b"\",\"__REALTIME_TIMESTAMP\":\"");
    write_decimal(out, key.realtime);
    out.extend_from_slice(b"\",\"__MONOTONIC_TIMESTAMP\":\"");
    write_decimal(out, key.monotonic);
    out.extend_from_slice(b"\",\"_BOOT_ID\":\"");
    write_id(out, key.boot_id);
    out.push(b'"');
}
