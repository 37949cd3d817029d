//! `getdents64`: a listing in which what is not declared does not occur.

use std::ffi::OsStr;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, FileType};
use rustix::io::Errno;

use super::super::listener::last_error;
use super::super::rules::{Permission, Rules};
use super::super::supervisor::{Answer, Refusal, Request, Supervisor};

/// Bytes of entries taken at once.
const MOST_BYTES: usize = 32 << 10;
/// Where the fields of `struct linux_dirent64` begin.
const LENGTH_AT: usize = 16;
const KIND_AT: usize = 18;
const NAME_AT: usize = 19;

/// A folder by the name it was opened by and by its real one.
struct Folder {
    descriptor: OwnedFd,
    name: PathBuf,
    real: PathBuf,
    /// What the policy says of files in it.
    rules: Rules,
}

impl Supervisor {
    pub(in super::super) fn list(
        &mut self,
        request: Request<'_>,
        number: RawFd,
        result: u64,
        size: u32,
    ) -> Result<Answer, Refusal> {
        let descriptor = request.descriptor(number)?;
        let status = rustix::fs::fstat(&descriptor)?;
        if FileType::from_raw_mode(status.st_mode) != FileType::Directory {
            return Err(Errno::NOTDIR.into());
        }
        let real = self.finder.real_path(&descriptor)?;
        let name = self.finder.aliases.name_of(real.clone());
        let rules = self.finder.rules.within(&name, &real);
        let folder = Folder { descriptor, name, real, rules };
        let mut buffer = vec![0; MOST_BYTES.min(size as usize)];
        loop {
            let taken = entries(&folder.descriptor, &mut buffer)?;
            if taken == 0 {
                return Ok(Answer::Value(0));
            }
            let kept = folder.keep_declared(&mut buffer[..taken])?;
            if kept > 0 {
                request.write(result, &buffer[..kept])?;
                return Ok(Answer::Value(kept as i64));
            }
            request.check()?;
            if self.is_stopped() {
                return Err(Refusal::Gone);
            }
        }
    }
}

impl Folder {
    /// Moves the declared entries to the front and tells how many bytes they are.
    fn keep_declared(&self, entries: &mut [u8]) -> Result<usize, Errno> {
        let (mut at, mut kept) = (0, 0);
        while at < entries.len() {
            let entry = Entry::first_of(&entries[at..]).ok_or(Errno::IO)?;
            let length = entry.length;
            if self.shows(&entry) {
                entries.copy_within(at..at + length, kept);
                kept += length;
            }
            at += length;
        }
        Ok(kept)
    }

    fn shows(&self, entry: &Entry<'_>) -> bool {
        if matches!(entry.name, b"." | b"..") {
            return true;
        }
        let name = OsStr::from_bytes(entry.name);
        match self.rules.permission(&self.name.join(name), &self.real.join(name)) {
            Permission::Granted => true,
            Permission::Leads => self.may_lead(name, entry.kind),
            Permission::Refused => false,
        }
    }

    /// Whether something may lie below the entry, as below a folder or behind a link.
    fn may_lead(&self, name: &OsStr, kind: u8) -> bool {
        match kind {
            libc::DT_DIR | libc::DT_LNK => true,
            libc::DT_UNKNOWN => {
                let status = rustix::fs::statat(&self.descriptor, Path::new(name), AtFlags::SYMLINK_NOFOLLOW);
                status.is_ok_and(|status| {
                    matches!(FileType::from_raw_mode(status.st_mode), FileType::Directory | FileType::Symlink)
                })
            }
            _ => false,
        }
    }
}

/// One entry of a listing.
struct Entry<'a> {
    length: usize,
    kind: u8,
    name: &'a [u8],
}

impl<'a> Entry<'a> {
    fn first_of(bytes: &'a [u8]) -> Option<Self> {
        let length = bytes.get(LENGTH_AT..KIND_AT)?.try_into().ok().map(u16::from_ne_bytes)?;
        let entry = bytes.get(..usize::from(length))?;
        let name = entry.get(NAME_AT..)?;
        let end = name.iter().position(|byte| *byte == 0)?;
        Some(Self { length: entry.len(), kind: entry[KIND_AT], name: &name[..end] })
    }
}

/// The next entries of a folder. Its position is the process's own, as the descriptor is a copy of the process's.
fn entries(folder: &OwnedFd, buffer: &mut [u8]) -> Result<usize, Errno> {
    // SAFETY: the buffer is as long as the kernel is told.
    let taken =
        unsafe { libc::syscall(libc::SYS_getdents64, folder.as_raw_fd(), buffer.as_mut_ptr(), buffer.len()) };
    usize::try_from(taken).map_err(|_| last_error())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_that_is_cut_off_is_none() {
        let mut bytes = vec![0; 24];
        bytes[LENGTH_AT..KIND_AT].copy_from_slice(&24_u16.to_ne_bytes());
        bytes[NAME_AT] = b'a';
        assert_eq!(Entry::first_of(&bytes).map(|entry| entry.name), Some(&b"a"[..]));
        assert!(Entry::first_of(&bytes[..23]).is_none());
        assert!(Entry::first_of(&bytes[..10]).is_none());
        bytes[NAME_AT..].fill(b'a');
        assert!(Entry::first_of(&bytes).is_none());
    }
}
