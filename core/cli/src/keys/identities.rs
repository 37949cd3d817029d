//! Keys that open: age identity files, and the folders of `key new`.

use std::path::{Path, PathBuf};

use candor_trust::{Identities, IdentityError, Recipient, recipients_of_identity};

use super::{OPEN_IDENTITY, PROTECTED_IDENTITY, Password};
use crate::age_dialog::AgeDialog;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::file::{self, shown};

/// An identity file has less.
const MOST_BYTES: u64 = 1 << 20;

/// Keys that open, and the recipients that they are of, as far as the keys tell: those of plugins do not.
pub struct OpeningKeys {
    /// The keys.
    pub identities: Identities,
    /// Their public halves.
    pub recipients: Vec<Recipient>,
}

/// Reads identity files.
///
/// # Errors
/// When one cannot be read, is none, or its password is missing or wrong.
pub fn opening_keys(paths: &[PathBuf], password: &Password) -> Result<OpeningKeys, Failure> {
    let mut keys = OpeningKeys { identities: Identities::none(), recipients: Vec::new() };
    for path in paths {
        let path = identity_in(path);
        let cannot = |error: &(dyn std::error::Error + 'static)| {
            Failure::because(format!("cannot use the identity {}", shown(&path)), error, Exit::Usage)
        };
        let file = file::read(&path, MOST_BYTES).map_err(|error| cannot(&error))?;
        let (recipients, password) = match recipients_of_identity(&file, None) {
            Err(IdentityError::PasswordNeeded) => {
                let password = password.of(&path)?;
                (recipients_of_identity(&file, Some(password.clone())), Some(password))
            }
            recipients => (recipients, None),
        };
        keys.recipients.extend(recipients.map_err(|error| cannot(&error))?);
        keys.identities.add(&file, password, AgeDialog).map_err(|error| cannot(&error))?;
    }
    Ok(keys)
}

/// The identity in a folder of `key new`, or the file itself.
fn identity_in(path: &Path) -> PathBuf {
    let within = [PROTECTED_IDENTITY, OPEN_IDENTITY].map(|name| path.join(name));
    within.into_iter().find(|file| file.is_file()).unwrap_or_else(|| path.to_owned())
}
