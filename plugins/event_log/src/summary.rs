//! The overview of everything that was read.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use crate::events::KernelEvents;

/// Words for the priorities 0 to 7.
pub(crate) const PRIORITIES: [&str; 8] =
    ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"];

/// Content of `summary.json`.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Summary {
    /// What the options asked for.
    pub(crate) range: Range,
    /// Of the systemd journal; absent when this machine has none that could be read.
    pub(crate) journal: Option<JournalSummary>,
    /// Of the kernel's ring buffer; absent when not asked for or not allowed.
    pub(crate) kernel: Option<KernelSummary>,
    /// Of the text logs; absent when not asked for.
    pub(crate) text: Option<TextSummary>,
    /// Sources that were not read, or not whole, and why.
    pub(crate) not_read: Vec<Unread>,
}

/// What was asked for.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Range {
    /// Oldest time wanted, RFC 3339 in UTC; absent when there is no bound.
    pub(crate) since: Option<String>,
    /// Least urgent priority wanted.
    pub(crate) priority: String,
    /// Units wanted; empty for all.
    pub(crate) units: Vec<String>,
    /// Most recent boots wanted; 0 for all.
    pub(crate) boots: u64,
}

/// A source that was not read, or not whole.
#[derive(Debug, Serialize)]
pub(crate) struct Unread {
    /// Path, or `kernel ring buffer`.
    pub(crate) source: String,
    /// One sentence.
    pub(crate) reason: String,
}

/// The journal. Counts are of all entries in range, also of those that found no room in `journal.ndjson`.
#[derive(Debug, Default, Serialize)]
pub(crate) struct JournalSummary {
    /// Folders that were looked into.
    pub(crate) folders: Vec<String>,
    /// Journal files read.
    pub(crate) files: u64,
    /// Journal files that end before the range begins.
    pub(crate) out_of_range_files: u64,
    /// Entries in range.
    pub(crate) entries: u64,
    /// Entries in `journal.ndjson`, which has the newest first.
    pub(crate) entries_written: u64,
    /// Size of `journal.ndjson`.
    pub(crate) written_bytes: u64,
    /// True when `journal.ndjson` was full before the range was.
    pub(crate) truncated: bool,
    /// False when time ran out before all entries in range were counted.
    pub(crate) counted_to_the_end: bool,
    /// Time of the oldest entry in range.
    pub(crate) first: Option<String>,
    /// Time of the newest entry in range.
    pub(crate) last: Option<String>,
    /// Time of the oldest entry in `journal.ndjson`.
    pub(crate) oldest_written: Option<String>,
    /// Entries that stood in more than one file.
    pub(crate) duplicates: u64,
    /// Entries left out because they are damaged.
    pub(crate) damaged_entries: u64,
    /// Fields left out because they are damaged.
    pub(crate) damaged_fields: u64,
    /// Fields written as `null` because they are longer than 1 MiB.
    pub(crate) long_fields: u64,
    /// Fields written as `null` because they hold the memory or the environment of a process.
    pub(crate) withheld_fields: u64,
    /// Entries by priority; `none` for those without.
    pub(crate) by_priority: BTreeMap<&'static str, u64>,
    /// Units with the most entries, greatest first.
    pub(crate) by_unit: Vec<UnitCount>,
    /// Entries of units that are not listed.
    pub(crate) other_units_entries: u64,
    /// Entries that belong to no unit, those of the kernel among them.
    pub(crate) no_unit_entries: u64,
    /// Boots, newest first.
    pub(crate) boots: Vec<Boot>,
    /// What happened to units.
    pub(crate) events: UnitEvents,
    /// What the kernel reported.
    pub(crate) kernel_events: KernelEvents,
    /// The newest failures, restarts, crashes and kills.
    pub(crate) recent: Vec<Recent>,
}

/// Entries of one unit.
#[derive(Debug, Serialize)]
pub(crate) struct UnitCount {
    /// Name: `ssh.service`.
    pub(crate) unit: String,
    /// Entries in range.
    pub(crate) entries: u64,
    /// The same by priority, those with none left out.
    pub(crate) by_priority: BTreeMap<&'static str, u64>,
}

