//! Counting journal entries, in bounded memory.

use std::collections::HashMap;

use crate::events::{KernelEvent, KernelEvents};
use crate::journal::{EntryKey, EventMark, Facts, NO_UNIT, OTHER_UNIT};
use crate::summary::{Boot, JournalSummary, Recent, UnitCount, UnitEvents, priority_map, time_text};

/// Units listed in the summary.
const MOST_UNITS: usize = 200;
/// Boots listed in the summary.
const MOST_BOOTS: usize = 500;
/// Events listed in the summary.
const MOST_RECENT: usize = 200;

struct BootTally {
    id: u128,
    first: u64,
    last: u64,
    entries: u64,
}

/// Counts of the entries in range.
#[derive(Default)]
pub(crate) struct Tally {
    entries: u64,
    first: Option<u64>,
    last: Option<u64>,
    by_priority: [u64; 9],
    units: Vec<[u64; 9]>,
    other_units: u64,
    no_unit: u64,
    boots: Vec<BootTally>,
    boot_numbers: HashMap<u128, usize>,
    current_boot: usize,
    events: UnitEvents,
    kernel_events: KernelEvents,
    recent: Vec<(u64, &'static str, u16)>,
}

impl Tally {
    /// True when an entry of the boot is in range of the `most` recent boots; entries come newest first.
    pub(crate) fn admits_boot(&self, boot_id: u128, most: u64) -> bool {
        most == 0 || (self.boots.len() as u64) < most || self.boot_numbers.contains_key(&boot_id)
    }

    /// Counts an entry. `message` is the JSON of its message.
    pub(crate) fn count(&mut self, key: &EntryKey, facts: &Facts, message: &[u8]) {
        self.entries += 1;
        self.first = Some(self.first.map_or(key.realtime, |first| first.min(key.realtime)));
        self.last = Some(self.last.map_or(key.realtime, |last| last.max(key.realtime)));
        let priority = facts.priority.map_or(8, usize::from);
        self.by_priority[priority] += 1;
        self.count_unit(facts.unit, priority);
        self.count_boot(key);
        if let Some(event) = facts.event {
            self.count_event(event, key, facts.unit);
        }
        if facts.from_kernel
            && let Some(event) = KernelEvent::of(message)
        {
            self.kernel_events.count(event);
            self.note(key, event.name(), facts.unit);
        }
    }

    fn count_unit(&mut self, unit: u16, priority: usize) {
        // The renderer bounds the number of units that it tells apart.
        if unit < OTHER_UNIT && usize::from(unit) >= self.units.len() {
            self.units.resize(usize::from(unit) + 1, [0; 9]);
        }
        match self.units.get_mut(usize::from(unit)) {
            Some(counts) => counts[priority] += 1,
            None if unit == NO_UNIT => self.no_unit += 1,
            None => self.other_units += 1,
        }
    }

    fn count_boot(&mut self, key: &EntryKey) {
        if self.boots.get(self.current_boot).is_none_or(|boot| boot.id != key.boot_id) {
            match self.boot_numbers.get(&key.boot_id) {
                Some(number) => self.current_boot = *number,
                None if self.boots.len() >= MOST_BOOTS => return,
                None => self.add_boot(key),
            }
        }
        let boot = &mut self.boots[self.current_boot];
        boot.entries += 1;
        boot.first = boot.first.min(key.realtime);
        boot.last = boot.last.max(key.realtime);
    }

    fn add_boot(&mut self, key: &EntryKey) {
        self.current_boot = self.boots.len();
        self.boot_numbers.insert(key.boot_id, self.current_boot);
        self.boots.push(BootTally { id: key.boot_id, first: key.realtime, last: key.realtime, entries: 0 });
    }

    fn count_event(&mut self, event: EventMark, key: &EntryKey, unit: u16) {
        let (count, notable) = match event {
            EventMark::CoreDump => (&mut self.events.core_dumps, Some("core_dump")),
            EventMark::UnitStarted => (&mut self.events.units_started, None),
            EventMark::UnitStopped => (&mut self.events.units_stopped, None),
            EventMark::UnitFailed => (&mut self.events.units_failed, Some("unit_failed")),
            EventMark::RestartScheduled => (&mut self.events.restarts_scheduled, Some("restart_scheduled")),
            EventMark::OutOfMemory => (&mut self.events.out_of_memory, Some("out_of_memory")),
            EventMark::MessagesDropped => (&mut self.events.messages_dropped, None),
        };
        *count += 1;
        if let Some(kind) = notable {
            self.note(key, kind, unit);
        }
    }

    fn note(&mut self, key: &EntryKey, kind: &'static str, unit: u16) {
        if self.recent.len() < MOST_RECENT {
            self.recent.push((key.realtime, kind, unit));
        }
    }

    /// Puts the counts into the summary. `units` are the names by number.
    pub(crate) fn finish(mut self, units: &[String], summary: &mut JournalSummary) {
        summary.entries = self.entries;
        summary.first = self.first.and_then(time_text);
        summary.last = self.last.and_then(time_text);
        summary.by_priority = priority_map(&self.by_priority);
        summary.no_unit_entries = self.no_unit;
        summary.kernel_events = self.kernel_events;
        summary.events = std::mem::take(&mut self.events);
        summary.boots = self.boots.iter().map(boot).collect();
        summary.recent = self
            .recent
            .iter()
            .map(|(time, kind, unit)| Recent {
                time: time_text(*time),
                kind,
                unit: units.get(usize::from(*unit)).cloned(),
            })
            .collect();
        self.finish_units(units, summary);
    }

    fn finish_units(&self, units: &[String], summary: &mut JournalSummary) {
        let mut counted: Vec<UnitCount> = units
            .iter()
            .zip(&self.units)
            .map(|(unit, counts)| UnitCount {
                unit: unit.clone(),
                entries: counts.iter().sum(),
                by_priority: priority_map(counts),
            })
            .filter(|unit| unit.entries > 0)
            .collect();
        counted.sort_by(|one, other| other.entries.cmp(&one.entries).then_with(|| one.unit.cmp(&other.unit)));
        let rest = counted.split_off(counted.len().min(MOST_UNITS));
        summary.other_units_entries = self.other_units + rest.iter().map(|unit| unit.entries).sum::<u64>();
        summary.by_unit = counted;
    }
}

fn boot(tally: &BootTally) -> Boot {
    Boot {
        id: format!("{:032x}", tally.id),
        first: time_text(tally.first),
        last: time_text(tally.last),
        entries: tally.entries,
    }
}
