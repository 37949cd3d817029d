//! Reading files that other people own: regular, declared, bounded, or a clear reason why not.

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::fd::AsRawFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::FileType;

use crate::FileMetadata;
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
    metadata: FileMetadata,
    left: u64,
}

impl Input {
    /// `exact` says that the host opens the file, and only where path, target and kind are right: then they are not
    /// looked at once more.
    pub(crate) fn open(path: &Path, declared: &DeclaredReads, exact: bool) -> Result<Self, InputError> {
        if !declared.allow(path) {
            return Err(InputError::Undeclared(path.to_owned()));
        }
        let fail = |source| InputError::from_io(path, source);
        if !exact {
            // Looked at before it is opened: opening a FIFO waits, and opening a device can move a tape.
            let stat = rustix::fs::stat(path).map_err(|error| fail(error.into()))?;
            regular(path, FileType::from_raw_mode(stat.st_mode))?;
        }
        let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
        let file = OpenOptions::new()
            .read(true)
            .custom_flags(flags.bits().cast_signed())
            .open(path)
            .map_err(|error| explained(fail(error), declared))?;
        let metadata = FileMetadata::of(&file).map_err(fail)?;
        regular(path, metadata.file_type())?;
        if !exact {
            let link = format!("/proc/self/fd/{}", file.as_raw_fd());
            let target = as_declared(std::fs::read_link(link).map_err(fail)?);
            if target != path && !declared.allow(&target) && !is_link_of_the_kernel(path, &target) {
                return Err(InputError::LinkUndeclared { path: path.to_owned(), target });
            }
        }
        let left = if metadata.len() == 0 { u64::MAX } else { metadata.len() };
        Ok(Self { file, path: path.to_owned(), metadata, left })
    }

    /// The path that was opened.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the file system said when the file was opened.
    pub fn metadata(&self) -> &FileMetadata {
        &self.metadata
    }

    /// What it says now.
    ///
    /// # Errors
    /// When the file system does not answer.
    pub fn metadata_now(&self) -> io::Result<FileMetadata> {
        FileMetadata::of(&self.file)
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

/// Where a file is refused that is declared, what it is says more than that it is refused.
fn explained(error: InputError, declared: &DeclaredReads) -> InputError {
    let InputError::Denied(path) = &error else {
        return error;
    };
    let kind = rustix::fs::stat(path).map(|stat| FileType::from_raw_mode(stat.st_mode));
    if let Some(not_regular) = kind.ok().and_then(|kind| regular(path, kind).err()) {
        return not_regular;
    }
    let target = std::fs::read_link(path).ok().zip(path.parent()).map(|(link, folder)| folder.join(link));
    match target {
        Some(target) if !declared.allow(&target) => InputError::LinkUndeclared { path: path.clone(), target },
        _ => error,
    }
}

/// The links of sysfs are made by the kernel and by nobody else: what is declared by one of them is what it leads to.
fn is_link_of_the_kernel(path: &Path, target: &Path) -> bool {
    path.starts_with("/sys") && target.starts_with("/sys") && path.file_name() == target.file_name()
}

fn regular(path: &Path, kind: FileType) -> Result<(), InputError> {
    let kind = match kind {
        FileType::RegularFile => return Ok(()),
        FileType::Fifo => "fifo",
        FileType::Directory => "folder",
        FileType::Socket => "socket",
        _ => "device",
    };
    Err(InputError::NotRegular { path: path.to_owned(), kind })
}
