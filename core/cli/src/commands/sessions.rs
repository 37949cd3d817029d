//! `candor sessions`: what interrupted runs left.

use std::io::Write;
use std::path::Path;

use candor_report::{Session, SessionError, SessionSummary};

use super::collect::Writing;
use crate::arguments::{SessionAction, Sessions};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::redaction::Redaction;
use crate::{installation, places, redaction, summary, terminal};

/// Runs the command.
pub fn run(arguments: &Sessions) -> Outcome {
    let root = places::session_root();
    match &arguments.action {
        None => list(&root, arguments.json.json),
        Some(SessionAction::Discard { id }) => discard(&root, id),
        Some(SessionAction::Resume { id, output, overwrite }) => {
            resume(&root, id, output.as_deref(), *overwrite, arguments.json.json)
        }
    }
}

fn failed(error: &SessionError) -> Failure {
    Failure::of(error, Exit::Usage).hint("`candor sessions` lists what there is")
}

fn list(root: &Path, json: bool) -> Outcome {
    let sessions = Session::list(root).map_err(|error| Failure::of(&error, Exit::Internal))?;
    if json {
        super::print_json(&serde_json::json!({ "schema": 1, "folder": root, "sessions": sessions }))?;
        return Ok(Exit::Success);
    }
    let mut out = std::io::stdout().lock();
    if sessions.is_empty() {
        writeln!(out, "No sessions below {}", root.display())?;
    }
    for session in &sessions {
        writeln!(out, "{}", line(session))?;
    }
    out.flush()?;
    Ok(Exit::Success)
}

fn line(session: &SessionSummary) -> String {
    let state = if session.live { "running" } else { "interrupted" };
    let case = session
        .case
        .as_deref()
        .map(|case| format!("  case {}", terminal::printable(case)))
        .unwrap_or_default();
    format!(
        "{}  {}  {state}  {}  {} of {} collectors  {}{case}",
        session.id,
        session.created,
        session.profile.as_ref().map_or("(unreadable)", candor_manifest::ProfileId::as_str),
        session.collectors_finished,
        session.collectors_planned,
        summary::size(session.bytes)
    )
}

fn discard(root: &Path, id: &str) -> Outcome {
    // Also for one whose header was never written or is damaged: it has no other way out.
    Session::discard_damaged(root, id).map_err(|error| failed(&error))?;
    redaction::remove_key(id)?;
    eprintln!("Discarded session {id}");
    Ok(Exit::Success)
}

fn resume(root: &Path, id: &str, output: Option<&Path>, overwrite: bool, json: bool) -> Outcome {
    let session = Session::open(root, id).map_err(|error| failed(&error))?;
    let output = match output {
        Some(output) => super::collect::output_file(output, session.header()),
        None => session.header().output.clone(),
    };
    let key_file = Some(places::key_file(id)).filter(|path| path.exists());
    let redaction = redaction_of(&session, key_file.as_deref())?;
    let signer = installation::key()?;
    let interrupted = Some("the run was interrupted");
    let writing = Writing { interrupted, overwrite, json, key_file, signer: &signer };
    super::collect::write_report(session, &output, &redaction, &writing)
}

/// What proves the report. Everything in the session is redacted already, and pseudonyms are told without their key.
fn redaction_of(session: &Session, key_file: Option<&Path>) -> Result<Redaction, Failure> {
    let policy = redaction::policy(&session.header().redaction_policies)?;
    let key = key_file.map_or_else(redaction::fresh_key, redaction::read_key)?;
    Redaction::new(policy, &key, true)
}
