//! Rules that other tools check: formatting, lints, generated files, licences and sources of dependencies.

use super::Tree;
use crate::failure::Failure;
use crate::generate;
use crate::process::Process;
use crate::setup;

/// The fuzz targets are a workspace of their own.
const FUZZ_MANIFEST: &str = "tests/fuzz/Cargo.toml";

/// Everything is formatted.
pub fn rustfmt(_: &Tree) -> Result<Vec<String>, Failure> {
    let all = Process::cargo().args(["fmt", "--all", "--check"]);
    let mut problems = verdict(all, "not formatted: run `cargo fmt --all`")?;
    let fuzz = Process::cargo().args(["fmt", "--check", "--manifest-path", FUZZ_MANIFEST]);
    let run = format!("not formatted: run `cargo fmt --manifest-path {FUZZ_MANIFEST}`");
    problems.extend(verdict(fuzz, &run)?);
    Ok(problems)
}

/// No lint speaks up.
pub fn clippy(_: &Tree) -> Result<Vec<String>, Failure> {
    let arguments =
        ["clippy", "--quiet", "--keep-going", "--workspace", "--all-targets", "--", "-D", "warnings"];
    verdict(Process::cargo().args(arguments), "clippy has warnings, printed above")
}

/// Generated files are what the code gives now.
pub fn generated_files(_: &Tree) -> Result<Vec<String>, Failure> {
    let stale = generate::stale()?;
    Ok(stale.into_iter().map(|file| format!("{file}: stale; run `cargo xtask gen`")).collect())
}

/// Licences, banned crates and sources are what `deny.toml` allows.
pub fn dependencies(_: &Tree) -> Result<Vec<String>, Failure> {
    let Some(program) = setup::cargo_deny() else {
        return Err(Failure::new("cargo-deny is missing, so licences and sources were not checked")
            .hint("run `cargo xtask setup --for test`"));
    };
    let arguments = ["--log-level", "warn", "check", "--hide-inclusion-graph", "bans", "licenses", "sources"];
    verdict(Process::new(program).args(arguments), "cargo-deny found faults, printed above")
}

/// The tool prints its findings itself; the list of problems only points at them.
fn verdict(mut process: Process, problem: &str) -> Result<Vec<String>, Failure> {
    let is_clean = process.status()?.success();
    Ok(if is_clean { Vec::new() } else { vec![problem.to_owned()] })
}
