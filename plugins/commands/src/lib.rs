//! Built-in collector plugin `commands`: keeps what the declared commands print, and needs no code of its author.
//!
//! What it reads: nothing itself. The host runs each command of the manifest with exactly the manifest's arguments; what
//! it printed becomes `<id>.txt`, or `<id>.json` where it was asked for JSON and gave it. `commands.json` tells how each
//! ended.
//!
//! Why support wants it: for many subjects the vendor's own tool gives the answer that support knows how to read.
//!
//! What is private in it: whatever the commands print. The manifest's level and categories say so; its author answers
//! for them.
//!
//! Start with [`Commands`].

mod output;
mod record;

use std::io::Write;

use candor_plugin::{CollectError, Collector, CommandResult, Completion, Context, export_collector};
use serde::Deserialize;

use crate::output::Output;
use crate::record::CommandRecord;

/// Nothing: everything is in the declared commands. Options that a manifest declares are ignored.
#[derive(Deserialize)]
struct Options {}

struct Commands;

impl Collector for Commands {
    type Options = Options;

    fn collect(_: Options, context: &Context) -> Result<Completion, CollectError> {
        run_all(context, |id| context.command(id))
    }
}

/// Runs the commands one after the other, each by `ask`.
fn run_all(
    context: &Context,
    ask: impl Fn(&str) -> Result<CommandResult, CollectError>,
) -> Result<Completion, CollectError> {
    let mut records = Vec::new();
    let mut room = Room::of(context);
    for id in context.commands() {
        let record = if context.time_left().is_some_and(|left| left.is_zero()) {
            CommandRecord::not_run(id, "the time ran out")
        } else {
            match ask(id) {
                Ok(result) => deliver(context, id, result, &mut room)?,
                Err(CollectError::Host { source, .. }) if source.kind == "unavailable" => {
                    CommandRecord::unavailable(id, &source.message)
                }
                Err(CollectError::Host { source, .. }) => CommandRecord::not_run(id, &source.message),
                Err(other) => return Err(other),
            }
        };
        if let Some(reason) = record.shortfall() {
            context.note_partial(format!("command `{id}` {reason}"));
        }
        records.push(record);
    }
    if records.iter().all(CommandRecord::is_unavailable) {
        return Ok(Completion::Skipped("none of the declared commands is installed".to_owned()));
    }
    context.write_json(record::INDEX, &records)?;
    Ok(Completion::Collected)
}

/// Bytes that outputs may still have, `None` when not told: the host ends a collector that delivers more than its budget.
struct Room(Option<u64>);

impl Room {
    fn of(context: &Context) -> Self {
        let index_bytes = 4096 + context.commands().len() as u64 * record::MOST_BYTES;
        Self(context.output_budget_bytes().map(|bytes| bytes.saturating_sub(index_bytes)))
    }

    fn take(&mut self, bytes: u64) -> bool {
        match self.0.map(|room| room.checked_sub(bytes)) {
            None => true,
            Some(None) => false,
            Some(left) => {
                self.0 = left;
                true
            }
        }
    }
}

fn deliver(
    context: &Context,
    id: &str,
    result: CommandResult,
    room: &mut Room,
) -> Result<CommandRecord, CollectError> {
    let Some(output) = Output::of(id, &result) else {
        return Ok(CommandRecord::ran(id, result, None));
    };
    if !room.take(result.stdout.len() as u64) {
        return Ok(CommandRecord::withheld(id, result, "it does not fit into the output budget"));
    }
    match write(context, &output, &result.stdout) {
        Ok(()) => Ok(CommandRecord::ran(id, result, Some(output))),
        // The other commands may still pass.
        Err(CollectError::Host { source, .. }) => Ok(CommandRecord::withheld(id, result, &source.message)),
        Err(other) => Err(other),
    }
}

fn write(context: &Context, output: &Output, text: &str) -> Result<(), CollectError> {
    let mut writer = context.artifact(&output.name, output.media_type)?;
    writer.write_all(text.as_bytes())?;
    writer.finish()
}

export_collector!("commands", Commands);

#[cfg(test)]
mod tests {
    use candor_testkit::{Harness, Run};

    use super::*;

    fn answer(argv: &[&str], stdout: &str) -> CommandResult {
        CommandResult {
            argv: argv.iter().map(|word| (*word).to_owned()).collect(),
            exit_code: Some(0),
            signal: None,
            timed_out: false,
            truncated: false,
            stdout: stdout.to_owned(),
            stderr: String::new(),
            duration_ms: 3,
        }
    }

    fn status(run: &Run) -> String {
        format!("{:?}", run.status())
    }

    fn reasons(run: &Run) -> &[String] {
        &run.answer.as_ref().unwrap().reasons
    }

