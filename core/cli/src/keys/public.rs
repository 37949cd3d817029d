//! The public half of whatever key a file holds.

use std::path::Path;

use candor_trust::{
    Card, IdentityError, Recipient, SigningKey, SigningKeyError, VerifyingKey, recipients_of_identity,
};

use super::{MOST_BYTES, Password, card, card_in};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::file::{self, shown};

/// Public keys, and whose they are where a card says.
#[derive(Debug, Default)]
pub struct Public {
    /// The card, where there is one.
    pub card: Option<Card>,
    /// The key that checks signatures.
    pub signing: Option<VerifyingKey>,
    /// The keys to encrypt to.
    pub recipients: Vec<Recipient>,
}

impl Public {
    /// Reads a card, the card of a folder, or a key of minisign's or age's, public or secret.
    ///
    /// # Errors
    /// When it is none of these, or the password is missing or wrong.
    pub fn read(path: &Path, password: &Password) -> Result<Self, Failure> {
        if path.is_dir() {
            let found = card_in(path).ok_or_else(|| {
                Failure::usage(format!("there is no card in {}, or more than one", shown(path)))
                    .hint("name the card or a key file")
            })?;
            return Ok(Self::of_card(card(&found)?));
        }
        let cannot = |error: &(dyn std::error::Error + 'static)| {
            Failure::because(format!("cannot use the key {}", shown(path)), error, Exit::Usage)
        };
        let bytes = file::read(path, MOST_BYTES).map_err(|error| cannot(&error))?;
        if bytes.starts_with(b"untrusted comment:") || bytes.starts_with(b"RW") {
            return Self::of_minisign(&bytes, path, password);
        }
        if let Ok(recipient) = String::from_utf8_lossy(&bytes).parse() {
            return Ok(Self { recipients: vec![recipient], ..Self::default() });
        }
        let recipients = match recipients_of_identity(&bytes, None) {
            Err(IdentityError::PasswordNeeded) => {
                recipients_of_identity(&bytes, Some(password.of(path)?)).map_err(|error| cannot(&error))?
            }
            Err(IdentityError::Format(_) | IdentityError::Empty) => return Ok(Self::of_card(card(path)?)),
            Err(error) => return Err(cannot(&error)),
            Ok(recipients) => recipients,
        };
        Ok(Self { recipients, ..Self::default() })
    }

    /// Of a card.
    pub fn of_card(card: Card) -> Self {
        let recipients = card.recipient.clone().into_iter().collect();
        Self { signing: card.signing.clone(), recipients, card: Some(card) }
    }

    /// Of a key of minisign's, public or secret.
    fn of_minisign(bytes: &[u8], path: &Path, password: &Password) -> Result<Self, Failure> {
        let text = zeroize::Zeroizing::new(String::from_utf8_lossy(bytes).into_owned());
        let signing = match (text.parse::<VerifyingKey>(), SigningKey::from_text(&text, None)) {
            (Ok(key), _) => key,
            (_, Ok(key)) => key.verifying_key().clone(),
            (_, Err(SigningKeyError::PasswordNeeded)) => {
                super::signing_key(path, password)?.verifying_key().clone()
            }
            (_, Err(_)) => {
                let message = format!("{} is neither a public nor a secret key of minisign's", shown(path));
                return Err(Failure::usage(message));
            }
        };
        Ok(Self { signing: Some(signing), ..Self::default() })
    }
}
