//! What a worker does to itself before a byte of the plugin is in its memory.
//!
//! The kernel lock-down (network namespace, capabilities, Landlock, seccomp) is not applied yet, and the report says so.

use rustix::process::{DumpableBehavior, Resource, Rlimit, Signal};

use super::{LIBRARY_FD, Start};
use crate::enforcement::Enforcement;

type Steps = Vec<(&'static str, Result<(), String>)>;

/// Most open files of a worker.
const OPEN_FILES: u64 = 256;
/// Most processes and threads of the worker's user. It bounds fork bombs of ordinary users; root is exempt.
const PROCESSES: u64 = 4096;

/// Measures that need no instructions.
pub(super) fn before_start() -> Steps {
    vec![
        ("parent-death-signal", os(rustix::process::set_parent_process_death_signal(Some(Signal::KILL)))),
        ("undumpable", os(rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable))),
        ("closed-descriptors", close_descriptors()),
    ]
}

/// Measures that depend on the manifest's budget, and the sum of all.
pub(super) fn before_load(mut steps: Steps, start: &Start) -> Enforcement {
    let limits = [
        ("memory-limit", Resource::As, start.memory_bytes),
        ("processor-limit", Resource::Cpu, start.cpu_seconds),
        ("no-file-writes", Resource::Fsize, 0),
        ("no-core-dumps", Resource::Core, 0),
        ("open-files-limit", Resource::Nofile, OPEN_FILES),
        ("process-limit", Resource::Nproc, PROCESSES),
    ];
    for (measure, resource, most) in limits {
        steps.push((measure, limit(resource, most)));
    }
    for measure in ["network-namespace", "dropped-capabilities", "no-new-privileges", "landlock", "seccomp"] {
        steps.push((measure, Err("this version does not apply it".to_owned())));
    }
    Enforcement::of(steps)
}

fn limit(resource: Resource, most: u64) -> Result<(), String> {
    let hard = rustix::process::getrlimit(resource).maximum;
    let most = hard.map_or(most, |hard| hard.min(most));
    os(rustix::process::setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) }))
}

fn close_descriptors() -> Result<(), String> {
    let first = LIBRARY_FD.cast_unsigned() + 1;
    // SAFETY: nothing in this process owns a descriptor above the library's yet: this runs before anything is opened.
    let result = unsafe { libc::close_range(first, libc::c_uint::MAX, 0) };
    if result == 0 { Ok(()) } else { Err(std::io::Error::last_os_error().to_string()) }
}

fn os(result: rustix::io::Result<()>) -> Result<(), String> {
    result.map_err(|error| error.to_string())
}
