//! `report.json`: what a report holds and how each collector ended.

use std::collections::BTreeMap;

use candor_manifest::{CollectorId, Level};
use candor_trust::Digest;
use candor_trust::merkle::Salt;
use serde::{Deserialize, Serialize};

use crate::outcome::Outcome;
use crate::proof::Proof;

/// Revision of `report.json` that this crate writes.
pub const SCHEMA: u32 = 1;

/// The index of a report, stored in it as `report.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReportIndex {
    /// Revision of this file's shape: [`SCHEMA`].
    pub schema: u32,
    /// Id of the report, which is its session's.
    pub id: String,
    /// Id of the profile: `server-report`.
    pub profile: String,
    /// Highest level among the artifacts that are in the report; `None` when there is none.
    pub tier: Option<Level>,
    /// The vendor's case, where one was named.
    pub case: Option<String>,
    /// When the session was begun, RFC 3339 in UTC: `2026-01-31T12:00:00Z`.
    pub created: String,
    /// What wrote the report.
    pub tool: Tool,
    /// False when the run was interrupted or a collector was never heard of again.
    pub complete: bool,
    /// Why the run ended early, where it did.
    pub interrupted: Option<String>,
    /// Every planned collector, by id.
    pub collectors: Vec<CollectorEntry>,
    /// What proves that nothing was added, changed or removed since; `None` in reports of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<Proof>,
}

impl ReportIndex {
    /// All artifacts, in the order of their collectors.
    pub fn artifacts(&self) -> impl Iterator<Item = &ArtifactEntry> {
        self.collectors.iter().flat_map(|collector| &collector.artifacts)
    }

    /// The artifact stored under `path`: `artifacts/system-info/cpu.json`.
    pub fn artifact(&self, path: &str) -> Option<&ArtifactEntry> {
        self.artifacts().find(|artifact| artifact.path == path)
    }
}

/// The program that wrote a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tool {
    /// `candor`.
    pub name: String,
    /// Its version: `0.1.0`.
    pub version: String,
}

/// One planned collector and how it ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CollectorEntry {
    /// Id of the collector.
    pub id: CollectorId,
    /// Level that its manifest declares.
    pub level: Level,
    /// How it ended.
    pub outcome: Outcome,
    /// Why it ended so; always given unless it is `Collected`.
    pub reason: Option<String>,
    /// What a person could do about it.
    #[serde(default)]
    pub hints: Vec<String>,
    /// When its worker was started, RFC 3339 in UTC; `None` when it never was.
    pub started: Option<String>,
    /// Milliseconds from start to end.
    pub duration_ms: u64,
    /// Uncompressed bytes of its artifacts.
    pub bytes: u64,
    /// What the kernel enforced on the worker and what it could not.
    pub enforcement: Option<serde_json::Value>,
    /// What it touched, as the kernel told: declared paths that were opened, what was refused, bytes read.
    #[serde(default)]
    pub access: Option<serde_json::Value>,
    /// Commands that the host ran for it: id, argv, exit status, stderr, …
    #[serde(default)]
    pub commands: Vec<serde_json::Value>,
    /// What the plugin logged.
    #[serde(default)]
    pub log: Vec<serde_json::Value>,
    /// SHA-256 of the manifest that was shown and approved, in hexadecimal.
    pub manifest_digest: String,
    /// SHA-256 of the plugin's library, in hexadecimal; `None` for built-in plugins.
    pub library_digest: Option<String>,
    /// Options as they were in force.
    #[serde(default)]
    pub options: serde_json::Map<String, serde_json::Value>,
    /// What it delivered, in order of delivery.
    #[serde(default)]
    pub artifacts: Vec<ArtifactEntry>,
}

impl CollectorEntry {
    /// The entry of a planned collector of which nothing has been heard: what a run ends with that is cut off there.
    #[must_use]
    pub fn unheard(id: CollectorId, level: Level, manifest_digest: impl Into<String>) -> Self {
        Self {
            id,
            level,
            outcome: Outcome::Failed,
            reason: Some("interrupted before it ended".to_owned()),
            hints: Vec::new(),
            started: None,
            duration_ms: 0,
            bytes: 0,
            enforcement: None,
            access: None,
            commands: Vec::new(),
            log: Vec::new(),
            manifest_digest: manifest_digest.into(),
            library_digest: None,
            options: serde_json::Map::new(),
            artifacts: Vec::new(),
        }
    }
}

/// One file that a collector delivered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArtifactEntry {
    /// Path in the report: `artifacts/<collector>/<name>`.
    pub path: String,
    /// Media type: `application/json`.
    pub media_type: String,
    /// Uncompressed size in bytes.
    pub bytes: u64,
    /// SHA-256 of the uncompressed bytes, in lowercase hexadecimal.
    pub sha256: String,
    /// How private it is; at most its collector's level.
    pub level: Level,
    /// How many values of which kind were removed or replaced: `{"password": 2}`.
    #[serde(default)]
    pub redactions: BTreeMap<String, u64>,
    /// Random bytes without which nobody can tell what `leaf` stands for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub salt: Option<Salt>,
    /// Its leaf in the trees of [`Proof`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leaf: Option<Digest>,
}
