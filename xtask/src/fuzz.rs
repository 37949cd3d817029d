//! `cargo xtask fuzz`: runs the fuzz targets of `tests/fuzz` for a while.
//!
//! The targets are built by cargo with the flags that libFuzzer's coverage needs, which the stable compiler knows; no other
//! toolchain and no other program is needed.

use std::fs;
use std::path::{Path, PathBuf};

use crate::arguments::Arguments;
use crate::console;
use crate::failure::Failure;
use crate::process::Process;
use crate::workspace;

pub const HELP: &str = "
Usage: cargo xtask fuzz [TARGET...] [--seconds N]

Builds the fuzz targets of `tests/fuzz` and runs each of them, or those that are named, for N seconds. What is found is kept
below `target/fuzz`, and makes the command fail.

  --seconds N  how long each target runs (default 60)
";

/// What libFuzzer needs to see which branches were taken.
const COVERAGE: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";
const FOLDER: &str = "tests/fuzz";
const BUILT: &str = "target/fuzz";
/// Largest input that is tried.
const MOST_BYTES: u32 = 64 * 1024;
/// Memory and time that one input may take.
const MOST_MEBIBYTES: u32 = 512;
const MOST_SECONDS: u32 = 25;

/// Runs the task.
pub fn main(mut arguments: Arguments) -> Result<(), Failure> {
    let seconds = arguments.number("--seconds", 60)?;
    let mut named = Vec::new();
    while let Some(name) = arguments.positional() {
        named.push(name);
    }
    arguments.finish()?;
    let targets = targets()?;
    if let Some(unknown) = named.iter().find(|name| !targets.contains(name)) {
        return Err(Failure::usage(format!("there is no fuzz target `{unknown}`"))
            .hint(format!("there are: {}", targets.join(", "))));
    }
    let programs = build()?;
    let chosen = if named.is_empty() { targets } else { named };
    let mut found = Vec::new();
    for target in chosen {
        console::progress("Fuzzing", &format!("{target} for {seconds} s"));
        if let Err(failure) = run(&programs, &target, seconds) {
            console::note(&failure.render());
            found.push(target);
        }
    }
    if found.is_empty() { Ok(()) } else { Err(Failure::new(format!("findings in: {}", found.join(", ")))) }
}

/// The targets, by listing their folder.
fn targets() -> Result<Vec<String>, Failure> {
    let files = workspace::list(&workspace::path(FOLDER).join("targets"))?;
    let stem = |path: &PathBuf| path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    Ok(files.iter().filter_map(stem).collect())
}

/// Builds all targets and says where they are.
fn build() -> Result<PathBuf, Failure> {
    let triple = host()?;
    Process::cargo()
        .args(["build", "--release", "--locked", "--target", &triple, "--manifest-path"])
        .arg(workspace::path(FOLDER).join("Cargo.toml"))
        .arg("--target-dir")
        .arg(workspace::path(BUILT))
        .env("RUSTFLAGS", COVERAGE)
        .run()?;
    Ok(workspace::path(BUILT).join(triple).join("release"))
}

/// This machine, as the compiler calls it. Named, so that the flags are not for build scripts.
fn host() -> Result<String, Failure> {
    let told = Process::new("rustc").arg("-vV").stdout()?;
    let told = String::from_utf8_lossy(&told).into_owned();
    let host = told.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| Failure::new("`rustc -vV` does not name its host"))
}

fn run(programs: &Path, target: &str, seconds: u64) -> Result<(), Failure> {
    let [corpus, artifacts] =
        ["corpus", "artifacts"].map(|name| workspace::path(BUILT).join(name).join(target));
    for folder in [&corpus, &artifacts] {
        fs::create_dir_all(folder).map_err(|error| Failure::path("create", folder, error))?;
    }
    Process::new(programs.join(target))
        .arg(corpus)
        .arg(workspace::path(FOLDER).join("seeds").join(target))
        .args([
            &format!("-max_total_time={seconds}"),
            &format!("-max_len={MOST_BYTES}"),
            &format!("-rss_limit_mb={MOST_MEBIBYTES}"),
            &format!("-timeout={MOST_SECONDS}"),
            &format!("-artifact_prefix={}/", artifacts.display()),
            "-print_final_stats=1",
        ])
        .run()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_is_built_and_has_seeds() {
        let manifest = workspace::read_toml(&workspace::path(FOLDER).join("Cargo.toml")).unwrap();
        let built: Vec<_> = manifest["bin"]
            .as_array()
            .unwrap()
            .iter()
            .map(|bin| bin["name"].as_str().unwrap().to_owned())
            .collect();
        let targets = targets().unwrap();
        assert_eq!(built, targets);
        for target in targets {
            let seeds = workspace::path(FOLDER).join("seeds").join(&target);
            assert!(!workspace::list(&seeds).unwrap().is_empty(), "{target} has no seeds");
        }
    }
}
