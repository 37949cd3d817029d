//! The proof finds whatever was left in a report, wherever it stands, and never repeats it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends there")]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use candor_host::Stop;
use candor_host::redaction::{Proof, prove};
use candor_manifest::{CollectorId, Level, ProfileId};
use candor_pseudonym::CaseKey;
use candor_redact::{Engine, Kind, KnownValues, Policy};
use candor_report::{
    ArtifactName, CollectorEntry, Compression, Compressor, Outcome, SESSION_SCHEMA, Session, SessionHeader,
};

fn engine() -> Arc<Engine> {
    let mut known = KnownValues::default();
    known.add(Kind::Host, "zq7");
    let key = CaseKey::from_bytes([7; 32]);
    Arc::new(Engine::with_policy(&known, Policy::default(), &key).unwrap())
}

fn entry(id: &str, level: Level) -> CollectorEntry {
    CollectorEntry {
        outcome: Outcome::Collected,
        reason: None,
        ..CollectorEntry::unheard(CollectorId::new(id).unwrap(), level, "00".repeat(32))
    }
}

/// A report of one collector with these artifacts, as if the redactor had overlooked them.
fn report(root: &Path, entry: &CollectorEntry, artifacts: &[(&str, &str, &[u8])]) -> PathBuf {
    let header = SessionHeader {
        schema: SESSION_SCHEMA,
        id: "proof".to_owned(),
        created: jiff::Timestamp::UNIX_EPOCH,
        profile: ProfileId::new("proof").unwrap(),
        case: None,
        tool_version: "0".to_owned(),
        output: PathBuf::new(),
        redaction: Default::default(),
        redaction_policies: Vec::new(),
        salts: None,
        planned: vec![entry.clone()],
    };
    let session = Session::create(&root.join("sessions"), header, b"{\"collectors\":[]}").unwrap();
    let compressor = Compressor::new(1, Compression::Deflate);
    let mut stage = session.stage(&entry.id, entry.level, &compressor).unwrap();
    for (name, media_type, bytes) in artifacts {
        stage.begin(&ArtifactName::parse(name).unwrap(), media_type, entry.level).unwrap();
        stage.write(bytes.to_vec()).unwrap();
        stage.finish(Default::default()).unwrap();
    }
    stage.close().unwrap();
    session.record(entry).unwrap();
    let path = root.join("report.zip");
    session.assemble(&path, None, false).unwrap();
    path
}

fn proved(entry: &CollectorEntry, artifacts: &[(&str, &str, &[u8])]) -> Proof {
    let root = tempfile::tempdir().unwrap();
    prove(&report(root.path(), entry, artifacts), &engine(), &Stop::new().unwrap()).unwrap()
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut gzip = Command::new("gzip").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    gzip.stdin.take().unwrap().write_all(text).unwrap();
    gzip.wait_with_output().unwrap().stdout
}

#[test]
fn survivors_are_named_by_place_line_and_rule() {
    let mut left = entry("left", Level::Identifying);
    left.reason = Some("zq7 was unreachable".to_owned());
    let proof = proved(
        &left,
        &[
            ("clean.txt", "text/plain", b"one line\n"),
            ("left.txt", "text/plain", b"one line\npassword=hunter2-hunter2\n"),
            ("left.gz", "application/gzip", &gzip(b"\n\nzq7 is up\n")),
            ("of/zq7.txt", "text/plain", b"x\n"),
            ("left.bin", "application/octet-stream", b"\x7fELF\x02\x01\x01\0\0\0\0\0\x03\0\x3e\0"),
        ],
    );
    let found: Vec<_> =
        proof.survivors.iter().map(|left| (left.path.as_str(), left.line, left.rule.as_str())).collect();
    let expected = [
        ("report.json", 1, "host"),
        ("report.json", 1, "host"),
        ("artifacts/left/left.txt", 2, "password"),
        ("artifacts/left/left.gz", 3, "host"),
        ("artifacts/left/left.bin", 1, "unsearchable"),
    ];
    assert_eq!(found, expected);
    assert_eq!((proof.found, proof.searched), (5, 5));
    assert!(!proof.holds());
    let told = serde_json::to_string(&proof).unwrap();
    assert!(!told.contains("hunter2") && !told.contains("zq7"), "{told}");
}

#[test]
fn marks_and_pseudonyms_are_no_survivors() {
    let text = b"password=[removed:password] on host-px-aaaaaaaaaa of 10.83.2.77~\n";
    let proof = proved(&entry("clean", Level::Identifying), &[("a.txt", "text/plain", text)]);
    assert_eq!((proof.found, proof.searched, proof.left_out), (0, 1, 0), "{proof:?}");
}

#[test]
fn what_was_approved_as_it_is_is_left_out() {
    let secret = entry("secret", Level::Secret);
    let proof = proved(&secret, &[("core.bin", "application/octet-stream", b"\x7fELF password=hunter2\0\0")]);
    assert_eq!((proof.found, proof.searched, proof.left_out), (0, 0, 1));
    let sensitive = entry("screen", Level::Sensitive);
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0";
    let proof = proved(&sensitive, &[("screen.png", "image/png", png)]);
    assert_eq!((proof.found, proof.searched, proof.left_out), (0, 0, 1));
}
