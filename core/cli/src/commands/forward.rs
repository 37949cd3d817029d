//! `candor forward`: the vendor passes on what the customer has granted, and nothing else.

use candor_seal::{ForwardError, Forwarding, MAX_GRANT_BYTES, SignedGrant, forward};

use super::seal::{failed as not_sealed, whole_second};
use crate::age_dialog::AgeDialog;
use crate::arguments::Forward;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::file::{self, shown};
use crate::keys::{Password, opening_keys, signing_key};
use crate::summary;
use crate::terminal::printable;

/// Runs the command.
pub fn run(arguments: &Forward) -> Outcome {
    let grant = read_grant(arguments)?;
    let password = Password::from(arguments.password_file.clone());
    let keys = opening_keys(&arguments.identity, &password)?;
    let signer = signing_key(&arguments.sign, &password)?;
    let output =
        arguments.output.clone().unwrap_or_else(|| arguments.file.with_extension("forwarded.candor"));
    let forwarding = Forwarding {
        sealed: &arguments.file,
        grant: &grant,
        identities: &keys.identities,
        output: &output,
        overwrite: arguments.overwrite,
        signer: &signer,
        now: whole_second(jiff::Timestamp::now()),
    };
    let sealed = forward(&forwarding, &AgeDialog).map_err(|error| failed(&error))?;
    if arguments.json.json {
        super::print_json(&serde_json::json!({
            "schema": 1, "path": sealed.path, "bytes": sealed.bytes, "envelope": sealed.envelope, "grant": grant.grant,
        }))?;
        return Ok(Exit::Success);
    }
    let to = &grant.grant.to;
    let path = printable(&sealed.path.to_string_lossy());
    let artifacts = summary::counted(grant.grant.leaves.len() as u64, "artifact");
    eprintln!("Sealed: {path} ({artifacts}, {})", summary::size(sealed.bytes));
    eprintln!("To {}, {}, and nobody else", printable(to.name.as_str()), to.recipient.fingerprint());
    Ok(Exit::Success)
}

fn read_grant(arguments: &Forward) -> Result<SignedGrant, Failure> {
    let cannot = |error: &(dyn std::error::Error + 'static), exit| {
        Failure::because(format!("cannot take the grant {}", shown(&arguments.grant)), error, exit)
    };
    let bytes = file::read(&arguments.grant, MAX_GRANT_BYTES).map_err(|error| cannot(&error, Exit::Usage))?;
    SignedGrant::from_bytes(&bytes).map_err(|error| {
        cannot(&error, Exit::Unverified)
            .hint("ask the customer for it again: without it nothing may be passed on")
    })
}

fn failed(error: &ForwardError) -> Failure {
    match error {
        ForwardError::Seal(error) => not_sealed(error),
        ForwardError::Open(error) => Failure::of(error, Exit::Unverified).hint("nothing was passed on"),
        ForwardError::Closed(_) => {
            Failure::of(error, Exit::Usage).hint("name a key that opens their level with `--identity`")
        }
        error => Failure::of(error, Exit::Unverified)
            .hint("nothing was passed on; ask the customer for another grant"),
    }
}
