//! Bounds of the process.

use rustix::process::{Resource, Rlimit};

use super::refusal::Refusal;
use super::steps::Steps;
use crate::{Measure, Policy};

/// Sets every bound that the policy wants.
pub(super) fn apply(steps: &mut Steps<'_>) {
    for (measure, resource, most) in table(steps.policy()) {
        steps.apply(measure, || limit(resource, most));
    }
}

/// Asks the kernel for every bound that is said to hold.
pub(super) fn check(steps: &mut Steps<'_>) {
    for (measure, resource, most) in table(steps.policy()) {
        steps.check(measure, || is_limited(resource, most));
    }
    // The kernel does not count the processes of root.
    steps.check(Measure::ProcessLimit, || {
        if rustix::process::getuid().is_root() {
            Err("the kernel does not bound the processes of root".to_owned())
        } else {
            Ok(())
        }
    });
}

fn table(policy: &Policy) -> [(Measure, Resource, u64); 6] {
    let limits = &policy.limits;
    [
        (Measure::MemoryLimit, Resource::As, limits.memory_bytes),
        (Measure::ProcessorLimit, Resource::Cpu, limits.cpu_seconds),
        (Measure::NoFileWrites, Resource::Fsize, 0),
        (Measure::NoCoreDumps, Resource::Core, 0),
        (Measure::OpenFilesLimit, Resource::Nofile, limits.open_files),
        (Measure::ProcessLimit, Resource::Nproc, limits.processes),
    ]
}

/// Never raises a bound: what is tighter already stays.
fn limit(resource: Resource, most: u64) -> Result<(), String> {
    let hard = rustix::process::getrlimit(resource).maximum;
    let most = hard.map_or(most, |hard| hard.min(most));
    let limit = Rlimit { current: Some(most), maximum: Some(most) };
    Ok(rustix::process::setrlimit(resource, limit).map_err(Refusal::of("a limit"))?)
}

fn is_limited(resource: Resource, most: u64) -> Result<(), String> {
    let limit = rustix::process::getrlimit(resource);
    let bounded = |value: Option<u64>| value.is_some_and(|value| value <= most);
    if bounded(limit.current) && bounded(limit.maximum) {
        Ok(())
    } else {
        Err("the kernel tells of a higher limit".to_owned())
    }
}
