//! What proves a report: a salted leaf for each artifact, the tree over them, and what was edited since.

use std::collections::HashMap;

use candor_manifest::Level;
use candor_trust::merkle::{self, LeafMetadata, Salt};
use candor_trust::{CanonicalError, Digest};
use serde::{Deserialize, Serialize};

use crate::index::{ArtifactEntry, CollectorEntry, ReportIndex};

/// Name of the scheme: leaves and trees as `candor_trust::merkle` computes them, leaves in the order of their artifacts' paths.
pub const PROOF_SCHEME: &str = "candor-merkle/1";

/// The two trees of a report. Leaves outlive what they stand for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// [`PROOF_SCHEME`].
    pub scheme: String,
    /// Root over `collected`.
    pub collected_root: Digest,
    /// Root over `released`.
    pub released_root: Digest,
    /// Leaves of all that was collected. Never changes.
    pub collected: Vec<Digest>,
    /// Leaves of what may leave: what was collected, after all edits.
    pub released: Vec<Digest>,
    /// What was done to the report after it was collected, in the order of time.
    #[serde(default)]
    pub edits: Vec<Edit>,
    /// Those of `released` whose artifacts are not in this file, in their order: they belong to levels that stayed closed to
    /// who opened the sealed report. Empty in the report of the customer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub closed: Vec<ClosedLeaf>,
}

impl Proof {
    /// `collected` with every edit applied, in its order: what `released` must be.
    ///
    /// # Errors
    /// When an edit speaks of a leaf that is not there at its time, makes one that is there already, or is not what its
    /// action does.
    pub fn edited(&self) -> Result<Vec<Digest>, EditFault> {
        let mut leaves: Vec<Option<Digest>> = self.collected.iter().copied().map(Some).collect();
        let mut places: HashMap<Digest, usize> =
            self.collected.iter().enumerate().map(|(place, leaf)| (*leaf, place)).collect();
        for (number, edit) in self.edits.iter().enumerate() {
            let place = places.remove(&edit.leaf).ok_or(EditFault::Unknown { number, leaf: edit.leaf })?;
            match (edit.action, edit.becomes) {
                (EditAction::Dropped, None) => leaves[place] = None,
                (EditAction::Masked, Some(leaf)) => {
                    if places.insert(leaf, place).is_some() || leaf == edit.leaf {
                        return Err(EditFault::Twice { number, leaf });
                    }
                    leaves[place] = Some(leaf);
                }
                _ => return Err(EditFault::Action { number }),
            }
        }
        Ok(leaves.into_iter().flatten().collect())
    }

    /// How often this was done.
    pub fn count(&self, action: EditAction) -> usize {
        self.edits.iter().filter(|edit| edit.action == action).count()
    }

    /// Adds edits, and brings what is released up to date.
    pub(crate) fn add_edits(&mut self, edits: impl IntoIterator<Item = Edit>) -> Result<(), EditFault> {
        self.edits.extend(edits);
        self.released = self.edited()?;
        self.released_root = merkle::root(&self.released);
        Ok(())
    }
}

/// A leaf whose artifact is not in this file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClosedLeaf {
    /// The leaf.
    pub leaf: Digest,
    /// Level of the part of the sealed report in which the artifact is.
    pub level: Level,
}

/// An edit that cannot have happened. Edits are counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EditFault {
    /// There was no such leaf at that time.
    #[error("edit {number} speaks of the leaf `{leaf}`, which was not collected or was edited away before")]
    Unknown {
        /// Which edit.
        number: usize,
        /// The leaf that it names.
        leaf: Digest,
    },
    /// The leaf that it makes was there already.
    #[error("edit {number} makes the leaf `{leaf}`, which was there before")]
    Twice {
        /// Which edit.
        number: usize,
        /// The leaf that it makes.
        leaf: Digest,
    },
    /// A drop leaves nothing, a mask leaves something.
    #[error("edit {number} says other than its action what is left")]
    Action {
        /// Which edit.
        number: usize,
    },
}

/// One thing that was done to a report after it was collected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// When, RFC 3339 in UTC.
    pub at: String,
    /// What.
    pub action: EditAction,
    /// Leaf of the artifact before.
    pub leaf: Digest,
    /// Leaf of what is left of it; `None` when nothing is.
    #[serde(default)]
    pub becomes: Option<Digest>,
}

/// Sorts of edits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EditAction {
    /// An artifact was taken out.
    Dropped,
    /// A part of it was blanked.
    Masked,
}

/// An artifact whose leaf cannot be computed.
#[derive(Debug, thiserror::Error)]
pub enum LeafError {
    /// The index states no salt for it.
    #[error("the index states no salt for `{0}`")]
    NoSalt(String),
    /// The index states something that is no SHA-256.
    #[error("the index states no SHA-256 for `{0}`")]
    NoDigest(String),
    /// Its metadata cannot be hashed.
    #[error("cannot hash what the index says of `{path}`")]
    Metadata {
        /// Path in the report.
        path: String,
        /// The cause.
        source: CanonicalError,
    },
}

/// The leaf of an artifact, from what the index says of it.
///
/// # Errors
/// When the index lacks what a leaf is made of.
pub fn leaf_of(collector: &CollectorEntry, artifact: &ArtifactEntry) -> Result<Digest, LeafError> {
    let path = || artifact.path.clone();
    let salt = artifact.salt.ok_or_else(|| LeafError::NoSalt(path()))?;
    let content = artifact.sha256.parse().map_err(|_| LeafError::NoDigest(path()))?;
    let metadata = LeafMetadata {
        path: &artifact.path,
        collector: collector.id.as_str(),
        level: artifact.level.as_str(),
        media_type: &artifact.media_type,
        bytes: artifact.bytes,
    };
    merkle::leaf(&salt, &content, &metadata).map_err(|source| LeafError::Metadata { path: path(), source })
}

/// Gives every artifact its salt and its leaf, and the index its trees.
pub(crate) fn attach(index: &mut ReportIndex, secret: &Salt) -> Result<(), LeafError> {
    for collector in &mut index.collectors {
        let mut artifacts = std::mem::take(&mut collector.artifacts);
        for artifact in &mut artifacts {
            artifact.salt = Some(secret.derived(&artifact.path));
            artifact.leaf = Some(leaf_of(collector, artifact)?);
        }
        collector.artifacts = artifacts;
    }
    let leaves = released_leaves(index);
    let root = merkle::root(&leaves);
    index.proof = Some(Proof {
        scheme: PROOF_SCHEME.to_owned(),
        collected_root: root,
        released_root: root,
        collected: leaves.clone(),
        released: leaves,
        edits: Vec::new(),
        closed: Vec::new(),
    });
    Ok(())
}

/// The leaves that the index states, in the order of the paths.
pub(crate) fn released_leaves(index: &ReportIndex) -> Vec<Digest> {
    let mut artifacts: Vec<_> = index.artifacts().collect();
    artifacts.sort_unstable_by(|left, right| left.path.cmp(&right.path));
    artifacts.iter().filter_map(|artifact| artifact.leaf).collect()
}
