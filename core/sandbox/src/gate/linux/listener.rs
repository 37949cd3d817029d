//! The listener of a system call filter: seccomp_unotify(2). What is received here was written by a hostile process, but
//! for the kernel's own fields.

use std::mem::size_of;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

use rustix::io::Errno;

/// `struct seccomp_notif` with its `struct seccomp_data`.
#[repr(C)]
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Notification {
    /// Cookie of the waiting call.
    pub(super) id: u64,
    /// Thread that waits, as the host numbers it.
    pub(super) thread: u32,
    flags: u32,
    /// Number of the system call.
    pub(super) number: i32,
    /// `AUDIT_ARCH_*`.
    pub(super) architecture: u32,
    instruction: u64,
    /// As the process gave them; nothing in them is checked.
    pub(super) arguments: [u64; 6],
}

/// `struct seccomp_notif_resp`.
#[repr(C)]
struct Response {
    id: u64,
    value: i64,
    error: i32,
    /// Never `SECCOMP_USER_NOTIF_FLAG_CONTINUE`: the process could have changed its arguments since they were read.
    flags: u32,
}

/// `struct seccomp_notif_addfd`.
#[repr(C)]
struct AddDescriptor {
    id: u64,
    flags: u32,
    source: u32,
    number: u32,
    number_flags: u32,
}

const fn request(direction: u64, number: u64, size: usize) -> u64 {
    (direction << 30) | ((size as u64) << 16) | ((b'!' as u64) << 8) | number
}

const WRITE: u64 = 1;
const READ_WRITE: u64 = 3;
const RECEIVE: u64 = request(READ_WRITE, 0, size_of::<Notification>());
const SEND: u64 = request(READ_WRITE, 1, size_of::<Response>());
const ID_VALID: u64 = request(WRITE, 2, size_of::<u64>());
const ADD_DESCRIPTOR: u64 = request(WRITE, 3, size_of::<AddDescriptor>());
const SET_FLAGS: u64 = request(WRITE, 4, size_of::<u64>());

/// `SECCOMP_ADDFD_FLAG_SEND`: adding and answering are one step, so that no descriptor stays behind in a process whose
/// call was interrupted.
const ADD_AND_SEND: u32 = 1 << 1;
/// `SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP` (Linux 6.6): the answered thread goes on where the answer was given.
const SYNC_WAKE_UP: u64 = 1;

/// The host's end of a filter. Calls that wait when it is closed, and all later ones, fail with `ENOSYS`.
#[derive(Debug)]
pub(super) struct Listener(OwnedFd);

impl Listener {
    /// Takes a descriptor that a process says is its listener.
    ///
    /// # Errors
    /// When it is none.
    pub(super) fn new(descriptor: OwnedFd) -> Result<Self, Errno> {
        let listener = Self(descriptor);
        match listener.check(0) {
            Ok(()) | Err(Errno::NOENT) => {}
            Err(error) => return Err(error),
        }
        // Only speed depends on it.
        let _ = listener.ioctl(SET_FLAGS, SYNC_WAKE_UP as *mut libc::c_void);
        Ok(listener)
    }

    /// The next waiting call.
    ///
    /// # Errors
    /// `ENOENT` when the process died before it was received.
    pub(super) fn receive(&self) -> Result<Notification, Errno> {
        let mut notification = Notification::default();
        self.ioctl(RECEIVE, (&raw mut notification).cast())?;
        Ok(notification)
    }

    /// Whether the call still waits: then its thread is alive and what was read from its memory was its memory.
    ///
    /// # Errors
    /// `ENOENT` when it does not.
    pub(super) fn check(&self, id: u64) -> Result<(), Errno> {
        let mut id = id;
        self.ioctl(ID_VALID, (&raw mut id).cast()).map(drop)
    }

    /// Lets the call return this. A call that waits no more needs no answer.
    pub(super) fn send(&self, id: u64, result: Result<i64, Errno>) {
        let (value, error) = match result {
            Ok(value) => (value, 0),
            Err(errno) => (0, -errno.raw_os_error()),
        };
        let mut response = Response { id, value, error, flags: 0 };
        let _ = self.ioctl(SEND, (&raw mut response).cast());
    }

    /// Puts a copy of the descriptor into the process and lets the call return its number there.
    ///
    /// # Errors
    /// `EMFILE` when the process has no room for it; the call then still waits.
    pub(super) fn send_descriptor(
        &self,
        id: u64,
        descriptor: BorrowedFd<'_>,
        close_on_exec: bool,
    ) -> Result<(), Errno> {
        let mut add = AddDescriptor {
            id,
            flags: ADD_AND_SEND,
            source: descriptor.as_raw_fd().cast_unsigned(),
            number: 0,
            number_flags: if close_on_exec { libc::O_CLOEXEC.cast_unsigned() } else { 0 },
        };
        self.ioctl(ADD_DESCRIPTOR, (&raw mut add).cast()).map(drop)
    }

    fn ioctl(&self, request: u64, argument: *mut libc::c_void) -> Result<i32, Errno> {
        // SAFETY: every caller pairs the request with a live structure of the size that is part of its number, or with
        // the plain integer that SET_FLAGS takes.
        let result = unsafe { libc::ioctl(self.0.as_raw_fd(), request as _, argument) };
        if result < 0 { Err(last_error()) } else { Ok(result) }
    }
}

impl AsFd for Listener {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// What the kernel said last to this thread.
pub(super) fn last_error() -> Errno {
    Errno::from_io_error(&std::io::Error::last_os_error()).unwrap_or(Errno::IO)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn request_numbers_are_those_of_the_kernel() {
        assert_eq!([RECEIVE, SEND], [0xC050_2100, 0xC018_2101]);
        assert_eq!([ID_VALID, ADD_DESCRIPTOR, SET_FLAGS], [0x4008_2102, 0x4018_2103, 0x4008_2104]);
    }

    #[test]
    fn another_descriptor_is_no_listener() {
        let file = OwnedFd::from(std::fs::File::open("/dev/null").unwrap());
        assert!(Listener::new(file).is_err());
    }
}
