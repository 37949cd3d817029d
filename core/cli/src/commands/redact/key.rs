//! The key file of `redact` and `reveal`.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

use candor_pseudonym::CaseKey;

use super::names::shown;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::redaction;

/// The key of a run, and whether anybody will have it afterwards.
pub struct RunKey {
    /// It.
    pub key: CaseKey,
    /// False for a key that is gone with the run.
    pub is_kept: bool,
}

impl RunKey {
    /// The key of the file, which is made where there is none; without a file a fresh one.
    ///
    /// # Errors
    /// When it cannot be read or written, or others may read it.
    pub fn obtain(path: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = path else { return Ok(Self { key: redaction::fresh_key()?, is_kept: false }) };
        if path.symlink_metadata().is_ok() {
            return Ok(Self { key: read(path)?, is_kept: true });
        }
        let key = redaction::fresh_key()?;
        let written = std::path::absolute(path).and_then(|path| redaction::write_key(&path, &key));
        written.map_err(|error| {
            Failure::because(format!("cannot write the key `{}`", shown(path)), &error, Exit::Usage)
        })?;
        eprintln!("Made the key `{}`: keep it, and do not give it to whoever gets the result", shown(path));
        Ok(Self { key, is_kept: true })
    }
}

/// Reads a key file that nobody but its owner may read.
///
/// # Errors
/// When it cannot be read, holds no key, or others may read it.
pub fn read(path: &Path) -> Result<CaseKey, Failure> {
    let open_to_others =
        std::fs::metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.mode() & 0o077 != 0);
    if open_to_others {
        return Err(Failure::usage(format!("others on this machine may read the key `{}`", shown(path)))
            .hint(format!("keep it to yourself first: `chmod 600 {}`", shown(path))));
    }
    redaction::read_key(path)
}
