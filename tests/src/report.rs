//! Looking into a report with tools that are not ours.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// A report on disk, read by `unzip`.
pub struct Report {
    path: PathBuf,
    index: Value,
}

impl Report {
    /// Opens a report.
    #[track_caller]
    pub fn open(path: &Path) -> Self {
        let index = serde_json::from_slice(&unzip(path, "report.json")).expect("report.json is JSON");
        Self { path: path.to_owned(), index }
    }

    /// `report.json`.
    pub fn index(&self) -> &Value {
        &self.index
    }

    /// `consent.json`.
    pub fn consent(&self) -> Value {
        serde_json::from_slice(&unzip(&self.path, "consent.json")).expect("consent.json is JSON")
    }

    /// What `consent.json` says of one collector.
    #[track_caller]
    pub fn process(&self, id: &str) -> Value {
        let consent = self.consent();
        let all = consent["dpv:hasProcess"].as_array().expect("processes");
        all.iter()
            .find(|process| process["dct:identifier"] == id)
            .expect("the collector was asked for")
            .clone()
    }

    /// The last event of one collector in `consent.json`, and how it was indicated: `ConsentGiven`, `Flag`.
    #[track_caller]
    pub fn consent_to(&self, id: &str) -> (String, String) {
        let process = self.process(id);
        let last =
            process["dpv:hasConsentStatus"].as_array().and_then(|events| events.last()).expect("an event");
        let term = |key: &str| {
            last[key].as_str().and_then(|term| term.split(':').nth(1)).expect("a term").to_owned()
        };
        (term("@type"), term("dpv:hasIndicationMethod"))
    }

    /// `redactions.json`.
    pub fn redactions(&self) -> Value {
        serde_json::from_slice(&unzip(&self.path, "redactions.json")).expect("redactions.json is JSON")
    }

    /// The entry of one collector in the index.
    #[track_caller]
    pub fn collector(&self, id: &str) -> &Value {
        let collectors = self.index["collectors"].as_array().expect("collectors");
        collectors.iter().find(|entry| entry["id"] == id).unwrap_or_else(|| panic!("no collector {id}"))
    }

    /// How a collector ended: `collected`.
    #[track_caller]
    pub fn outcome(&self, id: &str) -> &str {
        self.collector(id)["outcome"].as_str().expect("an outcome")
    }

    /// Why it ended so.
    #[track_caller]
    pub fn reason(&self, id: &str) -> &str {
        self.collector(id)["reason"].as_str().unwrap_or_default()
    }

    /// Names of a collector's artifacts, without the folder.
    pub fn artifacts(&self, id: &str) -> Vec<String> {
        let prefix = format!("artifacts/{id}/");
        let all = self.collector(id)["artifacts"].as_array().expect("artifacts");
        all.iter().map(|artifact| artifact["path"].as_str().expect("a path").replace(&prefix, "")).collect()
    }

    /// Bytes of one artifact.
    #[track_caller]
    pub fn artifact(&self, id: &str, name: &str) -> Vec<u8> {
        unzip(&self.path, &format!("artifacts/{id}/{name}"))
    }

    /// Text of one artifact.
    #[track_caller]
    pub fn text(&self, id: &str, name: &str) -> String {
        String::from_utf8(self.artifact(id, name)).expect("UTF-8")
    }
}

#[track_caller]
fn unzip(path: &Path, name: &str) -> Vec<u8> {
    // Square brackets and the like are wildcards to unzip.
    let literal: String =
        name.chars().map(|c| if "[]*?\\".contains(c) { format!("[{c}]") } else { c.into() }).collect();
    let output = Command::new("unzip").arg("-p").arg(path).arg(literal).output().expect("unzip is installed");
    assert!(
        output.status.success(),
        "unzip -p {} {name}: {}",
        path.display(),
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}
