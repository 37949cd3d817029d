//! From what a process asked for to the file that it gets: looked up by the host, opened without being read, judged by
//! its real path.

use std::ffi::OsString;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, ResolveFlags, Stat};
use rustix::io::Errno;

use super::absent;
use super::aliases::Aliases;
use super::process::OwnDescriptors;
use super::rules::{Judgement, Permission, Rules};
use super::system_links;

/// What the kernel appends to the path of a file that was removed.
const REMOVED: &[u8] = b" (deleted)";

/// Looks files up.
pub(super) struct Finder {
    /// What may be found.
    pub(super) rules: Rules,
    /// Names of folders.
    pub(super) aliases: Aliases,
    /// The way back from a descriptor.
    pub(super) descriptors: OwnDescriptors,
}

/// A file that may be looked at.
#[derive(Debug)]
pub(super) struct Found {
    /// Opened with `O_PATH`: it is this very file from now on, whatever its path becomes.
    pub(super) handle: OwnedFd,
    /// What it is.
    pub(super) status: Stat,
    /// Its real path.
    pub(super) real: PathBuf,
    /// How it may be used.
    pub(super) judgement: Judgement,
}

/// Why there is nothing.
#[derive(Debug)]
pub(super) enum NotFound {
    /// It is declared, or would be, and is not there.
    Absent(Errno, Judgement),
    /// It is not declared.
    Refused(Errno),
}

impl Found {
    /// What kind of file it is.
    pub(super) fn kind(&self) -> FileType {
        FileType::from_raw_mode(self.status.st_mode)
    }

    /// Whether it may be read, and not only looked at.
    pub(super) fn is_granted(&self) -> bool {
        self.judgement.permission == Permission::Granted
    }
}

impl Finder {
    /// Finds what lies at this absolute path without dots. `follow` is false where a link at its end is meant itself.
    pub(super) fn find(&mut self, asked: &Path, follow: bool) -> Result<Found, NotFound> {
        if !self.may_be_looked_up(asked) {
            return Err(NotFound::Refused(Errno::ACCESS));
        }
        match self.look_up(asked, follow) {
            Ok((handle, status, real)) => self.admit(asked, handle, status, real),
            Err(error) => {
                let absence = absent::explain(&mut self.rules, asked, error);
                match absence.judgement.permission {
                    Permission::Refused => Err(NotFound::Refused(absence.error)),
                    _ if absence.error == Errno::ACCESS => Err(NotFound::Refused(absence.error)),
                    _ => Err(NotFound::Absent(absence.error, absence.judgement)),
                }
            }
        }
    }

    /// The real path behind a descriptor of a folder, with the names of the process's own files.
    pub(super) fn real_path(&self, descriptor: &OwnedFd) -> Result<PathBuf, Errno> {
        let path = self.descriptors.path(descriptor)?;
        Ok(self.rules.own().plain(PathBuf::from(OsString::from_vec(path))))
    }

    /// Whether something declared may be found by this path. In sysfs, where links are the kernel's, by every path.
    fn may_be_looked_up(&mut self, asked: &Path) -> bool {
        let wanted = |path: &Path| self.rules.judge(path, path).permission != Permission::Refused;
        asked.starts_with("/sys") || system_links::leads_to(asked, wanted)
    }

    /// Opens a path without an effect, whatever the rules say of it. Gives what it is and its real path.
    pub(super) fn look_up(&self, asked: &Path, follow: bool) -> Result<(OwnedFd, Stat, PathBuf), Errno> {
        let mut flags = OFlags::PATH | OFlags::CLOEXEC;
        if !follow {
            flags |= OFlags::NOFOLLOW;
        }
        // Links of procfs lead to whatever a process has open, past every path.
        let resolve = ResolveFlags::NO_MAGICLINKS;
        let path = self.rules.own().host_path(asked, follow);
        let handle = rustix::fs::openat2(CWD, path.as_ref(), flags, Mode::empty(), resolve)?;
        let status = rustix::fs::fstat(&handle)?;
        let real = self.descriptors.path(&handle)?;
        if real.ends_with(REMOVED) && !is_at(&real, &status) {
            return Err(Errno::NOENT);
        }
        Ok((handle, status, self.rules.own().plain(PathBuf::from(OsString::from_vec(real)))))
    }

    fn admit(
        &mut self,
        asked: &Path,
        handle: OwnedFd,
        status: Stat,
        real: PathBuf,
    ) -> Result<Found, NotFound> {
        let judgement = self.rules.judge(asked, &real);
        let found = Found { handle, status, real, judgement };
        match (found.judgement.permission, found.kind()) {
            (Permission::Granted, _) | (Permission::Leads, FileType::Directory | FileType::Symlink) => {
                Ok(found)
            }
            // As if it were not there, so that nobody learns that it is.
            (Permission::Leads, _) => Err(NotFound::Refused(Errno::NOENT)),
            (Permission::Refused, _) => Err(NotFound::Refused(Errno::ACCESS)),
        }
    }
}

/// Whether the path, taken by the letter, leads to this file.
fn is_at(path: &[u8], status: &Stat) -> bool {
    rustix::fs::statat(CWD, path, AtFlags::SYMLINK_NOFOLLOW)
        .is_ok_and(|found| (found.st_dev, found.st_ino) == (status.st_dev, status.st_ino))
}
