//! `candor redact`: against `sos clean`, detect-secrets and CredSweeper, on one thread and on two, and how much memory it takes.

mod memory;
mod peers;
mod threads;

use std::fs::File;
use std::path::{Path, PathBuf};

use crate::arguments::Arguments;
use crate::bench::Scale;
use crate::bench::ground::Ground;
use crate::failure::Failure;
use crate::process::{self, Process};
use crate::workspace;

/// Runs the benchmark.
///
/// # Errors
/// When a tool cannot be built or run. A peer that cannot be had is left out.
pub fn run(mut arguments: Arguments, scale: Scale) -> Result<(), Failure> {
    let mib = arguments.value("--mib")?;
    arguments.finish()?;
    let mib = mib.unwrap_or_else(|| scale.size(64, 4).to_string());
    let ground = Ground::prepare_on_disk()?;
    let build = [
        "build",
        "--release",
        "-p",
        "candor-tests",
        "--example",
        "redaction_corpus",
        "--example",
        "mixed_logs",
    ];
    Process::cargo().args(build).run()?;
    peers::run(&ground, &mib)?;
    threads::run(&ground, scale)?;
    memory::run(&ground, scale)
}

/// A program that the build made.
fn example(name: &str) -> PathBuf {
    workspace::path("target/release/examples").join(name)
}

/// Writes a mixed log of `mib` MiB.
fn write_log(path: &Path, mib: u64) -> Result<(), Failure> {
    let file = File::create(path).map_err(|error| Failure::path("write", path, error))?;
    write_to(Process::new(example("mixed_logs")).arg(mib.to_string()), file)
}

/// Runs a command with its output in a file.
fn write_to(command: Process, file: File) -> Result<(), Failure> {
    let mut command = command.into_command();
    let status = command.stdout(file).status().map_err(|error| process::cannot_start(&command, error))?;
    if status.success() { Ok(()) } else { Err(Failure::new(format!("{command:?} failed with {status}"))) }
}
