//! `access` and its relatives: what a process may do is what its gate does for it, and that is reading.

use std::os::fd::{AsRawFd, OwnedFd};

use rustix::fs::FileType;
use rustix::io::Errno;

use super::super::call::Place;
use super::super::listener::last_error;
use super::super::supervisor::{Answer, Refusal, Request, Supervisor};
use super::Target;

const KNOWN_FLAGS: i32 = libc::AT_SYMLINK_NOFOLLOW | libc::AT_EMPTY_PATH | libc::AT_EACCESS;

impl Supervisor {
    pub(in super::super) fn access(
        &mut self,
        request: Request<'_>,
        place: Place,
        flags: i32,
        mode: i32,
    ) -> Result<Answer, Refusal> {
        if flags & !KNOWN_FLAGS != 0 || mode & !(libc::R_OK | libc::W_OK | libc::X_OK) != 0 {
            return Err(Errno::INVAL.into());
        }
        let Target::File(found) = self.target(request, "stat", place, flags)? else {
            // A descriptor of its own: its rights to it are what it was opened with.
            return Err(Errno::ACCESS.into());
        };
        if mode & libc::W_OK != 0 || (mode & libc::X_OK != 0 && found.kind() != FileType::Directory) {
            return Err(Errno::ACCESS.into());
        }
        // A link that is meant itself has no mode of its own.
        if mode & libc::R_OK != 0 && found.kind() != FileType::Symlink {
            host_may_read(&found.handle)?;
        }
        Ok(Answer::Value(0))
    }
}

/// Whether the host could open the file for reading.
fn host_may_read(handle: &OwnedFd) -> Result<(), Errno> {
    let flags = libc::AT_EMPTY_PATH | libc::AT_EACCESS;
    // SAFETY: the descriptor is open and the empty path is one.
    let answer =
        unsafe { libc::syscall(libc::SYS_faccessat2, handle.as_raw_fd(), c"".as_ptr(), libc::R_OK, flags) };
    if answer < 0 { Err(last_error()) } else { Ok(()) }
}
