//! Passing on: exactly what is granted, to exactly whom.
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod ground;

use std::path::{Path, PathBuf};

use candor_manifest::Level;
use candor_report::{ReportReader, verify};
use candor_seal::{
    ForwardError, Forwarding, GrantError, Granting, OpenError, Receiver, SignedGrant, forward, open,
};
use candor_trust::{NoCallbacks, Signature, SigningKey};
use ground::{Person, filled, sealed, sealing};

const PICTURE: &str = "artifacts/picture/one.png";
const NOW: &str = "2026-02-02T00:00:00Z";

/// A customer who has sealed a report to an engineer and a first line, a vendor, and an outside vendor.
struct Case {
    root: tempfile::TempDir,
    report: PathBuf,
    sealed: PathBuf,
    customer: SigningKey,
    vendor: SigningKey,
    engineer: Person,
    first_line: Person,
    outside: Person,
}

impl Case {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let (report, sealed_path) = (filled(root.path()), root.path().join("r.candor"));
        let (engineer, first_line, customer) =
            (Person::new(), Person::new(), SigningKey::generate().unwrap());
        let recipients = [engineer.up_to(Level::Secret), first_line.up_to(Level::Identifying)];
        sealed(&sealing(&report, &sealed_path, &recipients, &customer)).unwrap();
        let (vendor, outside) = (SigningKey::generate().unwrap(), Person::new());
        Self { root, report, sealed: sealed_path, customer, vendor, engineer, first_line, outside }
    }

    fn grant_with(&self, signer: &SigningKey, artifacts: &[&str]) -> Result<SignedGrant, GrantError> {
        let reader = ReportReader::open(&self.report).unwrap();
        let to = Receiver {
            name: "Lens maker".parse().unwrap(),
            organisation: None,
            recipient: self.outside.recipient.clone(),
        };
        let artifacts: Vec<_> = artifacts.iter().map(|path| (*path).to_owned()).collect();
        SignedGrant::make(Granting {
            index: reader.index(),
            artifacts: &artifacts,
            to,
            purpose: "find out why the picture is dark".parse().unwrap(),
            created: "2026-02-01T00:00:00Z".parse().unwrap(),
            expires: "2026-03-01T00:00:00Z".parse().unwrap(),
            signer,
        })
    }

    fn forward(&self, grant: &SignedGrant, person: &Person, now: &str) -> Result<PathBuf, ForwardError> {
        let output = self.root.path().join("forwarded.candor");
        let identities = person.identities();
        let forwarding = Forwarding {
            sealed: &self.sealed,
            grant,
            identities: &identities,
            output: &output,
            overwrite: false,
            signer: &self.vendor,
            now: now.parse().unwrap(),
        };
        let result = forward(&forwarding, &NoCallbacks);
        assert!(result.is_ok() || !output.exists());
        result.map(|_| output)
    }

    fn opened(&self, file: &Path, person: &Person) -> Result<(candor_seal::Opened, PathBuf), OpenError> {
        let output = self.root.path().join("opened.zip");
        open(file, &person.identities(), &output, true, &|_| Ok(())).map(|opened| (opened, output))
    }
}

#[test]
fn exactly_the_granted_artifact_reaches_exactly_the_granted_key() {
    let case = Case::new();
    let grant = case.grant_with(&case.customer, &[PICTURE]).unwrap();
    let grant = SignedGrant::from_bytes(&grant.to_bytes().unwrap()).unwrap();
    let forwarded = case.forward(&grant, &case.engineer, NOW).unwrap();
    assert!(matches!(case.opened(&forwarded, &case.engineer), Err(OpenError::AllClosed)));
    let (opened, restored) = case.opened(&forwarded, &case.outside).unwrap();
    let paths: Vec<_> = opened.index.artifacts().map(|artifact| artifact.path.as_str()).collect();
    assert_eq!(paths, [PICTURE]);
    let collectors: Vec<_> = opened.index.collectors.iter().map(|entry| entry.id.as_str()).collect();
    assert_eq!((collectors, opened.index.case.as_deref()), (vec!["picture"], None));
    assert_eq!(opened.grant.unwrap(), grant);
    let mut reader = ReportReader::open(&restored).unwrap();
    let mut bytes = Vec::new();
    reader.read_artifact(PICTURE, &mut bytes).unwrap();
    assert!(bytes == ground::noise(1_300_000));
    assert!(reader.document("consent.json").unwrap().is_none(), "the record is not passed on");
    let problems = verify(&restored).unwrap().problems;
    assert!(problems.iter().all(|problem| problem.path == "consent.json"), "{problems:?}");
}

#[test]
fn what_is_not_granted_is_refused() {
    let case = Case::new();
    let grant = case.grant_with(&case.customer, &[PICTURE]).unwrap();
    let refused =
        |grant: &SignedGrant, person: &Person, now: &str| case.forward(grant, person, now).unwrap_err();
    assert!(matches!(refused(&grant, &case.engineer, "2026-03-01T00:00:01Z"), ForwardError::Expired(_)));
    assert!(matches!(refused(&grant, &case.engineer, "2026-01-31T00:00:00Z"), ForwardError::NotYet(_)));
    assert!(matches!(refused(&grant, &case.first_line, NOW), ForwardError::Closed(1)));
    assert!(matches!(refused(&grant, &case.outside, NOW), ForwardError::Open(OpenError::AllClosed)));
    let of_vendor = case.grant_with(&case.vendor, &[PICTURE]).unwrap();
    assert!(matches!(refused(&of_vendor, &case.engineer, NOW), ForwardError::OtherInstallation));
    let other = Case { customer: SigningKey::generate().unwrap(), ..Case::new() };
    let of_other = other.grant_with(&other.customer, &[PICTURE]).unwrap();
    assert!(matches!(refused(&of_other, &case.engineer, NOW), ForwardError::OtherInstallation));
    assert!(matches!(case.grant_with(&case.customer, &[]), Err(GrantError::Nothing)));
    assert!(matches!(
        case.grant_with(&case.customer, &["artifacts/picture/two.png"]),
        Err(GrantError::Artifact(_))
    ));
}

#[test]
fn every_changed_byte_of_a_grant_is_found() {
    let case = Case::new();
    let bytes = case.grant_with(&case.customer, &[PICTURE]).unwrap().to_bytes().unwrap();
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1 << (at % 8);
        assert!(SignedGrant::from_bytes(&changed).is_err(), "byte {at}");
        assert!(SignedGrant::from_bytes(&bytes[..at]).is_err(), "cut at {at}");
    }
    assert!(Signature::from_bytes(&bytes).is_err());
}
