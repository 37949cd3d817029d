//! `candor open`: what the keys allow of a sealed report, as a report again.

use std::path::PathBuf;

use candor_consent::{SignedRecord, check_chain};
use candor_report::{AttachedName, CONSENT_PATH, CONSENT_SIGNATURE_PATH};
use candor_seal::{Inside, OpenError, Opened, open};
use candor_trust::Fingerprint;

use crate::arguments::Open;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::keys::{OpeningKeys, Password, opening_keys};
use crate::terminal::printable;
use crate::{record, summary};

/// Runs the command.
pub fn run(arguments: &Open) -> Outcome {
    let keys = opening_keys(&arguments.identity, &Password::from(arguments.password_file.clone()))?;
    let output = arguments.output.clone().unwrap_or_else(|| arguments.file.with_extension("zip"));
    let opened = open(&arguments.file, &keys.identities, &output, arguments.overwrite, &accept)
        .map_err(|error| failed(&error))?;
    tell(&opened, &keys, &output, arguments.json.json)
}

/// Takes what the customer has signed: by the record, of which the envelope's signer is the author, or by a forward grant.
fn accept(inside: &Inside<'_>) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    if inside.grant.is_some() {
        return Ok(());
    }
    let document = |name: &str| inside.documents.get(name).cloned();
    let (Some(json), Some(signature)) = (document(CONSENT_PATH), document(CONSENT_SIGNATURE_PATH)) else {
        return Err("it holds no signed consent record, and no approval to pass it on".into());
    };
    let signed = SignedRecord::from_bytes(json, &signature)?;
    let attached = AttachedName::ALL.into_iter().filter_map(|name| Some((name, document(name.as_str())?)));
    let terms = record::terms_of(&attached.collect::<Vec<_>>())?;
    let claims = inside.index.claims(None, terms).ok_or("its index has no proof")?;
    // The signer of the envelope must be the author of the record: nobody else seals it.
    match check_chain(&signed, &inside.envelope.signer, &claims).first() {
        Some(gap) => Err(gap.to_string().into()),
        None => Ok(()),
    }
}

fn failed(error: &OpenError) -> Failure {
    let (exit, hint) = match error {
        OpenError::Read { .. } => (Exit::Usage, "nothing was written"),
        OpenError::AllClosed => (Exit::Nothing, "it was sealed to other keys than those of `--identity`"),
        OpenError::Write { source, .. } if source.kind() == std::io::ErrorKind::AlreadyExists => {
            (Exit::Usage, "choose another `--output`, or allow it with `--overwrite`")
        }
        OpenError::Write { .. } => (Exit::Internal, "nothing was written"),
        _ => (
            Exit::Unverified,
            "nothing was written; ask the sender to send it again, and tell them what is said here",
        ),
    };
    Failure::of(error, exit).hint(hint)
}

fn tell(opened: &Opened, keys: &OpeningKeys, output: &PathBuf, json: bool) -> Outcome {
    let exit = if opened.closed.is_empty() { Exit::Success } else { Exit::Incomplete };
    let meant = is_meant(opened, keys);
    if json {
        super::print_json(&serde_json::json!({
            "schema": 1, "path": output, "envelope": opened.envelope, "seals": opened.seals,
            "closed": opened.closed, "forward": opened.grant.as_ref().map(|grant| &grant.grant),
            "sealed_to_you": meant,
        }))?;
        return Ok(exit);
    }
    let artifacts = summary::counted(opened.index.artifacts().count() as u64, "artifact");
    let path = printable(&output.to_string_lossy());
    eprintln!("Opened: {path} ({artifacts}, {})", summary::size(opened.bytes));
    eprintln!("Signed by {}", Fingerprint::of(opened.envelope.signer.as_str()));
    if let Some(grant) = &opened.grant {
        let (to, signer) = (printable(grant.grant.to.name.as_str()), grant.grant.signer.fingerprint());
        eprintln!("Passed on to {to} with the approval of the customer, {signer}");
        eprintln!("Purpose: {}", printable(grant.grant.purpose.as_str()));
    }
    for part in &opened.closed {
        eprintln!("Closed: level {} ({}), none of your keys opens it", part.level, summary::size(part.bytes));
    }
    if !meant {
        eprintln!(
            "warning: none of your keys is named as a recipient: somebody has passed this on. It was sealed to:"
        );
        for recipient in opened.seals.iter().take(1).flat_map(|seal| &seal.recipients) {
            let name = recipient.name.as_ref().map_or("(no name)", |name| name.as_str());
            eprintln!("  {}, {}", printable(name), recipient.recipient.fingerprint());
        }
    }
    Ok(exit)
}

/// True when the seal names one of the keys, or none of them tells what it is of.
fn is_meant(opened: &Opened, keys: &OpeningKeys) -> bool {
    let named = opened.seals.iter().flat_map(|seal| &seal.recipients);
    keys.recipients.is_empty() || named.into_iter().any(|named| keys.recipients.contains(&named.recipient))
}
