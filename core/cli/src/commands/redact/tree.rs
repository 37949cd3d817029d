//! The new tree while it grows: the names that things get in it, and files that are made nowhere else.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use candor_container::withheld_name;
use candor_redact::Engine;
use rustix::fs::{AtFlags, CWD, Mode, OFlags, mkdirat, openat, symlinkat, unlinkat};
use rustix::io::Errno;

use super::names::{numbered, path_of, redact_last, redact_target, shown};

/// Names that are tried for one thing.
const MOST_NUMBERS: u32 = 100_000;

/// The new tree.
pub struct Tree<'e> {
    engine: &'e Arc<Engine>,
    /// The folder that is filled, below the ones that it is in.
    open: Vec<Open>,
}

/// A folder of both trees.
struct Open {
    source: PathBuf,
    new: PathBuf,
    descriptor: Arc<OwnedFd>,
}

/// Where a file is in the new tree.
pub struct Place {
    folder: Arc<OwnedFd>,
    name: Vec<u8>,
    path: PathBuf,
}

impl<'e> Tree<'e> {
    /// Grows in an empty folder.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn new(engine: &'e Arc<Engine>, root: &Path) -> io::Result<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let descriptor = Arc::new(openat(CWD, root, flags, Mode::empty())?);
        Ok(Self { engine, open: vec![Open { source: PathBuf::new(), new: PathBuf::new(), descriptor }] })
    }

    /// Makes a folder for the one at `path`, mode 0700.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn folder(&mut self, path: &Path) -> io::Result<Vec<String>> {
        let (name, rules) = redact_last(self.engine, path);
        let parent = self.parent_of(path)?;
        let name = first_free(&name, |name| mkdirat(parent.descriptor.as_fd(), name, Mode::RWXU))?;
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let descriptor = openat(parent.descriptor.as_fd(), path_of(&name), flags, Mode::empty())?;
        let new = parent.new.join(path_of(&name));
        self.open.push(Open { source: path.to_owned(), new, descriptor: Arc::new(descriptor) });
        Ok(rules)
    }

    /// Makes an empty file for the one at `path`, mode 0600.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn file(&mut self, path: &Path) -> io::Result<(File, Place, Vec<String>)> {
        let (name, rules) = redact_last(self.engine, path);
        let parent = self.parent_of(path)?;
        let (file, place) = create(&parent.descriptor, &parent.new, &name)?;
        Ok((file, place, rules))
    }

    /// Makes a link for the one at `path`.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn link(&mut self, path: &Path, target: &Path) -> io::Result<Vec<String>> {
        let (name, mut rules) = redact_last(self.engine, path);
        let (target, of_target) = redact_target(self.engine, path, target);
        rules.extend(of_target);
        let parent = self.parent_of(path)?;
        first_free(&name, |name| symlinkat(path_of(&target), parent.descriptor.as_fd(), name))?;
        Ok(rules)
    }

    /// Writes a note in place of what is at `path`, and gives back the path that it stands for.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn note(&mut self, path: &Path, line: &str) -> io::Result<String> {
        let (name, _) = redact_last(self.engine, path);
        let parent = self.parent_of(path)?;
        let (mut file, _) = create(&parent.descriptor, &parent.new, &withheld_name(&name))?;
        file.write_all(line.as_bytes())?;
        Ok(shown(&parent.new.join(path_of(&name))))
    }

    /// What is at `path`, as the new tree calls it; folders that it is in are open.
    pub fn shown(&self, path: &Path) -> String {
        let known = self.open.iter().rev().find(|open| path.starts_with(&open.source));
        let Some(known) = known else { return shown(path) };
        if path == known.source {
            return shown(&known.new);
        }
        let (name, _) = redact_last(self.engine, path);
        shown(&known.new.join(path_of(&name)))
    }

    /// The new folder for what is at `path`. A walk goes through a folder before it leaves it, so others are over.
    fn parent_of(&mut self, path: &Path) -> io::Result<&Open> {
        let parent = path.parent().unwrap_or(Path::new(""));
        while self.open.len() > 1 && self.open.last().is_some_and(|open| open.source != parent) {
            self.open.pop();
        }
        self.open.last().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

impl Place {
    /// As it is told.
    pub fn shown(&self) -> String {
        shown(&self.path)
    }

    /// Puts a note in place of the file.
    ///
    /// # Errors
    /// When the file cannot be removed or the note not written.
    pub fn withhold(&self, line: &str) -> io::Result<()> {
        unlinkat(self.folder.as_fd(), path_of(&self.name), AtFlags::empty())?;
        let above = self.path.parent().unwrap_or(Path::new(""));
        let (mut note, _) = create(&self.folder, above, &withheld_name(&self.name))?;
        note.write_all(line.as_bytes())
    }
}

fn create(folder: &Arc<OwnedFd>, above: &Path, name: &[u8]) -> io::Result<(File, Place)> {
    let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let mut made = None;
    let name = first_free(name, |name| {
        made = Some(openat(folder.as_fd(), name, flags, Mode::RUSR | Mode::WUSR)?);
        Ok(())
    })?;
    let file = made.map(File::from).ok_or(io::ErrorKind::NotFound)?;
    let path = above.join(path_of(&name));
    Ok((file, Place { folder: Arc::clone(folder), name, path }))
}

/// Makes something under a name, or under that name with a number where it is taken: two names may have one pseudonym.
fn first_free(name: &[u8], mut make: impl FnMut(&Path) -> rustix::io::Result<()>) -> io::Result<Vec<u8>> {
    let names = std::iter::once(name.to_vec()).chain((2..MOST_NUMBERS).map(|number| numbered(name, number)));
    for candidate in names {
        match make(path_of(&candidate)) {
            Ok(()) => return Ok(candidate),
            // The note for a withheld file makes a long name longer.
            Err(Errno::NAMETOOLONG) if candidate == name => {}
            Err(Errno::EXIST) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}
