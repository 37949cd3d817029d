//! What this machine is and how it is doing: system, kernel, processor, memory, disks, mounts, temperatures, clock,
//! locale, and which processes are the busiest.
//!
//! What for: the first page of every report. Support sees whether a fault is the product's, or a full disk, a machine
//! that swaps, a clock that is wrong, or a kernel that is too old.
//!
//! What is private in it: nothing may be, the collector's level is `technical`. Names of people, of the machine and of
//! other machines, serial numbers, UUIDs and file system labels are masked where they occur in mounts, devices and
//! process names ([`mask`]). Processes are named by `comm` (at most 15 characters), never by command line; a script
//! that somebody called `annas-backup.sh` does show.
//!
//! What it never does: start a process, read a command line, environment or serial number, or ask a network file
//! system for its capacity (a dead server would block the answer for ever).
//!
//! Who uses it: the profiles `minimal` and `server-report`. Start with [`SystemInfo::collect`] and [`report::Report`].

mod clock;
mod kernel;
mod key_value;
mod load;
mod locale;
mod machine;
mod mask;
mod memory;
mod mount_options;
mod mounts;
mod operating_system;
mod processes;
mod processor;
mod report;
mod storage;
mod sysfs;
mod temperature;
mod virtualisation;

use candor_plugin::{CollectError, Collector, Completion, Context, export_collector};
use serde::Deserialize;

/// The manifest's options.
#[derive(Debug, Clone, Deserialize)]
#[serde(default)]
struct Options {
    /// How many processes to list by processor use, and how many by memory. 0 lists none.
    top_processes: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { top_processes: 15 }
    }
}

/// The collector `system-info`.
struct SystemInfo;

impl Collector for SystemInfo {
    type Options = Options;

    fn collect(options: Options, context: &Context) -> Result<Completion, CollectError> {
        report::deliver(context, &options)?;
        Ok(Completion::Collected)
    }
}

export_collector!("system_info", SystemInfo);

#[cfg(test)]
mod tests;
