//! What a decision is about.

use candor_manifest::{CollectorId, Level};
use candor_trust::Digest;
use serde::{Deserialize, Serialize};

/// Exactly what was shown to the person who decides. A grant covers this and nothing else: another manifest, another
/// library, another option or other terms are another subject.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// The collector.
    pub collector: CollectorId,
    /// Its declared level.
    pub level: Level,
    /// SHA-256 of the manifest file, in hex.
    pub manifest_digest: String,
    /// SHA-256 of the plugin library, in hex; `None` when there is no library to start.
    pub library_digest: Option<String>,
    /// Every option with its value.
    pub options: serde_json::Map<String, serde_json::Value>,
    /// Hash of the terms of the request; `None` when nobody asked by one.
    #[serde(default)]
    pub terms: Option<Digest>,
}