    #[test]
    fn what_a_command_prints_is_kept_under_its_id() {
        let run = Harness::new("sample")
            .command("list-buses", answer(&["/usr/bin/lsusb"], "Bus 001\n"))
            .command("list-links", answer(&["/usr/sbin/ip", "--json", "link"], "[{\"ifname\":\"lo\"}]"))
            .run::<Commands>();
        assert_eq!(status(&run), "Complete", "{:?}", reasons(&run));
        assert_eq!(run.text("list-buses.txt"), "Bus 001\n");
        assert_eq!(run.artifact("list-links.json").media_type, "application/json");
        let records = run.json("commands.json");
        assert_eq!(records[0]["argv"][0], "/usr/bin/lsusb");
        assert_eq!(records[0]["artifact"], "list-buses.txt");
        assert_eq!(records[1]["exit_code"], 0);
        assert_eq!(records[1]["duration_ms"], 3);
    }

    #[test]
    fn a_cut_or_late_command_keeps_its_output_and_makes_it_partial() {
        let late = CommandResult {
            exit_code: None,
            signal: Some(9),
            timed_out: true,
            ..answer(&["/bin/a"], "half")
        };
        let cut = CommandResult { truncated: true, ..answer(&["/bin/b", "--json"], "[{\"a\":") };
        let run = Harness::new("sample").command("late", late).command("cut", cut).run::<Commands>();
        assert_eq!(status(&run), "Partial");
        assert_eq!(
            reasons(&run),
            ["command `late` ran out of its time", "command `cut` printed more than its output cap"]
        );
        assert_eq!(run.text("late.txt"), "half");
        assert_eq!(run.artifact("cut.txt").media_type, "text/plain; charset=utf-8");
    }

    #[test]
    fn a_command_that_fails_without_output_makes_it_partial_and_keeps_what_it_complained() {
        let failed = CommandResult {
            exit_code: Some(1),
            stderr: "Permission denied".to_owned(),
            ..answer(&["/bin/a"], "")
        };
        let crashed = CommandResult { exit_code: None, signal: Some(11), ..answer(&["/bin/b"], "some") };
        let grumbling = CommandResult { exit_code: Some(3), ..answer(&["/bin/c"], "all") };
        let run = Harness::new("sample")
            .command("failed", failed)
            .command("crashed", crashed)
            .command("grumbling", grumbling)
            .run::<Commands>();
        assert_eq!(
            reasons(&run),
            [
                "command `failed` printed nothing and ended with exit code 1",
                "command `crashed` was ended by signal 11"
            ]
        );
        assert_eq!(run.json("commands.json")[0]["stderr"], "Permission denied");
        assert_eq!(run.artifacts.len(), 3, "no empty artifact");
    }

    #[test]
    fn a_command_with_nothing_to_tell_is_complete() {
        let run = Harness::new("sample").command("quiet", answer(&["/bin/a"], "")).run::<Commands>();
        assert_eq!((status(&run).as_str(), run.artifacts.len()), ("Complete", 1));
    }

    #[test]
    fn output_over_the_budget_is_left_out_and_the_other_commands_arrive() {
        let loud = CommandResult { stderr: "e".repeat(300_000), ..answer(&["/bin/b"], "small") };
        let run = Harness::new("sample")
            .command("large", answer(&["/bin/a"], &"x".repeat(300_000)))
            .command("small", loud)
            .output_budget_bytes(300_000)
            .run::<Commands>();
        assert_eq!(
            reasons(&run),
            ["command `large` ran and its output was refused: it does not fit into the output budget"]
        );
        assert_eq!(run.text("small.txt"), "small");
        assert_eq!(run.json("commands.json")[1]["stderr"].as_str().unwrap().len(), 65_536);
    }

    /// The host's answers to two commands: `a` is not installed, whatever else fails as the kind says.
    fn refusing(context: &Context, kind: &str) -> Result<Completion, CollectError> {
        run_all(context, |id| {
            let kind = if id == "a" { "unavailable" } else { kind };
            let failure = serde_json::json!({ "kind": kind, "message": "no such program" });
            let source = serde_json::from_value(failure).unwrap();
            Err(CollectError::Host { operation: "command".to_owned(), source })
        })
    }

    macro_rules! refusing {
        ($name:ident, $kind:literal) => {
            struct $name;
            impl Collector for $name {
                type Options = Options;
                fn collect(_: Options, context: &Context) -> Result<Completion, CollectError> {
                    refusing(context, $kind)
                }
            }
        };
    }
    refusing!(NothingInstalled, "unavailable");
    refusing!(OneBroken, "command");

    fn two_commands() -> Harness {
        Harness::new("sample").command_output("a", "").command_output("b", "")
    }

    #[test]
    fn nothing_installed_is_skipped() {
        let run = two_commands().run::<NothingInstalled>();
        assert_eq!(status(&run), "Skipped");
        assert_eq!(reasons(&run), ["none of the declared commands is installed"]);
        assert!(run.artifacts.is_empty());
    }

    #[test]
    fn a_command_that_is_not_installed_is_noted_and_one_that_cannot_start_is_partial() {
        let run = two_commands().run::<OneBroken>();
        assert_eq!(reasons(&run), ["command `b` did not run: no such program"]);
        let records = run.json("commands.json");
        assert_eq!(
            (records[0]["installed"].as_bool(), records[1]["installed"].as_bool()),
            (Some(false), Some(true))
        );
        assert_eq!(records[0]["reason"], "is not available: no such program");
    }
}
