//! File operations whose errors name the path. Everything is made for its owner alone: folders 0700, files 0600.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// An operation on a file or folder failed.
#[derive(Debug, Clone, thiserror::Error)]
#[error("cannot {action} `{}`", path.display())]
pub struct FileError {
    /// What was attempted: `write`.
    pub action: &'static str,
    /// On which path.
    pub path: PathBuf,
    /// The cause.
    #[source]
    pub source: Arc<io::Error>,
}

impl FileError {
    /// For `map_err`: names the action and the path of a failed operation.
    pub(crate) fn on(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self { action, path, source: Arc::new(source) }
    }

    /// True when the file system or the owner's quota has no room left.
    pub fn is_disk_full(&self) -> bool {
        matches!(self.source.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
    }
}

/// Makes a folder that must not exist yet.
pub(crate) fn create_folder(path: &Path) -> Result<(), FileError> {
    DirBuilder::new().mode(0o700).create(path).map_err(FileError::on("create the folder", path))
}

/// Makes a folder and those above it where they are missing.
pub(crate) fn ensure_folder(path: &Path) -> Result<(), FileError> {
    let made = DirBuilder::new().mode(0o700).recursive(true).create(path);
    made.map_err(FileError::on("create the folder", path))
}

/// Makes a file that must not exist yet, open for reading and writing.
pub(crate) fn create_new(path: &Path) -> Result<File, FileError> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true).mode(0o600);
    options.open(path).map_err(FileError::on("create", path))
}

/// Opens for reading.
pub(crate) fn open(path: &Path) -> Result<File, FileError> {
    File::open(path).map_err(FileError::on("open", path))
}

/// Replaces a file's content in one step: readers see the old content or the new, never a part.
pub(crate) fn replace(path: &Path, content: &[u8]) -> Result<(), FileError> {
    let part = path.with_extension("part");
    let written = (|| {
        let mut options = OpenOptions::new();
        let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(&part)?;
        file.write_all(content)?;
        fs::rename(&part, path)
    })();
    written.map_err(|source| {
        // What could be written of the part is of no use; the error that matters is the first.
        let _ = fs::remove_file(&part);
        FileError::on("write", path)(source)
    })
}

/// Reads a whole file of at most `limit` bytes.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    let read = File::open(path).and_then(|file| {
        let mut content = Vec::new();
        file.take(limit + 1).read_to_end(&mut content)?;
        if content.len() as u64 > limit {
            return Err(io::Error::other(format!("it is larger than {limit} bytes")));
        }
        Ok(content)
    });
    read.map_err(FileError::on("read", path))
}
