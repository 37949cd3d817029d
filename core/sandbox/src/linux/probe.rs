//! What this machine and this user can.

use std::collections::BTreeMap;

use rustix::io::Errno;
use rustix::process::{PidfdFlags, PidfdGetfdFlags};
use rustix::thread::{CapabilitySet, UnshareFlags};

use super::refusal::Refusal;
use super::{UserNamespace, identity, landlock, namespaces, root, trial};
use crate::{Machine, WorkerUser};

/// The number that stands for nobody on every Linux.
const NOBODY: u32 = 65534;
/// The first kernel that hands a descriptor over and answers in one step (`SECCOMP_ADDFD_FLAG_SEND`).
const FIRST_NOTIFYING: (u32, u32) = (5, 14);

/// What this machine and this user can. Asks the kernel, and tries namespaces and the worker's user in children that it
/// waits for: to be called while nobody else reaps this process's children.
pub fn machine() -> Machine {
    let held =
        rustix::thread::capabilities(None).map(|sets| sets.effective).unwrap_or(CapabilitySet::empty());
    let namespaces = own_namespaces(held);
    let user_namespaces = match namespaces {
        Ok(()) => Err("not needed here: namespaces are to be had without".to_owned()),
        Err(_) => in_user_namespace(),
    };
    let seccomp = action_available(libc::SECCOMP_RET_ERRNO).map_err(|_| no_filters());
    let notifications = seccomp.clone().and_then(|()| notifications());
    Machine {
        supported: Ok(()),
        root: rustix::process::geteuid().is_root(),
        namespaces,
        user_namespaces,
        worker_user: worker_user(held),
        landlock: landlock::version(),
        seccomp,
        notifications,
        trace_others: trace_others(held),
        left_out: BTreeMap::new(),
    }
}

/// All that a worker does in namespaces, in the order in which it does it.
fn try_namespaces() -> Result<(), Refusal> {
    namespaces::unshare(UnshareFlags::NEWNET | UnshareFlags::NEWNS)?;
    root::enter_bare()
}

fn own_namespaces(held: CapabilitySet) -> Result<(), String> {
    if !held.contains(CapabilitySet::SYS_ADMIN) {
        return Err("this user may not make namespaces (`SYS_ADMIN`)".to_owned());
    }
    trial::attempt(try_namespaces).map_err(|reason| format!("this system allows no namespaces: {reason}"))
}

fn in_user_namespace() -> Result<(), String> {
    let namespace = UserNamespace::prepare();
    trial::attempt(|| namespace.try_enter().and_then(|()| try_namespaces())).map_err(|reason| {
        // Some systems let everybody make one and give no rights in it.
        match trial::attempt(|| namespace.try_enter()) {
            Ok(()) => format!("a user namespace is worth nothing here: {reason}"),
            Err(_) => format!("this user may not make user namespaces: {reason}"),
        }
    })
}

fn worker_user(held: CapabilitySet) -> Result<WorkerUser, String> {
    if !held.contains(CapabilitySet::SETUID | CapabilitySet::SETGID) {
        return Err("this user may not become another (`SETUID`, `SETGID`)".to_owned());
    }
    let user = WorkerUser { name: "nobody".to_owned(), uid: NOBODY, gid: NOBODY };
    trial::attempt(|| identity::become_user(user.uid, user.gid))
        .map_err(|reason| format!("`{}` cannot be used here: {reason}", user.name))?;
    Ok(user)
}

fn no_filters() -> String {
    "this kernel has no system call filters".to_owned()
}

fn action_available(action: u32) -> Result<(), Errno> {
    seccomp(libc::SECCOMP_GET_ACTION_AVAIL, (&raw const action).cast())
}

fn seccomp(operation: libc::c_uint, argument: *const libc::c_void) -> Result<(), Errno> {
    // SAFETY: both operations asked for below take a pointer to what lives in their callers.
    let answer = unsafe { libc::syscall(libc::SYS_seccomp, operation, 0, argument) };
    if answer == 0 { Ok(()) } else { Err(Refusal::last("").error) }
}

fn notifications() -> Result<(), String> {
    let too_old = || "this kernel cannot let candor answer system calls".to_owned();
    action_available(libc::SECCOMP_RET_USER_NOTIF).map_err(|_| too_old())?;
    let mut sizes = libc::seccomp_notif_sizes { seccomp_notif: 0, seccomp_notif_resp: 0, seccomp_data: 0 };
    seccomp(libc::SECCOMP_GET_NOTIF_SIZES, (&raw mut sizes).cast_const().cast()).map_err(|_| too_old())?;
    let release = rustix::system::uname().release().to_string_lossy().into_owned();
    if kernel_version(&release).is_none_or(|version| version < FIRST_NOTIFYING) {
        return Err(too_old());
    }
    take_own_descriptor()
        .and_then(|()| trial::look_into_child(false))
        .map_err(|error| format!("this system forbids looking into other processes: {error}"))
}

/// `6.18` of `6.18.5-generic`.
fn kernel_version(release: &str) -> Option<(u32, u32)> {
    let mut numbers = release.split(|letter: char| !letter.is_ascii_digit()).map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

/// The call with which the host takes what a worker holds, on this process itself: containers often refuse it to all.
fn take_own_descriptor() -> Result<(), Errno> {
    let process = rustix::process::pidfd_open(rustix::process::getpid(), PidfdFlags::empty())?;
    rustix::process::pidfd_getfd(&process, 0, PidfdGetfdFlags::empty()).map(drop).or_else(ignore_closed)
}

/// Standard input may well be closed.
fn ignore_closed(error: Errno) -> Result<(), Errno> {
    if error == Errno::BADF { Ok(()) } else { Err(error) }
}

fn trace_others(held: CapabilitySet) -> Result<(), String> {
    if !held.contains(CapabilitySet::SYS_PTRACE) {
        return Err("this user may not look into processes of others (`SYS_PTRACE`)".to_owned());
    }
    trial::look_into_child(true)
        .map_err(|error| format!("this system forbids looking into other processes: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_has_a_version() {
        assert_eq!(kernel_version("6.18.5"), Some((6, 18)));
        assert_eq!(kernel_version("5.14-rc1-generic"), Some((5, 14)));
        assert_eq!(kernel_version("odd"), None);
    }

    #[test]
    fn every_lack_has_a_reason() {
        let machine = machine();
        assert_eq!(machine.supported, Ok(()));
        assert_eq!(machine.root, rustix::process::geteuid().is_root());
        let reasons = [
            machine.namespaces.err(),
            machine.user_namespaces.err(),
            machine.worker_user.err(),
            machine.landlock.err(),
            machine.seccomp.err(),
            machine.notifications.err(),
            machine.trace_others.err(),
        ];
        assert!(reasons.iter().flatten().all(|reason| reason.len() > 10), "{reasons:?}");
    }
}
