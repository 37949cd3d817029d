//! Reading files that other people own: regular, declared, bounded, or a clear reason why not.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::os::fd::AsRawFd;
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::declared::{DeclaredReads, as_declared};

/// Why a file was not read.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// There is no such file.
    #[error("`{0}` does not exist")]
    Absent(PathBuf),
    /// The file exists and this user may not read it.
    #[error("no permission to read `{0}`")]
    Denied(PathBuf),
    /// The manifest does not declare the path.
    #[error("`{0}` is not among the declared reads")]
    Undeclared(PathBuf),
    /// The path is a link, and where it leads is not declared.
    #[error("`{path}` leads to `{target}`, which is not among the declared reads")]
    LinkUndeclared {
        /// The declared path.
        path: PathBuf,
        /// Where it leads.
        target: PathBuf,
    },
    /// A FIFO, device, socket or directory, which is never read.
    #[error("`{path}` is a {kind}, not a regular file")]
    NotRegular {
        /// The path.
        path: PathBuf,
        /// `fifo`, `device`, `socket` or `folder`.
        kind: &'static str,
    },
    /// Anything else.
    #[error("cannot read `{path}`")]
    Io {
        /// The path.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
}

impl InputError {
    /// True when the file is not there, which is often no fault.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent(_))
    }

    pub(crate) fn from_io(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.raw_os_error().map(rustix::io::Errno::from_raw_os_error) {
            Some(rustix::io::Errno::NOENT | rustix::io::Errno::NOTDIR) => Self::Absent(path),
            Some(rustix::io::Errno::ACCESS | rustix::io::Errno::PERM) => Self::Denied(path),
            _ => Self::Io { path, source },
        }
    }
}

/// Text that was read, and whether it is all there was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The text; invalid UTF-8 is replaced.
    pub text: String,
    /// True when the limit cut it.
    pub truncated: bool,
}

/// An open regular file. Reads end at the size that the file had when it was opened, so that one that grows has an
/// end; files that state no size (`/proc`, `/sys`) are read to their end.
#[derive(Debug)]
pub struct Input {
    file: File,
    path: PathBuf,
    metadata: Metadata,
    left: u64,
}

impl Input {
    pub(crate) fn open(path: &Path, declared: &DeclaredReads) -> Result<Self, InputError> {
        if !declared.allow(path) {
            return Err(InputError::Undeclared(path.to_owned()));
        }
        // Looked at before it is opened: opening a FIFO waits, and opening a device can move a tape.
        let fail = |source| InputError::from_io(path, source);
        regular(path, &std::fs::metadata(path).map_err(fail)?)?;
        let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
        let file = OpenOptions::new()
            .read(true)
            .custom_flags(flags.bits().cast_signed())
            .open(path)
            .map_err(fail)?;
        let metadata = file.metadata().map_err(fail)?;
        regular(path, &metadata)?;
        let target =
            as_declared(std::fs::read_link(format!("/proc/self/fd/{}", file.as_raw_fd())).map_err(fail)?);
        if target != path && !declared.allow(&target) {
            return Err(InputError::LinkUndeclared { path: path.to_owned(), target });
        }
        let left = if metadata.len() == 0 { u64::MAX } else { metadata.len() };
        Ok(Self { file, path: path.to_owned(), metadata, left })
    }

    /// The path that was opened.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the file system said when the file was opened.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// The file itself, for readers that seek. Its size may change under them.
    pub fn file(&self) -> &File {
        &self.file
    }

    /// Reads at most `limit` bytes; the flag says whether there was more.
    ///
    /// # Errors
    /// When reading fails.
    pub fn read_bounded(mut self, limit: u64) -> Result<(Vec<u8>, bool), InputError> {
        let mut data = Vec::new();
        let read = Read::by_ref(&mut self).take(limit.saturating_add(1)).read_to_end(&mut data);
        read.map_err(|source| InputError::from_io(&self.path, source))?;
        let truncated = data.len() as u64 > limit;
        data.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok((data, truncated))
    }
}

impl Read for Input {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        let count = self.file.read(&mut buffer[..most])?;
        self.left -= count as u64;
        Ok(count)
    }
}

fn regular(path: &Path, metadata: &Metadata) -> Result<(), InputError> {
    let kind = metadata.file_type();
    let name = if kind.is_file() {
        return Ok(());
    } else if kind.is_fifo() {
        "fifo"
    } else if kind.is_dir() {
        "folder"
    } else if kind.is_socket() {
        "socket"
    } else {
        "device"
    };
    Err(InputError::NotRegular { path: path.to_owned(), kind: name })
}
