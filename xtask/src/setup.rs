//! `cargo xtask setup`: finds out which tools are missing and installs those, nothing else.
//!
//! A tool is missing when its program is not there, whoever installed it; what the package manager believes is not asked.

mod tools;

use std::collections::BTreeSet;
use std::io::IsTerminal as _;
use std::path::PathBuf;

use self::tools::Tool;
use crate::arguments::Arguments;
use crate::console;
use crate::failure::Failure;
use crate::process::{self, Process};

pub const HELP: &str = "
Usage: cargo xtask setup [--for collect|test|bench] [--list]

Looks for the tools that a task needs and installs the missing ones: Debian packages with one
`apt-get install`, Rust components with rustup, cargo-deny with `cargo install`. Does nothing when all
are there. Without apt it names what to install.

  --for TASK  the task to make ready (default: test)
  --list      only tell what is there and what is missing; exit 1 when something is missing
";

/// The version that the checks of `deny.toml` were written for.
const CARGO_DENY: &str = "0.20.2";

/// The task that needs a tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To build Candor and make a report.
    Collect,
    /// To check and test everything.
    Test,
    /// To measure.
    Bench,
}

/// Runs the task.
pub fn main(mut arguments: Arguments) -> Result<(), Failure> {
    let purpose = match arguments.value("--for")?.as_deref() {
        None | Some("test") => Purpose::Test,
        Some("collect") => Purpose::Collect,
        Some("bench") => Purpose::Bench,
        Some(other) => {
            return Err(
                Failure::usage(format!("nothing is set up for `{other}`")).hint("say collect, test or bench")
            );
        }
    };
    let list = arguments.flag("--list");
    arguments.finish()?;
    if list { report(purpose) } else { ensure(purpose) }
}

/// Installs what `purpose` needs and the machine lacks. Quick and silent when nothing is missing.
///
/// # Errors
/// When a tool cannot be installed, or is still missing afterwards.
pub fn ensure(purpose: Purpose) -> Result<(), Failure> {
    let missing = missing(purpose);
    if !missing.is_empty() {
        install_packages(&missing)?;
    }
    if purpose == Purpose::Test {
        install_components()?;
        install_cargo_deny()?;
    }
    match still_missing(purpose).as_slice() {
        [] => Ok(()),
        names => Err(Failure::new(format!("still missing after the installation: {}", names.join(", ")))),
    }
}

/// Where the program is that makes journals from an export stream.
pub fn journal_remote() -> Option<PathBuf> {
    tools::JOURNAL_REMOTE.iter().map(PathBuf::from).find(|path| path.is_file())
}

fn missing(purpose: Purpose) -> Vec<&'static Tool> {
    tools::needed_for(purpose).filter(|tool| !tool.is_there()).collect()
}

fn still_missing(purpose: Purpose) -> Vec<&'static str> {
    let mut names: Vec<&str> = missing(purpose).iter().map(|tool| tool.name()).collect();
    if purpose == Purpose::Test {
        names.extend(missing_components());
        names.extend(cargo_deny().is_none().then_some("cargo-deny"));
    }
    names
}

fn report(purpose: Purpose) -> Result<(), Failure> {
    for tool in tools::needed_for(purpose) {
        let state = if tool.is_there() { "there" } else { "missing" };
        console::data(&format!("{state:<8} {:<24} {}", tool.name(), tool.why));
    }
    match still_missing(purpose).as_slice() {
        [] => Ok(()),
        names => Err(Failure::new(format!("missing: {}", names.join(", ")))),
    }
}

