//! What a collector touched in one run, held against what its manifest declares.

use std::collections::BTreeMap;
use std::path::Path;

use candor_manifest::{Level, Manifest, OptionName, OptionValue, PathPattern, Read};
use candor_report::CollectorEntry;
use serde::Serialize;
use serde_json::Value;

use crate::receipt::{self, Touched};

/// The comparison of one run.
#[derive(Debug, Serialize)]
pub struct Comparison {
    /// Every declared read, in the manifest's order.
    pub reads: Vec<DeclaredRead>,
    /// What was asked for and refused.
    pub refused: Vec<Refusal>,
    /// Refusals that the receipt has no room for, but for those of commands that ended well.
    pub more_refused: u64,
    /// Every declared command, in the manifest's order.
    pub commands: Vec<DeclaredCommand>,
}

/// A declared read and what came of it.
#[derive(Debug, Serialize)]
pub struct DeclaredRead {
    /// The declaration.
    pub path: PathPattern,
    /// What came of it.
    #[serde(flatten)]
    pub state: ReadState,
}

/// What came of a declared read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ReadState {
    /// Something of it was opened.
    Used,
    /// It was looked for and is not on this machine.
    Absent,
    /// Nothing asked for it.
    Unneeded,
    /// Nothing asked for it, but a command that did not run or failed here might.
    Undecided,
    /// It is not declared with these options.
    Off {
        /// The option without which it is not.
        option: OptionName,
    },
    /// The kernel did not tell.
    Unknown,
}

/// Something that was asked for and refused.
#[derive(Debug, Serialize)]
pub struct Refusal {
    /// The command that asked; None for the collector itself.
    pub command: Option<String>,
    /// `open`, `stat`, `list`, `connect`.
    pub operation: String,
    /// The path or address.
    pub path: String,
    /// How often.
    pub count: u64,
    /// Why.
    pub why: Why,
    /// Whether it was a command that asked, and ended well without. Programs look for many things.
    pub tolerated: bool,
}

/// Why something was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The manifest does not declare it.
    Undeclared,
    /// It is declared, and more private than the collector's level.
    Level,
    /// It is declared, and the user who runs candor may not read it.
    Rights,
}

/// A declared command and what came of it.
#[derive(Debug, Serialize)]
pub struct DeclaredCommand {
    /// Under which name the collector asks for it.
    pub id: String,
    /// What came of it.
    #[serde(flatten)]
    pub state: CommandState,
}

/// What came of a declared command.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum CommandState {
    /// It ran.
    Ran {
        /// None where a signal or the deadline ended it.
        exit_code: Option<i64>,
    },
    /// It was asked for and cannot run here.
    Unavailable {
        /// Why.
        reason: String,
    },
    /// Nothing asked for it.
    Unneeded,
    /// The collector did not run, so nothing is known.
    Unknown,
}

impl Comparison {
    /// Compares what the entry says with the manifest under these options.
    pub fn of(
        manifest: &Manifest,
        options: &BTreeMap<OptionName, OptionValue>,
        entry: &CollectorEntry,
    ) -> Self {
        let touched = receipt::of(entry);
        let active: Vec<&Read> = manifest.reads_with(options).collect();
        let command = |command: &candor_manifest::Command| DeclaredCommand {
            id: command.id.to_string(),
            state: command_state(command.id.as_str(), entry),
        };
        let commands: Vec<_> = manifest.commands.iter().map(command).collect();
        let undecided = commands.iter().any(DeclaredCommand::fell_short);
        let read = |read: &Read| {
            let off = read.when.clone().filter(|_| !active.contains(&read));
            let state = match (off, read_state(&read.path, &touched)) {
                (Some(option), _) => ReadState::Off { option },
                (None, ReadState::Unneeded) if undecided => ReadState::Undecided,
                (None, state) => state,
            };
            DeclaredRead { path: read.path.clone(), state }
        };
        let harmed = touched.iter().filter(|touched| !touched.succeeded);
        let receipts = harmed.filter_map(|touched| touched.receipt.as_ref());
        Self {
            reads: manifest.reads.iter().map(read).collect(),
            refused: touched.iter().flat_map(|touched| refusals(touched, manifest.level, &active)).collect(),
            more_refused: receipts.map(|receipt| receipt.more_denied).sum(),
            commands,
        }
    }

    /// True when everything could be compared, everything declared was asked for, and nothing else.
    pub fn is_tight(&self) -> bool {
        let read = |read: &DeclaredRead| !matches!(read.state, ReadState::Unneeded | ReadState::Unknown);
        let command = |command: &DeclaredCommand| {
            !matches!(command.state, CommandState::Unneeded | CommandState::Unknown)
        };
        self.refused.iter().all(|refusal| refusal.tolerated || refusal.why == Why::Rights)
            && self.more_refused == 0
            && self.reads.iter().all(read)
            && self.commands.iter().all(command)
    }
}

