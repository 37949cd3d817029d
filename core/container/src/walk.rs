//! A folder and all that is in it, without ever leaving it.

use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::ops::ControlFlow;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, Dir, FileType, Mode, OFlags, fstat, openat, readlinkat, statat};

/// One thing that was met.
#[derive(Debug)]
pub struct Entry {
    /// Its path below the folder.
    pub path: PathBuf,
    /// What it is.
    pub kind: EntryKind,
    /// Permission bits.
    pub mode: u32,
    /// Time of change, in seconds since 1970.
    pub modified: i64,
}

/// What an entry is.
#[derive(Debug)]
pub enum EntryKind {
    /// A folder; what is in it follows.
    Folder,
    /// An ordinary file, opened for reading.
    File(File),
    /// A symbolic link and where it points; it is not followed.
    Link(PathBuf),
    /// A socket, pipe or device, by this name; it is not opened.
    Special(&'static str),
    /// It could not be read.
    Failed(io::Error),
}

/// Why a folder could not be walked at all.
#[derive(Debug, thiserror::Error)]
#[error("cannot read the folder `{}`", path.display())]
pub struct WalkError {
    path: PathBuf,
    source: io::Error,
}

/// Folders inside each other, each of which holds a descriptor open.
const DEPTH: usize = 256;

/// Visits everything in `folder` in the order of the names' bytes, each folder before what is in it. Links inside are
/// never followed, not even when they are put in place of a folder meanwhile; a link given as `folder` itself is.
/// The names of one folder at a time, and of those that it is in, are held in memory.
///
/// Gives back what `visit` stopped with.
///
/// # Errors
/// When `folder` itself cannot be read. What is inside and cannot is visited as [`EntryKind::Failed`].
pub fn walk<B>(
    folder: &Path,
    visit: &mut dyn FnMut(Entry) -> ControlFlow<B>,
) -> Result<ControlFlow<B>, WalkError> {
    let failed = |error: rustix::io::Errno| WalkError { path: folder.to_owned(), source: error.into() };
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let root = openat(CWD, folder, flags, Mode::empty()).map_err(failed)?;
    let names = sorted_names(root.as_fd()).map_err(failed)?;
    Ok(walk_names(root.as_fd(), names, Path::new(""), 1, visit))
}

fn walk_names<B>(
    folder: BorrowedFd<'_>,
    names: Vec<OsString>,
    below: &Path,
    depth: usize,
    visit: &mut dyn FnMut(Entry) -> ControlFlow<B>,
) -> ControlFlow<B> {
    for name in names {
        let path = below.join(&name);
        let met = look(folder, Path::new(&name), depth);
        let Met { kind, mode, modified, inside } = met.unwrap_or_else(|error| Met {
            kind: EntryKind::Failed(error.into()),
            mode: 0,
            modified: 0,
            inside: None,
        });
        visit(Entry { path: path.clone(), kind, mode, modified })?;
        if let Some((folder, names)) = inside {
            walk_names(folder.as_fd(), names, &path, depth + 1, visit)?;
        }
    }
    ControlFlow::Continue(())
}

struct Met {
    kind: EntryKind,
    mode: u32,
    modified: i64,
    inside: Option<(OwnedFd, Vec<OsString>)>,
}

/// Looks at one name without following it, and opens files and folders.
fn look(folder: BorrowedFd<'_>, name: &Path, depth: usize) -> rustix::io::Result<Met> {
    let mut status = statat(folder, name, AtFlags::SYMLINK_NOFOLLOW)?;
    let mut inside = None;
    let kind = match FileType::from_raw_mode(status.st_mode) {
        FileType::Symlink => {
            let target = readlinkat(folder, name, Vec::new())?;
            EntryKind::Link(OsString::from_vec(target.into_bytes()).into())
        }
        FileType::Directory => {
            if depth >= DEPTH {
                return Err(rustix::io::Errno::NAMETOOLONG);
            }
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let opened = openat(folder, name, flags, Mode::empty())?;
            let names = sorted_names(opened.as_fd())?;
            inside = Some((opened, names));
            EntryKind::Folder
        }
        FileType::RegularFile => {
            // It may have become something else by now, which must not block.
            let flags =
                OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
            let opened = openat(folder, name, flags, Mode::empty())?;
            status = fstat(&opened)?;
            match FileType::from_raw_mode(status.st_mode) {
                FileType::RegularFile => EntryKind::File(File::from(opened)),
                other => EntryKind::Special(special_name(other)),
            }
        }
        other => EntryKind::Special(special_name(other)),
    };
    Ok(Met { kind, mode: status.st_mode & 0o7777, modified: status.st_mtime, inside })
}

fn special_name(kind: FileType) -> &'static str {
    match kind {
        FileType::Fifo => "pipe",
        FileType::Socket => "socket",
        FileType::CharacterDevice => "character device",
        FileType::BlockDevice => "block device",
        _ => "something that is no file",
    }
}

fn sorted_names(folder: BorrowedFd<'_>) -> rustix::io::Result<Vec<OsString>> {
    let mut names = Vec::new();
    for entry in Dir::read_from(folder)? {
        let name = entry?.file_name().to_bytes().to_vec();
        if name != b"." && name != b".." {
            names.push(OsString::from_vec(name));
        }
    }
    names.sort_unstable();
    Ok(names)
}

#[cfg(test)]
mod tests;
