//! Sealing on a full disk, killed, and opening what was meddled with.

use std::process::Command;

use candor_tests::Running;
use rustix::process::Signal;

use super::case::{Case, run};
use crate::requests::parties::text;

#[test]
fn a_full_disk_leaves_nothing_of_what_was_sealed() {
    let case = Case::new();
    let report = case.collected();
    let root = case.released_root();
    let disk = case.parties.customer.path("disk");
    std::fs::create_dir(&disk).unwrap();
    let sealed = disk.join("r.candor");
    // A disk of 64 KiB, seen by this one process tree only.
    let script = "mount -t tmpfs -o size=64k none \"$1\" && shift && \"$@\"; code=$?; ls -A \"$(dirname \"$SEALED\")\"; exit $code";
    let mut command = Command::new("unshare");
    case.parties.customer.furnish(&mut command);
    command.env("SEALED", &sealed).args(["--mount", "sh", "-c", script, "sh"]).arg(&disk);
    command.arg(candor_tests::program()).args([
        "seal",
        text(&report),
        "--release",
        &root,
        "-o",
        text(&sealed),
    ]);
    let finished = candor_tests::Finished::of(command);
    assert_eq!(finished.code, 1, "{}", finished.stderr);
    assert!(finished.stderr.contains("make room"), "{}", finished.stderr);
    assert_eq!(finished.stdout.trim(), "", "something is left on the disk");
    // The report is as it was, and can be sealed where there is room.
    case.seal().expect(0);
}

#[test]
fn a_kill_at_any_moment_leaves_a_report_that_can_be_sealed() {
    let case = Case::new();
    let report = case.collected();
    let root = case.released_root();
    let sealed = case.sealed();
    let arguments = ["seal", text(&report), "--release", &root];
    let mut killed = 0;
    for calls in [4, 10, 16, 22, 28, 34, 40] {
        // Killed at one of its system calls.
        let mut command = Command::new("strace");
        case.parties.customer.furnish(&mut command);
        let inject =
            format!("inject=pwrite64,write,openat,rename,renameat2,fdatasync,fsync:signal=KILL:when={calls}");
        command
            .args(["-f", "-qq", "-o", "/dev/null", "-e", &inject])
            .arg(candor_tests::program())
            .args(arguments);
        killed += usize::from(Running::start(command).finish().code != 0);
        case.parties.customer.run(&["verify", text(&report)]).expect(0);
        if sealed.exists() {
            std::fs::remove_file(&sealed).unwrap();
        }
    }
    assert!(killed >= 4, "{killed} runs were killed");
    case.parties.customer.run(&arguments).expect(0);
    let opened = case.parties.support.path("all.zip");
    case.open(&sealed, "engineer", &opened).expect(0);
    let folder = sealed.parent().unwrap();
    let left = run(folder, "ls", &["-A"]);
    let left: Vec<_> = left.lines().collect();
    assert_eq!(left, ["report.candor", "report.zip"], "nothing unfinished is left");
}

#[test]
fn an_interrupt_stops_sealing_without_a_trace_of_plain_text() {
    let case = Case::new();
    let report = case.collected();
    let root = case.released_root();
    let mut running =
        Running::start(case.parties.customer.command(&["seal", text(&report), "--release", &root]));
    running.signal(Signal::INT);
    let finished = running.finish();
    assert!(finished.code != 0 || case.sealed().exists(), "{}", finished.stderr);
    case.parties.customer.run(&["verify", text(&report)]).expect(0);
    let part = case.sealed().with_extension("candor.part");
    if let Ok(bytes) = std::fs::read(&part) {
        assert!(!bytes.windows(9).any(|window| window == b"system-in"), "plain text in the unfinished file");
    }
}

