//! The documents of a report, before and after an edit.

use std::collections::HashMap;
use std::io;

use super::changes::{Change, Changes};
use super::error::EditError;
use crate::assemble::{
    CONSENT_PATH, CONSENT_SIGNATURE_PATH, Closing, INDEX_PATH, MAX_CONSENT_BYTES, REDACTIONS_PATH, Record,
    index_json,
};
use crate::attached::AttachedName;
use crate::container::Container;
use crate::index::{ArtifactEntry, CollectorEntry, ReportIndex};
use crate::reader::{MAX_INDEX_BYTES, ReadError, ReportReader};
use crate::redactions::RedactionsDocument;
use crate::session::MAX_DOCUMENT_BYTES;

/// What stands in a log for the name of an artifact that is gone.
const GONE: &str = "[dropped]";

pub(super) struct Content {
    index: ReportIndex,
    index_json: Vec<u8>,
    record: Record,
    redactions: RedactionsDocument,
    attached: Vec<(AttachedName, Vec<u8>)>,
    /// Path to the numbers of collector and artifact in the index before the edit.
    places: HashMap<String, (usize, usize)>,
}

impl Content {
    pub(super) fn read(reader: &mut ReportReader) -> Result<Self, EditError> {
        let index = reader.index().clone();
        let index_json = needed(reader, INDEX_PATH, MAX_INDEX_BYTES)?;
        let record = Record {
            json: needed(reader, CONSENT_PATH, MAX_CONSENT_BYTES)?,
            signature: reader.document_within(CONSENT_SIGNATURE_PATH, MAX_CONSENT_BYTES)?,
        };
        let mut attached = Vec::new();
        for name in AttachedName::ALL {
            let bytes = reader.document_within(name.as_str(), MAX_DOCUMENT_BYTES)?;
            attached.extend(bytes.map(|bytes| (name, bytes)));
        }
        let redactions = reader.redactions()?;
        let places = places(&index);
        Ok(Self { index, index_json, record, redactions, attached, places })
    }

    pub(super) fn index(&self) -> &ReportIndex {
        &self.index
    }

    pub(super) fn into_index(self) -> ReportIndex {
        self.index
    }

    pub(super) fn record(&self) -> &Record {
        &self.record
    }

    /// Before the changes are settled: the artifact of this path and its collector.
    pub(super) fn find(&self, path: &str) -> Option<(&CollectorEntry, &ArtifactEntry)> {
        let (collector, artifact) = *self.places.get(path)?;
        let collector = self.index.collectors.get(collector)?;
        Some((collector, collector.artifacts.get(artifact)?))
    }

    /// Makes index and account of redactions what they are after the changes. Without any, the index keeps its bytes.
    pub(super) fn settle(&mut self, changes: &Changes, at: jiff::Timestamp) -> Result<(), EditError> {
        if changes.is_empty() {
            return Ok(());
        }
        self.redactions.forget(|path| changes.is_dropped(path), |path| self.places.contains_key(path));
        for collector in &mut self.index.collectors {
            settle_collector(collector, changes);
        }
        self.index.tier = self.index.artifacts().map(|artifact| artifact.level).max();
        let proof = self.index.proof.as_mut().ok_or(EditError::NoProof)?;
        proof.add_edits(changes.edits(at))?;
        self.index_json = index_json(&self.index)?;
        Ok(())
    }

    /// Has the consent record completed.
    pub(super) fn close(&mut self, closing: &Closing<'_>) -> Result<(), EditError> {
        self.record = closing(&self.record.json, &self.index, &self.index_json).map_err(EditError::Record)?;
        Ok(())
    }

