//! Namespaces of its own: a network with nothing in it, mounts that nobody else sees.

use rustix::thread::UnshareFlags;

use super::refusal::Refusal;
use super::steps::Steps;
use crate::Measure;

/// Leaves the host's namespaces, in one call: both or none.
pub(super) fn enter(steps: &mut Steps<'_>) {
    let wanted = [(Measure::OwnNetwork, UnshareFlags::NEWNET), (Measure::EmptyRoot, UnshareFlags::NEWNS)];
    let mut flags = UnshareFlags::empty();
    for (measure, flag) in wanted {
        flags.set(flag, steps.policy().wants(measure));
    }
    if flags.is_empty() {
        return;
    }
    let answer = unshare(flags);
    for (measure, _) in wanted {
        steps.apply(measure, || Ok(answer?));
    }
}

/// Async-signal-safe.
pub(super) fn unshare(flags: UnshareFlags) -> Result<(), Refusal> {
    // SAFETY: the flags that are dangerous are those that part the descriptors of one thread from those of the others;
    // callers ask for namespaces only.
    unsafe { rustix::thread::unshare_unsafe(flags) }.map_err(Refusal::of("namespaces of its own"))
}
