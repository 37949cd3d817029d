//! Which kernel, and what has tainted it.

use candor_plugin::Context;
use jiff::Timestamp;
use serde::Serialize;

use crate::sysfs;

/// What each bit of `/proc/sys/kernel/tainted` means (kernel document admin-guide/tainted-kernels), lowest bit first.
const TAINTS: [&str; 20] = [
    "proprietary module",
    "module was forced to load",
    "kernel on an out of specification system",
    "module was forced to unload",
    "machine check exception",
    "bad page",
    "user space asked for it",
    "kernel died (oops or bug)",
    "ACPI table overridden",
    "kernel warning",
    "staging driver",
    "workaround for a firmware bug",
    "module from outside the kernel tree",
    "unsigned module",
    "soft lockup",
    "live patched",
    "auxiliary taint of the distribution",
    "built with the struct randomisation plugin",
    "an in-kernel test has run",
    "user space mutating test of firmware calls",
];

/// The running kernel.
#[derive(Debug, Serialize)]
pub(crate) struct Kernel {
    /// `Linux`.
    name: String,
    /// `6.1.0-28-amd64`.
    pub(crate) release: String,
    /// Build number and date: `#1 SMP PREEMPT_DYNAMIC Debian 6.1.119-1`.
    version: String,
    /// `x86_64`, `aarch64`.
    architecture: String,
    /// What has tainted it; empty when nothing has.
    taints: Vec<&'static str>,
    /// When it started.
    booted_at: Option<Timestamp>,
    /// Time since then, sleep included.
    uptime_seconds: Option<u64>,
}

impl Kernel {
    pub(crate) fn read(context: &Context) -> Self {
        let names = rustix::system::uname();
        let text = |name: &std::ffi::CStr| name.to_string_lossy().into_owned();
        Self {
            name: text(names.sysname()),
            release: text(names.release()),
            version: text(names.version()),
            architecture: text(names.machine()),
            taints: taints(sysfs::number(context, "/proc/sys/kernel/tainted").unwrap_or(0)),
            booted_at: boot_time(context),
            uptime_seconds: sysfs::text(context, "/proc/uptime").and_then(|text| whole_seconds(&text)),
        }
    }
}

fn boot_time(context: &Context) -> Option<Timestamp> {
    // Asked first, as the library answers the time since boot when it may not read the file.
    context.open("/proc/stat").map_err(|error| context.note_input(&error)).ok()?;
    let seconds = sysinfo::System::boot_time().ok()?;
    Timestamp::from_second(i64::try_from(seconds).ok()?).ok()
}

fn whole_seconds(uptime: &str) -> Option<u64> {
    uptime.split(['.', ' ']).next()?.parse().ok()
}

fn taints(bits: u64) -> Vec<&'static str> {
    let set = |bit: &usize| bits & (1 << bit) != 0;
    let mut found: Vec<_> = (0..TAINTS.len()).filter(set).map(|bit| TAINTS[bit]).collect();
    if bits >> TAINTS.len() != 0 {
        found.push("a reason that this version does not know");
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn taint_bits_become_words() {
        assert_eq!(taints(0), Vec::<&str>::new());
        assert_eq!(taints(0x1001), ["proprietary module", "module from outside the kernel tree"]);
        assert_eq!(taints(1 << 40), ["a reason that this version does not know"]);
    }

    #[test]
    fn uptime_is_cut_to_seconds() {
        assert_eq!(whole_seconds("195123.77 380000.11"), Some(195_123));
        assert_eq!(whole_seconds(""), None);
    }
}
