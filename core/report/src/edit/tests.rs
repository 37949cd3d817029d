//! Both ways of writing an edit, on small reports: any sequence of edits, and death at any moment.

mod replay;
mod sequences;

use std::path::{Path, PathBuf};

use candor_manifest::{CollectorId, Level, ProfileId};

use super::Editor;
use crate::assemble::{Closing, Record};
use crate::{
    ArtifactName, CollectorEntry, Compression, Compressor, Outcome, Redactions, ReportIndex, SESSION_SCHEMA,
    Session, SessionHeader, verify,
};

/// Takes the consent record over as it is.
fn unchanged() -> Box<Closing<'static>> {
    Box::new(|record: &[u8], _: &ReportIndex, _: &[u8]| Ok(Record { json: record.to_vec(), signature: None }))
}

fn now() -> jiff::Timestamp {
    "2026-02-01T00:00:00Z".parse().unwrap()
}

/// Name, media type, content, rules that removed something.
type Given<'a> = (&'a str, &'a str, &'a [u8], &'a [&'a str]);

/// A report of one collector with these artifacts.
fn report(root: &Path, artifacts: &[Given<'_>]) -> PathBuf {
    let id = CollectorId::new("logs").unwrap();
    let header = SessionHeader {
        schema: SESSION_SCHEMA,
        id: "3f1c2f9e-0000-4000-8000-000000000001".to_owned(),
        created: "2026-01-31T12:00:00Z".parse().unwrap(),
        profile: ProfileId::new("server-report").unwrap(),
        case: None,
        tool_version: "0.1.0".to_owned(),
        output: PathBuf::from("report.zip"),
        redaction: Default::default(),
        redaction_policies: Vec::new(),
        salts: Some(candor_trust::merkle::Salt::from_bytes([7; 32])),
        planned: vec![CollectorEntry::unheard(id.clone(), Level::Identifying, "00".repeat(32))],
    };
    let session = Session::create(root, header, b"{\"schema\":1}").unwrap();
    let compressor = Compressor::new(1, Compression::Deflate);
    let mut stage = session.stage(&id, Level::Identifying, &compressor).unwrap();
    for (name, media_type, content, rules) in artifacts {
        stage.begin(&ArtifactName::parse(name).unwrap(), media_type, Level::Technical).unwrap();
        stage.write(content.to_vec()).unwrap();
        let mut redactions = Redactions::default();
        rules.iter().for_each(|rule| redactions.add("", rule, 2, &[1, 3]));
        stage.finish(redactions).unwrap();
    }
    stage.close().unwrap();
    let entry = CollectorEntry {
        outcome: Outcome::Collected,
        reason: None,
        ..CollectorEntry::unheard(id, Level::Identifying, "00".repeat(32))
    };
    session.record(&entry).unwrap();
    let path = root.join("report.zip");
    session.assemble(&path, None, false).unwrap();
    session.discard().unwrap();
    path
}

/// Edits in one of the two ways.
fn edit(path: &Path, in_place: bool, change: impl FnOnce(&mut Editor)) {
    let mut editor = Editor::open(path).unwrap();
    change(&mut editor);
    let edited = editor.finish_as(in_place, now(), &*unchanged()).unwrap();
    assert_eq!(edited.in_place, in_place);
    assert_eq!(edited.bytes, path.metadata().unwrap().len());
    assert_eq!(verify(path).unwrap().problems, [], "in place: {in_place}");
}

fn holds(path: &Path, needle: &[u8]) -> bool {
    std::fs::read(path).unwrap().windows(needle.len()).any(|window| window == needle)
}
