//! `candor collectors`: what there is and whether it can run here.

use std::io::Write;

use candor_host::{Availability, PlannedCollector};
use candor_manifest::{Language, Level};
use serde::Serialize;

use crate::arguments::{Global, Json};
use crate::exit::Exit;
use crate::failure::Outcome;
use crate::{places, terminal};

#[derive(Serialize)]
struct Listing {
    schema: u32,
    collectors: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    id: String,
    level: Level,
    title: String,
    plugin: String,
    manifest: std::path::PathBuf,
    available: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    languages: Vec<Language>,
}

/// Runs the command.
pub fn run(global: &Global, output: &Json) -> Outcome {
    let catalogue = places::catalogue(global)?;
    let libraries = places::libraries(global);
    let language = terminal::language(global.language.as_deref());
    let line = |manifest: &candor_manifest::Loaded<candor_manifest::Manifest>| {
        let planned = PlannedCollector::build(manifest.clone(), Default::default(), &libraries);
        let reason = match planned.availability {
            Availability::Ready => None,
            Availability::Unsupported { reason } | Availability::Broken { reason, .. } => Some(reason),
        };
        Line {
            id: manifest.value.id.to_string(),
            level: manifest.value.level,
            title: manifest.value.consent_text(&language).title.clone(),
            plugin: manifest.value.plugin.to_string(),
            manifest: manifest.path.clone(),
            available: reason.is_none(),
            reason,
            languages: manifest.value.consent.keys().cloned().collect(),
        }
    };
    let collectors: Vec<_> = catalogue.collectors().map(line).collect();
    if output.json {
        super::print_json(&Listing { schema: 1, collectors })?;
    } else {
        print(&collectors)?;
    }
    Ok(Exit::Success)
}

fn print(collectors: &[Line]) -> std::io::Result<()> {
    let mut stdout = std::io::stdout().lock();
    let width = collectors.iter().map(|line| line.id.len()).max().unwrap_or(0);
    for line in collectors {
        let id = &line.id;
        writeln!(stdout, "{id:<width$}  {:<11}  {}", line.level, terminal::printable(&line.title))?;
        if let Some(reason) = &line.reason {
            writeln!(stdout, "{:width$}  cannot run here: {}", "", terminal::printable(reason))?;
        }
    }
    stdout.flush()
}
