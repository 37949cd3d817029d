//! The platform's part, behind one signature.

#[cfg(target_os = "linux")]
#[path = "linux/mod.rs"]
mod imp;

#[cfg(not(target_os = "linux"))]
#[path = "other.rs"]
mod imp;

// Compiled and tested here too, so that it is not code that nobody ran.
#[cfg(all(test, target_os = "linux"))]
#[path = "other.rs"]
mod other;

#[cfg(target_os = "linux")]
pub(crate) use imp::NETLINK;
pub use imp::{UserNamespace, confine, machine};

use std::os::fd::RawFd;

use crate::Enforcement;

/// What a process that confined itself tells its host.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Confined {
    /// What holds.
    pub enforcement: Enforcement,
    /// Number of the descriptor, in the confined process, on which its system calls wait for an answer. The host takes it
    /// with `pidfd_getfd`; the process closes it before foreign code is in it.
    pub listener: Option<RawFd>,
}
