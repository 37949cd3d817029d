//! `cargo xtask test`: everything that must hold before a change lands, in one command.

use std::time::Instant;

use crate::arguments::Arguments;
use crate::console;
use crate::failure::Failure;
use crate::fixtures::{self, Laid};
use crate::process::{self, Process};
use crate::setup::{self, Purpose};
use crate::tidy;

pub const HELP: &str = "
Usage: cargo xtask test [--filter NAME] [-- OPTIONS OF THE TEST RUNNER]

Installs missing tools, lays the tree that the tests use, builds the plugins that only tests load, checks the
rules of the house, and runs every test: with nextest where it is installed, else with `cargo test`.
The tests find the tree in CANDOR_DIST and the test plugins in CANDOR_FIXTURE_PLUGINS.

  --filter NAME  only the tests whose name holds NAME; then the rules of the house are not checked
";

/// Runs the task.
pub fn main(mut arguments: Arguments) -> Result<(), Failure> {
    let filter = arguments.value("--filter")?;
    let extra = arguments.rest();
    arguments.finish()?;
    setup::ensure(Purpose::Test)?;
    let Laid { tree, plugins } = timed("built", fixtures::lay_with_tree)?;
    let mut failures = Vec::new();
    if filter.is_none() {
        failures.extend(timed("checked", tidy::check_all).err());
    }
    let environment = [("CANDOR_DIST", tree), ("CANDOR_FIXTURE_PLUGINS", plugins)];
    for run in runs(filter.as_deref(), &extra) {
        console::progress("Running", &run.shown());
        let run = environment.iter().fold(run, |run, (name, value)| run.env(name, value));
        failures.extend(timed("ran", || run.run()).err());
    }
    // All parts run whatever the others found, so that one run tells everything that is wrong.
    match failures.len() {
        0 => Ok(()),
        1 => Err(failures.remove(0)),
        count => {
            failures.iter().for_each(|failure| console::note(&failure.render()));
            Err(Failure::new(format!("{count} parts of the gate failed")))
        }
    }
}

/// Does the work and says how long it took, so that a slow gate shows where it is slow.
fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let begun = Instant::now();
    let result = work();
    console::progress("Time", &format!("{what} in {:.0} s", begun.elapsed().as_secs_f64()));
    result
}

/// The runs of the test runner; the one with the most tests comes last, so that its summary closes the output.
fn runs(filter: Option<&str>, extra: &[String]) -> Vec<Process> {
    let cargo = |words: &[&str]| Process::cargo().args(words).arg("--workspace");
    if process::find("cargo-nextest").is_none() {
        let run = cargo(&["test", "--no-fail-fast"]).args(filter);
        return vec![run.args((!extra.is_empty()).then_some("--")).args(extra)];
    }
    let nextest = cargo(&["nextest", "run", "--no-fail-fast"]).args(filter).args(extra);
    match filter {
        None => vec![cargo(&["test", "--doc"]), nextest],
        Some(_) => vec![nextest],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_reaches_the_runner_that_is_installed() {
        let runs = runs(Some("zip"), &[]);
        assert_eq!(runs.len(), 1);
        assert!(runs[0].shown().ends_with("--no-fail-fast --workspace zip"), "{}", runs[0].shown());
    }

    #[test]
    fn without_a_filter_the_last_run_is_the_one_that_counts_all_tests() {
        let last = runs(None, &[]).pop().unwrap().shown();
        assert!(!last.contains("--doc") && last.contains("--workspace"), "{last}");
    }
}
