//! `cargo xtask tidy`: the rules of the house, each a function in one list.
//!
//! Every check runs and every problem is listed; a check that cannot run is a problem too. The cheap ones also run as
//! an ordinary test of this crate, so that plain `cargo test` finds what they find.

mod manifests;
mod shape;
mod text;
mod tools;

use std::path::PathBuf;

use crate::arguments::Arguments;
use crate::console;
use crate::failure::Failure;
use crate::process::Process;
use crate::workspace;

pub const HELP: &str = "
Usage: cargo xtask tidy [--cheap]

Checks formatting, lints, crate documentation, sizes, manifests, generated files, links and dependencies.
Lists every problem and exits 1 when there is any.

  --cheap  leaves out what has to build or to run other tools than git
";

/// One rule.
struct Check {
    name: &'static str,
    run: fn(&Tree) -> Result<Vec<String>, Failure>,
}

/// Rules that only read files.
const CHEAP: &[Check] = &[
    Check { name: "crate-docs", run: shape::crate_docs },
    Check { name: "lib-files", run: shape::lib_files },
    Check { name: "file-sizes", run: shape::file_sizes },
    Check { name: "unfinished-code", run: shape::unfinished_code },
    Check { name: "plugins-and-manifests", run: manifests::plugins_and_manifests },
    Check { name: "consent-texts", run: manifests::consent_texts },
    Check { name: "foreign-places", run: text::foreign_places },
    Check { name: "links", run: text::links },
    Check { name: "changelog", run: text::changelog },
];

/// Rules that build or that other tools check.
const COSTLY: &[Check] = &[
    Check { name: "rustfmt", run: tools::rustfmt },
    Check { name: "generated-files", run: tools::generated_files },
    Check { name: "dependencies", run: tools::dependencies },
    Check { name: "clippy", run: tools::clippy },
];

/// Runs the task.
pub fn main(mut arguments: Arguments) -> Result<(), Failure> {
    let cheap = arguments.flag("--cheap");
    arguments.finish()?;
    if cheap { settle(&run(&[CHEAP], &Tree::read()?)) } else { check_all() }
}

/// Runs every check.
///
/// # Errors
/// When there is a problem.
pub fn check_all() -> Result<(), Failure> {
    settle(&run(&[CHEAP, COSTLY], &Tree::read()?))
}

fn run(lists: &[&[Check]], tree: &Tree) -> Vec<String> {
    let mut problems = Vec::new();
    for check in lists.iter().copied().flatten() {
        console::progress("Checking", check.name);
        let found = (check.run)(tree).unwrap_or_else(|failure| vec![failure.render()]);
        problems.extend(found.into_iter().map(|problem| format!("{}: {problem}", check.name)));
    }
    problems
}

fn settle(problems: &[String]) -> Result<(), Failure> {
    if problems.is_empty() {
        return Ok(());
    }
    problems.iter().for_each(|problem| console::data(problem));
    Err(Failure::new(format!("{} broken rules of the house, listed above", problems.len())))
}

/// The files that are in the repository or would be with the next `git add`.
struct Tree {
    files: Vec<PathBuf>,
}

impl Tree {
    fn read() -> Result<Self, Failure> {
        let arguments = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"];
        let listed = Process::new("git").args(arguments).stdout()?;
        let listed = String::from_utf8_lossy(&listed);
        let files = listed.split('\0').filter(|name| !name.is_empty()).map(workspace::path);
        // A file that is deleted but not yet committed is still listed.
        Ok(Self { files: files.filter(|path| path.is_file()).collect() })
    }

    fn with_ending<'a>(&'a self, ending: &'a str) -> impl Iterator<Item = &'a PathBuf> {
        self.files.iter().filter(move |path| path.extension().is_some_and(|extension| extension == ending))
    }
}

/// `path:line: what`.
fn at(path: &std::path::Path, line_index: usize, what: &str) -> String {
    format!("{}:{}: {what}", workspace::relative(path), line_index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_tidy() {
        let problems = run(&[CHEAP], &Tree::read().unwrap());
        assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
    }

    #[test]
    fn a_check_that_cannot_run_is_a_problem_and_the_next_still_runs() {
        let broken = Check { name: "broken", run: |_| Err(Failure::new("cannot run")) };
        let next = Check { name: "next", run: |_| Ok(vec!["found".to_owned()]) };
        let problems = run(&[&[broken, next]], &Tree { files: Vec::new() });
        assert_eq!(problems, ["broken: error: cannot run", "next: found"]);
        assert!(settle(&problems).is_err());
    }
}
