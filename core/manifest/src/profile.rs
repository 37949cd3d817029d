//! A profile: a named set of collectors with options.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{ByteSize, CollectorId, Language, OptionName, ProfileId};

/// A profile, as `manifests/profiles/<id>.toml` declares it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Version of this format: 1.
    #[schemars(extend("const" = 1))]
    pub schema: u32,
    /// Name of the profile, and of its file without `.toml`.
    pub id: ProfileId,
    /// What it is, in a few words, by language. `en` is required.
    #[schemars(inner(length(min = 1, max = 80)))]
    pub title: BTreeMap<Language, String>,
    /// When to use it, by language. `en` is required.
    #[schemars(inner(length(min = 1, max = 1000)))]
    pub summary: BTreeMap<Language, String>,
    /// The profile whose collectors and options this one adds to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extends: Option<ProfileId>,
    /// Its collectors, in the order in which they are shown, after those of the profile that it extends.
    #[serde(default)]
    #[schemars(length(max = 256))]
    pub collectors: Vec<CollectorId>,
    /// Options that differ from the collectors' defaults.
    #[serde(default)]
    #[schemars(with = "BTreeMap<CollectorId, BTreeMap<OptionName, serde_json::Value>>")]
    pub options: BTreeMap<CollectorId, BTreeMap<OptionName, toml::Value>>,
    /// The most that a whole report may use. What is absent here comes from the profile that it extends.
    #[serde(default)]
    pub limits: ProfileLimits,
}

/// The `[limits]` of a profile, before those of the profile that it extends are taken into account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ProfileLimits {
    /// Bytes of all artifacts before compression: 2GiB where no profile says otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report: Option<ByteSize>,
    /// Bytes that must stay free on the disk: 256MiB where no profile says otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub free_disk: Option<ByteSize>,
}

/// The most that a whole report may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Limits {
    /// Bytes of all artifacts before compression.
    pub report: ByteSize,
    /// Bytes that must stay free on the disk.
    pub free_disk: ByteSize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { report: ByteSize::mib(2048), free_disk: ByteSize::mib(256) }
    }
}
