//! The confined process as the host sees it: its descriptors, its threads, what it read so far.

use std::fs::File;
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::os::unix::fs::FileExt;

use rustix::io::Errno;
use rustix::process::{Pid, PidfdGetfdFlags, pidfd_getfd};

/// A confined process. Its id means it for as long as nobody waited for it.
#[derive(Debug)]
pub(super) struct Process {
    pid: Pid,
    pidfd: OwnedFd,
}

impl Process {
    /// The process with this id and this pidfd.
    ///
    /// # Errors
    /// When the id is none, or the descriptor cannot be duplicated.
    pub(super) fn new(pid: u32, pidfd: BorrowedFd<'_>) -> Result<Self, Errno> {
        let pid = i32::try_from(pid).ok().and_then(Pid::from_raw).ok_or(Errno::SRCH)?;
        Ok(Self { pid, pidfd: rustix::io::fcntl_dupfd_cloexec(pidfd, 3)? })
    }

    /// Its id.
    pub(super) fn pid(&self) -> Pid {
        self.pid
    }

    /// A copy of the descriptor that has this number in it.
    ///
    /// # Errors
    /// `EBADF` when there is none.
    pub(super) fn descriptor(&self, number: RawFd) -> Result<OwnedFd, Errno> {
        if number < 0 {
            return Err(Errno::BADF);
        }
        pidfd_getfd(&self.pidfd, number, PidfdGetfdFlags::empty())
    }

    /// Whether this is one of its threads. What it has forked is not it: its descriptors and its memory are others.
    pub(super) fn has_thread(&self, thread: u32) -> bool {
        let pid = self.pid.as_raw_nonzero().get();
        thread == pid.cast_unsigned() || rustix::fs::stat(format!("/proc/{pid}/task/{thread}")).is_ok()
    }
}

/// How much a process read, as the kernel counts it. The file stays readable while the process is a zombie.
#[derive(Debug)]
pub(super) struct ReadBytes {
    file: File,
    before: u64,
}

impl ReadBytes {
    /// Counts from now on; None where the kernel does not.
    pub(super) fn from_now(process: Pid) -> Option<Self> {
        let file = File::open(format!("/proc/{}/io", process.as_raw_nonzero())).ok()?;
        let before = characters_read(&file)?;
        Some(Self { file, before })
    }

    /// Bytes read since then, those from sockets and pipes included.
    pub(super) fn so_far(&self) -> Option<u64> {
        characters_read(&self.file).map(|now| now.saturating_sub(self.before))
    }
}

/// `rchar` of proc_pid_io(5).
fn characters_read(file: &File) -> Option<u64> {
    let mut buffer = [0; 512];
    let length = file.read_at(&mut buffer, 0).ok()?;
    let text = std::str::from_utf8(&buffer[..length]).ok()?;
    text.lines().find_map(|line| line.strip_prefix("rchar: "))?.trim().parse().ok()
}

/// `/proc/self/fd` of the host: by it a descriptor leads to the very file behind it, whatever became of its path.
#[derive(Debug)]
pub(super) struct OwnDescriptors(OwnedFd);

impl OwnDescriptors {
    /// Opens it.
    ///
    /// # Errors
    /// When `/proc` is not mounted.
    pub(super) fn open() -> Result<Self, Errno> {
        use rustix::fs::{Mode, OFlags};
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        rustix::fs::open("/proc/self/fd", flags, Mode::empty()).map(Self)
    }

    /// The path of the file behind a descriptor, as the host's root sees it now.
    pub(super) fn path(&self, descriptor: &OwnedFd) -> Result<Vec<u8>, Errno> {
        let path =
            rustix::fs::readlinkat(&self.0, descriptor.as_raw_fd().to_string(), Vec::with_capacity(256))?;
        Ok(path.into_bytes())
    }

    /// Opens the file behind a descriptor anew.
    pub(super) fn reopen(&self, descriptor: &OwnedFd, flags: rustix::fs::OFlags) -> Result<OwnedFd, Errno> {
        rustix::fs::openat(&self.0, descriptor.as_raw_fd().to_string(), flags, rustix::fs::Mode::empty())
    }
}
