//! `candor verify`: every hash, every index entry both ways, every leaf, the signature; and what that proves.

use std::io::Write;
use std::path::Path;

use candor_report::{ReadError, ReportReader, Verification};

use crate::arguments::Verify;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::record::{self, Standing};
use crate::{editing, summary, terminal};

/// Runs the command.
pub fn run(arguments: &Verify) -> Outcome {
    let report = &arguments.report;
    editing::finish_unfinished(report)?;
    let verification = candor_report::verify(report).map_err(|error| unreadable(&error))?;
    let standing = standing(report, &verification);
    let sound = verification.problems.is_empty() && standing.problems.is_empty();
    let said = if sound { Said::of(&verification, &standing) } else { Said::default() };
    if arguments.json.json {
        super::print_json(&serde_json::json!({
            "schema": 1, "verified": sound, "verification": verification, "record": standing,
            "proven": said.proven, "not_proven": said.not_proven,
        }))?;
    } else {
        print(&verification, &standing, &said)?;
    }
    Ok(if sound { Exit::Success } else { Exit::Unverified })
}

fn unreadable(error: &ReadError) -> Failure {
    let exit = if matches!(error, ReadError::File(_)) { Exit::Usage } else { Exit::Unverified };
    Failure::of(error, exit)
}

/// What the consent record says. Of a report that cannot be read the problems are told already.
fn standing(report: &Path, verification: &Verification) -> Standing {
    let standing = ReportReader::open(report).and_then(|mut reader| record::standing(&mut reader));
    match standing {
        Err(error) if verification.problems.is_empty() => {
            Standing { problems: vec![error.to_string()], ..Standing::default() }
        }
        standing => standing.unwrap_or_default(),
    }
}

/// What a sound report proves, and what it does not, in sentences.
#[derive(Default)]
struct Said {
    proven: Vec<String>,
    not_proven: Vec<String>,
}

impl Said {
    fn of(verification: &Verification, standing: &Standing) -> Self {
        let mut said = Self::default();
        match &verification.proof {
            Some(proof) => {
                let but = exceptions(proof.dropped as u64, proof.masked as u64);
                match &standing.fingerprint {
                    Some(words) => {
                        said.proven
                            .push(format!("unchanged since it was collected by installation `{words}`{but}"));
                    }
                    None => {
                        said.proven.push(format!(
                            "nothing was added to or taken from what it says was collected{but}"
                        ));
                        said.not_proven
                            .push("by whom it was collected: its consent record is not signed".to_owned());
                    }
                }
            }
            None => {
                said.proven.push("every artifact is as the index says".to_owned());
                said.not_proven.push(
                    "that nothing was added or taken out since it was collected: it is of an earlier version, without proof"
                        .to_owned(),
                );
            }
        }
        said.not_proven.push("that what was collected is true".to_owned());
        said
    }
}

/// `, but for 2 artifacts that were dropped and 1 that was masked`
fn exceptions(dropped: u64, masked: u64) -> String {
    let were = |count: u64| if count == 1 { "was" } else { "were" };
    let told = match (dropped, masked) {
        (0, 0) => return String::new(),
        (dropped, 0) => format!("{} that {} dropped", summary::counted(dropped, "artifact"), were(dropped)),
        (0, masked) => format!("{} that {} applied", summary::counted(masked, "mask"), were(masked)),
        (dropped, masked) => format!(
            "{} that {} dropped and {} that {} applied",
            summary::counted(dropped, "artifact"),
            were(dropped),
            summary::counted(masked, "mask"),
            were(masked)
        ),
    };
    format!(", but for {told}")
}

fn print(verification: &Verification, standing: &Standing, said: &Said) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    for problem in &verification.problems {
        let (path, detail) = (terminal::printable(&problem.path), terminal::printable(&problem.detail));
        writeln!(out, "{path}: {detail}")?;
    }
    for problem in &standing.problems {
        writeln!(out, "consent.json: {}", terminal::printable(problem))?;
    }
    let size = summary::size(verification.bytes_checked);
    let sound = verification.problems.is_empty() && standing.problems.is_empty();
    let verdict = if sound { "Verified" } else { "Not verified" };
    writeln!(out, "{verdict}: {} artifacts, {size}", verification.artifacts_checked)?;
    said.proven.iter().try_for_each(|sentence| writeln!(out, "Proven: {sentence}"))?;
    said.not_proven.iter().try_for_each(|sentence| writeln!(out, "Not proven: {sentence}"))?;
    let closed = verification.proof.as_ref().map_or(0, |proof| proof.closed);
    if closed > 0 {
        let (count, verb) =
            (summary::counted(closed as u64, "artifact"), if closed == 1 { "is" } else { "are" });
        writeln!(out, "Closed: {count} {verb} not in this file")?;
    }
    out.flush()
}
