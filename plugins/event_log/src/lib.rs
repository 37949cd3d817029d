//! Event logs: the systemd journal, the kernel's ring buffer and the text logs below `/var/log`.
//!
//! What for: what happened before and when things went wrong. Support reads the summary first (failures, restarts,
//! crashes, kills, counts by unit and priority), then the entries around them.
//!
//! What is private in it: log lines name users, hosts, addresses and whatever a program chose to write down.
//!
//! Delivered: `summary.json`; `journal.ndjson`, one object an entry with the members of `journalctl --all -o json`,
//! newest first, as many as fit; `kernel.txt`; `text/…`, the newest end of each log.
//!
//! What it never does: write to the journal, start `journalctl` or `dmesg`, or need systemd's library: the files are
//! read natively, in the module `journal`. The memory and the environment that a core dump may hold are left out.
//!
//! Start with `EventLog`.

mod artifact_name;
mod events;
mod journal;
mod journal_log;
mod kernel;
mod summary;
mod tally;
#[cfg(test)]
mod tests;
mod text_log;
mod unpack;

use std::time::{SystemTime, UNIX_EPOCH};

use candor_plugin::{CollectError, Collector, Completion, Context, export_collector};
use serde::Deserialize;

use journal::{BinaryForm, Filter};
use summary::{PRIORITIES, Range, Summary, time_text};

/// Options of the manifest.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// How far back, in milliseconds; 0 for no bound.
    since: u64,
    /// Least urgent priority: `emerg` to `debug`.
    priority: Priority,
    /// Units; empty for all. A name without an ending is a service.
    units: Vec<String>,
    /// Most recent boots; 0 for all.
    boots: u64,
    /// Most bytes of `journal.ndjson`.
    max_bytes: u64,
    /// Whether text logs are read.
    text_logs: bool,
    /// Most bytes of one text log.
    text_file_bytes: u64,
    /// Most bytes of all text logs.
    text_bytes: u64,
    /// Whether the kernel's ring buffer is read.
    kernel: bool,
    /// How values that are no printable text are written.
    binary: BinaryForm,
    /// Where journals stand.
    journal_folders: Vec<String>,
    /// Where text logs stand.
    log_folders: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            since: 7 * 24 * 3600 * 1000,
            priority: Priority::Debug,
            units: Vec::new(),
            boots: 0,
            max_bytes: 32 << 20,
            text_logs: true,
            text_file_bytes: 4 << 20,
            text_bytes: 24 << 20,
            kernel: true,
            binary: BinaryForm::Text,
            journal_folders: vec!["/var/log/journal".to_owned(), "/run/log/journal".to_owned()],
            log_folders: vec!["/var/log".to_owned()],
        }
    }
}

/// How urgent an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Priority {
    Emerg,
    Alert,
    Crit,
    Err,
    Warning,
    Notice,
    Info,
    Debug,
}

impl Options {
    fn filter(&self) -> Filter {
        let full = |unit: &String| match unit.contains('.') {
            true => unit.clone().into_bytes(),
            false => format!("{unit}.service").into_bytes(),
        };
        Filter {
            priority: (self.priority != Priority::Debug).then_some(self.priority as u8),
            units: self.units.iter().map(full).collect(),
        }
    }

    /// Oldest time in range, in microseconds since 1970.
    fn oldest(&self) -> Option<u64> {
        if self.since == 0 {
            return None;
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = u64::try_from(now.as_micros()).unwrap_or(u64::MAX);
        Some(now.saturating_sub(self.since.saturating_mul(1000)))
    }

    fn range(&self, oldest: Option<u64>) -> Range {
        Range {
            since: oldest.and_then(time_text),
            priority: PRIORITIES[self.priority as usize].to_owned(),
            units: self.units.clone(),
            boots: self.boots,
        }
    }
}

/// The collector `event-log`.
struct EventLog;

impl Collector for EventLog {
    type Options = Options;

    fn collect(options: Options, context: &Context) -> Result<Completion, CollectError> {
        let oldest = options.oldest();
        let mut summary = Summary { range: options.range(oldest), ..Summary::default() };
        let mut any = journal_log::collect(&options, oldest, context, &mut summary)?;
        if !any {
            let reason = format!("no journal at {}", quoted(&options.journal_folders));
            summary.not_read("journal", reason);
        }
        if options.kernel {
            any |= kernel::collect(context, &mut summary)?;
        }
        if options.text_logs {
            any |= text_log::collect(&options, oldest, context, &mut summary)?;
        }
        if !any {
            return Ok(nothing(&options));
        }
        context.write_json("summary.json", &summary)?;
        Ok(Completion::Collected)
    }
}

fn nothing(options: &Options) -> Completion {
    let mut reason = format!("no journal at {}", quoted(&options.journal_folders));
    if options.text_logs {
        reason = format!("{reason} and no text logs at {}", quoted(&options.log_folders));
    }
    Completion::Skipped(reason)
}

fn quoted(folders: &[String]) -> String {
    let quoted: Vec<_> = folders.iter().map(|folder| format!("`{folder}`")).collect();
    quoted.join(" or ")
}

export_collector!("event_log", EventLog);
