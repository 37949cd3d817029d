//! `candor show`: what a report holds, or one artifact of it.

use std::io::{self, IsTerminal, Write};

use candor_report::{CollectorEntry, Edit, EditAction, ReadError, ReportIndex, ReportReader};

use crate::arguments::Show;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::receipt::{self, Touched};
use crate::{editing, summary, terminal};

/// Runs the command.
pub fn run(arguments: &Show) -> Outcome {
    editing::finish_unfinished(&arguments.report)?;
    let mut reader = ReportReader::open(&arguments.report).map_err(|error| unreadable(&error))?;
    match &arguments.artifact {
        Some(artifact) => show_artifact(&mut reader, artifact)?,
        None if arguments.json.json && arguments.access => print_access(reader.index())?,
        None if arguments.json.json => {
            let consent = reader.consent().map_err(|error| unreadable(&error))?;
            let index = reader.index();
            super::print_json(&serde_json::json!({ "schema": 1, "report": index, "consent": consent }))?;
        }
        None => print(reader.index(), arguments.access)?,
    }
    Ok(Exit::Success)
}

fn print_access(index: &ReportIndex) -> Result<(), Failure> {
    let of = |entry: &CollectorEntry| {
        let commands = entry.commands.iter().map(|record| {
            serde_json::json!({ "id": record.get("id"), "enforcement": record.get("enforcement"), "access": record.get("access") })
        });
        serde_json::json!({
            "id": entry.id, "enforcement": entry.enforcement, "access": entry.access,
            "commands": commands.collect::<Vec<_>>(),
        })
    };
    let collectors: Vec<_> = index.collectors.iter().map(of).collect();
    super::print_json(&serde_json::json!({ "schema": 1, "collectors": collectors }))
}

fn unreadable(error: &ReadError) -> Failure {
    Failure::of(error, Exit::Usage).hint("`candor verify` says more about a damaged report")
}

fn show_artifact(reader: &mut ReportReader, wanted: &str) -> Result<(), Failure> {
    let path = find(reader.index(), wanted)?;
    let stdout = io::stdout();
    if stdout.is_terminal() && is_binary(reader.index(), &path) {
        return Err(
            Failure::usage(format!("`{path}` is not text")).hint("send it to a file: `candor show … > FILE`")
        );
    }
    reader.read_artifact(&path, &mut stdout.lock()).map_err(|error| match error {
        ReadError::Destination(error) => Failure::from(error),
        other => unreadable(&other),
    })
}

/// Takes the full path, or the part behind `artifacts/`.
fn find(index: &ReportIndex, wanted: &str) -> Result<String, Failure> {
    let full = format!("artifacts/{wanted}");
    let found = index.artifacts().find(|artifact| artifact.path == wanted || artifact.path == full);
    found.map(|artifact| artifact.path.clone()).ok_or_else(|| {
        Failure::usage(format!("the report has no artifact `{wanted}`"))
            .hint("`candor show REPORT` lists them")
    })
}

fn is_binary(index: &ReportIndex, path: &str) -> bool {
    index.artifact(path).is_some_and(|artifact| {
        let media = &artifact.media_type;
        !(media.starts_with("text/") || media.contains("json") || media.contains("xml"))
    })
}

/// Below the name of a collector.
const INDENT: &str = "             ";

/// Everything that a collector and its commands touched.
fn listing(entry: &CollectorEntry) -> Vec<String> {
    let mut lines = Vec::new();
    for Touched { command, receipt, .. } in receipt::of(entry) {
        let who = command.map(|id| format!("command {}: ", terminal::printable(&id))).unwrap_or_default();
        match receipt {
            Some(receipt) => {
                lines.push(format!("{who}{}", receipt::summary(&receipt)));
                lines.extend(receipt::listing(&receipt).iter().map(|line| format!("  {line}")));
            }
            None => lines.push(format!("{who}{}", receipt::UNKNOWN)),
        }
    }
    lines
}

fn print(index: &ReportIndex, access: bool) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    let case =
        index.case.as_deref().map(|case| format!(", case {}", terminal::printable(case))).unwrap_or_default();
    writeln!(out, "Report {} of profile {}{case}", index.id, index.profile)?;
    let tier = index.tier.map_or("none", candor_manifest::Level::as_str);
    writeln!(out, "Created {} by {} {}, tier {tier}", index.created, index.tool.name, index.tool.version)?;
    if let Some(reason) = &index.interrupted {
        writeln!(out, "Not complete: {}", terminal::printable(reason))?;
    }
    writeln!(out)?;
    for entry in &index.collectors {
        writeln!(out, "{}", summary::line(entry))?;
        let told = if access { listing(entry) } else { receipt::lines(entry) };
        told.iter().try_for_each(|line| writeln!(out, "{INDENT}{line}"))?;
        if access {
            continue;
        }
        for artifact in &entry.artifacts {
            let removed: u64 = artifact.redactions.values().sum();
            let removed = if removed == 0 { String::new() } else { format!("  {removed} removed") };
            let path = terminal::printable(&artifact.path);
            writeln!(
                out,
                "{INDENT}{path}  {}  {}{removed}",
                summary::size(artifact.bytes),
                artifact.media_type
            )?;
        }
    }
    edits(index).iter().try_for_each(|line| writeln!(out, "{line}"))?;
    out.flush()
}

/// What was done to the report since it was collected, and what is not in this file.
fn edits(index: &ReportIndex) -> Vec<String> {
    let Some(proof) = &index.proof else { return Vec::new() };
    let mut lines = Vec::new();
    if !proof.edits.is_empty() {
        lines.extend([String::new(), "Edited since it was collected:".to_owned()]);
    }
    for Edit { at, action, leaf, becomes } in &proof.edits {
        let at = terminal::printable(at);
        let left = becomes.and_then(|leaf| index.artifacts().find(|artifact| artifact.leaf == Some(leaf)));
        let left =
            left.map(|artifact| format!("  {}", terminal::printable(&artifact.path))).unwrap_or_default();
        let did = match action {
            EditAction::Dropped => "dropped",
            EditAction::Masked => "masked",
        };
        lines.push(format!("  {at}  {did:<7}  leaf {leaf}{left}"));
    }
    if !proof.closed.is_empty() {
        lines.extend([String::new(), "Not in this file, but for others to open:".to_owned()]);
    }
    lines.extend(proof.closed.iter().map(|closed| format!("  {}  leaf {}", closed.level, closed.leaf)));
    lines
}
