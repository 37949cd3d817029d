//! `candor verify`: every hash, every index entry, both ways.

use std::io::Write;

use candor_report::ReadError;

use crate::arguments::Verify;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::{summary, terminal};

/// Runs the command.
pub fn run(arguments: &Verify) -> Outcome {
    let verification = candor_report::verify(&arguments.report).map_err(|error| {
        let exit = if matches!(error, ReadError::File(_)) { Exit::Usage } else { Exit::Unverified };
        Failure::of(&error, exit)
    })?;
    let sound = verification.problems.is_empty();
    if arguments.json.json {
        super::print_json(
            &serde_json::json!({ "schema": 1, "verified": sound, "verification": verification }),
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
        let size = summary::size(verification.bytes_checked);
        let verdict = if sound { "Verified" } else { "Not verified" };
        writeln!(out, "{verdict}: {} artifacts, {size}", verification.artifacts_checked)?;
        out.flush()?;
    }
    Ok(if sound { Exit::Success } else { Exit::Unverified })
}
