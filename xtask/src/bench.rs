//! `cargo xtask bench`: measures what the project promises about speed and memory.
//!
//! One file a benchmark; [`measure`] runs and times, [`ground`] lays what is run. Nothing is written down by itself:
//! the figures go to stdout, and `docs/benchmarks.md` is kept by hand.

mod artifact;
mod filler;
mod ground;
mod journal;
mod lockdown;
mod measure;
mod overhead;
mod plan;
mod redact;
mod seal;
mod series;
mod server_report;
mod table;
mod tree;

use crate::arguments::Arguments;
use crate::console;
use crate::failure::Failure;
use crate::setup::{self, Purpose};

pub const HELP: &str = "
Usage: cargo xtask bench NAME [--runs N] [--quick] [OPTIONS]

Builds the release tree, installs what is missing, runs one benchmark and prints its figures. A machine that
does something else at the same time spoils them.

  overhead       what one collector that does nothing costs         [--collectors N]
  server-report  a server report against `sos report`
  artifact       one large incompressible artifact, plugin to zip   [--mib N] [--output FOLDER]
  tree           a tree of files against `7z`                       [--mib N]
  journal        a journal against `journalctl -o json`             [--entries N] [-- OPTIONS OF candor collect]
  plan           a plan as an ordinary user, and what it opens
  redact         `candor redact` against three peers, on two threads, and its memory  [--mib N]
  seal           sealing and opening beside the age library, verifying beside `sha256sum`  [--mib N] [--output FOLDER]

  --runs N  how often each side runs after a warm-up
  --quick   small sizes and few runs: to see that it works, not to quote
";

/// How often and how large.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    /// Runs after the warm-up; `None` leaves it to the benchmark.
    runs: Option<usize>,
    /// Small sizes.
    quick: bool,
}

impl Scale {
    /// Runs to make, where a full benchmark makes `full`.
    pub fn runs(self, full: usize) -> usize {
        self.runs.unwrap_or(if self.quick { 3 } else { full }).max(1)
    }

    /// The size to use, where a quick benchmark uses `quick`.
    pub fn size(self, full: u64, quick: u64) -> u64 {
        if self.quick { quick } else { full }
    }
}

type Benchmark = fn(Arguments, Scale) -> Result<(), Failure>;

const BENCHMARKS: &[(&str, Benchmark)] = &[
    ("overhead", overhead::run),
    ("server-report", server_report::run),
    ("artifact", artifact::run),
    ("tree", tree::run),
    ("journal", journal::run),
    ("plan", plan::run),
    ("redact", redact::run),
    ("seal", seal::run),
];

/// Runs the task.
pub fn main(mut arguments: Arguments) -> Result<(), Failure> {
    let runs = arguments.value("--runs")?.map(|text| text.parse::<usize>()).transpose();
    let runs = runs.map_err(|error| Failure::usage("`--runs` needs a number").caused_by(error))?;
    let scale = Scale { runs, quick: arguments.flag("--quick") };
    // The options of a benchmark come after its name, so their values are never mistaken for it.
    let Some(name) = arguments.positional() else {
        return Err(Failure::usage("no benchmark is named").hint("see `cargo xtask bench --help`"));
    };
    let Some((_, benchmark)) = BENCHMARKS.iter().find(|(known, _)| *known == name) else {
        return Err(
            Failure::usage(format!("there is no benchmark `{name}`")).hint("see `cargo xtask bench --help`")
        );
    };
    match setup::ensure(Purpose::Bench) {
        // It goes on without the peers that are missing, and says so.
        Err(failure) if name == "redact" => console::note(&failure.render()),
        ensured => ensured?,
    }
    console::data(&ground::machine());
    benchmark(arguments, scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_benchmark_is_in_the_help() {
        for (name, _) in BENCHMARKS {
            assert!(HELP.lines().any(|line| line.trim_start().starts_with(name)), "{name}");
        }
    }

    #[test]
    fn a_quick_benchmark_is_small() {
        let quick = Scale { runs: None, quick: true };
        assert_eq!((quick.runs(11), quick.size(4096, 64)), (3, 64));
        let full = Scale { runs: Some(0), quick: false };
        assert_eq!((full.runs(11), full.size(4096, 64)), (1, 4096));
    }
}
