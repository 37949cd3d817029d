//! The report's file: it gets its name when it is complete, never before.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, Mode, OFlags, linkat, openat};
use tempfile::NamedTempFile;

/// A file that has no name yet, or not its own.
pub(crate) enum Unnamed {
    /// `O_TMPFILE`: gone without a trace when the process dies.
    Anonymous(File),
    /// Where the file system knows no such files: a hidden neighbour, removed on drop.
    Hidden(NamedTempFile),
    /// The staged file of a collector, which gets a second name. What was added to it is taken off on drop.
    Adopted(Adopted),
}

/// A staged file and how much of it was there before.
pub(crate) struct Adopted {
    file: File,
    path: PathBuf,
    length: u64,
    published: bool,
}

impl Unnamed {
    /// Makes a file beside `target`.
    pub(crate) fn beside(target: &Path) -> io::Result<Self> {
        let folder = folder_of(target);
        let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
        match openat(CWD, folder, flags, Mode::RUSR | Mode::WUSR) {
            Ok(descriptor) => Ok(Self::Anonymous(File::from(descriptor))),
            // EISDIR and ENOENT: kernels and file systems that do not know the flag (open(2)). Real causes repeat below.
            Err(_) => tempfile::Builder::new()
                .prefix(".candor-")
                .suffix(".part")
                .tempfile_in(folder)
                .map(Self::Hidden),
        }
    }

    /// Takes over the first `length` bytes of a staged file, where it can get its second name in the folder of `target`.
    pub(crate) fn adopt(staged: &Path, length: u64, target: &Path) -> io::Result<Option<Self>> {
        let file = fs::OpenOptions::new().read(true).write(true).open(staged)?;
        let metadata = file.metadata()?;
        let same_file_system = fs::metadata(folder_of(target))?.dev() == metadata.dev();
        // A second link means that a report stands in it already, which must not change any more.
        if !same_file_system || metadata.nlink() != 1 {
            return Ok(None);
        }
        file.set_len(length)?;
        Ok(Some(Self::Adopted(Adopted { file, path: staged.to_owned(), length, published: false })))
    }

    pub(crate) fn file(&self) -> &File {
        match self {
            Self::Anonymous(file) => file,
            Self::Hidden(named) => named.as_file(),
            Self::Adopted(adopted) => &adopted.file,
        }
    }

    /// Gives the file its name. Without `overwrite`, an existing file of that name is an error.
    pub(crate) fn publish(mut self, target: &Path, overwrite: bool) -> io::Result<()> {
        self.file().sync_data()?;
        if !overwrite {
            return self.link(target);
        }
        let neighbour = folder_of(target).join(format!(".candor-{}.part", uuid::Uuid::new_v4()));
        self.link(&neighbour)?;
        fs::rename(&neighbour, target).inspect_err(|_| {
            let _ = fs::remove_file(&neighbour);
        })
    }

    fn link(&mut self, name: &Path) -> io::Result<()> {
        match self {
            // `AT_EMPTY_PATH` would need a capability; the way through /proc does not (open(2), `O_TMPFILE`).
            Self::Anonymous(file) => {
                use std::os::fd::AsRawFd;
                let descriptor = format!("/proc/self/fd/{}", file.as_raw_fd());
                Ok(linkat(CWD, descriptor, CWD, name, AtFlags::SYMLINK_FOLLOW)?)
            }
            // The hidden name goes when the value is dropped.
            Self::Hidden(named) => {
                let linked = fs::hard_link(named.path(), name);
                match linked.as_ref().map_err(io::Error::kind) {
                    Err(io::ErrorKind::PermissionDenied | io::ErrorKind::Unsupported) => {
                        rename_new(named.path(), name)
                    }
                    _ => linked,
                }
            }
            Self::Adopted(adopted) => {
                fs::hard_link(&adopted.path, name)?;
                adopted.published = true;
                Ok(())
            }
        }
    }
}

impl Drop for Adopted {
    fn drop(&mut self) {
        if !self.published {
            // Best effort: what lies beyond the finished artifacts is passed over by every reader.
            let _ = self.file.set_len(self.length);
        }
    }
}

/// For file systems without hard links.
fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    use rustix::fs::{RenameFlags, renameat_with};
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        Err(rustix::io::Errno::INVAL) if fs::symlink_metadata(to).is_err() => fs::rename(from, to),
        renamed => Ok(renamed?),
    }
}

pub(crate) fn folder_of(target: &Path) -> &Path {
    match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}
