//! `candor drop`: takes artifacts out of a report.

use std::collections::HashSet;
use std::io::{self, Write};

use candor_report::{ArtifactEntry, Edited, ReportIndex};
use serde_json::json;

use crate::arguments::Drop;
use crate::editing::{self, Account};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::summary;
use crate::terminal::printable;

/// Runs the command.
pub fn run(arguments: &Drop) -> Outcome {
    let report = &arguments.report;
    let mut editor = editing::open(report)?;
    let selected = editing::select(editor.index(), &arguments.artifacts)?;
    let before = editor.index().clone();
    for path in &selected {
        editor.drop_artifact(path).map_err(|error| editing::failed(&error, report))?;
    }
    let edited = if arguments.dry_run { None } else { Some(editing::finish(editor, report)?) };
    tell(&Told { before: &before, selected: &selected, edited: edited.as_ref() }, arguments)?;
    Ok(Exit::Success)
}

struct Told<'a> {
    before: &'a ReportIndex,
    selected: &'a [String],
    /// `None` when nothing was changed.
    edited: Option<&'a Edited>,
}

fn tell(told: &Told<'_>, arguments: &Drop) -> Result<(), Failure> {
    let paths: HashSet<&str> = told.selected.iter().map(String::as_str).collect();
    let gone: Vec<&ArtifactEntry> =
        told.before.artifacts().filter(|artifact| paths.contains(artifact.path.as_str())).collect();
    let left = Account::of(told.before, |path| !paths.contains(path));
    if !arguments.json.json {
        return Ok(print(told, &gone, left)?);
    }
    let dropped = gone
        .iter()
        .map(|artifact| json!({ "path": artifact.path, "bytes": artifact.bytes, "level": artifact.level }));
    let proof = told.edited.and_then(|edited| edited.index.proof.as_ref());
    super::print_json(&json!({
        "schema": 1,
        "path": arguments.report,
        "changed": told.edited.is_some(),
        "dropped": dropped.collect::<Vec<_>>(),
        "left": left,
        "tier_before": told.before.tier,
        "report_bytes": told.edited.map(|edited| edited.bytes),
        "in_place": told.edited.map(|edited| edited.in_place),
        "has_other_names": told.edited.map(|edited| edited.has_other_names),
        "collected_root": proof.map(|proof| proof.collected_root),
        "released_root": proof.map(|proof| proof.released_root),
    }))
}

fn print(told: &Told<'_>, gone: &[&ArtifactEntry], left: Account) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let did = if told.edited.is_some() { "Dropped" } else { "Would drop" };
    for artifact in gone {
        let (path, size) = (printable(&artifact.path), summary::size(artifact.bytes));
        writeln!(out, "{did} {path}  {}  {size}", artifact.level)?;
    }
    writeln!(out, "{}", left.line(told.before.tier))?;
    out.flush()
}
