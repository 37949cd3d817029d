//! What a person or a script sees of the command line.

use candor_tests::Sandbox;

#[test]
fn every_command_explains_itself() {
    let sandbox = Sandbox::new();
    let commands = [
        &[][..],
        &["collectors"],
        &["plan"],
        &["collect"],
        &["show"],
        &["verify"],
        &["check"],
        &["sessions"],
    ];
    for command in commands {
        let done = sandbox.run(&[command, &["--help"]].concat()).expect(0);
        assert!(done.stdout.contains("Usage: candor"), "{}", done.stdout);
    }
    let help = sandbox.run(&["--help"]).expect(0).stdout;
    for code in ["0 ", "1 ", "2 ", "3 ", "4 ", "5 ", "130", "143"] {
        assert!(help.lines().any(|line| line.trim_start().starts_with(code)), "exit code {code}: {help}");
    }
}

#[test]
fn bad_usage_is_exit_2() {
    let sandbox = Sandbox::new();
    for arguments in [&["colect"][..], &["plan"], &["plan", "No Such"], &["collect", "minimal"], &["--bogus"]]
    {
        sandbox.run(arguments).expect(2);
    }
    let done = sandbox.run(&["plan", "sever-report"]).expect(2);
    assert!(done.stderr.contains("the profiles here are:"), "{}", done.stderr);
}

#[test]
fn options_are_typed_and_bounded() {
    let sandbox = Sandbox::new();
    for option in [
        "event-log.since=yesterday",
        "event-log.nothing=1",
        "nothing.since=1h",
        "event-log",
        "event-log.since=-1h",
    ] {
        let done = sandbox.run(&["plan", "server-report", "--option", option]).expect(2);
        assert!(done.stderr.contains("error:"), "{option}: {}", done.stderr);
    }
}

#[test]
fn a_closed_pipe_is_no_error() {
    use std::process::{Command, Stdio};
    let sandbox = Sandbox::new();
    let mut shell = Command::new("sh");
    sandbox.furnish(&mut shell);
    let script = "\"$0\" plan crash-report | head -n 1; \"$0\" collectors --json | head -c 1 > /dev/null";
    let output =
        shell.args(["-c", script]).arg(candor_tests::program()).stderr(Stdio::piped()).output().unwrap();
    assert!(output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn completions_and_man_pages_are_generated() {
    let sandbox = Sandbox::new();
    for shell in ["bash", "zsh", "fish"] {
        let script = sandbox.run(&["completions", shell]).expect(0).stdout;
        assert!(script.contains("candor") && script.contains("sessions"), "{shell}");
    }
    let man = sandbox.path("man");
    sandbox.run(&["generate", "man", man.to_str().unwrap()]).expect(0);
    let page = std::fs::read_to_string(man.join("candor-collect.1")).unwrap();
    assert!(page.contains("approve"), "{page}");
}

#[test]
fn a_worker_is_not_started_by_hand() {
    let sandbox = Sandbox::new();
    let done = sandbox.run(&["worker"]).expect(2);
    assert_eq!(done.stderr, "error: a worker is started by candor itself\n");
}

#[test]
fn logs_can_be_json() {
    let sandbox = Sandbox::new();
    let output = sandbox.output("r.zip");
    let mut arguments =
        vec!["-v", "--log-format", "json", "collect", "minimal", "--approve", "system-info", "--json"];
    arguments.extend(["--output", output.to_str().unwrap()]);
    let done = sandbox.run(&arguments).expect(0);
    assert!(done.json()["path"].is_string());
    let lines: Vec<&str> = done.stderr.lines().collect();
    assert!(lines.iter().any(|line| line.contains("worker started")), "{lines:?}");
    for line in lines {
        assert!(serde_json::from_str::<serde_json::Value>(line).is_ok(), "{line}");
    }
}
