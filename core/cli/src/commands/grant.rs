//! `candor grant forward`: the customer's approval to pass artifacts on.

use std::path::Path;

use candor_manifest::Level;
use candor_report::ReportReader;
use candor_seal::{Granting, Receiver, SignedGrant};

use super::request::{expiry, recipient};
use super::seal::whole_second;
use crate::arguments::{Grant, GrantAction, GrantForward};
use crate::editing;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::file::{self, shown};
use crate::keys;
use crate::record;
use crate::summary;
use crate::terminal::printable;

/// Runs the command.
pub fn run(arguments: &Grant) -> Outcome {
    match &arguments.action {
        GrantAction::Forward(arguments) => forward(arguments),
    }
}

fn forward(arguments: &GrantForward) -> Outcome {
    editing::finish_unfinished(&arguments.report)?;
    let unreadable = |error| Failure::of(&error, Exit::Usage);
    let mut reader = ReportReader::open(&arguments.report).map_err(unreadable)?;
    let key = record::own_key(&reader.record().map_err(unreadable)?)?;
    let now = whole_second(jiff::Timestamp::now());
    let granting = Granting {
        index: reader.index(),
        artifacts: &paths(reader.index(), &arguments.artifacts),
        to: receiver(arguments)?,
        purpose: arguments.purpose.clone(),
        created: now,
        expires: expiry::parse(&arguments.expires, now)?,
        signer: &key,
    };
    let signed = SignedGrant::make(granting)
        .map_err(|error| Failure::of(&error, Exit::Usage).hint("`candor show REPORT` lists the artifacts"))?;
    let bytes = signed.to_bytes().map_err(|error| Failure::of(&error, Exit::Internal))?;
    let output =
        arguments.output.clone().unwrap_or_else(|| arguments.report.with_extension("candor-forward"));
    write(&output, &bytes, arguments.overwrite)?;
    if arguments.json.json {
        super::print_json(&serde_json::json!({ "schema": 1, "path": output, "grant": signed.grant }))?;
        return Ok(Exit::Success);
    }
    let grant = &signed.grant;
    let artifacts = summary::counted(grant.leaves.len() as u64, "artifact");
    eprintln!("Granted: {} ({artifacts})", printable(&output.to_string_lossy()));
    eprintln!("To {}, {}", printable(grant.to.name.as_str()), grant.to.recipient.fingerprint());
    eprintln!("Until {}", grant.expires);
    Ok(Exit::Success)
}

/// Full paths; `picture/front.png` is short for `artifacts/picture/front.png`.
fn paths(index: &candor_report::ReportIndex, named: &[String]) -> Vec<String> {
    let full = |name: &String| {
        let full = format!("artifacts/{name}");
        if index.artifact(&full).is_some() { full } else { name.clone() }
    };
    named.iter().map(full).collect()
}

fn receiver(arguments: &GrantForward) -> Result<Receiver, Failure> {
    let named = recipient::parse(&arguments.to, Level::Secret)?;
    let card = Some(Path::new(&arguments.to)).filter(|path| path.is_file()).map(keys::card).transpose()?;
    let name = arguments.name.clone().or(named.name).ok_or_else(|| {
        Failure::usage("a key alone does not say whose it is")
            .hint("say it with `--name`, or give their card")
    })?;
    let organisation = card.and_then(|card| card.organisation);
    Ok(Receiver { name, organisation, recipient: named.recipient })
}

fn write(output: &Path, bytes: &[u8], overwrite: bool) -> Result<(), Failure> {
    let written =
        if overwrite { file::replace(output, bytes, 0o600) } else { file::create(output, bytes, 0o600) };
    written.map_err(|error| {
        Failure::because(format!("cannot write {}", shown(output)), &error, Exit::Usage)
            .hint("choose another `--output`, or allow it with `--overwrite`")
    })
}