impl DeclaredCommand {
    /// True when it was asked for and cannot run here, or ended badly: then it may not have come to all that it reads.
    fn fell_short(&self) -> bool {
        match self.state {
            CommandState::Ran { exit_code } => exit_code != Some(0),
            CommandState::Unavailable { .. } => true,
            CommandState::Unneeded | CommandState::Unknown => false,
        }
    }
}

/// A read is used when the collector or one of its commands used it.
fn read_state(path: &PathPattern, touched: &[Touched]) -> ReadState {
    let of_one = |touched: &Touched| {
        let Some(receipt) = &touched.receipt else { return ReadState::Unknown };
        match receipt.unused.iter().find(|unused| unused.declared == *path) {
            None => ReadState::Used,
            Some(unused) if unused.looked_for => ReadState::Absent,
            Some(_) => ReadState::Unneeded,
        }
    };
    let states: Vec<_> = touched.iter().map(of_one).collect();
    let by_weight = [ReadState::Used, ReadState::Unknown, ReadState::Absent, ReadState::Unneeded];
    by_weight.into_iter().find(|state| states.contains(state)).unwrap_or(ReadState::Unknown)
}

fn refusals(touched: &Touched, level: Level, active: &[&Read]) -> Vec<Refusal> {
    let denied = touched.receipt.iter().flat_map(|receipt| &receipt.denied);
    let refusal = |denied: &candor_sandbox::DeniedAccess| Refusal {
        command: touched.command.clone(),
        operation: denied.operation.clone(),
        path: denied.path.clone(),
        count: denied.count,
        why: why(Path::new(&denied.path), level, active),
        tolerated: touched.succeeded,
    };
    denied.map(refusal).collect()
}

fn why(path: &Path, level: Level, active: &[&Read]) -> Why {
    if !active.iter().any(|read| read.path.matches(path)) {
        return Why::Undeclared;
    }
    let too_private = candor_manifest::known_level(path).is_some_and(|(known, _)| known > level);
    if too_private { Why::Level } else { Why::Rights }
}

