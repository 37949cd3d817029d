//! `files.json`: what there was, and what became of it.

use std::path::Path;

use candor_plugin::FileMetadata;
use serde::Serialize;

use crate::artifact_name::shown;

/// Name of the index among the artifacts.
pub(crate) const NAME: &str = "files.json";

/// One path that the manifest's reads stand for.
#[derive(Debug, Default, Serialize)]
pub(crate) struct FileEntry {
    /// Absolute path; control characters and bytes that are not UTF-8 are percent-encoded.
    pub(crate) path: String,
    /// Name of its artifact; absent when nothing was delivered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) artifact: Option<String>,
    /// Media type of the artifact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) media_type: Option<&'static str>,
    /// Where it leads, when it is a symbolic link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) link_target: Option<String>,
    /// Size that the file system stated when the file was opened; 0 for files of `/proc` and `/sys`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) size_bytes: Option<u64>,
    /// Time of the last change of its content, RFC 3339 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) modified: Option<String>,
    /// Permission bits in octal: `0644`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mode: Option<String>,
    /// User id of the owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) owner_uid: Option<u32>,
    /// Group id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) owner_gid: Option<u32>,
    /// Offset in the file of the first byte delivered; absent when that is its start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) from_byte: Option<u64>,
    /// Bytes delivered, before redaction.
    pub(crate) delivered_bytes: u64,
    /// True when the file had more bytes than were delivered.
    pub(crate) truncated: bool,
    /// True when it was written to while it was read: what was added since is not delivered.
    pub(crate) changed: bool,
    /// Why less than the whole file was delivered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
    #[serde(skip)]
    absent: bool,
}

impl FileEntry {
    pub(crate) fn new(path: &Path) -> Self {
        Self { path: shown(path), ..Self::default() }
    }

    pub(crate) fn describe(&mut self, metadata: &FileMetadata) {
        self.size_bytes = Some(metadata.len());
        let modified =
            jiff::Timestamp::new(metadata.mtime(), i32::try_from(metadata.mtime_nsec()).unwrap_or_default());
        self.modified = modified.ok().map(|time| time.to_string());
        self.mode = Some(format!("{:04o}", metadata.mode() & 0o7777));
        self.owner_uid = Some(metadata.uid());
        self.owner_gid = Some(metadata.gid());
    }

    pub(crate) fn note_absent(&mut self, reason: &str) {
        self.absent = true;
        self.reason = Some(reason.to_owned());
    }

    /// True when there is no such file.
    pub(crate) fn is_absent(&self) -> bool {
        self.absent
    }

    /// Upper bound of what a path costs in the index.
    pub(crate) fn room_bytes(path: &Path) -> u64 {
        1024 + 6 * path.as_os_str().len() as u64
    }
}
