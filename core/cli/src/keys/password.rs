//! Where the password of a key comes from.

use std::path::{Path, PathBuf};

use candor_trust::SecretString;

use crate::arguments::NewPassword;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::file::{self, shown};
use crate::terminal;

/// A password has less.
const MOST_BYTES: u64 = 4096;

/// Where the password of a protected key comes from: a file, or the person.
pub struct Password(Option<PathBuf>);

impl Password {
    /// From the first line of a file, where one is named.
    pub fn from(file: Option<PathBuf>) -> Self {
        Self(file)
    }

    /// The password of this key.
    ///
    /// # Errors
    /// When the file cannot be read, or nobody can be asked.
    pub fn of(&self, key: &Path) -> Result<SecretString, Failure> {
        match &self.0 {
            Some(file) => first_line(file),
            None if terminal::can_ask() => ask(&format!("Password of {}: ", shown(key))),
            None => Err(Failure::usage(format!("the key {} is protected by a password", shown(key)))
                .hint("without a terminal, name a file that holds it with `--password-file`")),
        }
    }
}

/// A password for a new key; `None` when it gets none.
///
/// # Errors
/// When it cannot be read, is empty, or was typed in two ways.
pub fn new(wanted: &NewPassword) -> Result<Option<SecretString>, Failure> {
    if wanted.no_password {
        return Ok(None);
    }
    if let Some(file) = &wanted.password_file {
        return first_line(file).map(Some);
    }
    if !terminal::can_ask() {
        return Err(Failure::usage("there is no terminal to ask for a password")
            .hint("name a file that holds it with `--password-file`, or do without by `--no-password`"));
    }
    let first = ask("Password for the new keys: ")?;
    let second = ask("The same again: ")?;
    use candor_trust::ExposeSecret;
    if first.expose_secret() != second.expose_secret() {
        return Err(Failure::usage("the two passwords are not the same"));
    }
    Ok(Some(first))
}

fn first_line(file: &Path) -> Result<SecretString, Failure> {
    let text = file::read_text(file, MOST_BYTES).map_err(|error| {
        Failure::because(format!("cannot read the password file {}", shown(file)), &error, Exit::Usage)
    })?;
    not_empty(text.lines().next().unwrap_or_default())
}

fn ask(prompt: &str) -> Result<SecretString, Failure> {
    let typed = rpassword::prompt_password(prompt)
        .map_err(|error| Failure::because("cannot read the password", &error, Exit::Usage))?;
    not_empty(&zeroize::Zeroizing::new(typed))
}

fn not_empty(password: &str) -> Result<SecretString, Failure> {
    match password {
        "" => Err(Failure::usage("the password is empty").hint("say `--no-password` where none is wanted")),
        password => Ok(password.to_owned().into()),
    }
}
