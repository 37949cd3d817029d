//! `socket`: the host makes it, in the machine's network and as its own, and hands it over.

use std::os::fd::{FromRawFd, OwnedFd};

use rustix::io::Errno;

use super::super::listener::last_error;
use super::super::supervisor::{Answer, Refusal, Supervisor};

impl Supervisor {
    pub(in super::super) fn socket(&self, domain: i32, kind: i32, protocol: i32) -> Result<Answer, Refusal> {
        let flags = kind & (libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK);
        if !self.sockets.allow(domain, kind & !flags, protocol) {
            return Err(Errno::ACCESS.into());
        }
        // SAFETY: socket takes numbers only.
        let number = unsafe { libc::socket(domain, kind | libc::SOCK_CLOEXEC, protocol) };
        if number < 0 {
            return Err(last_error().into());
        }
        // SAFETY: the number was just given to this process, and nothing else owns it.
        let file = unsafe { OwnedFd::from_raw_fd(number) };
        Ok(Answer::Descriptor { file, close_on_exec: flags & libc::SOCK_CLOEXEC != 0 })
    }
}
