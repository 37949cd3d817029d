//! The proof of a finished report, and what a person is told when it does not hold.

use std::path::Path;
use std::sync::Arc;

use candor_host::Stop;
use candor_host::redaction::{Proof, prove};
use candor_redact::Engine;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::printable;

/// Looks through a finished report once more.
///
/// # Errors
/// When it cannot be looked through: then it is not proved.
pub fn of(report: &Path, engine: &Arc<Engine>) -> Result<Proof, Failure> {
    // A run that is being stopped has its report proved too; a second signal ends the program.
    let stop = Stop::new()?;
    prove(report, engine, &stop).map_err(|error| {
        Failure::because("cannot look through the finished report", &error, Exit::Unverified)
            .hint(format!("do not send `{}`: nobody knows what it still holds", report.display()))
    })
}

/// Where something survived, and never what: one line each on stderr.
pub fn tell(proof: &Proof, report: &Path) {
    for survivor in &proof.survivors {
        eprintln!("survived: {}:{}: {}", printable(&survivor.path), survivor.line, survivor.rule);
    }
    let listed = proof.survivors.len() as u64;
    if proof.found > listed && listed > 0 {
        eprintln!("survived: {} in all", proof.found);
    }
    if !proof.holds() {
        eprintln!(
            "Do not send this report: `{}` still holds what should have been removed.",
            report.display()
        );
    }
}
