//! `candor key show`: public keys, as people and telephones compare them.

use std::io::Write;

use candor_trust::{Card, Fingerprint, KeyName};
use serde::Serialize;

use super::qr;
use crate::arguments::ShowKey;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::file::shown;
use crate::keys::{Password, Public};
use crate::places;

/// Runs the command.
pub fn run(arguments: &ShowKey) -> Outcome {
    let password = Password::from(arguments.password_file.clone());
    let public = match &arguments.file {
        Some(file) => Public::read(file, &password)?,
        None => installation()?,
    };
    let keys = Shown::all(&public);
    if keys.is_empty() {
        return Err(Failure::usage(
            "the file holds keys of plugins alone, which do not tell their public halves",
        ));
    }
    if arguments.json.json {
        let card = public.card.as_ref();
        crate::commands::print_json(&serde_json::json!({
            "schema": 1, "name": card.map(|card| &card.name),
            "organisation": card.and_then(|card| card.organisation.as_ref()),
            "contact": card.and_then(|card| card.contact.as_ref()), "keys": keys,
        }))?;
        return Ok(Exit::Success);
    }
    print(arguments, public.card.as_ref(), &keys)?;
    Ok(Exit::Success)
}

fn installation() -> Result<Public, Failure> {
    let path = places::installation_key();
    if !path.exists() {
        return Err(Failure::usage("this installation has no key yet")
            .hint("it is made with the first report; for keys of your own: `candor key new NAME`"));
    }
    Public::read(&path, &Password::from(None))
}

/// A key as it is shown.
#[derive(Serialize)]
struct Shown {
    /// `signing` or `recipient`.
    sort: &'static str,
    key: String,
    fingerprint: String,
}

impl Shown {
    fn all(public: &Public) -> Vec<Self> {
        let shown = |sort, key: &str, fingerprint: Fingerprint| Self {
            sort,
            key: key.to_owned(),
            fingerprint: fingerprint.to_string(),
        };
        let signing = public.signing.iter().map(|key| shown("signing", key.as_str(), key.fingerprint()));
        let recipients =
            public.recipients.iter().map(|key| shown("recipient", key.as_str(), key.fingerprint()));
        signing.chain(recipients).collect()
    }

    fn title(&self) -> &'static str {
        match self.sort {
            "signing" => "Signing key, which checks signatures",
            _ => "Recipient, to encrypt to",
        }
    }
}

fn print(arguments: &ShowKey, card: Option<&Card>, keys: &[Shown]) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    match (card, &arguments.file) {
        (Some(card), _) => {
            let more = [&card.organisation, &card.contact].into_iter().flatten();
            let more: Vec<_> = more.map(KeyName::as_str).collect();
            writeln!(out, "{}{}{}", card.name, if more.is_empty() { "" } else { ": " }, more.join(", "))?;
        }
        (None, Some(file)) => writeln!(out, "{}", shown(file))?,
        (None, None) => writeln!(out, "The key of this installation, which signs its records")?,
    }
    for key in keys {
        writeln!(out, "\n{}:\n  {}\nIn eight words:\n  {}", key.title(), key.key, key.fingerprint)?;
        if !arguments.no_qr {
            for line in qr::lines(&key.key).map_err(std::io::Error::other)? {
                writeln!(out, "  {line}")?;
            }
        }
    }
    out.flush()
}
