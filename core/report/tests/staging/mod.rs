//! Sessions for the tests to work on.
#![allow(dead_code, reason = "each test file uses a part of it")]
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::path::{Path, PathBuf};

use candor_manifest::{CollectorId, Level, ProfileId};
use candor_report::{
    ArtifactName, CollectorEntry, CollectorStage, Compression, Compressor, Outcome, Redactions,
    SESSION_SCHEMA, Session, SessionHeader,
};

pub const CONSENT: &[u8] = br#"{"schema":1,"decisions":[]}"#;
pub const ID: &str = "3f1c2f9e-0000-4000-8000-000000000001";

pub fn id(name: &str) -> CollectorId {
    CollectorId::new(name).unwrap()
}

pub fn name(text: &str) -> ArtifactName {
    ArtifactName::parse(text).unwrap()
}

pub fn collector(name: &str, level: Level, outcome: Outcome, reason: Option<&str>) -> CollectorEntry {
    CollectorEntry {
        outcome,
        reason: reason.map(str::to_owned),
        started: Some("2026-01-31T12:00:01Z".to_owned()),
        duration_ms: 7,
        ..CollectorEntry::unheard(id(name), level, "00".repeat(32))
    }
}

pub fn header(planned: &[&str]) -> SessionHeader {
    let unheard = |name: &&str| {
        collector(name, Level::Identifying, Outcome::Failed, Some("interrupted before it ended"))
    };
    SessionHeader {
        schema: SESSION_SCHEMA,
        id: ID.to_owned(),
        created: "2026-01-31T12:00:00Z".parse().unwrap(),
        profile: ProfileId::new("server-report").unwrap(),
        case: Some("4711".to_owned()),
        tool_version: "0.1.0".to_owned(),
        output: PathBuf::from("report.zip"),
        redaction: Default::default(),
        redaction_policies: Vec::new(),
        salts: Some(candor_trust::merkle::Salt::from_bytes([7; 32])),
        planned: planned.iter().map(unheard).collect(),
    }
}

pub fn session(root: &Path, planned: &[&str]) -> Session {
    Session::create(root, header(planned), CONSENT).unwrap()
}

pub fn stage(session: &Session, collector: &str) -> CollectorStage {
    session.stage(&id(collector), Level::Identifying, &Compressor::new(2, Compression::Deflate)).unwrap()
}

/// Delivers one artifact in frames of 64 KiB.
pub fn deliver(stage: &mut CollectorStage, artifact: &str, media_type: &str, bytes: &[u8]) {
    stage.begin(&name(artifact), media_type, Level::Technical).unwrap();
    for frame in bytes.chunks(64 * 1024) {
        stage.write(frame.to_vec()).unwrap();
    }
    stage.finish(Redactions::default()).unwrap();
}

pub fn text(bytes: usize) -> Vec<u8> {
    let lines = (0_u64..).flat_map(|number| {
        format!("{number} unit-{} started with status {}\n", number * 7919 % 1013, number * 31 % 17)
            .into_bytes()
    });
    lines.take(bytes).collect()
}

pub fn noise(bytes: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 24) as u8
    };
    (0..bytes).map(|_| next()).collect()
}

/// Two collectors: text large and small, noise, compressed media, an empty file, a name that is not ASCII.
pub fn filled(root: &Path) -> Session {
    let session = session(root, &["logs", "pictures", "refused"]);
    let mut logs = stage(&session, "logs");
    deliver(&mut logs, "small.txt", "text/plain", b"one line\n");
    deliver(&mut logs, "großes/日本.log", "text/plain", &text(3_500_000));
    deliver(&mut logs, "empty", "text/plain", b"");
    deliver(&mut logs, "noise.bin", "application/octet-stream", &noise(2_500_000));
    logs.close().unwrap();
    session.record(&collector("logs", Level::Identifying, Outcome::Collected, None)).unwrap();
    let mut pictures = stage(&session, "pictures");
    deliver(&mut pictures, "screen.png", "image/png", &noise(1_300_000));
    deliver(&mut pictures, "icon.png", "image/png", &noise(900));
    pictures.close().unwrap();
    session.record(&collector("pictures", Level::Identifying, Outcome::Collected, None)).unwrap();
    let refused = collector("refused", Level::Identifying, Outcome::Refused, Some("you did not approve it"));
    session.record(&refused).unwrap();
    session
}
