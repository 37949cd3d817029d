//! What `verify` says of a report whose record does not cover it.

use std::path::{Path, PathBuf};
use std::process::Command;

use candor_tests::Sandbox;

use super::{collect, unpack};

/// Writes the report anew with Python's zipfile, one document replaced by the file of that name in `folder`, or left out.
pub fn rewritten(report: &Path, folder: &Path, names: &[&str]) -> PathBuf {
    const PYTHON: &str = r"
import os, sys, zipfile
source, target, folder, *names = sys.argv[1:]
with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, 'w') as new:
    for entry in old.infolist():
        if entry.filename not in names:
            new.writestr(entry, old.read(entry.filename))
        elif os.path.exists(os.path.join(folder, entry.filename)):
            new.writestr(entry, open(os.path.join(folder, entry.filename), 'rb').read())
";
    let target = report.with_extension("altered.zip");
    let mut python = Command::new("python3");
    python.args(["-c", PYTHON]).args([report, &target, folder]).args(names);
    assert!(python.status().unwrap().success());
    target
}

fn told(sandbox: &Sandbox, report: &Path) -> String {
    sandbox.run(&["verify", report.to_str().unwrap()]).expect(5).stdout
}

#[test]
fn an_untouched_report_is_proven_to_be_of_this_installation() {
    let sandbox = Sandbox::new();
    let report = collect(&sandbox, "r.zip");
    let done = sandbox.run(&["verify", report.to_str().unwrap(), "--json"]).expect(0).json();
    let shown = sandbox.run(&["consent", "show", report.to_str().unwrap(), "--json"]).expect(0).json();
    assert_eq!(done["record"]["fingerprint"], shown["signature"]["fingerprint"]);
    assert_eq!(done["record"]["fingerprint"].as_str().unwrap().split(' ').count(), 8);
    assert_eq!(done["record"]["problems"], serde_json::json!([]));
}

#[test]
fn a_record_without_its_signature_is_told() {
    let sandbox = Sandbox::new();
    let report = collect(&sandbox, "r.zip");
    let altered = rewritten(&report, &sandbox.path("none"), &["consent.json.minisig"]);
    assert!(told(&sandbox, &altered).contains("consent.json: the consent record is not signed"));
}

#[test]
fn a_changed_answer_is_told() {
    let sandbox = Sandbox::new();
    let report = collect(&sandbox, "r.zip");
    let folder = sandbox.path("altered");
    let json = unpack(&report, "consent.json", &folder);
    let text = std::fs::read_to_string(&json).unwrap().replacen("dpv:ConsentRefused", "dpv:ConsentGiven", 1);
    std::fs::write(&json, text).unwrap();
    let altered = rewritten(&report, &folder, &["consent.json"]);
    assert!(told(&sandbox, &altered).contains("the signature does not hold: other bytes, or another key"));
}

#[test]
fn the_record_of_another_report_is_told() {
    let sandbox = Sandbox::new();
    let (one, other) = (collect(&sandbox, "one.zip"), collect(&sandbox, "other.zip"));
    let folder = sandbox.path("other");
    let names = ["consent.json", "consent.json.minisig"];
    for name in names {
        unpack(&other, name, &folder);
    }
    let said = told(&sandbox, &rewritten(&one, &folder, &names));
    for what in ["id", "collected root", "index"] {
        assert!(
            said.contains(&format!("the consent record is of another report: its {what} differs")),
            "{said}"
        );
    }
}

#[test]
fn an_index_that_states_otherwise_than_was_consented_to_is_told() {
    let sandbox = Sandbox::new();
    let report = collect(&sandbox, "r.zip");
    let folder = sandbox.path("altered");
    let json = unpack(&report, "report.json", &folder);
    let text = std::fs::read_to_string(&json).unwrap();
    let changed = text.replacen("\"top_processes\": 15", "\"top_processes\": 16", 1);
    assert_ne!(changed, text);
    std::fs::write(&json, changed).unwrap();
    let said = told(&sandbox, &rewritten(&report, &folder, &["report.json"]));
    assert!(
        said.contains("`system-info`: consent was given for other options; `artifacts/system-info/"),
        "{said}"
    );
    assert!(said.contains("its index differs"), "{said}");
}

#[test]
fn an_edited_report_is_signed_anew() {
    let sandbox = Sandbox::new();
    let report = collect(&sandbox, "r.zip");
    let path = report.to_str().unwrap();
    sandbox.run(&["drop", path, "artifacts/system-info/mounts.txt"]).expect(0);
    let said = sandbox.run(&["verify", path]).expect(0).stdout;
    assert!(said.contains("Proven: unchanged since it was collected by installation"), "{said}");
    let elsewhere = Sandbox::new();
    let refused = elsewhere.run(&["drop", path, "artifacts/system-info/meminfo.txt"]).expect(2);
    assert!(refused.stderr.contains("signed by another installation"), "{}", refused.stderr);
}

#[test]
fn a_session_whose_consent_does_not_cover_it_becomes_no_report_and_is_kept() {
    let sandbox = Sandbox::new();
    let output = sandbox.output("r.zip");
    let arguments =
        ["collect", "fixture", "--option", "misbehave.how=sleep", "--output", output.to_str().unwrap()];
    let mut running = sandbox
        .start_fixtures(&[&arguments[..], &["--approve", "honest", "--approve", "misbehave"]].concat());
    let sessions = sandbox.sessions();
    running.wait_until("the honest collector is done", || {
        let session = std::fs::read_dir(&sessions).ok().and_then(|mut all| all.next()?.ok());
        session.is_some_and(|session| session.path().join("collectors/honest/result.json").exists())
    });
    running.signal(rustix::process::Signal::KILL);
    running.finish();
    let session = std::fs::read_dir(&sessions).unwrap().next().unwrap().unwrap().path();
    let consent = session.join("consent.json");
    let given = std::fs::read_to_string(&consent).unwrap();
    let id = session.file_name().unwrap().to_str().unwrap();
    for (changed, told) in [
        (given.replace("dpv:ConsentGiven", "dpv:ConsentRefused"), "`honest`: consent to it was refused at 2"),
        (
            given.replace("\"manifest\":\"", "\"manifest\":\"0"),
            "`honest`: consent was given for another manifest",
        ),
        ("{}".to_owned(), "cannot understand the consent record"),
    ] {
        std::fs::write(&consent, changed).unwrap();
        let refused = sandbox.run(&["sessions", "resume", id]).expect(1);
        assert!(refused.stderr.contains(told), "{told}: {}", refused.stderr);
        assert!(refused.stderr.contains("what was collected is kept"), "{}", refused.stderr);
        assert!(!output.exists() && session.exists());
    }
    std::fs::write(&consent, given).unwrap();
    sandbox.run(&["sessions", "resume", id]).expect(3);
}
