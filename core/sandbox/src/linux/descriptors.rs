//! Descriptors that a confined process may hold.

use std::os::fd::RawFd;

use super::refusal::Refusal;

/// Standard input, output and error stay.
const FIRST: u32 = 3;

/// Closes every descriptor above 2 that is not in `keep`.
pub(super) fn close_all_but(keep: &[RawFd]) -> Result<(), String> {
    let mut keep: Vec<u32> =
        keep.iter().filter_map(|fd| u32::try_from(*fd).ok()).filter(|fd| *fd >= FIRST).collect();
    keep.sort_unstable();
    let mut first = FIRST;
    for fd in keep {
        if fd > first {
            close_range(first, fd - 1)?;
        }
        first = first.max(fd.saturating_add(1));
    }
    close_range(first, u32::MAX)?;
    Ok(())
}

fn close_range(first: u32, last: u32) -> Result<(), Refusal> {
    // SAFETY: the caller has one thread and names what it owns in `keep`; nobody uses any other descriptor again.
    let result = unsafe { libc::syscall(libc::SYS_close_range, first, last, 0) };
    if result == 0 { Ok(()) } else { Err(Refusal::last("closing what is open")) }
}
