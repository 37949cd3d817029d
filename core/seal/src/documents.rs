//! The documents of a sealed report: what stands on the outside, and what each level says of itself.

use std::collections::BTreeMap;

use candor_manifest::{CollectorId, Level};
use candor_report::{ArtifactEntry, ArtifactName, CollectorEntry, Outcome, Proof, ReportIndex, Tool};
use candor_trust::{Digest, KeyName, Nonce, Recipient, VerifyingKey};
use serde::{Deserialize, Serialize};

use crate::error::OpenError;
use crate::reading::described;

/// `format` of [`Envelope`].
pub const ENVELOPE_FORMAT: &str = "candor-envelope/1";
/// `format` of [`SealStatement`].
pub const SEAL_FORMAT: &str = "candor-seal/1";

/// `envelope.json`: all that anybody sees of a sealed report without a key. Nothing in it is of a person, a machine or a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    /// [`ENVELOPE_FORMAT`].
    pub format: String,
    /// Random id of this sealed report.
    pub id: Nonce,
    /// The key that signed envelope and seals.
    pub signer: VerifyingKey,
    /// The parts, from the lowest level up.
    pub parts: Vec<Part>,
}

/// One encrypted part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Its level; its entry is called `<level>.age`.
    pub level: Level,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 of the encrypted bytes.
    pub sha256: Digest,
}

impl Part {
    /// Path in the sealed report.
    pub fn path(&self) -> String {
        part_path(self.level)
    }
}

/// Path of the part of a level in a sealed report.
pub(crate) fn part_path(level: Level) -> String {
    format!("{}.age", level.as_str())
}

/// Somebody who can open a sealed report up to a level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealRecipient {
    /// Who it is, where that is known.
    pub name: Option<KeyName>,
    /// Their key.
    pub recipient: Recipient,
    /// The highest level that they can open.
    pub level: Level,
}

/// `seal.json`: what a part says of itself, signed like the envelope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealStatement {
    /// [`SEAL_FORMAT`].
    pub format: String,
    /// Id of the envelope that it belongs into.
    pub envelope: Nonce,
    /// The level of this part.
    pub level: Level,
    /// Id of the report.
    pub report: String,
    /// Root over the leaves of all artifacts that were released, those of other levels too.
    pub released_root: Digest,
    /// To whom, each up to a level. Who opens it and is not named was not meant.
    pub recipients: Vec<SealRecipient>,
    /// SHA-256 of every other document of this part, by path: `entries.json`, `consent.json`, …
    pub documents: BTreeMap<String, Digest>,
    /// When it was sealed, RFC 3339 in UTC.
    pub sealed: jiff::Timestamp,
}

/// `entries.json`: what the index of the report says of one level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelEntries {
    /// The level.
    pub level: Level,
    /// The report as a whole; in the lowest part only.
    pub report: Option<ReportSummary>,
    /// What was collected at this level.
    pub collectors: Vec<LevelCollector>,
}

/// What everybody who opens anything is told about the report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportSummary {
    /// Revision of `report.json`.
    pub schema: u32,
    /// Id of the report.
    pub id: String,
    /// Id of the profile.
    pub profile: String,
    /// Highest level among the artifacts.
    pub tier: Option<Level>,
    /// The case, where one was named.
    pub case: Option<String>,
    /// When it was collected, RFC 3339 in UTC.
    pub created: String,
    /// What wrote it.
    pub tool: Tool,
    /// False when the run was interrupted.
    pub complete: bool,
    /// Why it ended early, where it did.
    pub interrupted: Option<String>,
    /// The trees of leaves.
    pub proof: Proof,
    /// Level of the artifact of each released leaf, in the order of the leaves.
    pub leaf_levels: Vec<Level>,
    /// How each collector ended, without what it told.
    pub collectors: Vec<CollectorSummary>,
}

/// A collector as everybody is told of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CollectorSummary {
    /// Id of the collector.
    pub id: CollectorId,
    /// Its level.
    pub level: Level,
    /// How it ended.
    pub outcome: Outcome,
    /// Why it ended so.
    pub reason: Option<String>,
}

/// What one level has of a collector.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelCollector {
    /// Id of the collector.
    pub id: CollectorId,
    /// Its entry of the index, without artifacts; at its own level only.
    pub entry: Option<CollectorEntry>,
    /// Its artifacts of this level.
    pub artifacts: Vec<ArtifactEntry>,
}

impl LevelEntries {
    /// What the index says of one level.
    pub(crate) fn of(index: &ReportIndex, proof: &Proof, level: Level, lowest: bool) -> Self {
        let collectors = index.collectors.iter().filter_map(|collector| {
            let artifacts: Vec<_> =
                collector.artifacts.iter().filter(|artifact| artifact.level == level).cloned().collect();
            let entry = (collector.level == level)
                .then(|| CollectorEntry { artifacts: Vec::new(), ..collector.clone() });
            let has_any = entry.is_some() || !artifacts.is_empty();
            has_any.then(|| LevelCollector { id: collector.id.clone(), entry, artifacts })
        });
        Self {
            level,
            report: lowest.then(|| ReportSummary::of(index, proof)),
            collectors: collectors.collect(),
        }
    }

    /// Reads `entries.json` of a level.
    pub(crate) fn read(json: &[u8], level: Level) -> Result<Self, OpenError> {
        let entries: Self = serde_json::from_slice(json).map_err(|error| described(level, &error))?;
        if entries.level != level || entries.artifacts().any(|artifact| artifact.level != level) {
            return Err(OpenError::inside(level, "its entries are of another level"));
        }
        for collector in &entries.collectors {
            let folder = format!("artifacts/{}/", collector.id);
            let is_own =
                |path: &str| path.strip_prefix(&folder).is_some_and(|name| ArtifactName::parse(name).is_ok());
            if let Some(other) = collector.artifacts.iter().find(|artifact| !is_own(&artifact.path)) {
                let what = format!("`{}` is no artifact of its collector", other.path);
                return Err(OpenError::inside(level, what));
            }
        }
        Ok(entries)
    }

    /// All artifacts, in the order in which they stand in the part.
    pub fn artifacts(&self) -> impl Iterator<Item = &ArtifactEntry> {
        self.collectors.iter().flat_map(|collector| &collector.artifacts)
    }
}

impl ReportSummary {
    fn of(index: &ReportIndex, proof: &Proof) -> Self {
        let mut artifacts: Vec<_> = index.artifacts().collect();
        artifacts.sort_unstable_by(|left, right| left.path.cmp(&right.path));
        let summary = |entry: &CollectorEntry| CollectorSummary {
            id: entry.id.clone(),
            level: entry.level,
            outcome: entry.outcome,
            reason: entry.reason.clone(),
        };
        Self {
            schema: index.schema,
            id: index.id.clone(),
            profile: index.profile.clone(),
            tier: index.tier,
            case: index.case.clone(),
            created: index.created.clone(),
            tool: index.tool.clone(),
            complete: index.complete,
            interrupted: index.interrupted.clone(),
            proof: proof.clone(),
            leaf_levels: artifacts.iter().map(|artifact| artifact.level).collect(),
            collectors: index.collectors.iter().map(summary).collect(),
        }
    }
}
