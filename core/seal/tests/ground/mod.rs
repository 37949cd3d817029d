//! Reports, keys and sealed reports for the tests to work on.
#![allow(dead_code, reason = "each test file uses a part of it")]
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::path::{Path, PathBuf};

use candor_manifest::{CollectorId, Level, ProfileId};
use candor_report::{
    ArtifactName, AttachedName, CollectorEntry, Compression, Compressor, Outcome, Redactions, SESSION_SCHEMA,
    Session, SessionHeader,
};
use candor_seal::{SealError, SealRecipient, Sealed, Sealing, seal};
use candor_trust::merkle::Salt;
use candor_trust::{ExposeSecret, Identities, NoCallbacks, Nonce, Recipient, SecretString, SigningKey};

/// Somebody with an age key.
pub struct Person {
    pub secret: SecretString,
    pub recipient: Recipient,
}

impl Person {
    pub fn new() -> Self {
        let (secret, recipient) = candor_trust::new_identity().unwrap();
        Self { secret, recipient }
    }

    pub fn identities(&self) -> Identities {
        let mut identities = Identities::none();
        identities.add(self.secret.expose_secret().as_bytes(), None, NoCallbacks).unwrap();
        identities
    }

    pub fn up_to(&self, level: Level) -> SealRecipient {
        SealRecipient { name: None, recipient: self.recipient.clone(), level }
    }
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

pub fn text(bytes: usize) -> Vec<u8> {
    let lines =
        (0_u64..).flat_map(|number| format!("{number} unit-{} started\n", number * 7919 % 1013).into_bytes());
    lines.take(bytes).collect()
}

/// Collector, level, artifacts.
pub type Staged<'a> = (&'a str, Level, &'a [(&'a str, Vec<u8>)]);

/// A report with these artifacts.
pub fn report(root: &Path, id: &str, staged: &[Staged<'_>]) -> PathBuf {
    let entry = |(name, level, _): &Staged<'_>| CollectorEntry {
        outcome: Outcome::Collected,
        reason: None,
        started: Some("2026-01-31T12:00:01Z".to_owned()),
        ..CollectorEntry::unheard(CollectorId::new(*name).unwrap(), *level, "00".repeat(32))
    };
    let header = SessionHeader {
        schema: SESSION_SCHEMA,
        id: id.to_owned(),
        created: "2026-01-31T12:00:00Z".parse().unwrap(),
        profile: ProfileId::new("crash-report").unwrap(),
        case: Some("4711".to_owned()),
        tool_version: "0.1.0".to_owned(),
        output: PathBuf::from("report.zip"),
        redaction: Default::default(),
        redaction_policies: Vec::new(),
        salts: Some(Salt::from_bytes([7; 32])),
        planned: staged.iter().map(entry).collect(),
    };
    let session = Session::create(&root.join(format!("sessions-{id}")), header, b"{\"consent\":1}").unwrap();
    session.attach(AttachedName::Statement, b"We use it for one purpose.\n").unwrap();
    for item @ (name, level, artifacts) in staged {
        let collector = CollectorId::new(*name).unwrap();
        let compressor = Compressor::new(2, Compression::Deflate);
        let mut stage = session.stage(&collector, *level, &compressor).unwrap();
        for (path, bytes) in *artifacts {
            stage.begin(&ArtifactName::parse(path).unwrap(), "application/octet-stream", *level).unwrap();
            bytes.chunks(64 * 1024).for_each(|frame| stage.write(frame.to_vec()).unwrap());
            let mut redactions = Redactions::default();
            redactions.add("", "ipv4", 2, &[1, 3]);
            stage.finish(redactions).unwrap();
        }
        stage.close().unwrap();
        session.record(&entry(item)).unwrap();
    }
    let output = root.join(format!("{id}.zip"));
    session.assemble(&output, None, false).unwrap();
    output
}

/// One artifact or two of each level, packed and not.
pub fn filled(root: &Path) -> PathBuf {
    report(
        root,
        "report-1",
        &[
            ("system-info", Level::Technical, &[("cpu.json", b"{\"cores\": 2}\n".to_vec())]),
            ("event-log", Level::Identifying, &[("großes/日本.log", text(3_500_000)), ("empty", Vec::new())]),
            ("picture", Level::Sensitive, &[("one.png", noise(1_300_000))]),
            ("memory", Level::Secret, &[("core", noise(2_500_000))]),
        ],
    )
}

/// A small one, for tests that try every byte.
pub fn small(root: &Path) -> PathBuf {
    report(
        root,
        "report-2",
        &[
            ("system-info", Level::Technical, &[("a", b"one".to_vec())]),
            ("picture", Level::Sensitive, &[("b", b"two".to_vec())]),
        ],
    )
}

pub fn sealing<'a>(
    report: &'a Path,
    output: &'a Path,
    recipients: &'a [SealRecipient],
    signer: &'a SigningKey,
) -> Sealing<'a> {
    let (envelope, sealed) = (Nonce::random().unwrap(), "2026-02-01T00:00:00Z".parse().unwrap());
    Sealing { report, output, overwrite: false, envelope, recipients, signer, sealed }
}

pub fn sealed(sealing: &Sealing<'_>) -> Result<Sealed, SealError> {
    seal(sealing, &NoCallbacks, &mut |_| {})
}
