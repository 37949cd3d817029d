//! Bad input, full disks, interrupts: nothing half done is left, and each is told.

use std::fs::OpenOptions;
use std::process::Stdio;

use candor_tests::{Finished, Running, Sandbox};
use rustix::process::Signal;

use super::{LINE, names, redact, redact_text, text};

#[test]
fn what_is_not_there_is_named() {
    let sandbox = Sandbox::new();
    let run = Finished::of(redact(&sandbox, &["/no/such/file"])).expect(2);
    assert!(run.stderr.contains("cannot read `/no/such/file`"), "{}", run.stderr);
}

#[test]
fn a_bad_policy_stops_the_run_before_anything_is_written() {
    let sandbox = Sandbox::new();
    let policy = sandbox.write("policy.toml", "[kinds]\nuid = \"keep\"\n");
    let run = redact_text(&sandbox, &["-", "--policy", text(&policy)], LINE).expect(2);
    assert!(
        run.stdout.is_empty() && run.stderr.contains("cannot follow the redaction policy"),
        "{}",
        run.stderr
    );
    let missing = sandbox.path("missing.toml");
    redact_text(&sandbox, &["-", "--policy", text(&missing)], LINE).expect(2);
}

#[test]
fn a_full_disk_is_told_and_a_closed_pipe_is_not() {
    let sandbox = Sandbox::new();
    let input = sandbox.write("in.log", LINE.repeat(10_000));
    let run = Finished::of(redact(&sandbox, &[text(&input), "-o", "/dev/full"])).expect(1);
    assert!(run.stderr.contains("cannot write `/dev/full`"), "{}", run.stderr);
    assert!(std::path::Path::new("/dev/full").exists());

    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let status = redact(&sandbox, &[text(&input)]).stdout(full).stderr(Stdio::null()).status().unwrap();
    assert_eq!(status.code(), Some(1));

    let mut child = redact(&sandbox, &[text(&input)]).stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn an_interrupt_leaves_nothing_behind() {
    let sandbox = Sandbox::new();
    let fifo = sandbox.path("fifo");
    super::tool("mkfifo", &["fifo"], &sandbox.path(""));
    let output = sandbox.output("copy.log");
    let arguments = ["redact", "--no-machine", "-", "-o", text(&output)];
    let mut command = sandbox.command(&arguments);
    // Both ends, so that neither waits and the input never ends.
    let end = OpenOptions::new().read(true).write(true).open(&fifo).unwrap();
    std::io::Write::write_all(&mut &end, LINE.as_bytes()).unwrap();
    command.stdin(Stdio::from(end));
    let mut running = Running::start(command);
    let status = format!("/proc/{}/status", running.pid());
    // Bit 2 of the caught signals: SIGINT has a handler.
    running.wait_until("it heeds signals", || {
        let status = std::fs::read_to_string(&status).unwrap_or_default();
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap_or("0").trim();
        u64::from_str_radix(caught, 16).is_ok_and(|caught| caught & 0b10 != 0)
    });
    running.signal(Signal::INT);
    let finished = running.finish().expect(130);
    assert!(finished.stderr.contains("interrupted"), "{}", finished.stderr);
    assert_eq!(names(&sandbox.path("out")), Vec::<String>::new());
}

#[test]
fn an_interrupted_copy_of_a_folder_leaves_nothing_behind() {
    let sandbox = Sandbox::new();
    for number in 0..400 {
        sandbox.write(&format!("in/{number}.log"), LINE.repeat(500));
    }
    let output = sandbox.output("copy");
    let mut running = Running::start(redact(&sandbox, &[text(&sandbox.path("in")), "-o", text(&output)]));
    let out = sandbox.path("out");
    running.wait_until("the draft grows", || {
        names(&out)
            .first()
            .is_some_and(|draft| std::fs::read_dir(out.join(draft)).is_ok_and(|it| it.count() > 2))
    });
    running.signal(Signal::INT);
    running.finish().expect(130);
    assert_eq!(names(&out), Vec::<String>::new());
}
