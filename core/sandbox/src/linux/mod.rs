//! Linux: the measures, applied to the calling process.

mod allow_list;
mod calls;
mod capabilities;
mod descriptors;
mod filter;
mod identity;
mod landlock;
mod limits;
mod namespaces;
mod probe;
mod refusal;
mod root;
mod sockets;
mod steps;
mod trial;
mod user_namespace;
mod verify;

pub use probe::machine;
pub(crate) use sockets::NETLINK;
pub use user_namespace::UserNamespace;

use std::os::fd::RawFd;

use rustix::process::{DumpableBehavior, Pid, Signal};

use super::Confined;
use crate::{Measure, Policy};
use refusal::Refusal;
use steps::Steps;

/// Confines the calling process for the rest of its life. It must have one thread. `keep` are the descriptors beside
/// 0, 1 and 2 that stay open.
///
/// Every measure of the policy is tried; one that fails is missing in the answer, and whoever asked decides whether the
/// process goes on. Where the answer has a listener, a call that names a path waits from now on until somebody answers it.
pub fn confine(policy: &Policy, keep: &[RawFd]) -> Confined {
    let parent = rustix::process::getppid();
    let mut steps = Steps::new(policy);
    steps.apply(Measure::ParentDeathSignal, die_with_parent);
    steps.apply(Measure::Undumpable, be_undumpable);
    steps.apply(Measure::ClosedDescriptors, || descriptors::close_all_but(keep));
    limits::apply(&mut steps);
    namespaces::enter(&mut steps);
    steps.apply(Measure::EmptyRoot, || root::enter(&policy.execute));
    if policy.wants(Measure::DroppedCapabilities) {
        capabilities::prepare(policy);
    }
    steps.apply(Measure::UnprivilegedUser, || identity::switch(policy.user.as_ref()));
    keep_after_switch(&mut steps, parent);
    steps.apply(Measure::DroppedCapabilities, || capabilities::drop_all_but_declared(policy));
    steps.apply(Measure::NoNewPrivileges, || {
        Ok(rustix::thread::set_no_new_privs(true).map_err(Refusal::of("no-new-privileges"))?)
    });
    steps.apply(Measure::Landlock, || landlock::restrict(policy));
    verify::verify_before_filter(&mut steps);
    let listener = filter::install(&mut steps);
    verify::verify(&mut steps);
    Confined { enforcement: steps.into_enforcement(), listener }
}

fn die_with_parent() -> Result<(), String> {
    let kill = Some(Signal::KILL);
    Ok(rustix::process::set_parent_process_death_signal(kill)
        .map_err(Refusal::of("a parent-death signal"))?)
}

fn be_undumpable() -> Result<(), String> {
    let never = DumpableBehavior::NotDumpable;
    Ok(rustix::process::set_dumpable_behavior(never).map_err(Refusal::of("being undumpable"))?)
}

/// A change of the user clears the parent-death signal and may make the process dumpable, so both are said again. A
/// parent that died in between is not noticed by the signal any more.
fn keep_after_switch(steps: &mut Steps<'_>, parent: Option<Pid>) {
    steps.apply(Measure::Undumpable, be_undumpable);
    steps.apply(Measure::ParentDeathSignal, || {
        die_with_parent()?;
        if rustix::process::getppid() == parent { Ok(()) } else { Err("candor is gone already".to_owned()) }
    });
}
