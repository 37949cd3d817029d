//! `candor key new`: a signing key, an identity, and the card with their public halves.

use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use candor_trust::{
    Card, ExposeSecret, Recipient, SecretString, SigningKey, VerifyingKey, new_identity,
    protect_with_password,
};

use crate::arguments::NewKey;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::file::{self, name_part, shown};
use crate::{keys, places};

/// Runs the command.
pub fn run(arguments: &NewKey) -> Outcome {
    let folder = folder(arguments)?;
    if folder.symlink_metadata().is_ok() {
        return Err(Failure::usage(format!("{} exists already", shown(&folder)))
            .hint("keys are never replaced: choose another `--output`"));
    }
    let password = keys::new_password(&arguments.password)?;
    let made = Made::new(arguments, password)?;
    let card = made.write(&folder).map_err(|error| {
        Failure::because(format!("cannot write the keys into {}", shown(&folder)), &error, Exit::Internal)
    })?;
    if arguments.json.json {
        crate::commands::print_json(&document(&made.card, &folder, &card))?;
    } else {
        tell(&made, &folder, &card);
    }
    Ok(Exit::Success)
}

fn folder(arguments: &NewKey) -> Result<PathBuf, Failure> {
    if let Some(output) = &arguments.output {
        return Ok(output.clone());
    }
    let keys = places::own_keys().ok_or_else(|| {
        Failure::usage("nobody knows where your keys belong").hint("name a folder with `--output`")
    })?;
    Ok(keys.join(part_of(arguments.name.as_str())))
}

/// A name that is all of other letters gives nothing to name a file by.
fn part_of(name: &str) -> String {
    match name_part(name).to_lowercase() {
        part if part.is_empty() => "key".to_owned(),
        part => part,
    }
}

/// Keys that are not written yet.
struct Made {
    signing: SecretString,
    identity: Vec<u8>,
    is_protected: bool,
    card: Card,
}

impl Made {
    fn new(arguments: &NewKey, password: Option<SecretString>) -> Result<Self, Failure> {
        let failed = |error: &(dyn std::error::Error + 'static)| Failure::of(error, Exit::Internal);
        let (secret, recipient) = new_identity().map_err(|error| failed(&error))?;
        let is_protected = password.is_some();
        let (key, signing, identity) = match password {
            Some(password) => {
                let made = SigningKey::generate_protected(&password);
                let (key, text) = made.map_err(|error| failed(&error))?;
                let identity = protect_with_password(&secret, password).map_err(|error| failed(&error))?;
                (key, text, identity)
            }
            None => {
                let key = SigningKey::generate().map_err(|error| failed(&error))?;
                let text = key.to_text().map_err(|error| failed(&error))?;
                let lines = format!("# public key: {recipient}\n{}\n", secret.expose_secret());
                (key, text, lines.into_bytes())
            }
        };
        let card = Card {
            schema: 1,
            name: arguments.name.clone(),
            organisation: arguments.organisation.clone(),
            contact: arguments.contact.clone(),
            signing: Some(key.verifying_key().clone()),
            recipient: Some(recipient),
        };
        Ok(Self { signing, identity, is_protected, card })
    }

    /// Writes the folder and gives the path of the card. When something fails there is no folder.
    fn write(&self, folder: &Path) -> io::Result<PathBuf> {
        if let Some(above) = folder.parent() {
            DirBuilder::new().mode(0o700).recursive(true).create(above)?;
        }
        DirBuilder::new().mode(0o700).create(folder)?;
        self.fill(folder).inspect_err(|_| {
            // Half of the keys is of no use; the error that matters is the first.
            let _ = std::fs::remove_dir_all(folder);
        })
    }

    fn fill(&self, folder: &Path) -> io::Result<PathBuf> {
        file::create(&folder.join(keys::SIGNING), self.signing.expose_secret().as_bytes(), 0o600)?;
        file::create(&folder.join(self.identity_name()), &self.identity, 0o600)?;
        let text = self.card.to_text().map_err(io::Error::other)?;
        let card = folder.join(format!("{}.{}", part_of(self.card.name.as_str()), keys::CARD));
        file::create(&card, text.as_bytes(), 0o644)?;
        std::fs::File::open(folder)?.sync_all()?;
        Ok(card)
    }

    fn identity_name(&self) -> &'static str {
        if self.is_protected { keys::PROTECTED_IDENTITY } else { keys::OPEN_IDENTITY }
    }
}

fn document(card: &Card, folder: &Path, path: &Path) -> serde_json::Value {
    serde_json::json!({
        "schema": 1, "folder": folder, "card": path,
        "signing": card.signing, "recipient": card.recipient,
        "signing_fingerprint": card.signing.as_ref().map(|key| key.fingerprint().to_string()),
        "recipient_fingerprint": card.recipient.as_ref().map(|key| key.fingerprint().to_string()),
    })
}

fn tell(made: &Made, folder: &Path, card: &Path) {
    let Card { name, signing, recipient, .. } = &made.card;
    eprintln!("Keys of {name} in {}", shown(folder));
    eprintln!("  {:<22} signs requests; minisign reads it too", keys::SIGNING);
    eprintln!("  {:<22} opens sealed reports; age reads it too", made.identity_name());
    if !made.is_protected {
        eprintln!("  Neither has a password: whoever can read these files can use them.");
    }
    eprintln!("Hand on the card {}", shown(card));
    eprintln!("and tell these words by telephone or in person to whoever wants to trust it:");
    for (label, words) in [
        ("signing key", signing.as_ref().map(VerifyingKey::fingerprint)),
        ("recipient", recipient.as_ref().map(Recipient::fingerprint)),
    ] {
        eprintln!("  {label:<12} {}", words.map(|words| words.to_string()).unwrap_or_default());
    }
}
