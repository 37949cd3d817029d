//! `candor trust list`.

use std::io::Write;
use std::path::Path;

use candor_trust::{May, Trusted};
use serde::Serialize;

use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::places;
use crate::trust::Trust;

/// Runs the command.
pub fn run(json: bool) -> Outcome {
    let both = Trust::read()?;
    let (machine, own) = places::trust_files();
    let own = own.unwrap_or_default();
    let of_machine = both.machine.trusted.iter().map(|trusted| (trusted, machine.as_path()));
    let all: Vec<_> =
        of_machine.chain(both.own.trusted.iter().map(|trusted| (trusted, own.as_path()))).collect();
    if json {
        print_json(&all)?;
    } else {
        print(&all)?;
    }
    Ok(Exit::Success)
}

#[derive(Serialize)]
struct Entry<'a> {
    #[serde(flatten)]
    trusted: &'a Trusted,
    signing_fingerprint: Option<String>,
    recipient_fingerprint: Option<String>,
    file: &'a Path,
}

fn print_json(all: &[(&Trusted, &Path)]) -> Result<(), Failure> {
    let entry = |(trusted, file): &(&Trusted, &Path)| {
        let entry = Entry {
            trusted,
            signing_fingerprint: trusted.signing.as_ref().map(|key| key.fingerprint().to_string()),
            recipient_fingerprint: trusted.recipient.as_ref().map(|key| key.fingerprint().to_string()),
            file,
        };
        serde_json::to_value(&entry)
    };
    let entries: Result<Vec<_>, _> = all.iter().map(entry).collect();
    let entries = entries.map_err(std::io::Error::from)?;
    crate::commands::print_json(&serde_json::json!({ "schema": 1, "trusted": entries }))
}

fn print(all: &[(&Trusted, &Path)]) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    if all.is_empty() {
        writeln!(out, "Nobody is trusted")?;
    }
    for (trusted, file) in all {
        let may: Vec<_> = trusted.may.iter().map(|may| what(*may)).collect();
        let day = trusted.since.strftime("%Y-%m-%d");
        writeln!(out, "{}: may {}, since {day}, {}", trusted.name, may.join(" and "), file.display())?;
        if let Some(key) = &trusted.signing {
            writeln!(out, "  signs     {}\n            {key}", key.fingerprint())?;
        }
        if let Some(key) = &trusted.recipient {
            writeln!(out, "  receives  {}\n            {key}", key.fingerprint())?;
        }
    }
    out.flush()
}

/// For people.
pub fn what(may: May) -> &'static str {
    match may {
        May::Request => "ask for reports",
        May::Receive => "receive reports",
    }
}
