//! What the file system says about an open file.

use std::io;
use std::time::{Duration, SystemTime};

use rustix::fs::{FileType, Stat};

/// What the file system said about a file when it was opened.
#[derive(Clone, Copy)]
pub struct FileMetadata(Stat);

impl FileMetadata {
    /// Asks by fstat(2), which names no path and so needs nobody's answer but the kernel's.
    pub(crate) fn of(file: &impl std::os::fd::AsFd) -> io::Result<Self> {
        Ok(Self(rustix::fs::fstat(file)?))
    }

    pub(crate) fn file_type(&self) -> FileType {
        FileType::from_raw_mode(self.0.st_mode)
    }

    /// Bytes; 0 of files that state no size.
    #[expect(
        clippy::len_without_is_empty,
        reason = "a file of no bytes may still have content, below `/proc`"
    )]
    pub fn len(&self) -> u64 {
        u64::try_from(self.0.st_size).unwrap_or(0)
    }

    /// Type and permissions, as in `st_mode`.
    pub fn mode(&self) -> u32 {
        self.0.st_mode
    }

    /// The owner.
    pub fn uid(&self) -> u32 {
        self.0.st_uid
    }

    /// The owning group.
    pub fn gid(&self) -> u32 {
        self.0.st_gid
    }

    /// Seconds of the last change of its content since 1970.
    pub fn mtime(&self) -> i64 {
        self.0.st_mtime
    }

    /// Nanoseconds beside [`FileMetadata::mtime`].
    pub fn mtime_nsec(&self) -> i64 {
        i64::try_from(self.0.st_mtime_nsec).unwrap_or(0)
    }

    /// When its content changed last; None before 1970.
    pub fn modified(&self) -> Option<SystemTime> {
        let seconds = u64::try_from(self.0.st_mtime).ok()?;
        let nanoseconds = u32::try_from(self.mtime_nsec()).ok()?;
        SystemTime::UNIX_EPOCH.checked_add(Duration::new(seconds, nanoseconds))
    }
}

impl std::fmt::Debug for FileMetadata {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("FileMetadata")
            .field("len", &self.len())
            .field("mode", &format_args!("{:o}", self.mode()))
            .field("mtime", &self.mtime())
            .finish_non_exhaustive()
    }
}
