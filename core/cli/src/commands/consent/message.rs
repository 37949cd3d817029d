//! The file that tells the recipients of a release of its withdrawal.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use candor_consent::{ConsentRecord, WITHDRAWAL_FILES, Withdrawal, WithdrawalMessage};
use candor_trust::{Callbacks, Recipients, SecretString, SigningKey};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::printable;

/// Ending of the file.
const ENDING: &str = "candor-withdrawal";

/// Where the message goes: where it was asked for, or beside the report.
pub fn path(report: &Path, output: Option<&Path>) -> PathBuf {
    output.map_or_else(|| report.with_extension(ENDING), Path::to_owned)
}

/// Refuses to replace a file.
pub fn check_free(path: &Path) -> Result<(), Failure> {
    if path.symlink_metadata().is_err() {
        return Ok(());
    }
    let shown = printable(&path.to_string_lossy());
    Err(Failure::usage(format!("`{shown}` exists already")).hint("choose another place with `--output`"))
}

/// Makes the file in memory: an age file to everybody who got a release, with the signed message in it.
pub fn make(record: &ConsentRecord, withdrawal: &Withdrawal, key: &SigningKey) -> Result<Vec<u8>, Failure> {
    let failed = |error: &(dyn std::error::Error + 'static)| {
        Failure::because("cannot make the message to the recipients", error, Exit::Internal)
    };
    let message = WithdrawalMessage::of(record, withdrawal).and_then(|message| message.signed(key));
    let message = message.map_err(|error| failed(&error))?;
    let contents = [message.json.as_slice(), message.signature.as_str().as_bytes()];
    let zip =
        candor_pack::pack(WITHDRAWAL_FILES.into_iter().zip(contents)).map_err(|error| failed(&error))?;
    let left = record.releases.iter().filter(|release| withdrawal.releases.contains(&release.envelope));
    let keys: BTreeSet<_> =
        left.flat_map(|release| &release.recipients).map(|recipient| recipient.key.clone()).collect();
    let recipients = Recipients::new(keys).map_err(|error| failed(&error))?;
    let mut encrypted = recipients.encrypt(Vec::new(), &NoQuestions).map_err(|error| failed(&error))?;
    let finished = encrypted.write_all(&zip).and_then(|()| encrypted.finish());
    finished.map_err(|error| failed(&error))
}

/// Writes it whole or not at all, and replaces nothing.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let written = || -> io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist_noclobber(path).map_err(|error| error.error)?;
        Ok(())
    };
    written().map_err(|error| {
        let shown = printable(&path.to_string_lossy());
        Failure::because(format!("cannot write the message `{shown}`"), &error, Exit::Internal)
            .hint("the withdrawal is in the record; the same command writes the message again")
    })
}

/// A plugin of age's is not let ask: what it needs to encrypt is in the recipient.
#[derive(Clone)]
struct NoQuestions;

impl Callbacks for NoQuestions {
    fn display_message(&self, message: &str) {
        eprintln!("{}", printable(message));
    }

    fn confirm(&self, _: &str, _: &str, _: Option<&str>) -> Option<bool> {
        None
    }

    fn request_public_string(&self, _: &str) -> Option<String> {
        None
    }

    fn request_passphrase(&self, _: &str) -> Option<SecretString> {
        None
    }
}
