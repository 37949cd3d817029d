//! `candor mask`: blanks parts of artifacts.

use std::io::{self, Write};

use candor_report::{EditError, Edited, Editor, Mask, MaskError, Masked, Spans};
use serde_json::json;

use crate::arguments;
use crate::editing::{self, Account};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::summary;
use crate::terminal::printable;

/// Runs the command.
pub fn run(arguments: &arguments::Mask) -> Outcome {
    let mut editor = editing::open(&arguments.report)?;
    let tier = editor.index().tier;
    let selected = editing::select(editor.index(), &arguments.artifacts)?;
    let masked = mask(&mut editor, &selected, arguments)?;
    let before = Account::of(editor.index(), |_| true);
    let edited = if arguments.dry_run { None } else { Some(editing::finish(editor, &arguments.report)?) };
    let left = edited.as_ref().map_or(before, |edited| Account::of(&edited.index, |_| true));
    if arguments.json.json {
        print_json(arguments, &masked, left, edited.as_ref())?;
    } else {
        print(&masked, &left.line(tier), edited.is_some())?;
    }
    Ok(Exit::Success)
}

/// Masks all that are selected. Of several, those in which nothing can be masked are named and left as they are.
fn mask(
    editor: &mut Editor,
    selected: &[String],
    arguments: &arguments::Mask,
) -> Result<Vec<(String, Masked)>, Failure> {
    let wanted = wanted(arguments);
    let mut masked = Vec::new();
    for path in selected {
        match editor.mask(path, &wanted) {
            Ok(done) => masked.push((path.clone(), done)),
            Err(EditError::Mask { source, .. }) if selected.len() > 1 && is_other(&source) => {
                eprintln!("unchanged: {}: {source}", printable(path));
            }
            Err(error) => return Err(editing::failed(&error, &arguments.report)),
        }
    }
    if masked.is_empty() {
        return Err(Failure::usage("nothing was masked in any of the artifacts"));
    }
    Ok(masked)
}

fn wanted(arguments: &arguments::Mask) -> Mask {
    let all = |lists: &[Spans]| lists.iter().fold(Spans::default(), Spans::and);
    Mask {
        lines: all(&arguments.lines),
        patterns: arguments.patterns.clone(),
        regions: arguments.region.clone(),
        bytes: all(&arguments.bytes),
    }
}

/// True where the artifact is one that the mask is not for.
fn is_other(error: &MaskError) -> bool {
    matches!(error, MaskError::NoMatch | MaskError::NotText(_) | MaskError::NotAPicture(_))
}

fn print_json(
    arguments: &arguments::Mask,
    masked: &[(String, Masked)],
    left: Account,
    edited: Option<&Edited>,
) -> Result<(), Failure> {
    let proof = edited.and_then(|edited| edited.index.proof.as_ref());
    let masked = masked.iter().map(|(path, done)| json!({ "path": path, "masked": done }));
    super::print_json(&json!({
        "schema": 1,
        "path": arguments.report,
        "changed": edited.is_some(),
        "masked": masked.collect::<Vec<_>>(),
        "left": left,
        "report_bytes": edited.map(|edited| edited.bytes),
        "in_place": edited.map(|edited| edited.in_place),
        "has_other_names": edited.map(|edited| edited.has_other_names),
        "collected_root": proof.map(|proof| proof.collected_root),
        "released_root": proof.map(|proof| proof.released_root),
    }))
}

fn print(masked: &[(String, Masked)], left: &str, is_changed: bool) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let did = if is_changed { "Masked" } else { "Would mask" };
    for (path, done) in masked {
        let (count, noun) = match *done {
            Masked::Lines(count) => (count, "line"),
            Masked::Pixels(count) => (count, "pixel"),
            Masked::Bytes(count) => (count, "byte"),
        };
        writeln!(out, "{did} {} in {}", summary::counted(count, noun), printable(path))?;
    }
    writeln!(out, "{left}")?;
    out.flush()
}
