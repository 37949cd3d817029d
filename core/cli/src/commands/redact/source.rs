//! What is to be redacted: a stream or a folder.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use candor_host::Stop;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::names::shown;
use super::progress::Progress;
use crate::exit::Exit;
use crate::failure::Failure;

/// The input.
pub enum Source {
    /// One file, pipe or terminal.
    Stream(Stream),
    /// A folder.
    Folder(PathBuf),
}

/// An open input.
pub struct Stream {
    /// It.
    pub file: File,
    /// Its path; `None` for standard input.
    pub path: Option<PathBuf>,
    /// Its size, where it has one.
    pub size: Option<u64>,
}

impl Source {
    /// Opens the input.
    ///
    /// # Errors
    /// When it is not there or may not be read.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        if path == Path::new("-") {
            let file = io::stdin().as_fd().try_clone_to_owned().map(File::from);
            return file
                .map(|file| Self::Stream(Stream { file, path: None, size: None }))
                .map_err(|error| Failure::because("cannot read standard input", &error, Exit::Usage));
        }
        let failed = |error: io::Error| {
            Failure::because(format!("cannot read `{}`", shown(path)), &error, Exit::Usage)
        };
        let metadata = std::fs::metadata(path).map_err(failed)?;
        if metadata.is_dir() {
            return Ok(Self::Folder(path.to_owned()));
        }
        let size = metadata.is_file().then_some(metadata.len());
        let file = File::open(path).map_err(failed)?;
        Ok(Self::Stream(Stream { file, path: Some(path.to_owned()), size }))
    }
}

/// An input that ends in an error once a stop is requested, and is counted.
pub struct Watched<'a> {
    file: &'a File,
    stop: &'a Stop,
    progress: &'a Progress,
    /// It may make the reader wait, as a pipe does.
    waits: bool,
}

/// Time after which a waiting reader looks whether it is to stop.
const LOOK_EVERY: Duration = Duration::from_millis(100);

impl<'a> Watched<'a> {
    /// Watches the input.
    pub fn new(file: &'a File, stop: &'a Stop, progress: &'a Progress) -> Self {
        let waits = !file.metadata().is_ok_and(|metadata| metadata.is_file());
        Self { file, stop, progress, waits }
    }

    fn is_ready(&self) -> io::Result<bool> {
        let wait = Timespec::try_from(LOOK_EVERY).map_err(io::Error::other)?;
        let mut descriptor = [PollFd::new(&self.file, PollFlags::IN)];
        match poll(&mut descriptor, Some(&wait)) {
            Ok(count) => Ok(count > 0),
            Err(rustix::io::Errno::INTR) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

impl Read for Watched<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.stop.requested().is_some() {
                return Err(io::Error::other("stopped"));
            }
            if !self.waits || self.is_ready()? {
                let count = self.file.read(buffer)?;
                self.progress.read(count);
                return Ok(count);
            }
        }
    }
}

/// Tells files apart from their paths: a policy may lie in the folder under any name.
#[derive(Debug, Default)]
pub struct Identities(Vec<(u64, u64)>);

impl Identities {
    /// Those of the paths that are there.
    pub fn of<'p>(paths: impl IntoIterator<Item = &'p Path>) -> Self {
        let metadata = paths.into_iter().filter_map(|path| std::fs::metadata(path).ok());
        Self(metadata.map(|metadata| (metadata.dev(), metadata.ino())).collect())
    }

    /// True when the file is one of them.
    pub fn hold(&self, file: &File) -> bool {
        file.metadata().is_ok_and(|metadata| self.0.contains(&(metadata.dev(), metadata.ino())))
    }
}
