//! Looks again at what is said to hold, by asking the kernel.

use rustix::process::{DumpableBehavior, Signal};
use rustix::thread::SecureComputingMode;

use super::steps::Steps;
use super::{capabilities, identity, limits};
use crate::Measure;

/// The same for what can be asked before the filter only.
pub(super) fn verify_before_filter(steps: &mut Steps<'_>) {
    let policy = steps.policy();
    steps.check(Measure::DroppedCapabilities, || capabilities::check(policy));
}

/// Takes back every measure that the kernel does not confirm. It works behind the filter: nothing here names a path.
pub(super) fn verify(steps: &mut Steps<'_>) {
    let policy = steps.policy();
    limits::check(steps);
    steps.check(Measure::ParentDeathSignal, || {
        let signal = rustix::process::parent_process_death_signal();
        confirmed(signal == Ok(Some(Signal::KILL)), "the kernel tells of no parent-death signal")
    });
    steps.check(Measure::Undumpable, || {
        let behavior = rustix::process::dumpable_behavior();
        confirmed(
            behavior == Ok(DumpableBehavior::NotDumpable),
            "the kernel tells that it can be looked into",
        )
    });
    steps.check(Measure::UnprivilegedUser, || identity::check(policy.user.as_ref()));
    steps.check(Measure::NoNewPrivileges, || {
        confirmed(rustix::thread::no_new_privs() == Ok(true), "the kernel tells that rights can be gained")
    });
    steps.check(Measure::Seccomp, || {
        let mode = rustix::thread::secure_computing_mode();
        confirmed(mode == Ok(SecureComputingMode::Filter), "the kernel tells of no filter")
    });
    for measure in [Measure::ExactReads, Measure::ExactConnections] {
        let filtered = steps.holds(Measure::Seccomp);
        steps.check(measure, || confirmed(filtered, "it needs `seccomp`"));
    }
}

fn confirmed(answer: bool, otherwise: &str) -> Result<(), String> {
    if answer { Ok(()) } else { Err(otherwise.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{EnforcementLevel, Machine, WorkerUser, derive_check};

    /// What the kernel can be asked about afterwards.
    const ASKED: [Measure; 13] = [
        Measure::ParentDeathSignal,
        Measure::Undumpable,
        Measure::MemoryLimit,
        Measure::ProcessorLimit,
        Measure::NoFileWrites,
        Measure::NoCoreDumps,
        Measure::OpenFilesLimit,
        Measure::ProcessLimit,
        Measure::UnprivilegedUser,
        Measure::DroppedCapabilities,
        Measure::NoNewPrivileges,
        Measure::Seccomp,
        Measure::ExactReads,
    ];

    #[test]
    fn what_was_said_and_not_done_is_taken_back() {
        let mut policy = derive_check(&Machine::without_lockdown("this is a test"), 1 << 20);
        policy.missing.clear();
        policy.measures = ASKED.into();
        policy.limits.open_files = 1;
        policy.limits.processes = 1;
        // Not the one who runs this test, whoever that is.
        policy.user = Some(WorkerUser { name: "somebody".to_owned(), uid: 4_000_000, gid: 4_000_000 });
        let mut steps = Steps::new(&policy);
        for measure in ASKED {
            steps.apply(measure, || Ok(()));
        }
        verify_before_filter(&mut steps);
        verify(&mut steps);
        let enforcement = steps.into_enforcement();
        assert_eq!(enforcement.level, EnforcementLevel::None, "{enforcement:?}");
        assert_eq!(enforcement.missing.len(), ASKED.len());
    }

    #[test]
    fn what_was_never_tried_is_not_claimed() {
        let mut policy = derive_check(&Machine::without_lockdown("this is a test"), 1 << 20);
        policy.missing.clear();
        policy.measures = Measure::ALL.iter().copied().collect();
        assert_eq!(Steps::new(&policy).into_enforcement().level, EnforcementLevel::None);
    }
}
