//! The user namespace in which an ordinary user's worker gets namespaces of its own.

use std::ffi::CStr;
use std::io;

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::thread::{CapabilitySet, CapabilitySets, UnshareFlags};

use super::namespaces::unshare;
use super::refusal::Refusal;

/// What [`confine`](super::confine) needs: mounts and namespaces, and to drop all of it.
const NEEDED: [CapabilitySet; 2] = [CapabilitySet::SYS_ADMIN, CapabilitySet::SETPCAP];

/// A user namespace that maps the calling user to itself, prepared before the fork and entered between fork and exec.
#[derive(Debug)]
pub struct UserNamespace {
    users: Vec<u8>,
    groups: Vec<u8>,
}

impl UserNamespace {
    /// For the calling user.
    pub fn prepare() -> Self {
        let user = rustix::process::geteuid().as_raw();
        let group = rustix::process::getegid().as_raw();
        Self {
            users: format!("{user} {user} 1").into_bytes(),
            groups: format!("{group} {group} 1").into_bytes(),
        }
    }

    /// Enters it and keeps its capabilities over the next exec. Only async-signal-safe calls are made.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub fn enter(&self) -> io::Result<()> {
        self.try_enter().map_err(|refusal| refusal.error.into())
    }

    pub(super) fn try_enter(&self) -> Result<(), Refusal> {
        unshare(UnshareFlags::NEWUSER)?;
        let map = Refusal::of("a user in a user namespace");
        write(c"/proc/self/setgroups", b"deny").map_err(&map)?;
        write(c"/proc/self/gid_map", &self.groups).map_err(&map)?;
        write(c"/proc/self/uid_map", &self.users).map_err(&map)?;
        keep_capabilities().map_err(Refusal::of("capabilities in a user namespace"))
    }
}

fn write(path: &CStr, text: &[u8]) -> Result<(), Errno> {
    let file = rustix::fs::open(path, OFlags::WRONLY | OFlags::CLOEXEC, Mode::empty())?;
    rustix::io::write(&file, text).map(|_| ())
}

/// An exec takes the capabilities of everybody but root, except for ambient ones.
fn keep_capabilities() -> Result<(), Errno> {
    let sets = rustix::thread::capabilities(None)?;
    let inheritable = NEEDED.into_iter().fold(CapabilitySet::empty(), CapabilitySet::union);
    rustix::thread::set_capabilities(None, CapabilitySets { inheritable, ..sets })?;
    NEEDED.into_iter().try_for_each(|one| rustix::thread::configure_capability_in_ambient_set(one, true))
}
