//! Small files that are named on the command line, or are this person's own.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use zeroize::Zeroizing;

use crate::terminal::printable;

/// Reads a regular file of at most `most_bytes`. The bytes are overwritten when they are no longer used.
///
/// # Errors
/// When it cannot be read, is larger, or is something else than a file.
pub fn read(path: &Path, most_bytes: u64) -> io::Result<Zeroizing<Vec<u8>>> {
    // Asked before it is opened: opening a FIFO waits for somebody to write.
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    let mut bytes = Zeroizing::new(Vec::new());
    File::open(path)?.take(most_bytes + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most_bytes {
        return Err(io::Error::other(format!("it is larger than {most_bytes} bytes")));
    }
    Ok(bytes)
}

/// The same as text.
///
/// # Errors
/// Those of [`read`], and when it is not UTF-8.
pub fn read_text(path: &Path, most_bytes: u64) -> io::Result<Zeroizing<String>> {
    let bytes = read(path, most_bytes)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| io::Error::other("it is not a text in UTF-8"))?;
    Ok(Zeroizing::new(text.to_owned()))
}

/// Makes a new file, on disk when this returns. `mode` is what its permissions are at most: `0o600`.
///
/// # Errors
/// When there is one already, or it cannot be written; then there is none.
pub fn create(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if written.is_err() {
        // What could be written is of no use; the error that matters is the first.
        let _ = std::fs::remove_file(path);
    }
    written
}

/// Replaces a file in one step, or makes it: readers see the old content or the new. Folders that are missing are made, for their
/// owner alone.
///
/// # Errors
/// When it cannot be written; then it is as it was.
pub fn replace(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("/"));
    DirBuilder::new().mode(0o700).recursive(true).create(folder)?;
    let mut part = tempfile::Builder::new().prefix(".candor-").tempfile_in(folder)?;
    part.write_all(bytes)?;
    part.as_file().set_permissions(std::os::unix::fs::PermissionsExt::from_mode(mode))?;
    part.as_file().sync_all()?;
    part.persist(path).map_err(|error| error.error)?;
    File::open(folder)?.sync_all()
}

/// A path in a message.
pub fn shown(path: &Path) -> String {
    format!("`{}`", printable(&path.to_string_lossy()))
}

/// A part of a file's name that is made of somebody's words: letters, digits and hyphens, at most 40.
pub fn name_part(text: &str) -> String {
    let keep = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '-' };
    let mut name = text.chars().take(40).map(keep).collect::<String>();
    while name.contains("--") {
        name = name.replace("--", "-");
    }
    name.trim_matches('-').to_owned()
}
