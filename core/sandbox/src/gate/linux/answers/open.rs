//! `open`, `openat`: the file is opened by the host, for reading and nothing else, and handed over.

use std::os::fd::OwnedFd;

use rustix::fs::{FileType, OFlags, fcntl_getfl, fcntl_setfl, major, minor};
use rustix::io::Errno;

use super::super::call::Place;
use super::super::find::Found;
use super::super::supervisor::{Answer, Refusal, Request, Supervisor};
use super::{Located, snapshot};

const OPERATION: &str = "open";

/// Flags that change something.
const NEVER: i32 = libc::O_EXCL | (libc::O_TMPFILE & !libc::O_DIRECTORY);
/// The flags that count beside `O_PATH`, which asks for a handle: a descriptor that only stands for a file.
const OF_HANDLES: i32 = libc::O_PATH | libc::O_DIRECTORY | libc::O_NOFOLLOW | libc::O_CLOEXEC;
/// Flags that change nothing where `/dev/null` is opened.
const WRITING: i32 = libc::O_ACCMODE | libc::O_CREAT | libc::O_TRUNC;

impl Supervisor {
    pub(in super::super) fn open(
        &mut self,
        request: Request<'_>,
        place: Place,
        flags: i32,
    ) -> Result<Answer, Refusal> {
        let raw = request.path(place.path)?;
        if raw.is_empty() {
            return Err(Errno::NOENT.into());
        }
        let located = self.locate(request, OPERATION, place.folder, &raw)?;
        // The kernel hands over no handle, so the process gets a descriptor for reading, by the same rules.
        let handle = flags & libc::O_PATH != 0;
        let flags = if handle { flags & OF_HANDLES } else { flags };
        let writing = flags & WRITING != 0;
        if flags & NEVER != 0 || (writing && located.path.as_os_str() != "/dev/null") {
            return self.refuse(OPERATION, &located.path);
        }
        if let Some(number) = self.finder.rules.own().descriptor_number(&located.path) {
            return self.open_library(number, &located, flags);
        }
        let folder = located.folder || flags & libc::O_DIRECTORY != 0;
        let mut found =
            self.look(OPERATION, &located.path, located.folder || flags & libc::O_NOFOLLOW == 0)?;
        if handle && !folder && found.kind() == FileType::Symlink {
            // Of a link there is nothing but a handle. What it leads to is the nearest that there is.
            found = self.look(OPERATION, &located.path, true)?;
        }
        match found.kind() {
            FileType::Symlink => return Err(if folder { Errno::NOTDIR } else { Errno::LOOP }.into()),
            FileType::Directory => {}
            _ if folder => return Err(Errno::NOTDIR.into()),
            _ => {}
        }
        if !self.may_be_opened(&found) || (writing && !is_null_device(&found)) {
            return self.refuse(OPERATION, &located.path);
        }
        let mut file = self.reopen(&found, flags)?;
        if snapshot::is_needed(&found) {
            file = snapshot::of(file, &self.finder.descriptors)?;
        }
        self.note_opened(&found, &located);
        Ok(Answer::Descriptor { file, close_on_exec: flags & libc::O_CLOEXEC != 0 })
    }

    /// The library that the process was started for. Its other descriptors it holds already.
    fn open_library(&self, number: i32, located: &Located, flags: i32) -> Result<Answer, Refusal> {
        match &self.library {
            Some((of_library, library)) if *of_library == number && !located.folder => {
                let file = self.finder.descriptors.reopen(library, OFlags::RDONLY | OFlags::CLOEXEC)?;
                Ok(Answer::Descriptor { file, close_on_exec: flags & libc::O_CLOEXEC != 0 })
            }
            _ => self.refuse(OPERATION, &located.path),
        }
    }

    /// Whether opening this kind of file does nothing but open it, or is declared in so many words.
    fn may_be_opened(&self, found: &Found) -> bool {
        let rules = &self.finder.rules;
        match found.kind() {
            FileType::RegularFile => found.is_granted(),
            FileType::Directory => true,
            FileType::CharacterDevice => found.is_granted() && rules.names_exactly(&found.real),
            FileType::BlockDevice => found.is_granted() && rules.allows_disks(),
            // Opening a FIFO does something to whoever is at its other end.
            _ => false,
        }
    }

    fn reopen(&self, found: &Found, flags: i32) -> Result<OwnedFd, Refusal> {
        let access = OFlags::from_bits_retain((flags & libc::O_ACCMODE).cast_unsigned());
        // Not blocking, so that neither a lease nor a device holds the host up.
        let how = access | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let file = match self.finder.descriptors.reopen(&found.handle, how) {
            Ok(file) => file,
            Err(Errno::NFILE | Errno::NOMEM) => return Err(Errno::MFILE.into()),
            Err(error) => return Err(error.into()),
        };
        let got = fcntl_getfl(&file)?;
        if got & OFlags::ACCMODE != access {
            return Err(Errno::ACCESS.into());
        }
        if flags & libc::O_NONBLOCK == 0 {
            fcntl_setfl(&file, got - OFlags::NONBLOCK)?;
        }
        Ok(file)
    }

    fn note_opened(&mut self, found: &Found, located: &Located) {
        let folder = found.kind() == FileType::Directory;
        let path = self.finder.rules.own().plain(located.path.clone());
        self.tally.lock().opened(&path, &found.judgement, folder);
        if folder {
            self.finder.aliases.remember(&found.real, &path);
        }
    }
}

fn is_null_device(found: &Found) -> bool {
    let device = found.status.st_rdev;
    found.kind() == FileType::CharacterDevice && (major(device), minor(device)) == (1, 3)
}
