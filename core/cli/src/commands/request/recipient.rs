//! `KEY_OR_CARD[@LEVEL]`.

use std::path::Path;

use candor_consent::NamedRecipient;
use candor_manifest::Level;
use candor_trust::{Recipient, RecipientError};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::keys::{Password, Public};
use crate::terminal::printable;

/// Reads a recipient. Without a level they can read up to `level`.
///
/// # Errors
/// When it is neither an age key nor a file with one.
pub fn parse(text: &str, level: Level) -> Result<NamedRecipient, Failure> {
    let (key, level) = match text.rsplit_once('@').map(|(key, word)| (key, word.parse::<Level>())) {
        Some((key, Ok(level))) => (key, level),
        _ => (text, level),
    };
    match key.parse::<Recipient>() {
        Ok(recipient) => Ok(NamedRecipient { name: None, role: None, recipient, level }),
        Err(_) if Path::new(key).exists() => of_file(Path::new(key), level),
        Err(error @ (RecipientError::Secret | RecipientError::Signing)) => {
            // The text may be a secret, so it is not repeated.
            Err(Failure::because("a recipient cannot be used", &error, Exit::Usage))
        }
        Err(error) => {
            let message = format!("`{}` is neither a file nor a recipient", printable(key));
            Err(Failure::because(message, &error, Exit::Usage)
                .hint("the levels are technical, identifying, sensitive and secret: `age1…@sensitive`"))
        }
    }
}

fn of_file(path: &Path, level: Level) -> Result<NamedRecipient, Failure> {
    let public = Public::read(path, &Password::from(None))?;
    let recipient =
        public.recipients.first().cloned().ok_or_else(|| {
            Failure::usage(format!("{} has no key to encrypt to", crate::file::shown(path)))
        })?;
    Ok(NamedRecipient { name: public.card.map(|card| card.name), role: None, recipient, level })
}
