//! The installation key: what signs the records of this installation. It has no password, since collecting must not ask for one,
//! and says nothing about a person.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use candor_trust::{ExposeSecret, SigningKey};
use zeroize::Zeroizing;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::places;
use crate::terminal::printable;

/// A key file has less than a tenth of it.
const MOST_BYTES: u64 = 4096;
/// Neither the group nor others may do anything with it.
const FOREIGN: u32 = 0o077;

/// The key, where there is one already: what is wrong with it is found out before anybody is asked anything.
///
/// # Errors
/// When it is there and cannot be relied on.
pub fn existing() -> Result<Option<SigningKey>, Failure> {
    read(&places::installation_key())
}

/// The key, which is made at the first use.
///
/// # Errors
/// When it cannot be made, or is there and cannot be relied on.
pub fn key() -> Result<SigningKey, Failure> {
    of(&places::installation_key())
}

fn of(path: &Path) -> Result<SigningKey, Failure> {
    if let Some(key) = read(path)? {
        return Ok(key);
    }
    let cannot = |error: &(dyn std::error::Error + 'static)| {
        Failure::because(format!("cannot make the installation key {}", shown(path)), error, Exit::Internal)
            .hint("without it a consent record cannot be signed, so no report is written")
    };
    let key = SigningKey::generate().map_err(|error| cannot(&error))?;
    let text = key.to_text().map_err(|error| cannot(&error))?;
    make(path, text.expose_secret().as_bytes()).map_err(|error| cannot(&error))?;
    // Another process may have been quicker: what counts is what is there.
    read(path)?.ok_or_else(|| cannot(&io::Error::from(io::ErrorKind::NotFound)))
}

/// Writes the file beside its place, and gives it its name unless something has that name by then.
fn make(path: &Path, text: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("/"));
    DirBuilder::new().mode(0o700).recursive(true).create(folder)?;
    let part = Part(folder.join(format!(".installation.key-{}", uuid::Uuid::new_v4().simple())));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part.0)?;
    file.write_all(text)?;
    file.sync_all()?;
    match fs::hard_link(&part.0, path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    // The name too: a record whose key is gone after a power cut could not be added to.
    File::open(folder)?.sync_all()
}

/// A file that goes when it is no longer needed.
struct Part(PathBuf);

impl Drop for Part {
    fn drop(&mut self) {
        // It holds what is under the right name too, or nothing of use.
        let _ = fs::remove_file(&self.0);
    }
}

fn read(path: &Path) -> Result<Option<SigningKey>, Failure> {
    let text = match read_private(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        text => text.map_err(|error| {
            Failure::because(format!("cannot read the installation key {}", shown(path)), &error, Exit::Usage)
                .hint(format!(
                    "it must be a file of yours that nobody else can read: `chmod 600 {}`",
                    path.display()
                ))
        })?,
    };
    SigningKey::from_text(&text, None).map(Some).map_err(|error| {
        Failure::because(format!("cannot use the installation key {}", shown(path)), &error, Exit::Usage)
            .hint("restore it from a backup; or move it away: a new one is made, and to records of the old one nothing can be added any more")
    })
}

/// Reads a file that belongs to this user and that nobody else can read.
fn read_private(path: &Path) -> io::Result<Zeroizing<String>> {
    // Not through a link; and not waiting, should it be a FIFO.
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    let flags = i32::try_from(flags.bits()).unwrap_or_default();
    let file = OpenOptions::new().read(true).custom_flags(flags).open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    if metadata.uid() != rustix::process::geteuid().as_raw() {
        return Err(io::Error::other("it belongs to another user"));
    }
    if metadata.mode() & FOREIGN != 0 {
        return Err(io::Error::other(format!(
            "others can get at it: its mode is {:o}",
            metadata.mode() & 0o777
        )));
    }
    let mut text = Zeroizing::new(String::new());
    file.take(MOST_BYTES + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MOST_BYTES { Err(io::Error::other("it is larger than 4 KiB")) } else { Ok(text) }
}

fn shown(path: &Path) -> String {
    format!("`{}`", printable(&path.to_string_lossy()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn everybody_who_starts_at_once_gets_the_same_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state/installation.key");
        let keys: Vec<String> = std::thread::scope(|scope| {
            let started: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| of(&path).ok().map(|key| key.verifying_key().to_string())))
                .collect();
            started.into_iter().map(|thread| thread.join().unwrap().unwrap()).collect()
        });
        assert!(keys.iter().all(|key| *key == keys[0]));
        assert_eq!(path.metadata().unwrap().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn a_key_that_others_can_read_or_that_is_damaged_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("installation.key");
        of(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(of(&path).is_err());
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        let text = fs::read(&path).unwrap();
        fs::write(&path, &text[..text.len() / 2]).unwrap();
        assert!(of(&path).is_err());
        assert_eq!(fs::read(&path).unwrap(), &text[..text.len() / 2], "it is not replaced");
        let link = folder.path().join("link");
        fs::write(&path, &text).unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert!(of(&link).is_err() && of(&path).is_ok());
    }
}
