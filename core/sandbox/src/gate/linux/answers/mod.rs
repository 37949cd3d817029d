//! One answer for each call that a confined process may not make itself.

mod access;
mod connect;
mod file_system;
mod list;
mod open;
mod read_link;
mod snapshot;
mod socket;
mod status;

use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::fs::FileType;
use rustix::io::Errno;

use super::call::Place;
use super::find::{Found, NotFound};
use super::paths::{Step, take_apart};
use super::supervisor::{Refusal, Request, Supervisor};

/// A path that a process asked for.
struct Located {
    /// Absolute and without dots. Nothing was looked up but what `..` leaves.
    path: PathBuf,
    /// Whether it is written as a folder.
    folder: bool,
}

/// What a call with a path is about.
enum Target {
    /// A descriptor that the process holds.
    Own(OwnedFd),
    /// A file.
    File(Found),
}

impl Supervisor {
    /// The path that these bytes mean.
    fn locate(
        &mut self,
        request: Request<'_>,
        operation: &'static str,
        folder: i32,
        raw: &[u8],
    ) -> Result<Located, Refusal> {
        let asked = take_apart(raw);
        let mut path = match asked.absolute {
            true => PathBuf::from("/"),
            false => self.folder_name(request, folder)?,
        };
        for step in asked.steps {
            match step {
                Step::Name(name) => path.push(name),
                Step::Up => {
                    // Only what may be looked at may be left, or `..` would tell which folders exist.
                    let left = self.look(operation, &path, true)?;
                    if left.kind() != FileType::Directory {
                        return Err(Errno::NOTDIR.into());
                    }
                    path = left.real;
                    path.pop();
                }
            }
        }
        Ok(Located { path, folder: asked.folder })
    }

    /// The name of the folder that relative paths start from.
    fn folder_name(&self, request: Request<'_>, folder: i32) -> Result<PathBuf, Refusal> {
        if folder == libc::AT_FDCWD {
            return Ok(PathBuf::from("/"));
        }
        let descriptor = request.descriptor(folder)?;
        let status = rustix::fs::fstat(&descriptor)?;
        if FileType::from_raw_mode(status.st_mode) != FileType::Directory {
            return Err(Errno::NOTDIR.into());
        }
        Ok(self.finder.aliases.name_of(self.finder.real_path(&descriptor)?))
    }

    /// Finds a file, and keeps account of what is refused or absent.
    fn look(&mut self, operation: &'static str, path: &Path, follow: bool) -> Result<Found, Refusal> {
        match self.finder.find(path, follow) {
            Ok(found) => Ok(found),
            Err(NotFound::Absent(error, judgement)) => {
                self.tally.lock().looked_for(&judgement);
                Err(error.into())
            }
            Err(NotFound::Refused(error)) => {
                self.note_refusal(operation, path);
                Err(error.into())
            }
        }
    }

    /// Refuses, and keeps account of it.
    fn refuse<T>(&self, operation: &'static str, path: &Path) -> Result<T, Refusal> {
        self.note_refusal(operation, path);
        Err(Errno::ACCESS.into())
    }

    fn note_refusal(&self, operation: &'static str, path: &Path) {
        self.tally.lock().denied(operation, &self.finder.rules.own().plain(path.to_owned()));
    }

    /// What a call is about that only looks at a file. `flags` are those of openat(2)'s relatives.
    fn target(
        &mut self,
        request: Request<'_>,
        operation: &'static str,
        place: Place,
        flags: i32,
    ) -> Result<Target, Refusal> {
        // Without a path, a descriptor is meant.
        let without = flags & libc::AT_EMPTY_PATH != 0 && place.path == 0;
        let raw = if without { Vec::new() } else { request.path(place.path)? };
        self.target_at(request, operation, place.folder, &raw, flags)
    }

    /// The same for a path that was copied before.
    fn target_at(
        &mut self,
        request: Request<'_>,
        operation: &'static str,
        folder: i32,
        raw: &[u8],
        flags: i32,
    ) -> Result<Target, Refusal> {
        let may_be_empty = flags & libc::AT_EMPTY_PATH != 0;
        let located = match (raw.is_empty(), may_be_empty, folder) {
            (true, false, _) => return Err(Errno::NOENT.into()),
            (true, true, libc::AT_FDCWD) => Located { path: PathBuf::from("/"), folder: true },
            (true, true, number) => return Ok(Target::Own(request.descriptor(number)?)),
            (false, ..) => self.locate(request, operation, folder, raw)?,
        };
        let follow = located.folder || flags & libc::AT_SYMLINK_NOFOLLOW == 0;
        if follow && let Some(number) = self.finder.rules.own().descriptor_number(&located.path) {
            return Ok(Target::Own(request.descriptor(number)?));
        }
        let found = self.look(operation, &located.path, follow)?;
        if located.folder && found.kind() != FileType::Directory {
            return Err(Errno::NOTDIR.into());
        }
        // Looking at it is a use of its declaration, though nothing of it was read.
        if found.is_granted() {
            self.tally.lock().looked_for(&found.judgement);
        }
        Ok(Target::File(found))
    }
}

impl Target {
    /// The descriptor of it.
    fn descriptor(&self) -> &OwnedFd {
        match self {
            Self::Own(descriptor) => descriptor,
            Self::File(found) => &found.handle,
        }
    }
}
