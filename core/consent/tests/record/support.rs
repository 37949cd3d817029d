//! A record of a request with an approval of its own, a go-ahead and a refusal, and the report that came of it.

use std::path::Path;

use candor_consent::{
    Choice, Claim, ConsentRecord, Deliberation, NamedRecipient, ReportClaims, ReportState, RequestReference,
    Requester, SignedRecord, Source, StatementReference, Subject, Terms,
};
use candor_manifest::{Catalogue, CollectorId, Level, Manifest};
use candor_sandbox::EnforcementLevel;
use candor_trust::{Digest, Nonce, SigningKey};

pub const ID: &str = "20260131T120000Z-1a2b3c4d";

/// A closed record with everything that is needed to check and change it.
pub struct Case {
    pub key: SigningKey,
    pub record: SignedRecord,
    pub subjects: Vec<Subject>,
    pub terms: Terms,
}

pub fn id(text: &str) -> CollectorId {
    CollectorId::new(text).unwrap()
}

pub fn manifest(collector: &str) -> Manifest {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../manifests");
    let (catalogue, _) = Catalogue::load(&[folder]);
    catalogue.collector(&id(collector)).expect("it ships").value.clone()
}

pub fn terms() -> Terms {
    let key = SigningKey::generate().unwrap().verifying_key().clone();
    let (_, recipient) = candor_trust::new_identity().unwrap();
    let name = Some("First line".parse().unwrap());
    Terms {
        request: RequestReference { nonce: Nonce::random().unwrap(), sha256: Digest::of(b"request") },
        case: "4711".parse().unwrap(),
        purpose: "find out why it hangs".parse().unwrap(),
        requester: Requester {
            name: "Support".parse().unwrap(),
            organisation: Some("Example AB".parse().unwrap()),
            contact: None,
            key,
        },
        recipients: vec![NamedRecipient {
            name,
            role: Some("support".parse().unwrap()),
            recipient,
            level: Level::Secret,
        }],
        statement: StatementReference {
            version: "3".parse().unwrap(),
            date: "2026-01-31".parse().unwrap(),
            language: "en".parse().unwrap(),
            sha256: Digest::of(b"statement"),
        },
        legal_basis: "contract of support".parse().unwrap(),
        retention_days: Some(90),
        deliver: vec!["https://intake.example.com/".parse().unwrap()],
        expires: "2027-02-28T12:00:00Z".parse().unwrap(),
    }
}

fn subject(collector: &str, terms: &Terms) -> Subject {
    let options = serde_json::json!({"since": "7d", "max_bytes": 1_048_576, "kernel": true});
    Subject {
        collector: id(collector),
        level: manifest(collector).level,
        manifest_digest: Digest::of(collector.as_bytes()).to_string(),
        library_digest: Some(Digest::of(b"library").to_string()),
        options: options.as_object().unwrap().clone(),
        terms: Some(terms.sha256().unwrap()),
    }
}

/// `event-log` by a go-ahead, `settings-unmasked` on a card of its own, `user-access` refused.
pub fn draft(terms: &Terms) -> (ConsentRecord, Vec<Subject>) {
    let subjects: Vec<_> =
        ["event-log", "settings-unmasked", "user-access"].map(|id| subject(id, terms)).into();
    let mut questions = Deliberation::new(subjects.clone());
    questions.asked_by(terms.clone());
    for subject in &subjects {
        questions.describe(&manifest(subject.collector.as_str()));
        questions.expect_enforcement(&subject.collector, EnforcementLevel::Full);
    }
    questions.go_ahead(&[id("event-log")]).unwrap();
    questions.decide(&id("settings-unmasked"), Choice::Approved, Source::Terminal).unwrap();
    questions.decide(&id("user-access"), Choice::Refused, Source::Flag).unwrap();
    (questions.conclude("crash-report", Some("4711"), "en").unwrap().record, subjects)
}

pub fn state() -> ReportState {
    ReportState { id: ID.to_owned(), collected_root: Digest::of(b"root"), index: Digest::of(b"index") }
}

impl Case {
    pub fn new() -> Self {
        let (key, terms) = (SigningKey::generate().unwrap(), terms());
        let (draft, subjects) = draft(&terms);
        let record = draft.close(&key, state()).unwrap();
        Self { key, record, subjects, terms }
    }

    /// The record, believed.
    pub fn opened(&self) -> ConsentRecord {
        self.record.open(self.key.verifying_key()).unwrap()
    }

    /// The record with something changed and signed again by `key`, as whoever has the key could.
    pub fn forged(&self, key: &SigningKey, change: impl FnOnce(&mut ConsentRecord)) -> SignedRecord {
        let mut record = self.opened();
        change(&mut record);
        let json = record.to_json().unwrap();
        let signature = key.sign(candor_trust::Purpose::Record, &json).unwrap();
        SignedRecord { json, signature }
    }
}

/// What an honest index states: artifacts of the two approved collectors.
pub fn claims<'a>(subjects: &'a [Subject], terms: &Terms) -> ReportClaims<'a> {
    let claim = |subject: &'a Subject| Claim {
        collector: &subject.collector,
        level: subject.level,
        manifest_digest: &subject.manifest_digest,
        library_digest: subject.library_digest.as_deref(),
        options: &subject.options,
        artifacts: vec![("artifacts/a.json", subject.level)],
    };
    ReportClaims {
        id: ID,
        collected_root: Digest::of(b"root"),
        index: Some(Digest::of(b"index")),
        terms: Some(terms.sha256().unwrap()),
        collectors: subjects[..2].iter().map(claim).collect(),
    }
}
