//! `--check`: the independent scan over everything, with nothing changed.

mod filter;
mod found;

use std::io;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use candor_container::{Entry, EntryKind, EntryPath, inspect, walk};

use super::names::{redact_last, redact_target, shown};
use super::source::{Source, Stream, Watched};
use super::{Context, failed, limits, name_of, parallel};
use crate::exit::Exit;
use crate::failure::Failure;
use filter::CheckingFilter;
pub use found::Found;

/// Looks through the source.
///
/// # Errors
/// When it cannot be read. What is inside it and cannot, is a finding.
pub fn run(context: &Context<'_>, source: Source) -> Result<Found, Failure> {
    match source {
        Source::Stream(stream) => single(context, &stream),
        Source::Folder(path) => folder(context, &path),
    }
}

fn single(context: &Context<'_>, stream: &Stream) -> Result<Found, Failure> {
    if let Some(path) = stream.path.as_deref()
        && candor_report::ReportReader::open(path).is_ok()
    {
        // A report of this program is proved as it was when it was made: its documents are full of its own words.
        return Ok(Found::of(&crate::proof::of(path, context.engine)?));
    }
    let (name, _) = name_of(context.engine, stream.path.as_deref());
    let mut found = Found::default();
    if let Some(path) = stream.path.as_deref().and_then(Path::file_name) {
        found.names(&name, &redact_last(context.engine, Path::new(path)).1);
    }
    let mut input = Watched::new(&stream.file, context.stop, context.progress);
    let checked = file(context, &mut input, &name);
    found.append(checked.map_err(|error| failed(&error, &name, Path::new("")))?);
    Ok(found)
}

fn file(
    context: &Context<'_>,
    input: &mut dyn io::Read,
    name: &str,
) -> Result<Found, candor_container::Error> {
    let filter = CheckingFilter::new(context.engine, name);
    let summary = inspect(input, &EntryPath::new(name), &filter, &limits())?;
    let mut found = filter.into_found();
    found.summarise(&summary);
    Ok(found)
}

fn folder(context: &Context<'_>, folder: &Path) -> Result<Found, Failure> {
    let all = Mutex::new(Found::default());
    let told = |tell: &dyn Fn(&mut Found)| tell(&mut all.lock().unwrap_or_else(PoisonError::into_inner));
    let walked = parallel::each(
        |(opened, name): (std::fs::File, String)| {
            if context.stop.requested().is_some() {
                return;
            }
            let mut input = Watched::new(&opened, context.stop, context.progress);
            match file(context, &mut input, &name) {
                Ok(found) => all.lock().unwrap_or_else(PoisonError::into_inner).append(found),
                Err(error) => told(&|all| all.unsearchable(&name, &error.to_string())),
            }
            context.progress.file_ended();
        },
        |give| {
            walk(folder, &mut |entry: Entry| {
                let rules = redact_last(context.engine, &entry.path).1;
                let name = shown_redacted(context, &entry.path);
                told(&|all| all.names(&name, &rules));
                match entry.kind {
                    EntryKind::File(file) if context.private.hold(&file) => {
                        told(&|all| all.unsearchable(&name, "it is the redaction policy or the key"));
                    }
                    EntryKind::File(file) => give((file, name)),
                    EntryKind::Link(target) => {
                        let rules = redact_target(context.engine, &entry.path, &target).1;
                        told(&|all| all.names(&name, &rules));
                    }
                    EntryKind::Failed(error) => told(&|all| all.unsearchable(&name, &error.to_string())),
                    EntryKind::Folder | EntryKind::Special(_) => {}
                }
                match context.stop.requested() {
                    Some(_) => ControlFlow::Break(()),
                    None => ControlFlow::Continue(()),
                }
            })
        },
    );
    walked.map(drop).map_err(|error| Failure::of(&error, Exit::Usage))?;
    context.go_on()?;
    let mut found = all.into_inner().unwrap_or_else(PoisonError::into_inner);
    found.sort();
    Ok(found)
}

/// The path with its names redacted: what is printed never holds what is found.
fn shown_redacted(context: &Context<'_>, path: &Path) -> String {
    let names = path.ancestors().filter(|path| path.file_name().is_some());
    let mut names: Vec<_> = names.map(|path| redact_last(context.engine, path).0).collect();
    names.reverse();
    shown(super::names::path_of(&names.join(&b'/')))
}
