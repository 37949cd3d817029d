//! What is sealed comes back, to those to whom it was sealed, as far as their level reaches.

mod ground;

use std::fs;
use std::process::Command;

use candor_manifest::Level;
use candor_report::{ReportReader, verify};
use candor_seal::{OpenError, SealError, open, read_envelope};
use candor_trust::{ExposeSecret, SigningKey};
use ground::{Person, filled, sealed, sealing, small};

#[test]
fn each_recipient_gets_their_levels_and_no_more() {
    let root = tempfile::tempdir().unwrap();
    let (report, output) = (filled(root.path()), root.path().join("r.candor"));
    let (first_line, engineer, stranger) = (Person::new(), Person::new(), Person::new());
    let signer = SigningKey::generate().unwrap();
    let recipients = [first_line.up_to(Level::Identifying), engineer.up_to(Level::Secret)];
    let result = sealed(&sealing(&report, &output, &recipients, &signer)).unwrap();
    assert_eq!(result.bytes, fs::metadata(&output).unwrap().len());
    assert_eq!(read_envelope(&output).unwrap(), result.envelope);

    let some = root.path().join("some.zip");
    let opened = open(&output, &first_line.identities(), &some, false, &|_| Ok(())).unwrap();
    let closed: Vec<_> = opened.closed.iter().map(|part| part.level).collect();
    assert_eq!(closed, [Level::Sensitive, Level::Secret]);
    let paths: Vec<_> = opened.index.artifacts().map(|artifact| artifact.path.clone()).collect();
    assert_eq!(paths.len(), 3, "{paths:?}");
    assert_eq!(opened.index.collectors.len(), 4);
    assert_eq!(opened.index.tier, Some(Level::Identifying));
    let proof = opened.index.proof.unwrap();
    assert_eq!((proof.released.len(), proof.closed.len()), (5, 2));

    let all = root.path().join("all.zip");
    let opened = open(&output, &engineer.identities(), &all, false, &|_| Ok(())).unwrap();
    assert!(opened.closed.is_empty());
    let (mut before, mut after) = (ReportReader::open(&report).unwrap(), ReportReader::open(&all).unwrap());
    assert_eq!(before.index(), after.index());
    for name in ["report.json", "consent.json", "statement.txt"] {
        assert_eq!(before.document(name).unwrap(), after.document(name).unwrap(), "{name}");
    }
    assert_eq!(before.redactions().unwrap().artifacts, after.redactions().unwrap().artifacts);
    for artifact in before.index().clone().artifacts() {
        let (mut plain, mut restored) = (Vec::new(), Vec::new());
        before.read_artifact(&artifact.path, &mut plain).unwrap();
        after.read_artifact(&artifact.path, &mut restored).unwrap();
        assert!(plain == restored, "{}", artifact.path);
    }
    for report in [&some, &all] {
        assert_eq!(verify(report).unwrap().problems, []);
    }

    let none = root.path().join("none.zip");
    assert!(matches!(
        open(&output, &stranger.identities(), &none, false, &|_| Ok(())),
        Err(OpenError::AllClosed)
    ));
    assert!(!none.exists());
}

#[test]
fn the_outside_tells_nothing_of_anybody() {
    let root = tempfile::tempdir().unwrap();
    let (report, output) = (filled(root.path()), root.path().join("r.candor"));
    let (person, signer) = (Person::new(), SigningKey::generate().unwrap());
    sealed(&sealing(&report, &output, &[person.up_to(Level::Secret)], &signer)).unwrap();
    let bytes = fs::read(&output).unwrap();
    let find = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    for word in
        ["4711", "crash-report", "report-1", "event-log", "cpu.json", "2026", person.recipient.as_str()]
    {
        assert!(!find(word), "{word}");
    }
    assert!(find("technical.age"), "the search works");
}

#[test]
fn other_programs_open_it() {
    let root = tempfile::tempdir().unwrap();
    let (report, output) = (small(root.path()), root.path().join("r.candor"));
    let (person, signer) = (Person::new(), SigningKey::generate().unwrap());
    sealed(&sealing(&report, &output, &[person.up_to(Level::Secret)], &signer)).unwrap();
    let key = root.path().join("key.txt");
    fs::write(&key, person.secret.expose_secret()).unwrap();
    let run = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).current_dir(root.path()).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&said));
        String::from_utf8_lossy(&said).into_owned()
    };
    run("unzip", &["-q", "r.candor", "-d", "out"]);
    let public = signer.verifying_key().as_str();
    run("minisign", &["-Vm", "out/envelope.json", "-P", public]);
    run("age", &["-d", "-i", "key.txt", "-o", "part.zip", "out/sensitive.age"]);
    run("unzip", &["-q", "part.zip", "-d", "part"]);
    run("minisign", &["-Vm", "part/seal.json", "-P", public]);
    assert_eq!(fs::read(root.path().join("part/artifacts/picture/b")).unwrap(), b"two");
    assert!(run("7z", &["t", "part.zip"]).contains("Everything is Ok"));
}

#[test]
fn what_nobody_may_open_is_not_sealed() {
    let root = tempfile::tempdir().unwrap();
    let (report, output) = (small(root.path()), root.path().join("r.candor"));
    let (person, signer) = (Person::new(), SigningKey::generate().unwrap());
    let error = sealed(&sealing(&report, &output, &[person.up_to(Level::Identifying)], &signer)).unwrap_err();
    assert!(matches!(error, SealError::Nobody(Level::Sensitive)), "{error}");
    let error = sealed(&sealing(&report, &output, &[], &signer)).unwrap_err();
    assert!(matches!(error, SealError::Nobody(Level::Technical)), "{error}");
    fs::write(&output, "mine").unwrap();
    let error = sealed(&sealing(&report, &output, &[person.up_to(Level::Secret)], &signer)).unwrap_err();
    assert!(matches!(error, SealError::Exists(_)), "{error}");
    assert_eq!(fs::read(&output).unwrap(), b"mine");
    let left: Vec<_> = fs::read_dir(root.path()).unwrap().flatten().map(|entry| entry.file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().contains("part")), "{left:?}");
}