/// One boot, as far as it is in range.
#[derive(Debug, Serialize)]
pub(crate) struct Boot {
    /// Boot id.
    pub(crate) id: String,
    /// Time of its oldest entry.
    pub(crate) first: Option<String>,
    /// Time of its newest entry.
    pub(crate) last: Option<String>,
    /// Entries.
    pub(crate) entries: u64,
}

/// Counts of what happened to units, by systemd's message ids.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct UnitEvents {
    /// Automatic restarts of services.
    pub(crate) restarts_scheduled: u64,
    /// Units that failed.
    pub(crate) units_failed: u64,
    /// Units that were started.
    pub(crate) units_started: u64,
    /// Units that were stopped.
    pub(crate) units_stopped: u64,
    /// Processes that crashed and left a core dump.
    pub(crate) core_dumps: u64,
    /// Units of which a process was killed because memory ran out.
    pub(crate) out_of_memory: u64,
    /// Times that messages were suppressed or lost.
    pub(crate) messages_dropped: u64,
}

/// One event.
#[derive(Debug, Serialize)]
pub(crate) struct Recent {
    /// When.
    pub(crate) time: Option<String>,
    /// What: `unit_failed`, `restart_scheduled`, `core_dump`, `out_of_memory`, or a kernel event.
    pub(crate) kind: &'static str,
    /// The unit that wrote the entry.
    pub(crate) unit: Option<String>,
}

/// The kernel's ring buffer.
#[derive(Debug, Default, PartialEq, Serialize)]
pub(crate) struct KernelSummary {
    /// Lines in `kernel.txt`.
    pub(crate) lines: u64,
    /// Lines by priority.
    pub(crate) by_priority: BTreeMap<&'static str, u64>,
    /// Time since boot of the first line.
    pub(crate) first_uptime_seconds: Option<f64>,
    /// Time since boot of the last line.
    pub(crate) last_uptime_seconds: Option<f64>,
    /// What it reports.
    pub(crate) events: KernelEvents,
}

/// The text logs.
#[derive(Debug, Default, Serialize)]
pub(crate) struct TextSummary {
    /// Files delivered below `text/`.
    pub(crate) files: Vec<TextFile>,
    /// Files that were last written before the range begins.
    pub(crate) out_of_range_files: u64,
    /// Files that are no text.
    pub(crate) binary_files: u64,
    /// Links, which are not followed.
    pub(crate) links: u64,
    /// Files without content.
    pub(crate) empty_files: u64,
    /// What kernel lines among them report. A machine with a journal often has them there too.
    pub(crate) kernel_events: KernelEvents,
}

/// One text log.
#[derive(Debug, Serialize)]
pub(crate) struct TextFile {
    /// Where it stands on the machine.
    pub(crate) path: String,
    /// Name of the artifact.
    pub(crate) artifact: String,
    /// When it was last written, RFC 3339 in UTC.
    pub(crate) modified: Option<String>,
    /// Size on the machine.
    pub(crate) size_bytes: u64,
    /// Bytes delivered, unpacked.
    pub(crate) delivered_bytes: u64,
    /// True when only its end was delivered.
    pub(crate) beginning_cut: bool,
}

impl Summary {
    /// Lists a source that was not read, or not whole. The list is bounded; the report's outcome counts the rest.
    pub(crate) fn not_read(&mut self, source: impl Into<String>, reason: impl Into<String>) {
        if self.not_read.len() < 1000 {
            self.not_read.push(Unread { source: source.into(), reason: reason.into() });
        }
    }
}

/// RFC 3339 in UTC; `None` for times that no calendar has.
pub(crate) fn time_text(microseconds: u64) -> Option<String> {
    let microseconds = i64::try_from(microseconds).ok()?;
    Timestamp::from_microsecond(microseconds).ok().map(|time| time.to_string())
}

/// Counts with the words of their priorities; the last of the nine is for entries without one.
pub(crate) fn priority_map(counts: &[u64; 9]) -> BTreeMap<&'static str, u64> {
    let words = PRIORITIES.into_iter().chain(["none"]);
    words.zip(*counts).filter(|(_, count)| *count > 0).collect()
}