fn install_packages(missing: &[&Tool]) -> Result<(), Failure> {
    for tool in missing {
        console::progress("Missing", &format!("{}: {}", tool.name(), tool.why));
    }
    if process::find("apt-get").is_none() {
        let wanted: BTreeSet<&str> =
            missing.iter().filter_map(|tool| tool.packages.first().copied()).collect();
        let wanted: Vec<&str> = wanted.into_iter().collect();
        return Err(Failure::new("this machine has no apt-get, so nothing was installed")
            .hint(format!("install what your system calls these Debian packages: {}", wanted.join(" "))));
    }
    console::progress("Updating", "the package lists");
    apt_get()?.args(["update", "-qq"]).run()?;
    let packages = missing.iter().map(|tool| choose(tool)).collect::<Result<BTreeSet<_>, _>>()?;
    let shown = packages.iter().copied().collect::<Vec<_>>().join(" ");
    console::progress("Installing", &shown);
    apt_get()?.args(["install", "-y", "-qq", "--no-install-recommends"]).args(&packages).run()
}

/// An apt-get as root that never asks and waits for another's lock.
fn apt_get() -> Result<Process, Failure> {
    let mut words: Vec<&str> = Vec::new();
    if !process::is_root() {
        if process::find("sudo").is_none() {
            return Err(Failure::new("installing needs root, and this machine has no sudo")
                .hint("run `cargo xtask setup --list` to see what is missing, and install it as root"));
        }
        words.push("sudo");
        // Without a terminal nobody can type a password: better to fail than to wait.
        words.extend((!std::io::stdin().is_terminal()).then_some("-n"));
    }
    words.extend(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=300"]);
    Ok(Process::new(words[0]).args(&words[1..]))
}

/// The first of a tool's packages that this release of the system has.
fn choose(tool: &Tool) -> Result<&'static str, Failure> {
    for package in tool.packages {
        let (_, policy) = Process::new("apt-cache").args(["policy", package]).env("LC_ALL", "C").capture()?;
        if has_candidate(&policy) {
            return Ok(package);
        }
    }
    Err(Failure::new(format!("no package brings `{}` on this system", tool.name()))
        .hint(format!("tried {}", tool.packages.join(", "))))
}

fn has_candidate(policy: &str) -> bool {
    policy
        .lines()
        .filter_map(|line| line.trim().strip_prefix("Candidate:"))
        .any(|version| version.trim() != "(none)")
}

/// Looks beside the cargo that runs us: rustup's stand-ins on `PATH` are there whether their component is or not.
fn toolchain_has(program: &str) -> bool {
    match std::env::var_os("CARGO") {
        Some(cargo) => PathBuf::from(cargo).with_file_name(program).is_file(),
        None => process::find(program).is_some(),
    }
}

fn missing_components() -> Vec<&'static str> {
    [("rustfmt", "cargo-fmt"), ("clippy", "cargo-clippy")]
        .into_iter()
        .filter(|(_, program)| !toolchain_has(program))
        .map(|(component, _)| component)
        .collect()
}

fn install_components() -> Result<(), Failure> {
    let missing = missing_components();
    if missing.is_empty() {
        return Ok(());
    }
    if process::find("rustup").is_none() {
        return Err(Failure::new(format!("the Rust toolchain lacks {}", missing.join(" and "))));
    }
    console::progress("Installing", &missing.join(" "));
    Process::new("rustup").args(["component", "add"]).args(missing).run()
}

/// Where cargo-deny is, on `PATH` or where `cargo install` puts it.
pub fn cargo_deny() -> Option<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::home_dir().map(|home| home.join(".cargo")));
    let installed = home.map(|home| home.join("bin/cargo-deny")).filter(|path| path.is_file());
    process::find("cargo-deny").or(installed)
}

fn install_cargo_deny() -> Result<(), Failure> {
    if cargo_deny().is_some() {
        return Ok(());
    }
    console::progress("Installing", "cargo-deny, which takes some minutes once");
    Process::cargo().args(["install", "--quiet", "--locked", "--version", CARGO_DENY, "cargo-deny"]).run()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_without_a_candidate_is_not_chosen() {
        assert!(has_candidate("strace:\n  Installed: (none)\n  Candidate: 6.1-0.1\n"));
        assert!(!has_candidate("7z:\n  Installed: (none)\n  Candidate: (none)\n"));
        assert!(!has_candidate(""));
    }
}
