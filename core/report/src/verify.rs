//! Checks a report: every hash, every entry of the index both ways, every leaf, and every byte of the container.

mod dropped;
mod leaves;

use std::collections::{HashMap, HashSet};
use std::io;
use std::path::Path;

use candor_trust::Digest;
use serde::Serialize;

use self::dropped::Dropped;
use crate::assemble::{CONSENT_PATH, INDEX_PATH, MAX_CONSENT_BYTES, REDACTIONS_PATH};
use crate::attached::{AttachedName, is_document};
use crate::index::{ArtifactEntry, CollectorEntry, ReportIndex};
use crate::layout;
use crate::name::ArtifactName;
use crate::reader::{
    Archive, ReadError, archive_entry, open_archive, read_artifact, read_document, read_index,
    read_redactions,
};

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verification {
    /// Everything that is wrong; empty for a report that is as it was written.
    pub problems: Vec<Problem>,
    /// Artifacts that were unpacked and hashed.
    pub artifacts_checked: u64,
    /// Their uncompressed bytes.
    pub bytes_checked: u64,
    /// What leaves and trees say; `None` where the report has no proof, as those of earlier versions, or one that is not
    /// understood.
    pub proof: Option<ProofSummary>,
}

/// What the leaves of a report stand for. It is proven when nothing is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProofSummary {
    /// Root over all that was collected.
    pub collected_root: Digest,
    /// Root over what is left of it.
    pub released_root: Digest,
    /// Artifacts that were collected.
    pub collected: usize,
    /// Artifacts that are left, those that are not in this file included.
    pub released: usize,
    /// How often an artifact was dropped.
    pub dropped: usize,
    /// How often a part of one was masked.
    pub masked: usize,
    /// Artifacts that are left and not in this file.
    pub closed: usize,
}

impl Verification {
    /// True when nothing is wrong.
    pub fn is_intact(&self) -> bool {
        self.problems.is_empty()
    }

    fn problem(&mut self, path: &str, kind: ProblemKind, detail: impl Into<String>) {
        self.problems.push(Problem { path: path.to_owned(), kind, detail: detail.into() });
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Path in the report; empty when the archive itself is meant.
    pub path: String,
    /// What sort of thing.
    pub kind: ProblemKind,
    /// A sentence for people.
    pub detail: String,
}

/// Sorts of things that can be wrong with a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemKind {
    /// The file's bytes differ from those that its check sum was made of.
    CheckSum,
    /// The archive is not laid out as reports are: bytes before, between or after its parts, duplicate names, headers that
    /// contradict each other.
    Container,
    /// `report.json` is missing or cannot be understood.
    Index,
    /// `consent.json` is missing or cannot be understood.
    Consent,
    /// `redactions.json` is missing, cannot be understood, or contradicts the index.
    Redactions,
    /// The index names an artifact that is not in the archive.
    NotInArchive,
    /// The archive holds an entry that the index does not name.
    NotInIndex,
    /// The index names a path twice.
    Duplicate,
    /// The archive and the index state different sizes.
    Size,
    /// The bytes are not those that were collected.
    Hash,
    /// The entry cannot be unpacked.
    Unreadable,
    /// The path is not one that an artifact of this collector can have.
    Path,
    /// An artifact is more private than its collector, or the report than its tier.
    Level,
    /// The proof is of a scheme that is not known, or lists one leaf more than once.
    Proof,
    /// A leaf is not what salt, bytes and description of its artifact give, or an artifact has none.
    Leaf,
    /// Two artifacts have the same salt.
    Salt,
    /// A root is not that of the leaves.
    Root,
    /// The edits do not lead from what was collected to what is left, or one of them cannot have happened.
    Edit,
    /// What is left is not what this file holds and what it says is closed.
    Released,
    /// The place of a dropped artifact is not blank, or none was dropped there.
    Dropped,
}

/// Checks the report at `path` against itself.
///
/// This finds damage and careless changes. It cannot tell who wrote the report.
///
/// # Errors
/// When the file cannot be opened or read, or is no zip archive at all.
pub fn verify(path: &Path) -> Result<Verification, ReadError> {
    let mut archive = open_archive(path)?;
    let mut found =
        Verification { problems: Vec::new(), artifacts_checked: 0, bytes_checked: 0, proof: None };
    let (offset, directory) = (archive.offset(), archive.central_directory_start());
    // The container's bytes are summed while what they stand for is unpacked and hashed.
    let faults = std::thread::scope(|scope| {
        let container = scope.spawn(|| container_faults(path, offset, directory));
        check_contents(&mut archive, &mut found);
        container.join()
    });
    let faults = faults.map_err(|_| ReadError::Entry {
        path: path.display().to_string(),
        source: io::Error::other("a thread has ended unexpectedly"),
    })?;
    add_container_faults(faults?, &mut found);
    Ok(found)
}

fn check_contents(archive: &mut Archive, found: &mut Verification) {
    check_consent(archive, found);
    match read_index(archive) {
        Ok(index) => {
            check_statements(&index, found);
            leaves::check(&index, found);
            check_redactions(archive, &index, found);
            check_entries(archive, &index, found);
        }
        Err(error) => found.problem(INDEX_PATH, ProblemKind::Index, with_cause(&error)),
    }
}

fn container_faults(path: &Path, offset: u64, directory: u64) -> Result<layout::Faults, ReadError> {
    let file = crate::file::open(path)?;
    Ok(layout::check(&file, offset, directory).map_err(crate::file::FileError::on("read", path))?)
}