fn command_state(id: &str, entry: &CollectorEntry) -> CommandState {
    if entry.enforcement.is_none() {
        return CommandState::Unknown;
    }
    let mut records =
        entry.commands.iter().filter(|record| record.get("id").and_then(Value::as_str) == Some(id));
    // Of several runs the first that came about tells most.
    let first = records.clone().find(|record| receipt::has_run(record)).or_else(|| records.next());
    match first {
        None => CommandState::Unneeded,
        Some(record) if receipt::has_run(record) => {
            CommandState::Ran { exit_code: record.get("exit_code").and_then(Value::as_i64) }
        }
        Some(record) => {
            let reason = record.get("error").and_then(Value::as_str).unwrap_or_default();
            CommandState::Unavailable { reason: reason.to_owned() }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const MANIFEST: &str = r#"
schema = 1
id = "example"
plugin = "files"
level = "identifying"
categories = ["ext:Settings"]
[consent.en]
title = "Example"
what = "Files."
why = "Shows the comparison."
[[reads]]
path = "/etc/example/a"
reason = "a"
[[reads]]
path = "/etc/example/b"
reason = "b"
[[reads]]
path = "/etc/example/c"
reason = "c"
[[reads]]
path = "/etc/example/d"
reason = "d"
when = "more"
[[commands]]
id = "first"
argv = ["/usr/bin/true"]
reason = "one"
[[commands]]
id = "second"
argv = ["/usr/bin/true", "-x"]
reason = "two"
[options.more]
type = "bool"
default = false
summary = "more"
"#;

    fn manifest() -> Manifest {
        candor_manifest::parse_manifest(Path::new("example.toml"), MANIFEST).unwrap()
    }

    fn options(more: bool) -> BTreeMap<OptionName, OptionValue> {
        BTreeMap::from([("more".parse().unwrap(), OptionValue::Bool(more))])
    }

    fn entry(access: &Value, commands: &[Value]) -> CollectorEntry {
        let entry = json!({
            "id": "example", "level": "identifying", "outcome": "Collected", "reason": null, "started": null,
            "duration_ms": 0, "bytes": 0, "enforcement": { "level": "full", "applied": [], "missing": [] },
            "access": access, "commands": commands, "manifest_digest": "", "library_digest": null,
        });
        serde_json::from_value(entry).unwrap()
    }

    fn receipt(unused: &Value, denied: &Value) -> Value {
        json!({ "complete": true, "opened": [], "more_opened": 0, "denied": denied, "more_denied": 0,
            "unused": unused, "bytes_read": null })
    }

    fn states(comparison: &Comparison) -> Vec<ReadState> {
        comparison.reads.iter().map(|read| read.state.clone()).collect()
    }

    #[test]
    fn each_declaration_is_used_absent_unneeded_or_off() {
        let unused = json!([
            { "declared": "/etc/example/b", "looked_for": true },
            { "declared": "/etc/example/c", "looked_for": false },
        ]);
        let entry = entry(&receipt(&unused, &json!([])), &[]);
        let comparison = Comparison::of(&manifest(), &options(false), &entry);
        let off = ReadState::Off { option: "more".parse().unwrap() };
        assert_eq!(states(&comparison), [ReadState::Used, ReadState::Absent, ReadState::Unneeded, off]);
        let comparison = Comparison::of(&manifest(), &options(true), &entry);
        assert_eq!(states(&comparison)[3], ReadState::Used);
        assert!(!comparison.is_tight());
    }

    #[test]
    fn what_only_a_command_reads_is_used() {
        let all = json!([
            { "declared": "/etc/example/a", "looked_for": false },
            { "declared": "/etc/example/b", "looked_for": false },
        ]);
        let of_command = receipt(&json!([{ "declared": "/etc/example/b", "looked_for": true }]), &json!([]));
        let commands = [
            json!({ "id": "first", "exit_code": 0, "access": of_command }),
            json!({ "id": "second", "error": "`/usr/bin/true` needs root" }),
        ];
        let entry = entry(&receipt(&all, &json!([])), &commands);
        let comparison = Comparison::of(&manifest(), &options(true), &entry);
        assert_eq!(states(&comparison)[..3], [ReadState::Used, ReadState::Absent, ReadState::Used]);
        let reason = "`/usr/bin/true` needs root".to_owned();
        assert_eq!(comparison.commands[0].state, CommandState::Ran { exit_code: Some(0) });
        assert_eq!(comparison.commands[1].state, CommandState::Unavailable { reason });
        assert!(comparison.is_tight());
    }

    #[test]
    fn a_refusal_says_why() {
        let denied = json!([
            { "path": "/etc/shadow", "operation": "open", "count": 3 },
            { "path": "/etc/example/a", "operation": "open", "count": 1 },
        ]);
        let comparison =
            Comparison::of(&manifest(), &options(false), &entry(&receipt(&json!([]), &denied), &[]));
        let why: Vec<_> = comparison.refused.iter().map(|refusal| refusal.why).collect();
        assert_eq!(why, [Why::Undeclared, Why::Rights]);
        assert!(!comparison.is_tight());
    }

    #[test]
    fn what_a_command_managed_without_is_told_and_does_no_harm() {
        let denied = json!([{ "path": "/etc/ld.so.preload", "operation": "stat", "count": 1 }]);
        let commands = |exit_code: i32| {
            ["first", "second"]
                .map(|id| json!({ "id": id, "exit_code": exit_code, "access": receipt(&json!([]), &denied) }))
        };
        let own = receipt(&json!([]), &json!([]));
        let comparison = Comparison::of(&manifest(), &options(true), &entry(&own, &commands(0)));
        assert!(comparison.refused.len() == 2 && comparison.is_tight());
        let comparison = Comparison::of(&manifest(), &options(true), &entry(&own, &commands(1)));
        assert!(!comparison.is_tight());
    }

    #[test]
    fn what_a_command_might_need_that_cannot_run_here_is_undecided() {
        let unused = json!([{ "declared": "/etc/example/a", "looked_for": false }]);
        let missing = json!({ "id": "first", "error": "`/usr/bin/true` is not installed" });
        let ran = json!({ "id": "second", "exit_code": 0, "access": receipt(&unused, &json!([])) });
        let entry = entry(&receipt(&unused, &json!([])), &[missing, ran]);
        let comparison = Comparison::of(&manifest(), &options(true), &entry);
        assert_eq!(states(&comparison)[0], ReadState::Undecided);
        assert!(comparison.is_tight());
    }

    #[test]
    fn without_a_receipt_nothing_is_claimed() {
        let comparison = Comparison::of(&manifest(), &options(false), &entry(&json!(null), &[]));
        assert_eq!(states(&comparison)[..3], [ReadState::Unknown, ReadState::Unknown, ReadState::Unknown]);
        assert!(!comparison.is_tight());
    }

    #[test]
    fn a_command_that_nothing_asked_for_is_unneeded() {
        let comparison =
            Comparison::of(&manifest(), &options(true), &entry(&receipt(&json!([]), &json!([])), &[]));
        assert_eq!(comparison.commands[0].state, CommandState::Unneeded);
        assert!(!comparison.is_tight());
    }
}