#[test]
fn what_was_meddled_with_is_not_opened() {
    let case = Case::new();
    case.collected();
    case.seal().expect(0);
    let sealed = case.sealed();
    let bytes = std::fs::read(&sealed).unwrap();
    let changed = case.parties.support.path("changed.candor");
    let opened = case.parties.support.path("opened.zip");
    // Sampled over the whole file; every byte of a small one is tried where the parser is.
    for at in (0..bytes.len()).step_by(bytes.len() / 40) {
        let mut other = bytes.clone();
        other[at] ^= 1;
        std::fs::write(&changed, other).unwrap();
        let finished = case.open(&changed, "engineer", &opened).expect(5);
        assert!(!opened.exists(), "byte {at}: {}", finished.stderr);
        case.parties.support.run(&["verify", text(&changed)]).expect(5);
    }
}

/// The program with another clock.
fn at(case: &Case, time: &str, arguments: &[&str]) -> candor_tests::Finished {
    let mut command = Command::new("faketime");
    case.parties.customer.furnish(&mut command);
    command.args(["-f", time]).arg(candor_tests::program()).args(arguments);
    candor_tests::Finished::of(command)
}

#[test]
fn consent_runs_out_with_the_request() {
    let case = Case::new();
    let report = case.collected();
    let root = case.released_root();
    let arguments = ["seal", text(&report), "--release", &root];
    let said = at(&case, "+15d", &arguments).expect(5).stderr;
    assert!(said.contains("the request expired on"), "{said}");
    assert!(!case.sealed().exists());
    // It is written down, and holds when the clock is set back.
    let said = case.parties.customer.run(&arguments).expect(5).stderr;
    assert!(said.contains("ran out at"), "{said}");
    let shown = case.parties.customer.run(&["consent", "show", text(&report)]).expect(5).stdout;
    assert_eq!(shown.matches("expired").count(), 2, "{shown}");
}

#[test]
fn a_grant_of_tomorrow_or_of_last_month_passes_nothing_on() {
    let case = Case::new();
    let report = case.collected();
    case.seal().expect(0);
    let (card, grant) = (case.card("outside"), case.parties.customer.output("g.candor-forward"));
    let artifact = "artifacts/system-info/system.json";
    let arguments = [
        "grant",
        "forward",
        "--report",
        text(&report),
        "--to",
        text(&card),
        "--artifact",
        artifact,
        "--purpose",
        "p",
        "--expires",
        "7d",
        "-o",
        text(&grant),
        "--overwrite",
    ];
    let (sealed, engineer, keys) = (case.sealed(), case.keys("engineer"), case.parties.keys());
    let forwarded = case.parties.support.path("f.candor");
    let forward = [
        "forward",
        text(&sealed),
        "--grant",
        text(&grant),
        "-i",
        text(&engineer),
        "--sign",
        text(&keys),
        "-o",
        text(&forwarded),
    ];
    for (time, cause) in [("+1d", "from the future"), ("-30d", "expired on")] {
        at(&case, time, &arguments).expect(0);
        let said = case.parties.support.run(&forward).expect(5).stderr;
        assert!(said.contains(cause) && !forwarded.exists(), "{said}");
    }
}

#[test]
fn a_report_is_sealed_to_the_people_of_its_request_and_to_nobody_else() {
    let case = Case::new();
    let report = case.collected();
    let outside = case.card("outside");
    let said =
        case.parties.customer.run(&["seal", text(&report), "--recipient", text(&outside)]).expect(2).stderr;
    assert!(said.contains("not a recipient of the request"), "{said}");
    let said = case.parties.customer.run(&["seal", text(&report)]).expect(4).stderr;
    assert!(said.contains("--release"), "{said}");
    let said = case.parties.customer.run(&["seal", text(&report), "--release", "00000000"]).expect(2).stderr;
    assert!(said.contains("not the one that is released"), "{said}");
    assert!(!case.sealed().exists());
    // Withdrawn consent stops it too.
    case.parties.customer.run(&["consent", "withdraw", text(&report)]).expect(0);
    let said = case.parties.customer.run(&["seal", text(&report), "--dry-run"]).expect(5).stderr;
    assert!(said.contains("was withdrawn"), "{said}");
}
