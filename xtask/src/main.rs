//! `cargo xtask`: every chore of the repository, from installing tools to benchmarks.
//!
//! What for: one command that works the same on a developer's machine, on a customer's and in CI. Who uses it: people
//! who build Candor, and `.ci/run`. It never ships: nothing below `core/` or `plugins/` may depend on it, and it never
//! links Candor's own crates, but drives the built binary as a user would.
//! Where to start: [`TASKS`], one file for each; [`process`] runs other programs.

mod arguments;
mod bench;
mod build;
mod collect;
mod console;
mod dist;
mod escapes;
mod failure;
mod fixtures;
mod fuzz;
mod generate;
mod process;
mod setup;
mod test;
mod tidy;
mod workspace;

use std::process::ExitCode;

use arguments::Arguments;
use failure::Failure;

/// One subcommand.
struct Task {
    name: &'static str,
    summary: &'static str,
    help: &'static str,
    run: fn(Arguments) -> Result<(), Failure>,
}

const TASKS: &[Task] = &[
    Task {
        name: "setup",
        summary: "install the tools that are missing",
        help: setup::HELP,
        run: setup::main,
    },
    Task {
        name: "collect",
        summary: "make a report of this machine",
        help: collect::HELP,
        run: collect::main,
    },
    Task { name: "test", summary: "build, check and test everything", help: test::HELP, run: test::main },
    Task { name: "dist", summary: "lay an installable tree", help: dist::HELP, run: dist::main },
    Task { name: "tidy", summary: "check the rules of the house", help: tidy::HELP, run: tidy::main },
    Task {
        name: "gen",
        summary: "write the generated files anew",
        help: generate::HELP,
        run: generate::main,
    },
    Task { name: "fuzz", summary: "run the fuzz targets for a while", help: fuzz::HELP, run: fuzz::main },
    Task { name: "bench", summary: "measure speed and memory", help: bench::HELP, run: bench::main },
];

fn main() -> ExitCode {
    match run(std::env::args().skip(1).collect()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            console::note(&failure.render());
            ExitCode::from(failure.exit_code())
        }
    }
}

fn run(mut words: Vec<String>) -> Result<(), Failure> {
    if words.is_empty() || ["--help", "-h", "help"].contains(&words[0].as_str()) {
        console::data(&overview());
        return Ok(());
    }
    let name = words.remove(0);
    let Some(task) = TASKS.iter().find(|task| task.name == name) else {
        return Err(Failure::usage(format!("there is no task `{name}`")).hint("see `cargo xtask --help`"));
    };
    // Words after `--` are another program's, its `--help` too.
    if words.iter().take_while(|word| *word != "--").any(|word| word == "--help" || word == "-h") {
        console::data(task.help.trim());
        return Ok(());
    }
    (task.run)(Arguments::new(&name, words))
}

fn overview() -> String {
    let mut text = String::from("Usage: cargo xtask TASK [OPTIONS]\n\nTasks:\n");
    for task in TASKS {
        text.push_str(&format!("  {:<8} {}\n", task.name, task.summary));
    }
    text.push_str("\n`cargo xtask TASK --help` tells more.");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_task_has_a_help_that_names_it() {
        for task in TASKS {
            assert!(task.help.contains(&format!("cargo xtask {}", task.name)), "{}", task.name);
            run(vec![task.name.to_owned(), "--help".to_owned()]).unwrap();
        }
    }

    #[test]
    fn an_unknown_task_is_bad_usage() {
        let failure = run(vec!["colect".to_owned()]).unwrap_err();
        assert_eq!(failure.exit_code(), failure::BAD_USAGE);
        assert_eq!(failure.to_string(), "there is no task `colect`");
    }
}
