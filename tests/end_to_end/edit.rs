//! `candor drop` and `candor mask`: what is taken out is gone, what is left verifies, here and with tools of others.

mod faults;
mod large;

use std::path::{Path, PathBuf};
use std::process::Command;

use candor_tests::{Finished, Report, Sandbox};
use serde_json::json;

/// A report of the shipped collector `system-info`.
fn small(sandbox: &Sandbox) -> PathBuf {
    let output = sandbox.output("r.zip");
    let arguments = ["collect", "minimal", "--approve", "system-info", "--output"];
    sandbox.run(&[&arguments[..], &[text(&output)]].concat()).expect(0);
    output
}

/// A report of so many bytes that do not compress, and one small artifact.
fn large(sandbox: &Sandbox, size: &str) -> PathBuf {
    let output = sandbox.output("large.zip");
    let size = format!("blob.bytes={size}");
    let arguments =
        ["collect", "full", "--approve", "honest", "--approve", "blob", "--option", &size, "--output"];
    sandbox.run_fixtures(&[&arguments[..], &[text(&output)]].concat()).expect(0);
    output
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn opens_everywhere(report: &Path) {
    let script = "import sys, zipfile; sys.exit(zipfile.ZipFile(sys.argv[1]).testzip())";
    for (program, arguments) in [("unzip", &["-tqq"][..]), ("7z", &["t"]), ("python3", &["-c", script])] {
        let output = Command::new(program).args(arguments).arg(report).output().unwrap();
        assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn a_dropped_artifact_is_gone_and_the_report_says_so() {
    let sandbox = Sandbox::new();
    let path = small(&sandbox);
    let report = Report::open(&path);
    let name = report.artifacts("system-info")[0].clone();
    let before = report.index().clone();
    let artifact = format!("artifacts/system-info/{name}");
    let listed = sandbox.run(&["drop", text(&path), &artifact, "--dry-run"]).expect(0);
    assert!(listed.stdout.contains(&format!("Would drop {artifact}")), "{}", listed.stdout);
    assert_eq!(Report::open(&path).index(), &before, "a dry run changes nothing");
    let done = sandbox.run(&["drop", text(&path), &artifact]).expect(0);
    assert!(
        done.stdout.contains(&format!("Dropped {artifact}")) && done.stdout.contains("Left: "),
        "{}",
        done.stdout
    );
    let after = Report::open(&path);
    assert!(!after.artifacts("system-info").contains(&name));
    let (old, new) = (&before["proof"], &after.index()["proof"]);
    assert_eq!(old["collected"], new["collected"]);
    assert_eq!((&new["edits"][0]["action"], &new["edits"][0]["becomes"]), (&json!("dropped"), &json!(null)));
    assert!(!after.index().to_string().contains(&artifact));
    let said = sandbox.run(&["verify", text(&path)]).expect(0).stdout;
    for sentence in
        ["Verified: ", "but for 1 artifact that was dropped", "Not proven: that what was collected is true"]
    {
        assert!(said.contains(sentence), "{said}");
    }
    let shown = sandbox.run(&["show", text(&path)]).expect(0).stdout;
    assert!(shown.contains("Edited since it was collected:") && shown.contains("dropped  leaf "), "{shown}");
    opens_everywhere(&path);
}

#[test]
fn all_of_a_collector_goes_by_its_id_or_a_pattern() {
    for word in ["system-info", "artifacts/system-info/*", "system-info/*", "*"] {
        let sandbox = Sandbox::new();
        let path = small(&sandbox);
        let done = sandbox.run(&["drop", text(&path), word, "--json"]).expect(0).json();
        assert_eq!(done["left"], json!({ "artifacts": 0, "bytes": 0, "tier": null }), "{word}");
        assert_eq!((&done["changed"], &done["in_place"]), (&json!(true), &json!(false)));
        let said = sandbox.run(&["verify", text(&path), "--json"]).expect(0).json();
        assert_eq!(said["verification"]["proof"]["released"], 0);
        assert_eq!(said["verification"]["proof"]["released_root"], done["released_root"]);
        assert!(said["not_proven"].as_array().is_some_and(|sentences| !sentences.is_empty()));
    }
}

#[test]
fn masked_lines_and_matches_are_gone() {
    let sandbox = Sandbox::new();
    let path = small(&sandbox);
    let before = Report::open(&path).text("system-info", "system.json");
    let arguments =
        ["mask", text(&path), "system-info/system.json", "--lines", "2", "--match", "\"[a-z_]+\":"];
    let done = sandbox.run(&[&arguments[..], &["--json"]].concat()).expect(0).json();
    assert_eq!(done["masked"][0]["masked"]["unit"], "lines");
    let after = Report::open(&path).text("system-info", "system.json");
    assert_eq!(after.lines().count(), before.lines().count());
    assert_eq!(after.lines().nth(1), Some("[masked]"));
    assert!(!after.contains("\":") || before.contains("\": \""), "{after}");
    let said = sandbox.run(&["verify", text(&path)]).expect(0).stdout;
    assert!(said.contains("but for 1 mask that was applied"), "{said}");
    opens_everywhere(&path);
}

#[test]
fn what_cannot_be_done_is_told_and_nothing_changes() {
    let sandbox = Sandbox::new();
    let path = small(&sandbox);
    let bytes = std::fs::read(&path).unwrap();
    let report = text(&path);
    for (arguments, code, said) in [
        (&["drop", report, "nothing"][..], 2, "the report has no artifact `nothing`"),
        (&["drop", report], 2, "<ARTIFACT>..."),
        (&["drop", "/nonexistent.zip", "x"], 2, "/nonexistent.zip"),
        (&["mask", report, "system-info/system.json"], 2, "nothing is named that is to be masked"),
        (&["mask", report, "system-info/system.json", "--lines", "7-3"], 2, "3-7,12"),
        (&["mask", report, "system-info/system.json", "--match", "("], 2, "regular expression"),
        (
            &["mask", report, "system-info/system.json", "--match", "no such thing"],
            2,
            "nothing in it matches",
        ),
        (&["mask", report, "system-info/system.json", "--region", "0,0,1,1"], 2, "`image/png` only"),
        (&["mask", report, "system-info/system.json", "--bytes", "99999999"], 2, "is behind its end"),
    ] {
        let done = sandbox.run(arguments).expect(code);
        assert!(done.stderr.contains(said), "{arguments:?}: {}", done.stderr);
    }
    assert!(std::fs::read(&path).unwrap() == bytes);
}

#[test]
fn a_report_of_another_installation_is_not_changed() {
    let sandbox = Sandbox::new();
    let path = small(&sandbox);
    let bytes = std::fs::read(&path).unwrap();
    for arguments in [&["drop", text(&path), "*"][..], &["mask", text(&path), "*", "--lines", "1"]] {
        let mut command = sandbox.command(arguments);
        command.env("CANDOR_STATE_DIR", sandbox.path("another"));
        let done = Finished::of(command).expect(2);
        assert!(done.stderr.contains("signed by another installation"), "{}", done.stderr);
    }
    assert!(std::fs::read(&path).unwrap() == bytes);
    sandbox.run(&["verify", text(&path)]).expect(0);
}

#[test]
fn an_edited_report_is_signed_anew_and_is_looked_through_like_any_other() {
    let sandbox = Sandbox::new();
    let path = large(&sandbox, "65MiB");
    let name = Report::open(&path).artifacts("honest")[0].clone();
    sandbox.run(&["drop", text(&path), &format!("honest/{name}")]).expect(0);
    let said = sandbox.run(&["verify", text(&path)]).expect(0).stdout;
    assert!(said.contains("Proven: unchanged since it was collected by installation `"), "{said}");
    // Blank places hold nothing that could survive redaction.
    sandbox.run(&["redact", text(&path), "--check"]).expect(0);
}

#[test]
fn a_report_of_an_earlier_version_verifies_and_says_what_is_not_proven() {
    let sandbox = Sandbox::new();
    let path = small(&sandbox);
    let earlier = sandbox.output("earlier.zip");
    assert!(
        Command::new("python3").args(["-c", EARLIER]).args([&path, &earlier]).status().unwrap().success()
    );
    let said = sandbox.run(&["verify", text(&earlier), "--json"]).json();
    let problems = said["verification"]["problems"].as_array().unwrap();
    assert!(
        problems.iter().all(|problem| problem["kind"] == "check_sum" || problem["kind"] == "container"),
        "{said}"
    );
    assert_eq!(said["record"]["problems"], json!([]));
    sandbox.run(&["drop", text(&earlier), "*"]).expect(5);
}

/// Takes proof, leaves and signature out, as if they had never been there.
const EARLIER: &str = r"
import json, sys, zipfile
old, new = zipfile.ZipFile(sys.argv[1]), zipfile.ZipFile(sys.argv[2], 'w')
for name in old.namelist():
    data = old.read(name)
    if name == 'consent.json.minisig': continue
    if name == 'report.json':
        index = json.loads(data); del index['proof']
        for collector in index['collectors']:
            for artifact in collector['artifacts']: del artifact['salt'], artifact['leaf']
        data = json.dumps(index).encode()
    new.writestr(name, data)
new.close()
";
