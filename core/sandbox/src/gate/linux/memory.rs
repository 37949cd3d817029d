//! The memory of a confined process: bounded copies, made once.

use rustix::io::Errno;
use rustix::process::Pid;

use super::listener::last_error;

/// Bytes of a path with its NUL (`PATH_MAX`).
const LONGEST_PATH: usize = 4096;
/// The smallest page: a read that stays within it is readable as a whole or not at all.
const PAGE: u64 = 4096;
/// Most paths are shorter.
const FIRST_READ: usize = 256;

/// Copies the NUL-terminated path at this address, without the NUL.
///
/// # Errors
/// `EFAULT` when it cannot be read, `ENAMETOOLONG` without a NUL in the first 4096 bytes.
pub(super) fn read_path(process: Pid, address: u64) -> Result<Vec<u8>, Errno> {
    let mut path: Vec<u8> = Vec::new();
    while path.len() < LONGEST_PATH {
        let at = address.checked_add(path.len() as u64).ok_or(Errno::FAULT)?;
        let to_page_end = (PAGE - at % PAGE) as usize;
        let most = if path.is_empty() { FIRST_READ } else { LONGEST_PATH - path.len() };
        let start = path.len();
        path.resize(start + most.min(to_page_end), 0);
        read(process, at, &mut path[start..])?;
        if let Some(end) = path[start..].iter().position(|byte| *byte == 0) {
            path.truncate(start + end);
            return Ok(path);
        }
    }
    Err(Errno::NAMETOOLONG)
}

/// Fills the buffer from this address.
///
/// # Errors
/// `EFAULT` when not all of it can be read.
pub(super) fn read(process: Pid, address: u64, buffer: &mut [u8]) -> Result<(), Errno> {
    let local = libc::iovec { iov_base: buffer.as_mut_ptr().cast(), iov_len: buffer.len() };
    let remote = libc::iovec { iov_base: address as *mut libc::c_void, iov_len: buffer.len() };
    // SAFETY: `local` is the caller's buffer. `remote` is an address in the other process, which the kernel checks.
    let copied = unsafe {
        libc::process_vm_readv(process.as_raw_nonzero().get(), &raw const local, 1, &raw const remote, 1, 0)
    };
    whole(copied, buffer.len())
}

/// Writes the bytes to this address, where the process itself may write.
///
/// # Errors
/// `EFAULT` when not all of it can be written.
pub(super) fn write(process: Pid, address: u64, bytes: &[u8]) -> Result<(), Errno> {
    let local = libc::iovec { iov_base: bytes.as_ptr().cast_mut().cast(), iov_len: bytes.len() };
    let remote = libc::iovec { iov_base: address as *mut libc::c_void, iov_len: bytes.len() };
    // SAFETY: `local` is only read from. `remote` is an address in the other process, which the kernel checks.
    let copied = unsafe {
        libc::process_vm_writev(process.as_raw_nonzero().get(), &raw const local, 1, &raw const remote, 1, 0)
    };
    whole(copied, bytes.len())
}

fn whole(copied: isize, wanted: usize) -> Result<(), Errno> {
    match usize::try_from(copied) {
        Ok(copied) if copied == wanted => Ok(()),
        Ok(_) => Err(Errno::FAULT),
        Err(_) => Err(last_error()),
    }
}

/// Whether the memory of this process may be read at all.
///
/// # Errors
/// With the kernel's refusal.
pub(super) fn check_access(process: Pid) -> Result<(), Errno> {
    match read(process, 0, &mut [0]) {
        Ok(()) | Err(Errno::FAULT) => Ok(()),
        Err(error) => Err(error),
    }
}