/// Faults of the whole file come before those of its parts.
fn add_container_faults(faults: layout::Faults, found: &mut Verification) {
    let of_contents = std::mem::take(&mut found.problems);
    if faults.check_sum {
        found.problem(
            "",
            ProblemKind::CheckSum,
            "the file differs from what was written, or was written by another program",
        );
    }
    for fault in faults.container {
        found.problem("", ProblemKind::Container, fault);
    }
    found.problems.extend(of_contents);
}

/// A report that was passed on has the approval of its customer in the place of the record.
fn check_consent(archive: &mut Archive, found: &mut Verification) {
    if archive.index_for_name(AttachedName::Forward.as_str()).is_some() {
        return;
    }
    let checked = read_document(archive, CONSENT_PATH, MAX_CONSENT_BYTES).and_then(|bytes| {
        let parsed = serde_json::from_slice::<serde::de::IgnoredAny>(&bytes);
        parsed.map_err(|source| ReadError::Document { name: CONSENT_PATH, source })
    });
    if let Err(error) = checked {
        found.problem(CONSENT_PATH, ProblemKind::Consent, with_cause(&error));
    }
}

/// What the index says must not contradict itself.
fn check_statements(index: &ReportIndex, found: &mut Verification) {
    let mut paths = HashSet::new();
    for collector in &index.collectors {
        for artifact in &collector.artifacts {
            if !paths.insert(artifact.path.to_lowercase()) {
                found.problem(
                    &artifact.path,
                    ProblemKind::Duplicate,
                    "the index names this path more than once",
                );
            }
            check_artifact_statement(collector, artifact, found);
        }
    }
    let highest = index.artifacts().map(|artifact| artifact.level).max();
    if index.tier != highest {
        found.problem(INDEX_PATH, ProblemKind::Level, "the tier is not the highest level of the artifacts");
    }
}

/// What is said to have been removed must be the same in both documents.
fn check_redactions(archive: &mut Archive, index: &ReportIndex, found: &mut Verification) {
    let document = match read_redactions(archive) {
        Ok(document) => document,
        Err(error) => return found.problem(REDACTIONS_PATH, ProblemKind::Redactions, with_cause(&error)),
    };
    let artifacts: HashMap<&str, &ArtifactEntry> =
        index.artifacts().map(|artifact| (artifact.path.as_str(), artifact)).collect();
    let mut told = document.counts(|path| artifacts.contains_key(path));
    for artifact in index.artifacts() {
        let told = told.remove(artifact.path.as_str()).unwrap_or_default();
        let stated = artifact.redactions.iter().map(|(rule, count)| (rule.as_str(), *count));
        if !told.into_iter().eq(stated) {
            let detail = format!("`{REDACTIONS_PATH}` and the index state different redactions");
            found.problem(&artifact.path, ProblemKind::Redactions, detail);
        }
    }
    for path in told.into_keys() {
        let detail = format!("`{REDACTIONS_PATH}` speaks of it, and the index does not name it");
        found.problem(path, ProblemKind::Redactions, detail);
    }
}

fn check_artifact_statement(collector: &CollectorEntry, artifact: &ArtifactEntry, found: &mut Verification) {
    let own = format!("artifacts/{}/", collector.id);
    let name = artifact.path.strip_prefix(&own);
    if name.is_none_or(|name| ArtifactName::parse(name).is_err()) {
        let detail = format!("collector `{}` cannot have an artifact of this path", collector.id);
        found.problem(&artifact.path, ProblemKind::Path, detail);
    }
    if artifact.level > collector.level {
        let detail = format!("its level `{}` is above its collector's `{}`", artifact.level, collector.level);
        found.problem(&artifact.path, ProblemKind::Level, detail);
    }
}

/// Index and archive, both ways.
fn check_entries(archive: &mut Archive, index: &ReportIndex, found: &mut Verification) {
    let mut artifacts: HashMap<&str, &ArtifactEntry> = HashMap::new();
    for artifact in index.artifacts() {
        artifacts.entry(&artifact.path).or_insert(artifact);
    }
    let mut dropped = Dropped::of(index);
    for number in 0..archive.len() {
        match archive_entry(archive, number) {
            Ok(entry) => match artifacts.remove(entry.path.as_str()) {
                Some(artifact) => check_artifact(archive, artifact, entry.bytes, found),
                None if is_document(&entry.path) => {}
                None if Dropped::is_path(&entry.path) => dropped.check(archive, number, &entry, found),
                None => {
                    found.problem(&entry.path, ProblemKind::NotInIndex, "the index does not name this entry");
                }
            },
            Err(error) => found.problem("", ProblemKind::Unreadable, with_cause(&error)),
        }
    }
    let mut missing: Vec<&str> = artifacts.into_keys().collect();
    missing.sort_unstable();
    for path in missing {
        found.problem(path, ProblemKind::NotInArchive, "the archive does not hold this artifact");
    }
}

fn check_artifact(archive: &mut Archive, artifact: &ArtifactEntry, bytes: u64, found: &mut Verification) {
    if bytes != artifact.bytes {
        let detail = format!("the archive states {bytes} bytes and the index {}", artifact.bytes);
        found.problem(&artifact.path, ProblemKind::Size, detail);
        return;
    }
    found.artifacts_checked += 1;
    found.bytes_checked += bytes;
    match read_artifact(archive, artifact, io::sink()) {
        Ok(()) => {}
        Err(ReadError::Changed { .. }) => {
            found.problem(&artifact.path, ProblemKind::Hash, "size or SHA-256 differ from the index");
        }
        Err(error) => found.problem(&artifact.path, ProblemKind::Unreadable, with_cause(&error)),
    }
}

/// The message and those of its causes, in one line.
fn with_cause(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}
