//! `cargo xtask collect`: from a fresh clone to a report of this machine.
//!
//! With a terminal, candor asks. Without one nobody can be asked, so the task approves what needs no decision of its
//! own (levels `technical` and `identifying`), says which those are, and leaves the rest refused.

use std::io::IsTerminal as _;
use std::path::Path;
use std::process::ExitStatus;

use serde_json::Value;

use crate::arguments::Arguments;
use crate::build::Profile;
use crate::console;
use crate::dist;
use crate::failure::Failure;
use crate::process::Process;
use crate::setup::{self, Purpose};
use crate::workspace;

pub const HELP: &str = "
Usage: cargo xtask collect [PROFILE] [-- OPTIONS OF candor collect]

Builds Candor and makes a report of this machine into `target/reports/` (default profile: server-report).
On a terminal candor asks for consent. Without one, collectors of the levels technical and identifying are
approved and listed, unless `--decisions FILE` decides; the others stay refused. Exits as `candor collect` does.
";

/// What a collector of each level gets when nobody can be asked.
const APPROVED_LEVELS: &[&str] = &["technical", "identifying"];

/// Runs the task.
pub fn main(mut arguments: Arguments) -> Result<(), Failure> {
    let profile = arguments.positional().unwrap_or_else(|| "server-report".to_owned());
    let extra = arguments.rest();
    arguments.finish()?;
    setup::ensure(Purpose::Collect)?;
    let program = dist::lay(Profile::Release)?.join("bin/candor");
    let is_decided = is_interactive() || has_decisions(&extra);
    let approvals = if is_decided { Vec::new() } else { approvals(&program, &profile, &extra)? };
    let reports = workspace::path("target/reports");
    dist::create(&reports)?;
    let mut run = Process::new(&program).args(["collect", &profile, "--output"]).arg(&reports);
    run = run.args(approvals.iter().flat_map(|id| ["--approve", id])).args(&extra);
    // It says the path of the report itself, so its words are the last.
    let status = run.status()?;
    check(status, &format!("candor collect {profile}"))
}

/// Passes on the exit code of candor, which tells more than that it failed.
fn check(status: ExitStatus, what: &str) -> Result<(), Failure> {
    if status.success() {
        return Ok(());
    }
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Err(Failure::new(format!("`{what}` ended with {status}")).code(code.unwrap_or(1)))
}

fn is_interactive() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Whether the caller brings a file of decisions; then what it leaves open stays open.
fn has_decisions(extra: &[String]) -> bool {
    extra.iter().any(|word| word == "--decisions" || word.starts_with("--decisions="))
}

/// The collectors of a profile that are approved where nobody can be asked; says which, and which stay refused.
///
/// # Errors
/// When the plan cannot be had or makes no sense.
pub fn approvals(program: &Path, profile: &str, extra: &[String]) -> Result<Vec<String>, Failure> {
    let (status, plan) = Process::new(program).args(["plan", profile, "--json"]).output()?;
    check(status, &format!("candor plan {profile}"))?;
    let plan: Value = serde_json::from_slice(&plan)
        .map_err(|error| Failure::new("the plan of candor is no JSON").caused_by(error))?;
    let (approved, refused) = split(&plan, extra)?;
    console::note("There is no terminal to ask on.");
    tell("Approved, because the level needs no decision of its own:", &approved);
    tell("Refused, because nobody decided:", &refused);
    Ok(approved.into_iter().map(|(id, _)| id).collect())
}

fn tell(what: &str, collectors: &Leveled) {
    if !collectors.is_empty() {
        console::note(what);
        collectors.iter().for_each(|(id, level)| console::note(&format!("  {id} ({level})")));
    }
}

type Leveled = Vec<(String, String)>;

/// The collectors of a plan that are approved without asking, and the others. What the caller decided is left to them.
fn split(plan: &Value, extra: &[String]) -> Result<(Leveled, Leveled), Failure> {
    let Some(collectors) = plan["collectors"].as_array() else {
        return Err(Failure::new("the plan of candor lists no `collectors`"));
    };
    let mut all = Vec::new();
    for collector in collectors {
        let (Some(id), Some(level)) = (collector["id"].as_str(), collector["level"].as_str()) else {
            return Err(Failure::new("a collector in the plan of candor has no `id` or no `level`"));
        };
        if !is_decided(id, extra) {
            all.push((id.to_owned(), level.to_owned()));
        }
    }
    Ok(all.into_iter().partition(|(_, level)| APPROVED_LEVELS.contains(&level.as_str())))
}

fn is_decided(id: &str, extra: &[String]) -> bool {
    ["--approve", "--refuse"].iter().any(|option| {
        extra.contains(&format!("{option}={id}"))
            || extra.windows(2).any(|pair| pair[0] == *option && pair[1] == id)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> Value {
        serde_json::json!({ "collectors": [
            { "id": "system-info", "level": "technical" },
            { "id": "event-log", "level": "identifying" },
            { "id": "screenshot", "level": "sensitive" },
            { "id": "memory", "level": "secret" },
        ]})
    }

    fn ids(list: &Leveled) -> Vec<&str> {
        list.iter().map(|(id, _)| id.as_str()).collect()
    }

    #[test]
    fn without_a_terminal_only_the_two_lower_levels_are_approved() {
        let (approved, refused) = split(&plan(), &[]).unwrap();
        assert_eq!(ids(&approved), ["system-info", "event-log"]);
        assert_eq!(ids(&refused), ["screenshot", "memory"]);
    }

    #[test]
    fn what_the_caller_decided_is_not_decided_again() {
        let extra = ["--refuse".to_owned(), "event-log".to_owned(), "--approve=memory".to_owned()];
        let (approved, refused) = split(&plan(), &extra).unwrap();
        assert_eq!(ids(&approved), ["system-info"]);
        assert_eq!(ids(&refused), ["screenshot"]);
    }

    #[test]
    fn beside_a_file_of_decisions_nothing_is_approved() {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        assert!(has_decisions(&words(&["--case", "x", "--decisions", "file.toml"])));
        assert!(has_decisions(&words(&["--decisions=file.toml"])));
        assert!(!has_decisions(&words(&["--case", "decisions"])));
    }

    #[test]
    fn an_unknown_level_is_never_approved_and_a_missing_one_is_an_error() {
        let unknown = serde_json::json!({ "collectors": [{ "id": "x", "level": "harmless" }] });
        assert!(split(&unknown, &[]).unwrap().0.is_empty());
        assert!(split(&serde_json::json!({ "collectors": [{ "id": "x" }] }), &[]).is_err());
        assert!(split(&serde_json::json!({}), &[]).is_err());
    }
}
