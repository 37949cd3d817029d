//! `candor verify`: every hash, every index entry, both ways.

use std::io::Write;
use std::path::Path;

use candor_report::{ReadError, ReportReader, Verification};

use crate::arguments::Verify;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::record::{self, Standing};
use crate::{summary, terminal};

/// Runs the command.
pub fn run(arguments: &Verify) -> Outcome {
    let verification = candor_report::verify(&arguments.report).map_err(|error| {
        let exit = if matches!(error, ReadError::File(_)) { Exit::Usage } else { Exit::Unverified };
        Failure::of(&error, exit)
    })?;
    let standing = standing(&arguments.report, &verification);
    let sound = verification.problems.is_empty() && standing.problems.is_empty();
    if arguments.json.json {
        super::print_json(
            &serde_json::json!({ "schema": 1, "verified": sound, "verification": verification, "record": standing }),
        )?;
    } else {
        let mut out = std::io::stdout().lock();
        for problem in &verification.problems {
            writeln!(
                out,
                "{}: {}",
                terminal::printable(&problem.path),
                terminal::printable(&problem.detail)
            )?;
        }
        for problem in &standing.problems {
            writeln!(out, "consent.json: {}", terminal::printable(problem))?;
        }
        let size = summary::size(verification.bytes_checked);
        let verdict = if sound { "Verified" } else { "Not verified" };
        writeln!(out, "{verdict}: {} artifacts, {size}", verification.artifacts_checked)?;
        out.flush()?;
    }
    Ok(if sound { Exit::Success } else { Exit::Unverified })
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
