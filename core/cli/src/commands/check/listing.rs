//! A comparison as lines for its author, each with what to do about it.

use super::comparison::{CommandState, Comparison, DeclaredCommand, DeclaredRead, ReadState, Refusal, Why};
use crate::terminal::printable;

/// Everything that the comparison found.
pub fn lines(comparison: &Comparison) -> Vec<String> {
    let mut lines: Vec<_> = comparison.reads.iter().map(read).collect();
    lines.extend(comparison.refused.iter().map(refusal));
    if comparison.more_refused > 0 {
        lines.push(format!("refused  {} more, which the receipt has no room for", comparison.more_refused));
    }
    lines.extend(comparison.commands.iter().map(command));
    lines
}

fn read(read: &DeclaredRead) -> String {
    let path = printable(read.path.as_str());
    match &read.state {
        ReadState::Used => format!("used     {path}"),
        ReadState::Absent => format!("absent   {path}  (looked for, and not on this machine)"),
        ReadState::Unneeded => format!("unneeded {path}  (remove it, or say which option needs it)"),
        ReadState::Undecided => {
            format!("unclear  {path}  (a command that did not run or failed here may need it)")
        }
        ReadState::Off { option } => format!("off      {path}  (only with the option `{option}`)"),
        ReadState::Unknown => format!("unknown  {path}  (the kernel did not tell)"),
    }
}

fn refusal(refusal: &Refusal) -> String {
    let by = refusal.command.as_ref().map(|id| format!(" by {}", printable(id))).unwrap_or_default();
    let times = if refusal.count == 1 { String::new() } else { format!(", {} times", refusal.count) };
    let advice = match (refusal.tolerated, refusal.why) {
        (true, _) => "the command managed without",
        (false, Why::Undeclared) => "declare it, or do not read it",
        (false, Why::Level) => "it is declared, and more private than the collector's level",
        (false, Why::Rights) => "it is declared, and you may not read it: run this as root to see",
    };
    let (operation, path) = (printable(&refusal.operation), printable(&refusal.path));
    format!("refused  {operation} {path}{by}{times}  ({advice})")
}

fn command(command: &DeclaredCommand) -> String {
    let id = &command.id;
    match &command.state {
        CommandState::Ran { exit_code: Some(code) } => format!("ran      {id}  (exit code {code})"),
        CommandState::Ran { exit_code: None } => format!("ran      {id}  (ended early)"),
        CommandState::Unavailable { reason } => format!("absent   {id}  ({})", printable(reason)),
        CommandState::Unneeded => format!("unneeded command {id}  (remove it: nothing asked for it)"),
        CommandState::Unknown => format!("unknown  command {id}  (the collector did not run)"),
    }
}
