//! The proof: a finished report is looked through once more, entry by entry, by what knows nothing of how it was made.

use std::collections::HashSet;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use candor_container::{EntryPath, HEAD_BYTES, Limits, inspect};
use candor_manifest::Level;
use candor_redact::{CheckError, Engine};
use candor_report::{
    ArtifactEntry, CONSENT_PATH, INDEX_PATH, REDACTIONS_PATH, ReadError, ReportIndex, ReportReader,
    is_document,
};
use serde::Serialize;
use serde_json::Value;

use super::checking::CheckingFilter;
use super::text::missing_mark;
use super::words::{each_string, each_word};
use crate::stop::Stop;
use crate::supervise::{Treatment, treatment};

/// Survivors that are listed.
const MOST_LISTED: usize = 1000;
/// What stands for the rule where something cannot be searched.
const UNSEARCHABLE: &str = "unsearchable";

/// Something that should not be in a report any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Survivor {
    /// The entry; inside an archive with `!` and the path there.
    pub path: String,
    /// The line, from 1; 1 for what has no lines.
    pub line: u64,
    /// The rule or kind that found it; `unsearchable` for what nobody can look into.
    pub rule: String,
}

/// What the proof came to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Proof {
    /// The first thousand of what survived. Empty is what a report must be.
    pub survivors: Vec<Survivor>,
    /// How many there are in all.
    pub found: u64,
    /// Artifacts that were looked through.
    pub searched: u64,
    /// Artifacts of level `secret`, which were approved as they are, and pictures.
    pub left_out: u64,
}

impl Proof {
    /// True when nothing survived.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.found == 0
    }

    fn add(&mut self, path: &str, line: u64, rule: &str) {
        self.found += 1;
        if self.survivors.len() < MOST_LISTED {
            self.survivors.push(Survivor { path: path.to_owned(), line, rule: rule.to_owned() });
        }
    }

    /// Looks for what the engine would change in a text of its own.
    fn word(&mut self, path: &str, text: &str, engine: &Arc<Engine>) {
        for finding in engine.scan(text.as_bytes()) {
            self.add(path, 1, &finding.rule);
        }
    }
}

/// Why there is no proof.
#[derive(Debug, thiserror::Error)]
pub enum ProofError {
    /// The report cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// An artifact cannot be read to its end.
    #[error("cannot read `{path}` of the report")]
    Artifact {
        /// Its path in the report.
        path: String,
        /// The cause.
        source: io::Error,
    },
    /// An archive cannot be looked into.
    #[error("cannot look into `{path}` of the report")]
    Archive {
        /// Its path in the report.
        path: String,
        /// The cause.
        source: candor_container::Error,
    },
    /// It was asked to end.
    #[error("the proof was stopped")]
    Stopped,
}

/// Looks through a finished report for anything that the engine would remove or replace: artifacts below level `secret`, what
/// stands in archives, names, and what the three documents say in others' words.
///
/// # Errors
/// When the report cannot be read to its end.
pub fn prove(report: &Path, engine: &Arc<Engine>, stop: &Stop) -> Result<Proof, ProofError> {
    let mut reader = ReportReader::open(report)?;
    let mut proof = Proof::default();
    let mut index = reader.index().clone();
    prove_documents(&mut reader, &mut index, engine, &mut proof)?;
    for artifact in index.artifacts() {
        if stop.requested().is_some() {
            return Err(ProofError::Stopped);
        }
        if artifact.level == Level::Secret {
            proof.left_out += 1;
            continue;
        }
        prove_artifact(&mut reader.artifact(&artifact.path)?, artifact, engine, &mut proof)?;
    }
    Ok(proof)
}

fn prove_documents(
    reader: &mut ReportReader,
    index: &mut ReportIndex,
    engine: &Arc<Engine>,
    proof: &mut Proof,
) -> Result<(), ProofError> {
    let named: HashSet<&str> = index.artifacts().map(|artifact| artifact.path.as_str()).collect();
    for entry in reader.entries()? {
        if !named.contains(entry.path.as_str()) && !is_document(&entry.path) {
            proof.add(&entry.path, 1, UNSEARCHABLE);
        }
    }
    for entry in &mut index.collectors {
        each_word(entry, &mut |_, text| proof.word(INDEX_PATH, text, engine));
        for artifact in &entry.artifacts {
            let name = artifact.path.splitn(3, '/').nth(2).unwrap_or_default();
            proof.word(INDEX_PATH, &format!("/{name}"), engine);
        }
    }
    let mut consent = reader.consent()?;
    let processes = consent.get_mut("dpv:hasProcess").and_then(Value::as_array_mut);
    for process in processes.into_iter().flatten() {
        let subject = process.get_mut("candor:subject");
        let Some(options) = subject.and_then(|subject| subject.get_mut("options")) else { continue };
        each_string(options, &[], &mut |_, text| proof.word(CONSENT_PATH, text, engine));
    }
    let redactions = reader.redactions()?;
    let places = redactions.artifacts.keys().filter_map(|path| path.split_once('!'));
    for text in places.map(|(_, place)| place).chain(redactions.terms.incomplete.iter().map(String::as_str)) {
        proof.word(REDACTIONS_PATH, text, engine);
    }
    Ok(())
}

/// Looks through one artifact.
fn prove_artifact(
    input: &mut dyn Read,
    artifact: &ArtifactEntry,
    engine: &Arc<Engine>,
    proof: &mut Proof,
) -> Result<(), ProofError> {
    let path = &artifact.path;
    let unreadable = |source| ProofError::Artifact { path: path.clone(), source };
    let mut head = Vec::new();
    input.take(HEAD_BYTES as u64).read_to_end(&mut head).map_err(unreadable)?;
    let whole = head.as_slice().chain(input);
    proof.searched += 1;
    match treatment(&head, &artifact.media_type, artifact.level) {
        Treatment::Redact(encoding) => match engine.check(&mut missing_mark(encoding, &head).chain(whole)) {
            Ok(findings) => {
                findings.iter().for_each(|finding| proof.add(path, finding.line as u64, &finding.rule));
            }
            Err(CheckError::Read(source)) => return Err(unreadable(source)),
            Err(_) => proof.add(path, 1, UNSEARCHABLE),
        },
        Treatment::Repack => prove_archive(whole, path, engine, proof)?,
        Treatment::Keep => {
            proof.searched -= 1;
            proof.left_out += 1;
        }
        Treatment::Withhold(_) => proof.add(path, 1, UNSEARCHABLE),
    }
    Ok(())
}

fn prove_archive(
    mut input: impl Read,
    path: &str,
    engine: &Arc<Engine>,
    proof: &mut Proof,
) -> Result<(), ProofError> {
    let filter = CheckingFilter::new(engine);
    let inspected = inspect(&mut input, &EntryPath::new(path), &filter, &Limits::default());
    let summary = inspected.map_err(|source| ProofError::Archive { path: path.to_owned(), source })?;
    for (place, finding) in filter.into_findings() {
        let place = if place.is_empty() { path } else { &place };
        proof.add(place, finding.line as u64, &finding.rule);
    }
    summary.withheld_entries.iter().for_each(|entry| proof.add(&entry.path, 1, UNSEARCHABLE));
    Ok(())
}
