//! `stat` and its relatives: the host asks the kernel the same and hands its answer over as it is.

use std::mem::size_of;
use std::os::fd::AsRawFd;

use rustix::io::Errno;

use super::super::call::Place;
use super::super::listener::last_error;
use super::super::supervisor::{Answer, Refusal, Request, Supervisor};

const OPERATION: &str = "stat";

const KNOWN_FLAGS: i32 = libc::AT_SYMLINK_NOFOLLOW | libc::AT_EMPTY_PATH | libc::AT_NO_AUTOMOUNT;
const SYNC_FLAGS: i32 = libc::AT_STATX_SYNC_TYPE;

impl Supervisor {
    pub(in super::super) fn status(
        &mut self,
        request: Request<'_>,
        place: Place,
        flags: i32,
        result: u64,
    ) -> Result<Answer, Refusal> {
        if flags & !KNOWN_FLAGS != 0 {
            return Err(Errno::INVAL.into());
        }
        let target = self.target(request, OPERATION, place, flags)?;
        let mut status = [0_u8; size_of::<libc::stat>()];
        kernel_says(&mut status, |address| {
            // SAFETY: the descriptor is open, the empty path is one, and `address` has room for `struct stat`.
            unsafe {
                libc::syscall(
                    libc::SYS_newfstatat,
                    target.descriptor().as_raw_fd(),
                    c"".as_ptr(),
                    address,
                    libc::AT_EMPTY_PATH,
                )
            }
        })?;
        hand_over(request, result, &status)
    }

    pub(in super::super) fn extended_status(
        &mut self,
        request: Request<'_>,
        place: Place,
        flags: i32,
        mask: u32,
        result: u64,
    ) -> Result<Answer, Refusal> {
        if flags & !(KNOWN_FLAGS | SYNC_FLAGS) != 0 {
            return Err(Errno::INVAL.into());
        }
        let target = self.target(request, OPERATION, place, flags)?;
        let how = libc::AT_EMPTY_PATH | (flags & SYNC_FLAGS);
        let mut status = [0_u8; size_of::<libc::statx>()];
        kernel_says(&mut status, |address| {
            // SAFETY: the descriptor is open, the empty path is one, and `address` has room for `struct statx`.
            unsafe {
                libc::syscall(
                    libc::SYS_statx,
                    target.descriptor().as_raw_fd(),
                    c"".as_ptr(),
                    how,
                    mask,
                    address,
                )
            }
        })?;
        hand_over(request, result, &status)
    }
}

/// Runs a system call that fills the buffer.
pub(super) fn kernel_says(
    buffer: &mut [u8],
    call: impl FnOnce(*mut u8) -> libc::c_long,
) -> Result<(), Errno> {
    if call(buffer.as_mut_ptr()) < 0 { Err(last_error()) } else { Ok(()) }
}

/// Gives the process a result.
pub(super) fn hand_over(request: Request<'_>, result: u64, bytes: &[u8]) -> Result<Answer, Refusal> {
    request.write(result, bytes)?;
    Ok(Answer::Value(0))
}
