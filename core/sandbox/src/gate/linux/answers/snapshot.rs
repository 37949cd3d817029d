//! Kernel settings are checked against whoever reads them, and not against who opened them: what only the host may read
//! is read by the host.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;

use rustix::fs::{FileType, MemfdFlags, OFlags, SealFlags, fcntl_add_seals, memfd_create};
use rustix::io::Errno;

use super::super::find::Found;
use super::super::process::OwnDescriptors;

/// Longest setting. The kernel's own are a page or two.
const MOST_BYTES: u64 = 64 << 10;

/// Whether the file is a setting that not everybody may read.
pub(super) fn is_needed(found: &Found) -> bool {
    let closed_to_others = found.status.st_mode & 0o004 == 0;
    found.kind() == FileType::RegularFile && closed_to_others && found.real.starts_with("/proc/sys")
}

/// What the file holds now, as a file that can only be read.
///
/// # Errors
/// As reading it; `EFBIG` when it is no setting by its length.
pub(super) fn of(file: OwnedFd, descriptors: &OwnDescriptors) -> Result<OwnedFd, Errno> {
    let kernel_error = |error: std::io::Error| Errno::from_io_error(&error).unwrap_or(Errno::IO);
    let mut content = Vec::new();
    File::from(file).take(MOST_BYTES + 1).read_to_end(&mut content).map_err(kernel_error)?;
    if content.len() as u64 > MOST_BYTES {
        return Err(Errno::FBIG);
    }
    let memory = memfd_create("setting", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?;
    let mut writer = File::from(memory);
    writer.write_all(&content).map_err(kernel_error)?;
    let memory = OwnedFd::from(writer);
    fcntl_add_seals(&memory, SealFlags::WRITE | SealFlags::GROW | SealFlags::SHRINK | SealFlags::SEAL)?;
    descriptors.reopen(&memory, OFlags::RDONLY | OFlags::CLOEXEC)
}
