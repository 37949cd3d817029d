//! Nothing runs without a decision, and a refused collector leaves no trace of having run.

use std::process::Command;

use candor_tests::{Finished, Report, Sandbox, program};

#[test]
fn without_a_terminal_and_a_decision_everything_is_refused() {
    let sandbox = Sandbox::new();
    let output = sandbox.output("r.zip");
    let done = sandbox.run(&["collect", "crash-report", "--output", output.to_str().unwrap()]).expect(4);
    assert!(done.stderr.contains("no collector is approved"), "{}", done.stderr);
    assert!(!output.exists());
    assert!(!sandbox.sessions().exists());
}

#[test]
fn a_refused_collector_causes_no_process_and_no_open_of_its_paths() {
    let sandbox = Sandbox::new();
    let canary = sandbox.write("canary.conf", "name=value\n");
    sandbox.write("more/collectors/canary.toml", canary_manifest(&canary.display().to_string()));
    sandbox.write("more/profiles/canary.toml", CANARY_PROFILE);
    let opened = |decision: &str, name: &str| {
        let output = sandbox.output(name);
        let trace = sandbox.path(&format!("{name}.strace"));
        let mut strace = Command::new("strace");
        sandbox.furnish(&mut strace);
        strace
            .args(["-f", "-qq", "-e", "trace=open,openat,openat2,execve,clone,clone3,fork,vfork", "-o"])
            .arg(&trace);
        strace.arg(program()).arg("--manifests").arg(sandbox.path("more"));
        strace
            .args(["collect", "canary", decision, "canary", "--approve", "system-info", "--output"])
            .arg(&output);
        Finished::of(strace).expect(0);
        let lines = std::fs::read_to_string(&trace).unwrap();
        let workers =
            lines.lines().filter(|line| line.contains("execve(") && line.contains("\"worker\"")).count();
        let touched = lines.lines().any(|line| line.contains("canary.conf"));
        (workers, touched)
    };
    assert_eq!(opened("--approve", "approved.zip"), (2, true), "the check itself must be able to see it");
    assert_eq!(opened("--refuse", "refused.zip"), (1, false));
    let report = Report::open(&sandbox.output("refused.zip"));
    assert_eq!((report.outcome("canary"), report.reason("canary")), ("Refused", "you did not approve it"));
}

fn canary_manifest(path: &str) -> String {
    format!(
        r#"
schema = 1
id = "canary"
plugin = "files"
level = "identifying"
categories = ["ext:Settings"]
[consent.en]
title = "Canary"
what = "One file."
why = "Shows whether it was opened."
[[reads]]
path = "{path}"
reason = "the canary"
"#
    )
}

const CANARY_PROFILE: &str = r#"
schema = 1
id = "canary"
collectors = ["canary", "system-info"]
[title]
en = "Canary"
[summary]
en = "A file that is looked after."
"#;

#[test]
fn every_decision_is_written_down_with_its_source() {
    let sandbox = Sandbox::new();
    let decisions =
        sandbox.write("decisions.toml", "schema = 1\napprove = [\"event-log\"]\nrefuse = [\"settings\"]\n");
    let output = sandbox.output("r.zip");
    let mut arguments = vec!["collect", "crash-report", "--output", output.to_str().unwrap()];
    arguments.extend(["--approve", "system-info", "--refuse", "user-access"]);
    arguments.extend([
        "--decisions",
        decisions.to_str().unwrap(),
        "--option",
        "event-log.since=1m",
        "--case",
        "4711",
    ]);
    let done = sandbox.run(&arguments);
    assert!([0, 3].contains(&done.code), "{}", done.stderr);
    let report = Report::open(&output);
    let consent = report.consent();
    assert_eq!(
        (&consent["@type"], &consent["candor:profile"], &consent["candor:case"]),
        (&"dpv:ConsentRecord".into(), &"crash-report".into(), &"4711".into())
    );
    let is = |status: &str, method: &str| (status.to_owned(), method.to_owned());
    assert_eq!(report.consent_to("system-info"), is("ConsentGiven", "Flag"));
    assert_eq!(report.consent_to("user-access"), is("ConsentRefused", "Flag"));
    assert_eq!(report.consent_to("event-log"), is("ConsentGiven", "DecisionsFile"));
    assert_eq!(report.consent_to("settings"), is("ConsentRefused", "DecisionsFile"));
    assert_eq!(report.consent_to("settings-unmasked"), is("ConsentRefused", "Undecided"));
}

#[test]
fn a_flag_goes_before_the_file() {
    let sandbox = Sandbox::new();
    let decisions = sandbox.write("decisions.toml", "schema = 1\napprove = [\"system-info\"]\n");
    let output = sandbox.output("r.zip");
    let mut arguments =
        vec!["collect", "minimal", "--output", output.to_str().unwrap(), "--refuse", "system-info"];
    arguments.extend(["--decisions", decisions.to_str().unwrap()]);
    sandbox.run(&arguments).expect(4);
}

#[test]
fn contradictions_and_unknown_collectors_are_bad_usage() {
    let sandbox = Sandbox::new();
    let output = sandbox.output("r.zip");
    let out = output.to_str().unwrap();
    let both = ["collect", "minimal", "--output", out, "--approve", "system-info", "--refuse", "system-info"];
    assert!(sandbox.run(&both).expect(2).stderr.contains("both approved and refused"));
    let unknown = sandbox.run(&["collect", "minimal", "--output", out, "--approve", "sistem-info"]).expect(2);
    assert!(
        unknown.stderr.contains("`sistem-info` is not a collector of this profile"),
        "{}",
        unknown.stderr
    );
    assert!(unknown.stderr.contains("its collectors are: system-info"), "{}", unknown.stderr);
    for all in ["all", "*"] {
        sandbox.run(&["collect", "minimal", "--output", out, "--approve", all]).expect(2);
    }
    let file = sandbox.write("d.toml", "schema = 1\napprove-all = true\n");
    let done = sandbox
        .run(&["collect", "minimal", "--output", out, "--decisions", file.to_str().unwrap()])
        .expect(2);
    assert!(done.stderr.contains("unknown field `approve-all`"), "{}", done.stderr);
    assert!(!output.exists());
}
