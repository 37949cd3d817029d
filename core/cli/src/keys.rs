//! Key files: reading them, with the password where they are protected.

mod password;
mod public;

use std::path::{Path, PathBuf};

use candor_trust::{Card, SigningKey, SigningKeyError};

pub use password::{Password, new as new_password};
pub use public::Public;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::file::{self, shown};

/// Name of the signing key in a folder that `key new` made.
pub const SIGNING: &str = "signing.key";
/// Name of an identity that a password protects.
pub const PROTECTED_IDENTITY: &str = "identity.age";
/// Name of an identity that nothing protects.
pub const OPEN_IDENTITY: &str = "identity.txt";
/// Ending of a card's name.
pub const CARD: &str = "candor-card";
/// A key or a card has less.
const MOST_BYTES: u64 = 64 * 1024;

/// Reads the key to sign with: a minisign secret key, or the one in a folder of `key new`.
///
/// # Errors
/// When it cannot be read, or the password is missing or wrong.
pub fn signing_key(path: &Path, password: &Password) -> Result<SigningKey, Failure> {
    let file = if path.is_dir() { path.join(SIGNING) } else { path.to_owned() };
    let cannot = |error: &(dyn std::error::Error + 'static)| {
        Failure::because(format!("cannot use the signing key {}", shown(&file)), error, Exit::Usage)
    };
    let text = file::read_text(&file, MOST_BYTES).map_err(|error| cannot(&error))?;
    match SigningKey::from_text(&text, None) {
        Err(SigningKeyError::PasswordNeeded) => {
            let password = password.of(&file)?;
            SigningKey::from_text(&text, Some(&password)).map_err(|error| cannot(&error))
        }
        Err(error) => {
            Err(cannot(&error).hint("it is `signing.key` in the folder that `candor key new` made"))
        }
        Ok(key) => Ok(key),
    }
}

/// Reads a card.
///
/// # Errors
/// When it cannot be read or is none.
pub fn card(path: &Path) -> Result<Card, Failure> {
    let cannot = |error: &(dyn std::error::Error + 'static)| {
        Failure::because(format!("cannot use the card {}", shown(path)), error, Exit::Usage)
    };
    let text = file::read_text(path, MOST_BYTES).map_err(|error| cannot(&error))?;
    Card::parse(&text).map_err(|error| cannot(&error))
}

/// The one card that lies in a folder.
pub fn card_in(folder: &Path) -> Option<PathBuf> {
    let mut cards = std::fs::read_dir(folder)
        .ok()?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == CARD) && path.is_file());
    cards.next().filter(|_| cards.next().is_none())
}
