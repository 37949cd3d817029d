//! Answers every waiting system call of a child with a refusal.
//!
//! It is a process of its own that shares the child's descriptors, and so finds the listener among them. A host takes it
//! over with `pidfd_getfd` instead, which takes an exec in between where the host is an ordinary user's.

use std::os::fd::{AsRawFd, BorrowedFd, IntoRawFd, OwnedFd, RawFd};

use rustix::event::{PollFd, PollFlags};

/// The child's end of it.
pub struct Supervisor {
    tells: OwnedFd,
    hears: OwnedFd,
}

impl Supervisor {
    /// Starts it, from the child and before it confines itself. It ends when the child has.
    pub fn start() -> Self {
        let (hears, tells) = rustix::pipe::pipe_with(rustix::pipe::PipeFlags::CLOEXEC).unwrap();
        // SAFETY: a fork that shares descriptors only. The new process does not return from here.
        let pid = unsafe { libc::syscall(libc::SYS_clone, libc::CLONE_FILES | libc::SIGCHLD, 0, 0, 0, 0) };
        assert!(pid >= 0, "fork: {}", std::io::Error::last_os_error());
        if pid == 0 {
            supervise(&hears);
            // SAFETY: ends the process at once.
            unsafe { libc::_exit(0) };
        }
        Self { tells, hears }
    }

    /// What has to stay open for it.
    pub fn descriptors(&self) -> [RawFd; 2] {
        [self.tells.as_raw_fd(), self.hears.as_raw_fd()]
    }

    /// Tells it the number of the listener, which has to stay open. Without one it ends.
    pub fn listen(self, listener: Option<RawFd>) {
        if let Some(listener) = listener {
            rustix::io::write(&self.tells, &listener.to_ne_bytes()).unwrap();
        }
        // Closed here it would be closed there.
        let _ = self.hears.into_raw_fd();
    }
}

/// Answers until nobody is left who can ask.
fn supervise(hears: &OwnedFd) {
    let mut number = [0; size_of::<RawFd>()];
    if rustix::io::read(hears, &mut number) != Ok(number.len()) {
        return;
    }
    // SAFETY: the child keeps it open, and so does this process after the child has ended.
    let listener = unsafe { BorrowedFd::borrow_raw(RawFd::from_ne_bytes(number)) };
    while answer_one(listener) {}
}

/// False once nobody can ask any more.
fn answer_one(listener: BorrowedFd<'_>) -> bool {
    let mut polled = [PollFd::from_borrowed_fd(listener, PollFlags::IN)];
    if rustix::event::poll(&mut polled, None).is_err() || polled[0].revents().contains(PollFlags::HUP) {
        return false;
    }
    // SAFETY: plain numbers, for which zero is a value.
    let mut request: libc::seccomp_notif = unsafe { std::mem::zeroed() };
    // SAFETY: the structure is the one that this request fills.
    let received =
        unsafe { libc::ioctl(listener.as_raw_fd(), libc::SECCOMP_IOCTL_NOTIF_RECV, &raw mut request) };
    if received == 0 {
        let response = libc::seccomp_notif_resp { id: request.id, val: 0, error: -libc::EACCES, flags: 0 };
        // SAFETY: the structure is the one that this request reads.
        unsafe { libc::ioctl(listener.as_raw_fd(), libc::SECCOMP_IOCTL_NOTIF_SEND, &raw const response) };
    }
    true
}