    /// Adds all documents in the order of every report.
    pub(super) fn write_to<'a>(&'a self, container: &mut Container<'a>) -> io::Result<()> {
        for (name, bytes) in &self.attached {
            container.add(name.as_str(), |writer| writer.write_all(bytes))?;
        }
        container.add(CONSENT_PATH, |writer| writer.write_all(&self.record.json))?;
        if let Some(signature) = &self.record.signature {
            container.add(CONSENT_SIGNATURE_PATH, |writer| writer.write_all(signature))?;
        }
        container.add(INDEX_PATH, |writer| writer.write_all(&self.index_json))?;
        container.add(REDACTIONS_PATH, |writer| self.redactions.write(writer))
    }
}

fn needed(reader: &mut ReportReader, path: &str, limit: u64) -> Result<Vec<u8>, EditError> {
    let bytes = reader.document_within(path, limit)?;
    Ok(bytes.ok_or_else(|| ReadError::Missing(path.to_owned()))?)
}

fn places(index: &ReportIndex) -> HashMap<String, (usize, usize)> {
    let collectors = index.collectors.iter().enumerate();
    collectors
        .flat_map(|(number, collector)| {
            let artifacts = collector.artifacts.iter().enumerate();
            artifacts.map(move |(place, artifact)| (artifact.path.clone(), (number, place)))
        })
        .collect()
}

fn settle_collector(collector: &mut CollectorEntry, changes: &Changes) {
    let before = std::mem::take(&mut collector.artifacts);
    let mut gone = Vec::new();
    for artifact in before {
        match changes.of(&artifact.path) {
            None => collector.artifacts.push(artifact),
            Some(Change::Mask(left)) => collector.artifacts.push(left.clone()),
            Some(Change::Drop) => gone.push(artifact.path),
        }
    }
    collector.bytes = collector.artifacts.iter().map(|artifact| artifact.bytes).sum();
    if !gone.is_empty() {
        forget(collector, &gone);
    }
}

/// Takes the names of dropped artifacts out of what the collector told. What it opened on the machine stays: that is its receipt.
fn forget(collector: &mut CollectorEntry, gone: &[String]) {
    let folder = format!("artifacts/{}/", collector.id);
    let names: Vec<&str> = gone.iter().map(|path| path.strip_prefix(&folder).unwrap_or(path)).collect();
    let clean = |text: &mut String| {
        for (path, name) in gone.iter().zip(&names) {
            forget_in(text, path);
            forget_in(text, name);
        }
    };
    collector.reason.iter_mut().chain(&mut collector.hints).for_each(clean);
    collector.log.iter_mut().chain(&mut collector.commands).for_each(|value| each_text(value, &clean));
}

fn forget_in(text: &mut String, name: &str) {
    if text.contains(name) {
        *text = replace_whole(text, name);
    }
}

/// Replaces a name where it is not a part of a longer one.
fn replace_whole(text: &str, name: &str) -> String {
    let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-');
    let mut out = String::with_capacity(text.len());
    let mut kept = 0;
    for (start, _) in text.match_indices(name) {
        let end = start + name.len();
        let before = text[..start].chars().next_back();
        let after = text[end..].chars().next();
        if !before.is_some_and(is_part) && !after.is_some_and(is_part) {
            out.push_str(&text[kept..start]);
            out.push_str(GONE);
            kept = end;
        }
    }
    out.push_str(&text[kept..]);
    out
}

fn each_text(value: &mut serde_json::Value, clean: &impl Fn(&mut String)) {
    match value {
        serde_json::Value::String(text) => clean(text),
        serde_json::Value::Array(values) => values.iter_mut().for_each(|value| each_text(value, clean)),
        serde_json::Value::Object(fields) => fields.values_mut().for_each(|value| each_text(value, clean)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_out_of_what_was_logged_and_longer_names_stay() {
        let mut text = "wrote artifacts/a/boot.log, boot.log and reboot.log; boot.log".to_owned();
        forget_in(&mut text, "artifacts/a/boot.log");
        forget_in(&mut text, "boot.log");
        assert_eq!(text, "wrote [dropped], [dropped] and reboot.log; [dropped]");
    }
}
