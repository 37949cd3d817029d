//! The folder that stands for `/`: bounded reads of regular files below it, and lists of names.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::Path;

use rustix::fs::{CWD, Dir, FileType, Mode, OFlags, ResolveFlags};
use rustix::io::Errno;

use super::Live;

/// Most bytes that are read of one file.
const LONGEST_FILE: u64 = 1 << 20;
/// Most names that are taken of one folder.
const MOST_NAMES: usize = 4096;

/// Where the identity is gathered from: the files of a machine, and what only its running kernel tells.
#[derive(Debug)]
pub struct Root {
    folder: OwnedFd,
    /// True for `/` itself, where links cannot lead out.
    is_whole: bool,
    pub(super) live: Live,
}

/// Why something below the root was not read.
#[derive(Debug)]
pub(super) enum Unread {
    /// It is not there.
    Missing,
    /// It is something else than a regular file.
    NotAFile,
    /// The system refused.
    Refused(Errno),
}

impl From<Errno> for Unread {
    fn from(code: Errno) -> Self {
        match code {
            // The latter are attributes of sysfs that a device does not have.
            Errno::NOENT
            | Errno::NOTDIR
            | Errno::NODEV
            | Errno::NXIO
            | Errno::NODATA
            | Errno::INVAL
            | Errno::OPNOTSUPP => Self::Missing,
            code => Self::Refused(code),
        }
    }
}

/// The beginning of a file.
pub(super) struct Content {
    pub(super) bytes: Vec<u8>,
    /// The file is longer.
    pub(super) is_cut: bool,
}

/// What a folder holds.
pub(super) struct Listing {
    /// In sorted order.
    pub(super) names: Vec<String>,
    /// There are more, or some that are no UTF-8.
    pub(super) is_cut: bool,
}

impl Root {
    /// This machine as it runs.
    ///
    /// # Errors
    /// When `/` cannot be opened.
    pub fn of_this_machine() -> io::Result<Self> {
        Ok(Self { folder: open_folder(Path::new("/"))?, is_whole: true, live: Live::of_this_machine() })
    }

    /// A folder that is laid out like a machine's `/`. Links lead to where they would if it were `/`, never out of it.
    ///
    /// # Errors
    /// When the folder cannot be opened.
    pub fn at(folder: &Path, live: Live) -> io::Result<Self> {
        Ok(Self { folder: open_folder(folder)?, is_whole: false, live })
    }

    /// Reads the beginning of a regular file. Nothing else is opened, so that no pipe is waited for and no device does
    /// what opening it does.
    pub(super) fn read(&self, path: &str) -> Result<Content, Unread> {
        let handle = self.look_up(path, OFlags::empty())?;
        if FileType::from_raw_mode(rustix::fs::fstat(&handle)?.st_mode) != FileType::RegularFile {
            return Err(Unread::NotAFile);
        }
        let same_file = format!("/proc/self/fd/{}", handle.as_raw_fd());
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let file = File::from(rustix::fs::open(same_file, flags, Mode::empty())?);
        let mut bytes = Vec::new();
        let read = file.take(LONGEST_FILE + 1).read_to_end(&mut bytes);
        read.map_err(|error| Errno::from_io_error(&error).unwrap_or(Errno::IO))?;
        let is_cut = bytes.len() as u64 > LONGEST_FILE;
        bytes.truncate(LONGEST_FILE as usize);
        Ok(Content { bytes, is_cut })
    }

    /// The names in a folder, without `.` and `..`.
    pub(super) fn list(&self, folder: &str) -> Result<Listing, Unread> {
        let handle = self.look_up(folder, OFlags::DIRECTORY)?;
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let mut listing = Listing { names: Vec::new(), is_cut: false };
        for entry in Dir::new(rustix::fs::openat(&handle, ".", flags, Mode::empty())?)? {
            let entry = entry?;
            match entry.file_name().to_str() {
                Ok("." | "..") => {}
                Ok(name) if listing.names.len() < MOST_NAMES => listing.names.push(name.to_owned()),
                _ => listing.is_cut = true,
            }
        }
        listing.names.sort_unstable();
        Ok(listing)
    }

    /// Opens without an effect.
    fn look_up(&self, path: &str, flags: OFlags) -> Result<OwnedFd, Errno> {
        let flags = flags | OFlags::PATH | OFlags::CLOEXEC;
        let resolve = ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS;
        match rustix::fs::openat2(&self.folder, path, flags, Mode::empty(), resolve) {
            // Kernels before 5.6, and containers that do not know the call.
            Err(Errno::NOSYS | Errno::PERM) if self.is_whole => {
                rustix::fs::openat(CWD, path, flags, Mode::empty())
            }
            other => other,
        }
    }
}

fn open_folder(folder: &Path) -> io::Result<OwnedFd> {
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    Ok(rustix::fs::open(folder, flags, Mode::empty())?)
}
